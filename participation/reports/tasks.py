"""Mail and text messages owed to reporters. Tasks take ids only and are enqueued in the transaction that owes them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django_tasks import task

from core.api.throttles import waiting_time
from core.events.models import Event
from core.notify import sms
from core.notify.letters import send
from participation.cases.events import RECEIVED
from participation.cases.models import Case
from participation.cases.states import Status
from participation.reports import drafts
from participation.reports.channels import Channel, channels_of
from participation.reports.letters import letter_about, letter_asking_again
from participation.reports.models import Contact, Feedback, Listener, Report
from participation.reports.queries import AGAIN_AFTER
from participation.reports.texts import Text, text_about, text_asking_again
from participation.residents.limits import over_limit
from participation.residents.texting import put_off

JUST_NOW = timedelta(minutes=15)
"""So long after a report its confirmation is still what somebody waits for."""


@task()
def send_update(event_id: int, report_id: int | None = None) -> str:
    """Mail the reporter what this event means to them; says what it did, without personal data.

    `report_id`: another who reported the same; not mailed when the link was undone meanwhile.
    """
    event = Event.objects.get(pk=event_id)
    letter = letter_about(event, report_id)
    if letter is None:
        return "no address"
    if event.type == RECEIVED and waiting_time("mail", letter.to.lower()) is not None:
        return "too many to this address"
    return send(letter, key=f"event-{event.pk}")


@task()
def send_text(event_id: int, report_id: int | None = None) -> str:
    """The same by text message, which waits for the morning unless it confirms what was sent just now."""
    event = Event.objects.get(pk=event_id)
    text = text_about(event, report_id)
    if text is None:
        return "no number"
    asked_for = event.type == RECEIVED
    if not (asked_for and timezone.now() < event.at + JUST_NOW) and put_off(send_text, event_id, report_id):
        return "waits until the quiet hours end"
    if asked_for and over_limit(text.to):
        return "too many to this number"
    return _deliver(text, key=f"event-{event.pk}")


def _deliver(text: Text, *, key: str) -> str:
    """Send it; a number that no message reaches is not tried again, and its owner reads so at their link."""
    try:
        sms.send_sms(to=text.to, text=text.text, key=key)
    except sms.NumberRefused:
        remember_refused(text.to)
        return "the number is refused"
    return "sent"


def remember_refused(number: str) -> None:
    """No text message reaches this number (E.164)."""
    Contact.objects.filter(phone=number).update(phone_refused=True)


@task()
def ask_again() -> int:
    """Weeks after a report was solved, owe the question whether it still is; once for each closing. Every hour."""
    return owe_questions(now=timezone.now())


def owe_questions(*, now: datetime) -> int:
    """Enqueue what `ask_again` sends; answers to how many. After another week it is too late to ask."""
    from participation.reports.listening.tasks import ask_listeners  # it needs the actions, which send what is here

    listening = Exists(Listener.objects.filter(report=OuterRef("pk")))
    due = now - AGAIN_AFTER
    asked = Q(asked_again_at=F("case__closed_at"))
    unsolved = Feedback.objects.filter(report=OuterRef("pk"), closed_at=OuterRef("case__closed_at"), solved=False)
    with transaction.atomic():
        left = list(
            Report.objects.select_for_update(of=("self",))
            .filter(case__status=Status.RESOLVED, case__closed_at__range=(due - timedelta(weeks=1), due))
            .annotate(listens=listening)
            .filter(Q(contact__isnull=False) | Q(listens=True))
            .exclude(asked & Q(asked_again_at__isnull=False))
            .exclude(Exists(unsolved))
            .select_related("case", "contact")
        )
        reached = {report.pk: channels_of(getattr(report, "contact", None)) for report in left}
        found = [report for report in left if reached[report.pk] or report.listens]
        for report in found:
            report.asked_again_at = report.case.closed_at
            if Channel.MAIL in reached[report.pk]:
                send_question.enqueue(report.pk)
            elif reached[report.pk]:
                text_question.enqueue(report.pk)
            if report.listens:
                ask_listeners.enqueue(report.pk)
        Report.objects.bulk_update(found, ["asked_again_at"], batch_size=500)
    return len(found)


@task()
def send_question(report_id: int) -> str:
    """Mail one reporter: is it still good?"""
    letter = letter_asking_again(report_id)
    if letter is None:
        return "no address"
    return send(letter, key=f"again-{report_id}-{letter.context['case']['reference']}")


@task()
def text_question(report_id: int) -> str:
    """The same by text message."""
    text = text_asking_again(report_id)
    if text is None:
        return "no number"
    if put_off(text_question, report_id):
        return "waits until the quiet hours end"
    return _deliver(text, key=f"again-{report_id}")


@task()
def sweep_drafts() -> int:
    """See `drafts.sweep`; every hour."""
    return drafts.sweep(now=timezone.now())


@task()
def sweep_held() -> int:
    """See `holding.forget_held`; to be run every day."""
    from participation.reports.holding import forget_held  # sends reports, that enqueue the tasks above

    return forget_held(now=timezone.now())


def owe_confirmation(event: Event, contact: Contact, *, untexted: bool = False) -> None:
    """Enqueue the mail or text message that we have their report. `untexted`: no text message, see `Submission`."""
    for channel in channels_of(contact):
        if channel is Channel.MAIL:
            send_update.enqueue(event.pk)
        elif not untexted:
            send_text.enqueue(event.pk)


def owe_news(event: Event) -> None:
    """Enqueue the mail and text message of what we did, unless the reporter did it themselves or cannot be reached.

    Everyone whose report was linked to this one gets it too; an address that reported twice gets it once.
    """
    if event.actor_kind == "resident":
        return
    reference = event.subject.partition("/")[2]
    own = Case.objects.filter(reference=reference).values("pk")
    cases = Case.objects.filter(Q(reference=reference) | Q(duplicate_of_id=Subquery(own)))
    left = Contact.objects.filter(report_id__in=cases.values("pk")).exclude(email="", phone="").order_by("report_id")
    found = left.annotate(of=F("report__case__reference"))
    told: set[str] = set()
    for contact in sorted(found, key=lambda one: one.of != reference):  # the case's own reporter first
        report = () if contact.of == reference else (contact.report_id,)
        for channel in channels_of(contact, event):
            address = contact.email.lower() if channel is Channel.MAIL else contact.phone
            if address in told:
                continue
            told.add(address)
            if channel is Channel.MAIL:
                send_update.enqueue(event.pk, *report)
            else:
                send_text.enqueue(event.pk, *report)
