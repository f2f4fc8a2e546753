"""Who works where, from memory: `roster()` is read once and renewed when a row changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from core.accounts.actor import Actor
from core.events.queries import heads
from core.media.urls import photo_url
from core.snapshots.snapshot import Snapshot
from participation.organisations import hours
from participation.organisations.duty import Candidate
from participation.organisations.models import KEPT_IN, Absence, Membership, Professional, Team, WorksIn, team_streams
from participation.organisations.policies import absences_visible_to

ONE_DAY = timedelta(days=1)
SATURDAY = 5
LOOK_AHEAD = 60
"""Steps in looking for somebody's first day back: a week without hours, or another absence, is one each."""


@dataclass(frozen=True, slots=True)
class Extra:
    """In the neighbourhood on this one day, besides the usual hours; `place` may be empty."""

    on: date
    start: str
    end: str
    place: str


@dataclass(frozen=True, slots=True)
class Person:
    """A professional with an active account."""

    id: int
    gemeente_id: int
    name: str
    role: str
    organisation: str
    photo_id: UUID | None
    about: str
    reach: str
    hours: hours.Hours
    languages: tuple[str, ...]
    area_ids: frozenset[int]
    is_public: bool
    place: str = ""
    extra: Extra | None = None

    def here_besides(self, today: date) -> bool:
        """Whether they said to be in the neighbourhood today, besides their usual hours."""
        return self.extra is not None and self.extra.on == today


@dataclass(frozen=True, slots=True)
class Member:
    professional_id: int
    is_lead: bool
    confidential: bool


@dataclass(frozen=True, slots=True)
class TeamRow:
    id: int
    gemeente_id: int
    slug: str
    name: str
    organisation_id: int
    organisation: str
    is_catch_all: bool
    picks_person: bool
    members: tuple[Member, ...]
    organisation_slug: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    starts_on: date
    ends_on: date
    replacement_id: int | None


@dataclass(frozen=True, slots=True)
class Roster:
    """Everyone and every team of the installation; absences by professional, earliest first."""

    people: Mapping[int, Person]
    teams: Mapping[int, TeamRow]
    catch_all: Mapping[int, int] = field(default_factory=dict)
    """gemeente id → team id"""
    absences: Mapping[int, tuple[Away, ...]] = field(default_factory=dict)
    faces: frozenset[UUID] = frozenset()
    """Photos of those who are shown to residents."""

    def away(self, professional_id: int, today: date) -> Away | None:
        """The absence that covers today; of several the one that ends last."""
        covering = [one for one in self.absences.get(professional_id, ()) if one.starts_on <= today <= one.ends_on]
        return max(covering, key=lambda one: one.ends_on, default=None)

    def replacement(self, professional_id: int, today: date) -> Person | None:
        """Who is there instead of someone away: the chain of replacements followed to someone present."""
        seen: set[int] = set()
        at: int | None = professional_id
        while at is not None and at not in seen:
            away = self.away(at, today)
            if away is None:
                return self.people.get(at)
            seen.add(at)
            at = away.replacement_id
        return None

    def back_on(self, professional_id: int, today: date) -> date | None:
        """The first day someone away works again: after absences that follow on each other, on a day with hours.

        Without hours written down: a weekday. None for who is there.
        """
        away = self.away(professional_id, today)
        if away is None:
            return None
        person = self.people[professional_id]
        day = away.ends_on + ONE_DAY
        for _step in range(LOOK_AHEAD):
            following = self.away(professional_id, day)
            if following is not None:
                day = following.ends_on + ONE_DAY
            elif hours.works_on(person.hours, day) and (any(person.hours.values()) or day.weekday() < SATURDAY):
                return day
            else:
                day += ONE_DAY
        return day

    def candidates(self, team_id: int, *, today: date, confidential: bool = False) -> list[Candidate]:
        """The members of a team as `duty.choose_person` wants them."""
        found = []
        for member in self.teams[team_id].members:
            person = self.people.get(member.professional_id)
            if person is None or (confidential and not member.confidential):
                continue
            away = self.away(person.id, today)
            found.append(
                Candidate(
                    professional_id=person.id,
                    area_ids=person.area_ids,
                    absent=away is not None,
                    replacement_id=away.replacement_id if away else None,
                    on_duty_today=hours.works_on(person.hours, today) or person.here_besides(today),
                )
            )
        return found


@dataclass(frozen=True, slots=True)
class Face:
    """Someone to show on a page. `stands_in_for` names who is away; `away_until` when nobody stands in.

    `back_on`: the first day that whoever is away works again.
    """

    person: Person
    stands_in_for: str = ""
    away_until: date | None = None
    back_on: date | None = None


def _load() -> Roster:
    areas: dict[int, set[int]] = defaultdict(set)
    for professional_id, area_id in WorksIn.objects.values_list("professional_id", "area_id"):
        areas[professional_id].add(area_id)
    members: dict[int, list[Member]] = defaultdict(list)
    employers: dict[int, str] = {}
    places = Membership.objects.filter(professional__user__is_active=True).order_by("professional_id", "id")
    for professional_id, team_id, role, confidential, organisation in places.values_list(
        "professional_id", "team_id", "role", "confidential", "team__organisation__name"
    ):
        members[team_id].append(Member(professional_id, role == Membership.Role.LEAD, confidential))
        employers.setdefault(professional_id, organisation)
    people = {
        one.pk: Person(
            id=one.pk,
            gemeente_id=one.gemeente_id,
            name=one.name,
            role=one.role,
            organisation=employers.get(one.pk, ""),
            photo_id=one.photo_id,
            about=one.about,
            reach=one.reach,
            hours=one.hours,
            languages=tuple(one.languages),
            area_ids=frozenset(areas[one.pk]),
            is_public=one.is_public,
            place=one.place,
            extra=Extra(one.today_on, one.today_from, one.today_until, one.today_place) if one.today_on else None,
        )
        for one in Professional.objects.filter(user__is_active=True).order_by("id")
    }
    teams = {
        one.pk: TeamRow(
            id=one.pk,
            gemeente_id=one.gemeente_id,
            slug=one.slug,
            name=one.name,
            organisation_id=one.organisation_id,
            organisation=one.organisation.name,
            is_catch_all=one.is_catch_all,
            picks_person=one.picks_person,
            members=tuple(members[one.pk]),
            organisation_slug=one.organisation.slug,
        )
        for one in Team.objects.select_related("organisation").order_by("id")
    }
    absences: dict[int, list[Away]] = defaultdict(list)
    for absence in Absence.objects.order_by("starts_on", "id"):
        absences[absence.professional_id].append(Away(absence.starts_on, absence.ends_on, absence.replacement_id))
    return Roster(
        people=MappingProxyType(people),
        teams=MappingProxyType(teams),
        catch_all=MappingProxyType({one.gemeente_id: one.id for one in teams.values() if one.is_catch_all}),
        absences=MappingProxyType({pk: tuple(rows) for pk, rows in absences.items()}),
        faces=frozenset(one.photo_id for one in people.values() if one.is_public and one.photo_id),
    )


_snapshot: Snapshot[Roster] = Snapshot(KEPT_IN, _load)


def roster() -> Roster:
    """Everyone and every team, from memory."""
    return _snapshot.get()


def accounts_changed() -> None:
    """An account was saved: who may no longer sign in leaves the roster."""
    _snapshot.changed()


def people_of(area_ids: Sequence[int], today: date) -> list[Face]:
    """The public faces that work in any of these areas, from memory (no query).

    Who knows the area that comes first in `area_ids` comes first, then by name. Someone away is
    shown by their replacement, once even if that person also works here themselves.
    """
    known = roster()
    rank = {area_id: place for place, area_id in reversed(list(enumerate(area_ids)))}
    here = sorted(
        (min(rank[area_id] for area_id in person.area_ids if area_id in rank), person.name, person.id)
        for person in known.people.values()
        if person.is_public and not person.area_ids.isdisjoint(rank)
    )
    return faces_of([pk for _rank, _name, pk in here], today)


def faces_of(professional_ids: Iterable[int], today: date) -> list[Face]:
    """The public faces among these, in this order; someone away is shown by their replacement. From memory."""
    known = roster()
    faces: dict[int, Face] = {}
    for pk in professional_ids:
        person = known.people.get(pk)
        if person is None or not person.is_public:
            continue
        away = known.away(pk, today)
        if away is None:
            faces.setdefault(pk, Face(person))
            continue
        instead = known.replacement(pk, today)
        if instead is None or not instead.is_public:
            faces[pk] = Face(person, away_until=away.ends_on, back_on=known.back_on(pk, today))
        elif not faces.get(instead.id, Face(instead)).stands_in_for:
            faces[instead.id] = Face(instead, stands_in_for=person.name, back_on=known.back_on(pk, today))
    return list(faces.values())


def public_person(person: Person | Professional, size: str = "thumb") -> dict[str, Any]:
    """What anyone may know of a professional: `{name, role, organisation, photoUrl}` (photoUrl may be None).

    `size` is one of the sizes of `core.media`. A `Professional` row is looked up in the roster.
    """
    shown = person if isinstance(person, Person) else roster().people.get(person.pk)
    return {
        "name": person.name,
        "role": person.role,
        "organisation": shown.organisation if shown else "",
        "photoUrl": photo_url(person.photo_id, size) if person.photo_id else None,
    }


def accounts_in(gemeente_id: int) -> Any:
    """Ids of the active accounts of the professionals of a municipality, as a query to use inside another."""
    return Professional.objects.filter(gemeente_id=gemeente_id, user__is_active=True).values("user_id")


def teams_without_streams() -> list[int]:
    """Ids of teams that miss a stream (there should be none)."""
    ids = list(Team.objects.order_by("id").values_list("id", flat=True))
    known = heads(name for pk in ids for name in team_streams(pk))
    return [pk for pk in ids if not all(name in known for name in team_streams(pk))]


def catch_all_without_people() -> list[TeamRow]:
    """Catch-all teams in which nobody with an active account works: what reaches them stays unread."""
    known = roster()
    return [known.teams[pk] for pk in sorted(known.catch_all.values()) if not known.teams[pk].members]


def gemeenten_without_catch_all(gemeente_ids: Collection[int]) -> set[int]:
    """Of these municipalities, those where a report that no rule covers would have nowhere to go."""
    return set(gemeente_ids) - set(roster().catch_all)


def absences_from(actor: Actor, today: date) -> list[Absence]:
    """Present and coming absences that the actor may see, earliest first; one query."""
    return list(
        absences_visible_to(actor)
        .filter(ends_on__gte=today)
        .select_related("professional", "replacement")
        .order_by("starts_on", "id")
    )
