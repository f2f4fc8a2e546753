"""Mails about how it goes with a poll: to who proposed it, who proposed a project, and who asked to hear the answer.

Each says why it comes and how to stop it. None says whether anybody voted.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import translation

from core.areas.tenancy import site_of
from core.notify.letters import Letter, spoken
from core.ui.money import euros
from participation.organisations.queries import public_person, roster
from participation.polls.models import Listener, Poll, Project, StageChange
from participation.polls.tokens import token_of
from participation.polls.wording import label_of

TOLD = frozenset({"accept", "decline", "open", "close", "stop", "answer"})
"""The steps of which who proposed a poll hears."""


def to_proposer(poll_id: int, step_id: int | None) -> Letter | None:
    """That we have it, or that a step was taken. None for who wants or can get no mail."""
    poll = Poll.objects.select_related("proposer", "case").filter(pk=poll_id, proposer_mailed=True).first()
    if poll is None or poll.proposer is None or not poll.proposer.email:
        return None
    taken = StageChange.objects.filter(pk=step_id, poll=poll).first() if step_id is not None else None
    if step_id is not None and (taken is None or taken.name not in TOLD):
        return None
    language, site = spoken(poll.proposer.language), site_of(poll.gemeente_id)
    with translation.override(language):
        context = {
            "name": poll.proposer.name,
            "title": poll.title,
            "step": taken.name if taken is not None else "",
            "reason": taken.reason if taken is not None else "",
            "closes_at": poll.closes_at,
            "answer_by": poll.answer_by,
            "respond_by": poll.case.respond_by,
            "address": site + reverse("poll_proposal", args=[poll.slug]),
            "public_address": f"{site}/peilingen/{poll.slug}/" if poll.is_public else "",
            **who_has_it(poll),
        }
    return Letter(
        to=poll.proposer.email,
        template="poll_proposal",
        context=context,
        language=language,
        gemeente_id=poll.gemeente_id,
    )


def to_author(project_id: int) -> Letter | None:
    """To who proposed a project: whether it can be done."""
    project = Project.objects.select_related("resident", "poll").filter(pk=project_id).first()
    if project is None or project.resident is None or not project.resident.email:
        return None
    if project.state == Project.State.PROPOSED:
        return None
    language, poll = spoken(project.resident.language), project.poll
    with translation.override(language):
        context = {
            "title": poll.title,
            "project": project.title,
            "fits": project.state == Project.State.FITS,
            "reason": project.reason,
            "price": euros(project.cents) if project.cents else "",
            "address": f"{site_of(poll.gemeente_id)}/peilingen/{poll.slug}/",
        }
    return Letter(
        to=project.resident.email,
        template="poll_project",
        context=context,
        language=language,
        gemeente_id=poll.gemeente_id,
    )


def to_listener(listener_id: int, what: str) -> Letter | None:
    """`what`: "confirm", "answer" or "stop". None for who does not want it any more, or never said yes."""
    found = Listener.objects.select_related("poll").filter(pk=listener_id).first()
    if found is None or (found.confirmed_at is None) != (what == "confirm"):
        return None
    poll, site, language = found.poll, site_of(found.poll.gemeente_id), spoken(found.language)
    context: dict[str, Any] = {
        "title": poll.title,
        "reason": poll.reason,
        "answer_by": poll.answer_by,
        "public_address": f"{site}/peilingen/{poll.slug}/",
        "address": site + reverse("poll_listen_link", args=[token_of(found.seed)]),
    }
    with translation.override(language):
        if what == "answer":
            context |= {"answers": answers_in_words(poll)}
    return Letter(
        to=found.email,
        template=f"poll_listen_{what}",
        context=context,
        language=language,
        gemeente_id=poll.gemeente_id,
    )


def answers_in_words(poll: Poll) -> list[dict[str, Any]]:
    """Each answer: of what (empty: the whole), what we do, why, who and when."""
    return [
        {
            "about": label_of(one.option) if one.option is not None else "",
            "do": one.get_do_display(),
            "why": one.why,
            "who": one.who,
            "when": one.when,
        }
        for one in poll.answers.select_related("option")
    ]


def who_has_it(poll: Poll) -> dict[str, Any]:
    """The team, and the professional where there is one. From memory."""
    team = roster().teams[poll.case.team_id]
    person = roster().people.get(poll.case.assignee_id or 0)
    return {
        "team": {"name": team.name, "organisation": team.organisation},
        "person": public_person(person) if person else None,
    }
