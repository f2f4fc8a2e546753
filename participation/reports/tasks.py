"""Mail owed to the reporter. Each task takes ids only and is enqueued in the transaction that owes it."""

from __future__ import annotations

from django_tasks import task

from core.api.throttles import waiting_time
from core.events.models import Event
from core.notify.mail import send_mail
from participation.reports.letters import letter_about
from participation.reports.models import Contact


@task()
def send_update(event_id: int) -> str:
    """Mail the reporter what this event means to them; says what it did, without personal data."""
    event = Event.objects.get(pk=event_id)
    letter = letter_about(event)
    if letter is None:
        return "no address"
    if event.type == "case.received" and waiting_time("mail", letter.to.lower()) is not None:
        return "too many to this address"
    send_mail(
        to=letter.to,
        template=letter.template,
        context=letter.context,
        language=letter.language,
        gemeente_id=letter.gemeente_id,
        key=f"event-{event.pk}",
    )
    return letter.template


def owe_mail(event: Event) -> None:
    """Enqueue the mail, unless the reporter did it themselves or left no address."""
    reference = event.subject.partition("/")[2]
    if event.actor_kind == "resident" and event.type != "case.received":
        return
    if Contact.objects.filter(report__case__reference=reference).exclude(email="").exists():
        send_update.enqueue(event.pk)
