"""The group's page and its mails say the same of who has the plan and who coaches it."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.work.worker import run_due_tasks
from participation.cases.actions import assign_case
from participation.initiatives.actions import take_step
from participation.initiatives.models import Initiative
from participation.organisations.models import Professional
from participation.routing.models import Responsibility
from tests.participation.initiatives.conftest import submitted
from tests.support.residents import signed_in
from tests.support.world import HOST_A, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(neighbourhood: World) -> tuple[Client, Initiative]:
    """Anna's browser, and her plan that was sent just now."""
    Responsibility.objects.create(gemeente=neighbourhood.a, kind="initiative", team=neighbourhood.care)
    client = Client(headers={"host": HOST_A, "accept-language": "en"})
    starter = signed_in(client, "anna@example.nl", name="Anna")
    starter.language = "en"
    starter.save()
    return client, submitted(starter)


def page(group: tuple[Client, Initiative]) -> str:
    return group[0].get(f"/initiatieven/{group[1].slug}/groep/").content.decode().split('id="counts-title"')[0]


def give(world: World, plan: Initiative, person: Professional | None) -> None:
    assert plan.case is not None
    assign_case(
        reference=plan.case.reference,
        team_id=world.care.pk,
        professional_id=person.pk if person else None,
        actor=world.actor(world.carla),
        now=timezone.now(),
    )
    run_due_tasks()


def told() -> str:
    run_due_tasks()
    said = str([one for one in mail.outbox if one.to == ["anna@example.nl"]][-1].body)
    mail.outbox.clear()
    return said


def test_an_idea_is_with_a_team_or_a_person_and_has_a_day(
    neighbourhood: World, group: tuple[Client, Initiative]
) -> None:
    plan = Initiative.objects.select_related("case").get(pk=group[1].pk)
    give(neighbourhood, plan, None)
    mail.outbox.clear()
    team = "Your plan is now with Wijkteam of"
    person = "Your plan is now with Carla"
    shown = page(group)
    assert team in shown and "You hear from us by" in shown and person not in shown
    give(neighbourhood, plan, neighbourhood.carla)
    shown = page(group)
    assert person in shown and "look" not in shown.partition('id="coach-title"')[2].lower()


def test_the_mail_that_it_was_received_says_what_the_page_says(group: tuple[Client, Initiative]) -> None:
    sentence = next(line for line in told().splitlines() if line.startswith("Your plan is now with"))
    assert sentence in page(group)


def test_a_coach_whose_card_nobody_sees_is_named_to_the_group(
    neighbourhood: World, group: tuple[Client, Initiative]
) -> None:
    mail.outbox.clear()
    Professional.objects.filter(pk=neighbourhood.carla.pk).update(is_public=False)
    take_step(slug=group[1].slug, name="accept", actor=neighbourhood.actor(neighbourhood.carla), now=timezone.now())
    assert "Carla" in told()
    assert "Your plan is now with Carla" in page(group)


def test_after_a_coach_left_both_say_that_the_team_looks_for_another(
    neighbourhood: World, group: tuple[Client, Initiative]
) -> None:
    take_step(slug=group[1].slug, name="accept", actor=neighbourhood.actor(neighbourhood.carla), now=timezone.now())
    told()
    assert "Carla" in page(group)
    give(neighbourhood, Initiative.objects.select_related("case").get(pk=group[1].pk), None)
    sentence = "looks for somebody else. You hear who it is."
    assert sentence in told()
    assert sentence in page(group)
