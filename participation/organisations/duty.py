"""Who inside a team gets a new case. Pure: everything it needs is passed in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Choice:
    """`professional_id` is None when the team has to pick; `reasons` are JSON-ready codes with ids."""

    professional_id: int | None
    reasons: tuple[dict[str, Any], ...]


def choose_person(
    candidates: Iterable[Candidate],
    area_ids_smallest_first: Sequence[int],
    count_open: Callable[[Collection[int]], Mapping[int, int]],
) -> Choice:
    """The team member who gets it, in this order:

    1. who knows the place, and of those who knows the smallest area around it (buurt before wijk);
    2. who works today;
    3. who has the fewest open cases (`count_open`: of these professionals; asked only when it decides);
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
    offers: list[tuple[int, bool, int, int]] = []  # (rank, off duty, professional, who they stand in for or 0)
    for one in team.values():
        present = _present(one, team)
        if present is None:
            continue
        rank = min((depth[area_id] for area_id in one.area_ids if area_id in depth), default=nowhere)
        instead = 0 if present is one else one.professional_id
        offers.append((rank, not present.on_duty_today, present.professional_id, instead))
    if not offers:
        return Choice(None, ({"code": "nobody-on-duty"},))
    rank, off_duty, *_rest = min(offers)
    equals = {who for its_rank, off, who, _instead in offers if (its_rank, off) == (rank, off_duty)}
    loads = count_open(equals) if len(equals) > 1 else {}
    load, chosen = min((loads.get(who, 0), who) for who in equals)
    instead = min(instead for its_rank, _off, who, instead in offers if (its_rank, who) == (rank, chosen))
    reasons: list[dict[str, Any]] = []
    if rank < nowhere:
        reasons.append({"code": "knows-area", "area": area_ids_smallest_first[rank]})
    if instead:
        reasons.append({"code": "replaces", "professional": instead})
    if off_duty:
        reasons.append({"code": "not-today"})
    elif any(its_rank == rank and off for its_rank, off, *_rest in offers):
        reasons.append({"code": "works-today"})
    if len(equals) > 1:
        reasons.append({"code": "lightest-load", "open": load})
    elif len({who for _rank, _off, who, _instead in offers}) == 1:
        reasons.append({"code": "only-one"})
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
