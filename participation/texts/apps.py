from django.apps import AppConfig


class TextsConfig(AppConfig):
    name = "participation.texts"
    default_auto_field = "django.db.models.BigAutoField"
