"""The questions of a poll and what one can choose: written whole, one question at a time.

A question is sent with all its options in their order; what is not among them any more goes. So moving, adding and
taking out are one and the same, and nothing that was typed is lost on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.media.actions import claim_photos, erase_photos
from participation.polls.actions.making import tidy, too_long
from participation.polls.actions.saving import hold_both, refuse_stale, save
from participation.polls.events import CHANGED, tell
from participation.polls.models import Option, Poll, Question, RollEntry
from participation.polls.permissions import Deed
from participation.polls.states import RULES, WITH_OPTIONS, Act, BallotForm, Kind, allows

MOST_QUESTIONS = 30
MOST_OPTIONS = 200
TEXTS = {"title": 200, "explanation": 3000, "low": 40, "high": 40}
NUMBERS = {"page": (1, 20), "least": (0, 99), "most": (1, 99), "steps": (2, 10), "points": (1, 1000)}
SWITCHES = ("required", "shuffled", "by_cost")
OPTION_TEXTS = {"label": 120, "explanation": 1000, "alt": 160}
YESNO = ("yes", "no", "none")
"""The options of a yes/no question, whose words the platform has."""
DECIDES = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.YESNO})
"""On the answer to these a later question can depend."""
EXPLAINS = frozenset({"explanation", "alt"})
"""What may still be mended when the questions stand still, until somebody has voted: then they say what was chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionGiven:
    """One option as it must be. `id` None: a new one. `photo`: an upload that becomes its photo; `keep_photo` False
    takes away the one it had. `key`: how the form calls it, for what is wrong with it."""

    id: int | None = None
    label: str = ""
    explanation: str = ""
    alt: str = ""
    cents: int | None = None
    photo: UUID | None = None
    keep_photo: bool = True
    key: str = ""


@transaction.atomic
def add_question(
    *, slug: str, kind: str, values: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Question:
    """A new question at the end. Of a budget `cents` is needed at once; of yes or no the options are there already."""
    poll, _case = hold_both(actor, slug, Deed.EDIT)
    refuse_stale(poll, version)
    if kind not in Kind.values:
        raise Invalid(FieldError("kind", "unknown", _("Choose what kind of question it is.")))
    if poll.questions.count() >= MOST_QUESTIONS:
        raise Conflict(_("A poll has at most %(most)d questions. People must be able to finish it.") % {"most": 30})
    last = poll.questions.last()
    question = Question(
        poll=poll,
        kind=kind,
        position=0 if last is None else last.position + 1,
        page=1 if last is None else last.page,
        rule=next((rule.value for rule in RULES.get(kind, ())), ""),
        form=BallotForm.APPROVAL if kind == Kind.BUDGET else "",
    )
    wrong = _fill(question, values)
    if wrong:
        raise Invalid(*wrong)
    question.save()
    if kind == Kind.YESNO:
        Option.objects.bulk_create(Option(question=question, position=at, code=code) for at, code in enumerate(YESNO))
    _changed(poll, question, actor=actor, now=now)
    return question


@transaction.atomic
def write_question(
    *,
    slug: str,
    question_id: int,
    values: Mapping[str, Any],
    options: Sequence[OptionGiven] | None = None,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Question:
    """Change a question and, where `options` are given, all of what one can choose, in this order.

    When the questions stand still only explanations and what is said of photos change, and when somebody has voted
    nothing; other differences are refused.
    """
    poll, _case = hold_both(actor, slug, Deed.REWORD)
    refuse_stale(poll, version)
    question = _question(poll, question_id)
    if not allows(poll.stage, Act.EDIT):
        _explain(question, values, options or (), fixed=has_voted(poll))
    else:
        wrong = _fill(question, values)
        if wrong:
            raise Invalid(*wrong)
        question.save()
        if options is not None and question.kind in WITH_OPTIONS - {Kind.YESNO}:
            _write_options(poll, question, options, now=now)
        elif options is not None and question.kind == Kind.YESNO:
            _explain_options(question, options)
    _changed(poll, question, actor=actor, now=now)
    return question


def has_voted(poll: Poll) -> bool:
    """Whether anybody has. While the poll's row is held nobody can."""
    return RollEntry.objects.filter(poll=poll).exists()


@transaction.atomic
def remove_question(*, slug: str, question_id: int, actor: Actor, now: datetime) -> None:
    """Take it out, with its options and photos. Questions that depend on it are asked of everybody again."""
    poll, _case = hold_both(actor, slug, Deed.EDIT)
    question = _question(poll, question_id)
    poll.questions.filter(if_question=question).update(if_question=None, if_options=[])
    photos = _own_photos(question.options.all())
    question.delete()
    erase_photos(photos)
    _changed(poll, None, actor=actor, now=now)


@transaction.atomic
def move_question(*, slug: str, question_id: int, by: int, actor: Actor, now: datetime) -> None:
    """One place up (-1) or down (1), onto the page of the question it changes places with."""
    poll, _case = hold_both(actor, slug, Deed.EDIT)
    rows = list(poll.questions.all())
    at = next((place for place, one in enumerate(rows) if one.pk == question_id), None)
    if at is None:
        raise NotFound
    if not 0 <= at + by < len(rows) or by not in (-1, 1):
        return
    one, other = rows[at], rows[at + by]
    rows[at], rows[at + by] = other, one
    one.page, other.page = other.page, one.page
    for place, row in enumerate(rows):
        row.position = place
    _refuse_backward(rows)
    Question.objects.bulk_update(rows, ["page", "position"])
    _changed(poll, one, actor=actor, now=now)


def _question(poll: Poll, question_id: int) -> Question:
    found = poll.questions.filter(pk=question_id).first()
    if found is None:
        raise NotFound
    return found


def _changed(poll: Poll, question: Question | None, *, actor: Actor, now: datetime) -> None:
    save(poll, now=now)
    tell(poll, CHANGED, actor=actor, now=now, payload={"question": question.pk if question is not None else None})


def _fill(question: Question, values: Mapping[str, Any]) -> list[FieldError]:
    """Set what is given; answers what is wrong with it."""
    wrong: list[FieldError] = []
    for name, most in TEXTS.items():
        if name in values:
            text = tidy(values[name])
            if len(text) > most:
                wrong.append(too_long(name, most))
            setattr(question, name, text)
    if not question.title:
        wrong.append(FieldError("title", "required", _("Write the question.")))
    wrong += _fill_numbers(question, values)
    for name in SWITCHES:
        if name in values:
            setattr(question, name, bool(values[name]))
    if question.kind in RULES:
        rule = values.get("rule", question.rule)
        if rule not in RULES[question.kind]:
            wrong.append(FieldError("rule", "unknown", _("Choose from the list.")))
        question.rule = rule
    if question.kind == Kind.BUDGET:
        wrong += _fill_budget(question, values)
    if "if_question" in values:
        wrong += _fill_condition(question, values["if_question"], values.get("if_options") or [])
    return wrong


def _fill_numbers(question: Question, values: Mapping[str, Any]) -> list[FieldError]:
    wrong: list[FieldError] = []
    for name, (least, most) in NUMBERS.items():
        if name not in values:
            continue
        number = values[name]
        if number is None and name in {"most", "points"}:
            setattr(question, name, None)
        elif not isinstance(number, int) or not least <= number <= most:
            told = _("Write a number from %(least)d to %(most)d.") % {"least": least, "most": most}
            wrong.append(FieldError(name, "invalid", told))
        else:
            setattr(question, name, number)
    return wrong


def _fill_budget(question: Question, values: Mapping[str, Any]) -> list[FieldError]:
    wrong = []
    cents = values.get("cents", question.cents)
    if not isinstance(cents, int) or cents <= 0:
        wrong.append(FieldError("cents", "required", _("Say how much there is to divide, in euros.")))
    else:
        question.cents = cents
    form = values.get("form", question.form)
    if form not in BallotForm.values:
        wrong.append(FieldError("form", "unknown", _("Choose from the list.")))
    question.form = form
    if form == BallotForm.POINTS and question.points is None:
        question.points = 10
    return wrong


def _fill_condition(question: Question, if_question: int | None, if_options: Sequence[int]) -> list[FieldError]:
    """Asked only of who chose one of these there: an earlier question on whose answer something can depend."""
    if not if_question:
        question.if_question, question.if_options = None, []
        return []
    before = []
    for one in question.poll.questions.all():
        if one.pk == question.pk:
            break
        before.append(one)
    other = next((one for one in before if one.pk == if_question and one.kind in DECIDES), None)
    if other is None:
        return [FieldError("if_question", "unknown", _("Choose a question that comes before this one."))]
    known = set(other.options.values_list("pk", flat=True))
    chosen = [pk for pk in if_options if pk in known]
    if not chosen:
        return [FieldError("if_options", "required", _("Choose at which answers this question is asked."))]
    question.if_question, question.if_options = other, chosen
    return []


def _refuse_backward(rows: Sequence[Question]) -> None:
    seen: set[int] = set()
    for one in rows:
        if one.if_question_id is not None and one.if_question_id not in seen:
            raise Conflict(_("A question that depends on another comes after it."))
        seen.add(one.pk)


def _write_options(poll: Poll, question: Question, given: Sequence[OptionGiven], *, now: datetime) -> None:
    """Make the options what is given."""
    there = {one.pk: one for one in question.options.all()}
    wrong = _wrong_in(question, given)
    wanted = [one.id for one in given if one.id is not None]
    if len(given) > MOST_OPTIONS:
        raise Conflict(_("This is too much to choose from."))
    if wrong:
        raise Invalid(*wrong)
    if any(pk not in there for pk in wanted) or len(set(wanted)) != len(wanted):
        raise Conflict(_("Somebody changed these options. Reload the page and try again."))
    gone = [one for pk, one in there.items() if pk not in wanted]
    drop = _own_photos(gone)
    Option.objects.filter(pk__in=[one.pk for one in gone]).delete()
    for at, one in enumerate(given):
        row = there.get(one.id or 0) or Option(question=question)
        row.position, row.label, row.explanation, row.alt = at, one.label, one.explanation, one.alt
        row.cents = one.cents if question.kind == Kind.BUDGET else None
        if row.photo_id is not None and (one.photo is not None or not one.keep_photo):
            drop += _own_photos([row])
            row.photo = None
        if one.photo is not None:
            [row.photo] = claim_photos(ids=[one.photo], gemeente_id=poll.gemeente_id, now=now)
        row.save()
    erase_photos(drop)
    if gone:
        _forget_conditions(poll, question, {one.pk for one in gone})


def _own_photos(options: Any) -> list[UUID]:
    """The photos that go with these options; a project keeps its own."""
    return [one.photo_id for one in options if one.photo_id is not None and one.project_id is None]


def _forget_conditions(poll: Poll, question: Question, gone: set[int]) -> None:
    for one in poll.questions.filter(if_question=question):
        left = [pk for pk in one.if_options if pk not in gone]
        if left != one.if_options:
            one.if_options = left
            one.if_question = question if left else None
            one.save(update_fields=["if_options", "if_question"])


def _wrong_in(question: Question, given: Sequence[OptionGiven]) -> list[FieldError]:
    wrong: list[FieldError] = []
    seen: set[str] = set()
    for one in given:
        if not one.label:
            wrong.append(
                FieldError(f"label-{one.key}", "required", _("Say what one can choose, or take this one out."))
            )
        elif one.label.casefold() in seen:
            wrong.append(FieldError(f"label-{one.key}", "twice", _("This is in the list already.")))
        seen.add(one.label.casefold())
        for name, most in OPTION_TEXTS.items():
            if len(getattr(one, name)) > most:
                wrong.append(too_long(f"{name}-{one.key}", most))
        if question.kind == Kind.BUDGET and one.cents is not None and one.cents > (question.cents or 0):
            told = _("This costs more than there is to divide.")
            wrong.append(FieldError(f"cents-{one.key}", "too-much", told))
    return wrong


def _explain(question: Question, values: Mapping[str, Any], options: Sequence[OptionGiven], *, fixed: bool) -> None:
    """Only what explains, and when that is `fixed` nothing; whatever else is different is refused."""
    wrong = [name for name in values if (fixed or name != "explanation") and _differs(question, name, values[name])]
    if wrong:
        raise Invalid(*(FieldError(name, "fixed", _("What was asked stands still now.")) for name in sorted(wrong)))
    if "explanation" in values:
        text = tidy(values["explanation"])
        if len(text) > TEXTS["explanation"]:
            raise Invalid(too_long("explanation", TEXTS["explanation"]))
        question.explanation = text
        question.save(update_fields=["explanation"])
    if options:
        _explain_options(question, options, fixed=fixed)


def _differs(question: Question, name: str, value: Any) -> bool:
    if name == "if_question":
        return bool(value or None) and value != question.if_question_id
    if name in TEXTS:
        value = tidy(value)
    return hasattr(question, name) and getattr(question, name) != value


def _explain_options(question: Question, given: Sequence[OptionGiven], *, fixed: bool = False) -> None:
    there = {one.pk: one for one in question.options.all()}
    for one in given:
        row = there.get(one.id or 0)
        if row is None or (not row.code and one.label != row.label):
            raise Invalid(FieldError(f"label-{one.key}", "fixed", _("What was asked stands still now.")))
        wrong = [too_long(f"{name}-{one.key}", OPTION_TEXTS[name]) for name in EXPLAINS
                 if len(getattr(one, name)) > OPTION_TEXTS[name]]  # fmt: skip
        if wrong:
            raise Invalid(*wrong)
        if fixed and any(getattr(row, name) != getattr(one, name) for name in EXPLAINS):
            raise Invalid(FieldError(f"explanation-{one.key}", "fixed", _("What was asked stands still now.")))
        row.explanation, row.alt = one.explanation, one.alt
        row.save(update_fields=["explanation", "alt"])
