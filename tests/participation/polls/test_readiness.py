"""What must be there before a poll opens, and what is only advised."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from participation.polls import advice
from participation.polls.advice import Choice
from participation.polls.models import Question
from participation.polls.readiness import findings
from tests.participation.polls.conftest import prepared
from tests.support.world import World


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Welke boom komt er op het plein?", []),
        ("Vindt u ook dat de straat te druk is?", ["vindt u ook"]),
        ("Bent u het ermee eens dat het plein mooier moet?", ["bent u het ermee eens"]),
        ("Eindelijk een bankje, en natuurlijk een boom?", ["eindelijk", "natuurlijk"]),
        ("Moet het plein groener worden?", []),
    ],
)
def test_words_that_say_what_to_think_are_named(text: str, words: list[str]) -> None:
    assert advice.leading_words(text) == words


@pytest.mark.parametrize(
    ("text", "two"),
    [
        ("Welke boom wilt u?", False),
        ("Wilt u een linde of een eik?", False),
        ("Wilt u bomen en bankjes?", False),
        ("Wilt u een boom? En waar?", True),
        ("Moeten er minder auto's komen en wilt u meer groen?", True),
        ("Wilt u bomen en/of bankjes?", True),
    ],
)
def test_a_question_that_asks_two_things_is_seen(text: str, two: bool) -> None:
    assert advice.asks_two_things(text) is two


def test_long_sentences_are_counted_in_words() -> None:
    assert advice.longest_sentence("Dit is kort. En dit ook!\nJa.") == 3
    assert advice.longest_sentence("") == 0


@pytest.mark.parametrize(
    ("labels", "unequal"),
    [
        (["Ja", "Nee"], False),
        (["Ja, nu", "Ja, later", "Nee"], True),
        (["Linde", "Eik"], False),
        (["Eens", "Oneens", "Weet ik niet"], False),
        (["Ja, nu", "Ja, later"], False),
    ],
)
def test_sides_that_weigh_unequal_are_seen(labels: list[str], unequal: bool) -> None:
    assert advice.unequal_sides([Choice(one) for one in labels]) is unequal


def test_explanations_and_photos_of_only_some_options_are_seen() -> None:
    assert advice.unequal_words([Choice("Linde", "Wordt hoog."), Choice("Eik")])
    assert not advice.unequal_words([Choice("Linde", "Wordt hoog."), Choice("Eik", "Wordt oud.")])
    assert advice.unequal_words([Choice("Linde"), Choice("Een eik " * 12)])
    assert advice.unequal_photos([Choice("Linde", has_photo=True), Choice("Eik")])
    assert not advice.unequal_photos([Choice("Linde"), Choice("Eik")])


def codes(world: World, **values: Any) -> tuple[set[str], set[str]]:
    """What blocks and what is advised, of a poll that is otherwise in order."""
    poll = prepared(world, **({"intro": "Er is plaats voor één boom."} | values))
    found = findings(poll, now=timezone.now())
    return {one.code for one in found if one.blocks}, {one.code for one in found if not one.blocks}


@pytest.mark.django_db
def test_a_poll_in_order_has_nothing_that_blocks(neighbourhood: World) -> None:
    blocking, advised = codes(neighbourhood)
    assert blocking == set() and advised == {"no-way-out"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"purpose": ""}, "required"),
        ({"closes_at": timezone.now() + timedelta(days=1)}, "too-short"),
        ({"closes_at": timezone.now() + timedelta(days=400), "answer_by": None}, "too-long"),
        ({"answer_by": timezone.localdate()}, "too-early"),
        ({"questions": [{"kind": "single", "title": "Wat?", "options": ["Alleen dit"]}]}, "too-few-options"),
        ({"questions": [{"kind": "multiple", "title": "Wat?", "options": ["A", "B"], "most": 5}]}, "wrong-number"),
    ],
)
def test_what_people_need_before_they_vote_blocks(neighbourhood: World, values: dict[str, Any], code: str) -> None:
    assert code in codes(neighbourhood, **values)[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"intro": ""}, "no-intro"),
        ({"title": "Eindelijk een boom"}, "leading"),
        ({"purpose": "Wij vragen dit " + "omdat het kan " * 10}, "long-sentence"),
        ({"closes_at": timezone.now() + timedelta(days=5)}, "short"),
        ({"questions": [{"kind": "scale", "title": "Hoe veilig?", "low": "niet"}]}, "one-end"),
        ({"questions": [{"kind": "single", "title": "Wat?", "options": list("ABCDE")}]}, "order"),
        ({"questions": [{"kind": "single", "title": "Wat? En wie?", "options": ["A", "B"]}]}, "two-questions"),
    ],
)
def test_wording_and_balance_are_advised_and_stop_nobody(
    neighbourhood: World, values: dict[str, Any], code: str
) -> None:
    blocking, advised = codes(neighbourhood, **values)
    assert code in advised and not blocking


@pytest.mark.django_db
def test_each_finding_leads_to_its_field(neighbourhood: World) -> None:
    poll = prepared(neighbourhood, title="Eindelijk een boom", purpose="")
    question = Question.objects.get(poll=poll)
    body = neighbourhood.client(neighbourhood.dirk).get(f"/werk/peilingen/{poll.slug}/").content.decode()
    assert f'href="/werk/peilingen/{poll.slug}/gegevens/#id_title"' in body
    assert f'href="/werk/peilingen/{poll.slug}/vragen/{question.pk}/"' in body
    assert body.index('data-finding="required"') < body.index('data-finding="leading"')


@pytest.mark.django_db
def test_collecting_ideas_needs_a_budget_and_a_purpose(neighbourhood: World) -> None:
    dirk = neighbourhood.client(neighbourhood.dirk)
    poll = prepared(neighbourhood, purpose="")
    answer = dirk.post(f"/werk/peilingen/{poll.slug}/", {"step": "collect"})
    assert answer.status_code == 400
    body = answer.content.decode()
    assert "#id_purpose" in body and f'href="/werk/peilingen/{poll.slug}/vragen/"' in body
