from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "participation.routing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.areas.importing import after_import
        from participation.routing import queries  # noqa: F401  (its snapshot registers itself)
        from participation.routing.actions import provision_imported

        after_import.append(provision_imported)
