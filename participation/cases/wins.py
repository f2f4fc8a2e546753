"""Small wins, between the cases and the pages: what may be told of a case, which ones wait, what the resident said.

The pages are in a storey above; they say what they do with it (`register_small_wins`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count

from core.areas.queries import tree
from core.errors import Conflict
from participation.cases.models import Case, Consent, WinProposal
from participation.cases.queries import category_of
from participation.cases.states import Status
from participation.cases.subjects import source_of, subject_of_case
from participation.cases.win_rules import Signs, in_words
from participation.organisations.queries import roster

FRESH = timedelta(days=60)
"""A proposal nobody looked at for so long is no news any more."""
UNDO_FOR = timedelta(days=1)
MOST = 12
"""Proposals shown at once."""


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
    person_id: int | None
    """Whose case it was, if they show their face."""
    photos: tuple[WinPhoto, ...]
    title: str = ""
    """Of what has a name of its own; else one is made of the category and the place."""
    story: str = ""
    """In the words of who did it, meant for everybody; else one is made of the facts."""
    group: str = ""
    """Whom to thank, where it was not one resident who reported it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Win:
    """A draft. `edit_url` is None for who may not edit pages; `warnings` what an editor must look at.

    `asks`: it shows a photo of the resident, who has to agree.
    """

    title: str
    edit_url: str | None
    made: bool
    warnings: tuple[str, ...] = ()
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A small win that everybody can read now: its title and whole address; `short` leads there too."""

    title: str
    url: str
    short: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """One of those who did it themselves, and how they hear of its page. `to` says who: `<kind>:<id>`."""

    to: str
    email: str
    language: str
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the resident answered: `photos` None for nothing yet; `name` as whom they want to be thanked."""

    photos: bool | None
    name: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as an editor sees it: why, and nothing a resident wrote."""

    case_id: int
    category: str
    place: str
    solved_at: datetime
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What the pages do. All but `told` run in the caller's transaction.

    `draft(facts, user, now)`: the draft of a case, made or found. `may_make(user, area_id)`: whether this account may
    write there. `hide_photos(case_id)`: take the resident's photos off every page at once; whether there were any.
    `told(case_id)`: the published page of a case, if there is one.
    """

    draft: Callable[[WinFacts, Any, datetime], Win]
    may_make: Callable[[Any, int], bool]
    hide_photos: Callable[[int], bool]
    told: Callable[[int], Told | None]


_pages: list[Pages] = []
_news: list[Callable[[int], None]] = []
_tellers: dict[str, Callable[[Case, WinFacts], WinFacts]] = {}
_makers: list[Callable[[int], Iterable[Maker]]] = []


def register_small_wins(pages: Pages) -> None:
    _pages[:] = [pages]


def small_win_of(facts: WinFacts, user: Any, now: datetime) -> Win:
    """The draft of this case. Raises `Conflict` when there is nothing that makes them."""
    if not _pages:
        raise Conflict
    return _pages[0].draft(facts, user, now)


def may_make(user: Any, area_id: int) -> bool:
    """Whether this account may make small wins there."""
    return bool(_pages) and _pages[0].may_make(user, area_id)


def hide_photos(case_id: int) -> bool:
    """The resident does not want their photos shown: off they go. Whether any were there."""
    return bool(_pages) and _pages[0].hide_photos(case_id)


def told_of(case_id: int) -> Told | None:
    """The page that tells of this case, as long as everybody can read it."""
    return _pages[0].told(case_id) if _pages else None


def register_good_news(owe: Callable[[int], None]) -> None:
    """`owe(case_id)` enqueues what residents hear of a small win; in the transaction that publishes it."""
    if owe not in _news:
        _news.append(owe)


def spread_good_news(case_id: int) -> None:
    """A small win about this case was published: whoever waited for it hears so, once."""
    for owe in _news:
        owe(case_id)


def register_makers(find: Callable[[int], Iterable[Maker]]) -> None:
    """`find(case_id)`: who did it themselves, where nobody reported it."""
    if find not in _makers:
        _makers.append(find)


def makers_of(case_id: int) -> Iterator[Maker]:
    """Who hears that what they did themselves became a small win."""
    for find in _makers:
        yield from find(case_id)


def register_teller(kind: str, teller: Callable[[Case, WinFacts], WinFacts]) -> None:
    """`teller(case, facts)`: what may be told of a case of this kind, beside or instead of `facts`."""
    _tellers[kind] = teller


def facts_of(case: Case) -> WinFacts:
    """The facts of a closed case. One query, for its photos, and those of who tells of its kind; photos only for
    colleagues are left out."""
    facts = _facts(case)
    teller = _tellers.get(case.kind)
    return teller(case, facts) if teller is not None else facts


def _facts(case: Case) -> WinFacts:
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
        person_id=person.id if person and person.is_public else None,
        photos=tuple(
            WinPhoto(one.photo_id, one.stage, one.from_resident) for one in case.photos.filter(for_resident=True)
        ),
    )


def pair_of(photos: Sequence[WinPhoto]) -> tuple[WinPhoto | None, WinPhoto | None]:
    """Before and after, as the professional marked them; else the resident's first, and our last."""
    marked = {one.stage: one for one in reversed(photos) if one.stage}
    before = marked.get("before") or next((one for one in photos if one.from_resident and not one.stage), None)
    after = marked.get("after") or next((one for one in reversed(photos) if not one.from_resident), None)
    return before, None if after is before else after


def is_tellable(case: Case) -> bool:
    """Whether it may be proposed: a public report, solved as a whole."""
    return (
        case.kind == Case.Kind.REPORT
        and case.status == Status.RESOLVED
        and case.visibility == Case.Visibility.PUBLIC
        and case.parent_id is None
    )


def signs_of(case: Case) -> Signs:
    """What the rules look at. Two queries: its photos, and the last of its kind in its quarter."""
    facts = facts_of(case)
    alike = Case.objects.filter(
        area_id=case.area_id,
        category=category_of(case),
        visibility=Case.Visibility.PUBLIC,
        status=Status.RESOLVED,
        closed_at__lt=facts.solved_at,
    ).exclude(pk=case.pk)
    last = alike.order_by("-closed_at").values_list("closed_at", flat=True).first()
    return Signs(
        supporters=case.supporter_count,
        took=facts.solved_at - facts.reported_at,
        promised=case.resolve_by - case.created_at if case.resolve_by else None,
        before_and_after=all(pair_of(facts.photos)),
        since_alike=facts.solved_at - last if last else None,
    )


def proposals_in(area_ids: Collection[int], *, now: datetime) -> list[Proposed]:
    """What waits for a choice in these areas, the weightiest first; only what may still be told. One query."""
    return _shown(area_ids, state=WinProposal.State.OPEN, at__gte=now - FRESH)


def dismissed_by(user: Any, area_ids: Collection[int], *, now: datetime) -> list[Proposed]:
    """What this account said no to lately, to be put back. One query."""
    lately = now - UNDO_FOR
    return _shown(area_ids, state=WinProposal.State.DISMISSED, decided_by=user, decided_at__gte=lately)


def _shown(area_ids: Collection[int], **which: Any) -> list[Proposed]:
    rows = (
        WinProposal.objects.filter(
            **which,
            case__area_id__in=area_ids,
            case__kind=Case.Kind.REPORT,
            case__status=Status.RESOLVED,
            case__visibility=Case.Visibility.PUBLIC,
        )
        .select_related("case")
        .order_by("-points", "-at", "pk")
    )
    return [
        Proposed(
            case_id=row.case_id,
            category=category.name if (category := category_of(row.case)) else "",
            place=tree().by_id[row.case.area_id].name,
            solved_at=row.case.closed_at or row.at,
            reasons=tuple(in_words(row.reasons)),
        )
        for row in rows[:MOST]
    ]


def proposal_of(case: Case) -> list[str]:
    """Why this case could be a small win, in words; empty when it was not proposed or somebody chose. One query,
    none for a case that may not be told."""
    if not is_tellable(case):
        return []
    row = WinProposal.objects.filter(case=case, state=WinProposal.State.OPEN).first()
    return in_words(row.reasons) if row else []


def consents_of(case_ids: Collection[int]) -> dict[int, Said]:
    """What residents said of being shown, by case; absent where nobody was asked. One query."""
    return {one.case_id: Said(one.photos, one.name) for one in Consent.objects.filter(case_id__in=case_ids)}


def resolved_by_area(gemeente_id: int, *, since: datetime) -> dict[int, int]:
    """How many public reports were resolved, by the area they lie in. One query."""
    rows = Case.objects.filter(
        gemeente_id=gemeente_id,
        kind=Case.Kind.REPORT,
        visibility=Case.Visibility.PUBLIC,
        status=Status.RESOLVED,
        closed_at__gte=since,
    )
    return dict(rows.order_by().values_list("area_id").annotate(many=Count("pk")))


def private_words(case_id: int) -> tuple[str, tuple[str, ...]]:
    """What a public page must not hold: the resident's text, and their name, e-mail address and phone number."""
    kind = Case.objects.filter(pk=case_id).values_list("kind", flat=True).first()
    if kind is None:
        return "", ()
    person = source_of(kind).person(case_id)
    said = (person["name"], person["email"], person["phone"]) if person else ()
    return subject_of_case(kind, case_id)["text"], tuple(one for one in said if one)
