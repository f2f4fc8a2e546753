"""Who tries to find out what somebody voted, with all there is of a closed poll, does no better than guessing."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from core.events.models import Event
from participation.polls import voter as voters
from participation.polls.actions.counting import count_ballots
from participation.polls.actions.stepping import close_in_time
from participation.polls.actions.voting import Proof, cast_ballot
from participation.polls.models import Ballot, Pattern, Poll, RollEntry, Turnout, Words
from participation.polls.states import Kind, Level
from participation.polls.tasks.counting import forget_old_rows
from tests.participation.polls.conftest import open_poll, send, visitor
from tests.support.residents import signed_in
from tests.support.world import World

MANY = 40
BY_CHANCE = 8
"""Right guesses of 40: by chance one is expected; so many or more happen once in a hundred thousand runs."""


def voted(world: World) -> tuple[Poll, list[str], list[str]]:
    """A poll in which each of forty residents chose another option and wrote words; who they are on its roll."""
    poll = open_poll(
        world,
        level=Level.RESIDENT,
        questions=[
            {"kind": Kind.SINGLE, "title": "Welke?", "options": [f"Keuze {at}" for at in range(MANY)]},
            {"kind": Kind.OPEN, "title": "Waarom?"},
        ],
    )
    single, words = poll.questions.all()
    options = list(single.options.values_list("pk", flat=True))
    roll, receipts = [], []
    for at in range(MANY):
        browser = visitor()
        signed_in(browser, f"buur{at}@example.nl")
        answer = send(browser, poll, {str(single.pk): options[at], str(words.pk): f"Mijn reden is nummer {at}."})
        assert answer.status_code == 201
        roll.append(voters.address(poll.salt, f"buur{at}@example.nl"))
        receipts.append(answer.json()["receipt"])
        if at % 7 == 0:
            count_ballots(poll.pk, now=timezone.now())
    return poll, roll, receipts


def closed(poll: Poll) -> None:
    close_in_time(poll.pk, now=timezone.now() + timedelta(days=15))
    if not connection.in_atomic_block:
        forget_old_rows.func()


def chosen_by_order(poll: Poll, sql: str) -> list[int]:
    """Which option (0 to 39) each ballot holds, in the order this statement gives their keys."""
    single = poll.questions.first()
    assert single is not None
    places = {pk: at for at, pk in enumerate(single.options.values_list("pk", flat=True))}
    with connection.cursor() as cursor:
        cursor.execute(sql, [poll.pk])
        keys = [row[0] for row in cursor.fetchall()]
    ballots = Ballot.objects.in_bulk(keys)
    return [places[ballots[key].choices[str(single.pk)]] for key in keys]


@pytest.mark.django_db(transaction=True)
def test_no_order_of_rows_joins_the_roll_to_the_box(committed_world: World) -> None:
    poll, roll, _receipts = voted(committed_world)
    places = {voter: at for at, voter in enumerate(roll)}
    closed(poll)
    physical = "ctid" if connection.vendor == "postgresql" else "rowid"
    orders = ["id", physical] + (["xmin::text::bigint"] if connection.vendor == "postgresql" else [])
    with connection.cursor() as cursor:
        rolls = []
        for order in orders:
            cursor.execute(
                f"SELECT voter FROM {RollEntry._meta.db_table} WHERE poll_id = %s ORDER BY {order}",  # noqa: S608
                [poll.pk],
            )
            rolls.append([places[row[0]] for row in cursor.fetchall()])
    boxes = [
        chosen_by_order(poll, f"SELECT id FROM {Ballot._meta.db_table} WHERE poll_id = %s ORDER BY {order}")  # noqa: S608
        for order in orders
    ]
    guesses = [*rolls, list(range(MANY)), list(reversed(range(MANY)))]  # and the order in which they were seen to vote
    for guess in guesses:
        for box in boxes:
            assert sorted(guess) == sorted(box) == list(range(MANY))
            assert sum(one == other for one, other in zip(guess, box, strict=True)) < BY_CHANCE


@pytest.mark.postgres  # only PostgreSQL notes which transaction wrote a row
@pytest.mark.django_db(transaction=True)
def test_before_closing_the_writing_transaction_does_tell_so_that_sealing_is_what_helps(committed_world: World) -> None:
    """The attack above works on a box that was not sealed: a check that could not fail would say nothing."""
    poll, roll, _receipts = voted(committed_world)
    newest = "WHERE poll_id = %s ORDER BY xmin::text::bigint DESC"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {Ballot._meta.db_table} b {newest}", [poll.pk])  # noqa: S608
        uncounted = set(Ballot.objects.filter(counted=False).values_list("pk", flat=True))
        keys = [row[0] for row in cursor.fetchall() if row[0] in uncounted]
        cursor.execute(f"SELECT voter FROM {RollEntry._meta.db_table} {newest}", [poll.pk])  # noqa: S608
        pairs = list(zip([row[0] for row in cursor.fetchall()], keys, strict=False))
    single = poll.questions.first()
    assert single is not None
    options = list(single.options.values_list("pk", flat=True))
    chosen = {pk: one.choices[str(single.pk)] for pk, one in Ballot.objects.in_bulk([pk for _, pk in pairs]).items()}
    assert pairs
    assert all(options.index(chosen[pk]) == roll.index(voter) for voter, pk in pairs)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps rows in the order in which they came")
@pytest.mark.django_db(transaction=True)
def test_sqlite_keeps_rows_in_no_order_of_theirs_from_the_first_ballot_on(committed_world: World) -> None:
    poll, _roll, _receipts = voted(committed_world)
    for model in (RollEntry, Ballot, Words):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, rowid FROM {model._meta.db_table}")  # noqa: S608
            assert all(key == number for key, number in cursor.fetchall())
    box = chosen_by_order(poll, f"SELECT id FROM {Ballot._meta.db_table} WHERE poll_id = %s ORDER BY rowid")  # noqa: S608
    assert sum(at == one for at, one in enumerate(box)) < BY_CHANCE


@pytest.mark.postgres  # only PostgreSQL notes which transaction wrote a row
@pytest.mark.django_db(transaction=True)
def test_all_rows_of_a_closed_poll_were_written_by_one_transaction(committed_world: World) -> None:
    poll, _roll, _receipts = voted(committed_world)
    closed(poll)
    with connection.cursor() as cursor:
        for table in (RollEntry._meta.db_table, Ballot._meta.db_table):
            cursor.execute(f"SELECT count(DISTINCT xmin::text) FROM {table} WHERE poll_id = %s", [poll.pk])  # noqa: S608
            assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_who_knows_every_voter_and_the_key_of_the_server_finds_nobody_on_the_roll(world: World) -> None:
    poll, roll, _receipts = voted(world)
    salt = poll.salt
    closed(poll)
    on_it = set(RollEntry.objects.values_list("voter", flat=True))
    assert on_it == set(roll)  # they are there, and with the salt they could be found
    assert Poll.objects.get().salt == ""
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            assert salt not in str(cursor.fetchall()), table


@pytest.mark.django_db
def test_nothing_about_a_ballot_stands_outside_the_box(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    poll, roll, receipts = voted(world)
    keys = [str(one) for one in Ballot.objects.values_list("pk", flat=True)]
    closed(poll)
    box, rolled = Ballot._meta.db_table, RollEntry._meta.db_table
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            text = str(cursor.fetchall())
        assert table == box or not any(one in text for one in [*receipts, *keys]), table
        assert table == rolled or not any(one in text for one in roll), table
    for one in Event.objects.filter(subject=f"poll/{poll.slug}"):
        assert set(one.payload) <= {"step", "from", "to", "taken", "by", "digest"}
    assert not any(one in caplog.text for one in [*receipts, *roll, "Mijn reden"])


@pytest.mark.django_db
def test_roll_box_and_words_have_no_time_and_no_way_to_each_other() -> None:
    for model in (RollEntry, Ballot, Words, Turnout, Pattern):
        for field in model._meta.concrete_fields:
            assert not isinstance(field, models.DateField | models.TimeField), field
    to_box = {field.related_model for field in RollEntry._meta.concrete_fields if field.is_relation}
    to_roll = {field.related_model for field in Ballot._meta.concrete_fields if field.is_relation}
    assert not to_box & {Ballot, Words}
    assert not to_roll & {RollEntry, Words}


@pytest.mark.django_db(transaction=True)
def test_two_copies_of_the_database_around_one_ballot_do_not_say_whose_it_is(committed_world: World) -> None:
    """A backup before and one after: the new line of the roll is a hash nobody can make without the server's key."""
    poll = open_poll(committed_world, level=Level.CONFIRMED)
    question = poll.questions.first()
    assert question is not None
    option = question.options.values_list("pk", flat=True)[0]
    proof = Proof(voter=voters.address(poll.salt, "anna@example.nl"))
    cast_ballot(
        slug=poll.slug,
        gemeente_id=None,
        choices={str(question.pk): option},
        proof=proof,
        token=uuid4(),
        now=timezone.now(),
    )
    [stored] = RollEntry.objects.values_list("voter", flat=True)
    assert stored == voters.address(poll.salt, "Anna+1@example.nl")  # with the key of the server: yes
    kept, settings.SECRET_KEY = settings.SECRET_KEY, "another key, as whoever has only a copy must guess" * 2
    try:
        assert stored != voters.address(poll.salt, "anna@example.nl")
    finally:
        settings.SECRET_KEY = kept


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the file is ours to read")
@pytest.mark.django_db(transaction=True)
def test_the_file_of_the_database_forgets_what_was_taken_out(committed_world: World) -> None:
    poll, _roll, _receipts = voted(committed_world)
    salt, origins = poll.salt, set(Ballot.objects.values_list("origin", flat=True))
    file = Path(str(connection.settings_dict["NAME"]))
    closed(poll)
    found = b"".join(one.read_bytes() for one in file.parent.glob(file.name + "*"))
    assert salt.encode() not in found
    assert not any(one.encode() in found for one in origins if one)
