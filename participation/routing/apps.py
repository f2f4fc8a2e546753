from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "participation.routing"
    default_auto_field = "django.db.models.BigAutoField"
