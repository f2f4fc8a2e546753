"""Asking for help: by the group, to who can grant it, decided with reasons, and followed up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from core.events.models import Event
from core.work.worker import run_due_tasks
from participation.cases.actions import change_case, message_resident, move_case, promise_day
from participation.cases.models import Case, Message
from participation.cases.search import rebuild
from participation.initiatives.actions import take_step
from participation.initiatives.actions.asking import ask_help, tell_how_it_went, withdraw_help, write_about_help
from participation.initiatives.actions.deciding import extend_challenge
from participation.initiatives.models import BudgetLine, HelpRequest, Initiative, InitiativeSettings
from participation.initiatives.queries.asked import kinds_offered
from participation.initiatives.tasks.helping import follow_up_now, is_due
from participation.residents.models import Resident
from participation.routing.models import Category
from tests.participation.initiatives.conftest import actor, join, submitted
from tests.participation.initiatives.helping import ask, coached, decide, rules
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(neighbourhood: World) -> World:
    return rules(neighbourhood)


@pytest.fixture
def anna() -> Resident:
    return resident("anna@example.nl", name="Anna")


@pytest.fixture
def plan(here: World, anna: Resident) -> Initiative:
    return coached(here, anna)


def sent_to(address: str) -> list[Any]:
    run_due_tasks()
    found = [one for one in mail.outbox if one.to == [address]]
    mail.outbox.clear()
    return found


def test_a_request_is_a_case_of_its_own_with_the_team_the_rules_name(
    here: World, plan: Initiative, anna: Resident
) -> None:
    main = Category.objects.get(gemeente=here.a, kind="help-request", parent=None)
    money = Category.objects.create(
        gemeente=here.a, parent=main, slug="geld", name="Geld", kind="help-request", resolve_days=20, position=900
    )

    request = ask(plan, anna)

    case = request.case
    assert (case.kind, case.team, case.visibility) == ("help-request", here.cleaning, "limited")
    assert case.reference.startswith("H-")
    assert (case.category, case.resolve_by is not None) == (money, True)
    assert (request.cents, request.lines.count(), request.member) == (50000, 2, plan.members.get())
    assert ask(plan, anna, "space").case.category != money, "without a category of its own, the first"
    told = Event.objects.filter(subject__in=(f"case/{case.reference}", f"initiative/{plan.slug}")).order_by("-pk")
    assert {"case.received", "initiative.help"} <= {one.type for one in told}
    assert "Aarde" not in str([one.payload for one in told])
    assert f"team:{here.cleaning.pk}" in _streams(case.reference)


def test_what_the_group_keeps_to_itself_is_in_no_stream_of_everybody(plan: Initiative, anna: Resident) -> None:
    for seen_by, heard in (("group", False), ("everybody", True)):
        ask(plan, anna, "space", seen_by=seen_by)
        event = Event.objects.filter(type="initiative.help").latest("pk")
        streams = set(event.entries.values_list("stream__name", flat=True))
        assert (f"initiative:{plan.slug}" in streams) == heard


def _streams(reference: str) -> list[str]:
    return list(Event.objects.filter(subject=f"case/{reference}").values_list("entries__stream__name", flat=True))


def test_everything_that_is_wrong_is_said_at_once(plan: Initiative, anna: Resident) -> None:
    with pytest.raises(Invalid) as refused:
        ask(plan, anna, what=" ", lines=[("", 0)], seen_by="nobody", needed_on=timezone.localdate() - timedelta(days=1))
    assert {one.field for one in refused.value.errors} == {
        "what", "lines.0.label", "lines.0.cents", "seenBy", "neededOn",
    }  # fmt: skip
    with pytest.raises(Invalid) as refused:
        ask(plan, anna, "challenge", challenge={"task": "Maaien"})
    assert {one.field for one in refused.value.errors} == {"challenge.better", "challenge.able"}
    assert not HelpRequest.objects.exists()
    assert not Case.objects.filter(kind="help-request").exists()


def test_only_the_group_asks_and_only_with_a_coach(here: World, plan: Initiative, anna: Resident) -> None:
    with pytest.raises(NotAllowed):
        ask(plan, resident("vreemd@example.nl"))
    with pytest.raises(NotAllowed):
        ask_help(slug=plan.slug, kind="space", what="Een zaal", actor=here.actor(here.dirk), now=timezone.now())
    idea = submitted(anna)
    with pytest.raises(Conflict):
        ask(idea, anna)
    with pytest.raises(NotFound):
        ask(idea, resident("vreemd@example.nl"))


def test_a_part_of_each_line_is_granted_and_never_more(here: World, plan: Initiative, anna: Resident) -> None:
    request = ask(plan, anna)
    soil, plants = request.lines.all()
    for wrong in (
        {soil.pk: 20001},
        {soil.pk: -1},
        {soil.pk: 0, plants.pk: 0},
        {soil.pk: 20000, plants.pk: 30000},
        {0: 5},
    ):
        with pytest.raises(Invalid):
            decide(here, request, "partly", lines=wrong)

    request = decide(here, request, "partly", lines={soil.pk: 20000, plants.pk: 5000}, conditions="Bewaar de bonnen.")

    assert (request.granted_cents, request.professional) == (25000, here.bram)
    assert list(request.lines.values_list("granted_cents", flat=True)) == [20000, 5000]
    case = Case.objects.get(pk=request.case_id)
    assert (case.status, case.assignee, case.closed_at is not None) == ("resolved", here.bram, True)
    message = Message.objects.get(case=case)
    assert message.text == "Het past bij de wijk.\n\nBewaar de bonnen."
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetLine.objects.filter(pk=soil.pk).update(granted_cents=20001)
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpRequest.objects.filter(pk=request.pk).update(granted_cents=50001)


def test_all_or_nothing_needs_no_amounts(here: World, plan: Initiative, anna: Resident) -> None:
    granted = decide(here, ask(plan, anna, lines=(), cents=7500), "granted")
    refused = decide(here, ask(plan, anna), "refused", conditions="Voorwaarde")
    assert (granted.granted_cents, refused.granted_cents, refused.conditions) == (7500, 0, "")
    assert refused.case.status == "unresolved"
    with pytest.raises(Invalid):
        decide(here, ask(plan, anna, lines=(), cents=7500), "granted", granted_cents=100)
    with pytest.raises(Invalid):
        decide(here, ask(plan, anna, "space"), "refused", reasons=" ")


def test_there_is_one_decision_and_it_is_stale_when_the_case_changed(
    here: World, plan: Initiative, anna: Resident
) -> None:
    request = ask(plan, anna, "space")
    version = request.case.version
    change_case(
        reference=request.case.reference,
        priority="high",
        actor=here.actor(here.bram),
        now=timezone.now(),
        version=version,
    )
    with pytest.raises(Stale):
        decide(here, request, "granted", version=version)
    decide(here, request, "granted")
    with pytest.raises(Conflict):
        decide(here, request, "refused")
    with pytest.raises(Conflict):
        withdraw_help(slug=plan.slug, reference=request.case.reference, actor=actor(anna), now=timezone.now())


def test_who_handles_its_case_decides_and_nobody_else(here: World, plan: Initiative, anna: Resident) -> None:
    request = ask(plan, anna, "space")
    body = {"decision": "granted", "reasons": "Ja, graag."}
    address = f"/api/v1/cases/{request.case.reference}/decision"
    for person, status in ((here.dirk, 404), (here.carla, 404), (here.zoe, 404)):
        assert here.client(person).post(address, body, "application/json").status_code == status
    assert Client(headers={"host": HOST_A}).post(address, body, "application/json").status_code in (401, 403)
    neighbour = Client()
    signed_in(neighbour, "anna@example.nl")
    assert neighbour.post(address, body, "application/json").status_code in (401, 403)
    key = {"Idempotency-Key": str(uuid4())}
    first = here.client(here.bram).post(address, body, "application/json", headers=key)
    again = here.client(here.bram).post(address, body, "application/json", headers=key)
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 201, "true")
    shown = first.json()["helpRequest"]
    assert (shown["decision"], shown["mayDecide"], first.json()["moves"]) == ("granted", False, [])


def test_the_desk_sees_the_request_and_the_coach_where_it_stands(here: World, plan: Initiative, anna: Resident) -> None:
    request = ask(plan, anna, seen_by="group")
    found = here.client(here.bram).get(f"/api/v1/cases/{request.case.reference}").json()
    about = found["helpRequest"]
    assert (about["cents"], len(about["lines"]), about["mayDecide"]) == (50000, 2, True)
    assert (about["initiative"]["title"], about["initiative"]["reference"]) == (plan.title, None)
    assert [one["move"] for one in found["moves"]] == ["accept", "start", "plan", "ask"]
    assert "anna@example.nl" not in str(found)
    assert plan.case is not None
    coach = here.client(here.dirk).get(f"/api/v1/cases/{plan.case.reference}").json()
    asked = coach["initiative"]["helpRequests"]
    assert [(one["reference"], one["mayOpen"]) for one in asked] == [(request.case.reference, False)]
    listed = here.client(here.bram).get("/api/v1/cases?kind=help-request").json()["results"]
    assert [one["reference"] for one in listed] == [request.case.reference]


def test_closing_goes_through_the_decision(here: World, plan: Initiative, anna: Resident) -> None:
    request = ask(plan, anna, "space")
    bram = here.actor(here.bram)
    with pytest.raises(Conflict):
        move_case(reference=request.case.reference, move="resolve", message="Klaar", actor=bram, now=timezone.now())
    rebuild([request.case])


def test_the_group_and_who_answers_write_to_each_other(here: World, plan: Initiative, anna: Resident) -> None:
    request = ask(plan, anna, "space")
    reference, bram = request.case.reference, here.actor(here.bram)
    move_case(reference=reference, move="ask", message="Hoe groot moet het zijn?", actor=bram, now=timezone.now())
    [letter] = sent_to("anna@example.nl")
    assert "Hoe groot moet het zijn?" in letter.body
    assert f"/groep/hulp/{reference}/" in letter.body
    write_about_help(slug=plan.slug, reference=reference, text="Twintig stoelen", actor=actor(anna), now=timezone.now())
    assert Case.objects.get(reference=reference).status == "in-progress"
    said = here.client(here.bram).get(f"/api/v1/cases/{reference}").json()["messages"]
    assert [(one["text"], one["fromResident"], one["name"]) for one in said][-1] == ("Twintig stoelen", True, "Anna")
    message_resident(reference=reference, text="Dank u.", actor=bram, now=timezone.now())
    assert len(sent_to("anna@example.nl")) == 1
    with pytest.raises(NotFound):
        write_about_help(slug=plan.slug, reference="H-000000", text="x", actor=actor(anna), now=timezone.now())


def test_a_colleague_reads_the_mail_of_a_message_before_it_goes(here: World, plan: Initiative, anna: Resident) -> None:
    reference = ask(plan, anna, "space").case.reference
    body = {"message": "Kom maandag kijken."}
    answer = here.client(here.bram).post(f"/api/v1/cases/{reference}/preview", body, "application/json")
    assert answer.status_code == 200, answer.content
    assert "Kom maandag kijken." in str(answer.json())
    assert Message.objects.count() == 0


def test_a_day_can_be_promised_before_deciding(here: World, plan: Initiative, anna: Resident) -> None:
    request = ask(plan, anna, "space")
    day = timezone.localdate() + timedelta(days=30)
    promise_day(
        reference=request.case.reference,
        day=day,
        why="De beheerder is weg.",
        actor=here.actor(here.bram),
        now=timezone.now(),
    )
    [letter] = sent_to("anna@example.nl")
    assert "De beheerder is weg." in letter.body


def test_the_group_withdraws_and_both_hear(here: World, plan: Initiative, anna: Resident) -> None:
    bea = resident("bea@example.nl", name="Bea")
    join(plan, bea)
    request = ask(plan, anna, "space")
    run_due_tasks()
    mail.outbox.clear()
    withdraw_help(slug=plan.slug, reference=request.case.reference, actor=actor(anna), now=timezone.now())
    request.refresh_from_db()
    assert (request.decision, Case.objects.get(pk=request.case_id).status) == ("withdrawn", "unresolved")
    run_due_tasks()
    assert [one.to for one in mail.outbox] == [["bea@example.nl"]]
    with pytest.raises(Conflict):
        decide(here, request, "granted")


def test_what_waits_ends_with_the_initiative(here: World, plan: Initiative, anna: Resident) -> None:
    request = ask(plan, anna, "space")
    take_step(slug=plan.slug, name="stop", reason="Verhuisd", learned="Klein", actor=actor(anna), now=timezone.now())
    run_due_tasks()
    request.refresh_from_db()
    assert (request.decision, Case.objects.get(pk=request.case_id).closed_at is not None) == ("withdrawn", True)


# --- the right to challenge -------------------------------------------------------------------


def test_a_challenge_keeps_the_criteria_and_the_term_of_its_day(here: World, plan: Initiative, anna: Resident) -> None:
    settings = InitiativeSettings.objects.create(
        gemeente=here.a,
        challenge_weeks=4,
        challenge_longer=2,
        challenge_criteria=[{"key": "cheap", "label": "Het kost niet meer"}],
    )
    challenge = ask(plan, anna, "challenge").challenge
    settings.challenge_criteria = []
    settings.save()
    later = ask(plan, anna, "challenge").challenge
    assert [one["key"] for one in challenge.judged] == ["cheap"]
    assert len(later.judged) == 6
    assert challenge.decide_by == timezone.localdate() + timedelta(weeks=4)
    case = Case.objects.get(help_request__challenge=challenge)
    assert case.resolve_by is not None
    assert timezone.localdate(case.resolve_by) == challenge.decide_by


def test_its_term_is_made_longer_once_with_a_reason(here: World, plan: Initiative, anna: Resident) -> None:
    request = ask(plan, anna, "challenge")
    before = request.challenge.decide_by
    run_due_tasks()
    mail.outbox.clear()
    given: dict[str, Any] = {
        "reference": request.case.reference, "actor": here.actor(here.bram), "now": timezone.now(),
    }  # fmt: skip
    with pytest.raises(Invalid):
        extend_challenge(reason=" ", **given)
    extended = extend_challenge(reason="De raad moet erover praten.", **given).challenge
    assert extended.decide_by == before + timedelta(weeks=6)
    [letter] = sent_to("anna@example.nl")
    assert "De raad moet erover praten." in letter.body
    with pytest.raises(Conflict):
        extend_challenge(reason="Nog eens", **given)
    with pytest.raises(Conflict):
        extend_challenge(reason="Nee", **(given | {"reference": ask(plan, anna, "space").case.reference}))


def test_every_criterion_is_judged_with_a_reason(here: World, plan: Initiative, anna: Resident) -> None:
    request = ask(plan, anna, "challenge")
    keys = [one["key"] for one in request.challenge.judged]
    whole = {key: {"met": True, "reason": "Klopt."} for key in keys}
    for wrong in ({}, whole | {keys[0]: {"met": True, "reason": " "}}, whole | {keys[0]: {"reason": "Klopt."}}):
        with pytest.raises(Invalid):
            decide(here, request, "granted", judged=wrong)
    decided = decide(here, request, "granted", judged=whole)
    decided.challenge.refresh_from_db()
    assert all(one["met"] and one["reason"] == "Klopt." for one in decided.challenge.judged)


def test_switched_off_it_is_not_offered(here: World, plan: Initiative, anna: Resident) -> None:
    assert "challenge" in kinds_offered(here.a.pk)
    InitiativeSettings.objects.create(gemeente=here.a, challenge_on=False)
    assert "challenge" not in kinds_offered(here.a.pk)
    with pytest.raises(Invalid):
        ask(plan, anna, "challenge")
    browser = Client()
    signed_in(browser, "anna@example.nl")
    assert browser.get(f"/initiatieven/{plan.slug}/groep/hulp/vragen/challenge/").status_code == 404
    assert "vragen/challenge/" not in browser.get(f"/initiatieven/{plan.slug}/groep/hulp/vragen/").content.decode()


# --- following it up, and the mails -----------------------------------------------------------


def test_on_its_day_the_group_is_asked_and_the_decider_reminded_once(
    here: World, plan: Initiative, anna: Resident
) -> None:
    day = timezone.localdate() + timedelta(days=60)
    request = decide(here, ask(plan, anna, "space"), "granted", follow_up_on=day)
    run_due_tasks()
    mail.outbox.clear()
    now = timezone.now()
    assert not is_due(now)
    assert follow_up_now(now=now) == 0
    later = now + timedelta(days=61)
    assert is_due(later)
    assert follow_up_now(now=later) == 1
    assert follow_up_now(now=later) == 0
    run_due_tasks()
    assert sorted(one.to[0] for one in mail.outbox) == ["anna@example.nl", here.bram.user.email]
    tell_how_it_went(
        slug=plan.slug, reference=request.case.reference, text="Elke week vol!", actor=actor(anna), now=later
    )
    shown = here.client(here.bram).get(f"/api/v1/cases/{request.case.reference}").json()
    assert shown["helpRequest"]["went"] == "Elke week vol!"


@pytest.mark.parametrize("decision", ["granted", "partly", "refused"])
def test_the_answer_is_in_the_mail(here: World, plan: Initiative, anna: Resident, decision: str) -> None:
    request = ask(plan, anna)
    lines = {request.lines.all()[0].pk: 5000} if decision == "partly" else None
    day = timezone.localdate() + timedelta(days=10)
    run_due_tasks()
    mail.outbox.clear()
    decide(here, request, decision, lines=lines, conditions="Bewaar de bonnen.", promised_on=day)
    [letter] = sent_to("anna@example.nl")
    html = letter.alternatives[0][0]
    for text in (letter.body, html):
        assert "Het past bij de wijk." in text
        assert ("Bewaar de bonnen." in text) == (decision != "refused")
        assert f"/groep/hulp/{request.case.reference}/" in text
        assert ("€\xa050" in text or "€ 50" in text) == (decision in {"partly", "granted", "refused"})
    assert letter.subject.strip()
    assert "{" not in letter.body


def test_every_turn_is_mailed_to_the_others_in_the_group_who_want_mail(
    here: World, plan: Initiative, anna: Resident
) -> None:
    for name in ("bea", "cor"):
        join(plan, resident(f"{name}@example.nl", name=name))
    plan.members.filter(name="cor").update(mailed=False)
    run_due_tasks()
    mail.outbox.clear()
    with translation.override("en"):
        ask(plan, anna, "challenge")
    run_due_tasks()
    assert [one.to for one in mail.outbox] == [["bea@example.nl"]]
    assert mail.outbox[0].body.count("Reiniging")
