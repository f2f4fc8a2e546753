from django.apps import AppConfig


class AgendaConfig(AppConfig):
    name = "cms.agenda"
    label = "cms_agenda"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.signals import page_published, page_unpublished

        from cms.agenda.changes import owe_news
        from cms.agenda.models import EventPage
        from cms.agenda.own_data import connect_holding
        from cms.agenda.tasks import tend_agenda
        from core.work.schedule import register_periodic

        connect_holding()
        register_periodic("tend-agenda", 15 * 60, tend_agenda)
        for signal in (page_published, page_unpublished):
            signal.connect(owe_news, sender=EventPage, dispatch_uid="cms.agenda.owe_news")
