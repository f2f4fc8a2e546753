from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "cms.base"
    label = "cms_base"
    default_auto_field = "django.db.models.BigAutoField"
