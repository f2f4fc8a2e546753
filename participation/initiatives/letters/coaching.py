"""Mails to a group about how it goes with their plan: taken in, a step, another coach, a message, a long silence.

Each goes to one member who wants mail, in their language, and says how to stop it.
"""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from core.areas.tenancy import site_of
from core.notify.letters import Letter, spoken
from participation.cases.models import Message
from participation.initiatives.models import Coaching, Initiative, Member, StepTaken
from participation.initiatives.permissions import MATRIX, Deed, Role
from participation.initiatives.queries.detail import who_has_it
from participation.initiatives.states import ENDED, Stage
from participation.organisations.queries import public_person, roster
from participation.routing.queries import config
from participation.routing.wording import words_of

TEMPLATES = {
    "received": "initiative_received",
    "step": "initiative_step",
    "coach": "initiative_coach",
    "message": "initiative_message",
    "quiet": "initiative_quiet",
}


def letter(what: str, member_id: int, about_id: int) -> Letter | None:
    """To one member: `what` happened, `about_id` being the step, coaching or message (else the initiative).

    None for who left, cannot be mailed or wants no mail, and for what is no longer so.
    """
    known = Member.objects.select_related("initiative__case", "resident")
    reader = known.filter(pk=member_id, left_at=None, mailed=True).first()
    if reader is None or reader.resident is None or not reader.resident.email:
        return None
    initiative, language = reader.initiative, spoken(reader.resident.language)
    with translation.override(language):
        told = _TOLD[what](initiative, about_id)
        if told is None:
            return None
        if told.get("may_answer") and Role(reader.role) not in MATRIX[Deed.ANSWER_BACK]:
            told["may_answer"] = False
        own_side = f"{site_of(initiative.gemeente_id)}/initiatieven/{initiative.slug}/groep/"
        context = {
            "name": reader.name,
            "title": initiative.title,
            "stage": initiative.get_stage_display(),
            "address": f"{own_side}gesprek/",
            "overview": f"{own_side}gesprek/" if told.get("may_answer") else own_side,
            **told,
        }
    return Letter(
        to=reader.resident.email,
        template=TEMPLATES[what],
        context=context,
        language=language,
        gemeente_id=initiative.gemeente_id,
    )


def _received(initiative: Initiative, _about_id: int) -> dict[str, Any] | None:
    case = initiative.case
    if case is None:
        return None
    category = config(initiative.gemeente_id).settings.categories.get(case.category_id or 0)
    return who_has_it(initiative) | {
        "respond_by": case.respond_by,
        "promise": words_of(category).promise if category else "",
    }


def _step(initiative: Initiative, step_id: int) -> dict[str, Any] | None:
    step = StepTaken.objects.select_related("member").filter(pk=step_id, initiative=initiative).first()
    if step is None:
        return None
    by = roster().people.get(step.professional_id or 0)
    return who_has_it(initiative) | {
        "step": step.name,
        "from_stage": Stage(step.from_stage).label,
        "to_stage": Stage(step.to_stage).label,
        "by": by.name if by else (step.member.name if step.member else "") or _("Somebody of your group"),
        "reason": step.reason,
        "learned": step.learned,
        "is_public": initiative.is_public,
        "may_answer": step.to_stage in ENDED
        and step.name != "finish"
        and step.professional_id
        and not step.answered_at,
    }


def _coach(initiative: Initiative, coaching_id: int) -> dict[str, Any] | None:
    """Of a coaching that ended meanwhile nobody is told: another mail is on its way."""
    coaching = Coaching.objects.filter(pk=coaching_id, initiative=initiative).first()
    if coaching is None:
        return None
    after = initiative.coachings.filter(pk__gt=coaching.pk).exists()
    if after:
        return None
    before = initiative.coachings.filter(pk__lt=coaching.pk).order_by("-pk").first()
    people = roster().people

    def named(professional_id: int | None) -> dict[str, Any] | None:
        person = people.get(professional_id or 0)
        return public_person(person) if person else None

    gone = coaching.until is not None
    return who_has_it(initiative) | {
        "coach": None if gone else named(coaching.professional_id),
        "before": named(coaching.professional_id if gone else before.professional_id if before else None),
        "by": named(coaching.given_by_id),
        "since": coaching.until if gone else coaching.since,
        "role": "" if gone else coaching.get_role_display(),
        "instead_of": None if gone else named(coaching.instead_of_id),
    }


def _message(initiative: Initiative, message_id: int) -> dict[str, Any] | None:
    message = Message.objects.filter(pk=message_id, case_id=initiative.case_id or 0).first()
    if message is None:
        return None
    writer = roster().people.get(message.professional_id or 0)
    return {"text": message.text, "writer": public_person(writer) if writer else None}


def _quiet(initiative: Initiative, _about_id: int) -> dict[str, Any] | None:
    if initiative.stalled_at is None:
        return None
    return who_has_it(initiative) | {"since": initiative.stalled_at, "rhythm": initiative.rhythm}


_TOLD = {"received": _received, "step": _step, "coach": _coach, "message": _message, "quiet": _quiet}
