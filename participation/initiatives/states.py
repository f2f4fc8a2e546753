"""The life of an initiative: its stages, the steps between them, and what each stage allows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IDEA = "idea", _("Idea")
    TALKING = "talking", _("In conversation")
    GATHERING = "gathering", _("Gathering support")
    PLAN = "plan", pgettext_lazy("stage of an initiative", "Plan")
    DOING = "doing", _("At work")
    DONE = "done", _("Succeeded")
    STOPPED = "stopped", _("Stopped")
    RESTING = "resting", _("Resting")


WITH_COACH = frozenset({Stage.TALKING, Stage.GATHERING, Stage.PLAN, Stage.DOING})
"""A coach accepted it, and it is on its way."""
OPEN = WITH_COACH | {Stage.IDEA, Stage.RESTING}
"""Somebody is responsible for it."""
ENDED = frozenset({Stage.DONE, Stage.STOPPED})


class By(StrEnum):
    """Who takes a step."""

    GROUP = "group"
    COACH = "coach"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Step:
    """A named step. `to` None: back to the stage it came from. `reasoned`: it needs a reason and what was learned.
    `opens`: from then on everybody can read the plan."""

    to: Stage | None
    sources: frozenset[Stage]
    by: By
    reasoned: bool = False
    opens: bool = False


STEPS: dict[str, Step] = {
    "submit": Step(Stage.IDEA, frozenset({Stage.DRAFT}), By.GROUP),
    "accept": Step(Stage.TALKING, frozenset({Stage.IDEA}), By.COACH),
    "refuse": Step(Stage.STOPPED, frozenset({Stage.IDEA}), By.COACH, reasoned=True),
    "gather": Step(Stage.GATHERING, frozenset({Stage.TALKING, Stage.PLAN}), By.EITHER, opens=True),
    "plan": Step(Stage.PLAN, frozenset({Stage.TALKING, Stage.GATHERING}), By.EITHER, opens=True),
    "begin": Step(Stage.DOING, frozenset({Stage.PLAN, Stage.GATHERING}), By.EITHER, opens=True),
    "finish": Step(Stage.DONE, frozenset({Stage.DOING}), By.EITHER),
    "rest": Step(Stage.RESTING, WITH_COACH, By.EITHER, reasoned=True),
    "wake": Step(None, frozenset({Stage.RESTING}), By.EITHER),
    "stop": Step(Stage.STOPPED, WITH_COACH | {Stage.IDEA, Stage.RESTING}, By.EITHER, reasoned=True),
    "resume": Step(Stage.TALKING, frozenset({Stage.STOPPED}), By.COACH),
}
"""Every step there is; a draft is thrown away, not stopped."""


class Act(StrEnum):
    """What people do with an initiative, as far as its stage has a say in it."""

    EDIT = "edit"
    """What it is, why and where: what neighbours support."""
    EDIT_PLAN = "edit-plan"
    """Who, when, what is needed, budget, photos."""
    INVITE = "invite"
    SUPPORT = "support"
    COUNT_PAPER = "count-paper"
    """Enter signatures on paper, or take a sheet back."""
    SEND_CODES = "send-codes"
    """Make, replace or withdraw codes of letters, with which people support; also before it gathers support."""
    COMMENT = "comment"
    ASK_HELP = "ask-help"
    OFFER = "offer"
    TELL = "tell"
    """Diary, milestones, money."""
    FOLLOW = "follow"
    TALK = "talk"
    """Write in the conversation between group and coach."""
    AGREE = "agree"
    """Agree on the coach's role and rhythm."""
    LOOK_BACK = "look-back"
    """Evaluation, continuation, thanks."""
    THANK = "thank"
    """Read what the group says of it, and tell others of what succeeded: a small win, the library."""


_ON_ITS_WAY = frozenset(
    {
        Act.EDIT_PLAN,
        Act.INVITE,
        Act.SEND_CODES,
        Act.COMMENT,
        Act.ASK_HELP,
        Act.OFFER,
        Act.TELL,
        Act.FOLLOW,
        Act.TALK,
        Act.AGREE,
    }
)
ALLOWS: dict[Stage, frozenset[Act]] = {
    Stage.DRAFT: frozenset({Act.EDIT, Act.EDIT_PLAN, Act.INVITE}),
    Stage.IDEA: frozenset({Act.EDIT, Act.EDIT_PLAN, Act.INVITE, Act.TALK}),
    Stage.TALKING: _ON_ITS_WAY | {Act.EDIT},
    Stage.GATHERING: _ON_ITS_WAY | {Act.SUPPORT, Act.COUNT_PAPER},
    Stage.PLAN: _ON_ITS_WAY | {Act.SUPPORT, Act.COUNT_PAPER},
    Stage.DOING: _ON_ITS_WAY | {Act.SUPPORT, Act.COUNT_PAPER},
    Stage.RESTING: frozenset({Act.EDIT_PLAN, Act.COMMENT, Act.TELL, Act.FOLLOW, Act.TALK, Act.AGREE}),
    Stage.DONE: frozenset({Act.COMMENT, Act.TELL, Act.FOLLOW, Act.TALK, Act.LOOK_BACK, Act.THANK}),
    Stage.STOPPED: frozenset({Act.LOOK_BACK, Act.THANK}),
}


def is_unsent(stage: str) -> bool:
    """Whether nobody but its group knows of it yet."""
    return "submit" in steps_from(stage, By.GROUP)


def steps_from(stage: str, by: By) -> list[str]:
    """Names of the steps that the group or the coach may take from `stage`, in table order."""
    return [name for name, step in STEPS.items() if stage in step.sources and step.by in {by, By.EITHER}]


def allows(stage: str, act: Act) -> bool:
    return act in ALLOWS[Stage(stage)]


def stages_that_allow(act: Act) -> list[str]:
    """In the order of the stages."""
    return [stage.value for stage in Stage if act in ALLOWS[stage]]
