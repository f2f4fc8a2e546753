"""Patterns while people vote: what stands out, in words, and never who or what."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from core.errors import Invalid
from participation.polls import patterns
from participation.polls import voter as voters
from participation.polls.actions import proving
from participation.polls.actions.counting import count_ballots
from participation.polls.actions.stepping import take_step
from participation.polls.models import Ballot
from participation.polls.patterns import Sort, look
from participation.polls.queries.watching import patterns_of
from participation.polls.states import Level
from participation.residents import letter_codes
from tests.participation.polls.conftest import open_poll, send, visitor
from tests.participation.polls.letters import codes_of, make
from tests.participation.polls.test_desk import cast, desk
from tests.participation.polls.test_setting_aside import votes
from tests.support.world import World

pytestmark = pytest.mark.django_db


def watch(slug: str) -> str:
    return f"/werk/peilingen/{slug}/toezicht/"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def sorts(rows: Any, **more: Any) -> list[tuple[Sort, int]]:
    given: dict[str, Any] = {"total": 200, "letters": False, "desks": set(), "half": 2} | more
    return [(one.sort, one.many) for one in look(rows, **given)]


def test_thresholds_of_each_pattern() -> None:
    assert sorts([("line", "aabb", 11)]) == []
    assert sorts([("line", "aabb", 12)]) == [(Sort.LINE, 12)]
    assert sorts([("line", "aabb", 8)], letters=True) == [(Sort.LINE, 8)]
    assert sorts([("network", "aa", 40)], total=1000) == [], "a small part of a large wijk"
    assert sorts([("network", "aa", 40)], total=300) == [(Sort.NETWORK, 40)]
    assert sorts([("guess", "aabb", 5), ("guess", "aabc", 4)]) == [(Sort.GUESS, 5)]
    calm = [("burst", str(at), 6) for at in range(9)]
    assert sorts([*calm, ("burst", "9", 30)]) == [(Sort.BURST, 30)]
    assert sorts([*calm, ("burst", "9", 29)]) == []
    assert sorts([("burst", "9", 500)]) == [], "there is nothing to compare it with"
    assert sorts([("line", "dexx", 49), ("network", "de", 300)], desks={"dexx"}) == []
    assert sorts([("line", "dexx", 50)], desks={"dexx"}) == [(Sort.DESK, 50)]


def test_letters_that_were_collected_stand_out_and_neighbours_do_not(world: World) -> None:
    poll = open_poll(world, level=Level.LETTER)
    codes = list(codes_of(world, make(world, poll, 30)).values())
    for at, code in enumerate(codes[:20]):
        browser = visitor()
        browser.defaults["REMOTE_ADDR"] = "192.0.2.7" if at < 9 else f"192.0.2.{at + 50}"
        assert send(browser, poll, code=code).status_code == 201
    [found] = patterns_of(poll)
    assert (found.found.sort, found.found.many, found.found.percent) == (Sort.LINE, 9, 45)
    page = world.client(world.dirk).get(watch(poll.slug)).content.decode()
    assert page.count("data-pattern=") == 1
    for secret in ("192.0.2", *Ballot.objects.values_list("receipt", flat=True), *codes):
        assert secret not in page


def test_guesses_are_shown_with_how_many_and_a_desk_with_who_entered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "DESK", 2)
    monkeypatch.setattr("participation.polls.queries.watching.DESK", 2)
    poll = open_poll(world, level=Level.LETTER, at_desk=True)
    codes = codes_of(world, make(world, poll, 12))
    for _again in range(6):
        with pytest.raises(Invalid):
            proving.prove_letter(poll, code=letter_codes.new_code(), network="192.0.2.0/24|192.0.2.7")
    browser = world.client(world.bram)
    for number in (1, 2):
        assert (
            cast(browser, poll, browser.post(desk(poll), {"deed": "letter", "code": codes[number]})).status_code == 200
        )
    found = {one.found.sort: one for one in patterns_of(poll)}
    assert (found[Sort.GUESS].found.many, found[Sort.DESK].who, found[Sort.DESK].found.many) == (6, "Bram", 2)
    assert not found[Sort.GUESS].can_be_set_aside


def test_a_changed_ballot_counts_once_in_a_pattern(world: World) -> None:
    poll = open_poll(world)
    for receipt in votes(poll, 11, "192.0.2.7"):
        count_ballots(poll.pk, now=timezone.now())
        Ballot.objects.filter(receipt=receipt).update(counted=False)
    assert patterns_of(poll) == []
    votes(poll, 1, "192.0.2.7")
    assert [one.found.many for one in patterns_of(poll)] == [12]


def test_when_it_is_over_nothing_is_left_to_see_patterns_by(world: World) -> None:
    poll = open_poll(world)
    votes(poll, 13, "192.0.2.7")
    assert patterns_of(poll)
    take_step(slug=poll.slug, name="close", actor=world.actor(world.dirk), now=timezone.now())
    poll.refresh_from_db()
    assert patterns_of(poll) == []
    assert set(Ballot.objects.values_list("origin", flat=True)) == {""}
    assert world.client(world.dirk).get(watch(poll.slug)).status_code == 200


def test_labels_are_of_one_poll_and_say_nothing_without_its_key(world: World) -> None:
    one, other = voters.origin("a" * 32, "192.0.2.0/24|192.0.2.7"), voters.origin("b" * 32, "192.0.2.0/24|192.0.2.7")
    assert one != other
    assert len(one) == 2 * voters.HALF
    near = voters.origin("a" * 32, "192.0.2.0/24|192.0.2.8")
    assert (near[: voters.HALF] == one[: voters.HALF], near == one) == (True, False)


def test_watching_takes_as_many_queries_for_many_lines_as_for_one(
    world: World, django_assert_max_num_queries: Any
) -> None:
    poll, browser = open_poll(world), world.client(world.dirk)
    for line in range(4):
        votes(poll, 12, f"192.0.2.{line}")
    browser.get(watch(poll.slug))
    with django_assert_max_num_queries(20):
        assert browser.get(watch(poll.slug)).content.count(b"data-pattern=") == 5
