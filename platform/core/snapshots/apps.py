from django.apps import AppConfig


class SnapshotsConfig(AppConfig):
    name = "core.snapshots"
    default_auto_field = "django.db.models.BigAutoField"
