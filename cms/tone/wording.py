"""What the tone helper says, in the editor's language; reasons for words come from the lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.tone.balance import Balance
from cms.tone.lexicon import DIFFICULT, FRAME, STIGMA
from cms.tone.reading import LONG, NEGATIVE, PASSIVE, Mark, Reading

KINDS = {
    STIGMA: gettext_lazy("Stigma"),
    FRAME: gettext_lazy("Frame"),
    DIFFICULT: gettext_lazy("Difficult word"),
    LONG: gettext_lazy("Long sentence"),
    PASSIVE: gettext_lazy("Who does it?"),
    NEGATIVE: gettext_lazy("Only bad news"),
}
VERDICTS = {
    "empty": gettext_lazy("There is nothing to read yet."),
    "positive": gettext_lazy("This page sounds positive."),
    "mixed": gettext_lazy("This page is in balance."),
    "neutral": gettext_lazy("This page sounds matter-of-fact."),
    "heavy": gettext_lazy("This page sounds a bit heavy."),
    "negative": gettext_lazy("This page brings only bad news."),
}
SHOWN = 160
"""Characters of a sentence in the list."""
MOST_LINES = 100


def in_words(reading: Reading, texts: list[str]) -> tuple[list[dict[str, Any]], str]:
    """A line for each mark, with places as a browser counts them, and what to say about the whole."""
    lines = []
    for number, mark in enumerate(reading.marks[:MOST_LINES]):
        text = texts[mark.at] if mark.at >= 0 else ""
        lines.append(
            {
                "mark": mark,
                "id": f"{mark.kind}-{number}",
                "label": KINDS[mark.kind],
                "why": why(mark),
                "shown": mark.words if len(mark.words) <= SHOWN else f"{mark.words[:SHOWN].rstrip()}…",
                "start": _units(text[: mark.start]),
                "end": _units(text[: mark.end]),
                "replaceable": mark.kind in (STIGMA, FRAME, DIFFICULT),
                "fine_words": mark.key[1],
            }
        )
    return lines, str(VERDICTS[reading.balance.verdict])


def why(mark: Mark) -> str:
    if mark.kind in (STIGMA, FRAME):
        return _("You speak of this word; that can be fine. %(why)s") % {"why": mark.why} if mark.hint else mark.why
    if mark.kind == DIFFICULT:
        return mark.why or (
            _("A long word stops a reader. Can you cut it up?") if mark.hint else _("Not everybody knows this word.")
        )
    if mark.kind == LONG:
        return (
            _("More than 15 words. Fine now and then.")
            if mark.hint
            else _("More than 20 words. Make two sentences of it.")
        )
    if mark.kind == PASSIVE:
        return _("Say who does it: “we clean up” instead of “is cleaned up”.")
    return _("Tell also what goes well, or who does something about it.")


def numbers(balance: Balance) -> list[tuple[str, str, int, int]]:
    """(code, name, sentences, percent) for good news, neither and bad news."""
    return [
        (code, str(name), number, balance.share(number))
        for code, name, number in (
            ("positive", _("Good news"), balance.positive),
            ("neutral", _("Neither"), balance.neutral),
            ("negative", _("Bad news"), balance.negative),
        )
    ]


def _units(text: str) -> int:
    """The length as JavaScript counts it: a sign outside the first 65,536 is two."""
    return len(text) if text.isascii() else len(text) + sum(one > "\uffff" for one in text)
