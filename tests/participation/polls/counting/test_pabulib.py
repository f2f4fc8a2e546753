"""`.pb` files: read as others write them, written as they are read, and refused with the line that is wrong."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.polls.counting import pabulib
from participation.polls.counting.pabulib import File, Unreadable, read, write
from participation.polls.counting.shares import equal_shares

META = {
    "description": "Buurtbudget; Noord",
    "country": "Netherlands",
    "unit": "Waterstad",
    "instance": "2026",
    "num_projects": "3",
    "num_votes": "4",
    "budget": "120",
    "vote_type": "approval",
    "rule": "equalshares/add1",
    "date_begin": "01.10.2026",
    "date_end": "31.10.2026",
    "comment": "#1: wie 12 of ouder is",
}
TEXT = """META
key;value
description;"Buurtbudget; Noord"
country;Netherlands
unit;Waterstad
instance;2026
num_projects;3
num_votes;4
budget;120
vote_type;approval
rule;equalshares/add1
date_begin;01.10.2026
date_end;31.10.2026
comment;#1: wie 12 of ouder is
PROJECTS
project_id;cost;name;category
x;60;Bankjes bij de vijver;"groen;rust"
y;50;Jeu de boules;
z;30;"Een ""echte"" pomp";water
VOTES
voter_id;vote;voting_method
1;x,z;internet
2;x,z;paper
3;x,y;internet
4;y;internet
"""


def test_a_file_is_read_with_its_quotes_and_extra_columns() -> None:
    file = read(TEXT.encode())
    assert file.meta == META
    assert list(file.meta) == list(META)
    assert file.projects[2] == {"project_id": "z", "cost": "30", "name": 'Een "echte" pomp', "category": "water"}
    assert file.votes[1] == {"voter_id": "2", "vote": "x,z", "voting_method": "paper"}
    assert equal_shares(file.election(), step=1).chosen == ["x", "z"]


def test_what_is_written_is_the_same_file() -> None:
    assert write(read(TEXT.encode())) == TEXT.encode()
    assert read(write(read(TEXT.encode()))) == read(TEXT.encode())


def test_a_mark_at_the_beginning_other_line_ends_and_empty_lines_are_taken() -> None:
    other = "\ufeff" + TEXT.replace("\n", "\r\n").replace("PROJECTS", "\r\nprojects")
    assert read(other.encode()) == read(TEXT.encode())


def test_points_and_amounts_with_decimals_are_exact() -> None:
    text = (
        TEXT.replace("approval", "cumulative")
        .replace("budget;120", "budget;120.50")
        .replace("voter_id;vote;voting_method", "voter_id;vote;points")
        .replace("1;x,z;internet", "1;x,z;2,3")
        .replace("2;x,z;paper", "2;x,z;1,1")
        .replace("3;x,y;internet", "3;x,y;5,0")
        .replace("4;y;internet", "4;;")
    )
    election = read(text.encode()).election()
    assert election.budget == 1205
    assert [one.cost for one in election.projects] == [600, 500, 300]
    assert (election.points, election.votes, election.voters) == ((8, 0, 4), (3, 0, 2), 4)


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "what"),
    [
        ("META\n", "", 1, "no-section", "key"),
        ("key;value", "key;", 2, "no-column", "value"),
        ("unit;Waterstad", "unit;Waterstad;x", 5, "number-of-fields", "META"),
        ("unit;Waterstad\n", "unit;Waterstad\nunit;x\n", 6, "key-twice", "unit"),
        ("unit;Waterstad\n", "", 0, "no-key", "unit"),
        ("num_projects;3", "num_projects;4", 7, "wrong-number", "num_projects"),
        ("num_votes;4", "num_votes;04", 8, "wrong-number", "num_votes"),
        ("budget;120", "budget;-120", 9, "amount", "-120"),
        ("budget;120", "budget;1.", 9, "amount", "1."),
        ("budget;120", "budget;1e3", 9, "amount", "1e3"),
        ("budget;120", "budget;1234567890123456789", 9, "amount", "1234567890123456789"),
        ("vote_type;approval", "vote_type;likes", 10, "vote-type", "likes"),
        ("PROJECTS\n", "", 15, "number-of-fields", "META"),
        ("project_id;cost", "id;cost", 16, "no-column", "project_id"),
        ("name;category", "name;name", 16, "column-twice", "PROJECTS"),
        ("x;60;", "x;0.0;", 17, "amount", "0.0"),
        ("x;60;", "x;zestig;", 17, "amount", "zestig"),
        ("y;50;", "x;50;", 18, "project-id", "x"),
        ("y;50;", ";50;", 18, "project-id", ""),
        ("y;50;", "\"y,q\";50;", 18, "project-id", "y,q"),
        ('"Een ""echte"" pomp"', '"Een "echte" pomp', 19, "quotes", ""),
        ("2;x,z;", "1;x,z;", 23, "voter-twice", "1"),
        ("2;x,z;", "2;x,q;", 23, "unknown-project", "q"),
        ("2;x,z;", "2;x,;", 23, "unknown-project", ""),
        ("2;x,z;", "2;x,x;", 23, "project-twice", "x,x"),
        ("VOTES", "VOTERS", 20, "number-of-fields", "PROJECTS"),
        ("vote_type;approval", "vote_type;choose-1", 22, "more-than-one", "x,z"),
        ("vote_type;approval", "vote_type;scoring", 21, "no-column", "points"),
        ("4;y;", "4;y\0;", 25, "not-text", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, line: int, code: str, what: str) -> None:
    assert TEXT.count(old) >= 1
    with pytest.raises(Unreadable) as wrong:
        read(TEXT.replace(old, new, 1).encode())
    assert (wrong.value.line, wrong.value.code, wrong.value.what) == (line, code, what)


def test_points_must_be_as_many_as_the_projects_named_and_whole() -> None:
    base = TEXT.replace("approval", "scoring").replace("vote;voting_method", "vote;points")
    for points in ("1", "1,2,3", "1,-2", "1,½", "", "1," + "9" * 5000):
        text = base.replace("1;x,z;internet", f"1;x,z;{points}")
        with pytest.raises(Unreadable) as wrong:
            read(text.encode())
        assert (wrong.value.line, wrong.value.code) == (22, "points")


def test_a_wrong_line_is_found_behind_a_field_of_several_lines() -> None:
    text = TEXT.replace("Jeu de boules", '"Jeu\nde\nboules"').replace("2;x,z;", "2;x,q;")
    with pytest.raises(Unreadable) as wrong:
        read(text.encode())
    assert wrong.value.line == 25
    with pytest.raises(Unreadable) as wrong:
        read(text.replace("y;50;", "y;vijftig;").encode())
    assert wrong.value.line == 18  # where the line with that field begins


def test_what_is_no_text_or_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreadable, match="not-utf-8"):
        read(TEXT.encode().replace(b"boules", b"bo\xffules"))
    for limit, code in (("MOST_PROJECTS", "too-many"), ("MOST_VOTES", "too-many"), ("LONGEST_FIELD", "too-long")):
        with monkeypatch.context() as patch:
            patch.setattr(pabulib, limit, 2)
            with pytest.raises(Unreadable, match=code):
                read(TEXT.encode())
    monkeypatch.setattr(pabulib, "LARGEST", 100)
    with pytest.raises(Unreadable, match="too-large"):
        read(TEXT.encode())


def test_a_file_that_would_be_refused_is_not_written() -> None:
    with pytest.raises(Unreadable, match="wrong-number"):
        write(File(META, [{"project_id": "a", "cost": "5"}], []))


words = st.text(st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 999), words), min_size=1, max_size=6), st.data())
def test_any_file_is_read_as_it_was_written(projects: list[tuple[int, str]], data: st.DataObject) -> None:
    ids = [str(number) for number in range(len(projects))]
    votes = data.draw(st.lists(st.lists(st.sampled_from(ids), unique=True), max_size=6))
    file = File(
        META | {"num_projects": str(len(projects)), "num_votes": str(len(votes)), "comment": data.draw(words)},
        [{"project_id": one, "cost": str(cost), "name": name} for one, (cost, name) in zip(ids, projects, strict=True)],
        [{"voter_id": str(number), "vote": ",".join(vote)} for number, vote in enumerate(votes)],
        ("project_id", "cost", "name"),
    )
    assert read(write(file)) == file
    assert write(read(write(file))) == write(file)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_file_does_more_than_be_refused(data: st.DataObject) -> None:
    content = bytearray(TEXT.replace("approval", data.draw(st.sampled_from(pabulib.VOTE_TYPES))).encode())
    for _change in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        end = at + data.draw(st.integers(0, 12))
        content[at:end] = data.draw(
            st.one_of(st.binary(max_size=6), st.sampled_from([b";", b"\n", b'"', b"9" * 5000, b"0"]))
        )
    with contextlib.suppress(Unreadable):
        read(bytes(content)).election()
