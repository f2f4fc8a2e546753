"""Small wins: what the pages are told of a case that was solved. They say how to make one (`register_small_wins`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.errors import Conflict
from participation.cases.models import Case
from participation.cases.queries import category_of
from participation.cases.subjects import source_of, subject_of_case
from participation.organisations.queries import roster


@dataclass(frozen=True, slots=True)
class WinPhoto:
    """`stage` is "before", "after" or empty."""

    id: UUID
    stage: str
    from_resident: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WinFacts:
    """What may be told of a solved case: nothing that the resident wrote, and no address."""

    case_id: int
    gemeente_id: int
    area_id: int
    category: str
    reported_at: datetime
    solved_at: datetime
    supporters: int
    team: str
    organisation: str
    person: str
    """Whose case it was, if they show their face; else empty."""
    photos: tuple[WinPhoto, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Win:
    """A draft. `edit_url` is None for who may not edit pages; `warnings` what an editor must look at."""

    title: str
    edit_url: str | None
    made: bool
    warnings: tuple[str, ...] = ()


Maker = Callable[[WinFacts, Any, datetime], Win]
_makers: list[Maker] = []


def register_small_wins(maker: Maker) -> None:
    """`maker(facts, user, now)` makes the draft of a case, or finds the one that is there. In the transaction."""
    _makers[:] = [maker]


def small_win_of(facts: WinFacts, user: Any, now: datetime) -> Win:
    """The draft of this case. Raises `Conflict` when there is nothing that makes them."""
    if not _makers:
        raise Conflict
    return _makers[0](facts, user, now)


def facts_of(case: Case) -> WinFacts:
    """The facts of a closed case. One query, for its photos; those only for colleagues are left out."""
    assert case.closed_at is not None
    category = category_of(case)
    team = roster().teams[case.team_id]
    person = roster().people.get(case.assignee_id) if case.assignee_id else None
    return WinFacts(
        case_id=case.pk,
        gemeente_id=case.gemeente_id,
        area_id=case.area_id,
        category=category.name if category else "",
        reported_at=case.created_at,
        solved_at=case.closed_at,
        supporters=case.supporter_count,
        team=team.name,
        organisation=team.organisation,
        person=person.name if person and person.is_public else "",
        photos=tuple(
            WinPhoto(one.photo_id, one.stage, one.from_resident) for one in case.photos.filter(for_resident=True)
        ),
    )


def private_words(case_id: int) -> tuple[str, tuple[str, ...]]:
    """What a public page must not hold: the resident's text, and their name, e-mail address and phone number."""
    kind = Case.objects.filter(pk=case_id).values_list("kind", flat=True).first()
    if kind is None:
        return "", ()
    person = source_of(kind).person(case_id)
    said = (person["name"], person["email"], person["phone"]) if person else ()
    return subject_of_case(kind, case_id)["text"], tuple(one for one in said if one)
