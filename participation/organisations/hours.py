"""Office hours of a professional: {"mon": [["09:00", "12:00"], …], …}, local time, 24-hour clock."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Any

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = re.compile(r"^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$")

Hours = dict[str, list[list[str]]]


def faults(value: Any) -> list[str]:
    """Codes of what is wrong with `value`: shape, weekday, time, order or overlap; empty when it is right."""
    if not isinstance(value, dict):
        return ["shape"]
    found: list[str] = []
    for day, ranges in value.items():
        if day not in WEEKDAYS:
            found.append("weekday")
            continue
        if not isinstance(ranges, list) or not all(isinstance(one, (list, tuple)) and len(one) == 2 for one in ranges):
            found.append("shape")
            continue
        if not all(isinstance(clock, str) and CLOCK.match(clock) for one in ranges for clock in one):
            found.append("time")
            continue
        if any(start >= end for start, end in ranges):
            found.append("order")
        ordered = sorted(tuple(one) for one in ranges)
        if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
            found.append("overlap")
    return sorted(set(found))


def clock(text: str) -> str:
    """What people type as a time, as we write it: "9", "9:00", "9.00" and "0900" are "09:00"; else as typed."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.]?(\d{2}))?", text.strip())
    return f"{int(found[1]):02}:{found[2] or '00'}" if found else text.strip()


def on(hours: Hours, day: date) -> list[tuple[str, str]]:
    """The ranges of that day, earliest first."""
    return sorted((start, end) for start, end in hours.get(WEEKDAYS[day.weekday()], []))


def works_on(hours: Hours, day: date) -> bool:
    """Whether someone with these hours works that day; without any hours we assume every day."""
    return not any(hours.values()) or bool(hours.get(WEEKDAYS[day.weekday()]))
