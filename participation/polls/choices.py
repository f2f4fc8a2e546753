"""What a ballot may say: the questions of a poll in plain values, and whether choices fit them. Pure.

Choices are a dict by question id. single, yesno: an option's id; multiple, and a budget by approval or knapsack: a list
of ids; ranking: a list of ids, the best first; scale: 1 to `steps`; a budget by points: `{id: points}`; open: text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import FieldError
from participation.polls.states import BallotForm, Kind
from participation.texts.cleaning import cleaned

LONGEST_WORDS = 2000
ORDERS = 60
"""So many orders of options there are; which one a voter saw is noted, and says nothing of who they are."""


@dataclass(frozen=True, slots=True)
class Choosable:
    id: int
    label: str
    cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question, as in `models.Question`."""

    id: int
    kind: str
    title: str
    options: tuple[Choosable, ...] = ()
    required: bool = True
    least: int = 1
    most: int | None = None
    steps: int = 5
    cents: int = 0
    form: str = ""
    points: int = 0
    if_question: int | None = None
    if_options: frozenset[int] = frozenset()
    ids: frozenset[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", frozenset(one.id for one in self.options))


@dataclass(frozen=True, slots=True)
class Checked:
    """`choices` without those to questions that are not asked of this voter, by question id as text; `words` apart."""

    choices: dict[str, Any]
    words: dict[int, str]
    wrong: tuple[FieldError, ...]


def check(questions: Sequence[Asked], given: Mapping[str, Any]) -> Checked:
    """Whether these choices are a whole ballot. `questions` in their order: one that depends on another after it.

    A choice in a question that was not asked is left out. Errors are about the field `choices.<id>`.
    """
    choices: dict[str, Any] = {}
    words: dict[int, str] = {}
    wrong: list[FieldError] = []
    for one in questions:
        value = given.get(str(one.id))
        if not is_asked(one, choices):
            continue
        if value is None or value in ("", [], {}):
            if one.required:
                wrong.append(_error(one, "required", _("Answer this question too.")))
            continue
        problem, choice = _read(one, value)
        if problem is not None:
            wrong.append(problem)
        elif one.kind == Kind.OPEN:
            words[one.id] = choice
        else:
            choices[str(one.id)] = choice
    known = {str(one.id) for one in questions}
    if unknown := sorted(set(given) - known):
        wrong.append(FieldError(f"choices.{unknown[0][:20]}", "unknown", _("This question is not in this poll.")))
    return Checked(choices, words, tuple(wrong))


def is_asked(one: Asked, choices: Mapping[str, Any]) -> bool:
    """Whether this question is asked of who made these choices before."""
    if one.if_question is None:
        return True
    before = choices.get(str(one.if_question))
    chosen = {before} if isinstance(before, int) else set(map(int, before or ()))
    return not one.if_options.isdisjoint(chosen)


def order_of(question: Asked, order: int) -> list[Choosable]:
    """The options as the voter with this order sees them: the same for the same number, 0 as they were written."""
    if order % ORDERS == 0:
        return list(question.options)
    left, mixed, state = list(question.options), [], order % ORDERS + question.id * ORDERS
    while left:
        state = (state * 1_103_515_245 + 12_345) % 2**31
        mixed.append(left.pop((state >> 16) % len(left)))
    return mixed


def _read(one: Asked, value: Any) -> tuple[FieldError | None, Any]:
    reader = _READERS[one.kind]
    return reader(one, value)


def _one(one: Asked, value: Any) -> tuple[FieldError | None, Any]:
    if type(value) is not int or value not in one.ids:
        return _unknown(one), None
    return None, value


def _scale(one: Asked, value: Any) -> tuple[FieldError | None, Any]:
    if type(value) is not int or not 1 <= value <= one.steps:
        return _error(one, "unknown", _("Choose 1 to %(most)d.") % {"most": one.steps}), None
    return None, value


def _several(one: Asked, value: Any) -> tuple[FieldError | None, Any]:
    if not isinstance(value, list) or any(type(pick) is not int or pick not in one.ids for pick in value):
        return _unknown(one), None
    if len(set(value)) != len(value):
        return _error(one, "twice", _("Choose each option once.")), None
    if len(value) < one.least:
        least = ngettext("Choose at least %(n)d.", "Choose at least %(n)d.", one.least) % {"n": one.least}
        return _error(one, "too-few", least), None
    if one.most is not None and len(value) > one.most:
        most = ngettext("Choose at most %(n)d.", "Choose at most %(n)d.", one.most) % {"n": one.most}
        return _error(one, "too-many", most), None
    return None, value


def _set_of(one: Asked, value: Any) -> tuple[FieldError | None, Any]:
    """The same, in the order of the options: which was ticked first is nobody's business."""
    problem, picks = _several(one, value)
    return problem, picks and [option.id for option in one.options if option.id in picks]


def _budget(one: Asked, value: Any) -> tuple[FieldError | None, Any]:
    if one.form == BallotForm.POINTS:
        return _points(one, value)
    problem, picks = _set_of(one, value)
    if problem is None and one.form == BallotForm.KNAPSACK:
        total = sum(option.cents for option in one.options if option.id in picks)
        if total > one.cents:
            return _error(one, "over-budget", _("Together these cost more than there is. Leave one out.")), None
    return problem, picks


def _points(one: Asked, value: Any) -> tuple[FieldError | None, Any]:
    if not isinstance(value, dict):
        return _unknown(one), None
    given: dict[int, int] = {}
    for name, points in value.items():
        if not str(name).isdecimal() or len(str(name)) > 18 or int(name) not in one.ids:
            return _unknown(one), None
        if type(points) is not int or points < 0:
            return _error(one, "invalid", _("Give whole points, 0 or more.")), None
        given[int(name)] = points
    if sum(given.values()) > one.points:
        return _error(one, "too-many", _("Give at most %(most)d points in all.") % {"most": one.points}), None
    shared = {str(option.id): given[option.id] for option in one.options if given.get(option.id)}
    if not shared and one.required:
        return _error(one, "required", _("Answer this question too.")), None
    return None, shared


def _text(one: Asked, value: Any) -> tuple[FieldError | None, Any]:
    if not isinstance(value, str):
        return _unknown(one), None
    text = cleaned(value)
    if len(text) > LONGEST_WORDS:
        return _error(one, "too-long", _("Use at most %(most)d characters.") % {"most": LONGEST_WORDS}), None
    if not text and one.required:
        return _error(one, "required", _("Answer this question too.")), None
    return None, text


_READERS: dict[str, Callable[[Asked, Any], tuple[FieldError | None, Any]]] = {
    Kind.SINGLE: _one,
    Kind.YESNO: _one,
    Kind.SCALE: _scale,
    Kind.MULTIPLE: _set_of,
    Kind.RANKING: _several,
    Kind.BUDGET: _budget,
    Kind.OPEN: _text,
}


def _unknown(one: Asked) -> FieldError:
    return _error(one, "unknown", _("Choose from what is there. Reload the page if it looks different."))


def _error(one: Asked, code: str, message: str) -> FieldError:
    return FieldError(f"choices.{one.id}", code, message)
