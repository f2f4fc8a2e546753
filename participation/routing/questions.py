"""The extra questions of a category: which are asked, given the answers so far, and what cannot be asked so. Pure.

`Question.show_if` is None (always asked) or `{"key": "what", "values": ["sofa", "bed"]}`: asked when the question
`what` of the same category is asked itself and its answer (of several: one of them) is in `values`. It must come after
that question, so that a person never answers something that makes an earlier question come or go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participation.routing.models import Question
from participation.routing.wording import Words

LONGEST_ANSWER = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a question cannot be asked like this; `place` counts from 0 in the list that was given."""

    place: int
    code: str
    message: object


def asked(questions: Sequence[Question], answers: Mapping[str, Any]) -> list[Question]:
    """The questions that these answers bring up, in order."""
    shown: list[Question] = []
    keys: set[str] = set()
    for question in questions:
        if question.show_if is None or (
            question.show_if["key"] in keys
            and not set(_given(answers.get(question.show_if["key"]))).isdisjoint(question.show_if["values"])
        ):
            shown.append(question)
            keys.add(question.key)
    return shown


def _given(answer: Any) -> list[str]:
    if isinstance(answer, list):
        return [one for one in answer if isinstance(one, str)]
    return [answer] if isinstance(answer, str) and answer else []


def faults_in(questions: Sequence[Question]) -> list[Fault]:
    """What is wrong with the conditions in this list, which is in the order in which it is asked."""
    places = {question.key: place for place, question in enumerate(questions)}
    found: list[Fault] = []
    for place, question in enumerate(questions):
        if question.show_if is None:
            continue
        if not is_condition(question.show_if):
            found.append(Fault(place, "shape", _("Write the key of an earlier question, = and its answers.")))
            continue
        key, values = question.show_if["key"], question.show_if["values"]
        names = {"key": key, "question": question.label}
        earlier = questions[places[key]] if key in places else None
        if earlier is None:
            found.append(Fault(place, "unknown-key", _("There is no question “%(key)s” in this category.") % names))
        elif _goes_round(question.key, questions, places):
            message = _("These questions wait for each other: “%(question)s” would never be asked.") % names
            found.append(Fault(place, "cycle", message))
        elif places[key] >= place:
            found.append(Fault(place, "order", _("Put “%(key)s” before this question: it decides about it.") % names))
        elif earlier.type not in (Question.Type.CHOICE, Question.Type.MULTI):
            message = _("“%(key)s” has no answers to choose from. Use a question with choices.") % names
            found.append(Fault(place, "type", message))
        else:
            unknown = [value for value in values if value not in {one["value"] for one in earlier.choices}]
            if unknown:
                wrong = _("“%(key)s” has no answer “%(value)s”. Use the value before the | of its choices.")
                found.append(Fault(place, "unknown-value", wrong % {"key": key, "value": unknown[0]}))
    return found


def is_condition(value: object) -> bool:
    """Whether this has the shape of `show_if`."""
    return (
        isinstance(value, dict)
        and set(value) == {"key", "values"}
        and isinstance(value["key"], str)
        and isinstance(value["values"], list)
        and bool(value["values"])
        and all(isinstance(one, str) and one for one in value["values"])
    )


def _goes_round(key: str, questions: Sequence[Question], places: Mapping[str, int]) -> bool:
    """Whether the conditions lead from this question back to it."""
    at = key
    for _step in questions:
        condition = questions[places[at]].show_if if at in places else None
        if condition is None or not is_condition(condition):
            return False
        at = condition["key"]
        if at == key:
            return True
    return False


def fields_of(questions: Sequence[Question], words: Words) -> dict[str, forms.Field]:
    """A form field per question, by its key, in the words of the page's language; photos are asked apart."""
    return {question.key: _field(question, words) for question in questions if question.type != Question.Type.PHOTO}


def _field(question: Question, words: Words) -> forms.Field:
    shared: dict[str, Any] = {
        "label": words.label(question),
        "help_text": words.help(question),
        "required": question.required,
        "error_messages": {"required": _("Please answer this question.")},
    }
    pairs = [(choice["value"], choice["label"]) for choice in words.choices(question)]
    match question.type:
        case Question.Type.CHOICE:
            return forms.ChoiceField(choices=pairs, widget=forms.RadioSelect, **shared)
        case Question.Type.MULTI:
            return forms.MultipleChoiceField(choices=pairs, widget=forms.CheckboxSelectMultiple, **shared)
        case Question.Type.DATE:
            return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **shared)
        case Question.Type.NUMBER:
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **shared)
        case _:
            return forms.CharField(max_length=LONGEST_ANSWER, **shared)
