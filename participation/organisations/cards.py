"""The public card of a professional: what residents see of them, from memory and the same data as routing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from core.areas.queries import folded
from core.media.urls import photo_url
from core.ui.languages import own_name
from participation.organisations import hours
from participation.organisations.queries import Extra, Face, Person, faces_of, roster


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A public face. `today` and `next_hours`: ranges such as ("10:00", "12:00"); `extra`: today besides these.

    `next_day` is the first coming day with hours, when there are none today. Both are empty for
    someone without hours, who is there on working days as far as we know. `stands_in_for` names
    who is away; `away_until` is set when they are away themselves, and `replaced_by` then names who is there instead.
    `back_on`: the first day that whoever is away works again.
    """

    name: str
    role: str
    organisation: str
    photo_id: UUID | None
    about: str
    reach: str
    today: tuple[tuple[str, str], ...]
    next_day: date | None
    next_hours: tuple[tuple[str, str], ...]
    stands_in_for: str
    away_until: date | None
    place: str = ""
    languages: tuple[str, ...] = ()
    extra: Extra | None = None
    back_on: date | None = None
    replaced_by: str = ""

    @property
    def photo_address(self) -> str | None:
        return photo_url(self.photo_id, "thumb") if self.photo_id else None

    @property
    def spoken(self) -> list[tuple[str, str]]:
        """Each language's code and what its speakers call it; nothing for who speaks only Dutch."""
        return [(code, own_name(code)) for code in self.languages] if set(self.languages) != {"nl"} else []


def card(face: Face, today: date) -> PersonLine:
    """What the card says on that day."""
    person = face.person
    here = tuple(hours.on(person.hours, today))
    extra = person.extra if person.here_besides(today) else None
    coming = [today + timedelta(days=ahead) for ahead in range(1, 8)]
    next_day = None if here or extra else next((day for day in coming if hours.on(person.hours, day)), None)
    return PersonLine(
        name=person.name,
        role=person.role,
        organisation=person.organisation,
        photo_id=person.photo_id,
        about=person.about,
        reach=person.reach,
        place=person.place,
        languages=person.languages,
        today=here,
        extra=extra,
        next_day=next_day,
        next_hours=tuple(hours.on(person.hours, next_day)) if next_day else (),
        stands_in_for=face.stands_in_for,
        away_until=face.away_until,
        back_on=face.back_on,
    )


def everyone(gemeente_id: int, today: date) -> list[tuple[Person, PersonLine]]:
    """Every public professional of a municipality by name, each with their own card; no query.

    Unlike on a wijk's page, who is away keeps their card: it names who is there instead.
    """
    known = roster()
    found = []
    for person in known.people.values():
        if not person.is_public or person.gemeente_id != gemeente_id:
            continue
        away = known.away(person.id, today)
        if away is None:
            found.append((person, card(Face(person), today)))
            continue
        instead = known.replacement(person.id, today)
        face = Face(person, away_until=away.ends_on, back_on=known.back_on(person.id, today))
        shown = card(face, today)
        found.append((person, replace(shown, replaced_by=instead.name) if instead and instead.is_public else shown))
    return sorted(found, key=lambda one: (folded(one[0].name), one[0].id))


def chosen(professional_ids: Iterable[int], gemeente_id: int, today: date) -> tuple[PersonLine, ...]:
    """The cards of these people of one municipality, in this order; no query.

    Who left, is not shown or works elsewhere is passed over; who is away is shown by who stands in.
    """
    known = roster().people
    ours = [pk for pk in professional_ids if pk in known and known[pk].gemeente_id == gemeente_id]
    return tuple(card(face, today) for face in faces_of(ours, today))


def present_first(cards: Iterable[PersonLine]) -> tuple[PersonLine, ...]:
    """Who is there today comes first, who is away last; else in the order given."""
    return tuple(sorted(cards, key=lambda one: (one.away_until is not None, not (one.today or one.extra))))
