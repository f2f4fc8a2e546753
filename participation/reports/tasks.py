"""Mail owed to the reporter. Each task takes ids only and is enqueued in the transaction that owes it."""

from __future__ import annotations

from django.db.models import Q, Subquery
from django.utils import timezone
from django_tasks import task

from core.api.throttles import waiting_time
from core.events.models import Event
from core.notify.mail import send_mail
from participation.cases.models import Case
from participation.reports import drafts
from participation.reports.letters import letter_about
from participation.reports.models import Contact


@task()
def send_update(event_id: int, report_id: int | None = None) -> str:
    """Mail the reporter what this event means to them; says what it did, without personal data.

    `report_id`: another who reported the same; not mailed when the link was undone meanwhile.
    """
    event = Event.objects.get(pk=event_id)
    letter = letter_about(event, report_id)
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


@task()
def sweep_drafts() -> int:
    """See `drafts.sweep`; every hour."""
    return drafts.sweep(now=timezone.now())


@task()
def sweep_held() -> int:
    """See `holding.forget_held`; to be run every day."""
    from participation.reports.holding import forget_held  # sends reports, that enqueue the tasks above

    return forget_held(now=timezone.now())


def owe_mail(event: Event) -> None:
    """Enqueue the mail of what we did, unless the reporter did it themselves or left no address.

    Everyone whose report was linked to this one gets it too; an address that reported twice gets it once.
    """
    if event.actor_kind == "resident":
        return
    reference = event.subject.partition("/")[2]
    own = Case.objects.filter(reference=reference).values("pk")
    cases = Case.objects.filter(Q(reference=reference) | Q(duplicate_of_id=Subquery(own)))
    reached = Contact.objects.filter(report_id__in=cases.values("pk")).exclude(email="")
    found = list(reached.order_by("report_id").values_list("report_id", "email", "report__case__reference"))
    told: set[str] = set()
    for report_id, email, of in sorted(found, key=lambda one: one[2] != reference):  # the case's own reporter first
        if email.lower() not in told:
            told.add(email.lower())
            send_update.enqueue(event.pk, *(() if of == reference else (report_id,)))
