from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "participation.residents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from core.work.schedule import register_periodic
        from participation.residents.codes import ERASE, NEW_ADDRESS, SIGN_IN, register_purpose
        from participation.residents.tasks import sweep_codes, sweep_sign_ins

        register_purpose(
            SIGN_IN, subject=_("%(digits)s is your code to sign in"), says=_("With this code you sign in:")
        )
        register_purpose(
            NEW_ADDRESS,
            subject=_("%(digits)s is your code for this address"),
            says=_("With this code you say that this address is yours:"),
        )
        register_purpose(
            ERASE,
            subject=_("%(digits)s is your code to erase everything"),
            says=_("With this code you erase everything we hold about you. That cannot be undone:"),
        )
        register_periodic("sweep-codes", 3600, sweep_codes)
        register_periodic("sweep-sign-ins", 24 * 3600, sweep_sign_ins)
