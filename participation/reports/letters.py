"""The mails that reporters get: made here for the mail server and for the desk's preview (`previewing`) alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import translation

from core.events.models import Event
from core.notify.letters import Letter
from participation.cases.answers import with_name
from participation.cases.models import Case, CasePhoto, Message
from participation.cases.states import CLOSED, Status
from participation.organisations.queries import roster
from participation.reports.models import Contact, Report
from participation.reports.queries import receipt_of, resident_status, tracking_url
from participation.reports.tokens import token_matching

TEMPLATES = {"case.received": "report_received", "case.message": "report_message", "case.transitioned": "report_status"}

HIDDEN = "…"
"""What stands in a preview where the rest of the name and the private link would be."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who is told of an event. `about`: the case it happened to, theirs or the one that theirs was linked to."""

    report: Report
    contact: Contact
    about: Case


def reporter_of(event: Event, report_id: int | None = None) -> Reporter | None:
    """The reporter of the event's case, or of `report_id`: another who reported the same, as long as it is linked.

    None for an anonymous one.
    """
    reference = event.subject.partition("/")[2]
    theirs = Q(case__reference=reference)
    if report_id is not None:
        theirs = Q(pk=report_id, case__duplicate_of__reference=reference)
    known = Report.objects.select_related("case__category", "case__duplicate_of__category", "contact")
    report = known.filter(theirs).first()
    contact = getattr(report, "contact", None)
    if report is None or contact is None:
        return None
    case = report.case
    return Reporter(report, contact, case if report_id is None or case.duplicate_of is None else case.duplicate_of)


def letter_about(event: Event, report_id: int | None = None, *, masked: bool = False) -> Letter | None:
    """What this event means to the reporter, as a mail in their language; None when there is no address.

    `masked`: for a colleague who looks at it first, so without the name and the private link.
    `report_id`: as in `reporter_of`.
    """
    found = reporter_of(event, report_id)
    if found is None or not found.contact.email:
        return None
    report, contact, about = found.report, found.contact, found.about
    case = report.case
    token = token_matching(report.tracking_seed, report.tracking_hash)
    message = Message.objects.filter(pk=event.payload.get("message"), case=about).first()
    writer = roster().people.get(message.professional_id) if message and message.professional_id else None
    status = event.payload.get("to") or about.status
    language = case.language if case.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    promised = event.payload.get("resolveBy")
    with translation.override(language):
        name = greeting(contact.name)
        if masked:
            name, token = name and f"{name[0]}{HIDDEN}", token and HIDDEN
        context = {
            "name": name,
            "case": receipt_of(case),
            "respond_by": about.respond_by,
            "resolve_by": about.resolve_by,
            "promised": datetime.fromisoformat(promised) if promised else None,
            "status_label": resident_status(status),
            "closed": status in CLOSED,
            "message": with_name(message.text, name, case.language) if message else "",
            "photos": CasePhoto.objects.filter(message=message, for_resident=True).count() if message else 0,
            "writer": writer,
            "tracking_url": tracking_url(case.gemeente_id, token) if token else "",
        }
    return Letter(
        to=contact.email,
        template=TEMPLATES.get(event.type, "report_status"),
        context=context,
        language=language,
        gemeente_id=case.gemeente_id,
    )


def letter_asking_again(report_id: int) -> Letter | None:
    """Weeks after it was solved: is it still? None when there is no address, or it was opened again."""
    report = Report.objects.select_related("case__category", "contact").filter(pk=report_id).first()
    contact = getattr(report, "contact", None)
    if report is None or contact is None or not contact.email or report.case.status != Status.RESOLVED:
        return None
    case = report.case
    token = token_matching(report.tracking_seed, report.tracking_hash)
    language = case.language if case.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        context = {
            "name": greeting(contact.name),
            "case": receipt_of(case),
            "solved_at": case.closed_at,
            "tracking_url": tracking_url(case.gemeente_id, token) if token else "",
        }
    return Letter(
        to=contact.email, template="report_again", context=context, language=language, gemeente_id=case.gemeente_id
    )


def greeting(name: str) -> str:
    """A name to greet with, or nothing.

    Nobody has proved that the address is theirs: a "name" must not carry a message or a link in our mail.
    """
    return "" if len(name) > 40 or re.search(r"[/:\d\n\r@]|www\.", name) else name
