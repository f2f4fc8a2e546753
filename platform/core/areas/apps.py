from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "core.areas"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.areas.tenancy import municipality_of
        from core.ui.context import register_municipality

        register_municipality(municipality_of)
