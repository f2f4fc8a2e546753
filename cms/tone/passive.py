"""The passive voice in Dutch: "wordt … gemaakt", "is door … gemaakt". Pure, and careful: a doubt is no mark."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from cms.tone.sentences import Word

FILE = Path(__file__).with_name("passive.toml")
SHORTEST = 5
"""Letters of a participle."""


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in tomllib.loads(FILE.read_text(encoding="utf-8")).items()}


@lru_cache(maxsize=8192)
def is_participle(word: str) -> bool:
    """Whether a word as lists know it can be a past participle; by its shape, for the list of them is open."""
    lists = _lists()
    if len(word) < SHORTEST or word in lists["no_participle"]:
        return False
    if word in lists["strong"]:
        return True
    for before in lists["before_ge"]:
        if not word.startswith(before):
            continue
        rest = word[len(before) :]
        separable = rest.startswith("ge") and len(rest) >= SHORTEST and rest.endswith(("d", "t", "aan"))
        if separable or rest in lists["strong"]:
            return True
    if word.startswith(("be", "ver", "ont", "her", "er")):
        return word.endswith(("d", "t")) and not word.endswith(("heid", "ind"))
    return word.startswith("ge") and word.endswith(("d", "t"))


def passives(text: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    """(first, last) word of each passive in a sentence, both counted: the verb form and its participle, in order."""
    lists = _lists()
    found: list[tuple[int, int]] = []
    for first, after in _clauses(text, words):
        part = range(first, after)
        verb = next((n for n in part if words[n].plain in lists["worden"]), None)
        by_whom = verb is None
        if by_whom and any(words[n].plain == "door" for n in part[:-1]):
            verb = next((n for n in part if words[n].plain in lists["zijn"]), None)
        participle = _participle(words, part, by_whom=by_whom) if verb is not None else None
        if verb is not None and participle is not None:
            found.append((min(verb, participle), max(verb, participle)))
    return found


def _participle(words: Sequence[Word], part: range, *, by_whom: bool) -> int | None:
    """The last one of a clause that is not of "hebben" and, where "door" may be a road, not about moving."""
    lists = _lists()
    for n in reversed(part):
        word = words[n].plain
        if not is_participle(word) or (by_whom and word in lists["moved"]):
            continue
        before = words[n - 1].plain if n - 1 in part else ""
        after = words[n + 1].plain if n + 1 in part else ""
        if before in lists["hebben"] or after in lists["hebben"]:
            continue
        if before in lists["before_noun"] and after and after not in lists["ending"] and not is_participle(after):
            continue
        return n
    return None


def _clauses(text: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    """(first, after) of what stands between commas, brackets and words that begin another clause."""
    clause = _lists()["clause"]
    cuts = [0]
    for n in range(1, len(words)):
        between = text[words[n - 1].end : words[n].start]
        if words[n].plain in clause or (len(between) > 1 and any(one in between for one in ",;:()–—")):
            cuts.append(n)
    return [*zip(cuts, [*cuts[1:], len(words)], strict=True)]
