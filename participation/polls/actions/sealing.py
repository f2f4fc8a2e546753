"""What happens to roll and box when a poll is over: the key goes, and with it everything that tells of order.

A database keeps rows in the order in which they came, and PostgreSQL notes with each which transaction wrote it: a vote
writes to roll and box in one. So all rows are written anew, each table sorted by what is random in it.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import Count, Model

from participation.polls.models import Ballot, Pattern, Poll, RollEntry, SetAside, Standing, Turnout, Words


def seal(poll: Poll) -> None:
    """In the transaction that closes the poll, whose row is held. The caller empties `salt` and notes `sealed_at`."""
    if connection.vendor == "sqlite":  # overwrite what is deleted from here on, in the file as well
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
    turnout = RollEntry.objects.filter(poll=poll).values("batch_id", "entered").annotate(many=Count("pk")).order_by()
    Turnout.objects.bulk_create(
        Turnout(poll=poll, batch_id=one["batch_id"], entered=one["entered"], count=one["many"])
        for one in turnout.order_by("batch_id", "entered")
    )
    Pattern.objects.filter(poll=poll).delete()
    _write_anew(RollEntry, poll, by="voter", empty={"batch_id": "NULL", "entered": "'self'", "also": "''"})
    _write_anew(Ballot, poll, by="id", empty={"origin": "''", "entered": "'self'", "aside_id": _any_aside(poll)})
    SetAside.objects.filter(poll=poll).update(origin="", receipt="")
    for question_id in poll.questions.values_list("pk", flat=True):
        _write_anew(Words, poll, by="id", empty={}, where=("question_id", question_id))


def _any_aside(poll: Poll) -> str:
    """All that were set aside become of one kind: which reason was about which ballot is known no more."""
    first = SetAside.objects.filter(poll=poll).order_by("pk").values_list("pk", flat=True).first()
    return "NULL" if first is None else f"CASE WHEN aside_id IS NULL THEN NULL ELSE {int(first)} END"


def _write_anew(
    model: type[Model],
    poll: Poll,
    *,
    by: str,
    empty: dict[str, str],
    where: tuple[str, int] | None = None,
) -> None:
    """Take the rows out and put them back in order of column `by`; `empty`: SQL of what columns hold from now on."""
    name = connection.ops.quote_name
    table, kept = name(model._meta.db_table), name(f"sealed_{model._meta.db_table}")
    columns = [str(field.column) for field in model._meta.concrete_fields]
    listed = ", ".join(map(name, columns))
    values = ", ".join(empty.get(column, name(column)) for column in columns)
    column, value = where or ("poll_id", poll.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {kept} AS SELECT {listed} FROM {table} WHERE {name(column)} = %s",  # noqa: S608
            [value],
        )
        cursor.execute(f"DELETE FROM {table} WHERE {name(column)} = %s", [value])  # noqa: S608
        cursor.execute(
            f"INSERT INTO {table} ({listed}) SELECT {values} FROM {kept} ORDER BY {name(by)}"  # noqa: S608
        )
        cursor.execute(f"DROP TABLE {kept}")


def forget_old_rows() -> None:
    """Let the database clear away what it keeps of the rows that were taken out. Nothing of that can be done while a
    transaction is open: then it is left to the next time."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for model in (Poll, RollEntry, Ballot, Words, Standing, Pattern, SetAside):
            cursor.execute(f"VACUUM {connection.ops.quote_name(model._meta.db_table)}")
