from django.apps import AppConfig


class FollowingConfig(AppConfig):
    name = "cms.following"
    label = "cms_following"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.base.publishing import PUBLISHED
        from cms.following import tasks
        from cms.following.own_data import connect_holding
        from cms.following.queries import is_needed
        from core.events.log import subscribe
        from core.notify.push import register_use
        from core.work.schedule import register_periodic

        connect_holding()
        register_use(is_needed)
        register_periodic("following-digests", 60, tasks.owe_digests, tasks.anybody_due)
        register_periodic("following-sweep", 3600, tasks.sweep_following)
        subscribe(PUBLISHED, tasks.owe_pushes_of)
