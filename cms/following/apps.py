from django.apps import AppConfig


class FollowingConfig(AppConfig):
    name = "cms.following"
    label = "cms_following"
    default_auto_field = "django.db.models.BigAutoField"
