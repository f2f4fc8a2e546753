"""What a message to who signed up says, in their language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.agenda.models import Attendance
from cms.agenda.queries import SURE
from cms.base.publishing import gemeente_of
from cms.base.reading import title_read
from core.areas.tenancy import site_of
from core.notify.sms import plainer
from participation.reports.tokens import token_matching


def private_link(row: Attendance, gemeente_id: int) -> str:
    """Where they confirm and cancel; the page behind it swaps the token for a cookie at once."""
    token = token_matching(row.seed, row.token_hash)
    return f"{site_of(gemeente_id)}{reverse('my_place_exchange', args=[token])}" if token else ""


def sure_until(row: Attendance) -> datetime | None:
    """Until when a seat is certain for who has not confirmed; None for others, or where all have room."""
    asked = row.state == Attendance.State.ASKED and row.event.seats
    return timezone.localtime(row.created_at + SURE) if asked else None


def _title(row: Attendance) -> str:
    """Of the event, in their language where it can be read in that."""
    with translation.override(row.language):
        return title_read(row.event.translation_key, row.event.title)[0]


def letter_of(row: Attendance, telling: str) -> dict[str, Any]:
    """What the template `emails/attendance` needs. Nothing that they typed: anybody may have typed this address."""
    event = row.event
    gemeente_id = gemeente_of(event) or 0
    at = event.occurrence_on(row.on)
    return {
        "telling": telling,
        "title": _title(row),
        "at": at,
        "starts_at": timezone.localtime(row.starts_at),
        "place": event.place,
        "address": event.address,
        "people": row.people,
        "until": timezone.localtime(row.until) if row.until else None,
        "sure_until": sure_until(row),
        "reason": (event.cancelled_reason or (at.reason if at else "")) if telling in ("off", "moved") else "",
        "url": private_link(row, gemeente_id),
        "gemeente_id": gemeente_id,
    }


def text_of(row: Attendance, telling: str) -> str:
    """The same as a text message: one sentence and the private link."""
    gemeente_id = gemeente_of(row.event) or 0
    with translation.override(row.language):
        what = {"title": _title(row)[:60], "day": date_format(timezone.localtime(row.starts_at), "j F, H:i")}
        said = {
            "ask": _("“%(title)s”, %(day)s: confirm that you come."),
            "seat": _("“%(title)s”, %(day)s: you have a place."),
            "waiting": _("“%(title)s”, %(day)s: you are on the waiting list."),
            "offer": _("“%(title)s”, %(day)s: there is a place for you. Do you take it?"),
            "moved": _("“%(title)s” is now on %(day)s."),
            "off": _("“%(title)s” on %(day)s is cancelled."),
            "on": _("“%(title)s” on %(day)s is on after all."),
            "reminder": _("“%(title)s” is on %(day)s. See you then."),
        }[telling] % what
    return plainer(f"{said} {private_link(row, gemeente_id)}")
