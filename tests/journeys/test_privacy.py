"""A whole road walked with names, numbers and texts that are nowhere else; then we look where they must not be."""

from __future__ import annotations

import json
import logging
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import caches
from django.db import connection
from django.test import Client
from PIL import Image

from core.work.worker import run_due_tasks
from participation.cases.models import Case
from participation.cases.models.words import FTS
from participation.cases.search import forget
from participation.reports.actions import change_contact
from participation.reports.rules import ContactGiven
from tests.support.world import HOST_A, HOST_B, World, key, report_body

SECRETS = {
    "name": "Wilhelmina Zonnebloem",
    "email": "zonnebloem@example.nl",
    "phone": "0687654321",
    "text": "Mijn buurman Ottokar zet zijn bank naast de container",
    "address": "Rozemarijnlaan 271",
    "message": "Komt u bij Ottokar langs",
    "note": "Zonnebloem belt vaker over Ottokar",
    "feedback": "Ottokar heeft de bank nog",
}
WORDS = ("Zonnebloem", "zonnebloem", "Ottokar", "687654321", "Rozemarijnlaan")
NEIGHBOUR = "buurvrouw-teunisbloem@example.nl"
MAY_HOLD = {
    "reports.Report", "reports.Contact", "reports.Feedback", "cases.Case", "cases.Message", "cases.Note",
    "cases.Words", "reports.Supporter",
}  # fmt: skip
"""Tables whose rows can be erased; the last is the search index, on SQLite a table of its own.

Nothing else may hold a word of it, and no table at all the tracking token.
"""


def picture() -> BytesIO:
    file = BytesIO()
    exif = Image.Exif()
    exif[0x013B] = SECRETS["name"]
    Image.new("RGB", (800, 600), "teal").save(file, "JPEG", exif=exif)
    file.seek(0)
    file.name = f"{SECRETS['address']}.jpg"
    return file


def walk(world: World) -> tuple[str, list[Any]]:
    """Report with a photo, conversation, note, closing, "not solved", reopening, by API and by page.

    Answers the tracking token, and every answer a browser got that is for everybody.
    """
    anna, bram = Client(HTTP_HOST=HOST_A), world.client(world.bram, HTTP_HOST=HOST_A)
    upload = anna.post("/api/v1/uploads", {"file": picture()})
    sent = anna.post(
        "/api/v1/reports",
        report_body(
            text=SECRETS["text"],
            address=SECRETS["address"],
            photos=[upload.json()["id"]],
            contact={name: SECRETS[name] for name in ("name", "email", "phone")},
        ),
        content_type="application/json",
        headers={"Idempotency-Key": key()},
    )
    assert sent.status_code == 201, sent.content
    case = Case.objects.get()
    token = sent.json()["tracking"]["token"]
    bearer = {"Authorization": f"Bearer {token}"}

    def desk(verb: str, body: dict[str, str]) -> Any:
        answer = bram.post(f"/api/v1/cases/{case.reference}/{verb}", body, content_type="application/json")
        assert answer.status_code == 201, answer.content
        return answer

    def resident(verb: str, body: dict[str, Any]) -> Any:
        answer = anna.post(f"/api/v1/tracking/{verb}", body, content_type="application/json", headers=bearer)
        assert answer.status_code == 201, answer.content
        return answer

    seen_too(world, case, anna)
    desk("notes", {"text": SECRETS["note"]})
    resident("messages", {"text": SECRETS["message"]})
    desk("transitions", {"move": "resolve", "message": "De bank is opgehaald."})
    resident("feedback", {"solved": False, "text": SECRETS["feedback"]})
    walk_the_pages(anna, desk, token)
    run_due_tasks()
    public = [
        anna.get(url)
        for url in ("/api/v1/reports", "/api/v1/reports/_nearby?lat=52.005&lon=5.002", "/api/v1/areas", "/", "/wijken/")
    ]
    return token, [upload, *public]


def seen_too(world: World, case: Case, anna: Client) -> None:
    """Somebody else joins, by API and by page, gives an address and a number, and looks for what is near."""
    neighbour = Client(HTTP_HOST=HOST_A)
    contact = {"email": NEIGHBOUR, "phone": "0611223344"}
    near = {"lat": case.lat, "lon": case.lon, "text": SECRETS["text"]}
    for url, body, status in (
        ("/api/v1/reports/_nearby", near, 200),
        (f"/api/v1/reports/{case.reference}/supporters", {"contact": contact}, 201),
        (f"/api/v1/reports/{case.reference}/supporters", {"contact": {"email": f"{NEIGHBOUR} fout"}}, 400),
    ):
        answer = neighbour.post(url, body, content_type="application/json", headers={"Idempotency-Key": key()})
        assert answer.status_code == status, answer.content
        assert not found_in(answer.content.decode(), NEIGHBOUR)
    for browser in (neighbour, anna):
        page = browser.get(f"/melden/ook/{case.reference}/")
        assert not found_in(page.content.decode(), NEIGHBOUR)
    assert neighbour.get("/melden/ook/volgen/").status_code == 404


def walk_the_pages(anna: Client, desk: Any, token: str) -> None:
    """The private link, where it works and where it does not, and every form behind it, also filled in wrongly."""
    assert anna.get(f"/volgen/{token}/").status_code == 302
    assert anna.get(f"/volgen/{token}").status_code in {301, 302, 404}
    assert Client(HTTP_HOST=HOST_B).get(f"/volgen/{token}/").status_code == 404
    assert anna.post(f"/volgen/{token}/").status_code == 405
    page = anna.get("/volgen/")
    assert SECRETS["text"] in page.content.decode()
    assert page.content.decode().count(token) == 2, "the link to keep, as address and in words, on the private page"
    once = {"key": key(), "text": SECRETS["message"]}
    contact = {name: SECRETS[name] for name in ("name", "email", "phone")}
    posts: list[tuple[str, dict[str, str], int]] = [
        ("bericht", once, 302),
        ("bericht", once, 302),
        ("bericht", once | {"text": SECRETS["feedback"]}, 409),
        ("contact", contact, 302),
        ("contact", contact | {"email": f"{SECRETS['email']} fout"}, 400),
        ("oordeel", {"solved": "yes", "text": SECRETS["feedback"]}, 409),
    ]
    for verb, body, status in posts:
        assert anna.post(f"/volgen/{verb}/", body).status_code == status, verb
    desk("transitions", {"move": "resolve", "message": "Nu echt."})
    assert anna.post("/volgen/oordeel/", {"text": SECRETS["feedback"]}).status_code == 400
    for solved in ("yes", "no"):
        said = {"solved": solved, "text": SECRETS["feedback"]}
        assert anna.post("/volgen/oordeel/", said).status_code == 302


def keys_in_the_cache() -> list[Any]:
    """Of the memory cache, or of Redis where the run has one."""
    held: Any = caches["default"]._cache  # type: ignore[attr-defined]
    return list(held) if isinstance(held, dict) else list(held.get_client().keys("*"))


def searched() -> str:
    """All that the search index holds, on either engine."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {'cases_words' if connection.vendor == 'postgresql' else FTS}")  # noqa: S608
        return repr(cursor.fetchall()).casefold()


def found_in(haystack: str, *also: str) -> list[str]:
    return sorted(word for word in (*WORDS, *also) if word in haystack)


@pytest.mark.django_db(transaction=True)
def test_what_a_resident_tells_stays_in_tables_that_can_be_erased(
    committed_world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        token, answers = walk(committed_world)

    for model in apps.get_models():
        for row in model._default_manager.values():
            held = [token] if model._meta.label in MAY_HOLD else [token, *WORDS, NEIGHBOUR, "611223344"]
            assert not [word for word in held if word in repr(row)], model._meta.label
    assert not found_in(
        "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db")),
        token,
        NEIGHBOUR,
    )
    for answer in answers:
        assert not found_in(answer.content.decode(errors="replace"), token, NEIGHBOUR), answer.request["PATH_INFO"]
    assert not found_in(repr(keys_in_the_cache()), token, NEIGHBOUR)

    assert found_in(searched())
    assert token.casefold() not in searched()
    forget(list(Case.objects.values_list("pk", flat=True)))
    assert not found_in(searched())
    assert {message.to[0] for message in mail.outbox} == {SECRETS["email"], NEIGHBOUR}
    assert not found_in("".join(f"{one.subject} {one.body}" for one in mail.outbox if one.to == [NEIGHBOUR]))


@pytest.mark.django_db(transaction=True)
def test_erased_contact_data_is_gone_and_no_mail_follows(committed_world: World) -> None:
    sent = committed_world.report(contact=ContactGiven(name=SECRETS["name"], email=SECRETS["email"]))
    change_contact(token=sent.token, changes={"name": "", "email": "", "phone": ""})
    run_due_tasks()

    assert mail.outbox == []
    everything = json.dumps([list(model._default_manager.values()) for model in apps.get_models()], default=repr)
    assert SECRETS["name"] not in everything
    assert SECRETS["email"] not in everything
