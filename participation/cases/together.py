"""What hangs together with a case: the whole and its parts, its duplicates, and how it was forwarded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import NotAllowed
from participation.cases.models import Case, CasePhoto, Forwarding
from participation.cases.permissions import Deed, reach
from participation.cases.subjects import Subject, subject_of_case

MANY_HOPS = 2
"""A case that was offered more often than this goes from one to another."""
FIGURES_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Together:
    """`whole`: what this is a part of; `main`: what it is linked to. Parts and duplicates oldest first."""

    case: Case
    whole: Case | None
    main: Case | None
    parts: tuple[Case, ...]
    duplicates: tuple[Case, ...]
    forwardings: tuple[Forwarding, ...]

    @property
    def offer(self) -> Forwarding | None:
        """The one that waits for an answer."""
        return next((one for one in self.forwardings if one.outcome == Forwarding.Outcome.PENDING), None)

    @property
    def references(self) -> dict[int, str]:
        """Every other case of which something is shown with this one: a part shows what the whole is about."""
        return {one.pk: one.reference for one in (*self._told_with, *self.parts)}

    @property
    def _told_with(self) -> tuple[Case, ...]:
        return (self.whole, *self.duplicates) if self.whole is not None else self.duplicates

    def photos(self) -> list[CasePhoto]:
        """Those of the case itself first. One query."""
        ids = [self.case.pk, *(one.pk for one in self._told_with)]
        found = CasePhoto.objects.filter(case_id__in=ids).select_related("photo")
        return sorted(found, key=lambda one: ids.index(one.case_id))

    @property
    def spoken_of(self) -> list[int]:
        """Ids of the cases whose conversation is shown: with everyone who reported it. A part has none."""
        return [] if self.whole is not None else [self.case.pk, *(one.pk for one in self.duplicates)]

    def content(self) -> Subject:
        """What the resident told. A part is shown without the ways to reach them and what they said of the answer."""
        if self.whole is None:
            return subject_of_case(self.case.kind, self.case.pk)
        told = subject_of_case(self.case.kind, self.whole.pk)
        return {
            **told,
            "channels": dict.fromkeys(told["channels"], False),
            "extra": {name: value for name, value in told["extra"].items() if name != "feedback"},
        }


def together(case: Case, *, offered: bool = True) -> Together:
    """Two queries, and one for the main case where there is one; `offered` False: it was never offered, one less."""
    root = case.parent_id or case.pk
    near = list(Case.objects.filter(Q(parent_id=root) | Q(duplicate_of_id=root)).order_by("id"))
    return Together(
        case=case,
        whole=case.parent,
        main=case.duplicate_of,
        parts=tuple(one for one in near if one.parent_id == case.pk),
        duplicates=tuple(one for one in near if one.duplicate_of_id == root),
        forwardings=tuple(Forwarding.objects.filter(case=case)) if offered else (),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """How it went between two teams. `median_answer`: until it was accepted or given back; None without answers."""

    from_team_id: int
    to_team_id: int
    sent: int
    accepted: int
    returned: int
    withdrawn: int
    waiting: int
    stuck: int
    median_answer: timedelta | None
    many_hops: int
    """Cases between these two that were offered more than `MANY_HOPS` times, to whomever."""


def forwarding_figures(actor: Actor, now: datetime, *, since: datetime | None = None) -> list[Figures]:
    """Offers since a moment (a year ago), per pair of teams of which this person oversees one; the busiest first.

    Confidential cases count for who leads the confidential work of one of the two. 2 queries.
    """
    ordinary, confidential = (reach(actor, Deed.SEE_TEAM, confidential=value) for value in (False, True))
    if not (ordinary.everywhere or ordinary.ids or confidential.ids):
        raise NotAllowed(_("These figures are for team leads and administrators."))
    is_confidential = Q(case__visibility=Case.Visibility.CONFIDENTIAL)
    theirs = ~is_confidential if ordinary.everywhere else ~is_confidential & _between(ordinary.ids)
    theirs |= is_confidential & _between(confidential.ids)
    rows = list(
        Forwarding.objects.filter(
            theirs, case__gemeente_id=actor.gemeente_id, at__gte=since or now - FIGURES_BACK
        ).values_list("from_team_id", "to_team_id", "case_id", "outcome", "at", "answered_at", "answer_by")
    )
    hops: dict[int, int] = defaultdict(int)
    every = Forwarding.objects.filter(case_id__in={row[2] for row in rows})
    for case_id in every.exclude(outcome=Forwarding.Outcome.WITHDRAWN).values_list("case_id", flat=True):
        hops[case_id] += 1
    pairs: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in rows:
        pairs[row[0], row[1]].append(row[2:])
    figures = [_figures(pair, offers, hops, now) for pair, offers in pairs.items()]
    return sorted(figures, key=lambda one: (-one.sent, one.from_team_id, one.to_team_id))


def _between(team_ids: frozenset[int]) -> Q:
    return Q(from_team_id__in=team_ids) | Q(to_team_id__in=team_ids)


def _figures(pair: tuple[int, int], offers: list[Any], hops: dict[int, int], now: datetime) -> Figures:
    outcomes = Forwarding.Outcome
    counted: dict[str, int] = defaultdict(int)
    for _case, outcome, *_rest in offers:
        counted[outcome] += 1
    took = [
        answered - at
        for _case, outcome, at, answered, _by in offers
        if outcome in (outcomes.ACCEPTED, outcomes.RETURNED)
    ]
    return Figures(
        from_team_id=pair[0],
        to_team_id=pair[1],
        sent=len(offers),
        accepted=counted[outcomes.ACCEPTED],
        returned=counted[outcomes.RETURNED],
        withdrawn=counted[outcomes.WITHDRAWN],
        waiting=counted[outcomes.PENDING],
        stuck=sum(outcome == outcomes.PENDING and by < now for _case, outcome, _at, _answered, by in offers),
        median_answer=timedelta(seconds=median(one.total_seconds() for one in took)) if took else None,
        many_hops=len({case_id for case_id, *_rest in offers if hops[case_id] > MANY_HOPS}),
    )
