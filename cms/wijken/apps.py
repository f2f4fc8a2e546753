from django.apps import AppConfig


class WijkenConfig(AppConfig):
    name = "cms.wijken"
    label = "cms_wijken"
    default_auto_field = "django.db.models.BigAutoField"
