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
    found = _offers().filter(initiative=initiative).exclude(state=Offer.State.WITHDRAWN).order_by("-id")
    rows = [
        _offered(one, reach_of(one.resident) if reach and one.state == Offer.State.ACCEPTED else ()) for one in found
    ]
    return sorted(rows, key=lambda one: not one.is_open)


def offers_by(resident_id: int, initiative: Initiative) -> list[Offered]:
    """What this neighbour offered here; once accepted with how to reach who said yes. One query."""
    found = _offers().filter(initiative=initiative, resident_id=resident_id).exclude(state=Offer.State.WITHDRAWN)
    rows = []
    for one in found.order_by("-id"):
        member = one.member if one.state == Offer.State.ACCEPTED else None
        there = member is not None and member.left_at is None
        rows.append(_offered(one, reach_of(member.resident) if member is not None and there else ()))
    return rows


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
