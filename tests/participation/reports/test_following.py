"""Following a report with its private token: pages, API, photos, live channel and mail."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.events.models import Event
from core.live.visitors import resident
from core.media.actions import store_upload
from core.work.worker import run_due_tasks
from participation.cases.actions import add_note, assign_case, change_case, message_resident, move_case
from participation.cases.models import Case, CasePhoto
from participation.reports.following import COOKIE
from participation.reports.models import Contact, Feedback
from participation.reports.rules import ContactGiven
from tests.participation.reports.browser import hidden, picture, status_of
from tests.support.world import HOST_A, HOST_B, World


def test_the_private_link_becomes_a_cookie_and_leaves_the_address(client: Client, world: World) -> None:
    sent = world.report()

    answer = client.get(f"/volgen/{sent.token}/")

    assert (answer.status_code, answer["Location"]) == (302, "/volgen/")
    cookie = answer.cookies[COOKIE]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == (sent.token, True, "Lax")
    page = client.get("/volgen/")
    assert page.status_code == 200
    assert page.wsgi_request.path == "/volgen/"
    assert page.content.decode().count(sent.token) == 2, "the link to keep, as address and in words, and nowhere else"


@pytest.mark.parametrize("token", ["x", "A" * 22, "../../etc", "é" * 22])
def test_a_wrong_link_opens_nothing(client: Client, world: World, token: str) -> None:
    world.report()

    assert client.get(f"/volgen/{token}/").status_code == 404
    client.cookies[COOKIE] = "A" * 22
    assert client.get("/volgen/").status_code == 404


def test_following_shows_each_change_but_never_a_note(client: Client, world: World) -> None:
    sent = world.report()
    reference, bram, now = sent.case.reference, world.actor(world.bram), timezone.now()
    client.get(f"/volgen/{sent.token}/")
    assign_case(reference=reference, professional_id=world.bram.pk, actor=bram, now=now)
    add_note(reference=reference, text="Zeurt altijd", actor=bram, now=now)
    message_resident(reference=reference, text="Wij komen dinsdag.", actor=bram, now=now)

    live = client.get("/volgen/?part=live").content.decode()

    assert "Wij komen dinsdag." in live
    assert "Zeurt altijd" not in live
    assert "<html" not in live


def test_not_solved_opens_it_again_once(client: Client, world: World) -> None:
    sent = world.report()
    move_case(
        reference=sent.case.reference,
        move="resolve",
        message="Klaar",
        actor=world.actor(world.bram),
        now=timezone.now(),
    )
    client.get(f"/volgen/{sent.token}/")

    assert client.post("/volgen/oordeel/", {"solved": "no", "text": "Hij staat er nog"}).status_code == 302
    again = client.post("/volgen/oordeel/", {"solved": "no"}, headers={"Accept-Language": "en"})

    assert again.status_code == 409
    sent.case.refresh_from_db()
    assert (sent.case.status, sent.case.closed_at) == ("reopened", None)
    assert Feedback.objects.count() == 1
    assert "Hij staat er nog" in client.get("/volgen/").content.decode()


def test_the_reporter_writes_back_and_a_waiting_case_goes_on(client: Client, world: World) -> None:
    sent = world.report()
    move_case(
        reference=sent.case.reference,
        move="ask",
        message="Welke kleur?",
        actor=world.actor(world.bram),
        now=timezone.now(),
    )
    client.get(f"/volgen/{sent.token}/")

    assert client.post("/volgen/bericht/", {"text": "Blauw"}).status_code == 302

    sent.case.refresh_from_db()
    assert sent.case.status == "in-progress"
    body = world.client(world.bram).get(f"/api/v1/cases/{sent.case.reference}").json()
    assert [(one["text"], one["fromResident"]) for one in body["messages"]] == [
        ("Welke kleur?", False),
        ("Blauw", True),
    ]


def test_an_empty_message_is_refused_in_words(client: Client, world: World) -> None:
    sent = world.report()
    client.get(f"/volgen/{sent.token}/")

    answer = client.post("/volgen/bericht/", {"text": "  "}, headers={"Accept-Language": "en"})

    assert answer.status_code == 400
    assert "Write something first." in answer.content.decode()


def test_contact_data_can_be_changed_and_withdrawn(client: Client, world: World) -> None:
    sent = world.report()
    client.get(f"/volgen/{sent.token}/")

    client.post("/volgen/contact/", {"name": "Anna", "email": "nieuw@example.nl", "phone": ""})
    assert Contact.objects.get().email == "nieuw@example.nl"
    client.post("/volgen/contact/", {"stop": "1"})
    assert not Contact.objects.exists()


def test_following_over_the_api_needs_the_token_in_the_header(client: Client, world: World) -> None:
    sent = world.report()
    token = {"Authorization": f"Bearer {sent.token}"}

    right = client.get("/api/v1/tracking", headers=token)
    wrong = client.get("/api/v1/tracking", headers={"Authorization": f"Bearer {'A' * 22}"})

    assert right.status_code == 200, right.content
    assert right.json()["reference"] == sent.case.reference
    assert (wrong.status_code, client.get("/api/v1/tracking").status_code) == (404, 404)
    written = client.post(
        "/api/v1/tracking/messages", {"text": "Hallo"}, content_type="application/json", headers=token
    )
    assert [one["text"] for one in written.json()["messages"]] == ["Hallo"]
    early = client.post("/api/v1/tracking/feedback", {"solved": True}, content_type="application/json", headers=token)
    assert early.status_code == 409


def test_contact_is_changed_field_by_field_over_the_api(client: Client, world: World) -> None:
    sent = world.report()
    token = {"Authorization": f"Bearer {sent.token}"}

    def change(body: dict[str, Any]) -> Any:
        answer = client.patch("/api/v1/tracking/contact", body, content_type="application/json", headers=token)
        return answer.json().get("contact", answer.json())

    anna = {"name": "Anna", "email": "anna@example.nl", "phone": "+31612345678"}
    assert change({"phone": "06 12345678"}) == anna
    assert change({}) == anna
    assert change({"phone": None}) == anna | {"phone": ""}
    assert [(one["field"], one["code"]) for one in change({"email": ""})["errors"]] == [("email", "required")]
    assert change({"name": "", "email": "", "phone": ""}) is None
    assert not Contact.objects.exists()


def test_internal_work_does_not_show_in_what_the_reporter_sees(client: Client, world: World) -> None:
    sent = world.report()
    reference, bram, now = sent.case.reference, world.actor(world.bram), timezone.now()
    bearer = {"Authorization": f"Bearer {sent.token}"}
    assign_case(reference=reference, professional_id=world.lotte.pk, actor=bram, now=now)
    before = client.get("/api/v1/tracking", headers=bearer).json()
    add_note(reference=reference, text="Intern", actor=bram, now=now)
    assert client.get("/api/v1/tracking", headers=bearer).json()["version"] == before["version"] == 2
    assign_case(reference=reference, professional_id=world.bram.pk, actor=bram, now=now)

    after = client.get("/api/v1/tracking", headers=bearer).json()

    assert [step["status"] for step in after["history"]] == ["received", "assigned"]


@pytest.mark.django_db(transaction=True)
def test_our_mail_carries_no_message_of_a_stranger(committed_world: World, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"mail": "3/hour"}
    names = ["Anna de Boer", "Bel 0900 1234", "Ga naar kwaad.example/x", "a" * 41, "Nog een"]
    for name in names:
        committed_world.report(
            text="Klik op https://kwaad.example",
            language="en",
            contact=ContactGiven(name=name, email=f"{'anna' if name != 'Nog een' else 'ANNA'}@example.org"),
        )
    run_due_tasks()

    assert len(mail.outbox) == 3
    everything = "".join(one.body + str(one.alternatives) for one in mail.outbox)
    assert "kwaad" not in everything
    assert "0900" not in everything
    assert "Hello Anna de Boer," in everything
    first = mail.outbox[0].body
    assert "You hear from us by" in first
    assert "What we promise: Collected within 3 working days." in first
    assert "We handle it by" in first


@pytest.mark.django_db(transaction=True)
def test_the_reporter_gets_one_mail_per_step_in_their_language(committed_world: World) -> None:
    world = committed_world
    sent = world.report(language="en")
    bram = world.actor(world.bram)
    run_due_tasks()
    message_resident(reference=sent.case.reference, text="We come on Tuesday.", actor=bram, now=timezone.now())
    move_case(reference=sent.case.reference, move="resolve", message="It is gone.", actor=bram, now=timezone.now())
    add_note(reference=sent.case.reference, text="Not for Anna", actor=bram, now=timezone.now())
    run_due_tasks()

    assert [message.to for message in mail.outbox] == [["anna@example.nl"]] * 3
    first, second, third = mail.outbox
    assert sent.case.reference in first.subject
    assert sent.token in first.body
    assert HOST_A in first.body
    assert "Bram" in first.body
    assert "We come on Tuesday." in second.body
    assert "It is gone." in third.body
    assert all(message.alternatives for message in mail.outbox)
    assert "Not for Anna" not in "".join(message.body for message in mail.outbox)


def test_a_token_opens_nothing_at_the_address_of_another_municipality(world: World) -> None:
    sent = world.report(photos=[store_upload(file=picture(), now=timezone.now()).photo.pk])
    photo = CasePhoto.objects.get().photo_id
    bearer = {"Authorization": f"Bearer {sent.token}"}
    statuses = {}
    for host in (HOST_A, HOST_B):
        browser = Client(HTTP_HOST=host)
        browser.cookies[COOKIE] = sent.token
        asked: dict[str, Any] = {"content_type": "application/json", "headers": bearer}
        statuses[host] = [
            Client(HTTP_HOST=host).get(f"/volgen/{sent.token}/").status_code,
            browser.get("/volgen/").status_code,
            browser.post("/volgen/bericht/", {"text": "Hallo"}).status_code,
            status_of(browser, f"/photos/{photo}/large"),
            browser.get("/api/v1/tracking", headers=bearer).status_code,
            browser.post("/api/v1/tracking/messages", {"text": "Hoi"}, **asked).status_code,
            browser.post("/api/v1/tracking/feedback", {"solved": True}, **asked).status_code,
            browser.patch("/api/v1/tracking/contact", {"name": ""}, **asked).status_code,
            resident({"headers": [(b"host", host.encode())]}, sent.token) is not None,
        ]

    assert statuses == {HOST_A: [302, 200, 302, 200, 200, 201, 409, 200, True], HOST_B: [404] * 8 + [False]}


def test_the_token_in_the_header_opens_the_photos_it_is_given(world: World) -> None:
    sent = world.report(photos=[store_upload(file=picture(), now=timezone.now()).photo.pk])
    phone = Client(HTTP_HOST=HOST_A)
    bearer = {"Authorization": f"Bearer {sent.token}"}
    [photo] = phone.get("/api/v1/tracking", headers=bearer).json()["photos"]

    assert phone.get(photo["url"]).status_code == 404
    right = phone.get(photo["url"], headers=bearer)
    assert (right.status_code, b"".join(right.streaming_content)[:2]) == (200, b"\xff\xd8")  # type: ignore[attr-defined]


def test_a_mail_scanner_that_only_looks_does_not_disturb(client: Client, world: World) -> None:
    sent = world.report()

    looked = client.head(f"/volgen/{sent.token}/")

    assert (looked.status_code, looked["Location"], COOKIE in looked.cookies) == (302, "/volgen/", False)
    assert client.head("/volgen/").status_code == 404


@pytest.mark.parametrize("door", ["messages", "feedback"])
def test_without_a_token_the_body_is_not_judged(client: Client, world: World, door: str) -> None:
    wrong = {"Authorization": f"Bearer {'A' * 22}"}

    answer = client.post(f"/api/v1/tracking/{door}", {"x": 1}, content_type="application/json", headers=wrong)

    assert answer.status_code == 404


def resolved(world: World, **changes: Any) -> Any:
    """A report that Bram says is done."""
    sent = world.report(**changes)
    bram = world.actor(world.bram)
    move_case(reference=sent.case.reference, move="resolve", message="Klaar", actor=bram, now=timezone.now())
    return sent


def desk_page(world: World, sent: Any) -> dict[str, Any]:
    return world.client(world.bram).get(f"/api/v1/cases/{sent.case.reference}").json()


def test_a_compliment_reaches_the_professional(client: Client, world: World) -> None:
    sent = resolved(world, observed_at=timezone.now())
    client.get(f"/volgen/{sent.token}/")

    assert client.post("/volgen/oordeel/", {"solved": "yes", "text": "Keurig, dank u wel"}).status_code == 302

    page = desk_page(world, sent)
    assert (page["status"], page["proposed"]) == ("resolved", False)
    assert (page["feedback"]["solved"], page["feedback"]["text"]) == (True, "Keurig, dank u wel")
    assert page["observedAt"].endswith("Z")
    assert page["messages"][-1] | {"id": 0, "at": ""} == {
        "id": 0, "text": "Keurig, dank u wel", "fromResident": True, "by": None, "at": "", "photos": [],
        "duplicate": None, "marks": [], "name": "",
    }  # fmt: skip
    assert page["history"][-1]["type"] == "case.message"
    assert Event.objects.filter(subject=f"case/{sent.case.reference}").last().payload["solved"] is True


def test_a_yes_in_error_can_still_become_a_no(client: Client, world: World) -> None:
    sent = resolved(world)
    client.get(f"/volgen/{sent.token}/")
    client.post("/volgen/oordeel/", {"solved": "yes"})

    assert 'value="no"' in client.get("/volgen/").content.decode()
    assert client.post("/volgen/oordeel/", {"solved": "yes"}).status_code == 409
    assert client.post("/volgen/oordeel/", {"solved": "no"}).status_code == 302

    page = desk_page(world, sent)
    assert (page["status"], page["feedback"]["solved"]) == ("reopened", False)


def test_a_verdict_is_yes_or_no_and_keeps_every_word(client: Client, world: World) -> None:
    sent = resolved(world)
    client.get(f"/volgen/{sent.token}/")
    before = Case.objects.get().status

    for body in ({}, {"solved": "misschien"}, {"solved": "yes", "text": "a" * 3001}):
        answer = client.post("/volgen/oordeel/", {"text": "Mijn verhaal"} | body, headers={"Accept-Language": "en"})
        assert answer.status_code == 400
        assert body.get("text", "Mijn verhaal") in answer.content.decode()

    assert Case.objects.get().status == before == "resolved"
    assert not Feedback.objects.exists()


def test_answers_outlive_a_change_of_category(client: Client, world: World) -> None:
    sent = world.report(category="straatverlichting", answers={"mast": "1234"})
    change_case(
        reference=sent.case.reference,
        category="grofvuil",
        actor=world.actor(world.lotte),
        now=timezone.now(),
        version=sent.case.version,
    )

    answers = [{"key": "mast", "question": "Welk nummer staat op de mast?", "answer": "1234"}]
    client.get(f"/volgen/{sent.token}/")
    assert "1234" in client.get("/volgen/").content.decode()
    bearer = {"Authorization": f"Bearer {sent.token}"}
    assert client.get("/api/v1/tracking", headers=bearer).json()["answers"] == answers
    assert world.client(world.lotte).get(f"/api/v1/cases/{sent.case.reference}").json()["answers"] == answers


def test_a_message_sent_twice_by_a_nervous_finger_is_one_message(client: Client, world: World) -> None:
    sent = world.report()
    client.get(f"/volgen/{sent.token}/")
    body = hidden(client.get("/volgen/")) | {"text": "Hallo"}

    assert [client.post("/volgen/bericht/", body).status_code for _ in range(2)] == [302, 302]
    other = client.post("/volgen/bericht/", body | {"text": "Nog iets"}, headers={"Accept-Language": "en"})

    assert other.status_code == 409
    html = other.content.decode()
    assert "Nog iets" in html
    assert "Idempotency" not in html
    assert client.post("/volgen/bericht/", hidden(other) | {"text": "Nog iets"}).status_code == 302
    assert [one.text for one in Case.objects.get().messages.all()] == ["Hallo", "Nog iets"]


def test_the_page_says_once_what_was_done(client: Client, world: World) -> None:
    sent = world.report()
    client.get(f"/volgen/{sent.token}/")
    english = {"Accept-Language": "en"}
    for path, fields, words in (
        ("/volgen/contact/", {"email": "nieuw@example.nl"}, "We saved your details."),
        ("/volgen/bericht/", {"text": "Nog iets"}, "Your message was sent."),
        ("/volgen/contact/", {"stop": "1"}, "We removed your details."),
    ):
        assert client.post(path, fields, headers=english)["Location"] == "/volgen/"
        assert client.get("/volgen/?part=live", headers=english).content.decode().count(words) == 0
        assert client.get("/volgen/", headers=english).content.decode().count(words) == 1
        assert client.get("/volgen/", headers=english).content.decode().count(words) == 0
