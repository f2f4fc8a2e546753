from django.apps import AppConfig


class EditingConfig(AppConfig):
    name = "cms.editing"
    label = "cms_editing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.signals import page_published

        from cms.editing import notices, tasks
        from cms.editing.schedule import anything_due
        from core.work.schedule import register_periodic

        notices.connect()
        page_published.connect(tasks.follow_published)
        register_periodic("publish-on-time", 60, tasks.publish_on_time, when=anything_due)
        register_periodic("read-links", 24 * 3600, tasks.read_links)
        register_periodic("ask-links", 300, tasks.ask_links, when=tasks.any_link_due)
