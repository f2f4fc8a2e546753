"""Domain errors: what went wrong and what a person can do about it.

They know nothing of HTTP; `core.api.errors` gives each class its status code and the pages show
`message` (and, for `Invalid`, `errors` next to the fields).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing to mend. `field` is the API's dotted camelCase path ("location", "contact.email", "")."""

    field: str
    code: str
    detail: Text


class DomainError(Exception):
    """Base of all refusals. `code` is stable and machine-readable, `message` is for people."""

    code = "refused"
    message: Text = _("This is not possible.")

    def __init__(self, message: Text | None = None, *, code: str | None = None, **extra: Any) -> None:
        self.message = message if message is not None else self.message
        self.code = code or self.code
        self.extra = extra
        """Further members of the problem document, JSON-ready and without personal data."""
        super().__init__(self.code)


class Refused(DomainError):
    """What a page shows beside what was typed: every refusal but `NotFound`."""


class Invalid(Refused):
    """The input is wrong; holds every error at once."""

    code = "invalid"
    message = _("Some of what you sent is not right. See the details per field.")

    def __init__(self, *errors: FieldError, message: Text | None = None) -> None:
        super().__init__(message)
        self.errors = list(errors)


class NotFound(DomainError):
    """Absent, or not yours: the two look the same."""

    code = "not-found"
    message = _("We cannot find this. Check the address, or go back to the list.")


class NotAllowed(Refused):
    """You may see it, but not do this."""

    code = "not-allowed"
    message = _("You may not do this. Ask your team lead if you need it.")


class Conflict(Refused):
    """It cannot be done in the present state."""

    code = "conflict"
    message = _("This no longer fits with what happened meanwhile.")


class Stale(Refused):
    """Someone else changed it first. `changes` says what, `version` is the version now."""

    code = "stale"
    message = _("Someone else changed this while you were working on it. Look at what changed and try again.")

    def __init__(self, *, version: int, changes: list[dict[str, Any]]) -> None:
        super().__init__(version=version, changes=changes)


class ProofRequired(Refused):
    """So much comes in that a sender must show some effort first; `challenge` says which, `wait` how long it is worth.

    `challenge`: as the ALTCHA protocol has it. Whoever cannot solve it tries again after `wait` seconds.
    """

    code = "proof-required"
    message = _("It is very busy. Your device must first do a small sum, which takes a few seconds.")

    def __init__(self, *, challenge: dict[str, Any], wait: int) -> None:
        super().__init__(challenge=challenge)
        self.wait = wait


class TooMany(Refused):
    """Rate limited; `wait` in seconds."""

    code = "too-many"
    message = _("You did this very often. Please wait a moment and try again.")

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait
