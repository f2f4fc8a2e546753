"""SQLite's turn to write: given back however a transaction ends."""

from __future__ import annotations

import threading

import pytest
from django.conf import settings
from django.db import connection, transaction

from core.snapshots.models import Revision

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.SQLITE, reason="PostgreSQL has as many writers as it likes"),
]


def _turn_is_free() -> bool:
    from config.sqlite3 import base

    if free := base._turn.acquire(blocking=False):
        base._turn.release()
    return free


def test_the_turn_is_held_during_a_transaction_and_given_back_however_it_ends() -> None:
    with transaction.atomic():
        assert not _turn_is_free()
    assert _turn_is_free()
    with pytest.raises(RuntimeError), transaction.atomic(), transaction.atomic():
        raise RuntimeError
    assert _turn_is_free()
    with transaction.atomic():
        connection.close()
    assert _turn_is_free()


def test_threads_that_write_at_once_all_get_their_turn() -> None:
    def work() -> None:
        try:
            for _round in range(20):
                with transaction.atomic():
                    row, _new = Revision.objects.get_or_create(name="turns")
                    row.number += 1
                    row.save()
        finally:
            connection.close()

    crew = [threading.Thread(target=work) for _ in range(6)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    assert Revision.objects.get(name="turns").number == 120
    assert _turn_is_free()
