"""Ending an account is refused while somebody still depends on it. Each app says what it knows of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.errors import Conflict, Text


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why an account cannot be ended yet. `code` is stable, `text` says what to do, without personal data."""

    code: str
    text: Text


class StillResponsible(Conflict):
    """The account has work that would fall between. `hindrances` says which."""

    code = "still-responsible"

    def __init__(self, hindrances: list[Hindrance]) -> None:
        super().__init__(" ".join(str(one.text) for one in hindrances), hindrances=[one.code for one in hindrances])
        self.hindrances = hindrances


before_deactivation: list[Callable[[int], list[Hindrance]]] = []
"""Asked with the account's id before it is switched off; an empty list: nothing against it."""
after_deactivation: list[Callable[[int], None]] = []
"""Called with the account's id in the transaction that switched it off."""


def hindrances(user_id: int) -> list[Hindrance]:
    """Everything that stands in the way of ending this account."""
    return [one for ask in before_deactivation for one in ask(user_id)]


def refuse_while_responsible(user_id: int) -> None:
    """Raise `StillResponsible` unless the account can be ended."""
    if found := hindrances(user_id):
        raise StillResponsible(found)
