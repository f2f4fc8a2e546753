from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "participation.organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.areas.policies import register_workplace
        from participation.organisations import queries  # noqa: F401  (its snapshot registers itself)
        from participation.organisations.access import gemeente_of

        register_workplace(gemeente_of)
