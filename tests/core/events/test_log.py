"""Streams: gapless, in commit order, rolled back with their change; news only after the commit."""

from __future__ import annotations

import random
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.accounts.actor import SYSTEM
from core.events import log, queries
from core.events.log import Happened, Nudge, open_streams, record
from core.events.models import Event, Stream, StreamEntry


def _happened(*streams: str, subject: str = "case/M-1") -> Happened:
    return Happened(
        type="case.message",
        subject=subject,
        version=1,
        actor=SYSTEM,
        at=timezone.now(),
        audience="team",
        gemeente_id=None,
        streams=streams,
    )


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Nudge]:
    """What is told after commits."""
    nudges: list[Nudge] = []
    monkeypatch.setattr(log, "_listeners", [nudges.extend])
    return nudges


@pytest.mark.django_db(transaction=True)
def test_an_event_gets_the_next_number_in_each_of_its_streams(told: list[Nudge]) -> None:
    open_streams(["team:1", "team:2"])
    with transaction.atomic():
        record(_happened("team:1"), _happened("team:2", "team:1", "case:M-1"))
        assert told == []
    assert [(one.stream, one.seq) for one in told] == [("team:1", 1), ("team:2", 1), ("team:1", 2), ("case:M-1", 1)]
    assert queries.heads(["team:1", "team:2", "case:M-1", "nowhere"]) == {"team:1": 2, "team:2": 1, "case:M-1": 1}
    assert [one.seq for one in queries.after("team:1", 1, 10)] == [2]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_takes_its_numbers_and_its_news_with_it(told: list[Nudge]) -> None:
    open_streams(["team:1"])
    with transaction.atomic():
        record(_happened("team:1"))
        transaction.set_rollback(True)
    with transaction.atomic():
        record(_happened("team:1"))
    assert [one.seq for one in told] == [1]
    assert Event.objects.count() == StreamEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        record(_happened("team:1"))


@pytest.mark.django_db
def test_opening_a_stream_twice_keeps_its_head() -> None:
    open_streams(["team:1"])
    record(_happened("team:1"))
    open_streams(["team:1", "team:2"])
    assert queries.heads(["team:1", "team:2"]) == {"team:1": 1, "team:2": 0}


@pytest.mark.django_db
def test_a_stream_named_twice_gets_the_event_once() -> None:
    open_streams(["team:1"])
    record(_happened("team:1", "team:1"))
    assert queries.heads(["team:1"]) == {"team:1": 1}


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_fails_breaks_neither_the_change_nor_the_others(
    monkeypatch: pytest.MonkeyPatch, told: list[Nudge]
) -> None:
    def broken(nudges: list[Nudge]) -> None:
        raise OSError

    monkeypatch.setattr(log, "_listeners", [broken, told.extend])
    open_streams(["team:1"])
    with transaction.atomic():
        record(_happened("team:1"))
    assert [one.seq for one in told] == [1]


@pytest.mark.django_db(transaction=True)
def test_eight_writers_leave_no_gap_and_no_double_and_never_lock_each_other_out() -> None:
    names = ["team:1", "team:2", "team:3"]
    open_streams(names)
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for count in range(10):
                order = names[number % 3 :] + names[: number % 3]
                with transaction.atomic():
                    record(_happened(*order, subject=f"case/{number}-{count}"))
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    crew = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    assert failures == []
    for name in names:
        seqs = list(StreamEntry.objects.filter(stream__name=name).order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, 81))
    assert Stream.objects.filter(head=80).count() == 3


@pytest.mark.django_db(transaction=True)
def test_writers_of_overlapping_streams_end_in_the_order_of_their_commits() -> None:
    """Other streams in another order each time, two of them made on the way; every writer holds its locks a while."""
    names = [f"team:{number}" for number in range(6)]
    open_streams(names[:4])
    failures: list[BaseException] = []
    committed: list[tuple[str, int]] = []

    def write(number: int) -> None:
        dice = random.Random(number)
        try:
            for count in range(10):
                some = dice.sample(names, dice.randint(1, 5))
                half = len(some) // 2
                with transaction.atomic():
                    subject = f"case/{number}-{count}"
                    record(_happened(*some, subject=subject), _happened(*reversed(some[half:]), subject=subject))
                    mine = StreamEntry.objects.filter(event__subject=subject).order_by("seq")
                    # Still under the locks: whoever comes later in a stream writes here later.
                    committed.extend(mine.values_list("stream__name", "seq"))
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    crew = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    assert failures == []
    for name in names:
        told = [seq for stream, seq in committed if stream == name]
        assert told == list(range(1, len(told) + 1))
        assert queries.heads([name])[name] == len(told)
