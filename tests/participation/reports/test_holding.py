"""What is suspicious waits for a look: nobody at a desk or on a map knows of it, and nothing of it is lost."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from core.errors import Conflict
from core.events.models import Event
from core.media.actions import sweep
from core.media.models import Photo
from participation.cases.actions import move_case
from participation.cases.models import Case
from participation.reports.holding import forget_held, refuse, release, take_back
from participation.reports.models import Contact, Held, Report
from participation.routing.models import Category
from participation.texts.models import BlockedWord
from tests.support.world import HOST_B, IN_THE_WEST, World, key, report_body

URL = "/api/v1/reports"
LINKS = "Kijk op https://a.example https://b.example https://c.example voor korting"


def send(client: Client, body: dict[str, Any], **headers: str) -> Any:
    return client.post(URL, body, content_type="application/json", headers={"Accept-Language": "en", **headers})


def follow(client: Client, token: str, **more: Any) -> Any:
    return client.get("/api/v1/tracking", headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"}, **more)


def upload(client: Client) -> str:
    into = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(into, "JPEG")
    into.seek(0)
    into.name = "a.jpg"
    answer = client.post("/api/v1/uploads", {"file": into})
    return str(answer.json()["id"])


@pytest.fixture
def held(client: Client, world: World) -> dict[str, Any]:
    """A report full of links, as its sender got it answered."""
    contact = {"name": "Anna", "email": "anna@example.nl"}
    answer = send(client, report_body(text=LINKS, contact=contact, photos=[upload(client)]))
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def test_a_suspicious_report_gets_an_ordinary_receipt_and_becomes_no_case(held: dict[str, Any], world: World) -> None:
    assert held["reference"].startswith("M-")
    assert held["statusLabel"] == "Being checked"
    assert held["handler"]["team"]["name"] == "Klantcontact"
    assert held["promise"]["resolveBy"] is None
    assert held["area"]["code"] == "WK910101"
    assert "held" not in held
    assert not Case.objects.exists()
    assert not Event.objects.exists()
    assert not [one for one in DBTaskResult.objects.all() if "send_update" in one.task_path]
    assert Held.objects.get().reasons == [{"code": "links", "count": 3}]


def test_nobody_sees_it_before_it_is_released(held: dict[str, Any], client: Client, world: World) -> None:
    desk = world.client(world.bram)
    lon, lat = IN_THE_WEST
    for address in (
        "/api/v1/reports",
        f"/api/v1/reports/_nearby?lat={lat}&lon={lon}&category=grofvuil",
        "/api/v1/cases",
        f"/api/v1/cases?q={held['reference']}",
    ):
        answer = desk.get(address)
        assert answer.status_code == 200, address
        assert held["reference"] not in answer.content.decode(), address
    assert desk.get(f"/api/v1/cases/{held['reference']}").status_code == 404


def test_the_sender_follows_it_meanwhile(held: dict[str, Any], client: Client) -> None:
    token = held["tracking"]["token"]
    followed = follow(client, token).json()
    assert (followed["text"], followed["statusLabel"], followed["closed"]) == (LINKS, "Being checked", False)
    assert followed["contact"]["email"] == "anna@example.nl"
    write = client.post(
        "/api/v1/tracking/messages",
        {"text": "Hallo?"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert write.status_code == 409
    assert write.json()["type"].endswith("being-checked")
    assert follow(client, token, HTTP_HOST=HOST_B).status_code == 404, "another municipality's host opens nothing"


def test_its_page_says_that_it_is_being_checked(held: dict[str, Any], anna: Client) -> None:
    page = anna.get(f"/volgen/{held['tracking']['token']}/", follow=True)
    assert page.status_code == 200
    assert "Being checked" in page.content.decode()
    assert held["reference"] in page.content.decode()


def test_the_same_key_gets_the_same_answer_held_or_released(client: Client, world: World) -> None:
    body, same = report_body(text=LINKS), key()
    first = send(client, body, **{"Idempotency-Key": same})
    again = send(client, body, **{"Idempotency-Key": same})
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    release(Held.objects.get().pk, by=None, now=timezone.now())
    later = send(client, body, **{"Idempotency-Key": same})
    assert later.json() == first.json()
    assert (Held.objects.count(), Report.objects.count()) == (1, 1)


def test_released_it_is_a_report_like_any_other(held: dict[str, Any], client: Client, world: World) -> None:
    waiting = Held.objects.get()
    [photo] = waiting.photos.all()
    later = timezone.now() + timedelta(days=4)
    assert sweep(now=later).photos == 0, "its photo waits with it"

    done = release(waiting.pk, by=world.lotte.user_id, now=later)

    case = Case.objects.get()
    assert case.reference == held["reference"] == done.case.reference
    assert (case.created_at, case.team_id) == (later, world.cleaning.pk)
    assert case.respond_by is not None
    assert case.respond_by > later, "what we promise counts from now"
    report = Report.objects.get()
    assert (report.text, report.observed_at) == (LINKS, waiting.created_at)
    assert Contact.objects.get().email == "anna@example.nl"
    assert [one.photo_id for one in case.photos.all()] == [photo.pk]
    assert Event.objects.filter(type="case.received").count() == 1
    assert [one for one in DBTaskResult.objects.all() if "send_update" in one.task_path], "the mail goes out now"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.content, waiting.decided_by_id) == ("released", None, world.lotte.user_id)
    followed = follow(client, held["tracking"]["token"]).json()
    assert followed["status"] in ("received", "assigned")


def test_a_category_that_is_gone_meanwhile_does_not_hold_it_back(client: Client, world: World) -> None:
    body = report_body(text=LINKS, category="straatverlichting", answers={"mast": "A12"})
    assert send(client, body).status_code == 201
    Category.objects.filter(slug="straatverlichting").update(is_active=False)
    release(Held.objects.get().pk, by=None, now=timezone.now())
    assert Report.objects.get().text.endswith("Welk nummer staat op de mast?: A12")


def test_a_refusal_can_be_taken_back_and_is_erased_after_thirty_days(
    held: dict[str, Any], client: Client, world: World
) -> None:
    pk, token, now = Held.objects.get().pk, held["tracking"]["token"], timezone.now()
    refuse(pk, by=world.lotte.user_id, now=now)
    assert follow(client, token).json()["statusLabel"] == "Not taken up"
    take_back(pk)
    assert follow(client, token).json()["statusLabel"] == "Being checked"
    refuse(pk, by=world.lotte.user_id, now=now)
    assert forget_held(now=now + timedelta(days=29)) == 0
    assert forget_held(now=now + timedelta(days=31)) == 1
    assert not Held.objects.exists()
    assert not Photo.objects.exists()
    assert follow(client, token).status_code == 404


def test_what_waits_is_never_erased_unseen(held: dict[str, Any]) -> None:
    assert forget_held(now=timezone.now() + timedelta(days=4000)) == 0
    assert Held.objects.get().content is not None


def test_mistakes_are_told_to_a_suspicious_sender_too(client: Client, world: World) -> None:
    answer = send(client, report_body(text=LINKS, category="bestaat-niet", contact={"email": "x"}))
    assert answer.status_code == 400
    assert {one["field"] for one in answer.json()["errors"]} == {"category", "contact.email"}
    assert not Held.objects.exists()


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("Dit is een Rotding hoor", True),
        ("rotding!", True),
        ("Een rotdingetje ligt er", False),
        ("gratis   GELD\nte halen", True),
        ("gratis en geld", False),
        ("een gewone melding", False),
    ],
)
def test_a_blocked_word_is_a_whole_word_in_any_case(text: str, caught: bool, client: Client, world: World) -> None:
    for phrase in ("rotding", "gratis geld"):
        BlockedWord.objects.create(gemeente=world.a, phrase=phrase)
    BlockedWord.objects.create(gemeente=world.b, phrase="gewone")
    BlockedWord.objects.create(gemeente=world.a, phrase="melding", is_active=False)
    assert send(client, report_body(text=text)).status_code == 201
    assert Held.objects.exists() is caught
    assert Case.objects.exists() is not caught


def test_an_ordinary_report_costs_no_query_more(client: Client, world: World, django_assert_num_queries: Any) -> None:
    BlockedWord.objects.create(gemeente=world.a, phrase="rotding")
    send(client, report_body())
    with django_assert_num_queries(0):
        from participation.texts.screening import words_of

        assert words_of(world.a.pk).hold is not None


@pytest.mark.django_db(transaction=True)
def test_two_who_release_at_once_make_one_report(client: Client, committed_world: World) -> None:
    assert send(client, report_body(text=LINKS)).status_code == 201
    pk = Held.objects.get().pk
    ends: list[str] = []
    start = threading.Barrier(4)

    def judge(deed: Any) -> None:
        try:
            start.wait()
            deed(pk, by=None, now=timezone.now())
            ends.append("done")
        except Conflict:
            ends.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=judge, args=[deed]) for deed in (release, release, refuse, refuse)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(ends) == ["done", "refused", "refused", "refused"]
    assert Report.objects.count() == Case.objects.count() == (Held.objects.get().state == "released")


# --- what comes after it ----------------------------------------------------------------------


def test_later_words_of_a_resident_reach_the_desk_at_once_with_a_mark(client: Client, world: World) -> None:
    BlockedWord.objects.create(gemeente=world.a, phrase="rotding")
    sent = world.report()
    bearer = {"Authorization": f"Bearer {sent.token}"}
    for text in (LINKS, "Wat een rot\u200bd\u00ading", "Dank u wel, zie https://a.example"):
        body = {"text": text}
        answer = client.post("/api/v1/tracking/messages", body, content_type="application/json", headers=bearer)
        assert answer.status_code == 201
    move_case(
        reference=sent.case.reference, move="resolve", message=LINKS, actor=world.actor(world.bram), now=timezone.now()
    )
    verdict = {"solved": False, "text": f"{LINKS} rotding"}
    client.post("/api/v1/tracking/feedback", verdict, content_type="application/json", headers=bearer)

    shown = world.client(world.bram).get(f"/api/v1/cases/{sent.case.reference}").json()["messages"]
    marks = [(one["fromResident"], one["marks"]) for one in shown]
    assert marks == [
        (True, ["links"]), (True, ["word"]), (True, []), (False, []), (True, ["word", "links"]),
    ]  # fmt: skip
    assert [
        one["marks"] for one in client.get("/api/v1/tracking", headers=bearer).json()["messages"] if "marks" in one
    ] == []


def test_a_name_is_looked_at_as_the_report_is(client: Client, world: World) -> None:
    BlockedWord.objects.create(gemeente=world.a, phrase="rotding")
    contact = {"name": "Ro\u2060tding", "email": "anna@example.nl"}
    assert send(client, report_body(contact=contact)).status_code == 201
    assert Held.objects.get().reasons == [{"code": "word", "word": "rotding"}]
