"""What initiatives hold about a resident: hand it over, and erase it (`residents.holdings`)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from participation.initiatives.actions.following import forget_follows
from participation.initiatives.actions.supporting import forget_supports
from participation.initiatives.models import Follow, Support
from participation.residents.holdings import register_holding
from participation.residents.models import Resident


def connect_holdings() -> None:
    register_holding(
        "support",
        _("Initiatives you support"),
        export=_supports,
        erase=forget_supports,
        goes=_("You support no initiative any more."),
        words={"initiative": _("Initiative"), "livesHere": _("You said that you live there"), "at": _("Since")},
    )
    register_holding(
        "follows",
        _("Initiatives you follow"),
        export=_follows,
        erase=forget_follows,
        goes=_("You get no more mails about initiatives."),
        words={"initiative": _("Initiative"), "often": _("How often"), "at": _("Since")},
    )


def _supports(resident: Resident) -> dict[str, Any]:
    rows = Support.objects.filter(resident=resident).select_related("initiative").order_by("pk")
    supports = [{"initiative": one.initiative.title, "livesHere": one.lives_here, "at": one.at} for one in rows]
    return {"supports": supports} if supports else {}


def _follows(resident: Resident) -> dict[str, Any]:
    rows = Follow.objects.filter(resident=resident).select_related("initiative").order_by("pk")
    follows = [{"initiative": one.initiative.title, "often": one.often, "at": one.created_at} for one in rows]
    return {"follows": follows} if follows else {}
