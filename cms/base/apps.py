from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "cms.base"
    label = "cms_base"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.signals import page_unpublished, post_page_move

        from cms.base.publishing import follow_move, tell_unpublished

        page_unpublished.connect(tell_unpublished)
        post_page_move.connect(follow_move)
