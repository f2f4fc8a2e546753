"""How often the tone helper is right, per kind of mark. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cms.tone.labelled import Labelled
from cms.tone.lexicon import Lexicon
from cms.tone.reading import LONG, Mark, read


@dataclass(frozen=True, slots=True)
class Tally:
    """`right` marks, `needless` ones that no reader asked for, and `missed` ones."""

    right: int = 0
    needless: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Between 0 and 1: of what is marked, how much rightly."""
        return self.right / (self.right + self.needless) if self.right + self.needless else 1.0

    @property
    def recall(self) -> float:
        """Between 0 and 1: of what should be marked, how much is."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@dataclass(frozen=True, slots=True)
class Figures:
    by_kind: dict[str, Tally]
    mistakes: tuple[tuple[str, str, str], ...]
    """(text, "missed" or "needless", kind and words)."""


def measure(texts: Iterable[Labelled], lexicon: Lexicon) -> Figures:
    """A mark of words is right when it shares its words with a labelled one; one of a sentence by its kind."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    mistakes = []
    for one in texts:
        left = [mark for mark in read([one.text], lexicon).marks if not (mark.kind == LONG and mark.hint)]
        for kind, words in one.marks:
            hit = next((mark for mark in left if mark.kind == kind and _shares(words, mark)), None)
            if hit is not None:
                left.remove(hit)
            else:
                mistakes.append((one.text, "missed", f"{kind} {words}".strip()))
            counts[kind][0 if hit is not None else 2] += 1
        for mark in left:
            counts[mark.kind][1] += 1
            mistakes.append((one.text, "needless", f"{mark.kind} {mark.words}"))
    return Figures({kind: Tally(*row) for kind, row in sorted(counts.items())}, tuple(mistakes))


def _shares(words: str, mark: Mark) -> bool:
    said = mark.words.casefold()
    return not words or words.casefold() in said or said in words.casefold()
