"""Read and write `.pb` files: the format of pabulib.org for votes about a budget (www.pabulib.org/format).

UTF-8 text in three sections, `META`, `PROJECTS` and `VOTES`; each has a line with the names of its columns, fields are
separated by semicolons and quoted where they hold one. A vote names projects with commas between; with points, a column
`points` holds as many numbers. What is written is read back the same, columns we do not know included.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from participation.polls.counting.budgets import Choice, Election, Project

LARGEST = 64 * 1024 * 1024
"""Bytes of a file; a vote of a million people is about that."""
MOST_PROJECTS, MOST_VOTES, LONGEST_FIELD, LONGEST_NUMBER = 5_000, 1_000_000, 20_000, 18

VOTE_TYPES = ("approval", "ordinal", "cumulative", "scoring", "choose-1")
NEEDED_META = ("description", "country", "unit", "instance", "num_projects", "num_votes", "budget", "vote_type", "rule",
               "date_begin", "date_end")  # fmt: skip
_SECTIONS = {
    "META": ("key", "value"),
    "PROJECTS": ("project_id", "cost"),
    "VOTES": ("voter_id", "vote"),
}
_POINTS = frozenset({"cumulative", "scoring"})


class Unreadable(Exception):
    """Not a `.pb` file, or one that contradicts itself. `line`: where, counted from 1; 0 for the file as a whole.

    `code`: which kind, `what`: the field, value or section it is about.
    """

    def __init__(self, line: int, code: str, what: str = "") -> None:
        super().__init__(f"line {line}: {code} {what}".strip())
        self.line, self.code, self.what = line, code, what[:100]


@dataclass(frozen=True, slots=True)
class File:
    """A `.pb` file. `meta` in its order; rows of projects and votes by column, columns in their order.

    A field that is empty in the file is an empty text. `project_columns`, `vote_columns`: as they stand in it.
    """

    meta: dict[str, str]
    projects: list[dict[str, str]]
    votes: list[dict[str, str]]
    project_columns: tuple[str, ...] = ("project_id", "cost")
    vote_columns: tuple[str, ...] = ("voter_id", "vote")
    decimals: int = field(default=0)
    """Digits behind the point in budget and costs: amounts of `election` are in units of 10 ** -decimals."""

    def election(self) -> Election:
        """What is divided, in whole units. An order of projects is read as the approval of each."""
        projects = [Project(row["project_id"], _units(row["cost"], self.decimals)) for row in self.projects]
        return Election.of(projects, map(self._choice, self.votes), _units(self.meta["budget"], self.decimals))

    def _choice(self, row: Mapping[str, str]) -> Choice:
        named = _named(row["vote"])
        if self.meta["vote_type"] in _POINTS:
            return dict(zip(named, map(int, _named(row["points"])), strict=True))
        return named


def read(content: bytes) -> File:
    """Raises `Unreadable` with the line that is wrong."""
    if len(content) > LARGEST:
        raise Unreadable(0, "too-large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(content.count(b"\n", 0, error.start) + 1, "not-utf-8") from None
    rows: dict[str, list[tuple[int, dict[str, str]]]] = {}
    columns: dict[str, tuple[str, ...]] = {}
    section, header = "", True
    for line, cells in _lines(text):
        if len(cells) == 1 and cells[0].strip().upper() in _SECTIONS and cells[0].strip().upper() not in rows:
            section, header = cells[0].strip().upper(), True
            rows[section] = []
            continue
        if not section:
            raise Unreadable(line, "no-section", cells[0])
        if header:
            columns[section], header = _header(section, cells, line), False
            continue
        if len(cells) != len(columns[section]):
            raise Unreadable(line, "number-of-fields", section)
        rows[section].append((line, dict(zip(columns[section], cells, strict=True))))
        if len(rows[section]) > (MOST_VOTES if section == "VOTES" else MOST_PROJECTS):
            raise Unreadable(line, "too-many", section)
    for name in _SECTIONS:
        if name not in columns:
            raise Unreadable(0, "no-section", name)
    return _checked(rows, columns)


def write(file: File) -> bytes:
    """The file, as text that `read` gives back the same. Raises `Unreadable` for what would not be one."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerows([["META"], ["key", "value"], *file.meta.items()])
    for name, columns, rows in (
        ("PROJECTS", file.project_columns, file.projects),
        ("VOTES", file.vote_columns, file.votes),
    ):
        writer.writerows([[name], columns, *([row[column] for column in columns] for row in rows)])
    content = out.getvalue().encode()
    read(content)
    return content


def _lines(text: str) -> Iterable[tuple[int, list[str]]]:
    """Cells of each line that is not empty, with its number: the one a quoted field began on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Unreadable(before + 1, "quotes") from None
        if any(len(cell) > LONGEST_FIELD for cell in cells):
            raise Unreadable(before + 1, "too-long")
        if any("\0" in cell for cell in cells):
            raise Unreadable(before + 1, "not-text")
        if any(cell.strip() for cell in cells):
            yield before + 1, cells
        before = reader.line_num


def _header(section: str, cells: list[str], line: int) -> tuple[str, ...]:
    names = tuple(cell.strip() for cell in cells)
    for needed in _SECTIONS[section]:
        if needed not in names:
            raise Unreadable(line, "no-column", needed)
    if len(set(names)) != len(names):
        raise Unreadable(line, "column-twice", section)
    return names


def _checked(rows: Mapping[str, list[tuple[int, dict[str, str]]]], columns: Mapping[str, tuple[str, ...]]) -> File:
    """The three sections fit each other."""
    meta, lines = {}, {}
    for line, row in rows["META"]:
        if row["key"] in meta:
            raise Unreadable(line, "key-twice", row["key"])
        meta[row["key"]], lines[row["key"]] = row["value"], line
    for key in NEEDED_META:
        if key not in meta:
            raise Unreadable(0, "no-key", key)
    if meta["vote_type"] not in VOTE_TYPES:
        raise Unreadable(lines["vote_type"], "vote-type", meta["vote_type"])
    amounts = [(lines["budget"], meta["budget"]), *((line, row["cost"]) for line, row in rows["PROJECTS"])]
    decimals = 0
    for line, amount in amounts:
        whole, _point, part = amount.partition(".")
        if not (whole.isascii() and whole.isdecimal() and (not part or (part.isascii() and part.isdecimal()))) or (
            amount.endswith(".") or len(amount) > LONGEST_NUMBER
        ):
            raise Unreadable(line, "amount", amount)
        decimals = max(decimals, len(part.rstrip("0")))
    _count(meta, lines, "num_projects", len(rows["PROJECTS"]))
    _count(meta, lines, "num_votes", len(rows["VOTES"]))
    known = set()
    for line, row in rows["PROJECTS"]:
        if row["project_id"] in known or not row["project_id"] or "," in row["project_id"]:
            raise Unreadable(line, "project-id", row["project_id"])
        if not row["cost"].strip("0."):
            raise Unreadable(line, "amount", row["cost"])
        known.add(row["project_id"])
    _check_votes(rows["VOTES"], known, meta["vote_type"], columns["VOTES"])
    return File(
        meta,
        [row for _line, row in rows["PROJECTS"]],
        [row for _line, row in rows["VOTES"]],
        columns["PROJECTS"],
        columns["VOTES"],
        decimals,
    )


def _check_votes(rows: list[tuple[int, dict[str, str]]], known: set[str], kind: str, columns: tuple[str, ...]) -> None:
    if kind in _POINTS and rows and "points" not in columns:
        raise Unreadable(rows[0][0] - 1, "no-column", "points")
    voters: set[str] = set()
    for line, row in rows:
        if row["voter_id"] in voters or not row["voter_id"]:
            raise Unreadable(line, "voter-twice", row["voter_id"])
        voters.add(row["voter_id"])
        named = _named(row["vote"])
        if unknown := [one for one in named if one not in known]:
            raise Unreadable(line, "unknown-project", unknown[0])
        if len(set(named)) != len(named):
            raise Unreadable(line, "project-twice", row["vote"])
        if kind == "choose-1" and len(named) > 1:
            raise Unreadable(line, "more-than-one", row["vote"])
        if kind in _POINTS:
            points = _named(row["points"])
            if len(points) != len(named) or any(
                not (one.isascii() and one.isdecimal()) or len(one) > LONGEST_NUMBER for one in points
            ):
                raise Unreadable(line, "points", row["points"])


def _count(meta: Mapping[str, str], lines: Mapping[str, int], key: str, there: int) -> None:
    if meta[key] != str(there):
        raise Unreadable(lines[key], "wrong-number", key)


def _named(cell: str) -> list[str]:
    return cell.split(",") if cell else []


def _units(amount: str, decimals: int) -> int:
    whole, _point, part = amount.partition(".")
    return int(whole + part[:decimals].ljust(decimals, "0"))
