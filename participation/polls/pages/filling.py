"""One ballot that is being filled in, as its form tells it: which screen it is on, what is missing, what comes next."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.http import QueryDict

from core.errors import FieldError
from participation.polls import filled_in
from participation.polls.choices import ORDERS, check
from participation.polls.models import Poll
from participation.polls.queries.ballot import Written

ALL, PROOF, CODE = "all", "proof", "code"
"""Besides the number of a screen: every screen at once (with a script), showing who you are, the code that came."""


@dataclass
class Filling:
    """One ballot that is being filled in, as the form tells it."""

    poll: Poll
    written: Written
    form: QueryDict
    token: UUID
    order: int
    at: str
    errors: dict[int, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    """Of the fields beside the questions: address, code, declared, receipt."""

    def __post_init__(self) -> None:
        self.screens = filled_in.screens_of(self.written.asked, self.written.pages)
        given, mistakes = filled_in.read(self.written.asked, self.form)
        checked = check(self.written.asked, given)
        self.given = given
        self.asked = filled_in.asked_ids(self.written.asked, checked.choices)
        found = {question_of(one): str(one.detail) for one in [*checked.wrong, *mistakes]}
        self.missing = {pk: words for pk, words in found.items() if pk in self.asked}

    @property
    def last_screen(self) -> str:
        """Where it is voted."""
        return "0" if self.has_one_screen else PROOF

    @property
    def has_one_screen(self) -> bool:
        return len(self.screens) == 1

    def is_open(self, screen: int) -> bool:
        """Whether anything on it is asked of this voter."""
        return any(one.id in self.asked for one in self.screens[screen])

    def after(self, screen: int) -> int | None:
        return next((at for at in range(screen + 1, len(self.screens)) if self.is_open(at)), None)

    def before(self, screen: int) -> int | None:
        return next((at for at in range(screen - 1, -1, -1) if self.is_open(at)), None)

    def wrong_on(self, screen: int) -> dict[int, str]:
        return {one.id: self.missing[one.id] for one in self.screens[screen] if one.id in self.missing}

    def first_wrong(self) -> int | None:
        return next((at for at in range(len(self.screens)) if self.wrong_on(at)), None)


def question_of(one: FieldError) -> int:
    name = one.field.partition(".")[2]
    return int(name) if name.isdecimal() else 0


def begin(poll: Poll, form: QueryDict | None = None) -> Filling:
    """As the form says it, or a new one."""
    written, form = Written(poll), QueryDict() if form is None else form
    try:
        token = UUID(form.get("token", ""))
    except ValueError:
        token = uuid4()
    typed = form.get("order", "")
    order = int(typed) % ORDERS if typed.isascii() and typed.isdecimal() and len(typed) < 4 else None
    if order is None:
        order = secrets.randbelow(ORDERS) if written.is_shuffled else 0
    return Filling(poll=poll, written=written, form=form, token=token, order=order, at=form.get("at", "0"))


def elsewhere(filling: Filling) -> tuple[str, int]:
    """The screen that comes now, with its status; empty when everything is filled in and it is time to vote."""
    at = filling.at
    if filling.form.get("go") == "back":
        return back_from(filling), 200
    if at.isascii() and at.isdecimal() and int(at) < len(filling.screens):
        here = int(at)
        filling.errors = filling.wrong_on(here)
        if filling.errors:
            return at, 400
        following = filling.after(here)
        if following is not None:
            return str(following), 200
        if not filling.has_one_screen:
            return PROOF, 200
    elif at not in {ALL, PROOF, CODE}:
        return "0", 200
    unanswered = filling.first_wrong()
    if unanswered is None:
        return "", 200
    filling.errors = filling.missing
    return str(unanswered), 400


def back_from(filling: Filling) -> str:
    """Where “back” leads."""
    last = max((at for at in range(len(filling.screens)) if filling.is_open(at)), default=0)
    if filling.at == CODE:
        return filling.last_screen
    if filling.at.isascii() and filling.at.isdecimal():
        return str(filling.before(min(int(filling.at), len(filling.screens))) or 0)
    return str(last)
