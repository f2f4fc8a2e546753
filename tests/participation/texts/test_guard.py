"""The personal data guard: by the same examples as the phone's own (`frontend/tests/melden/guard.test.ts`)."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.texts.guard import DOTS, NAMES, find, mask

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "frontend" / "tests" / "melden" / "guard.json").read_text(encoding="utf-8")
)
KINDS = {kind: kind for kind in NAMES}


@pytest.mark.parametrize("vector", VECTORS, ids=[one["text"] for one in VECTORS])
def test_what_is_personal_is_found_and_nothing_else(vector: dict[str, Any]) -> None:
    text = vector["text"]
    found = find(text)
    assert [[one.kind, text[one.start : one.end]] for one in found] == vector["found"]
    if "masked" in vector:
        assert mask(text, found, KINDS) == vector["masked"]


def eleven(number: int) -> bool:
    digits = [int(one) for one in f"{number:09}"]
    return sum(one * weight for one, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0


@given(st.integers(10_000_000, 999_999_999))
def test_a_number_of_nine_digits_is_a_bsn_when_it_passes_the_test(number: int) -> None:
    kinds = [one.kind for one in find(f"nummer {number:09} hier") if one.kind == "bsn"]
    assert bool(kinds) == eleven(number)


pieces = st.sampled_from(
    [
        "06",
        "12345678",
        " ",
        "-",
        "+31",
        "0",
        "@",
        "a",
        "nl",
        ".",
        "NL91",
        "ABNA",
        "(",
        ")",
        "٠٦",
        "123456782",
        "12-BGX-3",
    ]
)


@given(st.lists(pieces | st.text(max_size=5), max_size=40).map("".join))
def test_masking_leaves_the_rest_as_it_was(text: str) -> None:
    found = find(text)
    assert all(before.end <= after.start for before, after in pairwise(found))
    rest = re.sub("|".join(f"{kind} {DOTS}" for kind in KINDS), "", mask(text, found, KINDS))
    kept, at = "", 0
    for one in found:
        kept, at = kept + text[at : one.start], one.end
    assert rest == kept + text[at:] or DOTS in text


@pytest.mark.parametrize("piece", ["0", "a", "1 ", "+3", "a@", "NL9", "1-a", "a.a@a.", "06 "])
def test_a_long_hostile_text_takes_no_time(piece: str) -> None:
    find((piece * 3000)[:3000])


def test_time_grows_with_the_text_and_not_with_its_square() -> None:
    find("kenteken GH12KL 9 " * 7000)  # where each match reads all that stands before it, this takes many minutes
