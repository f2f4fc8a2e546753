"""Builders of polls.

`open_poll(world, …)` is open now for two weeks, in the west of Waterstad, and Dirk's team is responsible for it;
`ballot_of(poll)` are choices that fit; `send(client, poll, choices)` puts a ballot in over the API.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from core.areas.queries import tree
from participation.cases.actions import Opening, open_case
from participation.cases.models import Case
from participation.polls.actions.stepping import take_step
from participation.polls.models import Option, Poll, Question, Standing
from participation.polls.states import Kind, Level, Shows, Stage
from participation.routing.models import Category, Responsibility
from tests.support.world import HOST_A, World

TREES = {"kind": Kind.SINGLE, "title": "Welke boom komt er op het plein?", "options": ["Linde", "Eik", "Es"]}


def poll_categories(world: World) -> Category:
    """What a poll is filed under in Waterstad, as `provision` makes it; Dirk's team has them."""
    found = Category.objects.filter(gemeente=world.a, kind=Category.Kind.POLL, parent__isnull=False).first()
    if found is None:
        main = Category.objects.create(gemeente=world.a, slug="peilingen", name="Peilingen", kind="poll", position=300)
        found = Category.objects.create(
            gemeente=world.a, parent=main, slug="peiling", name="Peiling", kind="poll", response_days=5
        )
    Responsibility.objects.get_or_create(gemeente=world.a, kind="poll", team=world.care)
    return found


def prepared(
    world: World, *, questions: list[dict[str, Any]] | None = None, now: datetime | None = None, **fields: Any
) -> Poll:
    """A poll of Dirk that only has to be opened."""
    moment = now or timezone.now()
    category = poll_categories(world)
    case = open_case(
        Opening(
            kind=Case.Kind.POLL,
            category=category,
            chain=tree().ancestors(world.west.pk),
            summary="Welke boom?",
            visibility=Case.Visibility.LIMITED,
        ),
        now=moment,
    )
    values: dict[str, Any] = {
        "title": "Een boom op het plein",
        "purpose": "Er is geld voor één boom.",
        "outcome_use": "De boom met de meeste stemmen planten we in maart.",
        "who_may": "Iedereen die in de Westerwijk woont",
        "level": Level.DEVICE,
        "shows": Shows.CLOSED,
        "closes_at": moment + timedelta(days=14),
        "answer_by": (moment + timedelta(days=40)).date(),
    } | fields
    poll = Poll.objects.create(
        gemeente=world.a,
        slug=f"boom-{uuid4().hex[:8]}",
        case=case,
        stage=Stage.PREPARING,
        stage_since=moment,
        area=world.west,
        created_at=moment,
        changed_at=moment,
        **values,
    )
    Standing.objects.create(poll=poll)
    for at, told in enumerate(questions or [TREES]):
        rest = dict(told)
        options = rest.pop("options", [])
        question = Question.objects.create(poll=poll, position=at, **rest)
        Option.objects.bulk_create(
            Option(question=question, position=place, **(one if isinstance(one, dict) else {"label": one}))
            for place, one in enumerate(options)
        )
    return poll


def open_poll(world: World, **fields: Any) -> Poll:
    """One that is open now."""
    poll = prepared(world, **fields)
    take_step(slug=poll.slug, name="open", actor=world.actor(world.dirk), now=fields.get("now") or timezone.now())
    return Poll.objects.select_related("case").get(pk=poll.pk)


def ballot_of(poll: Poll, *, at: int = 0) -> dict[str, Any]:
    """Choices that fit; `at` says which option of each question."""
    choices: dict[str, Any] = {}
    for one in poll.questions.prefetch_related("options"):
        ids = [option.pk for option in one.options.all()]
        pick = ids[at % len(ids)] if ids else 0
        fitting: dict[str, Any] = {
            Kind.SINGLE: pick,
            Kind.YESNO: pick,
            Kind.MULTIPLE: [pick],
            Kind.RANKING: [pick, *(other for other in ids if other != pick)],
            Kind.SCALE: 1 + at % one.steps,
            Kind.OPEN: f"Woorden {at}",
            Kind.BUDGET: {str(pick): 1} if one.form == "points" else [pick],
        }
        choices[str(one.pk)] = fitting[Kind(one.kind)]
    return choices


def visitor() -> Client:
    """Somebody's browser, with cookies of its own."""
    return Client(headers={"host": HOST_A})


def send(
    client: Client, poll: Poll, choices: dict[str, Any] | None = None, *, key: UUID | None = None, **more: Any
) -> Any:
    """The ballot over the API; the answer."""
    return client.post(
        f"/api/v1/polls/{poll.slug}/ballots",
        {"choices": ballot_of(poll) if choices is None else choices, **more},
        content_type="application/json",
        headers={"Idempotency-Key": str(key or uuid4())},
    )


@pytest.fixture
def neighbourhood(world: World) -> World:
    """The world, with what polls are filed under."""
    poll_categories(world)
    return world
