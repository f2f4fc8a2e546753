"""Sending a plan in: it becomes a case that somebody is responsible for."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import timezone

from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.events.models import Event, StreamEntry
from core.work.worker import run_due_tasks
from participation.cases.models import Case
from participation.initiatives.actions import submit_initiative
from participation.initiatives.models import StepTaken
from participation.initiatives.states import Stage
from participation.routing.models import Responsibility
from tests.participation.initiatives.conftest import actor, draft, group_of, submitted
from tests.support.residents import resident
from tests.support.world import World

pytestmark = pytest.mark.django_db


def test_a_plan_that_is_sent_is_a_case_of_the_team_the_rules_name(neighbourhood: World) -> None:
    Responsibility.objects.create(gemeente=neighbourhood.a, kind="initiative", team=neighbourhood.care)

    initiative = submitted()

    case = Case.objects.get(initiative=initiative)
    assert (case.kind, case.team, case.visibility) == ("initiative", neighbourhood.care, "limited")
    assert case.reference.startswith("I-")
    assert case.summary == initiative.title
    assert initiative.stage == Stage.IDEA
    assert initiative.published_at is None
    assert [one.name for one in StepTaken.objects.all()] == ["submit"]


def test_the_case_and_the_plan_are_told_together_and_once(neighbourhood: World) -> None:
    initiative = submitted()
    assert initiative.case is not None

    told = Event.objects.filter(subject__in=[f"initiative/{initiative.slug}", f"case/{initiative.case.reference}"])

    assert [one.type for one in told.order_by("id")] == ["case.received", "initiative.step"]
    on_team = StreamEntry.objects.filter(event__in=told, stream__name=f"team:{initiative.case.team_id}")
    assert on_team.count() == 2
    assert not StreamEntry.objects.filter(event__in=told, stream__name__startswith="wijk:").exists()


def test_what_is_missing_is_said_at_once_and_nothing_is_sent(neighbourhood: World) -> None:
    who = resident()
    made = draft(who, title="", what="", area="")

    with pytest.raises(Invalid) as refused:
        submit_initiative(made.slug, actor(who), timezone.now())

    assert [one.field for one in refused.value.errors] == ["title", "what", "area"]
    assert not Case.objects.filter(kind="initiative").exists()


def test_sending_twice_makes_one_case(neighbourhood: World) -> None:
    who = resident()
    initiative = submitted(who)

    with pytest.raises(Conflict):
        submit_initiative(initiative.slug, actor(who), timezone.now())

    assert Case.objects.filter(kind="initiative").count() == 1


def test_only_the_starter_sends_it(neighbourhood: World) -> None:
    made, (_starter, member) = group_of(2)

    with pytest.raises(NotAllowed):
        submit_initiative(made.slug, actor(member), timezone.now())
    with pytest.raises(NotFound):
        submit_initiative(made.slug, actor(resident("other@example.nl")), timezone.now())


def test_everybody_in_the_group_hears_who_has_it_and_what_we_promise(neighbourhood: World) -> None:
    made, (starter, _member) = group_of(2)
    run_due_tasks()
    mail.outbox.clear()

    submit_initiative(made.slug, actor(starter), timezone.now())
    run_due_tasks()

    assert sorted(one.to[0] for one in mail.outbox) == ["neighbour1@example.nl", "neighbour2@example.nl"]
    for one in mail.outbox:
        assert made.title in one.subject
        assert "Klantcontact" in one.body
        assert f"/initiatieven/{made.slug}/groep/" in one.body
