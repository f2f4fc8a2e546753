"""What makes a report suspicious. It never refuses anything: a person looks at it before a team does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from participation.reports.rules import Submission
from participation.texts.screening import NO_WORDS, Words, reasons_in


@dataclass(frozen=True, slots=True)
class Signs:
    """What was seen beside the report. `seconds`: from opening the form to sending, where that is known."""

    trap: bool = False
    seconds: float | None = None


def reasons_to_hold(submission: Submission, signs: Signs, words: Words = NO_WORDS) -> list[dict[str, Any]]:
    """Why somebody should look first, as codes with figures; empty for an ordinary report.

    A word is given as it stands on the list, not as it was written: the reasons outlive the text.
    """
    named = [submission.contact.name] if submission.contact else []
    written = "\n".join([submission.text, submission.address, *named, *_texts(submission.answers.values())])
    found: list[dict[str, Any]] = []
    if signs.trap:
        found.append({"code": "trap"})
    if signs.seconds is not None and signs.seconds < settings.LEAST_SECONDS:
        found.append({"code": "too-fast"})
    return found + reasons_in(written, words)


def _texts(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (one for one in value if isinstance(one, str))
