"""The ballot as somebody sees it: each question with its options in their order, and what is filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.media.urls import photo_url
from participation.polls.choices import LONGEST_WORDS, Asked, order_of
from participation.polls.filled_in import Form, field_of, has_own_fields
from participation.polls.models import Option, Poll, Question
from participation.polls.queries.definition import asked_of
from participation.polls.states import BallotForm, Kind
from participation.polls.wording import label_of

FEW_PLACES = 15
"""With more options an order is filled in as numbers: a list of places for each would be endless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionLine:
    """One option. `name`, `value`: of its field; `picked`: it is chosen; `filled`: its place or its points."""

    id: int
    name: str
    value: str
    label: str
    explanation: str = ""
    photo_id: UUID | None = None
    alt: str = ""
    cents: int = 0
    picked: bool = False
    filled: str = ""

    @property
    def picture(self) -> str:
        return photo_url(self.photo_id, "medium") if self.photo_id else ""

    @property
    def large(self) -> str:
        return photo_url(self.photo_id, "large") if self.photo_id else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a scale."""

    value: int
    picked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """One question as a ballot shows it. `control`: which fields it has; `text`: what was written in them."""

    id: int
    kind: str
    control: str
    name: str
    title: str
    explanation: str
    required: bool
    hint: str
    page: int
    position: int
    options: tuple[OptionLine, ...] = ()
    steps: tuple[Step, ...] = ()
    low: str = ""
    high: str = ""
    places: tuple[int, ...] = ()
    cents: int = 0
    points: int = 0
    spent: int = 0
    text: str = ""
    longest: int = LONGEST_WORDS
    if_name: str = ""
    if_values: str = ""
    error: str = ""

    @property
    def described(self) -> str:
        """Ids of what explains it."""
        parts = (("about", self.explanation), ("hint", self.hint))
        ids = [f"{part}_{self.name}" for part, words in parts if words]
        return " ".join([*ids, f"id_{self.name}_error"] if self.error else ids)

    @property
    def left(self) -> int:
        return (self.points if self.control == "points" else self.cents) - self.spent

    @property
    def has_pictures(self) -> bool:
        return any(one.photo_id for one in self.options)


class Written:
    """A poll's questions as they were written. Two queries."""

    def __init__(self, poll: Poll) -> None:
        self.rows: list[Question] = list(Question.objects.filter(poll=poll).prefetch_related("options"))
        self.pages: dict[int, int] = {one.pk: one.page for one in self.rows}
        self.asked: tuple[Asked, ...] = tuple(map(asked_of, self.rows))
        self.is_shuffled: bool = any(one.shuffled for one in self.rows)

    def lines(
        self,
        form: Form | None = None,
        *,
        only: Iterable[int] | None = None,
        order: int = 0,
        errors: Mapping[int, str] | None = None,
    ) -> list[QuestionLine]:
        """As a voter with this order of options sees them; `only`: of these questions. `errors` by question id."""
        wanted = None if only is None else set(only)
        return [
            _line(at, row, asked, form, order=order, error=(errors or {}).get(row.pk, ""))
            for at, (row, asked) in enumerate(zip(self.rows, self.asked, strict=True), 1)
            if wanted is None or row.pk in wanted
        ]


def control_of(one: Question) -> str:
    """Which fields a question has: radio, checks, rank, points, scale or text."""
    if one.kind == Kind.BUDGET:
        return "points" if one.form == BallotForm.POINTS else "checks"
    return {
        Kind.SINGLE: "radio",
        Kind.YESNO: "radio",
        Kind.MULTIPLE: "checks",
        Kind.RANKING: "rank",
        Kind.SCALE: "scale",
        Kind.OPEN: "text",
    }[Kind(one.kind)]


def _line(at: int, one: Question, asked: Asked, form: Form | None, *, order: int, error: str) -> QuestionLine:
    control, name = control_of(one), field_of(one.pk)
    line = QuestionLine(
        id=one.pk,
        kind=one.kind,
        control=control,
        name=name,
        title=one.title,
        explanation=one.explanation,
        required=one.required,
        hint=hint_of(asked, control),
        page=one.page,
        position=at,
        low=one.low,
        high=one.high,
        cents=one.cents or 0,
        points=one.points or 0,
        if_name=field_of(one.if_question_id) if one.if_question_id else "",
        if_values=" ".join(map(str, one.if_options)),
        error=error,
    )
    if control == "text":
        return replace(line, text=str(form.get(name, "")) if form is not None else "")
    if control == "scale":
        picked = str(form.get(name, "")) if form is not None else ""
        steps = tuple(Step(value=step, picked=picked == str(step)) for step in range(1, one.steps + 1))
        return replace(line, steps=steps)
    shown = order_of(asked, order) if one.shuffled else list(asked.options)
    by_id = {row.pk: row for row in one.options.all()}
    options = tuple(_option(by_id[row.id], asked, form) for row in shown)
    places = min(asked.most or len(options), len(options))
    return replace(
        line,
        options=options,
        places=tuple(range(1, places + 1)) if control == "rank" else (),
        spent=_spent(control, options),
    )


def _option(row: Option, asked: Asked, form: Form | None) -> OptionLine:
    own = has_own_fields(asked)
    name = field_of(asked.id, row.pk) if own else field_of(asked.id)
    given = [str(one) for one in form.getlist(name)] if form is not None else []
    return OptionLine(
        id=row.pk,
        name=name,
        value=str(row.pk),
        label=label_of(row),
        explanation=row.explanation,
        photo_id=row.photo_id,
        alt=row.alt,
        cents=row.cents or 0,
        picked=not own and str(row.pk) in given,
        filled=given[0][:18] if own and given else "",
    )


def _spent(control: str, options: Sequence[OptionLine]) -> int:
    if control == "points":
        return sum(int(one.filled) for one in options if one.filled.isascii() and one.filled.isdecimal())
    return sum(one.cents for one in options if one.picked)


def hint_of(one: Asked, control: str) -> str:
    """What to do, in one line; empty where it speaks for itself."""
    many = len(one.options)
    if control == "radio":
        return _("Choose one.") if one.kind == Kind.SINGLE else ""
    if control == "points":
        return _("You have %(n)d points to divide. You need not give them all.") % {"n": one.points}
    if control == "rank":
        most = min(one.most or many, many)
        if one.least >= many:
            return _("Give every option a place. 1 is what you like best.")
        if most < many:
            return _("Give at most %(n)d options a place. 1 is what you like best.") % {"n": most}
        return _("Give options a place. 1 is what you like best. You may leave options out.")
    if control == "checks":
        if one.kind == Kind.BUDGET and one.form == BallotForm.KNAPSACK:
            return _("Choose projects that fit the budget together.")
        if one.most is not None and one.most == one.least:
            return ngettext("Choose %(n)d.", "Choose exactly %(n)d.", one.most) % {"n": one.most}
        if one.most is not None and one.least > 1:
            return _("Choose %(least)d to %(most)d.") % {"least": one.least, "most": one.most}
        if one.most is not None:
            return _("Choose at most %(n)d.") % {"n": one.most}
        if one.least > 1:
            return _("Choose at least %(n)d.") % {"n": one.least}
        return _("You may choose several.")
    return ""


def told(lines: Iterable[QuestionLine]) -> list[tuple[str, list[str]]]:
    """What is filled in, to look at once more: each question with its answers in words."""
    found = []
    for one in lines:
        if one.control == "text":
            answers = [one.text.strip()] if one.text.strip() else []
        elif one.control == "scale":
            answers = [_of_scale(step, one) for step in one.steps if step.picked]
        elif one.control == "rank":
            ranked = sorted((option for option in one.options if option.filled.isdecimal()), key=_place)
            answers = [f"{place}. {option.label}" for place, option in enumerate(ranked, 1)]
        elif one.control == "points":
            answers = [f"{option.label}: {option.filled}" for option in one.options if option.filled.strip("0 ")]
        else:
            answers = [option.label for option in one.options if option.picked]
        found.append((one.title, answers))
    return found


def _place(option: OptionLine) -> int:
    return int(option.filled)


def _of_scale(step: Step, one: QuestionLine) -> str:
    word = one.low if step.value == 1 else one.high if step.value == len(one.steps) else ""
    if word:
        return f"{step.value} ({word})"
    return _("%(step)d of %(most)d") % {"step": step.value, "most": len(one.steps)}
