"""Which solved case is worth telling the neighbourhood. Pure: signs in, reasons and their weight out.

One reason is seldom enough: something quick happens every day. What is proposed is never published by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MANY, VERY_MANY = 5, 15
"""Others who saw it too."""
QUICK = 0.5
"""Share of the promised time."""
SHORTEST_PROMISE = timedelta(days=2)
"""Below it "quick" says nothing."""
MONTH = timedelta(days=30)
LONG_AGO = 6 * MONTH
"""Since one of its kind was solved in the quarter."""
ENOUGH = 3
"""Points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """`took`: from report to solved. `promised`: the same as promised, None without a promise.

    `since_alike`: since the last one of its kind in its quarter was solved, None when there was none.
    """

    supporters: int
    took: timedelta
    promised: timedelta | None
    before_and_after: bool
    since_alike: timedelta | None


class Reason(TypedDict):
    """`code` is `supporters`, `pictures`, `quick` or `first`; `number` people, none, days or months (0: ever)."""

    code: str
    number: int


@dataclass(frozen=True, slots=True)
class Verdict:
    reasons: tuple[Reason, ...]
    points: int

    @property
    def is_win(self) -> bool:
        return self.points >= ENOUGH


def judge(signs: Signs) -> Verdict:
    """What speaks for telling it, the weightiest first."""
    found: list[tuple[int, Reason]] = []
    if signs.supporters >= MANY:
        found.append((3 if signs.supporters >= VERY_MANY else 2, Reason(code="supporters", number=signs.supporters)))
    if signs.before_and_after:
        found.append((2, Reason(code="pictures", number=0)))
    if signs.promised is not None and signs.promised >= SHORTEST_PROMISE and signs.took <= QUICK * signs.promised:
        found.append((1, Reason(code="quick", number=signs.took.days)))
    if signs.since_alike is None:
        found.append((1, Reason(code="first", number=0)))
    elif signs.since_alike >= LONG_AGO:
        found.append((1, Reason(code="first", number=signs.since_alike // MONTH)))
    return Verdict(tuple(one for _points, one in found), sum(points for points, _one in found))


def in_words(reasons: Sequence[Reason]) -> list[str]:
    """Each reason as a short sentence."""
    return [_said(one["code"], one["number"]) for one in reasons]


def _said(code: str, number: int) -> str:
    match code:
        case "supporters":
            return ngettext("%(number)d neighbour saw it too.", "%(number)d neighbours saw it too.", number) % {
                "number": number
            }
        case "pictures":
            return _("There are photos of before and after.")
        case "quick" if number == 0:
            return _("Solved within a day, much faster than promised.")
        case "quick":
            return ngettext(
                "Solved in %(number)d day, much faster than promised.",
                "Solved in %(number)d days, much faster than promised.",
                number,
            ) % {"number": number}
        case _ if number == 0:
            return _("The first of its kind in this quarter.")
        case _:
            return ngettext(
                "The first of its kind in this quarter in %(number)d month.",
                "The first of its kind in this quarter in %(number)d months.",
                number,
            ) % {"number": number}
