from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "core.live"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.events import log
        from core.live import process

        log.listen(process.tell)
