from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "cms.people"
    label = "cms_people"
    default_auto_field = "django.db.models.BigAutoField"
