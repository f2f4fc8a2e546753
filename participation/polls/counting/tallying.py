"""Totals that go up and down with each ballot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def empty(kind: str, options: Iterable[int]) -> dict[str, Any]:
    """Nobody chose anything yet."""
    return {"kind": kind, "answered": 0, "by": {str(one): 0 for one in options}}


def add(total: dict[str, Any], choice: Any) -> None:
    _count(total, choice, 1)


def take(total: dict[str, Any], choice: Any) -> None:
    _count(total, choice, -1)


def _count(total: dict[str, Any], choice: Any, by: int) -> None:
    total["answered"] += by
    picks = (
        choice.items()
        if isinstance(choice, dict)
        else [(one, 1) for one in choice]
        if isinstance(choice, list)
        else [(choice, 1)]
    )
    for pick, weight in picks:
        total["by"][str(pick)] = total["by"].get(str(pick), 0) + by * weight
