"""What came out: worked out in the background, published with all ballots, and recounted from the file alone."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.events.models import Event
from participation.polls import totals
from participation.polls import voter as voters
from participation.polls.actions.stepping import take_step
from participation.polls.actions.working_out import work_out_poll
from participation.polls.counting.published import WHOLE_FROM, check_of, lines_of, verify
from participation.polls.models import Ballot, Outcome, Poll, Published, Question, RollEntry, Standing
from participation.polls.queries.definition import questions_of
from participation.polls.queries.published import published_lines
from participation.polls.states import BallotForm, Kind, Rule
from tests.participation.polls.conftest import TREES, open_poll
from tests.support.world import World

pytestmark = pytest.mark.django_db

PLACES: dict[str, Any] = {
    "kind": Kind.RANKING,
    "title": "Wat is het belangrijkst?",
    "options": ["Groen", "Rust", "Spelen"],
    "rule": Rule.SCHULZE,
}
MONEY: dict[str, Any] = {
    "kind": Kind.BUDGET,
    "title": "Waar gaat het geld heen?",
    "cents": 1000_00,
    "form": BallotForm.APPROVAL,
    "rule": Rule.SHARES,
    "options": [
        {"label": "Bank", "cents": 600_00},
        {"label": "Boom", "cents": 400_00},
        {"label": "Bord", "cents": 300_00},
    ],
}
POINTS = MONEY | {"form": BallotForm.POINTS, "points": 10, "rule": Rule.GREEDY, "required": False}


def fill(poll: Poll, many: int) -> None:
    """Ballots straight into the box, as if so many had voted."""
    dice, questions = random.Random(poll.pk), questions_of(poll)
    rows = []
    for _ in range(many):
        choices: dict[str, Any] = {}
        for one in questions:
            ids = [option.id for option in one.options]
            some = dice.sample(ids, dice.randrange(1, len(ids) + 1)) if ids else []
            if one.kind == Kind.SCALE:
                choices[str(one.id)] = dice.randrange(1, one.steps + 1)
            elif one.kind == Kind.BUDGET and one.form == BallotForm.POINTS:
                if dice.random() < 0.8:
                    choices[str(one.id)] = {str(option): dice.randrange(1, 4) for option in some}
            elif one.kind == Kind.BUDGET:
                choices[str(one.id)] = sorted(some)
            else:
                choices[str(one.id)] = some if one.kind == Kind.RANKING else some[0]
        receipt = "-".join("".join(dice.choices(voters.LETTERS, k=5)) for _group in range(4))
        rows.append(Ballot(id=dice.randrange(2**62), poll=poll, receipt=receipt, choices=choices))
    Ballot.objects.bulk_create(rows, batch_size=1000)
    RollEntry.objects.bulk_create([RollEntry(poll=poll, voter=one.receipt) for one in rows], batch_size=1000)


def closed(world: World, many: int = WHOLE_FROM, *questions: dict[str, Any]) -> Poll:
    """A poll that is over, with everything that is owed done."""
    poll = open_poll(world, questions=list(questions) or [TREES, PLACES, MONEY, POINTS])
    fill(poll, many)
    take_step(slug=poll.slug, name="close", actor=world.actor(world.dirk), now=timezone.now())
    work_out_poll(poll.pk, now=timezone.now())
    return Poll.objects.select_related("case").get(pk=poll.pk)


def the_file(poll: Poll) -> list[str]:
    return list(published_lines(poll, whole=poll.published.whole))


def test_after_closing_each_question_has_its_outcome_by_its_rule(neighbourhood: World) -> None:
    poll = closed(neighbourhood, 60)
    trees, places, money, points = Question.objects.filter(poll=poll).order_by("pk")
    found = {one.question_id: one for one in Outcome.objects.filter(question__poll=poll)}
    assert set(found) == {places.pk, money.pk, points.pk}
    assert trees.pk not in found
    assert all(one.progress == 100 and one.done_at is not None for one in found.values())
    assert found[places.pk].data["rule"] == "schulze"
    assert found[places.pk].data["ballots"] == 60
    assert sorted(found[places.pk].data["order"]) == sorted(places.options.values_list("pk", flat=True))
    budget = found[money.pk].data
    assert (budget["rule"], budget["voters"], budget["budget"]) == ("equal-shares", 60, 1000_00)
    assert 0 < budget["total"] <= 1000_00
    assert found[money.pk].compared["other"]["rule"] == "greedy"
    assert found[points.pk].compared["other"]["rule"] == "equal-shares"
    # Of a question that need not be answered, who answered it.
    answered = poll.standing.totals[str(points.pk)]["answered"]
    assert found[points.pk].data["voters"] == answered < 60


def test_the_outcome_is_told_once_with_the_digest_of_the_file(neighbourhood: World) -> None:
    poll = closed(neighbourhood)
    told = Event.objects.filter(type="poll.outcome", subject=f"poll/{poll.slug}")
    assert told.get().payload == {"digest": poll.published.digest}
    assert work_out_poll(poll.pk, now=timezone.now()) is False
    assert told.count() == 1


def test_nothing_is_worked_out_while_people_vote(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood, questions=[PLACES])
    assert work_out_poll(poll.pk, now=timezone.now()) is False
    assert not Outcome.objects.exists()


def test_what_was_left_half_done_is_finished_without_beginning_anew(neighbourhood: World) -> None:
    poll = closed(neighbourhood)
    Published.objects.all().delete()
    done, *others = Outcome.objects.order_by("pk")
    moments = {one.pk: one.done_at for one in [done, *others]}
    Outcome.objects.filter(pk=others[0].pk).update(progress=40, data={}, done_at=None)
    later = timezone.now()
    assert work_out_poll(poll.pk, now=later) is True
    again = {one.pk: one for one in Outcome.objects.all()}
    assert again[done.pk].done_at == moments[done.pk]
    assert (again[others[0].pk].done_at, again[others[0].pk].data) == (later, others[0].data)


def test_the_published_file_is_recounted_from_scratch_and_is_right(neighbourhood: World) -> None:
    poll = closed(neighbourhood, 80)
    found = verify(the_file(poll))
    assert (found.wrong, found.ballots, found.whole, found.poll) == ([], 80, True, poll.slug)
    assert found.digest == poll.published.digest
    assert found.totals == poll.standing.totals
    told = {str(one.pk): one.data for one in Outcome.objects.all()}
    assert json.loads(json.dumps(found.outcomes)) == told


def test_the_file_holds_ballots_by_receipt_and_nothing_else(neighbourhood: World) -> None:
    poll = closed(neighbourhood)
    header, *ballots = map(json.loads, the_file(poll))
    assert {tuple(sorted(one)) for one in ballots} == {("check", "choices", "receipt")}
    assert [one["receipt"] for one in ballots] == sorted(one.receipt for one in Ballot.objects.all())
    assert set(header) == {
        "format", "poll", "title", "closedAt", "whole", "ballots", "aside", "turnout", "questions", "totals",
        "outcomes",
    }  # fmt: skip


def test_of_a_small_poll_only_totals_are_published(neighbourhood: World) -> None:
    poll = closed(neighbourhood, WHOLE_FROM - 1)
    assert poll.published.whole is False
    lines = the_file(poll)
    found = verify(lines)
    assert (len(lines), found.whole, found.wrong, found.ballots) == (1, False, [], WHOLE_FROM - 1)
    assert not any(one.receipt in lines[0] for one in Ballot.objects.all())
    assert verify(changed(lines, 0, turnout=WHOLE_FROM)).wrong == [(0, "turnout")]
    assert closed(neighbourhood, WHOLE_FROM).published.whole is True


def test_a_poll_without_voters_is_published_too(neighbourhood: World) -> None:
    poll = closed(neighbourhood, 0)
    assert verify(the_file(poll)).wrong == []
    assert Outcome.objects.get(question__kind=Kind.RANKING).data["winner"] is None


def changed(lines: list[str], at: int, **fields: Any) -> list[str]:
    row = json.loads(lines[at]) | fields
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
    return [*lines[:at], text, *lines[at + 1 :]]


def test_every_change_to_the_file_is_found(neighbourhood: World) -> None:
    poll = closed(neighbourhood, 30, TREES, PLACES)
    lines, trees = the_file(poll), str(Question.objects.get(poll=poll, kind=Kind.SINGLE).pk)
    fifth, sixth = json.loads(lines[5]), json.loads(lines[6])
    other = next(one.id for one in questions_of(poll)[0].options if one.id != fifth["choices"][trees])
    turned = fifth["choices"] | {trees: other}
    assert verify(changed(lines, 5, choices=turned)).wrong[0] == (6, "changed")
    # Whoever makes the check anew as well: the totals tell.
    made_up = changed(lines, 5, choices=turned, check=check_of(fifth["receipt"], turned))
    assert (0, f"totals {trees}") in verify(made_up).wrong
    # Whoever lets two ballots change places, so that totals stay: the digest tells.
    swapped = changed(lines, 5, choices=sixth["choices"], check=check_of(fifth["receipt"], sixth["choices"]))
    swapped = changed(swapped, 6, choices=fifth["choices"], check=check_of(sixth["receipt"], fifth["choices"]))
    assert verify(swapped).digest != poll.published.digest
    assert verify([*lines[:5], *lines[6:]]).wrong[0] == (0, "ballots")
    assert verify([*lines[:6], lines[5], *lines[6:]]).wrong[0] == (7, "receipt-twice")
    assert verify([*lines[:5], lines[6], lines[5], *lines[7:]]).wrong[0] == (7, "order")
    assert verify([*lines[:5], lines[5][:-9] + "\n", *lines[6:]]).wrong[0] == (6, "not-json")
    assert verify([*lines[:5], '{"receipt":"A","choices":{"9":1}}\n', *lines[6:]]).wrong[0] == (6, "not-a-ballot")
    assert verify([*lines[:5], "[]\n", *lines[6:]]).wrong[0] == (6, "not-a-ballot")
    header = json.loads(lines[0])
    places = next(name for name in header["outcomes"])
    turned_round = header["outcomes"][places] | {"order": header["outcomes"][places]["order"][::-1]}
    assert (0, f"outcome {places}") in verify(changed(lines, 0, outcomes={places: turned_round})).wrong
    # Ballots that were taken out or put in, with all totals made to fit: the roll tells.
    for more in ({"turnout": 31}, {"aside": 1}, {"turnout": None}):
        assert verify(changed(lines, 0, **more)).wrong == [(0, "turnout")]
    assert verify(lines[1:]).wrong == [(1, "format")]
    assert verify([]).wrong == [(0, "format")]


def test_a_file_with_a_choice_of_an_option_that_is_not_there_is_wrong(neighbourhood: World) -> None:
    poll = closed(neighbourhood, 30, PLACES)
    lines, name = the_file(poll), str(Question.objects.get(poll=poll).pk)
    receipt = json.loads(lines[3])["receipt"]
    for choice in ([999], 7, "x", {"a": 1}, [[1]], None):
        choices = {name: choice}
        found = verify(changed(lines, 3, choices=choices, check=check_of(receipt, choices)))
        assert found.wrong, choice


def test_a_ballot_that_could_not_have_been_cast_is_wrong(neighbourhood: World) -> None:
    poll = closed(neighbourhood, 30, TREES | {"kind": Kind.MULTIPLE, "most": 1}, POINTS)
    lines, (several, points) = the_file(poll), questions_of(poll)
    picks, shared = [one.id for one in several.options], str(points.options[0].id)
    receipt = json.loads(lines[3])["receipt"]
    for choices in (
        {str(several.id): picks[:2]},  # more than one may choose
        {},  # a question that must be answered
        {str(several.id): picks[:1], str(points.id): {shared: 11}},  # more points than there are
    ):
        found = verify(changed(lines, 3, choices=choices, check=check_of(receipt, choices)))
        assert (4, "not-a-ballot") in found.wrong, choices
    fits = {str(several.id): picks[:1], str(points.id): {shared: 10}}
    assert (4, "not-a-ballot") not in verify(changed(lines, 3, choices=fits, check=check_of(receipt, fits))).wrong


def test_a_first_line_that_is_not_as_it_was_written_is_named(neighbourhood: World) -> None:
    poll = closed(neighbourhood, 30, TREES, PLACES)
    lines = the_file(poll)
    header = json.loads(lines[0])
    for name in set(header) - {"closedAt"}:
        without = {key: value for key, value in header.items() if key != name}
        assert verify([json.dumps(without) + "\n", *lines[1:]]).wrong, name
        # That another text stands in place of a name only the digest tells.
        for other in (None, 7, [], [7], {"7": 7}, [{"id": 1}], *(() if name in {"poll", "title"} else ("x",))):
            assert verify([json.dumps(header | {name: other}) + "\n", *lines[1:]]).wrong, (name, other)
    for line in ("9" * 5000 + "\n", "[" * 100_000 + "\n", '{"receipt":' + "9" * 5000 + "}\n"):
        assert verify([*lines[:4], line, *lines[5:]]).wrong[0] == (5, "not-json")


def test_the_command_recounts_a_file_and_says_which_line_was_changed(
    neighbourhood: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    poll = closed(neighbourhood, 25)
    path = tmp_path / "ballots.jsonl"
    path.write_text("".join(the_file(poll)))
    call_command("verify_poll", str(path), digest=poll.published.digest)
    said = capsys.readouterr().out
    assert "25 ballots counted" in said
    assert poll.published.digest in said
    lines = the_file(poll)
    path.write_text("".join([*lines[:9], lines[9].replace('"receipt":"', '"receipt":"X'), *lines[10:]]))
    with pytest.raises(CommandError):
        call_command("verify_poll", str(path))
    said = capsys.readouterr().out
    assert "line 10: this ballot was changed" in said
    assert poll.published.digest in said  # noted here, and not that of the file
    with pytest.raises(CommandError):
        call_command("verify_poll", str(tmp_path / "nothing"))


def test_the_totals_of_the_box_are_those_of_a_recount(neighbourhood: World) -> None:
    poll = closed(neighbourhood, 120)
    found = totals.begin(questions_of(poll))
    for one in Ballot.objects.filter(poll=poll):
        totals.add_ballot(found, questions_of(poll), one.choices)
    assert Standing.objects.get(poll=poll).totals == found


def test_lines_are_the_same_for_the_same_ballots() -> None:
    ballots: list[tuple[str, dict[str, Any]]] = [("A", {"2": [1], "1": "é"})]
    assert list(lines_of({"poll": "x"}, ballots)) == list(lines_of({"poll": "x"}, iter(ballots)))
    assert check_of("A", {"1": 1, "2": 2}) == check_of("A", {"2": 2, "1": 1}) != check_of("B", {"1": 1, "2": 2})
