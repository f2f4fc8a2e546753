"""No open case is without somebody who can act on it; and what breaks that is found and named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.accounts.models import User
from core.errors import DomainError
from core.snapshots.snapshot import Snapshot
from participation.cases.actions import assign_case, change_case, move_case
from participation.cases.actions.handover import accept_handover, offer_handover, refuse_handover, withdraw_handover
from participation.cases.actions.leaving import Heirs, arrange_leaving
from participation.cases.actions.returning import give_back
from participation.cases.leaving import left_behind
from participation.cases.models import Case, Handover, HandoverItem
from participation.cases.responsibility import check_responsibility, unreachable_cases
from participation.organisations.actions import end_absence, plan_absence
from participation.organisations.models import Absence, Membership, Professional
from participation.reports.rules import ContactGiven
from tests.participation.cases.people import administrator, away, colleague
from tests.support.world import NOON, World, build_world


def switched_off(person: Professional) -> None:
    """As an import or a hand in the database could: past everything that refuses it."""
    User.objects.filter(pk=person.user_id).update(is_active=False)


def found(now: Any = NOON) -> list[tuple[str, int]]:
    return [(one.code, one.count) for one in check_responsibility(now=now)]


def test_a_fresh_world_is_clean_in_few_queries(world: World, django_assert_num_queries: Any) -> None:
    for _number in range(5):
        world.report(now=NOON)
    check_responsibility(now=NOON)
    with django_assert_num_queries(6):
        assert check_responsibility(now=NOON) == []
    assert unreachable_cases(now=NOON) == 0


def break_team(world: World) -> None:
    Membership.objects.filter(team=world.cleaning).delete()


def break_account(world: World) -> None:
    switched_off(world.bram)


def break_membership(world: World) -> None:
    Membership.objects.filter(professional=world.bram).delete()


def break_absence(world: World) -> None:
    away(world.bram, last=date(2026, 12, 20))


def break_everyone(world: World) -> None:
    Case.objects.update(assignee=None)
    away(world.bram)
    away(world.lotte)


def break_offer(world: World) -> None:
    Membership.objects.filter(team=world.desk).delete()
    Case.objects.update(offered_to=world.desk)


def break_part(world: World) -> None:
    whole = world.report(now=NOON, contact=ContactGiven()).case
    Case.objects.exclude(pk=whole.pk).update(parent=whole)
    Case.objects.filter(pk=whole.pk).update(status="resolved", closed_at=NOON, due_at=None)


def break_handover(world: World) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    offer_handover(from_id=world.bram.pk, to_id=kees.pk, actor=world.actor(world.bram), now=NOON)
    Membership.objects.filter(professional=kees).delete()


@pytest.mark.parametrize(
    ("break_it", "codes"),
    [
        (break_team, ["team-empty"]),
        (break_account, ["assignee-gone"]),
        (break_membership, ["assignee-elsewhere"]),
        (break_absence, ["assignee-away"]),
        (break_everyone, ["everyone-away"]),
        (break_offer, ["offer-unreachable", "offer-unknown"]),
        (break_part, ["part-of-closed"]),
        (break_handover, ["handover-unreachable"]),
    ],
)
def test_what_breaks_the_promise_is_found(world: World, break_it: Callable[[World], None], codes: list[str]) -> None:
    case = world.report(now=NOON).case
    assert case.assignee == world.bram
    break_it(world)
    findings = check_responsibility(now=NOON)
    assert [one.code for one in findings] == codes
    assert all(one.references == (case.reference,) for one in findings)
    with translation.override("en"):
        assert all(one.words.endswith(".") and "%" not in one.words for one in findings)


@pytest.mark.parametrize("how", ["role", "team"])
def test_confidential_work_that_nobody_may_read_is_found(world: World, how: str) -> None:
    case = world.report(category="burenoverlast", now=NOON).case
    if how == "role":
        colleague(world, "Els", world.care, confidential=True)
        Membership.objects.filter(professional=world.carla).update(confidential=False)
    else:
        Membership.objects.filter(team=world.care).update(confidential=False)
    [one] = check_responsibility(now=NOON)
    assert one.code == ("assignee-may-not-read" if how == "role" else "nobody-may-read")
    assert (one.confidential, one.references) == (True, (case.reference,))


def test_an_absence_matters_only_for_what_is_due_before_the_return_and_has_no_replacement(world: World) -> None:
    world.report(now=NOON)  # answered by Thursday 19
    long = world.report(now=NOON, category="straatverlichting").case
    Case.objects.filter(pk=long.pk).update(assignee=world.bram, team=world.cleaning, respond_by=None)
    Case.objects.filter(pk=long.pk).update(due_at=NOON + timedelta(days=25))
    absence = away(world.bram, last=date(2026, 11, 18))
    assert found() == []  # back before the first deadline
    absence.ends_on = date(2026, 11, 27)
    absence.save()
    assert found() == [("assignee-away", 1)]
    absence.replacement = world.lotte
    absence.save()
    assert found() == []


def test_the_command_names_what_is_wrong_and_ends_with_one(world: World) -> None:
    case = world.report(now=NOON).case
    out = StringIO()
    call_command("check_responsibility", stdout=out)
    assert "Every open case" in out.getvalue()

    break_membership(world)
    with pytest.raises(CommandError) as ended:
        call_command("check_responsibility", gemeente="GM9101", stdout=out)
    assert ended.value.returncode == 1
    assert case.reference in out.getvalue()
    call_command("check_responsibility", gemeente="GM9102", stdout=out)
    with pytest.raises(CommandError) as unknown:
        call_command("check_responsibility", gemeente="GM0000", stdout=out)
    assert unknown.value.returncode == 2


def test_the_back_office_shows_the_same_and_no_confidential_reference(world: World) -> None:
    open_case = world.report(now=timezone.now()).case
    secret = world.report(category="burenoverlast", now=timezone.now()).case
    Membership.objects.filter(professional__in=[world.bram, world.carla]).delete()
    chief = world.lotte.user
    chief.is_superuser = chief.is_staff = True
    chief.save()
    page = world.client(world.lotte).get("/beheer/reports/responsibility/")
    assert page.status_code == 200
    text = page.content.decode()
    assert open_case.reference in text
    assert secret.reference not in text
    assert world.client(world.dirk).get("/beheer/reports/responsibility/").status_code in {302, 403}


# --- whatever people do, in whatever order --------------------------------------------------------

DEEDS = ("assign", "team", "away", "back", "offer", "accept", "refuse", "withdraw", "leave", "category", "close", "day")


class Story:
    """People who do things to each other's work; refusals are part of life."""

    def __init__(self, world: World) -> None:
        self.world, self.now = world, NOON
        self.chief = administrator(world, "Gea")
        cleaners = [world.bram, world.lotte, *(colleague(world, name, world.cleaning) for name in ("Kees", "Mia"))]
        carers = [world.carla, colleague(world, "Els", world.care, confidential=True)]
        self.people = [*cleaners, *carers]
        self.references = [world.report(now=NOON, contact=ContactGiven()).case.reference for _number in range(4)]
        self.references += [
            world.report(now=NOON, category="burenoverlast", contact=ContactGiven()).case.reference
            for _number in range(2)
        ]

    def tell(self, deed: str, who: int, whom: int, which: int) -> None:
        someone, other = self.people[who % len(self.people)], self.people[whom % len(self.people)]
        case = Case.objects.get(reference=self.references[which % len(self.references)])
        active = User.objects.filter(pk=someone.user_id, is_active=True).exists()
        try:
            if active:
                getattr(self, deed)(someone, other, case)
        except DomainError:
            pass

    def assign(self, someone: Professional, other: Professional, case: Case) -> None:
        assign_case(reference=case.reference, professional_id=other.pk, actor=self.world.actor(someone), now=self.now)

    def team(self, someone: Professional, other: Professional, case: Case) -> None:
        assign_case(reference=case.reference, actor=self.world.actor(someone), now=self.now)

    def away(self, someone: Professional, other: Professional, case: Case) -> None:
        today = timezone.localdate(self.now)
        plan_absence(
            professional_id=someone.pk,
            starts_on=today,
            ends_on=today + timedelta(days=9),
            replacement_id=other.pk,
            actor=self.world.actor(someone),
            now=self.now,
        )

    def back(self, someone: Professional, other: Professional, case: Case) -> None:
        for absence in Absence.objects.filter(professional=someone):
            end_absence(absence_id=absence.pk, actor=self.world.actor(someone), now=self.now)
        give_back(now=self.now)

    def offer(self, someone: Professional, other: Professional, case: Case) -> None:
        offer_handover(
            from_id=someone.pk,
            to_id=other.pk if other != someone else None,
            why="absence" if case.pk % 2 else "other",
            actor=self.world.actor(someone),
            now=self.now,
        )

    def accept(self, someone: Professional, other: Professional, case: Case) -> None:
        for handover in Handover.objects.filter(to_professional=someone):
            accept_handover(handover_id=handover.pk, actor=self.world.actor(someone), now=self.now)

    def refuse(self, someone: Professional, other: Professional, case: Case) -> None:
        for handover in Handover.objects.filter(to_professional=someone, items__outcome="pending").distinct():
            refuse_handover(handover_id=handover.pk, actor=self.world.actor(someone), now=self.now)

    def withdraw(self, someone: Professional, other: Professional, case: Case) -> None:
        for handover in Handover.objects.filter(from_professional=someone, items__outcome="pending").distinct():
            withdraw_handover(handover_id=handover.pk, actor=self.world.actor(someone), now=self.now)

    def leave(self, someone: Professional, other: Professional, case: Case) -> None:
        found = left_behind(someone)
        arrange_leaving(
            professional_id=someone.pk,
            heirs=Heirs(
                cases={group.key: 0 for group in found.cases},
                replacements={absence.pk: 0 for absence in found.replaces},
                leads={team.pk: other.pk for team in found.lead_of},
                openers={(team.pk, secret): other.pk for team, secret in found.opens},
            ),
            end_account=True,
            actor=self.world.actor(self.chief),
            now=self.now,
        )

    def category(self, someone: Professional, other: Professional, case: Case) -> None:
        slug = ("grofvuil", "burenoverlast", "straatverlichting")[other.pk % 3]
        change_case(reference=case.reference, category=slug, actor=self.world.actor(someone), now=self.now)

    def close(self, someone: Professional, other: Professional, case: Case) -> None:
        name = "reopen" if case.closed_at else "resolve"
        move_case(reference=case.reference, move=name, message="Klaar.", actor=self.world.actor(someone), now=self.now)

    def day(self, someone: Professional, other: Professional, case: Case) -> None:
        self.now += timedelta(days=3)
        give_back(now=self.now)


@pytest.mark.django_db
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    deeds=st.lists(
        st.tuples(st.sampled_from(DEEDS), st.integers(0, 11), st.integers(0, 11), st.integers(0, 11)),
        min_size=3,
        max_size=25,
    )
)
def test_whatever_people_do_nothing_falls_between(deeds: list[tuple[str, int, int, int]]) -> None:
    with transaction.atomic():
        Snapshot.forget_all()
        story = Story(build_world())
        for deed in deeds:
            story.tell(*deed)
            # Somebody may be away without replacement: that is life, and the team sees it. All else may never be.
            codes = {one.code for one in check_responsibility(now=story.now)}
            wrong = codes - {"assignee-away", "everyone-away"}
            assert wrong == set(), deed
            held = HandoverItem.objects.filter(outcome="pending").exclude(
                case__assignee_id=F("handover__from_professional_id")
            )
            assert not held.exists(), deed
        transaction.set_rollback(True)
    Snapshot.forget_all()
