"""Results as a page shows them: for each question bars, with the same numbers as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from core.areas.queries import tree
from participation.polls import voter as voters
from participation.polls.filled_in import field_of
from participation.polls.models import Ballot, Poll, Question, Standing, Words
from participation.polls.queries.ballot import Written, told
from participation.polls.queries.batches import by_area, entered_of
from participation.polls.queries.explained import Explained, explained, outcomes_of
from participation.polls.queries.published import published_of
from participation.polls.queries.watching import set_aside_of
from participation.polls.states import OVER, Kind, Level, Shows, Stage
from participation.polls.wording import label_of

MOST_WORDS_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One option. `percent`: of those who answered, or of all points."""

    id: int
    label: str
    many: int | float
    percent: int
    cents: int = 0
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One question. `average`: of a scale; `words`: answers in own words that may be shown."""

    id: int
    kind: str
    title: str
    answered: int
    counted: str
    bars: tuple[Bar, ...] = ()
    average: float | None = None
    rule: str = ""
    words: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    how: Explained | None = None


def may_see(poll: Poll, *, has_voted: bool) -> bool:
    """Whether totals may be shown now to somebody; `has_voted`: they showed the receipt of a ballot in the box."""
    if poll.stage in OVER:
        return True
    if poll.stage != Stage.OPEN:
        return False
    return poll.shows == Shows.LIVE or (poll.shows == Shows.VOTED and has_voted)


def asks_receipt(poll: Poll) -> bool:
    """Whether a receipt opens something here."""
    return poll.stage in OVER or (poll.stage == Stage.OPEN and poll.shows == Shows.VOTED)


def ballot_of(poll: Poll, receipt: str) -> Ballot | None:
    """One query."""
    tidy = voters.tidy_receipt(receipt)
    return Ballot.objects.filter(poll=poll, receipt=tidy).first() if tidy else None


def standing_of(poll: Poll) -> Standing:
    """What may be shown: while it is open the totals that move a few ballots at a time. One query."""
    return Standing.objects.get(poll=poll)


def results_of(poll: Poll) -> dict[str, Any]:
    """What may be shown, by question. Ten queries at most, whatever the number of ballots."""
    standing, written, over = standing_of(poll), Written(poll), poll.stage in OVER
    words: dict[int, list[str]] = {}
    if any(one.kind == Kind.OPEN for one in written.rows):
        shown = Words.objects.filter(question__poll=poll, state=Words.State.SHOWN).order_by("key")
        for question_id, text in shown.values_list("question_id", "text")[:MOST_WORDS_SHOWN]:
            words.setdefault(question_id, []).append(text)
    ruled = any(one.kind in {Kind.RANKING, Kind.BUDGET} for one in written.rows)
    outcomes = outcomes_of(poll) if over and ruled else {}
    return {
        "standing": standing,
        "ballots": standing.shown_ballots,
        "results": [
            _result(one, standing.shown, words, explained(one, outcomes.get(one.pk)) if over else None)
            for one in written.rows
        ],
        **(_turnout(poll, standing) if over else {}),
    }


def _turnout(poll: Poll, standing: Standing) -> dict[str, Any]:
    """Of a poll that is over: how ballots came in, next to the inhabitants and per area to the letters, what was set
    aside, and the file."""
    entered = entered_of(poll)
    return {
        "turned_out": sum(entered.values()),
        "entered": entered,
        "inhabitants": tree().by_id[poll.area_id].inhabitants if poll.area_id in tree().by_id else None,
        "by_area": by_area(poll) if poll.level == Level.LETTER else [],
        "aside": standing.aside,
        "aside_why": set_aside_of(poll) if standing.aside else [],
        "published": published_of(poll),
    }


def _result(
    one: Question, totals: Mapping[str, Any], words: Mapping[int, Sequence[str]], how: Explained | None
) -> Result:
    total = totals.get(str(one.pk)) or {"answered": 0, "by": {}}
    answered, by = total["answered"], total["by"]
    counts = total.get("points", by) if one.kind == Kind.BUDGET and one.form == "points" else by
    if one.kind == Kind.RANKING:  # kept doubled, so that halves are whole numbers
        counts = {name: half(many) for name, many in by.items()}
    counted = _counted(one)
    average = None
    if one.kind == Kind.SCALE:
        pairs = [(step, str(step), counts.get(str(step), 0)) for step in range(1, one.steps + 1)]
        if answered:
            average = sum(step * many for step, _label, many in pairs) / answered
        rows = [(step, label, many, 0, 0) for step, label, many in pairs]
    else:
        first = total.get("first", {})
        rows = [
            (row.pk, label_of(row), counts.get(str(row.pk), 0), row.cents or 0, first.get(str(row.pk), 0))
            for row in one.options.all()
        ]
    whole = answered if counted == "votes" else sum(many for _id, _label, many, _cents, _first in rows)
    return Result(
        id=one.pk,
        kind=one.kind,
        title=one.title,
        answered=answered,
        counted=counted,
        average=average,
        rule=one.rule,
        words=tuple(words.get(one.pk, ())),
        low=one.low,
        high=one.high,
        how=how,
        bars=tuple(
            Bar(
                id=pk,
                label=label,
                many=many,
                percent=round(100 * many / whole) if whole else 0,
                cents=cents,
                first=firsts,
            )
            for pk, label, many, cents, firsts in rows
        ),
    )


def half(many: int) -> int | float:
    return many // 2 if many % 2 == 0 else many / 2


def _counted(one: Question) -> str:
    """What the numbers are: votes of people, or points."""
    points = one.kind == Kind.RANKING or (one.kind == Kind.BUDGET and one.form == "points")
    return "points" if points else "votes"


def own_ballot(ballot: Ballot, written: Written) -> list[tuple[str, list[str]]]:
    """What one ballot says, in words, for who has its receipt. Words of their own are not linked to it."""
    form = QueryDict(mutable=True)
    for one in written.asked:
        choice = ballot.choices.get(str(one.id))
        if isinstance(choice, dict):
            for name, points in choice.items():
                form[field_of(one.id, int(name))] = str(points)
        elif one.kind == Kind.RANKING:
            for place, option in enumerate(choice or [], 1):
                form[field_of(one.id, option)] = str(place)
        elif choice is not None:
            form.setlist(field_of(one.id), [str(pick) for pick in (choice if isinstance(choice, list) else [choice])])
    return told(written.lines(form, only=[one.id for one in written.asked if one.kind != Kind.OPEN]))
