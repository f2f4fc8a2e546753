"""Handing work over and being replaced: until someone accepts, who had it has it; what was kept comes back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.errors import Conflict, Invalid, NotFound
from core.events.models import Event
from core.work.worker import run_due_tasks
from participation.cases.actions import assign_case, change_case, move_case
from participation.cases.actions.handover import (
    Given,
    accept_handover,
    offer_handover,
    refuse_handover,
    remind_of_handovers,
    withdraw_handover,
)
from participation.cases.actions.returning import give_back
from participation.cases.models import Case, Handover, HandoverItem, StandIn
from participation.cases.telling import sentence
from participation.organisations.actions import change_absence, end_absence, plan_absence
from participation.organisations.models import Absence, Professional
from participation.organisations.queries import roster
from tests.participation.cases.people import WED, administrator, away, colleague, fresh
from tests.support.world import NOON, World, key

EN = {"Accept-Language": "en"}


def post(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json", headers={**EN, **headers})


def words(case: Case) -> list[str]:
    from django.utils import translation

    with translation.override("en"):
        return [sentence(one) for one in Event.objects.filter(subject=f"case/{case.reference}").order_by("id")]


def offer(world: World, giver: Professional, to: Professional | None, **values: Any) -> Handover:
    by = values.pop("by", giver)
    return offer_handover(from_id=giver.pk, to_id=to.pk if to else None, actor=world.actor(by), now=NOON, **values)


@pytest.fixture
def cases(world: World) -> list[Case]:
    found = [world.report(now=NOON - timedelta(hours=3)).case for _number in range(3)]
    Case.objects.update(assignee=world.bram)
    return [fresh(case) for case in found]


# --- offering and answering -----------------------------------------------------------------------


def test_until_it_is_accepted_the_giver_has_it_and_then_the_receiver(world: World, cases: list[Case]) -> None:
    bram, lotte = world.client(world.bram), world.client(world.lotte)
    body = {
        "to": world.lotte.pk,
        "cases": [{"reference": cases[0].reference, "note": "Belt elke dag"}, {"reference": cases[1].reference}],
        "note": "Tot maandag",
        "why": "other",
    }
    made = post(bram, "handovers", body)
    assert made.status_code == 201
    shown = made.json()
    assert (shown["waiting"], shown["mayAnswer"], shown["mayWithdraw"]) == (True, False, True)
    assert [one["note"] for one in shown["cases"]] == ["Belt elke dag", ""]
    assert {fresh(one).assignee for one in cases} == {world.bram}

    [mine] = lotte.get("/api/v1/handovers?box=to-me").json()["results"]
    assert mine["mayAnswer"]
    accepted = post(lotte, f"handovers/{mine['id']}/_accept", {"references": [cases[0].reference]})

    assert accepted.status_code == 200
    assert [one["outcome"] for one in accepted.json()["cases"]] == ["accepted", "pending"]
    assert [fresh(one).assignee for one in cases] == [world.lotte, world.bram, world.bram]

    post(lotte, f"handovers/{mine['id']}/_accept", {})
    assert [fresh(one).assignee for one in cases] == [world.lotte, world.lotte, world.bram]
    assert post(lotte, f"handovers/{mine['id']}/_accept", {}).status_code == 409
    assert lotte.get("/api/v1/handovers?box=to-me").json()["results"] == []
    holders = [one["holder"]["person"]["name"] for one in bram.get("/api/v1/handovers").json()["results"][0]["cases"]]
    assert holders == ["Lotte", "Lotte"]
    assert words(cases[0])[-2:] == [
        "Bram offered the case to Lotte. Until they accept it stays where it is.",
        "Lotte took the case over from Bram.",
    ]


def test_all_open_cases_go_when_none_is_named_and_the_same_key_offers_once(world: World, cases: list[Case]) -> None:
    bram = world.client(world.bram)
    move_case(reference=cases[2].reference, move="resolve", message="Weg.", actor=world.actor(world.bram), now=NOON)
    token = key()
    first = post(bram, "handovers", {"to": world.lotte.pk}, **{"Idempotency-Key": token})
    again = post(bram, "handovers", {"to": world.lotte.pk}, **{"Idempotency-Key": token})
    assert first.json()["id"] == again.json()["id"]
    assert {one["reference"] for one in first.json()["cases"]} == {cases[0].reference, cases[1].reference}
    assert Handover.objects.count() == 1


def test_a_refusal_says_why_and_leaves_everything(world: World, cases: list[Case]) -> None:
    handover = offer(world, world.bram, world.lotte)
    refuse_handover(handover_id=handover.pk, answer="Ik zit vol.", actor=world.actor(world.lotte), now=NOON)
    assert set(handover.items.values_list("outcome", "answer")) == {("refused", "Ik zit vol.")}
    assert {fresh(one).assignee for one in cases} == {world.bram}
    assert offer(world, world.bram, world.lotte).items.count() == 3  # may be offered again


def test_who_gave_may_withdraw_and_nobody_else_answers(world: World, cases: list[Case]) -> None:
    handover = offer(world, world.bram, world.lotte)
    for outsider in (world.bram, world.carla, world.zoe):
        for deed in (accept_handover, refuse_handover):
            with pytest.raises(NotFound):
                deed(handover_id=handover.pk, actor=world.actor(outsider), now=NOON)
    for outsider in (world.carla, world.zoe):
        with pytest.raises(NotFound):
            withdraw_handover(handover_id=handover.pk, actor=world.actor(outsider), now=NOON)
        assert world.client(outsider).get("/api/v1/handovers").json()["results"] == []
    withdraw_handover(handover_id=handover.pk, actor=world.actor(world.bram), now=NOON)
    assert set(handover.items.values_list("outcome", flat=True)) == {"withdrawn"}


def test_a_lead_hands_over_for_others_and_a_colleague_does_not(world: World, cases: list[Case]) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    with pytest.raises(Invalid):
        offer(world, world.bram, kees, by=kees)
    handover = offer(world, world.bram, kees, by=world.lotte)
    assert handover.professional == world.lotte
    with pytest.raises(NotFound):
        withdraw_handover(handover_id=handover.pk, actor=world.actor(world.carla), now=NOON)
    chief = administrator(world, "Gea")
    withdraw_handover(handover_id=handover.pk, actor=world.actor(chief), now=NOON)
    assert offer(world, world.bram, kees, by=chief).items.count() == 3


@pytest.mark.parametrize(
    ("receiver", "code"), [("carla", "may-not-open"), ("zoe", "unknown"), ("bram", "unknown"), ("away", "away")]
)
def test_only_someone_present_who_may_open_the_cases_is_asked(
    world: World, cases: list[Case], receiver: str, code: str
) -> None:
    person = world.lotte if receiver == "away" else getattr(world, receiver)
    if receiver == "away":
        away(world.lotte)
    with pytest.raises(Invalid) as refused:
        offer(world, world.bram, person)
    assert [(one.field, one.code) for one in refused.value.errors] == [("to", code)]


def test_a_confidential_case_is_handed_only_to_who_may_read_it(world: World) -> None:
    case = world.report(category="burenoverlast", now=NOON).case
    assert case.assignee == world.carla
    with pytest.raises(Invalid):
        offer(world, world.carla, world.dirk)
    els = colleague(world, "Els", world.care, confidential=True)
    handover = offer(world, world.carla, els)
    assert world.client(world.dirk).get("/api/v1/handovers").json()["results"] == []
    colleague(world, "Lead", world.care, lead=True)
    lead = world.care.memberships.get(professional__name="Lead").professional
    assert world.client(lead).get("/api/v1/handovers").json()["results"] == []
    accept_handover(handover_id=handover.pk, actor=world.actor(els), now=NOON)
    assert fresh(case).assignee == els
    streams = set(Event.objects.filter(type="case.handed-over").values_list("entries__stream__name", flat=True))
    assert streams == {f"team-confidential:{world.care.pk}"}


def test_a_case_is_offered_to_one_person_at_a_time(world: World, cases: list[Case]) -> None:
    offer(world, world.bram, world.lotte, cases=[Given(cases[0].reference)])
    kees = colleague(world, "Kees", world.cleaning)
    with pytest.raises(Invalid) as refused:
        offer(world, world.bram, kees)
    assert cases[0].reference in str(refused.value.errors[0].detail)


def test_giving_back_to_the_team_asks_nobody(world: World, cases: list[Case]) -> None:
    handover = offer(world, world.bram, None)
    assert set(handover.items.values_list("outcome", flat=True)) == {"accepted"}
    assert {(fresh(one).assignee, fresh(one).team) for one in cases} == {(None, world.cleaning)}


@pytest.mark.parametrize("deed", ["close", "assign", "take", "category"])
def test_what_happens_meanwhile_ends_the_offer_of_that_case(world: World, cases: list[Case], deed: str) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    handover = offer(world, world.bram, world.lotte)
    actor, case = world.actor(world.bram), cases[0]
    if deed == "close":
        move_case(reference=case.reference, move="resolve", message="Weg.", actor=actor, now=NOON)
    elif deed == "assign":
        assign_case(reference=case.reference, professional_id=kees.pk, actor=actor, now=NOON)
    elif deed == "take":
        assign_case(reference=case.reference, professional_id=world.lotte.pk, actor=world.actor(world.lotte), now=NOON)
    else:
        change_case(reference=case.reference, category="straatverlichting", actor=actor, now=NOON)

    expected = "pending" if deed == "category" else "passed"  # Bram still has it
    assert HandoverItem.objects.get(case=case).outcome == expected
    accept_handover(handover_id=handover.pk, actor=world.actor(world.lotte), now=NOON)
    if deed == "assign":
        assert fresh(case).assignee == kees


def test_who_is_asked_and_who_gave_hear_of_it_once(world: World, cases: list[Case]) -> None:
    run_due_tasks()
    mail.outbox.clear()
    handover = offer(world, world.bram, world.lotte)
    run_due_tasks()
    assert [one.to for one in mail.outbox] == [[world.lotte.user.email]]

    later = NOON + timedelta(days=1, hours=6)
    assert [remind_of_handovers(now=moment) for moment in (NOON, later, later)] == [0, 1, 0]
    assert remind_of_handovers(now=NOON + timedelta(days=8)) == 1
    assert remind_of_handovers(now=NOON + timedelta(days=80)) == 0
    run_due_tasks()
    assert [one.to for one in mail.outbox[1:]] == [[world.lotte.user.email], [world.bram.user.email]]

    accept_handover(handover_id=handover.pk, actor=world.actor(world.lotte), now=NOON)
    run_due_tasks()
    assert mail.outbox[-1].to == [world.bram.user.email]
    assert len(mail.outbox) == 4
    assert not any(case.reference in one.body for case in cases for one in mail.outbox)


def test_nobody_is_reminded_of_what_was_answered(world: World, cases: list[Case]) -> None:
    handover = offer(world, world.bram, world.lotte)
    accept_handover(handover_id=handover.pk, actor=world.actor(world.lotte), now=NOON)
    assert remind_of_handovers(now=NOON + timedelta(days=8)) == 0


def test_the_register_costs_as_much_for_many_as_for_one(
    world: World, cases: list[Case], django_assert_num_queries: Any
) -> None:
    lotte = world.client(world.lotte)
    for case in cases:
        offer(world, world.bram, world.lotte, cases=[Given(case.reference)])
    lotte.get("/api/v1/handovers")
    with django_assert_num_queries(8):
        assert len(lotte.get("/api/v1/handovers").json()["results"]) == 3


# --- away, and back -------------------------------------------------------------------------------


def test_a_new_case_for_someone_away_goes_to_the_replacement_and_comes_back(world: World) -> None:
    absence = away(world.bram, replacement=world.lotte)
    case = world.report(now=NOON).case
    assert case.assignee == world.lotte
    assert StandIn.objects.get().absentee == world.bram

    assert give_back(now=NOON + timedelta(days=2)) == 0
    back = NOON + timedelta(days=10)
    assert absence.ends_on == (back - timedelta(days=1)).date()
    assert give_back(now=back) == 1

    assert fresh(case).assignee == world.bram
    assert words(case)[-1] == "Bram is back and has the case again."
    assert give_back(now=back) == 0


def test_giving_to_someone_away_gives_to_their_replacement_and_says_so(world: World, cases: list[Case]) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    today = timezone.localdate()  # the API's clock
    away(kees, first=today, last=today + timedelta(days=3), replacement=world.bram)
    Case.objects.update(assignee=world.lotte)

    answer = post(world.client(world.lotte), f"cases/{cases[0].reference}/assignments", {"professional": kees.pk})

    assert answer.json()["assignee"]["id"] == world.bram.pk
    assert words(cases[0])[-1] == "Kees is away, so the case went to Bram, who replaces them."
    assert "Kees is away; this colleague replaces them." in answer.json()["why"]
    assert give_back(now=timezone.now() + timedelta(days=5)) == 1
    assert fresh(cases[0]).assignee == kees


def test_nobody_is_given_work_while_away_without_replacement_but_may_take_it(world: World, cases: list[Case]) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    away(kees)
    with pytest.raises(Invalid) as refused:
        assign_case(reference=cases[0].reference, professional_id=kees.pk, actor=world.actor(world.bram), now=NOON)
    assert [one.code for one in refused.value.errors] == ["away"]
    own = assign_case(reference=cases[0].reference, professional_id=kees.pk, actor=world.actor(kees), now=NOON)
    assert own.assignee == kees


def test_a_replacement_who_is_away_too_passes_it_on_and_it_comes_back_to_the_first(world: World) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    away(world.bram, last=date(2026, 11, 20), replacement=world.lotte)
    away(world.lotte, last=date(2026, 12, 4), replacement=kees)
    case = world.report(now=NOON).case
    assert case.assignee == kees
    assert give_back(now=NOON + timedelta(days=3)) == 1
    assert fresh(case).assignee == world.bram


def test_who_replace_each_other_leave_it_to_the_team(world: World, cases: list[Case]) -> None:
    away(world.bram, replacement=world.lotte)
    away(world.lotte, replacement=world.bram)
    case = world.report(now=NOON).case
    assert (case.team, case.assignee) == (world.cleaning, None)


def test_a_second_absence_that_follows_keeps_it_with_the_replacement(world: World) -> None:
    away(world.bram, last=date(2026, 11, 20), replacement=world.lotte)
    away(world.bram, first=date(2026, 11, 21), last=date(2026, 12, 4), replacement=world.lotte)
    case = world.report(now=NOON).case
    assert give_back(now=NOON + timedelta(days=4)) == 0
    assert give_back(now=NOON + timedelta(days=20)) == 1
    assert fresh(case).assignee == world.bram


@pytest.mark.parametrize("meanwhile", ["given", "closed", "left-team"])
def test_what_changed_meanwhile_does_not_come_back(world: World, meanwhile: str) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    away(world.bram, replacement=world.lotte)
    case = world.report(now=NOON).case
    actor = world.actor(world.lotte)
    if meanwhile == "given":
        assign_case(reference=case.reference, professional_id=kees.pk, actor=actor, now=NOON)
    elif meanwhile == "closed":
        move_case(reference=case.reference, move="resolve", message="Weg.", actor=actor, now=NOON)
    else:
        world.bram.memberships.get().delete()
    assert give_back(now=NOON + timedelta(days=10)) == 0
    assert fresh(case).assignee == (kees if meanwhile == "given" else world.lotte)
    assert not StandIn.objects.filter(ended_at=None).exists()


def test_ending_an_absence_brings_the_work_back_at_once(world: World) -> None:
    today = roster()  # read, so that the change below must reach it
    assert today.people
    absence = plan_absence(
        professional_id=world.bram.pk,
        starts_on=WED,
        ends_on=WED + timedelta(days=30),
        replacement_id=world.lotte.pk,
        actor=world.actor(world.bram),
        now=NOON,
    )
    case = world.report(now=NOON).case
    assert case.assignee == world.lotte
    run_due_tasks()
    end_absence(absence_id=absence.pk, actor=world.actor(world.bram), now=NOON)
    run_due_tasks()
    assert fresh(case).assignee == world.bram


def test_what_is_handed_over_for_an_absence_comes_back_after_it_and_not_before(world: World, cases: list[Case]) -> None:
    away(world.bram, first=date(2026, 11, 23), last=date(2026, 11, 27), replacement=world.lotte)
    handover = offer(world, world.bram, world.lotte, why="absence")
    accept_handover(handover_id=handover.pk, actor=world.actor(world.lotte), now=NOON)
    assert {fresh(one).assignee for one in cases} == {world.lotte}

    assert give_back(now=NOON + timedelta(days=1)) == 0  # still here
    assert give_back(now=NOON + timedelta(days=6)) == 0  # away
    assert give_back(now=NOON + timedelta(days=12)) == 3
    assert {fresh(one).assignee for one in cases} == {world.bram}


def test_an_absence_that_does_not_happen_gives_back_what_was_handed_over_for_it(
    world: World, cases: list[Case]
) -> None:
    absence = away(world.bram, first=date(2026, 11, 23), last=date(2026, 11, 27), replacement=world.lotte)
    handover = offer(world, world.bram, world.lotte, why="absence")
    accept_handover(handover_id=handover.pk, actor=world.actor(world.lotte), now=NOON)
    end_absence(absence_id=absence.pk, actor=world.actor(world.bram), now=NOON)
    assert not Absence.objects.exists()
    assert give_back(now=NOON) == 3


def test_an_absence_is_made_longer_or_gets_another_replacement(world: World) -> None:
    absence = away(world.bram, replacement=world.lotte)
    lotte = world.actor(world.lotte)
    changed = change_absence(
        absence_id=absence.pk, ends_on=date(2026, 12, 24), replacement_id=None, actor=lotte, now=NOON
    )
    assert (changed.ends_on, changed.replacement) == (date(2026, 12, 24), None)
    for wrong in (date(2026, 11, 10), date(2026, 11, 17)):
        with pytest.raises(Invalid):
            change_absence(absence_id=absence.pk, ends_on=wrong, replacement_id=None, actor=lotte, now=NOON)
    with pytest.raises(NotFound):
        change_absence(
            absence_id=absence.pk,
            ends_on=date(2026, 12, 1),
            replacement_id=None,
            actor=world.actor(world.carla),
            now=NOON,
        )
    with pytest.raises(Conflict):
        change_absence(
            absence_id=absence.pk,
            ends_on=date(2027, 2, 1),
            replacement_id=None,
            actor=lotte,
            now=NOON + timedelta(days=60),
        )
