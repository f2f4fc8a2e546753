from django.apps import AppConfig


class EditingConfig(AppConfig):
    name = "cms.editing"
    label = "cms_editing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.editing import notices, tasks
        from cms.editing.schedule import anything_due
        from core.work.schedule import register_periodic

        notices.connect()
        register_periodic("publish-on-time", 60, tasks.publish_on_time, when=anything_due)
