"""What is held about a resident with an account: what they signed up for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.agenda.actions import hold_events, withdraw
from cms.agenda.models import Attendance
from cms.base.publishing import gemeente_of
from core.events.log import Happened
from participation.residents.holdings import Resident, register_holding

WORDS = {
    "signedUp": _("Signed up for"),
    "event": _("Event"),
    "startsAt": _("Begins"),
    "status": _("Status"),
    "people": _("Number of people"),
    "name": _("Name"),
    "email": _("E-mail address"),
    "phone": _("Mobile number"),
    "language": _("Language"),
    "since": _("Since"),
}


def connect_holding() -> None:
    register_holding(
        "agenda",
        _("What you signed up for"),
        export=export,
        erase=erase,
        goes=_("What you signed up for: your place goes to somebody else."),
        words=WORDS,
    )


def export(resident: Resident) -> dict[str, Any]:
    rows = [
        {
            "event": one.event.title,
            "startsAt": one.starts_at,
            "status": one.get_state_display(),
            "people": one.people,
            "name": one.name,
            "email": one.email,
            "phone": one.phone,
            "language": one.language,
            "since": one.created_at,
        }
        for one in _theirs(resident)
    ]
    return {"signedUp": rows} if rows else {}


def erase(resident: Resident, now: datetime) -> list[Happened]:
    """What is to come is cancelled, and who waits moves up; of what was, the number of people stays."""
    theirs = _theirs(resident)
    hold_events({one.event_id for one in theirs})  # before what is read of them counts
    for one in _theirs(resident):
        if one.ends_at > now:
            withdraw(one, now=now)
        else:
            one.name = one.email = one.phone = ""
            one.erased_at = now
            one.save(update_fields=["name", "email", "phone", "erased_at"])
    return []


def _theirs(resident: Resident) -> list[Attendance]:
    mails = Q(email__iexact=resident.email) if resident.email else Q()
    phones = Q(phone=resident.phone) if resident.phone else Q()
    theirs = (mails | phones) or Q(pk__in=[])
    found = Attendance.objects.filter(theirs, erased_at=None).select_related("event").order_by("starts_at")
    return [one for one in found if gemeente_of(one.event) == resident.gemeente_id]
