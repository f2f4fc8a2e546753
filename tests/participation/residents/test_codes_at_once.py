"""Codes that are guessed at, or used, by many at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from participation.residents import codes
from participation.residents.models import Code, Resident, SignIn
from tests.participation.residents.signing_in import ask, browser, fill_in
from tests.support.world import World


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_five(committed_world: World) -> None:
    ask(browser())
    right = codes.digits_of(Code.objects.get().seed)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"

    def guess(_number: int) -> int:
        try:
            return int(fill_in(browser(), wrong).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(guess, range(30))) == {400}
    assert Code.objects.get().attempts == 5
    assert fill_in(browser(), right).status_code == 400, "it is worth nothing any more"


@pytest.mark.django_db(transaction=True)
def test_a_right_code_sent_in_by_many_at_once_signs_one_in(committed_world: World) -> None:
    ask(browser())
    right = codes.digits_of(Code.objects.get().seed)

    def use(_number: int) -> int:
        try:
            return int(fill_in(browser(), right).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(use, range(5))) == [303, 400, 400, 400, 400]
    assert SignIn.objects.count() == Resident.objects.count() == 1
