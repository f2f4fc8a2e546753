from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "participation.residents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.work.schedule import register_periodic
        from participation.residents.codes import register_refused
        from participation.residents.purposes import connect_purposes
        from participation.residents.tasks import sweep_codes, sweep_sign_ins, sweep_unused
        from participation.residents.texting import remember_refused

        connect_purposes()
        register_refused(remember_refused)
        register_periodic("sweep-codes", 3600, sweep_codes)
        register_periodic("sweep-sign-ins", 24 * 3600, sweep_sign_ins)
        register_periodic("sweep-unused-accounts", 24 * 3600, sweep_unused)
