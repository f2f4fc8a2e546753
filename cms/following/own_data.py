"""What is held about a resident with an account: what their e-mail address follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.following.choices import Topic
from cms.following.models import Follower, Wish
from core.areas.queries import tree
from core.events.log import Happened
from participation.residents.holdings import Resident, register_holding

WORDS = {
    "follows": _("What you follow"),
    "asked": _("Asked for, not confirmed yet"),
    "wijken": _("Neighbourhoods"),
    "topics": _("What about"),
    "often": _("How often"),
    "language": _("Language"),
    "since": _("Since"),
    "email": _("E-mail address"),
}


def connect_holding() -> None:
    register_holding(
        "following",
        _("What you follow"),
        export=export,
        erase=erase,
        goes=_("What you follow by e-mail: you get no more of it."),
        words=WORDS,
    )


def export(resident: Resident) -> dict[str, Any]:
    if not resident.email:
        return {}
    of_address = {"gemeente_id": resident.gemeente_id, "email__iexact": resident.email}
    follower = Follower.objects.filter(**of_address).prefetch_related("areas").first()
    wish = Wish.objects.filter(**of_address).first()
    told: dict[str, Any] = {}
    if follower is not None:
        told["follows"] = _told(follower, sorted(area.name for area in follower.areas.all()), follower.confirmed_at)
    if wish is not None:
        known = tree().by_id
        told["asked"] = _told(wish, [known[pk].name for pk in wish.area_ids if pk in known], wish.asked_at)
    return told


def erase(resident: Resident, _now: datetime) -> list[Happened]:
    if resident.email:
        of_address = {"gemeente_id": resident.gemeente_id, "email__iexact": resident.email}
        Wish.objects.filter(**of_address).delete()
        Follower.objects.filter(**of_address).delete()
    return []


def _told(row: Follower | Wish, wijken: list[str], since: datetime) -> dict[str, Any]:
    return {
        "email": row.email,
        "wijken": wijken,
        "topics": [str(Topic(one).label) for one in row.topics],
        "often": row.get_frequency_display(),
        "language": row.language,
        "since": since,
    }
