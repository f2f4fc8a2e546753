"""What is read of walking rounds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, Q

from core.accounts.actor import Actor
from core.errors import NotFound
from participation.cases.listing import Row, shown
from participation.cases.models import Case, CasePhoto, Round, RoundStop

RECENT = 20
"""Rounds in the list of someone's rounds."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop with its case; None when this person may no longer see it."""

    stop: RoundStop
    reference: str
    case: Row | None
    photos: tuple[CasePhoto, ...]


def rounds_of(actor: Actor) -> list[Round]:
    """One's own rounds, those under way first, each with `stop_count` and `done_count`. One query."""
    return list(
        Round.objects.filter(professional_id=actor.professional_id or 0)
        .annotate(
            stop_count=Count("stops"),
            done_count=Count("stops", filter=~Q(stops__state=RoundStop.State.OPEN)),
        )
        .order_by(F("finished_at").desc(nulls_first=True), "-id")[:RECENT]
    )


def get_round(actor: Actor, round_id: int) -> Round:
    """One's own round; `NotFound` for any other."""
    found = Round.objects.filter(pk=round_id, professional_id=actor.professional_id or 0).first()
    if found is None:
        raise NotFound
    return found


def stops_of(walk: Round, actor: Actor) -> list[Stop]:
    """The stops in order, with what is needed on the way. Three queries."""
    stops = list(walk.stops.select_related("case").only("round", "position", "state", "at", "case__reference"))
    ids = [stop.case_id for stop in stops]
    cases = {case.id: case for case in shown(Case.objects.visible_to(actor), actor).filter(pk__in=ids)}
    photos: dict[int, list[CasePhoto]] = defaultdict(list)
    for photo in CasePhoto.objects.filter(case_id__in=cases).select_related("photo"):
        photos[photo.case_id].append(photo)
    return [Stop(stop, stop.case.reference, cases.get(stop.case_id), tuple(photos[stop.case_id])) for stop in stops]
