"""What initiatives hold about a resident: hand it over, and erase it (`residents.holdings`)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participation.initiatives.actions.commenting import forget_comments
from participation.initiatives.actions.drafting import TEXTS
from participation.initiatives.actions.following import forget_follows
from participation.initiatives.actions.group import erase_from_groups
from participation.initiatives.actions.offering import forget_offers
from participation.initiatives.actions.supporting import forget_supports
from participation.initiatives.blocks import kept_until
from participation.initiatives.models import (
    Block,
    Comment,
    Complaint,
    Follow,
    Initiative,
    Member,
    Offer,
    Support,
    Update,
)
from participation.initiatives.pages.mine import groups_section
from participation.initiatives.states import Stage
from participation.residents.holdings import Rows, register_holding, register_rows, register_section
from participation.residents.models import Resident


def connect_holdings() -> None:
    register_rows(Rows(of=concerned, hold=hold_all))
    register_holding(
        "comments",
        _("What you said about initiatives"),
        export=_comments,
        erase=forget_comments,
        goes=_("What you wrote about initiatives is removed."),
        stays=_(
            "Where you wrote something, it says that it was removed. May you not write here for a while? Then we "
            "keep a code made of your address until that ends, and nothing else."
        ),
        words={
            "initiative": _("Initiative"),
            "text": _("Text"),
            "at": _("When"),
            "reason": _("Reason"),
            "until": _("Until"),
            "why": _("What you found wrong with it"),
        },
    )
    register_holding(
        "groups",
        _("Groups you are in"),
        export=_groups,
        erase=erase_from_groups,
        goes=_("You leave every group, and your name goes from its page. Plans of you alone, not sent yet, go."),
        stays=_("What a group sent stays, without your name."),
        words={
            "initiative": _("Initiative"),
            "name": _("Your name, as neighbours see it"),
            "role": _("Role"),
            "since": _("Since"),
            "until": _("Until"),
            "draft": _("The plan, not sent yet"),
            "diary": _("What you wrote in the diary"),
            "title": _("Title"),
            "text": _("Text"),
            "at": _("When"),
        },
    )
    register_section("groups", groups_section)
    register_holding(
        "support",
        _("Initiatives you support"),
        export=_supports,
        erase=forget_supports,
        goes=_("You support no initiative any more."),
        words={
            "initiative": _("Initiative"),
            "livesHere": _("You said that you live there"),
            "letter": _("Number of your letter"),
            "at": _("Since"),
        },
    )
    register_holding(
        "follows",
        _("Initiatives you follow"),
        export=_follows,
        erase=forget_follows,
        goes=_("You get no more mails about initiatives."),
        words={"initiative": _("Initiative"), "often": _("How often"), "at": _("Since")},
    )
    register_holding(
        "offers",
        _("Help you offered"),
        export=_offers,
        erase=forget_offers,
        goes=_("What you offered to groups is removed."),
        words={
            "initiative": _("Initiative"),
            "text": _("Text"),
            "state": _("State"),
            "answer": _("Answer"),
            "at": _("When"),
        },
    )


def concerned(resident: Resident) -> frozenset[int]:
    """Every initiative in which something of theirs stands."""
    tables = (Comment, Member, Support, Follow, Offer)
    return frozenset(
        pk for table in tables for pk in table.objects.filter(resident=resident).values_list("initiative_id", flat=True)
    )


def hold_all(ids: frozenset[int]) -> None:
    """In one query, in order of their key: two who erase never wait for each other."""
    list(Initiative.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def _offers(resident: Resident) -> dict[str, Any]:
    rows = Offer.objects.filter(resident=resident).select_related("initiative").order_by("pk")
    offers = [
        {
            "initiative": one.initiative.title,
            "text": one.text,
            "state": one.get_state_display(),
            "answer": one.answer,
            "at": one.created_at,
        }
        for one in rows
    ]
    return {"offers": offers} if offers else {}


def _supports(resident: Resident) -> dict[str, Any]:
    rows = Support.objects.filter(resident=resident).select_related("initiative", "code").order_by("pk")
    supports = [
        {"initiative": one.initiative.title, "livesHere": one.lives_here, "at": one.at}
        | ({"letter": one.code.number} if one.code is not None else {})
        for one in rows
    ]
    return {"supports": supports} if supports else {}


def _follows(resident: Resident) -> dict[str, Any]:
    rows = Follow.objects.filter(resident=resident).select_related("initiative").order_by("pk")
    follows = [{"initiative": one.initiative.title, "often": one.often, "at": one.created_at} for one in rows]
    return {"follows": follows} if follows else {}


def _groups(resident: Resident) -> dict[str, Any]:
    rows = Member.objects.filter(resident=resident).select_related("initiative").order_by("pk")
    pages = Update.objects.filter(member__resident=resident).select_related("initiative").order_by("pk")
    found: dict[str, Any] = {
        "groups": [_group(one) for one in rows],
        "diary": [
            {"initiative": one.initiative.title, "title": one.title, "text": one.text, "at": one.created_at}
            for one in pages
        ],
    }
    return {name: told for name, told in found.items() if told}


def _group(one: Member) -> dict[str, Any]:
    initiative = one.initiative
    said = {
        "initiative": initiative.title,
        "name": one.name,
        "role": one.role,
        "since": one.joined_at,
        "until": one.left_at,
    }
    if initiative.stage == Stage.DRAFT and one.left_at is None:
        said["draft"] = {name: getattr(initiative, name) for name in TEXTS if getattr(initiative, name)}
    return {key: value for key, value in said.items() if value not in (None, "")}


def _comments(resident: Resident) -> dict[str, Any]:
    said = Comment.objects.filter(resident=resident).exclude(text="").select_related("initiative").order_by("pk")
    complaints = Complaint.objects.filter(resident=resident).select_related("comment__initiative").order_by("pk")
    blocks = Block.objects.filter(resident=resident).order_by("pk")
    found: dict[str, Any] = {
        "comments": [{"initiative": one.initiative.title, "text": one.text, "at": one.created_at} for one in said],
        "complaints": [
            {"initiative": one.comment.initiative.title, "why": one.get_why_display(), "text": one.remark, "at": one.at}
            for one in complaints
        ],
        "blocks": [{"reason": one.reason, "at": one.since, "until": one.until} for one in blocks],
    }
    if (until := kept_until(resident, timezone.now())) is not None:  # of an account with this address, before
        found["blocks"].append({"until": until})
    return {name: rows for name, rows in found.items() if rows}
