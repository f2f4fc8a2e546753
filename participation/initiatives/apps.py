from django.apps import AppConfig


class InitiativesConfig(AppConfig):
    name = "participation.initiatives"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Each part of initiatives tells the lower storeys what they need of it: a line or two each."""
        from core.live.access import register_public
        from participation.initiatives.casework import connect_cases
        from participation.initiatives.queries.public import public_streams

        connect_cases()
        register_public("initiative:", public_streams)
