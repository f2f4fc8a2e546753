"""Who inside a team gets a new case. Pure: everything it needs is passed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A team member on one day. `on_duty_today`: has hours that day (or none written down)."""

    professional_id: int
    area_ids: frozenset[int] = frozenset()
    absent: bool = False
    replacement_id: int | None = None
    on_duty_today: bool = True
    open_cases: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """`professional_id` is None when the team has to pick; `reasons` are JSON-ready codes with ids."""

    professional_id: int | None
    reasons: tuple[dict[str, Any], ...]


def choose_person(candidates: Iterable[Candidate], area_ids_smallest_first: Sequence[int]) -> Choice:
    """The team member who gets it, in this order:

    1. who knows the place, and of those who knows the smallest area around it (buurt before wijk);
    2. who works today;
    3. who has the fewest open cases;
    4. the lowest id, so that the answer never depends on the order of the rows.

    Someone absent is replaced by their replacement, who then counts as knowing what the absent
    one knows. A replacement who is absent too passes it on; a circle, or a replacement outside
    the team (who could not open the case), ends the chain and that person falls out.
    """
    team = {one.professional_id: one for one in candidates}
    if not team:
        return Choice(None, ({"code": "team-empty"},))
    depth = {area_id: rank for rank, area_id in reversed(list(enumerate(area_ids_smallest_first)))}
    nowhere = len(area_ids_smallest_first)
    offers: list[tuple[tuple[int, bool, int, int], int]] = []  # (order of preference, who they stand in for or 0)
    for one in team.values():
        present = _present(one, team)
        if present is None:
            continue
        rank = min((depth[area_id] for area_id in one.area_ids if area_id in depth), default=nowhere)
        instead = 0 if present is one else one.professional_id
        offers.append(((rank, not present.on_duty_today, present.open_cases, present.professional_id), instead))
    if not offers:
        return Choice(None, ({"code": "nobody-on-duty"},))
    (rank, off_duty, load, chosen), instead = min(offers)
    reasons: list[dict[str, Any]] = []
    if rank < nowhere:
        reasons.append({"code": "knows-area", "area": area_ids_smallest_first[rank]})
    if instead:
        reasons.append({"code": "replaces", "professional": instead})
    if off_duty:
        reasons.append({"code": "not-today"})
    others = {key[-1] for key, _instead in offers} - {chosen}
    reasons.append({"code": "lightest-load", "open": load} if others else {"code": "only-one"})
    return Choice(chosen, tuple(reasons))


def _present(one: Candidate, team: dict[int, Candidate]) -> Candidate | None:
    """Who does the work of `one` today, following replacements inside the team."""
    seen: set[int] = set()
    while one.absent:
        seen.add(one.professional_id)
        following = team.get(one.replacement_id) if one.replacement_id is not None else None
        if following is None or following.professional_id in seen:
            return None
        one = following
    return one
