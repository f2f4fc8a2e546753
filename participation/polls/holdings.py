"""What polls hold about a resident: hand it over, and erase it (`residents.holdings`).

Whether and what somebody voted is not among it: nothing leads from them to a ballot.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from participation.polls.actions.proposing import forget_polls
from participation.polls.models import Listener, Poll, Project
from participation.polls.pages.mine import polls_section
from participation.residents.holdings import Rows, register_holding, register_rows, register_section
from participation.residents.models import Resident


def connect_holdings() -> None:
    register_rows(Rows(of=concerned, hold=hold_all))
    register_holding(
        "polls",
        _("Polls you had a part in"),
        export=_polls,
        erase=forget_polls,
        goes=_("What you wrote to propose a poll is removed. You get no more mails about polls."),
        stays=_("Polls and projects stay, without your name. Votes cannot be found back: nobody knows which is yours."),
        words={
            "title": _("Title"),
            "why": _("Why"),
            "stage": _("Stage"),
            "reason": _("Reason"),
            "poll": _("Poll"),
            "name": _("Your name, as neighbours see it"),
            "what": _("Text"),
            "state": _("State"),
            "confirmed": _("You confirmed your address"),
            "at": _("When"),
            "proposed": _("Polls you proposed"),
            "projects": _("Your ideas for a budget"),
            "listening": _("Answers you want to hear of"),
        },
    )
    register_section("polls", polls_section)


def concerned(resident: Resident) -> frozenset[int]:
    """Every poll in which something of theirs stands."""
    proposed = Poll.objects.filter(proposer=resident).values_list("pk", flat=True)
    return frozenset(proposed) | frozenset(Project.objects.filter(resident=resident).values_list("poll_id", flat=True))


def hold_all(ids: frozenset[int]) -> None:
    """In one query, in order of their key: two who erase never wait for each other."""
    list(Poll.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def _polls(resident: Resident) -> dict[str, Any]:
    proposed = [
        {"title": one.title, "why": one.proposal, "stage": one.get_stage_display(), "reason": one.reason}
        for one in Poll.objects.filter(proposer=resident).order_by("pk")
    ]
    projects = [
        {"poll": one.poll.title, "title": one.title, "what": one.what, "name": one.name,
         "state": one.get_state_display(), "reason": one.reason, "at": one.created_at}
        for one in Project.objects.filter(resident=resident).select_related("poll").order_by("pk")
    ]  # fmt: skip
    listening = [
        {"poll": one.poll.title, "confirmed": one.confirmed_at is not None, "at": one.asked_at}
        for one in Listener.objects.filter(
            email__iexact=resident.email or "-", poll__gemeente_id=resident.gemeente_id
        ).select_related("poll")
    ]
    found = {"proposed": proposed, "projects": projects, "listening": listening}
    return {name: rows for name, rows in found.items() if rows}
