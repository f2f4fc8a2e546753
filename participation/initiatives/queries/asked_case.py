"""What a request for help is, for the case behind it (`cases.subjects`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from core.accounts.actor import Actor
from core.areas.tenancy import site_of
from participation.cases.models import Case
from participation.cases.permissions import Deed as CaseDeed
from participation.cases.policies import may_do
from participation.cases.subjects import Person, Subject, Written
from participation.initiatives.models import HelpRequest, Initiative, Member
from participation.initiatives.queries.asked import asked, request_of_case, shape_of
from participation.initiatives.queries.settings import settings_of
from participation.initiatives.queries.subject import names_in, speaker_of
from participation.initiatives.states import Stage
from participation.residents.models import Resident


def subject_of_help(case_id: int) -> Subject:
    """The words of the group, and whether there is somebody to reach."""
    request = _of(case_id)
    resident = _speaker(request)[1]
    return {
        "text": request.what,
        "answers": [],
        "channels": {
            "email": bool(resident and resident.email),
            "phone": bool(resident and resident.phone),
            "sms": False,
        },
        "extra": {},
    }


def person_of_help(case_id: int) -> Person | None:
    """Who asked, else who speaks for the group, and how to reach them."""
    member, resident = _speaker(_of(case_id))
    if member is None or resident is None:
        return None
    return {"name": member.name or resident.name, "email": resident.email, "phone": resident.phone}


def names_in_help(case_id: int) -> dict[int, str]:
    """How the group calls its members, by resident."""
    return names_in(_of(case_id).initiative.case_id or 0)


def words_of_help(case_ids: Sequence[int]) -> dict[int, Written]:
    """By which words these cases are found. Two queries."""
    found = HelpRequest.objects.filter(case_id__in=case_ids).select_related("initiative", "challenge")
    words = {}
    for one in found.prefetch_related("lines"):
        told = getattr(one, "challenge", None)
        more = (told.task, told.better, told.able, told.costs) if told is not None else ()
        words[one.case_id] = Written(
            texts=(one.what, one.initiative.title, *more, *(line.label for line in one.lines.all()))
        )
    return words


def more_of_help(case: Case, actor: Actor, now: datetime) -> dict[str, Any]:
    """`{"helpRequest": …}` for the page of a case, or of a part of one. Two queries."""
    request = request_of_case(case)
    if request is None:
        return {"helpRequest": None}
    initiative = request.initiative
    main = initiative.case
    sees = main is not None and Case.objects.visible_to(actor).filter(pk=main.pk).exists()
    challenge = getattr(request, "challenge", None)
    open_here = not request.decision and case.parent_id is None and may_do(actor, CaseDeed.HANDLE, case)
    weeks = settings_of(initiative.gemeente_id).challenge_longer
    return {
        "helpRequest": shape_of(asked(request))
        | {
            "mayDecide": open_here,
            "mayExtend": open_here and challenge is not None and not challenge.extended and weeks > 0,
            "longerWeeks": weeks,
            "initiative": {
                "slug": initiative.slug,
                "title": initiative.title,
                "what": initiative.what if initiative.is_public or sees else "",
                "stage": initiative.stage,
                "stageLabel": str(Stage(initiative.stage).label),
                "url": site_of(initiative.gemeente_id) + reverse("initiative", args=[initiative.slug])
                if initiative.is_public
                else None,
                "reference": main.reference if main is not None and sees else None,
            },
        }
    }


def requests_for_desk(initiative: Initiative, actor: Actor) -> list[dict[str, Any]]:
    """For who helps the group: what was asked and where it stands; `mayOpen`: they see the case too. Three queries."""
    found = HelpRequest.objects.filter(initiative=initiative).select_related("case", "challenge", "member")
    rows = [asked(one) for one in found.prefetch_related("lines")]
    theirs = Q(reference__in=[one.reference for one in rows])
    mine = set(Case.objects.visible_to(actor).filter(theirs).values_list("reference", flat=True)) if rows else set()
    return [shape_of(one) | {"mayOpen": one.reference in mine} for one in rows]


def _of(case_id: int) -> HelpRequest:
    return HelpRequest.objects.select_related("initiative", "member__resident").get(case_id=case_id)


def _speaker(request: HelpRequest) -> tuple[Member | None, Resident | None]:
    member = request.member
    if member is None or member.left_at is not None or member.resident is None:
        member = speaker_of(request.initiative)
    return member, member.resident if member is not None else None
