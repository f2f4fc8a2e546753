from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "core.accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_reset, password_set
        from allauth.mfa.signals import authenticator_added, authenticator_removed

        from core.accounts.leaving import after_deactivation
        from core.accounts.second_factor import remember_set_up, tell_removed
        from core.accounts.sessions import end_all, end_others_of_changed

        after_deactivation.append(end_all)
        authenticator_added.connect(remember_set_up, dispatch_uid="core.accounts")
        authenticator_removed.connect(tell_removed, dispatch_uid="core.accounts")
        for changed in (password_changed, password_reset, password_set):
            changed.connect(end_others_of_changed, dispatch_uid="core.accounts")
