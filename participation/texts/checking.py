"""What the writer of a text may want to look at again before sending: personal data, and words from the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from participation.texts.guard import NAMES, Finding, find, mask
from participation.texts.screening import words_of

MOST = 3000
"""Characters; what is longer is refused anyway, and not looked at."""
NAMED = NAMES | {"word": _("word")}


@dataclass(frozen=True, slots=True)
class Checked:
    """`masked`: the text with each finding replaced by its name and dots."""

    text: str
    findings: tuple[Finding, ...]
    masked: str

    def shown(self) -> list[dict[str, Any]]:
        """Each finding in words: `[{kind, name, text}]`."""
        return [
            {"kind": one.kind, "name": NAMED[one.kind], "text": self.text[one.start : one.end]} for one in self.findings
        ]


def check_text(text: str, gemeente_id: int | None) -> Checked:
    """Finds, stores nothing."""
    if len(text) > MOST:
        return Checked(text, (), text)
    found = list(find(text))
    for match in words_of(gemeente_id).to_ask(text) if gemeente_id is not None else ():
        if not any(one.start < match.end() and match.start() < one.end for one in found):
            found.append(Finding("word", *match.span()))
    findings = tuple(sorted(found, key=lambda one: one.start))
    return Checked(text, findings, mask(text, findings, NAMED))


def mark_of(text: str) -> str:
    """Which text the writer was asked about: keyed, so that it says nothing of it."""
    return salted_hmac("participation.texts.checking", text, algorithm="sha256").hexdigest()[:16]
