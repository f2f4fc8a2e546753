"""What is worth a look while people vote: all thresholds, and why they are what they are. Pure.

A pattern proves nothing. A flat, a school, a library and a mobile network each have one line or network to the outside
for many people. So nothing is refused because of a pattern: a person looks, asks around, and two people decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

SPAN = 600
"""Seconds of a span in which ballots are counted together to see a burst."""
LINE_LETTERS = 8
"""Ballots over one line where each is a letter: a household seldom has so many people who may vote. In Amsterdam-Noord
letters of neighbours were collected and voted with in 2022; it was seen by the ballots per address on the internet."""
LINE = 12
"""The same where a device or an address is enough: there one person can make several."""
NETWORK = 40
"""Ballots from one wider network (an IPv4 /24 or IPv6 /48), if that is also …"""
NETWORK_SHARE = 0.10
"""… this part of all ballots: in a small wijk with one provider many share a network."""
BURST = 30
"""Ballots counted in ten minutes, if that is also …"""
BURST_TIMES = 5
"""… so many times the middle one of the spans in which somebody voted. A newsletter or a meeting does this too."""
GUESS = 5
"""Wrong codes from one line that pass the check of a slip of the pen: by mistake that is 1 typing error in 32."""
DESK = 50
"""Ballots that one professional entered: a colleague should sit beside them now and then."""


class Sort(StrEnum):
    LINE = "line"
    NETWORK = "network"
    BURST = "burst"
    GUESS = "guess"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern. `label`: as in `models.Pattern`; `many` of `total`; `usual`: of a burst, the middle span."""

    sort: Sort
    label: str
    many: int
    total: int
    usual: int = 0

    @property
    def percent(self) -> int:
        return round(100 * self.many / self.total) if self.total else 0


def look(
    counts: Iterable[tuple[str, str, int]], *, total: int, letters: bool, desks: Set[str], half: int
) -> list[Found]:
    """What stands out among (kind, label, count), the most first. `desks`: labels that stand for professionals.

    `half`: the length of the label of a network, with which each label of a line begins.
    """
    rows = list(counts)
    spans = sorted(many for kind, _label, many in rows if kind == "burst")
    usual = int(median(spans)) if spans else 0
    at_desk = {label[:half] for label in desks}
    found = []
    for kind, label, many in rows:
        if kind == "line" and label in desks:
            if many >= DESK:
                found.append(Found(Sort.DESK, label, many, total))
        elif kind == "line" and many >= (LINE_LETTERS if letters else LINE):
            found.append(Found(Sort.LINE, label, many, total))
        elif kind == "network" and label not in at_desk and many >= NETWORK and many >= NETWORK_SHARE * total:
            found.append(Found(Sort.NETWORK, label, many, total))
        elif kind == "burst" and len(spans) > 1 and many >= BURST and many >= BURST_TIMES * usual:
            found.append(Found(Sort.BURST, label, many, total, usual))
        elif kind == "guess" and many >= GUESS:
            found.append(Found(Sort.GUESS, label, many, total))
    order = list(Sort)
    return sorted(found, key=lambda one: (-one.many, order.index(one.sort)))
