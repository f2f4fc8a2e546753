"""The conversation of a case: standard answers, the mail before it goes, names in notes, photos, another day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from core.events.models import Event
from core.media.actions import store_upload
from core.work.worker import run_due_tasks
from participation.cases.actions.answers import load_answers
from participation.cases.answers import default_answers, fill, mistakes_in, with_name
from participation.cases.models import Case, CasePhoto, DeskSettings, Mention, Message, Note, StandardAnswer
from participation.cases.states import MOVES
from participation.organisations.models import Mandate
from participation.reports.rules import ContactGiven
from participation.routing.models import Category
from tests.participation.reports.browser import picture, status_of
from tests.support.world import HOST_A, World

EN = {"Accept-Language": "en"}


def post(client: Client, case: Case, verb: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(
        f"/api/v1/cases/{case.reference}/{verb}", body, content_type="application/json", headers={**EN, **headers}
    )


def upload() -> str:
    return str(store_upload(file=picture(), now=timezone.now()).photo.pk)


def sent() -> list[Any]:
    """The mails that were owed."""
    mail.outbox.clear()
    run_due_tasks()
    return list(mail.outbox)


# --- standard answers -------------------------------------------------------------------------


def answer(world: World, text: str, *, category: str = "", **values: Any) -> StandardAnswer:
    found = Category.objects.get(gemeente=world.a, slug=category) if category else None
    return StandardAnswer.objects.create(
        **{"gemeente": world.a, "category": found, "title": "Klaar", "text": text, "move": "resolve"} | values
    )


def answers(client: Client, case: Case, move: str = "resolve") -> Any:
    return client.get(f"/api/v1/cases/{case.reference}/answers?move={move}", headers=EN).json()


def test_answers_of_the_subcategory_come_before_the_main_one_and_the_general(world: World) -> None:
    case = world.report().case
    answer(world, "algemeen", title="C")
    answer(world, "hoofd", category="schoon", title="B")
    answer(world, "sub", category="grofvuil", title="A")
    answer(world, "iets anders", category="straatverlichting", title="D")
    answer(world, "andere stap", move="plan", title="E")

    found = answers(world.client(world.bram), case)

    assert [one["text"] for one in found["results"]] == ["sub", "hoofd", "algemeen"]
    assert found["results"][0]["category"] == "Grofvuil naast de container"


def test_an_answer_is_filled_in_for_this_case_but_for_the_residents_name(world: World) -> None:
    case = world.report(address="Havenkade 3").case
    answer(world, "{naam}: {onderwerp}, {plaats}, {professional} van {team}, {referentie} in {gemeente}")

    [one] = answers(world.client(world.bram), case)["results"]

    assert one["text"] == (
        f"{{naam}}: Grofvuil naast de container, Havenkade 3, Bram van Reiniging, {case.reference} in Waterstad"
    )


def test_an_answer_comes_in_the_residents_language_or_says_that_it_is_dutch(world: World) -> None:
    case = world.report(language="tr").case
    answer(world, "Klaar op {streefdatum}", title="Klaar")
    answer(world, "Bitti", title="Klaar", language="tr")
    answer(world, "Alleen Nederlands", title="Weg")
    answer(world, "Only English", title="Gone", language="en")

    found = answers(world.client(world.bram), case)

    assert found["language"] == "tr"
    assert [(one["text"], one["language"], one["fallback"]) for one in found["results"]] == [
        ("Bitti", "tr", False),
        ("Alleen Nederlands", "nl", True),
    ]


def test_the_default_answers_are_right_and_are_loaded_once(world: World) -> None:
    slugs = set(Category.objects.filter(gemeente=world.a).values_list("slug", flat=True))
    for one in default_answers():
        assert one.move in {"", *MOVES}
        assert "nl" in one.texts
        assert not [wrong for text in one.texts.values() for wrong in mistakes_in(text)]
    made = load_answers([world.a.pk])

    assert made == sum(len(one.texts) for one in default_answers() if not one.category or one.category in slugs)
    assert load_answers([world.a.pk]) == 0
    assert {"nl", "en", "tr", "ar", "pl", "uk"} <= set(StandardAnswer.objects.values_list("language", flat=True))


def test_a_placeholder_that_does_not_exist_is_refused_on_saving(world: World) -> None:
    wrong = StandardAnswer(gemeente=world.a, title="Fout", text="Dag {naaam}, tot {datum}")

    with pytest.raises(ValidationError) as refused:
        wrong.full_clean()
    assert "{naaam}" in str(refused.value)
    assert "{datum}" not in str(refused.value)


def test_placeholders_are_read_in_dutch_and_in_english() -> None:
    assert fill("{Plaats} {place} {onbekend}", {"place": "Kade 1"}) == "Kade 1 Kade 1 {onbekend}"
    assert with_name("Dag {naam}", "", "nl") == "Dag bewoner"
    assert with_name("Dag {name}", "Anna", "nl") == "Dag Anna"


def test_carla_and_a_mere_looker_get_no_answers(world: World) -> None:
    case = world.report().case
    Mandate.objects.create(professional=world.carla, role="auditor")

    assert world.client(world.zoe).get(f"/api/v1/cases/{case.reference}/answers").status_code == 404
    assert world.client(world.carla).get(f"/api/v1/cases/{case.reference}/answers").status_code == 403


# --- the mail before it goes ------------------------------------------------------------------


@pytest.mark.parametrize("move", ["", "plan", "resolve", "accept"])
@pytest.mark.parametrize("language", ["nl", "en", "tr"])
def test_the_preview_is_the_mail_to_the_byte_but_for_the_name_and_the_private_link(
    world: World, move: str, language: str
) -> None:
    done = world.report(language=language, contact=ContactGiven(name="Annabella", email="anna@example.nl"))
    case, bram = done.case, world.client(world.bram)
    sent()
    text = "Beste {naam},\nwij komen <morgen> & overmorgen."
    before = (Event.objects.count(), Message.objects.count(), Case.objects.get(pk=case.pk).version)

    seen = post(bram, case, "preview", {"message": text, "move": move}).json()
    assert (Event.objects.count(), Message.objects.count(), Case.objects.get(pk=case.pk).version) == before
    assert sent() == []
    if move:
        assert post(bram, case, "transitions", {"move": move, "message": text}).status_code == 201
    else:
        assert post(bram, case, "messages", {"text": text}).status_code == 201
    [message] = sent()

    def masked(words: Any) -> str:
        return str(words).replace("Annabella", "A…").replace(done.token, "…")

    assert seen["willBeSent"] is True
    assert seen["subject"] == message.subject
    assert seen["text"] == masked(message.body)
    assert seen["html"] == masked(message.alternatives[0][0])
    assert done.token in message.body
    assert seen["to"] == "a…@e…nl"
    assert seen["language"] == language
    assert "Beste Annabella," in message.body


def test_a_preview_says_that_nothing_goes_to_someone_without_an_address(world: World) -> None:
    case = world.report(contact=ContactGiven(phone="0612345678")).case

    seen = post(world.client(world.bram), case, "preview", {"message": "Dag"}).json()

    assert (seen["willBeSent"], seen["whyNot"], seen["html"]) == (False, "no-address", "")


def test_a_preview_is_refused_for_the_reasons_that_the_deed_is(world: World) -> None:
    case = world.report().case
    bram = world.client(world.bram)

    assert post(bram, case, "preview", {"message": ""}).status_code == 400
    assert post(bram, case, "preview", {"message": "", "move": "resolve"}).status_code == 400
    assert post(bram, case, "preview", {"message": "x", "move": "reopen"}).status_code == 409
    assert post(world.client(world.carla), case, "preview", {"message": "x"}).status_code == 404
    assert post(world.client(world.zoe), case, "preview", {"message": "x"}).status_code == 404


# --- notes that name colleagues ---------------------------------------------------------------


def test_who_is_named_in_a_note_hears_of_it_and_it_is_seen_when_they_open_the_case(world: World) -> None:
    case = world.report().case
    sent()

    made = post(world.client(world.bram), case, "notes", {"text": "@Lotte weet jij hoe dit zit?"})

    assert made.status_code == 201
    assert [one["name"] for one in made.json()["notes"][0]["mentions"]] == ["Lotte"]
    assert "Lotte" in made.json()["history"][-1]["text"]
    [message] = sent()
    assert message.to == [world.lotte.user.email]
    assert "weet jij hoe dit zit?" in message.body
    assert f"/werk/{case.reference}/" in message.body
    assert Mention.objects.get().seen_at is None
    world.client(world.lotte).get(f"/api/v1/cases/{case.reference}")
    assert Mention.objects.get().seen_at is not None


def test_naming_somebody_who_may_not_see_the_case_is_refused_with_advice(world: World) -> None:
    case = world.report().case
    bram = world.client(world.bram)

    for body in ({"text": "@Carla kijk eens"}, {"text": "Kijk eens", "mentions": [world.carla.pk]}):
        refused = post(bram, case, "notes", body)
        assert refused.status_code == 400
        [error] = refused.json()["errors"]
        assert (error["field"], error["code"]) == ("mentions", "cannot-see")
        assert "Carla" in error["detail"]
    unknown = post(bram, case, "notes", {"text": "Kijk eens", "mentions": [world.zoe.pk]})
    assert unknown.status_code == 400
    assert "Zoë" not in unknown.content.decode()
    assert not Note.objects.exists()
    assert sent()[1:] == []  # but for the receipt


def test_a_mail_about_a_confidential_case_says_nothing_of_it(world: World) -> None:
    case = world.report(category="burenoverlast", text="Ruzie").case
    kees = _second_confidential(world)
    sent()

    post(world.client(world.carla), case, "notes", {"text": f"@{kees.name} de buurman slaat"})

    [message] = sent()
    everything = message.body + message.subject + str(message.alternatives)
    assert "slaat" not in everything
    assert "Burengeluid" not in everything
    assert "Carla" not in everything


def _second_confidential(world: World) -> Any:
    from participation.organisations.models import Membership

    Membership.objects.filter(professional=world.dirk).update(confidential=True)
    from core.snapshots.snapshot import Snapshot

    Snapshot.forget_all()
    return world.dirk


def test_who_wants_no_mail_gets_none(world: World) -> None:
    case = world.report().case
    DeskSettings.objects.create(professional=world.lotte, mail_mentions=False)
    sent()

    post(world.client(world.bram), case, "notes", {"text": "@Lotte"})

    assert sent() == []
    assert Mention.objects.count() == 1


def test_the_list_of_colleagues_is_who_may_see_the_case(world: World) -> None:
    case = world.report().case
    secret = world.report(category="burenoverlast", text="Ruzie").case
    Mandate.objects.create(professional=world.dirk, role="municipality-admin")

    def names(client: Client, of: Case) -> list[str]:
        found = client.get(f"/api/v1/cases/{of.reference}/colleagues").json()["results"]
        return [one["name"] for one in found]

    assert names(world.client(world.bram), case) == ["Bram", "Dirk", "Lotte"]
    assert names(world.client(world.carla), secret) == ["Carla"]
    assert world.client(world.carla).get(f"/api/v1/cases/{case.reference}/colleagues").status_code == 404


# --- photos -----------------------------------------------------------------------------------


def test_a_photo_with_a_message_is_the_residents_to_see_and_one_for_colleagues_is_not(world: World) -> None:
    done = world.report()
    bram, anna = world.client(world.bram), Client(HTTP_HOST=HOST_A)
    after, inside = upload(), upload()

    said = post(bram, done.case, "messages", {"text": "Kijk, weg!", "photos": [after], "stage": "after"}).json()
    kept = post(bram, done.case, "photos", {"photos": [inside], "forResident": False, "stage": "before"}).json()

    assert said["messages"][-1]["photos"] == [after]
    shown = {one["id"]: (one["stage"], one["forResident"], one["by"]["name"]) for one in kept["photos"]}
    assert shown == {after: ("after", True, "Bram"), inside: ("before", False, "Bram")}
    assert kept["photoCount"] == 2
    page = anna.get("/api/v1/tracking", headers={"Authorization": f"Bearer {done.token}"}).json()
    assert [after in one["url"] for one in page["photos"]] == [True]
    anna.cookies["volgen"] = done.token
    assert [status_of(anna, f"/photos/{one}/thumb") for one in (after, inside)] == [200, 404]
    assert status_of(bram, f"/photos/{inside}/thumb") == 200
    assert status_of(world.client(world.carla), f"/photos/{inside}/thumb") == 404


def test_a_photo_gets_its_stage_later_and_what_the_resident_sent_stays_theirs(world: World) -> None:
    case = world.report(photos=[store_upload(file=picture(), now=timezone.now()).photo.pk]).case
    theirs = CasePhoto.objects.get(case=case)
    bram = world.client(world.bram)
    path = f"/api/v1/cases/{case.reference}/photos/{theirs.photo_id}"

    marked = bram.patch(path, {"stage": "before"}, content_type="application/json")
    hidden = bram.patch(path, {"forResident": False}, content_type="application/json")

    assert marked.json()["photos"][0]["stage"] == "before"
    assert hidden.status_code == 400
    other = world.report().case
    elsewhere = path.replace(case.reference, other.reference)
    assert bram.patch(elsewhere, {"stage": "before"}, content_type="application/json").status_code == 404


def test_too_many_photos_and_photos_used_before_are_refused(world: World) -> None:
    case = world.report().case
    bram = world.client(world.bram)
    one = upload()

    assert post(bram, case, "messages", {"text": "x", "photos": [one]}).status_code == 201
    assert post(bram, case, "messages", {"text": "y", "photos": [one]}).status_code == 400
    assert Message.objects.filter(text="y").count() == 0
    assert post(bram, case, "photos", {"photos": []}).status_code == 400


# --- another day ------------------------------------------------------------------------------


def test_another_day_is_promised_to_the_resident_with_the_reason(world: World) -> None:
    done = world.report()
    bram = world.client(world.bram)
    sent()
    day = timezone.localdate() + timedelta(days=21)

    said = post(bram, done.case, "promise", {"day": day.isoformat(), "why": "De wagen is stuk."})

    assert said.status_code == 201, said.json()
    case = Case.objects.get(pk=done.case.pk)
    assert case.resolve_by is not None
    assert 0 <= (timezone.localdate(case.resolve_by) - day).days <= 4
    assert said.json()["messages"][-1]["text"] == "De wagen is stuk."
    assert said.json()["history"][-1]["text"].startswith("We now promise")
    [message] = sent()
    assert "De wagen is stuk." in message.body
    assert str(timezone.localdate(case.resolve_by).day) in message.body
    page = Client(HTTP_HOST=HOST_A).get("/api/v1/tracking", headers={"Authorization": f"Bearer {done.token}"}).json()
    assert page["promise"]["resolveBy"] == said.json()["resolveBy"]


def test_a_day_in_the_past_or_without_a_reason_is_refused(world: World) -> None:
    case = world.report().case
    bram = world.client(world.bram)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    later = (timezone.localdate() + timedelta(days=9)).isoformat()

    assert post(bram, case, "promise", {"day": yesterday, "why": "x"}).status_code == 400
    assert post(bram, case, "promise", {"day": later, "why": " "}).status_code == 400
    assert post(world.client(world.carla), case, "promise", {"day": later, "why": "x"}).status_code == 404
    preview = post(bram, case, "preview", {"day": later, "message": "Later"}).json()
    assert preview["willBeSent"] is True
    assert Case.objects.get(pk=case.pk).version == 1
