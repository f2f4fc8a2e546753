from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "cms.home"
    label = "cms_home"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.base.translations import address_in
        from cms.home.queries import edited_gemeente, site_links
        from core.areas.policies import register_workplace
        from core.ui.context import register_links
        from core.ui.languages import register_address

        register_links(site_links)
        register_address(address_in)
        register_workplace(edited_gemeente)
