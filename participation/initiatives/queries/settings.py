"""What a municipality chose for its initiatives, from memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.areas.queries import tree
from core.snapshots.snapshot import Snapshot
from participation.initiatives.models import KEPT_IN, InitiativeSettings, Threshold


@dataclass(frozen=True, slots=True)
class Chosen:
    """`thresholds`: supporters needed by area (the gemeente's own where no area is named)."""

    settings: Mapping[int, InitiativeSettings]
    thresholds: Mapping[int, int]


def _load() -> Chosen:
    return Chosen(
        settings={one.pk: one for one in InitiativeSettings.objects.all()},
        thresholds={one.area_id or one.gemeente_id: one.needed for one in Threshold.objects.all()},
    )


_snapshot: Snapshot[Chosen] = Snapshot(KEPT_IN, _load)


def settings_of(gemeente_id: int) -> InitiativeSettings:
    """Its settings; the defaults where it chose nothing. Not to be changed."""
    return _snapshot.get().settings.get(gemeente_id) or InitiativeSettings(gemeente_id=gemeente_id)


def needed_in(area_id: int) -> int:
    """How many supporters are needed here: the threshold of the smallest area around that has one, else 0."""
    thresholds = _snapshot.get().thresholds
    return next((thresholds[one.id] for one in tree().ancestors(area_id) if one.id in thresholds), 0)
