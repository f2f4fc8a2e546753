"""What the desk shows of an initiative beside its case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from core.accounts.actor import Actor
from core.areas.tenancy import site_of
from participation.cases.models import Case
from participation.cases.shapes import moment_or_none, person
from participation.initiatives.models import Check, Coaching, Initiative, Member
from participation.initiatives.permissions import Deed, may
from participation.initiatives.policies import roles_of
from participation.initiatives.queries import detail
from participation.initiatives.queries.asked_case import requests_for_desk
from participation.initiatives.queries.comments import waiting_in
from participation.initiatives.signs import rhythm_of
from participation.initiatives.states import STEPS, By, Stage, steps_from

QUESTIONS = ("energy", "contacts", "equipment", "embedding", "empathy")
"""The five of ACTIE: Animo, Contacten, Toerusting, Inbedding, Empathie."""


def more_of_case(case: Case, actor: Actor, now: datetime) -> dict[str, Any]:
    """`{"initiative": …}` for the page of a case, or of a part of one. Seven queries."""
    found = Initiative.objects.select_related("case", "theme").filter(case_id=case.parent_id or case.pk).first()
    return {"initiative": of_initiative(found, actor) if found is not None else None}


def of_initiative(initiative: Initiative, actor: Actor) -> dict[str, Any]:
    """Nothing that only shows after REVEAL: the members are there as the group calls them."""
    roles = roles_of(actor, initiative)
    deeds = [deed.value for deed in Deed if may(roles, deed, initiative.stage)]
    way = detail.way_of(initiative)
    address = reverse("initiative", args=[initiative.slug])
    coachings = list(initiative.coachings.order_by("pk"))
    now_coach = next((one for one in coachings if one.until is None), None)
    sees_notes = Deed.SEE_NOTES in deeds
    return {
        "slug": initiative.slug,
        "version": initiative.version,
        "title": initiative.title,
        "stage": initiative.stage,
        "stageLabel": str(Stage(initiative.stage).label),
        "stageSince": moment_or_none(initiative.stage_since),
        "way": [{"stage": mark.stage, "label": mark.label, "state": mark.state} for mark in way.marks],
        "isPublic": initiative.is_public,
        "url": site_of(initiative.gemeente_id) + address if initiative.is_public else None,
        "why": initiative.why,
        "who": initiative.who,
        "wanted": initiative.wanted,
        "when": initiative.when,
        "theme": initiative.theme.name if initiative.theme is not None else "",
        "submittedAt": moment_or_none(initiative.submitted_at),
        "photos": [
            {"url": one.large, "thumbnailUrl": one.medium, "alt": one.alt} for one in detail.pictures_of(initiative)
        ],
        "members": [_member(one) for one in initiative.members.filter(left_at=None)],
        "role": now_coach.role if now_coach is not None else None,
        "rhythm": rhythm_of(initiative),
        "signBy": moment_or_none(initiative.sign_by),
        "stalledAt": moment_or_none(initiative.stalled_at),
        "coachings": [_coaching(one) for one in coachings],
        "checks": [_check(one) for one in initiative.checks.order_by("-pk")] if sees_notes else [],
        "support": {"count": initiative.support, "paper": initiative.paper_count, "needed": initiative.needed},
        "followers": initiative.follower_count,
        "comments": initiative.comment_count,
        "lastStep": _told(way.now) if way.now is not None else None,
        "steps": steps_for(initiative, By.COACH) if Deed.STEP in deeds else [],
        "helpRequests": requests_for_desk(initiative, actor) if Deed.SEE_INSIDE in deeds else [],
        "waitingComments": waiting_in(initiative) if Deed.MODERATE in deeds else 0,
        "deeds": deeds,
    }


def steps_for(initiative: Initiative, by: By) -> list[dict[str, Any]]:
    """The steps this side may take now, with where each leads and whether it asks for reasons. No query.

    An idea that nobody accepted is refused by a professional, not stopped.
    """
    return [
        {
            "step": name,
            "to": (STEPS[name].to or Stage(initiative.stage_before or initiative.stage)).value,
            "toLabel": str((STEPS[name].to or Stage(initiative.stage_before or initiative.stage)).label),
            "reasoned": STEPS[name].reasoned,
        }
        for name in steps_from(initiative.stage, by)
        if name != "submit" and not (name == "stop" and by is By.COACH and initiative.stage == Stage.IDEA)
    ]


def _member(one: Member) -> dict[str, Any]:
    return {"id": one.pk, "name": one.name, "role": one.role, "roleLabel": one.get_role_display()}


def _coaching(one: Coaching) -> dict[str, Any]:
    return {
        "by": person(one.professional_id),
        "role": one.role,
        "roleLabel": one.get_role_display(),
        "since": moment_or_none(one.since),
        "until": moment_or_none(one.until),
        "givenBy": person(one.given_by_id),
        "insteadOf": person(one.instead_of_id),
    }


def _check(one: Check) -> dict[str, Any]:
    return {
        "id": one.pk,
        "stage": one.stage,
        "stageLabel": str(Stage(one.stage).label),
        "scores": {name: getattr(one, name) for name in QUESTIONS},
        "remark": one.remark,
        "by": person(one.professional_id),
        "at": moment_or_none(one.at),
    }


def _told(told: detail.Told) -> dict[str, Any]:
    return {
        "step": told.name,
        "byGroup": told.by_group,
        "reason": told.reason,
        "learned": told.learned,
        "answer": told.answer,
        "at": moment_or_none(told.at),
    }
