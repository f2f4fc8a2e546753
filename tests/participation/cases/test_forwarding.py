"""Offering a case to another team: who is responsible when, who sees it, when the answer is late, and the figures."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.live.access import name_on_case
from core.work.worker import run_due_tasks
from participation.cases.actions import accept_case, offer_case, return_case, split_off, withdraw_offer
from participation.cases.actions.forwarding import is_reminder_due, remind_of_offers
from participation.cases.models import Case, Forwarding
from participation.organisations.models import Absence, Mandate, Membership
from tests.participation.cases.together import EN, close_connection, in_stream, page, post
from tests.support.world import NOON, World


def offer(world: World, case: Case, **more: Any) -> Forwarding:
    values: dict[str, Any] = {"team_id": world.care.pk, "reason": "Dit is voor het wijkteam", "now": timezone.now()}
    return offer_case(reference=case.reference, actor=world.actor(world.bram), **values | more)


def test_until_it_is_accepted_the_sender_stays_responsible(client: Client, world: World) -> None:
    sent = world.report()
    bram, carla = world.client(world.bram), world.client(world.carla)
    assert carla.get(f"/api/v1/cases/{sent.case.reference}").status_code == 404
    client.get(f"/volgen/{sent.token}/")

    answer = post(bram, sent.case, "forwardings", {"team": world.care.pk, "reason": "Voor het wijkteam"})

    assert answer.status_code == 201, answer.content
    assert answer.json()["offer"]["to"]["slug"] == "wijkteam"
    seen = page(carla, sent.case)
    assert (seen["team"]["slug"], seen["assignee"]["name"]) == ("reiniging", "Bram")
    assert (seen["offer"]["reason"], seen["offer"]["stuck"]) == ("Voor het wijkteam", False)
    assert {"accept", "note"} <= set(seen["deeds"])
    assert "handle" not in seen["deeds"]
    assert post(carla, sent.case, "transitions", {"move": "start"}).status_code == 403
    assert post(bram, sent.case, "transitions", {"move": "start"}).status_code == 201
    assert "Reiniging" in client.get("/volgen/").content.decode()
    assert "Wijkteam" not in client.get("/volgen/").content.decode()

    assert post(carla, sent.case, "forwardings/_accept", {"professional": world.dirk.pk}).status_code == 201

    sent.case.refresh_from_db()
    assert (sent.case.team_id, sent.case.assignee_id, sent.case.offered_to_id) == (world.care.pk, world.dirk.pk, None)
    assert "Wijkteam" in client.get("/volgen/").content.decode()
    assert bram.get(f"/api/v1/cases/{sent.case.reference}").status_code == 404


def test_the_receiver_finds_it_among_the_hand_overs(world: World) -> None:
    case = world.report().case
    offer(world, case)

    def handovers(who: Any) -> list[str]:
        rows = world.client(who).get("/api/v1/cases?view=handovers").json()["results"]
        return [row["reference"] for row in rows]

    assert handovers(world.carla) == handovers(world.dirk) == [case.reference]
    assert handovers(world.bram) == handovers(world.zoe) == []


def test_without_a_person_the_receiving_team_divides_it_as_it_always_does(world: World) -> None:
    case = world.report().case
    offer(world, case)

    body = post(world.client(world.dirk), case, "forwardings/_accept", {}).json()

    assert body["assignee"]["name"] in {"Carla", "Dirk"}
    assert body["status"] == "assigned"
    assert "Wijkteam" in body["why"][0]


def test_only_members_of_the_receiving_team_can_be_named(world: World) -> None:
    case = world.report().case
    offer(world, case)

    answer = post(world.client(world.dirk), case, "forwardings/_accept", {"professional": world.bram.pk})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "professional")


def test_given_back_with_a_reason_it_is_with_the_sender_as_it_was(world: World) -> None:
    case = world.report().case
    offer(world, case)
    bram, carla = world.client(world.bram), world.client(world.carla)

    silent = post(carla, case, "forwardings/_return", {"reason": " "})
    answer = post(carla, case, "forwardings/_return", {"reason": "Hoort bij de corporatie"})

    assert silent.status_code == 400
    assert answer.status_code == 204
    shown = page(bram, case)
    assert (shown["team"]["slug"], shown["assignee"]["name"], shown["offer"]) == ("reiniging", "Bram", None)
    [hop] = shown["forwardings"]
    assert (hop["outcome"], hop["answer"], hop["answeredBy"]["name"]) == (
        "returned", "Hoort bij de corporatie", "Carla",
    )  # fmt: skip
    assert carla.get(f"/api/v1/cases/{case.reference}").status_code == 404
    texts = [line["text"] for line in shown["history"]]
    assert "Wijkteam" in texts[-1]
    assert "Wijkteam" in texts[-2]


def test_the_sender_withdraws_an_offer_and_only_the_sender(world: World) -> None:
    case = world.report().case
    offer(world, case)
    carla = world.client(world.carla)

    assert post(carla, case, "forwardings/_withdraw", {}).status_code == 403
    assert post(world.client(world.bram), case, "forwardings/_accept", {}).status_code == 403
    assert post(world.client(world.bram), case, "forwardings/_return", {"reason": "x"}).status_code == 403
    assert post(world.client(world.bram), case, "forwardings/_withdraw", {}).status_code == 201
    assert post(carla, case, "forwardings/_accept", {}).status_code == 404
    assert post(world.client(world.bram), case, "forwardings/_withdraw", {}).status_code == 409


def test_while_it_is_offered_it_is_not_closed_given_to_another_team_or_offered_twice(world: World) -> None:
    case = world.report().case
    offer(world, case)
    lotte = world.client(world.lotte)

    for verb, body in (
        ("transitions", {"move": "resolve", "message": "Klaar"}),
        ("assignments", {"team": world.desk.pk}),
        ("forwardings", {"team": world.desk.pk, "reason": "x"}),
    ):
        answer = post(lotte, case, verb, body)
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "offered"), verb
    assert post(lotte, case, "assignments", {"professional": world.lotte.pk}).status_code == 201


def test_a_team_of_another_organisation_is_asked_and_not_told(world: World) -> None:
    case, bram = world.report().case, world.client(world.bram)

    far = post(bram, case, "assignments", {"team": world.care.pk})
    near = post(bram, case, "assignments", {"team": world.desk.pk})

    assert (far.status_code, far.json()["errors"][0]["code"]) == (400, "other-organisation")
    assert "Forward" in far.json()["errors"][0]["detail"]
    assert near.status_code == 204


def test_mistakes_in_an_offer_are_named_per_field(world: World) -> None:
    case, bram = world.report().case, world.client(world.bram)
    Membership.objects.filter(team=world.desk).delete()
    right = {"team": world.care.pk, "reason": "Graag"}
    for wrong, field in (
        ({"team": 999}, "team"), ({"team": world.cleaning.pk}, "team"), ({"team": world.desk_b.pk}, "team"),
        ({"team": world.desk.pk}, "team"), ({"reason": "  "}, "reason"),
    ):  # fmt: skip
        answer = post(bram, case, "forwardings", right | wrong)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field), wrong
    assert not Forwarding.objects.exists()


def test_who_may_forward_and_who_may_not(world: World) -> None:
    case = world.report().case
    body = {"team": world.desk.pk, "reason": "Graag"}
    Mandate.objects.create(professional=world.dirk, role="auditor")
    for person, status in ((world.carla, 404), (world.zoe, 404), (world.dirk, 403)):
        assert post(world.client(person), case, "forwardings", body).status_code == status
    Mandate.objects.create(professional=world.dirk, role="organisation-admin", organisation=world.cleaning.organisation)
    assert post(world.client(world.dirk), case, "forwardings", body).status_code == 201
    assert post(world.client(world.dirk), case, "forwardings/_accept", {}).status_code == 201, "and takes it for them"


def test_a_confidential_case_is_offered_only_where_someone_may_read_it_and_only_they_see_it(world: World) -> None:
    case = world.report(category="burenoverlast", text="Ruzie").case
    carla = world.client(world.carla)
    Membership.objects.filter(professional=world.lotte, team=world.desk).update(confidential=False)

    nobody = post(carla, case, "forwardings", {"team": world.desk.pk, "reason": "x"})
    answer = post(carla, case, "forwardings", {"team": world.cleaning.pk, "reason": "Ruim op"})

    assert nobody.json()["errors"][0]["code"] == "nobody-may-read"
    assert answer.status_code == 201
    bram, lotte = world.client(world.bram), world.client(world.lotte)
    assert bram.get(f"/api/v1/cases/{case.reference}").status_code == 404
    assert bram.get("/api/v1/cases?view=handovers").json()["results"] == []
    assert post(bram, case, "forwardings/_accept", {}).status_code == 404
    assert in_stream(f"team:{world.cleaning.pk}") == []
    assert in_stream(f"team-confidential:{world.cleaning.pk}") == [("case.offered", case.reference)]
    refused = post(lotte, case, "forwardings/_accept", {"professional": world.bram.pk})
    assert refused.status_code == 400
    accepted = post(lotte, case, "forwardings/_accept", {})
    assert accepted.json()["assignee"]["name"] == "Lotte"


def test_both_teams_hear_every_hop(world: World) -> None:
    case = world.report().case
    ours, theirs = f"team:{world.cleaning.pk}", f"team:{world.care.pk}"
    offer(world, case)
    post(world.client(world.bram), case, "notes", {"text": "Nog iets"})
    return_case(reference=case.reference, reason="Nee", actor=world.actor(world.carla), now=timezone.now())
    offer(world, case)
    accept_case(reference=case.reference, actor=world.actor(world.carla), now=timezone.now())

    hops = [(kind, case.reference) for kind in (
        "case.offered", "case.note", "case.offered", "case.offered", "case.assigned",
    )]  # fmt: skip
    assert in_stream(ours)[1:] == in_stream(theirs) == hops


def test_an_offer_that_nobody_answers_is_told_to_both_sides_once(world: World) -> None:
    case = world.report(now=NOON).case
    offer(world, case, now=NOON)
    friday, monday = NOON + timedelta(days=2), NOON + timedelta(days=5)
    run_due_tasks()
    mail.outbox.clear()
    assert not is_reminder_due(friday)
    assert remind_of_offers(now=friday) == 0

    assert is_reminder_due(monday)
    assert remind_of_offers(now=monday) == 1
    assert remind_of_offers(now=monday + timedelta(days=9)) == 0
    run_due_tasks()

    to = [one.to[0] for one in mail.outbox]
    assert sorted(to) == [
        world.carla.user.email, world.dirk.user.email, world.lotte.user.email,
    ], "the lead of one side; all of the side without a lead"  # fmt: skip
    assert all(case.reference in one.body for one in mail.outbox)
    assert "bank" not in str([one.body for one in mail.outbox])
    shown = page(world.client(world.bram), case)
    assert shown["offer"]["stuck"] is True
    assert shown["history"][-1]["by"] == "Wijkplatform"
    assert in_stream(f"team:{world.care.pk}")[-1] == ("case.offered", case.reference)


def test_a_reminder_about_a_confidential_case_goes_to_who_may_read_it(world: World) -> None:
    case = world.report(category="burenoverlast", text="Ruzie", now=NOON).case
    offer_case(
        reference=case.reference, team_id=world.cleaning.pk, reason="x", actor=world.actor(world.carla), now=NOON
    )
    run_due_tasks()
    mail.outbox.clear()

    remind_of_offers(now=NOON + timedelta(days=5))
    run_due_tasks()

    assert sorted(one.to[0] for one in mail.outbox) == [world.carla.user.email, world.lotte.user.email]


def test_answered_before_the_mail_goes_out_nobody_is_written_to(world: World) -> None:
    case = world.report(now=NOON).case
    offer(world, case, now=NOON)
    run_due_tasks()
    mail.outbox.clear()
    remind_of_offers(now=NOON + timedelta(days=5))
    withdraw_offer(reference=case.reference, actor=world.actor(world.bram), now=NOON + timedelta(days=5))

    run_due_tasks()

    assert mail.outbox == []


def test_the_figures_tell_how_it_goes_between_two_teams(world: World) -> None:
    lotte, carla = world.actor(world.lotte), world.actor(world.carla)
    Membership.objects.filter(professional=world.carla).update(role="lead")
    bounced = world.report(now=NOON).case
    for hour in (0, 10):
        now = NOON + timedelta(hours=hour)
        offer(world, bounced, now=now)
        return_case(reference=bounced.reference, reason="Nee", actor=carla, now=now + timedelta(hours=1 + hour))
    offer(world, bounced, now=NOON + timedelta(days=1))
    accept_case(reference=bounced.reference, actor=carla, now=NOON + timedelta(days=1, hours=3))
    waiting, withdrawn = world.report(now=NOON).case, world.report(now=NOON).case
    offer(world, waiting, now=NOON)
    offer(world, withdrawn, now=NOON)
    withdraw_offer(reference=withdrawn.reference, actor=lotte, now=NOON)
    hidden = world.report(category="burenoverlast", text="Ruzie", now=NOON).case
    offer_case(reference=hidden.reference, team_id=world.cleaning.pk, reason="x", actor=carla, now=NOON)

    answer = world.client(world.lotte).get("/api/v1/forwardings/_figures?since=2026-11-01T00:00:00Z", headers=EN)

    assert answer.status_code == 200, answer.content
    figures = {(one["from"]["slug"], one["to"]["slug"]): one for one in answer.json()["results"]}
    there = figures["reiniging", "wijkteam"]
    assert [there[name] for name in ("sent", "accepted", "returned", "withdrawn", "waiting")] == [5, 1, 2, 1, 1]
    assert (there["medianAnswerHours"], there["casesOverTwoHops"]) == (3.0, 1)
    assert figures["wijkteam", "reiniging"]["sent"] == 1, "Lotte leads the confidential work of one of the two"
    Membership.objects.filter(professional=world.lotte).update(confidential=False)
    shown = world.client(world.lotte).get("/api/v1/forwardings/_figures").json()["results"]
    assert [(one["from"]["slug"], one["to"]["slug"]) for one in shown] == [("reiniging", "wijkteam")]


@pytest.mark.parametrize("role", ["member", "auditor", "elsewhere"])
def test_the_figures_are_for_leads_and_those_who_look_after_everything(world: World, role: str) -> None:
    offer(world, world.report().case)
    if role == "auditor":
        Mandate.objects.create(professional=world.dirk, role="auditor")
    person = world.zoe if role == "elsewhere" else world.dirk

    answer = world.client(person).get("/api/v1/forwardings/_figures")

    assert answer.status_code == (200 if role == "auditor" else 403)
    assert ("sent" in str(answer.content)) is (role == "auditor")


def test_who_looks_at_a_case_is_shown_to_receivers_and_to_the_team_of_the_whole(world: World) -> None:
    case = world.report().case

    def shown(person: Any, one: Case) -> str | None:
        return name_on_case(person.user, one.reference)

    assert [shown(one, case) for one in (world.bram, world.carla, world.zoe)] == ["Bram", None, None]
    part = split_off(
        reference=case.reference,
        team_id=world.care.pk,
        instruction="Graag",
        actor=world.actor(world.bram),
        now=timezone.now(),
    )
    assert [shown(one, part) for one in (world.bram, world.carla, world.zoe)] == ["Bram", "Carla", None]
    assert shown(world.carla, case) is None
    offer(world, case)
    assert [shown(one, case) for one in (world.bram, world.carla, world.zoe)] == ["Bram", "Carla", None]


def test_two_who_answer_an_offer_at_once_give_one_answer(committed_world: World) -> None:
    world = committed_world
    case = world.report().case
    offer(world, case)
    start, answers = threading.Barrier(2), []

    def deed(client: Client, verb: str, body: dict[str, Any]) -> None:
        try:
            start.wait()
            answers.append(post(client, case, verb, body).status_code)
        finally:
            close_connection()

    accepting: tuple[Client, str, dict[str, Any]] = (world.client(world.carla), "forwardings/_accept", {})
    withdrawing: tuple[Client, str, dict[str, Any]] = (world.client(world.bram), "forwardings/_withdraw", {})
    threads = [threading.Thread(target=deed, args=one) for one in (accepting, withdrawing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(status == 201 for status in answers) == 1, answers
    assert set(answers) - {201} <= {404, 409, 403}
    case.refresh_from_db()
    accepted = Forwarding.objects.get().outcome == "accepted"
    assert case.team_id == (world.care.pk if accepted else world.cleaning.pk)
    assert case.offered_to_id is None


def test_accepted_for_someone_who_is_away_it_goes_to_who_replaces_them(world: World) -> None:
    case, today = world.report().case, timezone.localdate()
    Absence.objects.create(professional=world.dirk, starts_on=today, ends_on=today, replacement=world.carla)
    offer(world, case)

    body = post(world.client(world.carla), case, "forwardings/_accept", {"professional": world.dirk.pk}).json()

    assert body["assignee"]["name"] == "Carla"
    assert any("Dirk" in reason for reason in body["why"])
