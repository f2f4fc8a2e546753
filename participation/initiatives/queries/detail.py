"""What everybody may see of one initiative: its way through the stages, who carries it, who helps, its photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from core.media.urls import photo_url
from participation.initiatives.models import Initiative, InitiativePhoto, Member, StepTaken
from participation.initiatives.states import STEPS, Stage
from participation.organisations.cards import PersonLine, chosen
from participation.organisations.queries import public_person, roster

WAY = (Stage.IDEA, Stage.TALKING, Stage.GATHERING, Stage.PLAN, Stage.DOING, Stage.DONE)
"""As it goes when all goes well; gathering support and planning may change places, and either may be passed over."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stage on the way. `state`: done, now or next. `at`: since when, or when it began; None for what comes next."""

    stage: str
    state: str
    at: datetime | None

    @property
    def label(self) -> str:
        return str(Stage(self.stage).label)


@dataclass(frozen=True, slots=True)
class Told:
    """A step that needed a reason: who took it, why, what was learned, and what the group says to it."""

    name: str
    stage: str
    at: datetime
    by_group: bool
    reason: str
    learned: str
    answer: str
    answered_at: datetime | None

    @property
    def label(self) -> str:
        return str(Stage(self.stage).label)


@dataclass(frozen=True, slots=True)
class Way:
    """`now` is the reason why it rests or stopped, if it does; `before`: earlier such steps, the latest first."""

    marks: tuple[Mark, ...]
    now: Told | None
    before: tuple[Told, ...]

    @property
    def place(self) -> int:
        """The number of the stage it is in, from 1."""
        return next((at for at, mark in enumerate(self.marks, 1) if mark.state == "now"), len(self.marks))

    @property
    def on_the_way(self) -> bool:
        """Whether it goes on from here."""
        return any(mark.state == "now" and mark.stage in WAY for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Picture:
    photo_id: UUID
    alt: str
    width: int
    height: int

    @property
    def medium(self) -> str:
        return photo_url(self.photo_id, "medium")

    @property
    def large(self) -> str:
        return photo_url(self.photo_id, "large")


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody of the group, as the group calls them in public."""

    name: str
    role: str

    @property
    def role_label(self) -> str:
        return str(Member.Role(self.role).label)


def way_of(initiative: Initiative) -> Way:
    """One query."""
    steps = list(StepTaken.objects.filter(initiative=initiative))
    reached: dict[str, datetime] = {}
    if initiative.submitted_at is not None:
        reached[Stage.IDEA] = initiative.submitted_at
    for step in steps:
        reached[step.to_stage] = step.at
    told = [_told(step) for step in steps if _is_reasoned(step)]
    now = told.pop() if told and told[-1].stage == initiative.stage else None
    return Way(_marks(initiative, reached), now, tuple(reversed(told)))


def _marks(initiative: Initiative, reached: dict[str, datetime]) -> tuple[Mark, ...]:
    """What was behind it, where it is, and what is still to come as far as it goes on."""
    here = Stage(initiative.stage)
    on_the_way = here in WAY
    behind = [stage for stage in WAY if stage in reached and stage != here]
    if on_the_way:
        behind = [stage for stage in behind if reached[stage] <= initiative.stage_since]
    behind.sort(key=lambda stage: reached[stage])
    marks = [Mark(stage, "done", reached[stage]) for stage in behind]
    marks.append(Mark(here, "now" if here != Stage.DONE else "done", initiative.stage_since))
    if on_the_way:
        ahead = WAY[WAY.index(here) + 1 :]
    elif here == Stage.RESTING and initiative.stage_before in WAY:
        ahead = WAY[WAY.index(Stage(initiative.stage_before)) :]
    elif here == Stage.DRAFT:
        ahead = WAY
    else:
        ahead = ()
    known = {mark.stage for mark in marks}
    return tuple(marks + [Mark(stage, "next", None) for stage in ahead if stage not in known])


def _is_reasoned(step: StepTaken) -> bool:
    known = STEPS.get(step.name)
    return known is not None and known.reasoned and bool(step.reason or step.learned)


def _told(step: StepTaken) -> Told:
    return Told(
        name=step.name,
        stage=step.to_stage,
        at=step.at,
        by_group=step.professional_id is None,
        reason=step.reason,
        learned=step.learned,
        answer=step.answer,
        answered_at=step.answered_at,
    )


def pictures_of(initiative: Initiative) -> list[Picture]:
    """In the order of the group. One query."""
    rows = InitiativePhoto.objects.filter(initiative=initiative).select_related("photo")
    return [Picture(row.photo_id, row.alt, row.photo.width, row.photo.height) for row in rows]


def group_of(initiative: Initiative) -> list[Member]:
    """Who takes part now. One query."""
    return list(initiative.members.filter(left_at=None))


def faces_of(group: Sequence[Member]) -> list[Face]:
    """Those who have a name here, the starter first."""
    order = Member.Role.values
    return sorted((Face(one.name, one.role) for one in group if one.name), key=lambda one: order.index(one.role))


def coach_of(initiative: Initiative, now: datetime) -> PersonLine | None:
    """The card of who coaches it, or of who stands in; from memory. None before somebody accepted, and after."""
    case = initiative.case
    if case is None or case.assignee_id is None or initiative.stage in {Stage.IDEA, Stage.DRAFT}:
        return None
    return next(iter(chosen([case.assignee_id], initiative.gemeente_id, timezone.localdate(now))), None)


def who_has_it(initiative: Initiative) -> dict[str, Any]:
    """Whose case it is, in mails and on the group's page alike: the team, and the professional where there is one, who
    is the coach from accepting on; None of a draft. From memory."""
    case = initiative.case
    if case is None:
        return {"team": None, "person": None}
    team = roster().teams[case.team_id]
    person = roster().people.get(case.assignee_id or 0)
    return {
        "team": {"name": team.name, "organisation": team.organisation},
        "person": public_person(person) if person else None,
    }
