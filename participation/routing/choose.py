"""Which team gets it. Pure: facts and rules in, a decision with its reasons out.

**The order of rules.** A rule applies when everything it names fits: its kind, its category (the
subcategory or the main category above it) and its area (any area around the place). Of the rules
that apply, the most specific wins:

1. *subject first*: subcategory, then main category, then only a kind, then nothing; within each
   a rule that names the kind too goes before one that does not;
2. *then place*: buurt, wijk, stadsdeel, gemeente, then rules that name no area;
3. then the lowest rule id (the table allows no two rules that are equal in 1 and 2).

Subject goes before place because teams own subjects: "litter: cleaning department, everywhere" is
what an organisation agreed on, and "everything in Moerwijk: team Moerwijk" is what is left for
that wijk. Who wants litter in Moerwijk to go elsewhere writes that down: litter × Moerwijk.

No rule: the catch-all team of the municipality. A rule of another municipality never applies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is to be routed. `category_ids`: subcategory, main category (or empty).

    `area_ids`: the areas around the place, smallest first; the last one is the gemeente.
    """

    kind: str
    category_ids: tuple[int, ...] = ()
    area_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One `Responsibility`; None and "" mean "every"."""

    id: int
    gemeente_id: int
    team_id: int
    area_id: int | None = None
    category_id: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The team, and why.

    `reasons` are JSON-ready, first the one that decided: `{"code": "rule" | "less-specific", "rule",
    "team", "category", "area", "kind"}` (the losers from most to least specific), or
    `{"code": "catch-all", "team"}`.
    """

    team_id: int
    reasons: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        return {"team": self.team_id, "reasons": list(self.reasons)}


def choose(facts: Facts, rules: Iterable[Rule], catch_all_team_id: int) -> Decision:
    """The team of the most specific rule that applies, else the catch-all team."""
    ranked = sorted(
        ((rank, rule) for rule in rules if (rank := _rank(facts, rule)) is not None), key=lambda pair: pair[0]
    )
    if not ranked:
        return Decision(catch_all_team_id, ({"code": "catch-all", "team": catch_all_team_id},))
    winner = ranked[0][1]
    return Decision(
        winner.team_id,
        (_reason("rule", winner), *(_reason("less-specific", rule) for _rank, rule in ranked[1:])),
    )


def _rank(facts: Facts, rule: Rule) -> tuple[int, int, int, int] | None:
    """(subject, kind named, place, id): lower is more specific; None when the rule does not apply."""
    if not facts.area_ids or rule.gemeente_id != facts.area_ids[-1]:
        return None
    if rule.kind and rule.kind != facts.kind:
        return None
    if rule.category_id is None:
        subject = len(facts.category_ids)
    elif rule.category_id in facts.category_ids:
        subject = facts.category_ids.index(rule.category_id)
    else:
        return None
    if rule.area_id is None:
        place = len(facts.area_ids)
    elif rule.area_id in facts.area_ids:
        place = facts.area_ids.index(rule.area_id)
    else:
        return None
    return subject, 0 if rule.kind else 1, place, rule.id


def _reason(code: str, rule: Rule) -> dict[str, Any]:
    return {
        "code": code,
        "rule": rule.id,
        "team": rule.team_id,
        "category": rule.category_id,
        "area": rule.area_id,
        "kind": rule.kind,
    }
