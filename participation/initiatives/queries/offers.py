"""What neighbours offer: to the group that reads it, and to who offered it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from participation.cases.shapes import moment_or_none
from participation.initiatives.models import Initiative, Offer
from participation.residents.models import Resident


@dataclass(frozen=True, slots=True)
class Offered:
    """`reference`, `what`: of the request, empty for one in general. `reach`: the other's address, once accepted.

    `name` is of who offered; `contact` who of the group answered.
    """

    id: int
    reference: str
    what: str
    name: str
    contact: str
    kind: str
    kind_label: str
    text: str
    state: str
    state_label: str
    answer: str
    reach: tuple[str, ...]
    created_at: datetime

    @property
    def is_open(self) -> bool:
        return self.state == Offer.State.OPEN


def reach_of(resident: Resident | None) -> tuple[str, ...]:
    return tuple(one for one in (resident.email, resident.phone) if one) if resident is not None else ()


def offers_to(initiative: Initiative, *, reach: bool) -> list[Offered]:
    """For the group, what waits first. How to reach who offered: once accepted, and where `reach`. One query."""
    rows = [as_group(one, reach=reach) for one in offers_in(initiative).order_by("-id")]
    return sorted(rows, key=lambda one: not one.is_open)


def offers_in(initiative: Initiative) -> QuerySet[Offer]:
    """All but those that were withdrawn, with all that is told of them."""
    return _offers().filter(initiative=initiative).exclude(state=Offer.State.WITHDRAWN)


def as_group(one: Offer, *, reach: bool = True) -> Offered:
    """As the group reads it."""
    return _offered(one, reach_of(one.resident) if reach and one.state == Offer.State.ACCEPTED else ())


def as_neighbour(one: Offer) -> Offered:
    """As who offered reads it."""
    member = one.member if one.state == Offer.State.ACCEPTED else None
    there = member is not None and member.left_at is None
    return _offered(one, reach_of(member.resident) if member is not None and there else ())


def offers_by(resident_id: int, initiative: Initiative) -> list[Offered]:
    """What this neighbour offered here; once accepted with how to reach who said yes. One query."""
    return [as_neighbour(one) for one in offers_in(initiative).filter(resident_id=resident_id).order_by("-id")]


def _offers() -> QuerySet[Offer]:
    return Offer.objects.select_related("request__case", "resident", "member__resident")


def _offered(one: Offer, reach: tuple[str, ...]) -> Offered:
    return Offered(
        id=one.pk,
        reference=one.request.case.reference if one.request is not None else "",
        what=one.request.what if one.request is not None else "",
        name=one.resident.name,
        contact=one.member.name if one.member is not None else "",
        kind=one.kind,
        kind_label=one.get_kind_display(),
        text=one.text,
        state=one.state,
        state_label=one.get_state_display(),
        answer=one.answer,
        reach=reach,
        created_at=one.created_at,
    )


def offer_shape(one: Offered) -> dict[str, Any]:
    """For the API."""
    return {
        "id": one.id,
        "request": one.reference or None,
        "name": one.name,
        "contact": one.contact,
        "kind": one.kind,
        "kindLabel": one.kind_label,
        "text": one.text,
        "state": one.state,
        "stateLabel": one.state_label,
        "answer": one.answer,
        "reach": list(one.reach),
        "createdAt": moment_or_none(one.created_at),
    }
