"""Finding cases by words: one interface, PostgreSQL's full-text search or SQLite's FTS5 behind it.

Words are those of the text, the address, the messages and the notes, and apart from them those of the contact data,
which only find a case for whoever may see that data (`Deed.REVEAL`). Every word must be there; the last one may also
be a beginning. PostgreSQL knows Dutch stems.

Contact data is found by whole words, e-mail addresses and numbers only, and only where somebody looks at the rows that
are found (`by_contact`): there `found_by_contact` says which ones, for the register of who looked. It counts nothing,
marks nothing on a map and is in no export, so that nobody learns a name by trying.

PostgreSQL keeps one vector per case that also holds marks no text can hold: the quarter it was opened in (`#q`), its
municipality (`#g`), the teams it is tied to (`#t`), the team that holds it (`#h`), its reference (`r:`) and the
contact data (`k:`). So a common word is looked up within a quarter and a team, the newest first, until a page is full.
The marks only make the search narrow: who may see a case is decided by the query around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any, Self

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BigIntegerField, BooleanField, Q, QuerySet, Value, When
from django.db.models import Case as Choice
from django.db.models.expressions import RawSQL

from core.accounts.actor import Actor
from core.api.merging import Chosen
from core.events.models import Event
from core.rows import Rider, hang
from participation.cases.events import LATE, MESSAGE, NOTE, PART, RECEIVED, TRANSITIONED
from participation.cases.listing import Row, reading, shown
from participation.cases.models import Case, Message, Note
from participation.cases.models.words import FTS
from participation.cases.permissions import Deed, reach
from participation.cases.subjects import words_of_cases

MOST_TERMS = 8
SAME_TEAMS = frozenset({MESSAGE, NOTE, TRANSITIONED, LATE, PART})
"""Events after which a case is tied to the teams it was tied to before."""
LEAST_BEGINNING = 3
"""Letters from which the last word also counts as a beginning."""
PHONE_DIGITS = 9
"""The last digits of a phone number, the same with and without a country code."""
QUARTERS = (1, 3, 4, 4, 4, 8)
"""How many quarters are searched at a time, from the newest; all that is older comes last."""
FIRST_YEAR = 2000
"""What is older counts as of its first quarter."""


# --- writing ----------------------------------------------------------------------------------


def index(case: Case, *, texts: Iterable[str], contact: Iterable[str] = ()) -> Rider:
    """What makes a new case findable by these texts and contact data, to be written with it."""
    words = " ".join(_terms(" ".join([case.address, *texts])))
    named = _contact_terms(contact)
    code = _compact(case.reference)
    if _is_postgres():
        marks = [*_marks(case), f"r:{code}", f"r:{code[1:]}", *(f"k:{one}" for one in named)]
        vector = "strip(to_tsvector('dutch', %s)) || array_to_tsvector(%s::text[])"
        return Rider("cases_words", "case_id", ["vector"], [vector], [words, marks])
    return Rider(FTS, "rowid", ["words", "contact"], ["%s", "%s"], [f"{code} {code[1:]} {words}", " ".join(named)])


def remember_more(reference: str, text: str) -> None:
    """Add words to those of a case."""
    words = " ".join(_terms(text))
    with connection.cursor() as cursor:
        if _is_postgres():
            cursor.execute(
                "UPDATE cases_words SET vector = vector || strip(to_tsvector('dutch', %s))"
                " WHERE case_id = (SELECT id FROM cases_case WHERE reference = %s)",
                [words, reference],
            )
        else:
            cursor.execute(
                f"UPDATE {FTS} SET words = words || ' ' || %s"  # noqa: S608
                " WHERE rowid = (SELECT id FROM cases_case WHERE reference = %s)",
                [words, reference],
            )


def remember_contact(case_id: int, contact: Iterable[str]) -> None:
    """The contact data changed; none erases it from the index too."""
    named = _contact_terms(contact)
    with connection.cursor() as cursor:
        if _is_postgres():
            cursor.execute(
                f"UPDATE cases_words SET vector = {_WITHOUT.format('k:%%')} || array_to_tsvector(%s)"  # noqa: S608
                " WHERE case_id = %s",
                [[f"k:{one}" for one in named], case_id],
            )
        else:
            cursor.execute(f"UPDATE {FTS} SET contact = %s WHERE rowid = %s", [" ".join(named), case_id])  # noqa: S608


@transaction.atomic
def forget(case_ids: Sequence[int]) -> None:
    """Take cases out of the index, when what was written is erased."""
    with connection.cursor() as cursor:
        table, key = ("cases_words", "case_id") if _is_postgres() else (FTS, "rowid")
        for case_id in case_ids:
            cursor.execute(f"DELETE FROM {table} WHERE {key} = %s", [case_id])  # noqa: S608


def follow(event: Event) -> None:
    """Keep the index with what happened to a case; called in the transaction that records it."""
    kind, _separator, reference = event.subject.partition("/")
    if kind != "case":
        return
    if event.type == RECEIVED:
        if event.payload.get("part"):
            rebuild([Case.objects.get(reference=reference)])
        return
    for name, table in (("message", Message), ("note", Note)):
        if name in event.payload:
            text = table._default_manager.filter(pk=event.payload[name]).values_list("text", flat=True).first()
            remember_more(reference, text or "")
    if "address" in event.payload:
        remember_more(reference, Case.objects.values_list("address", flat=True).get(reference=reference))
    if _is_postgres() and event.type not in SAME_TEAMS:
        _mark_again(reference)


@transaction.atomic
def rebuild(cases: Iterable[Case]) -> None:
    """Index these cases anew from what is stored. Five queries and two statements per case."""
    chosen = list(cases)
    ids = [case.pk for case in chosen]
    said: dict[int, list[str]] = {pk: [] for pk in ids}
    for table in (Message, Note):
        for case_id, text in table._default_manager.filter(case_id__in=ids).values_list("case_id", "text"):
            said[case_id].append(text)
    written = words_of_cases(chosen)
    forget(ids)
    for case in chosen:
        found = written.get(case.pk)
        texts = [*(found.texts if found else ()), case.instruction, *said[case.pk]]
        hang(index(case, texts=texts, contact=found.contact if found else ()), case.pk)


_WITHOUT = "ts_delete(vector, ARRAY(SELECT lexeme FROM unnest(vector) WHERE lexeme LIKE '{}'))"


def _mark_again(reference: str) -> None:
    """The teams a case and its parts are tied to, as they now are."""
    tied = Case.objects.filter(Q(reference=reference) | Q(parent__reference=reference)).select_related("parent")
    with connection.cursor() as cursor:
        for case in tied:
            cursor.execute(
                f"UPDATE cases_words SET vector = {_WITHOUT.format('#%%')} || array_to_tsvector(%s)"  # noqa: S608
                " WHERE case_id = %s",
                [_marks(case), case.pk],
            )


def _marks(case: Case) -> list[str]:
    ties = {case.team_id, case.offered_to_id}
    if case.parent_id is not None and case.parent is not None:
        ties.add(case.parent.team_id)
    teams = [f"#t{pk}" for pk in sorted(pk for pk in ties if pk is not None)]
    return [_quarter(case.created_at), f"#g{case.gemeente_id}", f"#h{case.team_id}", *teams]


def _quarter(moment: datetime) -> str:
    at = moment.astimezone(UTC)
    return f"#q{at.year}-{(at.month + 2) // 3}" if at.year >= FIRST_YEAR else f"#q{FIRST_YEAR}-1"


# --- reading ----------------------------------------------------------------------------------


def search(
    text: str, condition: Q, actor: Actor, now: datetime, *, by_contact: bool = False
) -> Chosen | QuerySet[Case, Row]:
    """Of the cases that fit `condition` (what this person may see, narrowed) those with these words, for paging."""
    if _is_postgres():
        return Found(condition=condition, text=text, actor=actor, now=now, by_contact=by_contact)
    return shown(Case.objects.filter(condition, matching(text, actor, by_contact=by_contact)), actor)


def found_by_contact(text: str, actor: Actor, case_ids: Sequence[int]) -> set[int]:
    """Which of these cases have contact data with these words, as far as this person may see it. One query, or none."""
    asked, holders = _Asked.of(text), _revealed(actor)
    if not asked.terms or not holders or not case_ids:
        return set()
    if _is_postgres():
        key, found = "case_id", "cases_words"
        condition, wanted = "vector @@ %s::tsquery", _contact_query(asked, holders)
    else:
        key, found, condition, wanted = "rowid", FTS, f"{FTS} MATCH %s", f"contact : ({_fts_contact(asked)})"
    places = ", ".join(["%s"] * len(case_ids))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key} FROM {found} WHERE {condition} AND {key} IN ({places})", [wanted, *case_ids])  # noqa: S608
        return {row[0] for row in cursor.fetchall()}


def said(text: str, actor: Actor, *, by_contact: bool = False) -> Q:
    """The same as `matching`, for few cases: PostgreSQL looks at the words of each instead of for the words."""
    asked = _Asked.of(text)
    if not _is_postgres() or not asked.terms:
        return matching(text, actor, by_contact=by_contact)
    query, params = _tsquery(asked, actor, "", by_contact=by_contact)
    sql = f"(SELECT w.vector @@ ({query}) FROM cases_words w WHERE w.case_id = cases_case.id)"  # noqa: S608
    return Q(RawSQL(sql, params, output_field=BooleanField()))  # noqa: S611


def matching(text: str, actor: Actor, *, by_contact: bool = False) -> Q:
    """The same as a condition on `Case`: to count or export, without paging."""
    asked = _Asked.of(text)
    if not asked.terms:
        return Q(pk__in=[])
    if _is_postgres():
        query, params = _tsquery(asked, actor, "", by_contact=by_contact)
        return Q(pk__in=RawSQL(f"SELECT case_id FROM cases_words WHERE vector @@ ({query})", params))  # noqa: S608, S611
    sql = f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s"  # noqa: S608
    found = Q(pk__in=RawSQL(sql, [f"words : ({_fts(asked)})"]))  # noqa: S611
    if by_contact and (named := _revealed(actor)):
        found |= Q(pk__in=RawSQL(sql, [f"contact : ({_fts_contact(asked)})"]), team_id__in=named)  # noqa: S611
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Cases with these words, read a stretch of time at a time until a page is full (PostgreSQL).

    The stretches are branches of one UNION ALL with a LIMIT, which PostgreSQL takes one after the other and only as
    far as it needs (a branch with a LIMIT of its own is never run in parallel).
    """

    condition: Q
    text: str
    actor: Actor
    now: datetime
    by_contact: bool = False

    @property
    def narrowed(self) -> QuerySet[Case]:
        return Case.objects.filter(self.condition)

    def filter(self, *conditions: Q) -> Self:
        return replace(self, condition=reduce(Q.__and__, conditions, self.condition))

    def first(self, limit: int, ordering: Sequence[str]) -> list[Any]:
        asked = _Asked.of(self.text)
        try:
            return self._first(asked, limit, ordering) if asked.terms else []
        except EmptyResultSet:  # a condition that nothing can meet
            return []

    def _first(self, asked: _Asked, limit: int, ordering: Sequence[str]) -> list[Any]:
        branches: list[str] = []
        params: list[Any] = []
        names = dict.fromkeys(["pk", *(name.lstrip("-") for name in ordering)])
        # Found by its key; behind a CASE the planner does not look for an index for each of the other conditions.
        fits = Choice(When(self.condition, then=Value(True)), default=Value(False))
        one = Case.objects.filter(pk=RawSQL("h.case_id", [], output_field=BigIntegerField()))
        one = one.alias(fits=fits).filter(fits=True).order_by()
        row, more = one.values_list(*names)[:1].query.sql_with_params()
        for quarters in self._stretches(ordering[0]):
            query, own = _tsquery(asked, self.actor, quarters, by_contact=self.by_contact)
            branches.append(
                "(SELECT i.* FROM (SELECT case_id FROM cases_words"  # noqa: S608
                f" WHERE vector @@ ({query}) OFFSET 0) h CROSS JOIN LATERAL ({row}) i"
                f" ORDER BY {self._order(ordering)} LIMIT %s)"
            )
            params += [*own, *more, limit]
        chosen = RawSQL(f'SELECT i."pk" FROM ({" UNION ALL ".join(branches)}) i LIMIT %s', [*params, limit])  # noqa: S608, S611
        return reading(self.actor)(chosen, ordering)

    def _stretches(self, first: str) -> list[str]:
        """Marks of quarters (any of them), in the order of the list."""
        if first.lstrip("-") != "created_at":
            return [""]
        now = self.now.astimezone(UTC)
        last = now.year * 4 + (now.month + 2) // 3 - 1
        marks = [f"'#q{one // 4}-{one % 4 + 1}'" for one in range(last, FIRST_YEAR * 4 - 1, -1)]
        found = [" | ".join(marks[sum(QUARTERS[:at]) :][:many]) for at, many in enumerate(QUARTERS)]
        found.append(" | ".join(marks[sum(QUARTERS) :]))
        return found if first.startswith("-") else found[::-1]

    def _order(self, ordering: Sequence[str]) -> str:
        return ", ".join(f'i."{name.lstrip("-")}"{" DESC" if name.startswith("-") else ""}' for name in ordering)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed: its words, whether it may be a reference, the digits if it may be a phone number."""

    terms: tuple[str, ...]
    code: str
    phone: str

    @classmethod
    def of(cls, text: str) -> _Asked:
        code, digits = _compact(text), re.sub(r"\D", "", text)
        may_be_code = " " not in text.strip() and code.isascii() and LEAST_BEGINNING <= len(code) <= 7
        may_be_phone = len(digits) >= PHONE_DIGITS and not re.search(r"[^\d\s()+.-]", text)
        return cls(
            tuple(_terms(text)[:MOST_TERMS]),
            code if may_be_code else "",
            digits[-PHONE_DIGITS:] if may_be_phone else "",
        )

    @property
    def last_may_go_on(self) -> bool:
        return len(self.terms[-1]) >= LEAST_BEGINNING


def _tsquery(asked: _Asked, actor: Actor, quarters: str, *, by_contact: bool) -> tuple[str, list[Any]]:
    """The query as SQL: words within the teams this person sees, or contact data within those where they may see it."""
    *whole, last = asked.terms
    words, params = "to_tsquery('dutch', %s)", [" & ".join(asked.terms)]
    if asked.last_may_go_on:
        words = "(to_tsquery('dutch', %s) && (to_tsquery('dutch', %s) || %s::tsquery))"
        params = [" & ".join(whole), last, f"'{last}':*"]
        if not whole:
            words, params = "(to_tsquery('dutch', %s) || %s::tsquery)", [last, f"'{last}':*"]
    if asked.code:
        words, params = f"({words} || %s::tsquery)", [*params, f"'r:{asked.code}':*"]
    seen = reach(actor, Deed.SEE, confidential=False)
    teams = [] if seen.everywhere else [f"'#t{pk}'" for pk in sorted(seen.ids)]
    within = " & ".join(f"({part})" for part in (f"'#g{actor.gemeente_id}'", " | ".join(teams), quarters) if part)
    sql, params = f"({words} && %s::tsquery)", [*params, within]
    if by_contact and (revealed := _revealed(actor)):
        sql, params = f"({sql} || %s::tsquery)", [*params, _contact_query(asked, revealed, quarters)]
    return sql, params


def _revealed(actor: Actor) -> list[int]:
    """The teams of whose cases this person may see the contact data. Of confidential ones only the deed itself."""
    return sorted(reach(actor, Deed.REVEAL, confidential=False).ids)


def _contact_query(asked: _Asked, holders: Sequence[int], quarters: str = "") -> str:
    """Whole words of contact data, in the cases that these teams hold (PostgreSQL)."""
    contact = " & ".join(f"'k:{one}'" for one in asked.terms) + (f" | 'k:{asked.phone}'" if asked.phone else "")
    held = " | ".join(f"'#h{pk}'" for pk in holders)
    return " & ".join(f"({part})" for part in (contact, held, quarters) if part)


def _fts_contact(asked: _Asked) -> str:
    """The same words for SQLite."""
    wanted = " AND ".join(f'"{one}"' for one in asked.terms)
    return f'({wanted}) OR "{asked.phone}"' if asked.phone else wanted


def _fts(asked: _Asked) -> str:
    parts = [f'"{one}"' for one in asked.terms[:-1]]
    found = " AND ".join([*parts, _fts_last(asked)])
    return f'({found}) OR "{asked.code}"*' if asked.code else found


def _fts_last(asked: _Asked) -> str:
    return f'"{asked.terms[-1]}"{"*" if asked.last_may_go_on else ""}'


def _terms(text: str) -> list[str]:
    """The words of a text as both engines store them: letters and digits, in small letters."""
    return re.findall(r"[^\W_]+", text.lower())


def _contact_terms(contact: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for one in contact:
        found |= dict.fromkeys(_terms(one))
        digits = re.sub(r"\D", "", one)
        if len(digits) >= PHONE_DIGITS and not re.search(r"[^\W\d]", one):
            found[digits[-PHONE_DIGITS:]] = None
    return list(found)


def _compact(text: str) -> str:
    return "".join(_terms(text))


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"
