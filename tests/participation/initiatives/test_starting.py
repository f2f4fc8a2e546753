"""Beginning an initiative: a draft from the first word, one step per page, with and without a script."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from participation.initiatives.models import Initiative, Member
from participation.initiatives.states import Stage
from tests.participation.initiatives.conftest import TOLD, actor, draft, group_of
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, HOST_B, World

BEGIN = "/initiatieven/beginnen/"


def address(slug: str, step: str) -> str:
    return f"{BEGIN}{slug}/{step}/"


def first(response: Any) -> Initiative:
    assert response.status_code == 303, response.content.decode()[:2000]
    return Initiative.objects.latest("pk")


@pytest.fixture
def client(neighbourhood: World) -> Client:
    return Client(headers={"host": HOST_A, "accept-language": "en"})


def test_what_was_typed_before_signing_in_becomes_a_draft_after_it(client: Client) -> None:
    asked = client.post(BEGIN, {"title": "A garden", "what": "We grow vegetables"})
    assert asked.status_code == 303
    assert asked["Location"] == "/mijn/inloggen/?next=%2Finitiatieven%2Fbeginnen%2Fverder%2F"
    assert not Initiative.objects.exists()
    assert "We grow vegetables" in client.get(BEGIN).content.decode()
    signed_in(client, name="Anna")
    made = first(client.get(f"{BEGIN}verder/"))
    assert (made.title, made.what, made.stage, made.language) == ("A garden", "We grow vegetables", Stage.DRAFT, "en")
    starter = made.members.get()
    assert (starter.role, starter.name, starter.seat) == (Member.Role.STARTER, "Anna", 1)
    # Coming back once more begins nothing anew.
    assert client.get(f"{BEGIN}verder/")["Location"] == BEGIN
    assert Initiative.objects.count() == 1


def test_without_words_the_first_step_says_what_it_needs(client: Client) -> None:
    refused = client.post(BEGIN, {"title": "", "what": ""})
    assert refused.status_code == 400
    words = refused.content.decode()
    assert 'href="#id_title"' in words and 'href="#id_what"' in words and 'aria-invalid="true"' in words


def test_a_whole_plan_can_be_made_and_sent_without_a_script(client: Client) -> None:
    signed_in(client, name="Anna")
    made = first(client.post(BEGIN, {"title": TOLD["title"], "what": TOLD["what"]}))
    went: Any = None
    road = [
        ("waarom", {"why": "Het veld is leeg"}),
        ("waar", {"plain": "1", "area": "BU91010101", "address": "Jorisplein", "lon": "", "lat": ""}),
        ("wie", {"who": "Iedereen", "name": "Anna van 12"}),
        ("nodig", {"wanted": "Schoppen", "when": "In april"}),
        ("fotos", {}),
    ]
    for step, values in road:
        page = client.get(address(made.slug, step))
        assert page.status_code == 200
        went = client.post(address(made.slug, step), values)
        assert went.status_code == 303, went.content.decode()[:3000]
    assert went["Location"] == address(made.slug, "nakijken")  # nothing is like it, so that step is passed by
    look = client.get(address(made.slug, "nakijken")).content.decode()
    assert "Het veld is leeg" in look and "Schoppen" in look
    sent = client.post(address(made.slug, "nakijken"))
    assert sent.status_code == 303 and sent["Location"] == f"/initiatieven/{made.slug}/groep/"
    made.refresh_from_db()
    assert (made.stage, made.why, made.wanted, made.when) == (Stage.IDEA, "Het veld is leeg", "Schoppen", "In april")
    assert made.area is not None and made.area.code == "BU91010101" and made.case is not None
    assert made.members.get().name == "Anna van 12"


def test_only_title_words_and_area_are_needed_to_send(client: Client) -> None:
    signed_in(client)
    made = first(client.post(BEGIN, {"title": "A garden", "what": "We grow vegetables"}))
    refused = client.post(address(made.slug, "nakijken"))
    assert refused.status_code == 400 and 'href="#id_area"' in refused.content.decode()
    assert client.post(address(made.slug, "waar"), {"area": ""}).status_code == 400
    assert client.post(address(made.slug, "waar"), {"area": "WK910101"}).status_code == 303
    assert client.post(address(made.slug, "nakijken")).status_code == 303


def test_a_point_on_the_map_tells_its_quarter_and_keeps_a_wider_one_that_was_chosen(client: Client) -> None:
    signed_in(client)
    made = draft(area="")
    point = {"lon": "5.002", "lat": "52.005", "address": "Kade 1"}
    client.post(address(made.slug, "waar"), {"area": "", **point})
    made.refresh_from_db()
    assert made.area is not None and (made.area.code, made.lon, made.lat) == ("BU91010101", 5.002, 52.005)
    client.post(address(made.slug, "waar"), {"area": "WK910101", **point})
    made.refresh_from_db()
    assert made.area.code == "WK910101" and made.lon == 5.002
    outside = client.post(address(made.slug, "waar"), {"area": "", "lon": "5.105", "lat": "52.005"})
    assert outside.status_code == 400 and "outside the municipality" in outside.content.decode()


def test_saving_while_typing_keeps_the_first_word_and_asks_for_nothing(client: Client) -> None:
    signed_in(client)
    quiet: dict[str, Any] = {"headers": {"X-Save": "draft"}}
    kept = client.post(BEGIN, {"title": "A g", "what": ""}, **quiet).json()
    made = Initiative.objects.get()
    assert kept["saved"] and kept["address"] == address(made.slug, "wat")
    values = {"title": "A garden", "what": "", "seen": kept["mark"]}
    assert client.post(kept["address"], values, **quiet).json()["saved"]
    made.refresh_from_db()
    assert made.title == "A garden"
    too_long = client.post(kept["address"], {"title": "A garden", "what": "x" * 3001}, **quiet)
    assert too_long.status_code == 400 and too_long.json()["saved"] is False


def test_two_of_a_group_who_write_the_same_step_are_told_and_lose_nothing(client: Client) -> None:
    made, people = group_of(2)
    page = address(made.slug, "waarom")
    signed_in(client, people[0].email)
    seen = client.get(page).context["seen"]
    other = Client(headers={"host": HOST_A, "accept-language": "en"})
    signed_in(other, people[1].email)
    assert other.post(page, {"why": "Theirs", "seen": seen}).status_code == 303
    refused = client.post(page, {"why": "Mine", "seen": seen})
    words = refused.content.decode()
    assert refused.status_code == 409 and "Theirs" in words and "Mine" in words
    assert client.post(page, {"why": "Mine", "seen": refused.context["seen"]}).status_code == 303
    made.refresh_from_db()
    assert made.why == "Mine"


@pytest.mark.parametrize("step", ["wat", "waarom", "waar", "wie", "nodig", "fotos", "lijkt-op", "nakijken"])
def test_a_draft_is_not_there_for_anybody_else(client: Client, step: str) -> None:
    made = draft()
    at = address(made.slug, step)
    assert client.get(at)["Location"].startswith("/mijn/inloggen/")
    signed_in(client, "somebody@example.nl")
    assert client.get(at).status_code == 404
    assert client.post(at, {"title": "Mine now"}).status_code == 404
    elsewhere = Client(headers={"host": HOST_B})
    signed_in(elsewhere, "anna@example.nl", host=HOST_B)
    assert elsewhere.get(at).status_code == 404


def test_a_draft_can_be_thrown_away_after_a_question(client: Client, neighbourhood: World) -> None:
    made = draft()
    signed_in(client)
    at = f"/initiatieven/{made.slug}/groep/instellingen/"
    assert 'value="throw-away"' not in client.get(at).content.decode()
    assert 'value="throw-away"' in client.get(f"{at}?weg").content.decode()
    assert client.post(at, {"deed": "throw-away"}).status_code == 303
    assert not Initiative.objects.exists()


def test_five_drafts_are_enough_for_one_person(client: Client) -> None:
    signed_in(client)
    for number in range(5):
        assert client.post(BEGIN, {"title": f"Plan {number}", "what": "Words"}).status_code == 303
    assert client.post(BEGIN, {"title": "Plan 6", "what": "Words"}).status_code == 400
    assert Initiative.objects.count() == 5


def test_words_of_people_and_numbers_are_shown_once_more_before_sending(client: Client) -> None:
    signed_in(client)
    made = draft(why="Bel mij op 06-12345678")
    assert "06-12345678" in str(client.get(address(made.slug, "nakijken")).context["findings"])


def test_once_neighbours_support_it_the_words_stand_still(client: Client) -> None:
    signed_in(client)
    made = draft()
    client.post(address(made.slug, "nakijken"))
    Initiative.objects.filter(pk=made.pk).update(stage=Stage.GATHERING)
    went = client.get(address(made.slug, "wat"))
    assert went.status_code == 303 and went["Location"] == address(made.slug, "nakijken")
    assert client.post(address(made.slug, "nodig"), {"wanted": "Zand", "when": ""}).status_code == 303
    made.refresh_from_db()
    assert made.wanted == "Zand"


def test_the_last_page_takes_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    made, people = group_of(10)
    signed_in(client, people[0].email)
    client.get(address(made.slug, "nakijken"))
    with django_assert_max_num_queries(14):
        client.get(address(made.slug, "nakijken"))


def test_somebody_s_name_for_the_group_is_theirs_alone(neighbourhood: World) -> None:
    made, people = group_of(2)
    assert actor(people[0]).resident_id == resident("neighbour1@example.nl").pk
    assert [one.name for one in made.members.order_by("seat")] == ["Buur 1", "Buur 2"]
