"""Words of danger show who to call: what must be seen, and what must not alarm anyone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from participation.routing.proposals import safety_advice
from participation.routing.proposals.labelled import labelled
from participation.routing.proposals.safety import TEXTS
from tests.support.world import World


def kinds(text: str) -> list[str]:
    return [one["kind"] for one in safety_advice(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Een man met een mes loopt door de straat", ["emergency"]),
        ("er is brand in de flat", ["emergency"]),
        ("De schuur staat in de fik", ["emergency"]),
        ("iemand is door het ijs gezakt", ["emergency"]),
        ("ze zijn nu aan het inbreken bij de buren", ["emergency"]),
        ("somebody has a knife", ["emergency"]),
        ("the house is on fire", ["emergency"]),
        ("Üst katta yangın var", ["emergency"]),
        ("adamın elinde bıçak var", ["emergency"]),
        ("hij dreigt van het balkon te springen", ["emergency", "suicide"]),
        ("Ik wil niet meer leven", ["suicide"]),
        ("mijn buurman praat over ZELFMOORD", ["suicide"]),
        ("I want to die", ["suicide"]),
        ("artık ölmek istiyorum", ["suicide"]),
        ("De buurman slaat zijn vrouw", ["emergency", "domestic-violence"]),
        ("hij slaat elke dag zijn kinderen", ["emergency", "domestic-violence"]),
        ("kinderen alleen thuis, elke avond", ["domestic-violence"]),
        ("dat kind zit opgesloten in een kamer", ["domestic-violence"]),
        ("there is a child in danger next door", ["emergency", "domestic-violence"]),
        ("he beats his wife", ["domestic-violence"]),
        ("komşu karısını dövüyor", ["domestic-violence"]),
        ("Ik ruik gas in het portiek", ["gas"]),
        ("gaslucht", ["gas"]),
        ("het ruikt hier sterk naar gas", ["gas"]),
        ("I smell gas on the stairs", ["gas"]),
        ("merdivende gaz kokusu var", ["gas"]),
        ("Mijn fiets is gestolen", ["police"]),
        ("my bike was stolen", ["police"]),
        ("evimize hırsız girdi", ["police"]),
        ("hennepkwekerij op zolder", ["crime-anonymous"]),
        ("drugshandel bij de school", ["police", "crime-anonymous"]),
        ("they are growing cannabis there", ["crime-anonymous"]),
        ("hond zit al uren in een warme auto", ["animal"]),
    ],
)
def test_words_of_danger_say_who_to_call(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Er staat een bank op straat",
        "De messing kraan lekt",
        "De lamp brand niet",
        "lantaarnpalen branden overdag",
        "lantaarnpaal 14 brand al weken niet meer",
        "de dode boom moet gekapt",
        "brandnetels langs het pad",
        "de auto's geven gas in onze straat",
        "Er liggen lachgasflessen",
        "ik kan gas en licht niet betalen",
        "de regen slaat tegen de ruit",
        "deur slaat de hele nacht",
        "dat slaat nergens op",
        "vergeten, het was mij niet te binnen geschoten",
        "een explosie van onkruid in het perk",
        "parkeerplaats voor kinderen, misbruik van de invalidenplek",
        "kinderen schreeuwen op het schoolplein",
        "belastingaangifte invullen",
        "het stoplicht springt van groen op rood",
        "mijn kat is weggelopen",
        "mezelf aanmelden als vrijwilliger",
        "hangi gün açık",
        "brandkraan lekt",
        "de brandgang is donker",
        "wij vechten voor meer groen",
        "een boom kappen, wil dood hout weg",
    ],
)
def test_ordinary_words_alarm_nobody(text: str) -> None:
    assert kinds(text) == []


def test_few_of_the_labelled_reports_about_things_get_an_alarm() -> None:
    things = {
        "zwerfafval", "bijplaatsing-grofvuil", "container", "hondenpoep", "graffiti", "bestrating", "straatverlichting",
        "speelplek-straatmeubilair", "groen", "riolering", "fietswrak", "verkeerssituatie", "portiek-lift",
        "woning-onderhoud", "tuin-balkon", "parkeeroverlast", "wijkidee", "compliment", "vraag", "jongeren-idee",
        "burenhulp", "geldzorgen", "eenzaamheid",
    }  # fmt: skip
    texts = [one.text for one in labelled() if one.slug in things]
    alarmed = [text for text in texts if kinds(text)]
    assert len(alarmed) <= len(texts) * 0.01, alarmed


def test_advice_carries_the_known_numbers_most_urgent_first() -> None:
    text = "mes zelfmoord kindermishandeling gaslek inbraak witwassen dierenmishandeling"
    assert [(one["kind"], one["phone"]) for one in safety_advice(text)] == [
        ("emergency", "112"),
        ("suicide", "113"),
        ("domestic-violence", "0800-2000"),
        ("gas", "0800-9009"),
        ("police", "0900-8844"),
        ("crime-anonymous", "0800-7000"),
        ("animal", "144"),
    ]
    assert all(set(one) == {"kind", "phone", "text"} and one["text"] for one in safety_advice(text))
    assert len(TEXTS) == 7


@given(st.text(max_size=3000))
def test_any_text_can_be_looked_at(text: str) -> None:
    safety_advice(text)


VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "frontend" / "tests" / "melden" / "safety.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("vector", VECTORS, ids=[one["text"] for one in VECTORS])
def test_the_server_and_a_phone_without_a_network_hear_the_same(vector: dict[str, Any]) -> None:
    assert kinds(vector["text"]) == vector["kinds"]


def test_the_words_come_along_with_the_categories(client: Client, world: World) -> None:
    safety = client.get("/api/v1/categories", headers={"accept-language": "tr"}).json()["safety"]
    assert [one["kind"] for one in safety] == list(TEXTS)
    assert all(one["phone"] and one["phrases"] for one in safety)
    assert "intihar" in safety[1]["words"]
    with override("tr"):
        assert safety[1]["text"] == str(TEXTS["suicide"])
