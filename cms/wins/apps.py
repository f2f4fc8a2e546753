from django.apps import AppConfig


class WinsConfig(AppConfig):
    name = "cms.wins"
    label = "cms_wins"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.wins import drafting
        from participation.cases.wins import Pages, register_small_wins

        register_small_wins(
            Pages(
                draft=drafting.draft_of,
                may_make=drafting.may_make,
                hide_photos=drafting.hide_photos,
                told=drafting.told,
            )
        )
