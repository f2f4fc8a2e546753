"""Linking what was reported twice: who is told what, who sees what, and undoing it exactly."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from core.media.actions import claim_photos, store_upload
from core.work.worker import run_due_tasks
from participation.cases.actions import change_case, link_duplicate, message_resident, move_case, unlink_duplicate
from participation.cases.models import Case, CasePhoto, Message
from participation.organisations.models import Mandate
from participation.reports.models import Feedback
from participation.reports.rules import ContactGiven
from tests.participation.cases.together import EN, close_connection, in_stream, page, post
from tests.participation.reports.browser import picture, status_of
from tests.support.world import HOST_A, NOON, World


@pytest.fixture(autouse=True)
def _nothing_counted() -> Any:
    """These tests write to one address more often than the limit per hour allows."""
    cache.clear()
    yield
    cache.clear()


def report(world: World, name: str, **more: Any) -> Any:
    return world.report(contact=ContactGiven(email=f"{name}@example.nl", name=name.title()), **more)


def following(sent: Any) -> Any:
    answer = Client(HTTP_HOST=HOST_A).get("/api/v1/tracking", headers={**EN, "Authorization": f"Bearer {sent.token}"})
    assert answer.status_code == 200
    return answer.json()


def as_reporter(sent: Any, verb: str, body: dict[str, Any]) -> Any:
    return Client(HTTP_HOST=HOST_A).post(
        f"/api/v1/tracking/{verb}",
        body,
        content_type="application/json",
        headers={**EN, "Authorization": f"Bearer {sent.token}"},
    )


def link(world: World, case: Case, main: Case) -> Case:
    return link_duplicate(
        reference=case.reference, of=main.reference, actor=world.actor(world.bram), now=timezone.now()
    )


def test_two_become_one_and_both_say_so(world: World) -> None:
    main, double = report(world, "anna").case, report(world, "bea").case
    bram = world.client(world.bram)

    answer = post(bram, double, "duplicates", {"of": main.reference.lower()})

    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["status"], body["main"]["reference"], body["moves"]) == ("merged", main.reference, [])
    shown = page(bram, main)
    assert [one["reference"] for one in shown["duplicates"]] == [double.reference]
    assert shown["supporters"] == 1
    assert shown["history"][-1]["type"] == body["history"][-1]["type"] == "case.merged"
    assert double.reference in shown["history"][-1]["text"]
    assert main.reference in body["history"][-1]["text"]
    assert in_stream(f"team:{world.cleaning.pk}")[-2:] == [
        ("case.merged", double.reference),
        ("case.merged", main.reference),
    ]


def test_the_photos_and_words_of_a_duplicate_are_shown_with_the_main_case(world: World) -> None:
    now = timezone.now()
    photo = store_upload(file=picture(), now=now).photo
    main, double = report(world, "anna"), report(world, "bea", text="Een matras", photos=(photo.pk,))
    as_reporter(double, "messages", {"text": "Hij stinkt"})
    link(world, double.case, main.case)
    bram = world.client(world.bram)

    shown = page(bram, main.case)

    assert [(one["id"], one["duplicate"]) for one in shown["photos"]] == [(str(photo.pk), double.case.reference)]
    assert [(one["text"], one["duplicate"]) for one in shown["messages"]] == [("Hij stinkt", double.case.reference)]
    assert shown["duplicates"][0]["subject"] == "Een matras"
    assert CasePhoto.objects.get().case_id == double.case.pk, "followed through the link, not moved"


def test_who_works_on_the_main_case_sees_the_photos_of_a_duplicate_of_another_team(world: World) -> None:
    """Bram is no member of Klantcontact; once its case is linked to his, its photos belong to his."""
    now = timezone.now()
    photo = store_upload(file=picture(), now=now).photo
    main = report(world, "anna").case
    double = report(world, "bea", category="anders", photos=(photo.pk,)).case
    assert double.team_id == world.desk.pk
    bram, url = world.client(world.bram), f"/photos/{photo.pk}/thumb"
    assert status_of(bram, url) == 404

    answer = post(world.client(world.lotte), double, "duplicates", {"of": main.reference})

    assert answer.status_code == 201, answer.content
    assert status_of(bram, url) == 200
    assert status_of(world.client(world.carla), url) == 404
    assert page(bram, main)["duplicates"][0]["mayOpen"] is False
    assert in_stream(f"team:{world.cleaning.pk}")[-1] == ("case.merged", main.reference)
    assert ("case.merged", double.reference) in in_stream(f"team:{world.cleaning.pk}")


def test_every_reporter_gets_each_mail_of_the_main_case_once_in_their_own_language(world: World) -> None:
    main = report(world, "anna", language="nl")
    double, third = report(world, "bea", language="en"), report(world, "cem", language="ar")
    alone = report(world, "dora")
    for one in (double, third):
        link(world, one.case, main.case)
    run_due_tasks()
    mail.outbox.clear()
    bram, now = world.actor(world.bram), timezone.now()

    message_resident(reference=main.case.reference, text="Wij komen morgen.", actor=bram, now=now)
    move_case(reference=main.case.reference, move="resolve", message="Opgehaald", actor=bram, now=now)
    run_due_tasks()

    sent = [(one.to[0], one.extra_headers["Content-Language"]) for one in mail.outbox]
    assert sorted(sent) == [
        ("anna@example.nl", "nl"), ("anna@example.nl", "nl"),
        ("bea@example.nl", "en"), ("bea@example.nl", "en"),
        ("cem@example.nl", "ar"), ("cem@example.nl", "ar"),
    ]  # fmt: skip
    assert len({one.extra_headers["Message-ID"] for one in mail.outbox}) == 6
    [resolved] = [one for one in mail.outbox if one.to == ["bea@example.nl"] and "Opgehaald" in one.body]
    assert double.case.reference in resolved.subject, "their own reference, not another's"
    assert main.case.reference not in f"{resolved.body} {resolved.subject}"
    assert double.token in resolved.body and main.token not in resolved.body
    assert alone.case.reference not in str([one.body for one in mail.outbox])


def test_someone_who_reported_it_twice_gets_one_mail(world: World) -> None:
    main, double = report(world, "anna"), report(world, "anna")
    link(world, double.case, main.case)
    run_due_tasks()
    mail.outbox.clear()

    message_resident(reference=main.case.reference, text="Morgen", actor=world.actor(world.bram), now=timezone.now())
    run_due_tasks()

    assert [one.to for one in mail.outbox] == [["anna@example.nl"]]


def test_linking_and_undoing_send_no_mail_and_a_mail_owed_before_the_undoing_is_not_sent(world: World) -> None:
    main, double = report(world, "anna"), report(world, "bea")
    run_due_tasks()
    mail.outbox.clear()
    link(world, double.case, main.case)
    run_due_tasks()
    assert not mail.outbox
    bram, now = world.actor(world.bram), timezone.now()

    message_resident(reference=main.case.reference, text="Morgen", actor=bram, now=now)
    unlink_duplicate(reference=double.case.reference, actor=bram, now=now)
    run_due_tasks()

    assert [one.to for one in mail.outbox] == [["anna@example.nl"]]


def test_the_reporter_of_a_duplicate_follows_the_main_case(world: World) -> None:
    main, double = report(world, "anna"), report(world, "bea", text="Een matras", address="Havenstraat 3")
    bram, now = world.actor(world.bram), timezone.now()
    as_reporter(main, "messages", {"text": "Mijn nummer is 0612345678"})
    message_resident(reference=main.case.reference, text="Beste Anna, dank u", actor=bram, now=now)
    move_case(reference=main.case.reference, move="start", actor=bram, now=now)
    before = following(double)

    link(world, double.case, main.case)
    message_resident(reference=main.case.reference, text="Wij komen morgen.", actor=bram, now=timezone.now())

    seen = following(double)
    assert (seen["reference"], seen["text"], seen["address"]) == (double.case.reference, "Een matras", "Havenstraat 3")
    assert (seen["status"], seen["linked"], before["linked"]) == ("in-progress", True, False)
    assert seen["handler"]["professional"]["name"] == "Bram"
    assert [one["text"] for one in seen["messages"]] == ["Wij komen morgen."], "only what was written to everyone"
    assert seen["createdAt"] == before["createdAt"] == seen["history"][0]["at"]
    assert seen["version"] > before["version"]
    assert main.case.reference not in str(seen)
    assert "0612345678" not in str(seen)


def test_the_tracking_page_says_that_more_people_reported_it(client: Client, world: World) -> None:
    main, double = report(world, "anna"), report(world, "bea")
    link(world, double.case, main.case)
    client.get(f"/volgen/{double.token}/")

    said = client.get("/volgen/", headers=EN).content.decode()

    assert "More people reported this. We keep you informed." in said
    client.get(f"/volgen/{main.token}/")
    assert "More people reported this" not in client.get("/volgen/", headers=EN).content.decode()


def test_what_one_reporter_writes_reaches_the_team_and_no_other_reporter(world: World) -> None:
    main, double = report(world, "anna"), report(world, "bea")
    link(world, double.case, main.case)
    bram, now = world.actor(world.bram), timezone.now()
    move_case(reference=main.case.reference, move="ask", message="Welke kleur?", actor=bram, now=now)
    assert following(double)["status"] == "waiting"

    answer = as_reporter(double, "messages", {"text": "Blauw, bel me op 0687654321"})

    assert answer.status_code == 201
    main.case.refresh_from_db()
    assert main.case.status == "in-progress"
    shown = page(world.client(world.bram), main.case)
    assert [one["text"] for one in shown["messages"]] == ["Welke kleur?", "Blauw, bel me op 0687654321"]
    assert shown["history"][-1]["by"] == "Resident"
    assert [one["text"] for one in following(double)["messages"]] == ["Welke kleur?", "Blauw, bel me op 0687654321"]
    assert "0687654321" not in str(following(main))
    assert Message.objects.get(from_resident=True).case_id == double.case.pk


def test_a_photo_of_the_professional_is_for_every_reporter_and_one_of_a_reporter_is_not(world: World) -> None:
    now = timezone.now()
    theirs, ours = (store_upload(file=picture(colour), now=now).photo for colour in ("red", "blue"))
    main, double = report(world, "anna", photos=(theirs.pk,)), report(world, "bea")
    link(world, double.case, main.case)
    later = store_upload(file=picture("green"), now=timezone.now() + timedelta(minutes=1)).photo
    for photo in (ours, later):
        claim_photos(ids=[photo.pk], gemeente_id=world.a.pk, now=timezone.now())
        CasePhoto.objects.create(case=main.case, photo=photo, from_resident=False, position=1)
    bea = Client(HTTP_HOST=HOST_A)
    bea.get(f"/volgen/{double.token}/")

    assert len(following(double)["photos"]) == 1
    assert [status_of(bea, f"/photos/{one.pk}/thumb") for one in (theirs, ours, later)] == [404, 404, 200]


def test_not_solved_from_any_reporter_reopens_the_main_case_for_all(world: World) -> None:
    main, double, third = report(world, "anna"), report(world, "bea"), report(world, "cem")
    for one in (double, third):
        link(world, one.case, main.case)
    bram, now = world.actor(world.bram), timezone.now()
    move_case(reference=main.case.reference, move="resolve", message="Klaar", actor=bram, now=now)
    assert following(third)["closed"]

    assert as_reporter(third, "feedback", {"solved": True}).status_code == 201
    assert as_reporter(double, "feedback", {"solved": False, "text": "Hij staat er nog"}).status_code == 201

    main.case.refresh_from_db()
    double.case.refresh_from_db()
    assert (main.case.status, double.case.status) == ("reopened", "merged")
    assert not any(following(one)["closed"] for one in (main, double, third))
    assert Feedback.objects.count() == 2
    assert "Hij staat er nog" in str(page(world.client(world.bram), main.case)["messages"])
    assert "Hij staat er nog" not in str(following(main)) + str(following(third))
    again = as_reporter(double, "feedback", {"solved": False})
    assert again.status_code == 409


def test_undoing_gives_the_case_back_as_it_was(world: World) -> None:
    main, double = report(world, "anna").case, report(world, "bea", now=NOON).case
    Case.objects.filter(pk=double.pk).update(supporter_count=2)
    bram = world.actor(world.bram)
    move_case(reference=double.reference, move="ask", message="Waar precies?", actor=bram, now=NOON)
    fields = (
        "status", "respond_by", "resolve_by", "due_at", "waiting_since", "waited_days", "term_from", "assignee_id",
        "team_id", "closed_at", "supporter_count", "responded_at", "visibility", "status_before", "duplicate_of_id",
    )  # fmt: skip
    was = Case.objects.values(*fields).get(pk=double.pk)
    link(world, double, main)
    main.refresh_from_db()
    assert main.supporter_count == 3
    browser = world.client(world.bram)
    post(browser, double, "notes", {"text": "Kijk bij de andere"})

    answer = post(browser, double, "duplicates/_undo", {})

    assert answer.status_code == 201, answer.content
    assert Case.objects.values(*fields).get(pk=double.pk) == was
    main.refresh_from_db()
    assert main.supporter_count == 0
    assert page(browser, main)["duplicates"] == []
    assert post(browser, double, "duplicates/_undo", {}).status_code == 409


def test_undone_after_the_main_case_was_resolved_the_case_is_open_again(world: World) -> None:
    main, double = report(world, "anna"), report(world, "bea")
    bram, now = world.actor(world.bram), timezone.now()
    link(world, double.case, main.case)
    move_case(reference=main.case.reference, move="resolve", message="Klaar", actor=bram, now=now)

    unlink_duplicate(reference=double.case.reference, actor=bram, now=now)

    seen = following(double)
    assert (seen["status"], seen["closed"], seen["linked"], seen["messages"]) == ("received", False, False, [])
    main.case.refresh_from_db()
    assert main.case.status == "resolved"


def test_public_lists_counts_and_look_alikes_show_the_main_case_only(client: Client, world: World) -> None:
    main, double = report(world, "anna").case, report(world, "bea").case
    link(world, double, main)

    features = client.get("/api/v1/reports", HTTP_HOST=HOST_A).json()["features"]
    near = client.get(f"/api/v1/reports/_nearby?lat={main.lat}&lon={main.lon}", HTTP_HOST=HOST_A).json()["results"]

    assert [one["id"] for one in features] == [main.reference]
    assert [one["id"] for one in near] == [main.reference]
    assert client.get("/api/v1/reports?status=merged", HTTP_HOST=HOST_A).json()["features"] == []


def test_what_cannot_be_linked_is_refused_with_the_way_that_is_open(world: World) -> None:
    main, double, third = (report(world, name).case for name in ("anna", "bea", "cem"))
    bram = world.client(world.bram)
    hidden = report(world, "dora", category="burenoverlast", text="Ruzie").case
    link(world, double, main)

    itself = post(bram, main, "duplicates", {"of": main.reference})
    chained = post(bram, third, "duplicates", {"of": double.reference})
    turned = post(bram, main, "duplicates", {"of": third.reference})
    twice = post(bram, double, "duplicates", {"of": third.reference})
    unseen = post(bram, third, "duplicates", {"of": hidden.reference})
    nothing = post(bram, third, "duplicates", {"of": "M-000000"})

    assert itself.status_code == 400
    assert (chained.status_code, chained.json()["use"]) == (409, main.reference)
    assert (turned.status_code, turned.json()["use"]) == (409, main.reference)
    assert twice.status_code == 409
    assert unseen.status_code == nothing.status_code == 400
    assert unseen.json()["errors"] == nothing.json()["errors"], "absent and not yours look the same"
    third.refresh_from_db()
    assert third.duplicate_of_id is None


def test_a_closed_case_takes_no_duplicates_and_is_none(world: World) -> None:
    closed, other = report(world, "anna").case, report(world, "bea").case
    bram = world.client(world.bram)
    post(bram, closed, "transitions", {"move": "resolve", "message": "Klaar"})

    assert post(bram, other, "duplicates", {"of": closed.reference}).json()["type"].endswith("main-closed")
    assert post(bram, closed, "duplicates", {"of": other.reference}).status_code == 409


def test_confidential_and_ordinary_cases_stay_apart(world: World) -> None:
    hidden = report(world, "anna", category="burenoverlast", text="Ruzie").case
    ordinary = report(world, "bea").case
    Case.objects.filter(pk=ordinary.pk).update(team=world.care, assignee=None)
    carla = world.client(world.carla)

    assert post(carla, ordinary, "duplicates", {"of": hidden.reference}).status_code == 400
    assert post(carla, hidden, "duplicates", {"of": ordinary.reference}).status_code == 400


def test_a_linked_case_does_not_turn_confidential_by_itself(world: World) -> None:
    main, double = report(world, "anna").case, report(world, "bea").case
    link(world, double, main)
    change: dict[str, Any] = {"category": "burenoverlast", "actor": world.actor(world.lotte), "now": timezone.now()}

    for case in (main, double):
        answer = world.client(world.lotte).patch(
            f"/api/v1/cases/{case.reference}",
            {"category": "burenoverlast"},
            content_type="application/json",
            headers={"If-Match": f'"{Case.objects.get(pk=case.pk).version}"'},
        )
        assert answer.status_code == 409, answer.content
    unlink_duplicate(reference=double.reference, actor=world.actor(world.bram), now=timezone.now())
    assert change_case(reference=main.reference, **change).visibility == "confidential"


def test_only_who_handles_the_case_links_it(world: World) -> None:
    main, double = report(world, "anna").case, report(world, "bea").case
    Mandate.objects.create(professional=world.dirk, role="auditor")
    for person, status in ((world.dirk, 403), (world.carla, 404), (world.zoe, 404)):
        assert post(world.client(person), double, "duplicates", {"of": main.reference}).status_code == status
    link(world, double, main)
    for person, status in ((world.dirk, 403), (world.carla, 404), (world.zoe, 404)):
        assert post(world.client(person), double, "duplicates/_undo", {}).status_code == status


def test_a_linked_case_is_not_written_to_and_not_given_away(world: World) -> None:
    main, double = report(world, "anna").case, report(world, "bea").case
    link(world, double, main)
    bram = world.client(world.bram)

    refused = post(bram, double, "messages", {"text": "Hallo"})

    assert (refused.status_code, main.reference in refused.json()["detail"]) == (409, True)
    assert post(bram, double, "assignments", {"professional": world.lotte.pk}).status_code == 409
    assert post(bram, double, "forwardings", {"team": world.care.pk, "reason": "x"}).status_code == 409
    assert post(bram, double, "parts", {"team": world.care.pk, "instruction": "x"}).status_code == 409


def test_a_case_with_an_open_part_or_an_unanswered_offer_is_not_linked(world: World) -> None:
    main, double = report(world, "anna").case, report(world, "bea").case
    bram = world.client(world.bram)
    post(bram, double, "parts", {"team": world.desk.pk, "instruction": "Bel de buren"})

    refused = post(bram, double, "duplicates", {"of": main.reference})

    assert refused.json()["type"].endswith("open-parts")
    other = report(world, "cem").case
    post(bram, other, "forwardings", {"team": world.care.pk, "reason": "Voor jullie"})
    assert post(bram, other, "duplicates", {"of": main.reference}).json()["type"].endswith("offered")
    assert post(bram, other, "duplicates", {"of": double.reference}).status_code == 409
    part = Case.objects.get(parent=double)
    assert post(world.client(world.lotte), part, "duplicates", {"of": main.reference}).status_code == 403
    assert post(bram, main, "duplicates", {"of": part.reference}).status_code == 400


def test_a_stale_link_is_refused_and_says_what_changed(world: World) -> None:
    main, double = report(world, "anna").case, report(world, "bea").case
    bram = world.client(world.bram)
    post(bram, double, "notes", {"text": "x"})

    assert post(bram, double, "duplicates", {"of": main.reference}, **{"If-Match": '"1"'}).status_code == 412


def test_two_people_who_link_each_others_case_at_once_one_wins(committed_world: World) -> None:
    world = committed_world
    one, other = world.report().case, world.report().case
    start, answers = threading.Barrier(2), []

    def merge(client: Client, case: Case, into: Case) -> None:
        try:
            start.wait()
            answers.append(post(client, case, "duplicates", {"of": into.reference}).status_code)
        finally:
            close_connection()

    pairs = [(world.client(world.bram), one, other), (world.client(world.lotte), other, one)]
    threads = [threading.Thread(target=merge, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [201, 409]
    assert sorted(Case.objects.values_list("status", "supporter_count")) == [("merged", 0), ("received", 1)]


def test_an_answer_and_the_undoing_at_once_both_happen_and_nothing_is_lost(committed_world: World) -> None:
    world = committed_world
    main, double = world.report(), world.report()
    link(world, double.case, main.case)
    browser, start = world.client(world.bram), threading.Barrier(2)
    answers: list[int] = []

    def undo() -> None:
        try:
            start.wait()
            answers.append(post(browser, double.case, "duplicates/_undo", {}).status_code)
        finally:
            close_connection()

    def write() -> None:
        try:
            start.wait()
            answers.append(as_reporter(double, "messages", {"text": "Nog iets"}).status_code)
        finally:
            close_connection()

    threads = [threading.Thread(target=one) for one in (undo, write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [201, 201]
    assert Message.objects.get().case_id == double.case.pk


def test_the_case_page_takes_no_more_queries_for_many_duplicates(
    world: World, django_assert_max_num_queries: Any
) -> None:
    main = report(world, "anna").case
    bram = world.client(world.bram)
    for number in range(5):
        link(world, report(world, f"buur{number}").case, main)
    page(bram, main)

    with django_assert_max_num_queries(14):
        assert len(page(bram, main)["duplicates"]) == 5
