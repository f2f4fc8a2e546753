"""Who may change the settings of a gemeente and its areas in the back office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.accounts.models import User

_workplaces: list[Callable[[User], int | None]] = []


def register_workplace(gemeente_of: Callable[[User], int | None]) -> None:
    """Say for which gemeente someone works; asked of accounts that are no superuser. Nobody says: no gemeente."""
    if gemeente_of not in _workplaces:
        _workplaces.append(gemeente_of)


def workplace(user: Any) -> int | None:
    """The gemeente this account works for; None for nobody in particular."""
    if not isinstance(user, User) or not user.is_active:
        return None
    return next((found for one in _workplaces if (found := one(user)) is not None), None)
