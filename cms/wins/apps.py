from django.apps import AppConfig


class WinsConfig(AppConfig):
    name = "cms.wins"
    label = "cms_wins"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.wins.drafting import draft_of
        from participation.cases.wins import register_small_wins

        register_small_wins(draft_of)
