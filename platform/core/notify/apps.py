from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "core.notify"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.accounts.adapter import register_mail_reset
        from core.accounts.attempts import register_attempts_mail
        from core.notify.tasks import mail_attempts, mail_password_reset

        register_mail_reset(mail_password_reset.enqueue)
        register_attempts_mail(mail_attempts.enqueue)
