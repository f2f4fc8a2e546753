from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "core.accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added, authenticator_removed

        from core.accounts.second_factor import remember_set_up, tell_removed

        authenticator_added.connect(remember_set_up, dispatch_uid="core.accounts")
        authenticator_removed.connect(tell_removed, dispatch_uid="core.accounts")
