"""What must be there before a poll opens (`blocks`), and what we advise on its wording."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import FieldError, Invalid
from participation.polls import advice
from participation.polls.advice import Choice
from participation.polls.models import Poll, Question
from participation.polls.states import WITH_OPTIONS, Kind, Level
from participation.polls.wording import label_of

SHORTEST = timedelta(days=3)
"""A poll is open at least so long: who works shifts must be able to take part."""
LONGEST = timedelta(days=180)
SHORT = timedelta(days=7)
"""Shorter is allowed, but many will miss it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a poll. `field`: of the poll, or `questions.<id>`. `blocks`: it cannot open like this."""

    code: str
    field: str
    text: str
    blocks: bool = True


def findings(poll: Poll, *, now: datetime) -> list[Finding]:
    """Everything found, what blocks first. Two queries."""
    questions = list(Question.objects.filter(poll=poll).prefetch_related("options"))
    found = [*_of_poll(poll, now), *_of_questions(questions), *_advice(poll, questions, now)]
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


def _of_questions(questions: Sequence[Question]) -> list[Finding]:
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


def _advice(poll: Poll, questions: Sequence[Question], now: datetime) -> list[Finding]:
    """What we would look at again. It blocks nothing."""
    found: list[Finding] = []

    def advise(code: str, field: str, text: str) -> None:
        found.append(Finding(code, field, text, blocks=False))

    if not poll.intro.strip():
        advise("no-intro", "intro", _("Tell in a few sentences what people should know before they choose."))
    for field in ("title", "intro", "purpose", "outcome_use"):
        text = getattr(poll, field)
        _advise_words(advise, field, text)
        if advice.longest_sentence(text) > advice.LONGEST_SENTENCE:
            advise("long-sentence", field, _("There is a very long sentence. Make it two."))
    begins = max(poll.opens_at or now, now)
    if poll.closes_at is not None and SHORTEST <= poll.closes_at - begins < SHORT:
        advise("short", "closes_at", _("It is open for less than a week. Who is away then cannot take part."))
    if poll.level == Level.DEVICE and any(one.kind == Kind.BUDGET for one in questions):
        advise("weak", "level", _("Money is divided, and who has two devices votes twice. Ask for more."))
    for one in questions:
        _advise_question(advise, one)
    return found


def _advise_words(advise: Callable[[str, str, str], None], field: str, text: str) -> None:
    if words := advice.leading_words(text):
        said = ", ".join(f"“{one}”" for one in words[:3])
        advise("leading", field, _("This says what to think: %(words)s. Ask it without.") % {"words": said})


def _advise_question(advise: Callable[[str, str, str], None], one: Question) -> None:
    field = f"questions.{one.pk}"
    options = list(one.options.all())
    choices = [Choice(label_of(row), row.explanation, row.photo_id is not None) for row in options]
    _advise_words(advise, field, "\n".join([one.title, one.explanation, *(row.label for row in choices)]))
    if advice.asks_two_things(one.title):
        advise("two-questions", field, _("This asks two things at once. Make two questions of it."))
    if advice.longest_sentence(one.title) > advice.LONGEST_QUESTION:
        advise("long-question", field, _("This question is very long. Can it be said in fewer words?"))
    if one.kind == Kind.SCALE and bool(one.low) != bool(one.high):
        advise("one-end", field, _("Give the scale a word at both ends."))
    if one.kind not in WITH_OPTIONS or len(options) < 2:
        return
    if advice.unequal_sides(choices):
        advise("sides", field, _("There are not as many options for as against."))
    if advice.unequal_words(choices):
        advise("unequal-words", field, _("Explain all options, about equally long."))
    if advice.unequal_photos(choices):
        advise("unequal-photos", field, _("Some options have a photo and others do not. That steers."))
    if one.kind == Kind.SINGLE and one.required and not advice.offers_way_out(choices):
        advise("no-way-out", field, _("Can somebody answer who wants none of these, or does not know?"))
    if one.kind != Kind.YESNO and len(options) >= advice.MANY_OPTIONS and not one.shuffled:
        advise("order", field, _("The first options get more votes. Show each voter another order."))
