from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "config.demo"

    def ready(self) -> None:
        from config.demo.accounts import for_sign_in
        from core.accounts.views import register_demo_accounts

        register_demo_accounts(for_sign_in)
