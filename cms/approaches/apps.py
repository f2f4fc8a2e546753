from django.apps import AppConfig


class ApproachesConfig(AppConfig):
    name = "cms.approaches"
    label = "cms_approaches"
    default_auto_field = "django.db.models.BigAutoField"
