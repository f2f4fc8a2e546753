"""Codes of letters that are guessed at, and letters that two want at the same moment."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from core.errors import Conflict, DomainError, Invalid, TooMany
from participation.polls import voter as voters
from participation.polls.actions import proving
from participation.polls.actions.voting import cast_ballot
from participation.polls.models import Code, Pattern, RollEntry
from participation.residents import letter_codes
from tests.participation.polls.conftest import ballot_of
from tests.participation.polls.letters import codes_of, letters, make, replace
from tests.support.world import World

pytestmark = pytest.mark.django_db


def test_the_check_finds_each_wrong_sign_and_each_two_that_changed_places() -> None:
    for _again in range(20):
        code = letter_codes.new_code()
        assert letter_codes.is_whole(code)
        for at, right in enumerate(code):
            for sign in voters.LETTERS:
                if sign != right:
                    assert not letter_codes.is_whole(code[:at] + sign + code[at + 1 :])
        for (first, one), (second, other) in pairwise(enumerate(code)):
            if one != other:
                swapped = code[:first] + other + one + code[second + 1 :]
                assert not letter_codes.is_whole(swapped)


def test_a_slip_of_the_pen_is_no_guess_and_guesses_lock_one_line_for_right_codes_too(world: World) -> None:
    cache.clear()
    poll = letters(world)
    right = codes_of(world, make(world, poll))[1]
    wrong_sign = "1" if right[-1] != "1" else "2"
    for _again in range(30):
        with pytest.raises(Invalid):
            proving.prove_letter(poll, code=right[:-1] + wrong_sign, network="a|b")
    assert not Pattern.objects.exists()

    refusals: list[type[DomainError]] = []
    for _again in range(12):
        with pytest.raises((Invalid, TooMany)) as refusal:
            proving.prove_letter(poll, code=letter_codes.new_code(), network="a|b")
        refusals.append(type(refusal.value))
    assert refusals == [Invalid] * 10 + [TooMany] * 2
    assert Pattern.objects.get().count == 11
    with pytest.raises(TooMany):
        proving.prove_letter(poll, code=right, network="a|b")
    assert proving.prove_letter(poll, code=right, network="a|c").code_id, "the neighbours are not locked out"


def test_a_code_of_another_poll_is_a_guess(world: World) -> None:
    cache.clear()
    poll, other = letters(world), letters(world)
    theirs = codes_of(world, make(world, other))[1]
    with pytest.raises(Invalid):
        proving.prove_letter(poll, code=theirs, network="a|b")
    assert Pattern.objects.get().poll == poll


# --- at the same moment -----------------------------------------------------------------------


def _wait_for(waiting: threading.Event) -> None:
    assert waiting.wait(30)


@pytest.mark.postgres
@pytest.mark.parametrize("first", ["vote", "replace"])
@pytest.mark.django_db(transaction=True)
def test_a_letter_is_voted_with_or_replaced_never_both(committed_world: World, first: str) -> None:
    """Two transactions: one holds its lock while the other comes to it, whichever was first."""
    world = committed_world
    poll = letters(world)
    batch = make(world, poll)
    code = codes_of(world, batch)[1]
    proof = proving.prove_letter(poll, code=code, network="a|b")  # before anything happens to the letter
    holds, troubles = threading.Event(), list[DomainError]()

    def vote() -> None:
        from uuid import uuid4

        cast_ballot(
            slug=poll.slug,
            gemeente_id=poll.gemeente_id,
            choices=ballot_of(poll),
            proof=proof,
            token=uuid4(),
            now=timezone.now(),
        )

    def act() -> None:
        replace(world, batch, 1)

    one, two = (vote, act) if first == "vote" else (act, vote)

    def slowly() -> None:
        try:
            with transaction.atomic():
                one()
                holds.set()
                with connection.cursor() as cursor:  # the other waits for us by now
                    cursor.execute("SELECT pg_sleep(0.7)")
        finally:
            connection.close()

    def meanwhile() -> None:
        try:
            _wait_for(holds)
            two()
        except DomainError as refusal:
            troubles.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=slowly), threading.Thread(target=meanwhile)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    [refusal] = troubles
    if first == "vote":
        assert isinstance(refusal, Conflict)
        assert refusal.code == "used"
    else:
        assert isinstance(refusal, Invalid)
        assert refusal.errors[0].code == "voided"
    assert RollEntry.objects.count() + Code.objects.filter(voided_at__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_two_replace_at_once_is_replaced_once(committed_world: World) -> None:
    poll = letters(committed_world)
    batch = make(committed_world, poll)
    barrier, said = threading.Barrier(4), list[str]()

    def act() -> None:
        try:
            barrier.wait(20)
            replace(committed_world, batch, 1)
            said.append("new")
        except Conflict as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == ["new", "voided", "voided", "voided"]
    assert Code.objects.filter(batch=batch).count() == 13
