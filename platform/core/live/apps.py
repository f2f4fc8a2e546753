from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "core.live"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from core.events import log
        from core.live import gauges, process
        from core.snapshots import snapshot

        gauges.register()
        log.listen(process.tell)
        # Teams, memberships, accounts and host names are all kept in snapshots: who may follow what may have moved.
        snapshot.after_change.append(process.recheck)
        user_logged_out.connect(process.signed_out, dispatch_uid="core.live.signed_out")
