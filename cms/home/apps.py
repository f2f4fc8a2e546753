from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "cms.home"
    label = "cms_home"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.home.queries import edited_gemeente, site_links
        from core.areas.policies import register_workplace
        from core.ui.context import register_links

        register_links(site_links)
        register_workplace(edited_gemeente)
