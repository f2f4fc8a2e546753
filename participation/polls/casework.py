"""What cases need to know of polls; called when the app is ready."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from participation.cases.kinds import Ways, register_ways
from participation.cases.subjects import Person, Subject, Written, register_subject, register_words
from participation.polls.events import subject_of
from participation.polls.models import Poll
from participation.polls.queries import desk
from participation.polls.states import Stage
from participation.polls.telling import tell_in_history
from participation.routing.models import Category
from participation.routing.queries import RoutingConfig
from participation.texts.screening import marks_of

MOVES = frozenset({"start"})
"""Steps of the workflow on the case itself: they leave the stage alone. Opening and closing are steps of the stages."""


def connect_cases() -> None:
    tell_in_history()
    register_subject(
        "poll",
        subject_of_poll,
        person=proposer_of,
        also_about=also_about,
        rows=rows_of_polls,
        more=desk.more_of_case,
        marks=marks_of,
    )
    register_words("poll", words_of_polls)
    register_ways(
        "poll",
        Ways(
            moves=MOVES,
            instead=lambda: _("A poll goes its own way. Take a step of its stages instead."),
            merges=False,
            category=_category,
            keeps_visibility=True,
        ),
    )


def subject_of_poll(case_id: int) -> Subject:
    """What was proposed, or what it is about."""
    one = Poll.objects.select_related("proposer").get(case_id=case_id)
    proposer = one.proposer
    return {
        "text": one.proposal or one.intro or one.title,
        "answers": [],
        "channels": {
            "email": bool(proposer and proposer.email),
            "phone": bool(proposer and proposer.phone),
            "sms": False,
        },
        "extra": {},
    }


def proposer_of(case_id: int) -> Person | None:
    proposer = Poll.objects.select_related("proposer").get(case_id=case_id).proposer
    return None if proposer is None else {"name": proposer.name, "email": proposer.email, "phone": proposer.phone}


def also_about(case_id: int) -> str:
    """The subject of its events."""
    slug = Poll.objects.filter(case_id=case_id).values_list("slug", flat=True).first()
    return subject_of(slug) if slug else ""


def rows_of_polls(case_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Where these stand, for the inbox. One query."""
    found = Poll.objects.filter(case_id__in=case_ids).values_list("case_id", "stage")
    return {pk: {"stage": stage, "stageLabel": str(Stage(stage).label)} for pk, stage in found}


def words_of_polls(case_ids: Sequence[int]) -> dict[int, Written]:
    """By which words these cases are found. One query."""
    found = Poll.objects.filter(case_id__in=case_ids).select_related("proposer")
    return {one.case_id: written(one) for one in found}


def written(poll: Poll) -> Written:
    """Its words, and apart from them how to reach who proposed it."""
    who = poll.proposer
    contact = (who.name, who.email, who.phone) if who is not None else ()
    return Written(
        texts=(poll.title, poll.intro, poll.purpose, poll.proposal), contact=tuple(one for one in contact if one)
    )


def _category(routing: RoutingConfig, slug: str) -> Category | None:
    return next((one for one in routing.polls() if one.slug == slug), None)
