"""Walking rounds: one's own list of cases in order. What is done about a case there goes by the ordinary deeds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import FieldError, Invalid, NotFound
from participation.cases.models import Case, Round, RoundStop
from participation.cases.walking import Place, shortest_walk

MOST_STOPS = 40
CLOCKS_DIFFER = timedelta(minutes=10)
"""A phone's clock may run ahead so much."""


@transaction.atomic
def make_round(
    *, references: Sequence[str], start: Place | None = None, name: str = "", actor: Actor, now: datetime
) -> Round:
    """A round along these cases, ordered to walk little."""
    if actor.professional_id is None:
        raise NotFound
    cases = _visible(references, actor)
    made = Round.objects.create(professional_id=actor.professional_id, name=name.strip(), created_at=now)
    order = shortest_walk([_place(case) for case in cases], start)
    RoundStop.objects.bulk_create(
        RoundStop(round=made, case=cases[index], position=position) for position, index in enumerate(order)
    )
    return made


@transaction.atomic
def add_stops(*, round_id: int, references: Sequence[str], actor: Actor, now: datetime) -> Round:
    """More cases at the end of a round; those it has already stay where they are."""
    walk = _own(round_id, actor)
    known = set(walk.stops.values_list("case__reference", flat=True))
    wanted = [one for one in dict.fromkeys(references) if one not in known]
    if not wanted:
        return walk
    if len(known) + len(wanted) > MOST_STOPS:
        raise _too_many()
    last = walk.stops.aggregate(last=Max("position"))["last"]
    first = 0 if last is None else last + 1
    RoundStop.objects.bulk_create(
        RoundStop(round=walk, case=case, position=first + place) for place, case in enumerate(_visible(wanted, actor))
    )
    _reopen(walk)
    return walk


@transaction.atomic
def change_round(
    *,
    round_id: int,
    order: Sequence[str] | None = None,
    name: str | None = None,
    finished: bool | None = None,
    start: Place | None = None,
    actor: Actor,
    now: datetime,
) -> Round:
    """Another order of its stops (all of them, by reference), or a short walk again from `start`; name; the end."""
    walk = _own(round_id, actor)
    stops = list(walk.stops.select_related("case"))
    if order is not None:
        by_reference = {stop.case.reference: stop for stop in stops}
        if sorted(order) != sorted(by_reference):
            raise Invalid(
                FieldError(
                    "order", "incomplete", _("The stops of this round changed meanwhile. Reload it and try again.")
                )
            )
        _number([by_reference[reference] for reference in order])
    elif start is not None:
        ahead = [stop for stop in stops if stop.state == RoundStop.State.OPEN]
        behind = [stop for stop in stops if stop.state != RoundStop.State.OPEN]
        again = shortest_walk([_place(stop.case) for stop in ahead], start)
        _number([*behind, *(ahead[index] for index in again)])
    if name is not None:
        walk.name = name.strip()
    if finished is not None:
        walk.finished_at = (walk.finished_at or now) if finished else None
    walk.save(update_fields=["name", "finished_at"])
    return walk


@transaction.atomic
def mark_stop(
    *, round_id: int, reference: str, state: str, at: datetime | None = None, actor: Actor, now: datetime
) -> Round:
    """A stop is done, skipped, or to do again. `at`: when that was, for a phone that had no connection.

    What was marked later stays: a phone that comes back with old news changes nothing.
    """
    walk = _own(round_id, actor)
    stop = walk.stops.filter(case__reference=reference).first()
    if stop is None:
        raise NotFound
    moment = at or now
    if moment > now + CLOCKS_DIFFER:
        raise Invalid(FieldError("at", "future", _("This moment is in the future. Check the clock of your phone.")))
    moment = min(moment, now)
    if stop.at is not None and stop.at > moment:
        return walk
    stop.state, stop.at = state, moment
    stop.save(update_fields=["state", "at"])
    if state == RoundStop.State.OPEN:
        _reopen(walk)
    return walk


@transaction.atomic
def remove_stop(*, round_id: int, reference: str, actor: Actor) -> Round:
    """Take a case off a round."""
    walk = _own(round_id, actor)
    walk.stops.filter(case__reference=reference).delete()
    return walk


@transaction.atomic
def remove_round(*, round_id: int, actor: Actor) -> None:
    """Throw a round away; its cases stay as they are."""
    _own(round_id, actor).delete()


def _own(round_id: int, actor: Actor) -> Round:
    """One's own round, locked; nobody has another's."""
    found = Round.objects.select_for_update().filter(pk=round_id, professional_id=actor.professional_id or 0).first()
    if found is None:
        raise NotFound
    return found


def _visible(references: Sequence[str], actor: Actor) -> list[Case]:
    """These cases in the order given; one that this person may not see is one that does not exist."""
    wanted = list(dict.fromkeys(references))
    if not wanted:
        raise Invalid(FieldError("references", "required", _("Choose at least one case.")))
    if len(wanted) > MOST_STOPS:
        raise _too_many()
    found = {case.reference: case for case in Case.objects.visible_to(actor).filter(reference__in=wanted)}
    missing = [one for one in wanted if one not in found]
    if missing:
        raise Invalid(
            FieldError(
                "references",
                "unknown",
                _("You cannot see these cases: %(references)s.") % {"references": ", ".join(missing)},
            )
        )
    return [found[one] for one in wanted]


def _too_many() -> Invalid:
    return Invalid(
        FieldError("references", "too-many", _("A round has at most %(most)d stops.") % {"most": MOST_STOPS})
    )


def _place(case: Case) -> Place | None:
    return None if case.lat is None or case.lon is None else (case.lon, case.lat)


def _number(stops: list[RoundStop]) -> None:
    for position, stop in enumerate(stops):
        stop.position = position
    RoundStop.objects.bulk_update(stops, ["position"])


def _reopen(walk: Round) -> None:
    if walk.finished_at is not None:
        walk.finished_at = None
        walk.save(update_fields=["finished_at"])
