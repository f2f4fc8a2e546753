"""What must be there before a poll opens (`blocks`), and what we advise on its wording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import FieldError, Invalid
from participation.polls.models import Poll, Question
from participation.polls.states import WITH_OPTIONS, Kind

SHORTEST = timedelta(days=3)
"""A poll is open at least so long: who works shifts must be able to take part."""
LONGEST = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a poll. `field`: of the poll, or `questions.<id>`. `blocks`: it cannot open like this."""

    code: str
    field: str
    text: str
    blocks: bool = True


def findings(poll: Poll, *, now: datetime) -> list[Finding]:
    """Everything found, what blocks first. Two queries."""
    found = [*_of_poll(poll, now), *_of_questions(poll)]
    return sorted(found, key=lambda one: not one.blocks)


def refuse_unready(poll: Poll, *, now: datetime) -> None:
    """Raises `Invalid` with everything that blocks."""
    wrong = [FieldError(one.field, one.code, one.text) for one in findings(poll, now=now) if one.blocks]
    if wrong:
        raise Invalid(*wrong)


def refuse_unasked(poll: Poll) -> None:
    """Before ideas are collected: it is clear why, for whom, and that there is something to divide."""
    wrong = [
        FieldError(field, "required", text)
        for field, text in _needed()
        if field != "outcome_use" and not getattr(poll, field).strip()
    ]
    if not Question.objects.filter(poll=poll, kind=Kind.BUDGET).exists():
        wrong.append(FieldError("questions", "no-budget", _("Add a question that divides a budget first.")))
    if wrong:
        raise Invalid(*wrong)


def _needed() -> tuple[tuple[str, str], ...]:
    return (
        ("title", _("Give the poll a title.")),
        ("purpose", _("Say why you ask this.")),
        ("outcome_use", _("Say what happens with the outcome.")),
        ("who_may", _("Say for whom it is.")),
    )


def _of_poll(poll: Poll, now: datetime) -> list[Finding]:
    found = []
    for field, text in _needed():
        if not getattr(poll, field).strip():
            found.append(Finding("required", field, text))
    begins = max(poll.opens_at or now, now)
    if poll.closes_at is None:
        found.append(Finding("required", "closes_at", _("Choose when it closes.")))
    elif poll.closes_at - begins < SHORTEST:
        found.append(
            Finding("too-short", "closes_at", _("Keep it open for at least %(n)d days.") % {"n": SHORTEST.days})
        )
    elif poll.closes_at - begins > LONGEST:
        found.append(Finding("too-long", "closes_at", _("Keep it open for at most %(n)d days.") % {"n": LONGEST.days}))
    if poll.answer_by is None:
        found.append(Finding("required", "answer_by", _("Promise a day on which the neighbourhood gets an answer.")))
    elif poll.closes_at is not None and poll.answer_by <= timezone.localdate(poll.closes_at):
        found.append(Finding("too-early", "answer_by", _("Choose a day after the poll has closed.")))
    return found


def _of_questions(poll: Poll) -> list[Finding]:
    questions = list(Question.objects.filter(poll=poll).prefetch_related("options"))
    if not questions:
        return [Finding("required", "questions", _("Ask at least one question."))]
    found = []
    for one in questions:
        options, field = list(one.options.all()), f"questions.{one.pk}"
        least = 1 if one.kind == Kind.BUDGET else 2
        if one.kind in WITH_OPTIONS and len(options) < least:
            found.append(Finding("too-few-options", field, _("Give something to choose from.")))
        if one.kind == Kind.BUDGET and any(not option.cents for option in options):
            found.append(Finding("no-price", field, _("Say of each project what it costs.")))
        if one.most is not None and (one.most < one.least or one.most > max(len(options), 1)):
            found.append(Finding("wrong-number", field, _("The numbers of answers do not fit the options.")))
    return found
