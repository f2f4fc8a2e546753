from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "core.api"
    label = "core_api"
    default_auto_field = "django.db.models.BigAutoField"
