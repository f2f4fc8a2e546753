"""Projects of a budget: proposed, checked with a reason, and voted on when they can be done."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.accounts.actor import Actor
from core.work.worker import run_due_tasks
from participation.polls.actions.projects import propose_project
from participation.polls.actions.stepping import take_step
from participation.polls.models import Option, Poll, Project
from participation.polls.states import Stage
from tests.participation.polls.conftest import prepared
from tests.support.residents import resident
from tests.support.world import World

pytestmark = pytest.mark.django_db

BUDGET = {"kind": "budget", "title": "Wat doen we?", "cents": 1_000_000, "form": "approval", "rule": "equal-shares"}


def step(world: World, poll: Poll, name: str) -> None:
    take_step(slug=poll.slug, name=name, actor=world.actor(world.dirk), now=timezone.now())


@pytest.fixture
def poll(neighbourhood: World) -> Poll:
    """One that collects ideas."""
    made = prepared(neighbourhood, questions=[BUDGET])
    step(neighbourhood, made, "collect")
    return Poll.objects.get(pk=made.pk)


def idea(poll: Poll, **values: Any) -> Project:
    who = resident("anna@example.nl", name="Anna")
    actor = Actor(kind="resident", gemeente_id=poll.gemeente_id, resident_id=who.pk)
    told = {"title": "Bankjes", "what": "Vier bankjes.", "cents": 200_000, "name": "Anna"} | values
    return propose_project(slug=poll.slug, values=told, actor=actor, now=timezone.now())


@pytest.fixture
def dirk(neighbourhood: World) -> Client:
    return neighbourhood.client(neighbourhood.dirk)


def page(poll: Poll) -> str:
    return f"/werk/peilingen/{poll.slug}/projecten/"


def test_what_can_be_done_is_voted_on_and_the_rest_says_why_not(dirk: Client, neighbourhood: World, poll: Poll) -> None:
    good, bad = idea(poll), idea(poll, title="Zwembad", cents=None)
    assert "Bankjes" in dirk.get(page(poll)).content.decode()
    assert dirk.post(page(poll), {"project": good.pk, "state": "fits", "cents": "1.800"}).status_code == 303
    without = dirk.post(page(poll), {"project": bad.pk, "state": "refused", "reason": ""})
    assert without.status_code == 400 and f"#reason-{bad.pk}" in without.content.decode()
    dirk.post(page(poll), {"project": bad.pk, "state": "refused", "reason": "Te zwaar voor het dak."})
    mail.outbox.clear()
    run_due_tasks()
    said = "\n".join(str(one.body) for one in mail.outbox)
    assert "Te zwaar voor het dak." in said and "Bankjes" in said
    step(neighbourhood, poll, "check")
    step(neighbourhood, poll, "open")
    option = Option.objects.get(question__poll=poll)
    assert (option.label, option.cents, option.project_id) == ("Bankjes", 180_000, good.pk)


def test_a_price_is_needed_and_fits_the_budget(dirk: Client, poll: Poll) -> None:
    one = idea(poll, cents=None)
    for cents in ("", "99.000", "veel"):
        assert dirk.post(page(poll), {"project": one.pk, "state": "fits", "cents": cents}).status_code == 400
    one.refresh_from_db()
    assert one.state == Project.State.PROPOSED


def test_the_team_adds_an_idea_of_its_own_without_a_name(dirk: Client, poll: Poll) -> None:
    assert dirk.post(page(poll), {"title": "Boom", "what": "Een boom.", "cents": "500"}).status_code == 303
    made = Project.objects.get()
    assert (made.resident_id, made.name, made.cents) == (None, "", 50_000)


def test_ideas_come_in_only_while_they_are_collected(neighbourhood: World, poll: Poll) -> None:
    from core.errors import Conflict

    step(neighbourhood, poll, "check")
    with pytest.raises(Conflict):
        idea(poll)


def test_checking_is_for_the_team(neighbourhood: World, poll: Poll) -> None:
    one = idea(poll)
    bram = neighbourhood.client(neighbourhood.bram)
    assert bram.get(page(poll)).status_code == 404
    assert bram.post(page(poll), {"project": one.pk, "state": "fits"}).status_code == 404


def test_a_budget_without_any_project_cannot_open(dirk: Client, neighbourhood: World, poll: Poll) -> None:
    step(neighbourhood, poll, "check")
    answer = dirk.post(f"/werk/peilingen/{poll.slug}/", {"step": "open"})
    assert answer.status_code == 400
    assert Poll.objects.get(pk=poll.pk).stage == Stage.CHECKING
