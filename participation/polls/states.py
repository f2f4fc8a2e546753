"""The life of a poll: its stages, the steps between them, and what each stage allows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    PREPARING = "preparing", _("Being prepared")
    IDEAS = "ideas", _("Collecting ideas")
    CHECKING = "checking", _("Ideas are being checked")
    READY = "ready", _("Opens soon")
    OPEN = "open", pgettext_lazy("stage of a poll", "Open")
    CLOSED = "closed", pgettext_lazy("stage of a poll", "Closed")
    ANSWERED = "answered", pgettext_lazy("stage of a poll", "Answered")
    DECLINED = "declined", _("Not taken up")
    STOPPED = "stopped", _("Stopped")


class Level(models.TextChoices):
    """What somebody must show before they vote, once each."""

    DEVICE = "device", _("Open: once per device")
    CONFIRMED = "confirmed", _("Confirmed e-mail address or mobile number")
    LETTER = "letter", _("Code from a letter")
    RESIDENT = "resident", _("Resident who is signed in")


class Shows(models.IntegerChoices):
    """When results are shown. Set before it opens; afterwards it can only become later."""

    LIVE = 1, _("While people vote")
    VOTED = 2, _("To who has voted, and to everybody when it has closed")
    CLOSED = 3, _("When it has closed")


class Kind(models.TextChoices):
    """Kinds of question."""

    SINGLE = "single", _("One answer")
    MULTIPLE = "multiple", _("Several answers")
    RANKING = "ranking", _("Put in order")
    SCALE = "scale", pgettext_lazy("kind of question", "Scale")
    YESNO = "yesno", _("Yes, no or no opinion")
    OPEN = "open", _("In your own words")
    BUDGET = "budget", _("Divide a budget")


WITH_OPTIONS = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.RANKING, Kind.YESNO, Kind.BUDGET})


class Rule(models.TextChoices):
    """How an order or a budget is decided."""

    BORDA = "borda", _("Points by place (Borda)")
    SCHULZE = "schulze", _("Pair by pair (Schulze)")
    RUNOFF = "run-off", _("Run-off in rounds")
    GREEDY = "greedy", _("Most votes first")
    SHARES = "equal-shares", _("Equal shares")


RULES: dict[str, tuple[Rule, ...]] = {
    Kind.RANKING: (Rule.SCHULZE, Rule.BORDA, Rule.RUNOFF),
    Kind.BUDGET: (Rule.SHARES, Rule.GREEDY),
}
"""The rules that fit a kind of question; the first is the one we propose."""


class BallotForm(models.TextChoices):
    """How a budget is voted on."""

    APPROVAL = "approval", _("Choose projects")
    KNAPSACK = "knapsack", _("Choose projects that fit the budget together")
    POINTS = "points", _("Divide points")


class Entered(models.TextChoices):
    """Who put the ballot in the box."""

    SELF = "self", _("the voter")
    DESK = "desk", _("at a desk, by a professional")
    PROXY = "proxy", _("for somebody else, at a desk")


class Why(models.TextChoices):
    """Why an answer is hidden; stored as its reason."""

    PERSONAL = "personal", _("It tells who somebody is")
    RUDE = "rude", _("It insults or threatens")
    ABOUT = "about-somebody", _("It accuses somebody")
    ADVERTISING = "advertising", _("It is advertising")
    OTHER = "off-topic", pgettext_lazy("why an answer is hidden", "It is about something else")


PUBLIC = frozenset({Stage.IDEAS, Stage.CHECKING, Stage.READY, Stage.OPEN, Stage.CLOSED, Stage.ANSWERED})
"""Everybody may read it. A stopped one stays public when it was."""
OVER = frozenset({Stage.CLOSED, Stage.ANSWERED})
"""Votes are counted and the key of the roll is gone."""
ENDED = frozenset({Stage.ANSWERED, Stage.DECLINED, Stage.STOPPED})
"""Nobody owes anything any more."""


@dataclass(frozen=True, slots=True)
class Step:
    """A named step. `reasoned`: it needs a reason that others read. `by_clock`: taken by itself when it is time."""

    to: Stage
    sources: frozenset[Stage]
    reasoned: bool = False
    by_clock: bool = False


_BEFORE = frozenset({Stage.PREPARING, Stage.CHECKING})

STEPS: dict[str, Step] = {
    "accept": Step(Stage.PREPARING, frozenset({Stage.PROPOSED})),
    "decline": Step(Stage.DECLINED, frozenset({Stage.PROPOSED}), reasoned=True),
    "collect": Step(Stage.IDEAS, frozenset({Stage.PREPARING})),
    "check": Step(Stage.CHECKING, frozenset({Stage.IDEAS})),
    "plan": Step(Stage.READY, _BEFORE),
    "back": Step(Stage.PREPARING, frozenset({Stage.READY, Stage.OPEN})),
    "open": Step(Stage.OPEN, _BEFORE | {Stage.READY}, by_clock=True),
    "close": Step(Stage.CLOSED, frozenset({Stage.OPEN}), by_clock=True),
    "answer": Step(Stage.ANSWERED, frozenset({Stage.CLOSED})),
    "stop": Step(Stage.STOPPED, _BEFORE | {Stage.IDEAS, Stage.READY, Stage.OPEN}, reasoned=True),
}
"""Back from an open one only while nobody has voted."""


class Act(StrEnum):
    """What people do with a poll, as far as its stage has a say in it."""

    EDIT = "edit"
    """Everything about it. After the first ballot nothing that changes what was asked (`actions.preparing`)."""
    REWORD = "reword"
    """Texts that ask nothing: a mistake in spelling of the introduction, a later closing time."""
    PROPOSE_PROJECT = "propose-project"
    CHECK_PROJECT = "check-project"
    CODES = "codes"
    """Make codes for letters, hand them to the printer, replace one."""
    VOTE = "vote"
    ENTER = "enter"
    """Put a ballot in the box for somebody else."""
    SET_ASIDE = "set-aside"
    ANSWER = "answer"
    MODERATE = "moderate"
    ASK_OUTCOME = "ask-outcome"
    """Be mailed what is done with it."""


ALLOWS: dict[Stage, frozenset[Act]] = {
    Stage.PROPOSED: frozenset(),
    Stage.PREPARING: frozenset({Act.EDIT, Act.REWORD, Act.CODES}),
    Stage.IDEAS: frozenset({Act.REWORD, Act.PROPOSE_PROJECT, Act.CHECK_PROJECT, Act.CODES, Act.ASK_OUTCOME}),
    Stage.CHECKING: frozenset({Act.EDIT, Act.REWORD, Act.CHECK_PROJECT, Act.CODES, Act.ASK_OUTCOME}),
    Stage.READY: frozenset({Act.REWORD, Act.CODES, Act.ASK_OUTCOME}),
    Stage.OPEN: frozenset({Act.REWORD, Act.CODES, Act.VOTE, Act.ENTER, Act.SET_ASIDE, Act.MODERATE, Act.ASK_OUTCOME}),
    Stage.CLOSED: frozenset({Act.ANSWER, Act.MODERATE, Act.ASK_OUTCOME}),
    Stage.ANSWERED: frozenset({Act.ANSWER, Act.MODERATE}),
    Stage.DECLINED: frozenset(),
    Stage.STOPPED: frozenset(),
}


def steps_from(stage: str) -> list[str]:
    """Names of the steps from `stage`, in table order."""
    return [name for name, step in STEPS.items() if stage in step.sources]


def allows(stage: str, act: Act) -> bool:
    return act in ALLOWS[Stage(stage)]
