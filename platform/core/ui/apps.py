from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "core.ui"
    label = "core_ui"
    default_auto_field = "django.db.models.BigAutoField"
