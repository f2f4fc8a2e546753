"""What initiatives hold about a resident: hand it over, and erase it (`residents.holdings`)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ui.money import euros
from participation.cases.models import Message
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
    Entry,
    Follow,
    HelpRequest,
    Initiative,
    Invitation,
    Member,
    Offer,
    StepTaken,
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
            "comments": _("What you said"),
            "complaints": _("What you reported"),
            "blocks": _("Where you may not write"),
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
            "groups": _("Groups"),
            "help": _("Help you asked for"),
            "kind": _("Kind"),
            "neededOn": _("Needed on"),
            "amount": _("Amount"),
            "lines": _("What it is for"),
            "label": _("What"),
            "went": _("How it went"),
            "task": _("The task"),
            "better": _("Why it gets better"),
            "able": _("Why you can do it"),
            "costs": _("What it costs"),
            "messages": _("What you wrote to who helps you"),
            "about": _("About"),
            "steps": _("Steps you took"),
            "step": _("Step"),
            "reason": _("Reason"),
            "learned": _("What was learned"),
            "money": _("Money you wrote down"),
            "invitations": _("Whom you invited"),
            "email": _("E-mail address"),
            "answers": _("What you answered to who offered help"),
            "what": _("What do you want to do?"),
            "why": _("Why is it good for the neighbourhood?"),
            "who": _("Who is it for, and who takes part?"),
            "wanted": _("What do you need, and when?"),
            "when": _("When?"),
            "address": _("Where exactly?"),
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
            "supports": _("Initiatives"),
        },
    )
    register_holding(
        "follows",
        _("Initiatives you follow"),
        export=_follows,
        erase=forget_follows,
        goes=_("You get no more mails about initiatives."),
        words={
            "initiative": _("Initiative"),
            "often": _("How often"),
            "at": _("Since"),
            "follows": _("Initiatives"),
        },
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
            "offers": _("Offers"),
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
    follows = [
        {"initiative": one.initiative.title, "often": one.get_often_display(), "at": one.created_at} for one in rows
    ]
    return {"follows": follows} if follows else {}


def _groups(resident: Resident) -> dict[str, Any]:
    """What they wrote as one of a group. Milestones, and how the group looks back, are of nobody in particular."""
    mine = {"member__resident": resident}
    rows = Member.objects.filter(resident=resident).select_related("initiative").order_by("pk")
    pages = Update.objects.filter(**mine).select_related("initiative").order_by("pk")
    requests = HelpRequest.objects.filter(**mine).select_related("initiative", "challenge").prefetch_related("lines")
    said = Message.objects.filter(resident=resident).select_related("case__category").order_by("pk")
    steps = StepTaken.objects.filter(**mine).select_related("initiative").order_by("pk")
    entries = Entry.objects.filter(**mine).select_related("initiative").order_by("pk")
    invited = Invitation.objects.filter(**mine).exclude(email="").select_related("initiative").order_by("pk")
    answered = Offer.objects.filter(**mine).exclude(answer="").select_related("initiative").order_by("pk")
    found: dict[str, Any] = {
        "groups": [_group(one) for one in rows],
        "diary": [
            {"initiative": one.initiative.title, "title": one.title, "text": one.text, "at": one.created_at}
            for one in pages
        ],
        "help": [_help(one) for one in requests.order_by("pk")],
        "messages": [{"about": str(one.case.category), "text": one.text, "at": one.created_at} for one in said],
        "steps": [_step(one) for one in steps],
        "money": [
            {"initiative": one.initiative.title, "kind": one.get_direction_display(), "label": one.label,
             "amount": euros(one.cents), "at": one.on or one.created_at}
            for one in entries
        ],
        "invitations": [
            {"initiative": one.initiative.title, "email": one.email, "at": one.created_at} for one in invited
        ],
        "answers": [
            {"initiative": one.initiative.title, "text": one.answer, "at": one.answered_at} for one in answered
        ],
    }  # fmt: skip
    return {name: told for name, told in found.items() if told}


def _help(one: HelpRequest) -> dict[str, Any]:
    said: dict[str, Any] = {
        "initiative": one.initiative.title,
        "kind": one.get_kind_display(),
        "text": one.what,
        "neededOn": one.needed_on,
        "amount": euros(one.cents) if one.cents is not None else "",
        "lines": [{"label": line.label, "amount": euros(line.cents)} for line in one.lines.all()],
        "went": one.went,
        "at": one.created_at,
    }
    challenge = getattr(one, "challenge", None)
    if challenge is not None:
        said |= {name: getattr(challenge, name) for name in ("task", "better", "able", "costs")}
    return {key: value for key, value in said.items() if value not in (None, "", [])}


def _step(one: StepTaken) -> dict[str, Any]:
    said = {
        "initiative": one.initiative.title,
        "step": one.get_to_stage_display(),
        "reason": one.reason,
        "learned": one.learned,
        "at": one.at,
    }
    return {key: value for key, value in said.items() if value != ""}


def _group(one: Member) -> dict[str, Any]:
    initiative = one.initiative
    said = {
        "initiative": initiative.title,
        "name": one.name,
        "role": one.get_role_display(),
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
