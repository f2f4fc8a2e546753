from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "cms.base"
    label = "cms_base"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import pre_delete
        from wagtail.models import Page
        from wagtail.signals import page_unpublished, post_page_move

        from cms.base.publishing import follow_move, tell_unpublished
        from cms.base.translations import delete_with_page, move_with_page, withdraw_with_page

        page_unpublished.connect(tell_unpublished)
        page_unpublished.connect(withdraw_with_page)
        post_page_move.connect(follow_move)
        post_page_move.connect(move_with_page)
        pre_delete.connect(delete_with_page, sender=Page)
