"""Who may do what with an initiative: one table, read by every policy, screen and test. Pure.

A person may have several roles at once; a deed is allowed when one of them has it and the stage allows it
(`states.ALLOWS`, for the deeds that are an `Act`). What is public is decided by the initiative (`published_at`).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from participation.initiatives.states import Act, Stage, allows


class Role(StrEnum):
    VISITOR = "visitor"
    RESIDENT = "resident"
    """Signed in."""
    MEMBER = "member"
    CONTACT = "contact"
    """Member whom professionals and neighbours may reach for the group."""
    STARTER = "starter"
    COACH = "coach"
    """The professional who has its case."""
    TEAM = "team"
    """A colleague in the team that holds its case, or who organises that team."""
    PARTNER = "partner"
    """In a team that takes part, or is asked to."""
    INSIDE_PARTNER = "inside-partner"
    """The same, and the group's coach lets that team see more than is public."""


class Deed(StrEnum):
    SEE = "see"
    """What everybody sees once it is public."""
    SEE_INSIDE = "see-inside"
    """Also before it is public: the draft, the members, the conversation with the coach, help requests of the group."""
    SEE_CONTACT = "see-contact"
    """How to reach the members who are contact."""
    SEE_NOTES = "see-notes"
    """The coach's notes and checks."""
    TALK = Act.TALK
    EDIT = Act.EDIT
    EDIT_PLAN = Act.EDIT_PLAN
    SUBMIT = "submit"
    STEP = "step"
    """Take a step of the stages that is theirs (`states.STEPS`)."""
    ANSWER_BACK = "answer-back"
    """Once, to a refusal or stop."""
    INVITE = Act.INVITE
    CALL = "call"
    """Say how the group calls them, in public too."""
    LEAVE = "leave"
    HAND_OVER = "hand-over"
    """Give the starter's place to another member."""
    REMOVE = "remove"
    """Throw the draft away, or take a member out."""
    SUPPORT = Act.SUPPORT
    COUNT_PAPER = Act.COUNT_PAPER
    SEND_CODES = Act.SEND_CODES
    COMMENT = Act.COMMENT
    MODERATE = "moderate"
    ASK_HELP = Act.ASK_HELP
    OFFER = Act.OFFER
    ANSWER_OFFER = "answer-offer"
    TELL = Act.TELL
    FOLLOW = Act.FOLLOW
    GUIDE = "guide"
    """Fill in the check of a stage."""
    AGREE = Act.AGREE
    INVOLVE = "involve"
    """Ask other teams to take part, and end that."""
    PROMISE = "promise"
    """As a partner: accept, promise, withdraw."""
    LOOK_BACK = Act.LOOK_BACK
    THANK = Act.THANK


_ALL = frozenset(Role)
_GROUP = frozenset({Role.MEMBER, Role.CONTACT, Role.STARTER})
_DESK = frozenset({Role.COACH, Role.TEAM})

MATRIX: dict[Deed, frozenset[Role]] = {
    Deed.SEE: _ALL,
    Deed.SEE_INSIDE: _GROUP | _DESK | {Role.INSIDE_PARTNER},
    Deed.SEE_CONTACT: frozenset({Role.STARTER, Role.COACH, Role.TEAM}),
    Deed.SEE_NOTES: _DESK,
    Deed.TALK: _GROUP | _DESK,
    Deed.EDIT: _GROUP,
    Deed.EDIT_PLAN: _GROUP,
    Deed.SUBMIT: frozenset({Role.STARTER}),
    Deed.STEP: frozenset({Role.STARTER, Role.CONTACT, Role.COACH, Role.TEAM}),
    Deed.ANSWER_BACK: frozenset({Role.STARTER, Role.CONTACT}),
    Deed.INVITE: frozenset({Role.STARTER, Role.CONTACT}),
    Deed.CALL: _GROUP,
    Deed.LEAVE: _GROUP,
    Deed.HAND_OVER: frozenset({Role.STARTER}),
    Deed.REMOVE: frozenset({Role.STARTER}),
    Deed.SUPPORT: frozenset({Role.RESIDENT}),
    Deed.COUNT_PAPER: _DESK,
    Deed.SEND_CODES: _DESK,
    Deed.COMMENT: frozenset({Role.RESIDENT, Role.COACH, Role.TEAM, Role.PARTNER}) | _GROUP,
    Deed.MODERATE: _DESK,
    Deed.ASK_HELP: _GROUP,
    Deed.OFFER: frozenset({Role.RESIDENT}),
    Deed.ANSWER_OFFER: frozenset({Role.STARTER, Role.CONTACT}),
    Deed.TELL: _GROUP | _DESK,
    Deed.FOLLOW: frozenset({Role.RESIDENT}),
    Deed.GUIDE: _DESK,
    Deed.AGREE: _DESK,
    Deed.INVOLVE: _DESK,
    Deed.PROMISE: frozenset({Role.PARTNER}),
    Deed.LOOK_BACK: _GROUP,
    Deed.THANK: _DESK,
}

COVERED = frozenset(
    {
        Deed.EDIT,
        Deed.EDIT_PLAN,
        Deed.CALL,
        Deed.SUBMIT,
        Deed.ANSWER_BACK,
        Deed.INVITE,
        Deed.COMMENT,
        Deed.ASK_HELP,
        Deed.OFFER,
        Deed.ANSWER_OFFER,
        Deed.TELL,
        Deed.LOOK_BACK,
    }
)
"""What a resident who is blocked may not do: all by which others read their words. They still read, support, follow,
talk with who helps them, hand over, stop and leave."""

_ACTS = {act.value: act for act in Act}


def covers(deed: Deed, stage: str) -> bool:
    """Whether a block keeps somebody from `deed`. What a draft says only its group reads: that may be written."""
    return deed in COVERED and not (stage == Stage.DRAFT and deed in {Deed.EDIT, Deed.EDIT_PLAN, Deed.CALL})


def carries(roles: Iterable[Role]) -> bool:
    """Whether they are one of the group: who carries a plan is no supporter of it."""
    return not {Role.MEMBER, Role.CONTACT, Role.STARTER}.isdisjoint(roles)


def may(roles: Iterable[Role], deed: Deed, stage: str) -> bool:
    """Whether somebody with these roles may do `deed` in this stage."""
    if MATRIX[deed].isdisjoint(roles):
        return False
    act = _ACTS.get(deed.value)
    return act is None or allows(Stage(stage), act)
