"""Streams to test with: what an account or token may follow is written in its own name."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from core.accounts.actor import SYSTEM
from core.events.log import Happened, record


def streams_of_user(user: Any) -> list[str]:
    """The first name lists the streams: "team:1 team:2"."""
    return str(user.first_name).split()


def streams_of_token(token: str, only: int | None) -> list[str]:
    return [f"case:{token.removeprefix('good-')}"] if token.startswith("good-") else []


def name_on_case(user: Any, reference: str) -> str | None:
    """The last name lists the cases this account may see."""
    return user.username if reference in user.last_name.split() else None


def write(streams: list[str], *, mark: str) -> None:
    """Record one event in these streams; `mark` becomes its subject."""
    record(
        Happened(
            type="case.message",
            subject=f"case/{mark}",
            version=1,
            actor=SYSTEM,
            at=timezone.now(),
            audience="team",
            gemeente_id=None,
            streams=streams,
        )
    )
