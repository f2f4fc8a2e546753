from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.routing.default_categories import default_categories
from participation.routing.proposals import Index, one_edit_apart, safety_advice, stem, words_of

DEFAULT = Index(
    (one.slug, one.fields["name"], one.fields["keywords"]) for main in default_categories() for one in main.children
)


def best(text: str) -> str:
    return DEFAULT.scores(text)[0][0]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Er ligt grofvuil naast de container", "bijplaatsing-grofvuil"),
        ("er staat een oude BANK op straat", "bijplaatsing-grofvuil"),
        ("De container is vol en puilt uit", "container"),
        ("Drie lantaarnpalen branden niet", "straatverlichting"),
        ("losse stoeptegels, mijn moeder is gestruikeld", "bestrating"),
        ("overal hondenpoep op het veldje", "hondenpoep"),
        ("ik zie elke avond ratten", "ongedierte"),
        ("Auto's staan dubbel geparkeerd", "parkeeroverlast"),
        ("vuurwekr de hele nacht", "vuurwerk"),  # a typing error
        ("Hangjongeren op het plein", "jongerenoverlast"),
        ("De lift is al een week kapot", "portiek-lift"),
        ("schimmel in de slaapkamer", "woning-onderhoud"),
        ("Bedankt, het is mooi geworden!", "compliment"),
        ("ik heb schulden en de deurwaarder komt", "geldzorgen"),
        ("hennepkwekerij in de kelder", "ondermijning"),
        ("loud music from my neighbours every night", "burenoverlast"),
        ("Sokak lambası yanmıyor", "straatverlichting"),
        ("Er liggen lachgasflessen", "drugsafval"),
        ("takken hangen over het pad", "groen"),
        ("zebrapad is niet te zien", "verkeerssituatie"),
    ],
)
def test_what_residents_write_finds_its_category(text: str, slug: str) -> None:
    assert best(text) == slug


def test_nothing_that_is_known_finds_nothing() -> None:
    assert DEFAULT.scores("xyzzy plugh") == []
    assert DEFAULT.scores("") == []


def test_equal_scores_keep_the_order_of_the_categories() -> None:
    index = Index([("b", "Bee", ["zon"]), ("a", "Aap", ["zon"])])
    assert [slug for slug, _score in index.scores("zon")] == ["b", "a"]


def test_a_phrase_counts_for_more_than_its_words() -> None:
    index = Index([("word", "X", ["licht"]), ("phrase", "Y", ["licht uit"])])
    assert index.scores("het licht is aan")[0][0] == "word"
    assert index.scores("het LICHT uit, al dagen")[0][0] == "phrase"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("palen", "paal"),
        ("bomen", "boom"),
        ("ratten", "rat"),
        ("brieven", "brief"),
        ("huizen", "huis"),
        ("hondjes", "hond"),
    ],
)
def test_dutch_plurals_meet_their_singular(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_lose_capitals_and_accents() -> None:
    assert words_of("Café, ÉÉN coördinator ŞİKÂYET İstanbul!") == ["cafe", "een", "coordinator", "sikayet", "istanbul"]


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("vuurwerk", "vuurwekr", True), ("vuurwerk", "vuurwrk", True), ("vuurwerk", "vuurwwerk", True),
        ("vuurwerk", "vuurwark", True), ("vuurwerk", "vuurwerk", False), ("vuurwerk", "vuurwrek", True),
        ("vuurwerk", "vurwrek", False), ("vuurwerk", "vuur", False),
    ],
)  # fmt: skip
def test_one_typing_error_and_no_more(one: str, other: str, answer: bool) -> None:
    assert one_edit_apart(one, other) is one_edit_apart(other, one) is answer


@given(st.text(max_size=400))
def test_any_text_gives_scores_between_nothing_and_one_best_first(text: str) -> None:
    scores = [score for _slug, score in DEFAULT.scores(text)]
    assert all(0 < score <= 1 for score in scores)
    assert all(earlier >= later for earlier, later in pairwise(scores))
    safety_advice(text)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Er staat een bank op straat", []),
        ("De messing kraan lekt", []),
        ("Een man met een mes loopt door de straat", ["emergency"]),
        ("Ik wil niet meer leven", ["suicide"]),
        ("mijn buurman praat over ZELFMOORD", ["suicide"]),
        ("De buurman slaat zijn vrouw", ["emergency", "domestic-violence"]),
        ("kinderen alleen thuis, elke avond", ["domestic-violence"]),
        ("Ik ruik gas in het portiek", ["gas"]),
        ("gaslucht", ["gas"]),
        ("Mijn fiets is gestolen", ["police"]),
        ("hennepkwekerij op zolder", ["crime-anonymous"]),
        ("drugshandel bij de school", ["police", "crime-anonymous"]),
        ("somebody has a knife", ["emergency"]),
    ],
)
def test_words_of_danger_say_who_to_call(text: str, kinds: list[str]) -> None:
    assert [one["kind"] for one in safety_advice(text)] == kinds


def test_advice_carries_the_known_numbers() -> None:
    text = "mes zelfmoord kindermishandeling gaslek inbraak witwassen"
    assert [one["phone"] for one in safety_advice(text)] == [
        "112",
        "113",
        "0800-2000",
        "0800-9009",
        "0900-8844",
        "0800-7000",
    ]
    assert all(set(one) == {"kind", "phone", "text"} and one["text"] for one in safety_advice(text))
