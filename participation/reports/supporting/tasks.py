"""Mail owed to supporters. Tasks take ids only and are enqueued in the transaction that owes them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django_tasks import task

from core.api.throttles import waiting_time
from core.events.models import Event
from core.notify.mail import send_mail
from participation.cases.states import Status
from participation.reports.models import Contact, Supporter
from participation.reports.supporting.letters import consent_letter, status_letter

TOLD = frozenset({Status.IN_PROGRESS, Status.PLANNED, Status.RESOLVED, Status.UNRESOLVED, Status.REOPENED})
"""Steps a supporter hears of; that we wait for an answer of the reporter is not for them."""


@task()
def ask_consent(supporter_id: int) -> str:
    """Ask an address whether it wants updates: anybody may have typed it."""
    supporter = Supporter.objects.select_related("case__category").filter(pk=supporter_id, confirmed_at=None).first()
    if supporter is None or not supporter.email:
        return "no address"
    if waiting_time("mail", supporter.email.lower()) is not None:
        return "too many to this address"
    letter = consent_letter(supporter)
    send_mail(
        to=letter.to,
        template=letter.template,
        context=letter.context,
        language=letter.language,
        gemeente_id=letter.gemeente_id,
    )
    return letter.template


def owe_updates(event: Event) -> None:
    """In the event's transaction: when somebody is to be told, owe one task, however many they are."""
    to, was = event.payload.get("to"), event.payload.get("from")
    if to not in TOLD or (was == Status.WAITING and to == Status.IN_PROGRESS):
        return
    if _reached(event).exists():
        tell_supporters.enqueue(event.pk)


@task()
def tell_supporters(event_id: int) -> str:
    """A task for each who is to be told, so that one address that refuses holds up nobody else.

    An address hears it once, and not from here when it hears it as a reporter.
    """
    event = Event.objects.get(pk=event_id)
    reference = event.subject.partition("/")[2]
    about = Q(report__case__reference=reference) | Q(report__case__duplicate_of__reference=reference)
    reporters = set(Contact.objects.filter(about).exclude(email="").values_list(Lower("email"), flat=True))
    chosen = {
        email: pk
        for pk, email in _reached(event).order_by("-pk").values_list("pk", Lower("email"))
        if email not in reporters
    }
    with transaction.atomic():
        for supporter_id in sorted(chosen.values()):
            send_status.enqueue(event_id, supporter_id)
    return f"{len(chosen)} to tell"


@task()
def send_status(event_id: int, supporter_id: int) -> str:
    """Tell one supporter how it stands now, unless they stopped or it is out of sight meanwhile."""
    event = Event.objects.get(pk=event_id)
    supporter = (
        _reached(event).select_related("case__category", "case__duplicate_of__category").filter(pk=supporter_id).first()
    )
    letter = status_letter(supporter, event.payload["to"]) if supporter else None
    if letter is None:
        return "no address"
    send_mail(
        to=letter.to,
        template=letter.template,
        context=letter.context,
        language=letter.language,
        gemeente_id=letter.gemeente_id,
        key=f"event-{event.pk}",
    )
    return letter.template


def _reached(event: Event) -> QuerySet[Supporter]:
    """Who said yes to mail about this case or one that is linked to it."""
    reference = event.subject.partition("/")[2]
    return Supporter.objects.filter(
        Q(case__reference=reference) | Q(case__duplicate_of__reference=reference), confirmed_at__isnull=False
    ).exclude(email="")
