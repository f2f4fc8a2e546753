from django.apps import AppConfig


class ToneConfig(AppConfig):
    name = "cms.tone"
    label = "cms_tone"
    default_auto_field = "django.db.models.BigAutoField"
