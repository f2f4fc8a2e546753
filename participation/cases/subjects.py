"""What a case is about, told by the app that knows (reports, initiatives, polls)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from django.db.models import QuerySet

from core.accounts.actor import Actor
from core.events.models import Event
from participation.cases.listing import Row
from participation.cases.models import Case


class Subject(TypedDict):
    """The content behind a case, for those who may read it."""

    text: str
    answers: list[dict[str, str]]
    channels: dict[str, bool]
    """Which ways there are to reach the resident: `{"email": true, "phone": true, "sms": false}`."""
    extra: dict[str, Any]


class Person(TypedDict):
    """Who the resident is, as far as they said."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What an event sends the resident. `why_not`: a code when it does not go out; `to` is then empty.

    `why_not` is `no-address`, or `not-told` for an event of which the resident hears nothing.
    `text_message`: what goes to their mobile phone, instead of the mail or beside it.
    """

    to: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    language: str = ""
    why_not: str = ""
    text_message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the app behind a kind of case can tell of one case."""

    read: Callable[[int], Subject]
    person: Callable[[int], Person | None] = lambda _case_id: None
    mail: Callable[[Event], Mail] = lambda _event: Mail(why_not="not-told")
    same_person: Callable[[int], QuerySet[Any, int] | None] = lambda _case_id: None
    """Ids of all cases with the same e-mail address or phone number; None when there is neither."""
    marks: Callable[[int, str], list[str]] = lambda _gemeente_id, _text: []
    """Why to be careful with what a resident wrote later on (`word`, `links`), in this municipality. No query."""
    more: Callable[[Case, Actor, datetime], dict[str, Any]] = lambda _case, _actor, _now: {}
    """Members of the case's page that only this kind has, as this person may see them; also of a part of it."""
    also_about: Callable[[int], str] = lambda _case_id: ""
    """The subject of further events that belong in the history of the case; none by default."""
    rows: Callable[[Sequence[int]], dict[int, dict[str, Any]]] = lambda _ids: {}
    """What a list shows more of these cases, by id. One query."""
    names: Callable[[int], dict[int, str]] = lambda _case_id: {}
    """How the residents who write in the conversation are called, by id."""


@dataclass(frozen=True, slots=True)
class Written:
    """The words by which a case is found, and those that only find it for whoever may see the contact data."""

    texts: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()


_sources: dict[str, Source] = {}
_words: dict[str, Callable[[Sequence[int]], dict[int, Written]]] = {}


def register_subject(
    kind: str,
    reader: Callable[[int], Subject],
    *,
    person: Callable[[int], Person | None] | None = None,
    mail: Callable[[Event], Mail] | None = None,
    same_person: Callable[[int], QuerySet[Any, int] | None] | None = None,
    marks: Callable[[int, str], list[str]] | None = None,
    more: Callable[[Case, Actor, datetime], dict[str, Any]] | None = None,
    also_about: Callable[[int], str] | None = None,
    rows: Callable[[Sequence[int]], dict[int, dict[str, Any]]] | None = None,
    names: Callable[[int], dict[int, str]] | None = None,
) -> None:
    """`reader(case_id)` gives the content of cases of this kind, in one query; the rest as in `Source`."""
    given = {
        "person": person,
        "mail": mail,
        "same_person": same_person,
        "marks": marks,
        "more": more,
        "also_about": also_about,
        "rows": rows,
        "names": names,
    }
    _sources[kind] = Source(read=reader, **{name: one for name, one in given.items() if one is not None})  # type: ignore[arg-type]


def subject_of_case(kind: str, case_id: int) -> Subject:
    return _sources[kind].read(case_id)


def source_of(kind: str) -> Source:
    """What can be told of cases of this kind."""
    return _sources[kind]


def rows_of_cases(cases: Iterable[Row]) -> dict[int, dict[str, Any]]:
    """What a list shows more of these cases, by id; a query for each kind among them that has more to show."""
    by_kind: dict[str, list[int]] = {}
    for case in cases:
        by_kind.setdefault(case.kind, []).append(case.id)
    found: dict[int, dict[str, Any]] = {}
    for kind, ids in by_kind.items():
        if kind in _sources:
            found |= _sources[kind].rows(ids)
    return found


def register_words(kind: str, reader: Callable[[Sequence[int]], dict[int, Written]]) -> None:
    """`reader(case_ids)` gives the words of cases of this kind, in one query; cases without may be absent."""
    _words[kind] = reader


def words_of_cases(cases: Iterable[Case]) -> dict[int, Written]:
    """The words of these cases, by id; a query for each kind among them."""
    by_kind: dict[str, list[int]] = {}
    for case in cases:
        by_kind.setdefault(case.kind, []).append(case.pk)
    found: dict[int, Written] = {}
    for kind, ids in by_kind.items():
        if kind in _words:
            found |= _words[kind](ids)
    return found
