"""What a group sees first: where it stands, and what it can do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from participation.initiatives.models import Initiative, Invitation, Member
from participation.initiatives.states import Stage

FEW = 3
"""With fewer people in it a group is asked to look for more."""


@dataclass(frozen=True, slots=True)
class Next:
    """Something the group can do now. `name`: of the address where; `is_main` for the most useful one."""

    name: str
    words: str
    explained: str = ""
    is_main: bool = False


MAIN: dict[Stage, tuple[str, Any, Any]] = {
    Stage.DRAFT: (
        "initiative_look",
        _("Go on with your plan"),
        _("Nobody sees it but your group. When it is ready, the starter sends it."),
    ),
    Stage.IDEA: (
        "initiative_members",
        _("Wait for your coach, and talk with neighbours"),
        _("Somebody who works in your neighbourhood looks at your plan and gets in touch."),
    ),
    Stage.TALKING: (
        "initiative_talk",
        _("Talk with your coach about what you need"),
        _("Decide together: gather support first, or make the plan."),
    ),
    Stage.GATHERING: (
        "initiative_group_support",
        _("You have enough support. Make the plan."),
        _("Share the page, and ask your neighbours at the door. Signatures on paper count too."),
    ),
    Stage.PLAN: ("initiative_help", _("Ask for the help you need"), _("Each question goes to who can say yes.")),
    Stage.DOING: ("initiative_diary", _("Tell how it goes"), _("A few words and a photo keep neighbours with you.")),
    Stage.DONE: (
        "initiative_looking_back",
        _("Look back"),
        _("What worked? Others learn from it, and it says thank you."),
    ),
    Stage.RESTING: ("initiative_talk", _("Go on when you are ready"), _("Tell your coach, and wake it up.")),
}
"""What helps most in a stage: the name of the address where, the words, and what it is for."""


CLOSED: dict[Stage, Any] = {
    Stage.IDEA: _("This opens as soon as somebody who works in your neighbourhood has accepted your plan."),
    Stage.RESTING: _("Your plan rests. This opens again when you go on with it."),
    Stage.DONE: _("Your plan has succeeded, so this is closed."),
    Stage.STOPPED: _("Your plan was stopped, so this is closed."),
}
"""Why a part of the group's side cannot be used in a stage that does not allow it."""


def why_closed(stage: str) -> str:
    """In words for the group; empty where such a part is open."""
    return str(CLOSED.get(Stage(stage), ""))


def next_steps(initiative: Initiative, *, members: int) -> list[Next]:
    """What the group can do now: first what helps most in this stage, then what makes it easier. Pure."""
    stage = Stage(initiative.stage)
    found: list[Next] = []
    if stage in MAIN:
        name, words, explained = MAIN[stage]
        missing = initiative.needed - initiative.support
        if stage == Stage.GATHERING and missing > 0:
            more = ngettext("Find %(many)d more supporter", "Find %(many)d more supporters", missing)
            words = more % {"many": missing}
        elif stage == Stage.GATHERING and not initiative.needed:
            words = gettext("Gather support")
        elif stage == Stage.GATHERING:
            name, explained = "initiative_talk", gettext("Tell your coach that you are ready.")
        found.append(Next(name, str(words), str(explained), is_main=True))
    if stage in {Stage.DRAFT, Stage.IDEA, Stage.TALKING} and members < FEW:
        words, explained = gettext("Invite neighbours to your group"), gettext("With three people it is much easier.")
        found.append(Next("initiative_members", words, explained))
    if stage == Stage.DRAFT and not initiative.wanted:
        words, explained = gettext("Say what you need"), gettext("Then your coach can help at once.")
        found.append(Next("initiative_needed", words, explained))
    return found


def counts_of(initiative: Initiative) -> list[dict[str, Any]]:
    """Small figures of a group. Two queries."""
    members = Member.objects.filter(initiative=initiative, left_at=None).count()
    waiting = (
        Invitation.objects.filter(initiative=initiative, accepted_at=None, ended_at=None).exclude(email="").count()
    )
    found = [
        {"key": "members", "many": members, "label": ngettext("person in your group", "people in your group", members)}
    ]
    if waiting:
        label = ngettext("invitation waits", "invitations wait", waiting)
        found.append({"key": "invited", "many": waiting, "label": label})
    if initiative.is_public:
        support, followers, comments = initiative.support, initiative.follower_count, initiative.comment_count
        found += [
            {"key": "support", "many": support, "label": ngettext("supporter", "supporters", support)},
            {"key": "followers", "many": followers, "label": ngettext("follower", "followers", followers)},
            {"key": "comments", "many": comments, "label": ngettext("comment", "comments", comments)},
        ]
    return found
