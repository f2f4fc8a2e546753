"""Projects of a budget from a `.pb` file (pabulib): what they are called and cost. Votes in it are not taken over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import FieldError, Invalid, NotFound
from participation.polls.actions.questions import OPTION_TEXTS, OptionGiven, write_question
from participation.polls.counting import pabulib
from participation.polls.models import Question
from participation.polls.permissions import Deed
from participation.polls.policies import get_poll_for
from participation.polls.states import Kind


@transaction.atomic
def import_projects(*, slug: str, question_id: int, content: bytes, actor: Actor, now: datetime) -> int:
    """Put the projects of the file behind those that are there; how many. All of them or none.

    Amounts are euros. Raises `Invalid` about `file`, with the line that is wrong.
    """
    poll = get_poll_for(actor, slug, Deed.EDIT)
    question = Question.objects.filter(poll=poll, pk=question_id, kind=Kind.BUDGET).first()
    if question is None:
        raise NotFound
    try:
        file = pabulib.read(content)
    except pabulib.Unreadable as error:
        told = _("This is not a .pb file that we can read. Line %(line)d: %(what)s") % {
            "line": error.line,
            "what": f"{error.code} {error.what}".strip(),
        }
        raise Invalid(FieldError("file", error.code, told)) from None
    if file.meta.get("currency", "EUR").strip().upper() not in {"EUR", ""} or file.decimals > 2:
        raise Invalid(FieldError("file", "currency", _("The amounts in this file are not in euros.")))
    there = [
        OptionGiven(id=one.pk, label=one.label, explanation=one.explanation, alt=one.alt, cents=one.cents)
        for one in question.options.all()
    ]
    projects = zip(file.projects, file.election().projects, strict=True)
    new = [
        OptionGiven(
            label=(row.get("name", "").strip() or row["project_id"])[: OPTION_TEXTS["label"]],
            explanation=row.get("description", "").strip()[: OPTION_TEXTS["explanation"]],
            cents=project.cost * 10 ** (2 - file.decimals),
            key=row["project_id"],
        )
        for row, project in projects
    ]
    write_question(slug=slug, question_id=question_id, values={}, options=[*there, *new], actor=actor, now=now)
    return len(new)
