from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "core.work"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db import transaction
        from django_tasks.signals import task_enqueued

        from core.work import gauges, tasks
        from core.work.schedule import register_periodic
        from core.work.worker import wake_workers

        def wake_after_commit(**_: object) -> None:
            transaction.on_commit(wake_workers, robust=True)

        # The tasks library's own way of telling; without it a mail waits for the next look.
        task_enqueued.connect(wake_after_commit, weak=False, dispatch_uid="core.work.wake")
        gauges.register()
        register_periodic("forget-finished-tasks", 24 * 3600, tasks.forget_finished_tasks)
        register_periodic("forget-expired-sessions", 24 * 3600, tasks.forget_expired_sessions)
