"""Mail and text messages owed to supporters. Tasks take ids only and are enqueued in the transaction that owes them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django_tasks import task

from core.api.throttles import waiting_time
from core.events.models import Event
from core.notify import sms
from core.notify.letters import send
from participation.cases.states import Status
from participation.reports.channels import Channel, channels_to
from participation.reports.models import Contact, Supporter
from participation.reports.supporting.letters import consent_letter, status_letter
from participation.reports.texts import Text, consent_text, supporter_text
from participation.residents.limits import over_limit
from participation.residents.texting import put_off

TOLD = frozenset({Status.IN_PROGRESS, Status.PLANNED, Status.RESOLVED, Status.UNRESOLVED, Status.REOPENED})
"""Steps a supporter hears of; that we wait for an answer of the reporter is not for them."""


@task()
def ask_consent(supporter_id: int) -> str:
    """Ask an address or a number whether it wants updates: anybody may have typed it."""
    supporter = Supporter.objects.select_related("case__category").filter(pk=supporter_id, confirmed_at=None).first()
    channels = channels_of(supporter) if supporter else ()
    if supporter is None or not channels:
        return "no address"
    if Channel.SMS in channels:
        if put_off(ask_consent, supporter_id):
            return "waits until the quiet hours end"
        if over_limit(supporter.phone):
            return "too many to this number"
        return _deliver(consent_text(supporter))
    if waiting_time("mail", supporter.email.lower()) is not None:
        return "too many to this address"
    return send(consent_letter(supporter))


def owe_updates(event: Event) -> None:
    """In the event's transaction: when somebody is to be told, owe one task, however many they are."""
    if tells_supporters(event) and _reached(event).exists():
        tell_supporters.enqueue(event.pk)


def tells_supporters(event: Event) -> bool:
    """Whether this is a step that supporters hear of; that the reporter answered is none."""
    to, was = event.payload.get("to"), event.payload.get("from")
    return to in TOLD and not (was == Status.WAITING and to == Status.IN_PROGRESS)


@task()
def tell_supporters(event_id: int) -> str:
    """A task for each who is to be told, so that one address that refuses holds up nobody else.

    An address or number hears it once, and not from here when it hears it as a reporter.
    """
    event = Event.objects.get(pk=event_id)
    reference = event.subject.partition("/")[2]
    about = Q(report__case__reference=reference) | Q(report__case__duplicate_of__reference=reference)
    reporters = {
        address
        for left in Contact.objects.filter(about).annotate(mail=Lower("email")).values_list("mail", "phone")
        for address in left
    }
    chosen = {
        one.email.lower() or one.phone: one
        for one in _reached(event).order_by("-pk")
        if channels_of(one) and reporters.isdisjoint({one.email.lower() or one.phone})
    }
    with transaction.atomic():
        for supporter_id in sorted(one.pk for one in chosen.values()):
            send_status.enqueue(event_id, supporter_id)
    return f"{len(chosen)} to tell"


@task()
def send_status(event_id: int, supporter_id: int) -> str:
    """Tell one supporter how it stands now, unless they stopped or it is out of sight meanwhile."""
    event = Event.objects.get(pk=event_id)
    supporter = (
        _reached(event).select_related("case__category", "case__duplicate_of__category").filter(pk=supporter_id).first()
    )
    channels = channels_of(supporter) if supporter else ()
    if supporter is not None and Channel.SMS in channels:
        if put_off(send_status, event_id, supporter_id):
            return "waits until the quiet hours end"
        text = supporter_text(supporter, event.payload["to"])
        return _deliver(text, key=f"event-{event.pk}") if text else "no longer public"
    letter = status_letter(supporter, event.payload["to"]) if supporter and channels else None
    return send(letter, key=f"event-{event.pk}")


def channels_of(supporter: Supporter) -> Sequence[Channel]:
    """On which way they hear of it: e-mail, else a text message."""
    return channels_to(email=supporter.email, phone=supporter.phone)


def _deliver(text: Text, *, key: str = "") -> str:
    """Send it. A number that no message reaches is forgotten; its owner stays counted."""
    try:
        sms.send_sms(to=text.to, text=text.text, key=key)
    except sms.NumberRefused:
        Supporter.objects.filter(phone=text.to, email="").update(phone="", confirmed_at=None)
        return "the number is refused"
    return "sent"


def _reached(event: Event) -> QuerySet[Supporter]:
    """Who said yes to news about this case or one that is linked to it."""
    reference = event.subject.partition("/")[2]
    return Supporter.objects.filter(
        Q(case__reference=reference) | Q(case__duplicate_of__reference=reference), confirmed_at__isnull=False
    ).exclude(email="", phone="")
