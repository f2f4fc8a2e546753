"""“This is what we do with it”, as everybody reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from participation.polls.models import Answer, Poll
from participation.polls.wording import label_of


@dataclass(frozen=True, slots=True)
class Told:
    """One answer. `about`: the option, or empty for the poll as a whole; `do`: `yes`, `partly` or `no`."""

    option_id: int | None
    about: str
    do: str
    do_label: str
    why: str
    who: str
    when: date | None


@dataclass(frozen=True, slots=True)
class Day:
    title: str
    on: date
    done_at: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """`before`: what was said earlier, the newest first: `{at, answers, followUps}` as `AnswerVersion.said`."""

    at: datetime
    changed_at: datetime | None
    answers: tuple[Told, ...]
    days: tuple[Day, ...]
    before: tuple[dict[str, Any], ...]


def answer_of(poll: Poll, today: date) -> Answered | None:
    """The answer to a poll; None while it is owed. Three queries."""
    if poll.answered_at is None:
        return None
    versions = list(poll.answer_versions.order_by("-pk"))
    return Answered(
        at=poll.answered_at,
        changed_at=versions[0].at if len(versions) > 1 else None,
        answers=tuple(told(one) for one in poll.answers.select_related("option")),
        days=tuple(
            Day(one.title, one.on, one.done_at, one.done_at is None and one.on < today) for one in poll.follow_ups.all()
        ),
        before=tuple({"at": one.at, **one.said} for one in versions[1:]),
    )


def told(one: Answer) -> Told:
    return Told(
        option_id=one.option_id,
        about=label_of(one.option) if one.option is not None else "",
        do=one.do,
        do_label=one.get_do_display(),
        why=one.why,
        who=one.who,
        when=one.when,
    )
