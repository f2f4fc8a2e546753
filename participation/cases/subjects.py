"""What a case is about, told by the app that knows (reports, initiatives, polls)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict


class Subject(TypedDict):
    """The content behind a case, for those who may read it."""

    text: str
    answers: list[dict[str, str]]
    channels: dict[str, bool]
    """Which ways there are to reach the resident: `{"email": true, "phone": false}`."""
    extra: dict[str, Any]


_readers: dict[str, Callable[[int], Subject]] = {}


def register_subject(kind: str, reader: Callable[[int], Subject]) -> None:
    """`reader(case_id)` gives the content of cases of this kind, in one query."""
    _readers[kind] = reader


def subject_of_case(kind: str, case_id: int) -> Subject:
    return _readers[kind](case_id)
