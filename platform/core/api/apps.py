from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "core.api"
    label = "core_api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.api.tasks import forget_old_keys
        from core.work.schedule import register_periodic

        register_periodic("forget-old-keys", 24 * 3600, forget_old_keys)
