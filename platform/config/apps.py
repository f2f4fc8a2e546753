from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from cms.home.actions import after_set_up
        from config import checks  # noqa: F401  (registers itself)
        from participation.routing.actions import make_first_themes

        after_set_up.append(make_first_themes)
