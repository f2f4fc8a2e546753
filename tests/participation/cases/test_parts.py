"""Parts of a case: what the other team sees and does, that the resident hears one voice, when the whole closes."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.events.models import Event, StreamEntry
from core.media.actions import store_upload
from core.work.worker import run_due_tasks
from participation.cases.actions import change_case, split_off
from participation.cases.models import Case, Message, Note
from participation.organisations.models import Mandate, Membership
from tests.participation.cases.together import EN, close_connection, in_stream, page, post
from tests.participation.reports.browser import picture, status_of
from tests.support.world import HOST_A, World


def split(world: World, case: Case, team: Any = None, **more: Any) -> Case:
    values = {"instruction": "Praat met de buren", **more}
    return split_off(
        reference=case.reference,
        team_id=(team or world.care).pk,
        actor=world.actor(world.bram),
        now=timezone.now(),
        **values,
    )


def test_a_part_shows_what_was_told_and_never_who_told_it(world: World) -> None:
    photo = store_upload(file=picture(), now=timezone.now()).photo
    sent = world.report(photos=(photo.pk,), address="Havenstraat 3")
    bram, carla = world.client(world.bram), world.client(world.carla)
    post(bram, sent.case, "messages", {"text": "Beste Anna, wij kijken"})

    answer = post(bram, sent.case, "parts", {"team": world.care.pk, "instruction": "Praat met de buren"})

    assert answer.status_code == 201, answer.content
    [listed] = answer.json()["parts"]
    assert (listed["instruction"], listed["team"]["slug"], listed["open"]) == ("Praat met de buren", "wijkteam", True)
    part = Case.objects.get(parent=sent.case)
    shown = page(carla, part)
    assert shown["text"] == "Er staat een bank naast de container"
    assert (shown["address"], shown["location"]["coordinates"]) == ("Havenstraat 3", [sent.case.lon, sent.case.lat])
    assert [one["id"] for one in shown["photos"]] == [str(photo.pk)]
    assert status_of(carla, f"/photos/{photo.pk}/thumb") == 200
    assert shown["reachableBy"] == {"email": False, "phone": False, "sms": False}
    assert (shown["messages"], shown["visibility"], shown["instruction"]) == ([], "limited", "Praat met de buren")
    assert (shown["whole"]["reference"], shown["whole"]["mayOpen"]) == (sent.case.reference, False)
    assert "anna" not in str(shown).lower()
    assert carla.get(f"/api/v1/cases/{sent.case.reference}").status_code == 404
    assert {"reveal", "merge", "forward"}.isdisjoint(shown["deeds"])


def test_the_resident_hears_one_voice(client: Client, world: World) -> None:
    sent = world.report()
    run_due_tasks()
    mail.outbox.clear()
    part, carla = split(world, sent.case), world.client(world.carla)
    client.get(f"/volgen/{sent.token}/")
    before = client.get("/api/v1/tracking", headers={"Authorization": f"Bearer {sent.token}"}).json()

    assert post(carla, part, "messages", {"text": "Dag"}).status_code == 403
    assert post(carla, part, "transitions", {"move": "ask", "message": "Wie?"}).status_code == 400
    assert post(carla, part, "transitions", {"move": "accept"}).status_code == 201
    assert post(carla, part, "transitions", {"move": "start"}).status_code == 201
    assert post(carla, part, "transitions", {"move": "plan", "message": "Dinsdag"}).status_code == 201
    assert post(carla, part, "transitions", {"move": "resolve", "message": "Buren gesproken"}).status_code == 201
    run_due_tasks()

    assert mail.outbox == []
    assert not Message.objects.exists()
    after = client.get("/api/v1/tracking", headers={"Authorization": f"Bearer {sent.token}"}).json()
    assert after == before
    assert not Event.objects.filter(subject=f"case/{part.reference}", audience="resident").exists()
    assert not StreamEntry.objects.filter(stream__name=f"case:{part.reference}").exists()


def test_no_part_is_ever_public(client: Client, world: World) -> None:
    case = world.report().case
    part = split(world, case)
    wijk = f"wijk:{world.west.code}"
    told = in_stream(wijk)
    carla = world.client(world.carla)
    post(carla, part, "transitions", {"move": "start"})
    changed = carla.patch(
        f"/api/v1/cases/{part.reference}",
        {"category": "straatverlichting"},
        content_type="application/json",
        headers={"If-Match": f'"{Case.objects.get(pk=part.pk).version}"'},
    )
    post(carla, part, "transitions", {"move": "resolve", "message": "Klaar"})

    assert changed.status_code == 200
    part.refresh_from_db()
    assert (part.visibility, part.category and part.category.slug) == ("limited", "straatverlichting")
    features = client.get("/api/v1/reports", HTTP_HOST=HOST_A).json()["features"]
    near = client.get(f"/api/v1/reports/_nearby?lat={case.lat}&lon={case.lon}", HTTP_HOST=HOST_A).json()["results"]
    assert [one["id"] for one in features] == [one["id"] for one in near] == [case.reference]
    assert in_stream(wijk) == told


def test_a_part_closes_with_a_word_to_the_team_of_the_whole(world: World) -> None:
    case = world.report().case
    part, carla, bram = split(world, case), world.client(world.carla), world.client(world.bram)

    silent = post(carla, part, "transitions", {"move": "resolve"})
    done = post(carla, part, "transitions", {"move": "decline", "message": "De buren doen niet open"})

    assert (silent.status_code, silent.json()["errors"][0]["field"]) == (400, "message")
    assert done.status_code == 201
    note = Note.objects.get()
    assert (note.case_id, note.part_id) == (case.pk, part.pk)
    assert [(one["text"], one["part"]) for one in page(bram, case)["notes"]] == [
        ("De buren doen niet open", part.reference)
    ]
    assert [one["text"] for one in page(carla, part)["notes"]] == ["De buren doen niet open"]
    assert page(bram, case)["parts"][0]["status"] == "unresolved"
    assert "Not resolved" in page(bram, case)["history"][-1]["text"]


def test_both_teams_hear_each_step_of_a_part(world: World) -> None:
    case = world.report().case
    part = split(world, case)
    ours, theirs = f"team:{world.cleaning.pk}", f"team:{world.care.pk}"
    assert in_stream(ours)[1:] == [("case.received", part.reference), ("case.part", case.reference)]
    assert in_stream(theirs) == [("case.received", part.reference)]
    version = Case.objects.get(pk=case.pk).version

    post(world.client(world.carla), part, "transitions", {"move": "start"})

    assert in_stream(ours)[3:] == [("case.transitioned", part.reference), ("case.part", case.reference)]
    assert in_stream(theirs)[1:] == [("case.transitioned", part.reference)]
    assert Case.objects.get(pk=case.pk).version == version + 1


@pytest.mark.parametrize("move", ["resolve", "decline"])
def test_the_whole_does_not_close_while_a_part_is_open(world: World, move: str) -> None:
    case = world.report().case
    part, bram = split(world, case), world.client(world.bram)

    refused = post(bram, case, "transitions", {"move": move, "message": "Klaar"})

    assert (refused.status_code, refused.json()["parts"]) == (409, [part.reference])
    assert post(bram, case, "transitions", {"move": "plan", "message": "Dinsdag"}).status_code == 201
    assert post(world.client(world.carla), part, "transitions", {"move": "resolve", "message": "Ja"}).status_code == 201
    assert post(bram, case, "transitions", {"move": move, "message": "Klaar"}).status_code == 201
    again = post(world.client(world.carla), part, "transitions", {"move": "reopen"})
    assert again.status_code == 409, "the whole is closed"


def test_the_team_of_the_whole_withdraws_a_part(world: World) -> None:
    case = world.report().case
    part, bram, carla = split(world, case), world.client(world.bram), world.client(world.carla)
    asked = {"part": part.reference, "reason": "Al opgelost"}

    assert post(carla, case, "parts/_withdraw", asked).status_code == 404
    answer = post(bram, case, "parts/_withdraw", asked)

    assert answer.status_code == 201
    assert answer.json()["parts"][0]["open"] is False
    shown = page(carla, part)
    assert (shown["status"], [one["text"] for one in shown["notes"]]) == ("unresolved", ["Al opgelost"])
    assert post(bram, case, "parts/_withdraw", asked).status_code == 409
    assert post(bram, case, "parts/_withdraw", {"part": "M-000000"}).status_code == 404
    other = split(world, world.report().case)
    assert post(bram, case, "parts/_withdraw", {"part": other.reference}).status_code == 404
    assert post(bram, case, "transitions", {"move": "resolve", "message": "Klaar"}).status_code == 201


def test_who_may_split_and_who_may_not(world: World) -> None:
    case = world.report().case
    body = {"team": world.desk.pk, "instruction": "Graag"}
    Mandate.objects.create(professional=world.dirk, role="auditor")
    for person, status in ((world.carla, 404), (world.zoe, 404), (world.dirk, 403), (world.lotte, 201)):
        assert post(world.client(person), case, "parts", body).status_code == status
    part = Case.objects.get(parent=case)
    assert post(world.client(world.lotte), part, "parts", {**body, "team": world.care.pk}).status_code == 403
    assert {"note", "handle", "forward", "reveal"}.isdisjoint(page(world.client(world.dirk), part)["deeds"])
    assert world.client(world.zoe).get(f"/api/v1/cases/{part.reference}").status_code == 404


def test_the_team_of_the_whole_looks_at_a_part_and_writes_a_note_there_but_does_not_handle_it(world: World) -> None:
    part, bram = split(world, world.report().case), world.client(world.bram)

    assert set(page(bram, part)["deeds"]) == {"see", "note"}
    assert post(bram, part, "notes", {"text": "Kijk ook bij 12"}).status_code == 201
    assert post(bram, part, "transitions", {"move": "start"}).status_code == 403
    assert [one["text"] for one in page(world.client(world.carla), part)["notes"]] == ["Kijk ook bij 12"]


def test_mistakes_in_a_part_are_named_per_field(world: World) -> None:
    case, bram = world.report().case, world.client(world.bram)
    Membership.objects.filter(team=world.desk).delete()
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    right = {"team": world.care.pk, "instruction": "Graag"}
    for wrong, field in (
        ({"team": 999}, "team"), ({"team": world.cleaning.pk}, "team"), ({"team": world.desk_b.pk}, "team"),
        ({"team": world.desk.pk}, "team"), ({"instruction": "  "}, "instruction"), ({"category": "x"}, "category"),
        ({"dueBy": yesterday}, "dueBy"),
    ):  # fmt: skip
        answer = post(bram, case, "parts", right | wrong)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field), wrong
    assert not Case.objects.filter(parent=case).exists()


def test_a_part_is_due_when_agreed_or_as_its_category_promises(world: World) -> None:
    case = world.report().case
    agreed = timezone.now().replace(microsecond=0) + timedelta(days=5)

    by_date, by_category = split(world, case, due_by=agreed), split(world, case, category="straatverlichting")

    assert by_date.due_at == agreed
    assert by_category.due_at is not None
    assert by_category.due_at > agreed
    shown = page(world.client(world.bram), case)["parts"]
    assert shown[0]["resolveBy"].startswith(agreed.isoformat()[:19])


def test_a_part_of_a_confidential_case_is_confidential_and_only_for_who_may_read_it(world: World) -> None:
    case = world.report(category="burenoverlast", text="Ruzie").case
    carla = world.client(world.carla)
    Membership.objects.filter(professional=world.lotte, team=world.desk).update(confidential=False)

    nobody = post(carla, case, "parts", {"team": world.desk.pk, "instruction": "Bel"})
    answer = post(carla, case, "parts", {"team": world.cleaning.pk, "instruction": "Ruim op"})

    assert (nobody.status_code, nobody.json()["errors"][0]["code"]) == (400, "nobody-may-read")
    assert answer.status_code == 201, answer.content
    part = Case.objects.get(parent=case)
    assert (part.visibility, part.assignee_id) == ("confidential", world.lotte.pk)
    assert world.client(world.bram).get(f"/api/v1/cases/{part.reference}").status_code == 404
    assert world.client(world.dirk).get(f"/api/v1/cases/{part.reference}").status_code == 404
    assert page(world.client(world.lotte), part)["text"] == "Ruzie"
    assert in_stream(f"team:{world.cleaning.pk}") == in_stream(f"team:{world.care.pk}") == []
    assert in_stream(f"team-confidential:{world.cleaning.pk}") == [("case.received", part.reference)]
    post(world.client(world.lotte), part, "transitions", {"move": "resolve", "message": "Opgeruimd"})
    assert in_stream(f"team-confidential:{world.care.pk}")[-1] == ("case.part", case.reference)


def test_parts_follow_when_the_whole_turns_confidential(world: World) -> None:
    case = world.report().case
    unread, part = split(world, case, team=world.desk), split(world, case)
    change: dict[str, Any] = {
        "reference": case.reference, "category": "burenoverlast", "actor": world.actor(world.lotte),
    }  # fmt: skip

    answer = world.client(world.lotte).patch(
        f"/api/v1/cases/{case.reference}",
        {"category": "burenoverlast"},
        content_type="application/json",
        headers={"If-Match": f'"{Case.objects.get(pk=case.pk).version}"', **EN},
    )
    assert (answer.status_code, unread.reference in str(answer.content)) == (400, True)
    post(world.client(world.bram), case, "parts/_withdraw", {"part": unread.reference})
    change_case(now=timezone.now(), **change)

    part.refresh_from_db()
    assert part.visibility == "confidential"
    assert world.client(world.dirk).get(f"/api/v1/cases/{part.reference}").status_code == 404
    assert page(world.client(world.carla), part)["visibility"] == "confidential"


def test_a_part_can_be_given_on_within_its_organisation_only(world: World) -> None:
    part = split(world, world.report().case)
    carla = world.client(world.carla)

    assert post(carla, part, "assignments", {"professional": world.dirk.pk}).status_code == 201
    assert post(carla, part, "assignments", {"team": world.desk.pk}).status_code == 400
    assert post(carla, part, "forwardings", {"team": world.desk.pk, "reason": "x"}).status_code == 403


def test_splitting_and_closing_at_once_never_leaves_an_open_part_of_a_closed_case(committed_world: World) -> None:
    world = committed_world
    case = world.report().case
    start, answers = threading.Barrier(2), []

    def deed(client: Client, verb: str, body: dict[str, Any]) -> None:
        try:
            start.wait()
            answers.append(post(client, case, verb, body).status_code)
        finally:
            close_connection()

    closing = (world.client(world.bram), "transitions", {"move": "resolve", "message": "Klaar"})
    splitting = (world.client(world.lotte), "parts", {"team": world.care.pk, "instruction": "Graag"})
    threads = [threading.Thread(target=deed, args=one) for one in (closing, splitting)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [201, 409]
    case.refresh_from_db()
    assert (case.status, Case.objects.filter(parent=case).exists()) in {("resolved", False), ("received", True)}


def test_reopening_a_part_and_closing_the_whole_at_once_one_wins(committed_world: World) -> None:
    world = committed_world
    case = world.report().case
    part = split(world, case)
    post(world.client(world.carla), part, "transitions", {"move": "resolve", "message": "Ja"})
    start, answers = threading.Barrier(2), []

    def deed(client: Client, on: Case, body: dict[str, Any]) -> None:
        try:
            start.wait()
            answers.append(post(client, on, "transitions", body).status_code)
        finally:
            close_connection()

    closing = (world.client(world.bram), case, {"move": "resolve", "message": "Klaar"})
    reopening = (world.client(world.carla), part, {"move": "reopen"})
    threads = [threading.Thread(target=deed, args=one) for one in (closing, reopening)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [201, 409]
    case.refresh_from_db()
    part.refresh_from_db()
    assert (case.closed_at is None) is (part.closed_at is None)
