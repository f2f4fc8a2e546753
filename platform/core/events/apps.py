from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "core.events"
    default_auto_field = "django.db.models.BigAutoField"
