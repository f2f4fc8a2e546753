"""The file of all ballots of a closed poll, for everybody to recount: write it, and check one from scratch. Pure.

Lines of JSON. The first says what was asked, how many voted by the roll, how many ballots count or were set aside,
which together are as many, and what came out; then a line for each ballot, in the order of the receipts: `{"receipt",
"choices": {question id: choice}, "check"}`. `check` follows from the rest of its line, so a line that was changed is
found; who changes it as well changes the digest of the file, which is shown with the poll and kept in the log of
events. With too few voters there are no lines, totals only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from participation.polls.choices import Asked, Choosable, check
from participation.polls.counting import outcomes, tallying
from participation.polls.states import Kind

FORMAT = "wijkplatform-ballots-1"
WHOLE_FROM = 20
"""With fewer ballots, who knows who took part could guess too much from them."""


@dataclass(slots=True)
class Verified:
    """What a recount found. `wrong`: (line, what), line 0 for the file as a whole; empty when all of it is right."""

    poll: str = ""
    title: str = ""
    ballots: int = 0
    whole: bool = True
    digest: str = ""
    totals: dict[str, Any] = field(default_factory=dict)
    outcomes: dict[str, Any] = field(default_factory=dict)
    wrong: list[tuple[int, str]] = field(default_factory=list)


def lines_of(header: Mapping[str, Any], ballots: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """The file, line by line, each with its end. `ballots` by receipt, in that order."""
    yield _text({"format": FORMAT, **header})
    for receipt, choices in ballots:
        yield _text({"receipt": receipt, "choices": choices, "check": check_of(receipt, choices)})


def check_of(receipt: str, choices: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text([receipt, choices]).encode()).hexdigest()[:16]


def digest_of(lines: Iterable[str]) -> str:
    """SHA-256 of the file, as `sha256sum` prints it."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode())
    return digest.hexdigest()


def verify(lines: Iterable[str]) -> Verified:
    """Count everything again from the lines alone, and compare it with what the first line says."""
    found = Verified()
    try:
        _verify(lines, found)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # Each other line is checked by what the first one says: only that one can be the cause.
        found.wrong.append((1, "format"))
    return found


def _verify(lines: Iterable[str], found: Verified) -> None:
    digest = hashlib.sha256()
    header: dict[str, Any] = {}
    asked: list[Asked] = []
    choices: dict[str, list[Any]] = {}
    before = ""
    for number, line in enumerate(lines, start=1):
        digest.update(line.encode())
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            found.wrong.append((number, "not-json"))
            continue
        if number == 1:
            header = row if isinstance(row, dict) and row.get("format") == FORMAT else {}
            if not header:
                found.wrong.append((1, "format"))
                return
            asked = [_asked(one) for one in header["questions"] if one["kind"] != Kind.OPEN]
            found.totals = {str(one.id): tallying.empty(one.kind, [row.id for row in one.options]) for one in asked}
            choices = {name: [] for name in found.totals}
            continue
        if not _fits(row, asked, found, number):
            continue
        if row["receipt"] <= before:
            found.wrong.append((number, "receipt-twice" if row["receipt"] == before else "order"))
        before = row["receipt"]
        found.ballots += 1
        for name, choice in row["choices"].items():
            tallying.add(found.totals[name], choice)
            choices[name].append(choice)
    if not header:
        found.wrong.append((0, "format"))
        return
    if not isinstance(header["poll"], str) or not isinstance(header["title"], str):
        raise TypeError
    found.poll, found.title, found.whole = header["poll"], header["title"], header["whole"] is True
    found.digest = digest.hexdigest()
    if found.whole:
        _compare(header, choices, found)
    elif found.ballots:
        found.wrong.append((0, "ballots"))
    else:
        found.ballots, found.totals, found.outcomes = header["ballots"], header["totals"], header["outcomes"]
    if found.ballots + header["aside"] != header.get("turnout"):
        found.wrong.append((0, "turnout"))


def _compare(header: Mapping[str, Any], choices: Mapping[str, Sequence[Any]], found: Verified) -> None:
    if found.ballots != header["ballots"]:
        found.wrong.append((0, "ballots"))
    for one in header["questions"]:
        name = str(one["id"])
        if name not in found.totals:
            continue
        if found.totals[name] != header["totals"].get(name):
            found.wrong.append((0, f"totals {name}"))
        if one.get("rule"):
            told = outcomes.outcome_of(outcomes.Decided.from_json(one), choices[name])
            found.outcomes[name] = told
            if json.loads(json.dumps(told)) != header["outcomes"].get(name):
                found.wrong.append((0, f"outcome {name}"))


def _fits(row: Any, asked: Sequence[Asked], found: Verified, number: int) -> bool:
    """Whether this is a ballot that could have been cast, as it was written; else it is not counted."""
    whole = isinstance(row, dict) and isinstance(row.get("receipt"), str) and isinstance(row.get("choices"), dict)
    checked = check(asked, row["choices"]) if whole else None
    if checked is None or checked.wrong or checked.choices != row["choices"]:
        found.wrong.append((number, "not-a-ballot"))
    elif row.get("check") != check_of(row["receipt"], row["choices"]):
        found.wrong.append((number, "changed"))
    else:
        return True
    return False


def _asked(one: Mapping[str, Any]) -> Asked:
    return Asked(
        id=one["id"],
        kind=one["kind"],
        title=one["title"],
        options=tuple(Choosable(row["id"], row["label"], row.get("cents", 0)) for row in one["options"]),
        required=one["required"],
        least=one["least"],
        most=one["most"],
        steps=one.get("steps", 0),
        cents=one.get("cents", 0),
        form=one.get("form", ""),
        points=one.get("points", 0),
        if_question=one["ifQuestion"],
        if_options=frozenset(one["ifOptions"]),
    )


def _text(value: Any) -> str:
    """One way to write it, so that the same ballot always gives the same line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
