"""Mail owed to the reporter. Each task takes ids only and is enqueued in the transaction that owes it."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils import translation
from django_tasks import task

from core.api.throttles import waiting_time
from core.events.models import Event
from core.notify.mail import send_mail
from participation.cases.models import Message
from participation.cases.states import CLOSED
from participation.organisations.queries import roster
from participation.reports.models import Contact, Report
from participation.reports.queries import receipt, resident_status, tracking_url
from participation.reports.tokens import token_matching


@task()
def send_update(event_id: int) -> str:
    """Mail the reporter what this event means to them; says what it did, without personal data."""
    event = Event.objects.get(pk=event_id)
    reference = event.subject.partition("/")[2]
    report = Report.objects.select_related("case__category", "contact").filter(case__reference=reference).first()
    contact = getattr(report, "contact", None)
    if report is None or contact is None or not contact.email:
        return "no address"
    case = report.case
    token = token_matching(report.tracking_seed, report.tracking_hash)
    message = Message.objects.filter(pk=event.payload.get("message"), case=case).first()
    writer = roster().people.get(message.professional_id) if message and message.professional_id else None
    status = event.payload.get("to") or case.status
    language = case.language if case.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    received = event.type == "case.received"
    if received and waiting_time("mail", contact.email.lower()) is not None:
        return "too many to this address"
    with translation.override(language):
        context = {
            "name": greeting(contact.name),
            "case": receipt(case, case.category),
            "respond_by": case.respond_by,
            "resolve_by": case.resolve_by,
            "status_label": resident_status(status),
            "closed": status in CLOSED,
            "message": message.text if message else "",
            "writer": writer,
            "tracking_url": tracking_url(case.gemeente_id, token) if token else "",
        }
        template = {"case.received": "report_received", "case.message": "report_message"}.get(
            event.type, "report_status"
        )
        send_mail(
            to=contact.email,
            template=template,
            context=context,
            language=language,
            gemeente_id=case.gemeente_id,
            key=f"event-{event.pk}",
        )
    return template


def greeting(name: str) -> str:
    """A name to greet with, or nothing.

    Nobody has proved that the address is theirs: a "name" must not carry a message or a link in our mail.
    """
    return "" if len(name) > 40 or re.search(r"[/:\d\n\r@]|www\.", name) else name


def owe_mail(event: Event) -> None:
    """Enqueue the mail, unless the reporter did it themselves or left no address."""
    reference = event.subject.partition("/")[2]
    if event.actor_kind == "resident" and event.type != "case.received":
        return
    if Contact.objects.filter(report__case__reference=reference).exclude(email="").exists():
        send_update.enqueue(event.pk)
