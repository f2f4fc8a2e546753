"""How it goes, as everybody may read it: the diary, milestones, and money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from core.accounts.actor import Actor
from core.ui.money import euros
from participation.initiatives.models import Entry, HelpRequest, Initiative, Milestone, Update, UpdatePhoto
from participation.initiatives.queries.detail import Picture
from participation.organisations.queries import roster

FIRST = 3
"""Pages of the diary on the page of the initiative."""
ON_PAGE = 10


@dataclass(frozen=True, slots=True)
class Told:
    """A page of the diary. `badge`: "group" or "professional"; `name` may be empty. `why_hidden`: only for who is on
    the inside, others do not get it at all. `mine`: of the one who looks."""

    id: int
    title: str
    text: str
    name: str
    role: str
    badge: str
    at: datetime
    photos: tuple[Picture, ...]
    hidden: bool
    why_hidden: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Diary:
    """The latest first. `more`: whether there is another page."""

    told: tuple[Told, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone. `state`: done, late or next."""

    id: int
    title: str
    on: date
    done_at: datetime | None
    state: str

    @property
    def day(self) -> str:
        """As a form has it."""
        return self.on.isoformat()


@dataclass(frozen=True, slots=True)
class Amount:
    id: int
    label: str
    cents: int
    on: date | None
    planned: bool
    incoming: bool
    reference: str
    """Of the help request that granted it, for who may see that; else empty."""
    granted_for: str

    @property
    def euros(self) -> str:
        return euros(self.cents)


@dataclass(frozen=True, slots=True)
class Money:
    """Sums in cents. `planned_*` is what was expected; the rest is what came and went."""

    amounts: tuple[Amount, ...]
    planned_in: int
    planned_out: int
    came_in: int
    went_out: int

    @property
    def budget(self) -> int:
        """What it may cost: the plan, else what came in, else what was promised."""
        return self.planned_out or self.came_in or self.planned_in

    @property
    def percent(self) -> int:
        """Spent, of the budget; at most 100, for the eye."""
        return min(100, 100 * self.went_out // self.budget) if self.budget else 0

    @property
    def over(self) -> bool:
        return bool(self.planned_out) and self.went_out > self.planned_out

    @property
    def left(self) -> int:
        """In hand; below 0 somebody paid in advance."""
        return self.came_in - self.went_out

    @property
    def words(self) -> dict[str, str]:
        """Every sum, written."""
        sums = {
            "budget": self.budget,
            "planned_in": self.planned_in,
            "planned_out": self.planned_out,
            "came_in": self.came_in,
            "went_out": self.went_out,
            "left": abs(self.left),
        }
        return {name: euros(cents) for name, cents in sums.items()}


def diary_of(
    initiative: Initiative, actor: Actor | None = None, *, page: int = 1, on_page: int = ON_PAGE, inside: bool = False
) -> Diary:
    """`inside`: with what the desk hid. Two queries."""
    rows = Update.objects.filter(initiative=initiative)
    if not inside:
        rows = rows.filter(hidden_at=None)
    first = (page - 1) * on_page
    found = list(rows.select_related("member").order_by("-id")[first : first + on_page + 1])
    return Diary(told_of(found[:on_page], actor, inside=inside), len(found) > on_page)


def told_of(rows: Sequence[Update], actor: Actor | None = None, *, inside: bool = False) -> tuple[Told, ...]:
    """These pages (their member selected) with their photos. One query."""
    photos: dict[int, list[Picture]] = defaultdict(list)
    for one in UpdatePhoto.objects.filter(update__in=[row.pk for row in rows]).select_related("photo"):
        photos[one.update_id].append(Picture(one.photo_id, one.alt, one.photo.width, one.photo.height))
    return tuple(_told(row, tuple(photos[row.pk]), actor, inside) for row in rows)


def _told(row: Update, photos: tuple[Picture, ...], actor: Actor | None, inside: bool) -> Told:
    name = role = ""
    mine = False
    if row.professional_id is not None:
        person = roster().people.get(row.professional_id)
        name, role = (person.name, person.role) if person else ("", "")
        mine = actor is not None and actor.professional_id == row.professional_id
    elif row.member is not None:
        name = row.member.name
        resident_id = row.member.resident_id
        mine = actor is not None and resident_id is not None and resident_id == actor.resident_id
    return Told(
        id=row.pk,
        title=row.title,
        text=row.text,
        name=name,
        role=role,
        badge="professional" if row.professional_id is not None else "group",
        at=row.created_at,
        photos=photos,
        hidden=row.hidden_at is not None,
        why_hidden=row.why_hidden if inside else "",
        mine=mine,
    )


def update_of(initiative: Initiative, update_id: int, actor: Actor) -> Told | None:
    """One page, also hidden, for who is on the inside. Two queries."""
    rows = list(Update.objects.filter(initiative=initiative, pk=update_id).select_related("member"))
    return told_of(rows, actor, inside=True)[0] if rows else None


def milestones_of(initiative: Initiative, today: date) -> list[Reached]:
    """By their day. One query."""
    return [reached(one, today) for one in Milestone.objects.filter(initiative=initiative)]


def reached(one: Milestone, today: date) -> Reached:
    state = "done" if one.done_at is not None else "late" if one.on < today else "next"
    return Reached(one.pk, one.title, one.on, one.done_at, state)


def grants_of(initiative: Initiative) -> QuerySet[HelpRequest]:
    """What was asked and granted in money, to enter where an amount comes from. Their case selected."""
    granted = [HelpRequest.Decision.GRANTED, HelpRequest.Decision.PARTLY]
    found = HelpRequest.objects.filter(initiative=initiative, decision__in=granted, granted_cents__gt=0)
    return found.select_related("case")


def money_of(initiative: Initiative, *, inside: bool = False) -> Money | None:
    """None as long as nothing was entered. `inside`: also which request of the group alone granted it. One query."""
    rows = Entry.objects.filter(initiative=initiative).select_related("request__case")
    amounts = tuple(_amount(one, inside=inside) for one in rows)
    if not amounts:
        return None

    def total(*, planned: bool, incoming: bool) -> int:
        return sum(one.cents for one in amounts if one.planned is planned and one.incoming is incoming)

    return Money(
        amounts=amounts,
        planned_in=total(planned=True, incoming=True),
        planned_out=total(planned=True, incoming=False),
        came_in=total(planned=False, incoming=True),
        went_out=total(planned=False, incoming=False),
    )


def _amount(one: Entry, *, inside: bool) -> Amount:
    request = one.request
    shown = request is not None and (inside or request.seen_by == HelpRequest.SeenBy.EVERYBODY)
    return Amount(
        id=one.pk,
        label=one.label,
        cents=one.cents,
        on=one.on,
        planned=one.planned,
        incoming=one.direction == Entry.Direction.IN,
        reference=request.case.reference if request is not None and shown else "",
        granted_for=request.what if request is not None and shown else "",
    )


def telling_of(initiative: Initiative, today: date) -> dict[str, Any]:
    """For the page of the initiative: four queries."""
    return {
        "diary": diary_of(initiative, on_page=FIRST),
        "milestones": milestones_of(initiative, today),
        "money": money_of(initiative),
    }
