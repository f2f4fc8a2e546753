"""The text messages that residents get: who it is from, what happened, and the private link. Nothing anybody wrote.

A message is one part in Dutch and English, and at most two in the languages whose signs count double
(`core.notify.sms.segments`). What it tells is what the mail tells: `letters`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.areas.queries import tree
from core.areas.tenancy import site_of
from core.events.models import Event
from core.notify import sms
from participation.cases.events import MESSAGE, RECEIVED
from participation.cases.states import Status
from participation.reports.channels import waits_for_answer
from participation.reports.letters import HIDDEN, reporter_of
from participation.reports.models import Contact, Report, Supporter
from participation.reports.queries import public_status, resident_status, tracking_url
from participation.reports.supporting.proof import proof_of
from participation.reports.supporting.queries import followed_case, following_url
from participation.reports.tokens import token_matching


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What `send_sms` needs."""

    to: str
    text: str


def text_about(event: Event, report_id: int | None = None, *, masked: bool = False) -> Text | None:
    """What this event means to the reporter; None when no text message reaches them. As `letters.letter_about`."""
    found = reporter_of(event, report_id)
    if found is None or not _reaches(found.report, found.contact):
        return None
    case, about = found.report.case, found.about
    with translation.override(_language(case.language)):
        status = resident_status(event.payload.get("to") or about.status)
        if event.type == RECEIVED:
            words = _("%(municipality)s: we have your report %(reference)s. Follow it (private): %(link)s")
        elif waits_for_answer(event):
            words = _("%(municipality)s: we have a question about your report %(reference)s. Answer: %(link)s")
        elif event.type == MESSAGE:
            words = _("%(municipality)s: a message about your report %(reference)s. Read it: %(link)s")
        else:
            words = _("%(municipality)s: your report %(reference)s is now: %(status)s. See: %(link)s")
        return _made(found.report, found.contact, words, status=status, masked=masked)


def text_asking_again(report_id: int) -> Text | None:
    """Weeks after it was solved: is it still? None when no text message reaches them, or it was opened again."""
    report = Report.objects.select_related("case", "contact").filter(pk=report_id).first()
    contact = getattr(report, "contact", None)
    if report is None or contact is None or not _reaches(report, contact) or report.case.status != Status.RESOLVED:
        return None
    with translation.override(_language(report.case.language)):
        words = _("%(municipality)s: is it still good, what you reported (%(reference)s)? Tell us: %(link)s")
        return _made(report, contact, words)


def consent_text(supporter: Supporter) -> Text:
    """Do you want updates? Anybody may have typed this number, so it says no more than what is public."""
    gemeente_id = supporter.case.gemeente_id
    path = reverse("supporting_consent", args=[supporter.pk, proof_of(supporter)])
    with translation.override(_language(supporter.language)):
        words = _("%(municipality)s: do you want text messages about a report? Say yes: %(link)s")
        values = {"municipality": _from(gemeente_id), "link": f"{site_of(gemeente_id)}{path}"}
        return _plain(supporter.phone, words % values)


def supporter_text(supporter: Supporter, status: str) -> Text | None:
    """How it stands now with what they saw too; None when it is no longer public."""
    main = followed_case(supporter.case)
    token = token_matching(supporter.tracking_seed, supporter.tracking_hash)
    if main is None or token is None:
        return None
    with translation.override(_language(supporter.language)):
        words = _("%(municipality)s: what you saw too is now: %(status)s. See, or stop these messages: %(link)s")
        values = {
            "municipality": _from(main.gemeente_id),
            "status": public_status(status),
            "link": following_url(main.gemeente_id, token),
        }
        return _plain(supporter.phone, words % values)


def _reaches(report: Report, contact: Contact) -> bool:
    return bool(
        sms.can_receive(contact.phone)
        and not contact.phone_refused
        and token_matching(report.tracking_seed, report.tracking_hash)
    )


def _made(report: Report, contact: Contact, words: str, *, status: str = "", masked: bool = False) -> Text:
    case = report.case
    token = token_matching(report.tracking_seed, report.tracking_hash) or ""
    values = {
        "municipality": _from(case.gemeente_id),
        "reference": case.reference,
        "status": status,
        "link": HIDDEN if masked else tracking_url(case.gemeente_id, token),
    }
    return _plain(contact.phone, words % values)


def _plain(number: str, text: str) -> Text:
    plain = (translation.get_language() or "") in sms.PLAIN
    return Text(to=number, text=sms.plainer(text) if plain else text)


def _from(gemeente_id: int) -> str:
    return tree().by_id[gemeente_id].name


def _language(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
