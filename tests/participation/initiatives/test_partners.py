"""Other teams take part: asked by the coach's side, each speaks for itself, and sees no more than it may."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.work.worker import run_due_tasks
from participation.initiatives.actions.stepping import take_step
from participation.initiatives.models import Initiative, Partner
from participation.initiatives.permissions import Role
from participation.initiatives.policies import roles_of
from participation.routing.models import Responsibility
from tests.participation.initiatives.conftest import submitted
from tests.support.residents import signed_in
from tests.support.world import HOST_A, World

pytestmark = pytest.mark.django_db

SOON = "2031-05-01"


@pytest.fixture
def plan(neighbourhood: World) -> Initiative:
    """Of Anna, coached by Dirk of the care team, and public."""
    Responsibility.objects.get_or_create(gemeente=neighbourhood.a, kind="initiative", team=neighbourhood.care)
    made = submitted()
    take_step(slug=made.slug, name="accept", actor=neighbourhood.actor(neighbourhood.dirk), now=timezone.now())
    return Initiative.objects.get(pk=made.pk)


def page(plan: Initiative) -> str:
    return f"/werk/initiatieven/{plan.slug}/partners/"


def asked(plan: Initiative, world: World, sees: str = "public") -> Partner:
    said = {"deed": "involve", "team": world.cleaning.pk, "role": "Maakt het veld schoon", "sees": sees}
    assert world.client(world.dirk).post(page(plan), said).status_code == 303
    return Partner.objects.get(ended_at=None)


def shown(plan: Initiative) -> str:
    return Client(headers={"host": HOST_A}).get(f"/initiatieven/{plan.slug}/").content.decode()


def test_a_team_is_asked_accepts_promises_and_keeps_it(plan: Initiative, neighbourhood: World) -> None:
    row = asked(plan, neighbourhood)
    assert "Maakt het veld schoon" not in shown(plan)
    bram = neighbourhood.client(neighbourhood.bram)
    early = bram.post(page(plan), {"deed": "promise", "partner": row.pk, "promise": "We maaien", "by": SOON})
    assert early.status_code == 409
    assert bram.post(page(plan), {"deed": "accept", "partner": row.pk}).status_code == 303
    row.refresh_from_db()
    assert row.professional_id == neighbourhood.bram.pk
    assert "Maakt het veld schoon" in shown(plan)
    assert bram.post(page(plan), {"deed": "promise", "partner": row.pk, "promise": "", "by": "ooit"}).status_code == 400
    bram.post(page(plan), {"deed": "promise", "partner": row.pk, "promise": "We maaien het veld", "by": SOON})
    assert "We maaien het veld" in shown(plan)
    bram.post(page(plan), {"deed": "kept", "partner": row.pk})
    row.refresh_from_db()
    assert row.kept_at is not None
    bram.post(page(plan), {"deed": "promise", "partner": row.pk, "promise": "En nog een keer", "by": SOON})
    row.refresh_from_db()
    assert row.kept_at is None


def test_everybody_of_the_team_hears_that_it_is_asked(plan: Initiative, neighbourhood: World) -> None:
    run_due_tasks()
    mail.outbox.clear()
    asked(plan, neighbourhood)
    run_due_tasks()
    written = [one for one in mail.outbox if plan.title in one.subject]
    assert len(written) == 2
    for one in written:
        assert page(plan) in one.body
        assert page(plan) in str(one.alternatives[0][0])  # type: ignore[attr-defined]


def test_a_team_is_asked_once_and_never_the_coachs_own(plan: Initiative, neighbourhood: World) -> None:
    asked(plan, neighbourhood)
    dirk = neighbourhood.client(neighbourhood.dirk)
    for team, status in ((neighbourhood.cleaning, 409), (neighbourhood.care, 409), (neighbourhood.desk_b, 400)):
        said = {"deed": "involve", "team": team.pk, "sees": "public"}
        assert dirk.post(page(plan), said).status_code == status
    assert Partner.objects.count() == 1


def test_who_is_no_partner_speaks_for_none(plan: Initiative, neighbourhood: World) -> None:
    row = asked(plan, neighbourhood)
    dirk = neighbourhood.client(neighbourhood.dirk)
    assert dirk.post(page(plan), {"deed": "accept", "partner": row.pk}).status_code == 403
    assert neighbourhood.client(neighbourhood.zoe).get(page(plan)).status_code == 404
    anna = Client(headers={"host": HOST_A})
    signed_in(anna, "anna@example.nl")
    assert anna.get(page(plan)).status_code == 302
    bram = neighbourhood.client(neighbourhood.bram)
    said = {"deed": "involve", "team": neighbourhood.desk.pk, "sees": "public"}
    assert bram.post(page(plan), said).status_code == 403


def test_a_team_that_was_never_asked_finds_no_page(plan: Initiative, neighbourhood: World) -> None:
    assert neighbourhood.client(neighbourhood.bram).get(page(plan)).status_code == 404


def test_a_partner_sees_the_inside_only_after_it_accepted_and_if_it_may(plan: Initiative, neighbourhood: World) -> None:
    row = asked(plan, neighbourhood, sees="inside")
    bram = neighbourhood.actor(neighbourhood.bram)
    assert Role.INSIDE_PARTNER not in roles_of(bram, plan)
    inside = f"/initiatieven/{plan.slug}/groep/"
    client = neighbourhood.client(neighbourhood.bram, headers={"host": HOST_A})
    assert client.get(inside).status_code == 404
    client.post(page(plan), {"deed": "accept", "partner": row.pk})
    assert Role.INSIDE_PARTNER in roles_of(bram, plan)
    assert client.get(inside).status_code == 200
    neighbourhood.client(neighbourhood.dirk).post(page(plan), {"deed": "sees", "partner": row.pk, "sees": "public"})
    assert Role.INSIDE_PARTNER not in roles_of(bram, plan)
    assert client.get(inside).status_code == 404


def test_either_side_ends_it_and_the_page_is_gone_for_the_partner(plan: Initiative, neighbourhood: World) -> None:
    bram = neighbourhood.client(neighbourhood.bram)
    row = asked(plan, neighbourhood)
    bram.post(page(plan), {"deed": "end", "partner": row.pk})
    assert bram.get(page(plan)).status_code == 404
    again = asked(plan, neighbourhood)
    bram.post(page(plan), {"deed": "accept", "partner": again.pk})
    neighbourhood.client(neighbourhood.dirk).post(page(plan), {"deed": "end", "partner": again.pk})
    assert not Partner.objects.filter(ended_at=None).exists()
    assert "Maakt het veld schoon" not in shown(plan)
