"""A ballot as a form on paper has it: names of fields, what was filled in, and which questions stand together. Pure.

Fields are called `q<question>`; where each option has one of its own (an order, points) `q<question>-<option>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from django.utils.translation import gettext as _

from core.errors import FieldError
from participation.polls.choices import Asked, is_asked
from participation.polls.states import BallotForm, Kind
from participation.residents.addresses import latin_digits

LONGEST_NUMBER = 9


class Form(Protocol):
    """As a `QueryDict`."""

    def get(self, name: str, default: str, /) -> Any: ...

    def getlist(self, name: str, /) -> list[Any]: ...


def field_of(question_id: int, option_id: int | None = None) -> str:
    return f"q{question_id}" if option_id is None else f"q{question_id}-{option_id}"


def has_own_fields(one: Asked) -> bool:
    """Whether each of its options has a field."""
    return one.kind == Kind.RANKING or (one.kind == Kind.BUDGET and one.form == BallotForm.POINTS)


def read(questions: Sequence[Asked], form: Form) -> tuple[dict[str, Any], list[FieldError]]:
    """Choices as `choices.check` wants them, and what only a form can have wrong."""
    choices: dict[str, Any] = {}
    wrong: list[FieldError] = []
    for one in questions:
        value, problem = _value(one, form)
        if problem is not None:
            wrong.append(problem)
        elif value is not None:
            choices[str(one.id)] = value
    return choices, wrong


def _value(one: Asked, form: Form) -> tuple[Any, FieldError | None]:
    name = field_of(one.id)
    if one.kind == Kind.OPEN:
        text = str(form.get(name, "")).replace("\r\n", "\n")
        return text or None, None
    if one.kind == Kind.RANKING:
        return _order(one, form)
    if has_own_fields(one):
        typed = {str(option.id): str(form.get(field_of(one.id, option.id), "")).strip() for option in one.options}
        return {key: _number(text) for key, text in typed.items() if text} or None, None
    if one.kind in {Kind.SINGLE, Kind.YESNO, Kind.SCALE}:
        picked = str(form.get(name, ""))
        return (_number(picked) if picked else None), None
    picks = [_number(str(text)) for text in form.getlist(name)]
    return (list(dict.fromkeys(picks)) or None), None


def _order(one: Asked, form: Form) -> tuple[Any, FieldError | None]:
    """A list of options by the place that each was given; places may be left out."""
    places: dict[int, int] = {}
    for option in one.options:
        typed = str(form.get(field_of(one.id, option.id), "")).strip()
        if not typed:
            continue
        place = _number(typed)
        if not isinstance(place, int) or place < 1:
            return None, FieldError(f"choices.{one.id}", "invalid", _("Use whole numbers from 1."))
        places[option.id] = place
    if len(set(places.values())) != len(places):
        return None, FieldError(f"choices.{one.id}", "twice", _("Use each number once."))
    return sorted(places, key=places.__getitem__) or None, None


def _number(text: str) -> int | str:
    """The number, or the text as it is when it is none: the rules say what is wrong with it."""
    digits = latin_digits(text)
    return int(digits) if digits.isdecimal() and len(digits) <= LONGEST_NUMBER * 2 else text


def screens_of(questions: Sequence[Asked], pages: Mapping[int, int]) -> list[list[Asked]]:
    """The questions that stand together on one screen without a script: those of a page (`pages`: by question id),
    but one that depends on another of the same page comes on the next screen."""
    screens: list[list[Asked]] = []
    page: int | None = None
    for one in questions:
        here = screens[-1] if screens else []
        if not here or pages[one.id] != page or any(one.if_question == other.id for other in here):
            screens.append([one])
        else:
            here.append(one)
        page = pages[one.id]
    return screens


def asked_ids(questions: Iterable[Asked], choices: Mapping[str, Any]) -> frozenset[int]:
    """The questions that are asked of who made these (checked) choices."""
    found: set[int] = set()
    left: dict[str, Any] = {}
    for one in questions:
        if is_asked(one, left):
            found.add(one.id)
            if str(one.id) in choices:
                left[str(one.id)] = choices[str(one.id)]
    return frozenset(found)


def kept(questions: Iterable[Asked], form: Form) -> list[tuple[str, str]]:
    """What was filled in for these questions, to carry along in a form: (name, value)."""
    found: list[tuple[str, str]] = []
    for one in questions:
        names = [field_of(one.id, option.id) for option in one.options] if has_own_fields(one) else [field_of(one.id)]
        found += [(name, str(value)) for name in names for value in form.getlist(name) if str(value)]
    return found
