from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "core.areas"
    default_auto_field = "django.db.models.BigAutoField"
