"""Results for machines: over the API, as a table, and budgets as `.pb` files in and out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from core.errors import Conflict, Invalid, NotFound
from participation.polls.actions.counting import count_ballots
from participation.polls.actions.importing import import_projects
from participation.polls.counting import pabulib
from participation.polls.counting.published import WHOLE_FROM, verify
from participation.polls.counting.shares import equal_shares
from participation.polls.models import Ballot, Option, Outcome, Poll, Question
from participation.polls.queries.results import FIELDS, csv_of, facts_of, pb_of, rows_of
from participation.polls.states import Kind, Shows
from tests.participation.polls.conftest import TREES, open_poll, prepared, send, visitor
from tests.participation.polls.test_outcomes import MONEY, PLACES, POINTS, closed, fill
from tests.support.world import HOST_B, World

pytestmark = pytest.mark.django_db

SCALE: dict[str, Any] = {"kind": Kind.SCALE, "title": "Hoe is het plein nu?", "low": "slecht", "high": "goed"}


def results(poll: Poll, **headers: str) -> Any:
    return visitor().get(f"/api/v1/polls/{poll.slug}/results", headers=headers)


def test_the_results_tell_what_came_out_with_every_step(neighbourhood: World) -> None:
    poll = closed(neighbourhood, 40, TREES, PLACES, MONEY, SCALE)
    told = results(poll).json()
    assert (told["slug"], told["final"], told["ballots"], told["aside"]) == (poll.slug, True, 40, 0)
    trees, places, money, scale = told["questions"]
    assert sum(one["count"] for one in trees["options"]) == trees["answered"] == 40
    assert trees["outcome"] is None
    assert places["outcome"]["progress"] == 100
    assert len(places["outcome"]["data"]["steps"]["duels"]) == 3
    assert money["outcome"]["data"]["rule"] == "equal-shares"
    assert money["outcome"]["compared"]["other"]["rule"] == "greedy"
    assert [one["id"] for one in scale["options"]] == [1, 2, 3, 4, 5]
    assert scale["average"] == sum(one["id"] * one["count"] for one in scale["options"]) / 40
    assert told["file"] == {
        "url": f"/peilingen/{poll.slug}/uitslag/stembiljetten.jsonl",
        "sha256": poll.published.digest,
        "whole": True,
    }


@pytest.mark.parametrize(("shows", "status"), [(Shows.LIVE, 200), (Shows.VOTED, 403), (Shows.CLOSED, 403)])
def test_while_people_vote_results_are_told_where_the_poll_says_so(
    neighbourhood: World, shows: Shows, status: int
) -> None:
    poll = open_poll(neighbourhood, shows=shows)
    assert results(poll).status_code == status
    receipt = send(visitor(), poll).json()["receipt"]
    with_receipt = {Shows.LIVE: 200, Shows.VOTED: 200, Shows.CLOSED: 403}[shows]
    assert results(poll, **{"Ballot-Receipt": receipt}).status_code == with_receipt
    assert results(poll, **{"Ballot-Receipt": "AAAAA-AAAAA-AAAAA-AAAAA"}).status_code == status


def test_one_more_ballot_never_shows_what_it_was(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood, shows=Shows.LIVE)
    seen = []
    for _ in range(6):
        send(visitor(), poll)
        count_ballots(poll.pk, now=timezone.now())
        told = results(poll).json()
        seen.append(told["ballots"])
        assert sum(one["count"] for one in told["questions"][0]["options"]) == told["ballots"]
        assert (told["entered"], told["aside"], told["file"], told["final"]) == (None, None, None, False)
    assert seen == [0, 0, 0, 0, 5, 5]


def test_results_of_a_poll_that_is_not_there_or_not_here_look_the_same(neighbourhood: World) -> None:
    draft, poll = prepared(neighbourhood), closed(neighbourhood)
    for slug in (draft.slug, "nee"):
        assert visitor().get(f"/api/v1/polls/{slug}/results").status_code == 404
    elsewhere = Client(headers={"host": HOST_B})
    for address in (f"/api/v1/polls/{poll.slug}/results", f"/peilingen/{poll.slug}/uitslag/stembiljetten.jsonl"):
        assert elsewhere.get(address).status_code == 404


def test_the_number_of_ballots_costs_no_query(neighbourhood: World, django_assert_num_queries: Any) -> None:
    poll = closed(neighbourhood, 60, TREES, PLACES, MONEY)
    with django_assert_num_queries(8):
        facts_of(Poll.objects.get(pk=poll.pk))


def test_everybody_can_fetch_the_ballots_and_count_them_again(neighbourhood: World) -> None:
    poll = closed(neighbourhood, 30)
    address = f"/peilingen/{poll.slug}/uitslag/stembiljetten.jsonl"
    response = visitor().get(address)
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    found = verify(text.splitlines(keepends=True))
    assert (found.wrong, found.ballots, found.digest) == ([], 30, poll.published.digest)
    assert response["Content-Disposition"] == f'attachment; filename="{poll.slug}.jsonl"'


def test_no_file_is_there_while_people_vote_or_before_it_is_made(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood, questions=[MONEY])
    fill(poll, 30)
    question = poll.questions.get()
    for name in ("stembiljetten.jsonl", f"budget-{question.pk}.pb", "uitslag.csv"):
        assert visitor().get(f"/peilingen/{poll.slug}/uitslag/{name}").status_code == 404


def test_the_table_has_a_row_for_each_option_and_every_column_is_described(neighbourhood: World) -> None:
    poll = closed(neighbourhood, 40, TREES | {"title": "=1+1"}, PLACES, MONEY)
    response = visitor().get(f"/peilingen/{poll.slug}/uitslag/uitslag.csv")
    text = response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert list(rows[0]) == list(FIELDS)
    assert len(rows) == Option.objects.filter(question__poll=poll).count()
    assert {one["title"] for one in rows if one["kind"] == "single"} == {"'=1+1"}
    assert sorted(one["place"] for one in rows if one["kind"] == "ranking") == ["1", "2", "3"]
    chosen = {int(one["option"]) for one in rows if one["chosen"] == "true"}
    assert chosen == set(Outcome.objects.get(question__kind=Kind.BUDGET).data["chosen"])
    assert {one["chosen"] for one in rows if one["kind"] != "budget"} == {""}
    fields = response["Link"].split(">")[0].strip("<")
    columns = visitor().get(fields).json()["tableSchema"]["columns"]
    assert [one["name"] for one in columns] == list(FIELDS)
    assert all(one["description"] for one in columns)


def test_the_table_and_the_api_hold_the_same_numbers(neighbourhood: World) -> None:
    poll = closed(neighbourhood, 40, TREES, PLACES, MONEY, SCALE)
    facts = json.loads(json.dumps(facts_of(poll)))
    for row in rows_of(facts):
        question = next(one for one in facts["questions"] if one["id"] == row["question"])
        option = next(one for one in question["options"] if one["id"] == row["option"])
        assert (row["count"], row["percent"], row["label"]) == (option["count"], option["percent"], option["label"])
    assert csv_of(facts).startswith("\ufeffquestion;")


@pytest.mark.parametrize("question", [MONEY, POINTS, MONEY | {"form": "knapsack"}])
def test_a_budget_goes_out_as_a_file_that_counts_to_the_same_outcome(
    neighbourhood: World, question: dict[str, Any]
) -> None:
    poll = closed(neighbourhood, 50, question | {"rule": "equal-shares"})
    row = poll.questions.get()
    response = visitor().get(f"/peilingen/{poll.slug}/uitslag/budget-{row.pk}.pb")
    file = pabulib.read(response.content)
    outcome = Outcome.objects.get(question=row).data
    assert file.meta["num_votes"] == str(outcome["voters"])
    assert (file.meta["budget"], file.meta["rule"], file.meta["currency"]) == ("1000", "equalshares/add1u", "EUR")
    assert {int(one["project_id"]) for one in file.projects if one["selected"] == "1"} == set(outcome["chosen"])
    cents = Question.objects.get(pk=row.pk).cents
    assert cents == 100_000
    # In whole euros the shares are raised in other steps, but here that changes nothing.
    assert {int(str(one)) for one in equal_shares(file.election()).chosen} == set(outcome["chosen"])
    receipts = [one.receipt for one in Ballot.objects.all()]
    assert not any(one in response.content.decode() for one in receipts)
    assert file.meta["vote_type"] == ("cumulative" if question["form"] == "points" else "approval")


def test_of_a_small_poll_no_budget_file_goes_out(neighbourhood: World) -> None:
    poll = closed(neighbourhood, WHOLE_FROM - 1, MONEY)
    assert visitor().get(f"/peilingen/{poll.slug}/uitslag/budget-{poll.questions.get().pk}.pb").status_code == 404


ENOUGH = MONEY | {"cents": 5000_00}
PB = """META
key;value
description;Buurtbudget
country;Netherlands
unit;Waterstad
instance;2026
num_projects;2
num_votes;1
budget;5000
vote_type;approval
rule;greedy
date_begin;2026
date_end;2026
PROJECTS
project_id;cost;name;description
1;1200.50;Bankjes;Aan het water
2;300;;
VOTES
voter_id;vote
1;1,2
"""


def test_projects_of_a_file_become_options_behind_those_that_are_there(neighbourhood: World) -> None:
    poll = prepared(neighbourhood, questions=[ENOUGH])
    question = poll.questions.get()
    dirk = neighbourhood.actor(neighbourhood.dirk)
    added = import_projects(
        slug=poll.slug, question_id=question.pk, content=PB.encode(), actor=dirk, now=timezone.now()
    )
    found = list(question.options.values_list("label", "cents", "explanation"))
    assert added == 2
    assert [one[0] for one in found] == ["Bank", "Boom", "Bord", "Bankjes", "2"]
    assert found[3:] == [("Bankjes", 120_050, "Aan het water"), ("2", 300_00, "")]
    assert not Ballot.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2;300;", "2;gratis;", "17"),
        ("rule;greedy", "rule;greedy\ncurrency;PLN", "euro"),
        ("1200.50", "1200.505", "euro"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line_and_nothing_changes(
    neighbourhood: World, old: str, new: str, says: str
) -> None:
    poll = prepared(neighbourhood, questions=[ENOUGH])
    question, dirk = poll.questions.get(), neighbourhood.actor(neighbourhood.dirk)
    with pytest.raises(Invalid) as wrong:
        import_projects(
            slug=poll.slug,
            question_id=question.pk,
            content=PB.replace(old, new, 1).encode(),
            actor=dirk,
            now=timezone.now(),
        )
    assert says in str(wrong.value.errors[0].detail)
    assert question.options.count() == 3


def test_projects_come_in_only_while_the_poll_is_prepared_and_only_by_its_team(neighbourhood: World) -> None:
    poll = prepared(neighbourhood, questions=[ENOUGH, TREES])
    money, trees = poll.questions.order_by("pk")
    dirk, bram = neighbourhood.actor(neighbourhood.dirk), neighbourhood.actor(neighbourhood.bram)
    with pytest.raises(NotFound):
        import_projects(slug=poll.slug, question_id=money.pk, content=PB.encode(), actor=bram, now=timezone.now())
    with pytest.raises(NotFound):
        import_projects(slug=poll.slug, question_id=trees.pk, content=PB.encode(), actor=dirk, now=timezone.now())
    opened = open_poll(neighbourhood, questions=[ENOUGH])
    with pytest.raises(Conflict):
        import_projects(
            slug=opened.slug,
            question_id=opened.questions.get().pk,
            content=PB.encode(),
            actor=dirk,
            now=timezone.now(),
        )


def test_at_the_desk_projects_are_added_from_a_file_without_a_script(neighbourhood: World) -> None:
    poll = prepared(neighbourhood, questions=[ENOUGH])
    question, dirk = poll.questions.get(), neighbourhood.client(neighbourhood.dirk)
    address = f"/werk/peilingen/{poll.slug}/vragen/{question.pk}/bestand/"
    assert address in dirk.get(f"/werk/peilingen/{poll.slug}/vragen/{question.pk}/").content.decode()
    for sent in ({}, {"file": SimpleUploadedFile("plan.pb", b"nee")}):
        assert 'id="id_file_error"' in dirk.post(address, sent).content.decode()
    assert dirk.get(address).status_code == 200
    answer = dirk.post(address, {"file": SimpleUploadedFile("plan.pb", PB.encode())})
    assert (answer.status_code, question.options.count()) == (303, 5)
    assert neighbourhood.client(neighbourhood.bram).get(address).status_code == 404


def test_any_budget_file_can_be_divided_by_both_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "begroting.pb"
    path.write_text(PB)
    call_command("count_budget", str(path))
    said = capsys.readouterr().out
    assert "Buurtbudget: 1 voters, budget 5000" in said
    assert "equal-shares: 1500.5 spent, 3499.5 left" in said
    assert "greedy: 1500.5 spent" in said
    path.write_text(PB.replace("2;300", "2;x"))
    with pytest.raises(CommandError, match="line 17"):
        call_command("count_budget", str(path))


def test_a_budget_without_ballots_makes_a_file_too(neighbourhood: World) -> None:
    poll = closed(neighbourhood, 0, MONEY)
    question = Question.objects.prefetch_related("options").get(poll=poll)
    assert pabulib.read(pb_of(poll, question, None)).meta["num_votes"] == "0"
