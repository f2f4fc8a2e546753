"""Finding cases by words, through the inbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from participation.cases.inbox import CaseFilter, everything
from participation.cases.models import Case, View
from participation.organisations.models import Membership, Professional
from participation.reports.rules import ContactGiven
from tests.support.world import World

WRITTEN = "De lantaarnpaal bij het speelplein flikkert al twee weken"


def found(browser: Client, words: str, **more: str) -> list[str]:
    answer = browser.get("/api/v1/cases", {"q": words, **more})
    assert answer.status_code == 200, answer.content
    return [row["reference"] for row in answer.json()["results"]]


def write(browser: Client, case: Case, verb: str, text: str) -> None:
    sent = browser.post(f"/api/v1/cases/{case.reference}/{verb}", {"text": text}, content_type="application/json")
    assert sent.status_code == 201, sent.content


@pytest.fixture
def lamp(world: World) -> Case:
    return world.report(text=WRITTEN, address="Molenweg 12").case


@pytest.mark.parametrize(
    "words",
    [
        "lantaarnpaal", "LANTAARNPAAL speelplein", "speelplein molenweg", "molenweg 12", "lantaarn", "flikkert wek",
        "twee-weken", "  flikkert  ", "lantaarnpaal, (speelplein)!",
    ],
)  # fmt: skip
def test_every_word_of_text_and_address_finds_a_case_and_the_last_may_be_unfinished(
    world: World, lamp: Case, words: str
) -> None:
    world.report(text="Een bank naast de container", address="Dorpsstraat 1")

    assert found(world.client(world.bram), words) == [lamp.reference]


@pytest.mark.parametrize(
    "words", ["onvindbaar", "lantaarnpaal bank", "antaarnpaal", "speel plein", "---", "'", '"*', "-"]
)
def test_other_words_find_nothing(world: World, lamp: Case, words: str) -> None:
    assert found(world.client(world.bram), words) == []


@pytest.mark.postgres
def test_postgresql_knows_dutch_stems_and_stop_words(world: World) -> None:
    lamp = world.report(text=WRITTEN).case
    bram = world.client(world.bram)

    assert found(bram, "speelpleinen lantaarnpalen week") == [lamp.reference]
    assert found(bram, "bij de lantaarnpalen") == [lamp.reference]


@pytest.mark.parametrize("form", ["{0}", "{1}", "{2}", "{3}", " {0} "])
def test_a_reference_finds_its_case_however_it_is_typed(world: World, lamp: Case, form: str) -> None:
    whole = lamp.reference
    typed = form.format(whole, whole.lower(), whole.replace("-", ""), whole[:5])

    assert found(world.client(world.bram), typed) == [lamp.reference]


def test_messages_and_notes_find_their_case(world: World, lamp: Case) -> None:
    bram = world.client(world.bram)
    write(bram, lamp, "messages", "De monteur komt donderdag")
    write(bram, lamp, "notes", "Hoogwerker reserveren")

    assert found(bram, "monteur") == found(bram, "hoogwerker lantaarnpaal") == [lamp.reference]


def test_a_corrected_address_is_found(world: World, lamp: Case) -> None:
    bram = world.client(world.bram)
    bram.patch(
        f"/api/v1/cases/{lamp.reference}", {"address": "Havenkade 3"}, content_type="application/json",
        headers={"If-Match": "*"},
    )  # fmt: skip

    assert found(bram, "havenkade") == [lamp.reference]


def test_words_combine_with_filters_and_pages_keep_their_order(world: World) -> None:
    now = timezone.now()
    ages = (0, 40, 200, 400, 900, 2500)
    cases = [world.report(text="Grofvuil op straat", now=now - timedelta(days=age)).case for age in ages]
    world.report(text="Grofvuil", category="straatverlichting")
    bram = world.client(world.bram)

    seen: list[str] = []
    url = "/api/v1/cases?q=grofvuil&limit=2"
    while url:
        page = bram.get(url).json()
        seen += [row["reference"] for row in page["results"]]
        url = page["next"]

    assert seen == [case.reference for case in cases]
    assert found(bram, "grofvuil", ordering="createdAt") == seen[::-1]
    assert found(bram, "grofvuil", status="resolved") == []
    assert found(bram, "grofvuil", view="late") == seen[1:]
    assert set(found(bram, "grofvuil", ordering="-updatedAt")) == set(seen)
    assert len(found(bram, "grofvuil", ordering="dueAt")) == len(seen)
    assert found(bram, "grofvuil", area="WK910102") == []


def test_carla_and_zoe_find_nothing_of_brams(world: World, lamp: Case) -> None:
    for outsider in (world.carla, world.zoe):
        assert found(world.client(outsider), "lantaarnpaal") == found(world.client(outsider), lamp.reference) == []


def test_a_confidential_case_is_found_only_by_who_may_see_it(world: World) -> None:
    case = world.report(category="burenoverlast", text="Ruzie op de galerij").case

    assert found(world.client(world.dirk), "galerij") == found(world.client(world.dirk), case.reference) == []
    assert found(world.client(world.carla), "galerij") == [case.reference]


def test_a_case_that_goes_to_another_team_is_found_there_and_no_longer_here(world: World, lamp: Case) -> None:
    bram, carla = world.client(world.bram), world.client(world.carla)
    bram.post(f"/api/v1/cases/{lamp.reference}/assignments", {"team": world.desk.pk}, content_type="application/json")
    lotte = world.client(world.lotte)

    assert found(bram, "lantaarnpaal") == found(carla, "lantaarnpaal") == []
    assert found(lotte, "lantaarnpaal") == [lamp.reference]


CONTACT = ContactGiven(name="Anna de Ruiter", email="anna@voorbeeld.nl", phone="06-12345678")


@pytest.mark.parametrize("words", ["ruiter", "anna ruiter", "anna@voorbeeld.nl", "0612345678", "+31 6 12 34 56 78"])
def test_contact_data_finds_a_case_for_whoever_may_see_it(world: World, words: str) -> None:
    case = world.report(text="Bank op straat", contact=CONTACT).case
    world.report(text="Bank op straat", contact=ContactGiven(name="Bea", phone="0687654321"))

    assert found(world.client(world.bram), words) == [case.reference]


def test_contact_data_finds_nothing_for_who_may_not_see_it(world: World) -> None:
    world.report(text="Bank op straat", contact=CONTACT)
    auditor = mandated(world, "auditor")

    assert len(found(world.client(auditor), "bank")) == 1
    assert found(world.client(auditor), "ruiter") == found(world.client(auditor), "0612345678") == []
    assert found(world.client(world.carla), "ruiter") == []


@pytest.mark.parametrize("words", ["ruit", "ann", "anna rui", "anna@voorb", "06123456", "6123456"])
def test_contact_data_is_not_found_by_a_beginning(world: World, words: str) -> None:
    world.report(text="Bank op straat", contact=CONTACT)
    assert found(world.client(world.bram), words) == []


def test_who_finds_a_case_by_who_reported_it_is_in_the_register_once_a_day(world: World) -> None:
    case = world.report(text="Bank op straat", contact=CONTACT).case
    bram = world.client(world.bram)
    found(bram, "bank")
    assert not View.objects.exists()
    for words in ("ruiter", "anna@voorbeeld.nl", f"ruiter&reference={case.reference}", "ruiter&view=mine"):
        assert bram.get(f"/api/v1/cases?q={words}").json()["results"][0]["reference"] == case.reference
    assert found(world.client(world.lotte), "0612345678") == [case.reference]
    assert list(View.objects.values_list("case", "professional", "what")) == [
        (case.pk, world.bram.pk, "person"),
        (case.pk, world.lotte.pk, "person"),
    ]
    View.objects.update(at=timezone.now() - timedelta(days=1))
    found(bram, "ruiter")
    assert View.objects.count() == 3


def test_contact_data_is_not_tried_where_nobody_sees_the_rows(world: World) -> None:
    """A number, a dot on a map or a file would say whose a case is, and the register nothing."""
    case = world.report(text="Bank op straat", contact=CONTACT).case
    lotte = world.client(world.lotte)
    view = {"name": "Anna?", "query": {"q": "ruiter", "reference": case.reference}}
    saved = lotte.post("/api/v1/saved-views", view, content_type="application/json").json()
    assert saved["count"] == 0
    on_map = lotte.get("/api/v1/cases/_map?bbox=4.9,51.9,5.1,52.1&zoom=18&q=ruiter").json()
    assert on_map["total"] == 0
    assert list(everything(world.actor(world.lotte), CaseFilter(search="ruiter"), timezone.now())) == []
    assert not View.objects.exists()


def test_contact_data_changes_and_goes_from_the_index_with_the_row(world: World) -> None:
    submitted = world.report(text="Bank op straat", contact=CONTACT)
    bram, resident = world.client(world.bram), Client(headers={"Authorization": f"Bearer {submitted.token}"})

    def change(**contact: str) -> None:
        sent = resident.patch("/api/v1/tracking/contact", contact, content_type="application/json")
        assert sent.status_code == 200, sent.content

    change(name="Truus Vos")
    assert found(bram, "ruiter") == []
    assert found(bram, "truus") == found(bram, "0612345678") == [submitted.case.reference]
    change(name="", email="", phone="")
    assert found(bram, "truus") == found(bram, "0612345678") == found(bram, "voorbeeld") == []
    assert found(bram, "bank") == [submitted.case.reference]


def test_the_index_can_be_made_again_from_what_is_stored(world: World, lamp: Case) -> None:
    bram = world.client(world.bram)
    write(bram, lamp, "notes", "Hoogwerker reserveren")
    from participation.cases.search import forget

    forget([lamp.pk])
    assert found(bram, "lantaarnpaal") == []

    call_command("rebuild_search", verbosity=0)

    assert found(bram, "lantaarnpaal hoogwerker") == found(bram, "anna") == [lamp.reference]


def test_a_search_takes_no_more_queries_than_a_page(world: World, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        world.report(text=WRITTEN)
    bram = world.client(world.bram)
    found(bram, "lantaarnpaal")

    with django_assert_max_num_queries(6):
        assert len(found(bram, "lantaarnpaal")) == 3


def mandated(world: World, role: str) -> Professional:
    """Someone with a role for the whole municipality and a place in no team."""
    from core.accounts.models import User
    from participation.organisations.models import Mandate

    user = User.objects.create(username=f"{role}-{world.a.code}", name=role)
    person = Professional.objects.create(user=user, gemeente=world.a, name=role.title(), role=role)
    Mandate.objects.create(professional=person, role=role)
    assert not Membership.objects.filter(professional=person).exists()
    return person
