"""What an initiative is, for the case behind it (`cases.subjects`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from participation.cases.subjects import Person, Subject, Written
from participation.initiatives.events import subject_of
from participation.initiatives.models import Initiative, Member
from participation.initiatives.states import Stage

SPEAKERS = {Member.Role.CONTACT: 0, Member.Role.STARTER: 1}
"""Who speaks for the group, the first of these that there is."""


def speaker_of(initiative: Initiative) -> Member | None:
    """The member whom professionals reach for the group: who is contact longest, else the starter. One query."""
    there = initiative.members.filter(left_at=None, role__in=SPEAKERS, resident__isnull=False)
    found = there.select_related("resident").order_by("joined_at", "pk")
    return min(found, key=lambda one: SPEAKERS[Member.Role(one.role)], default=None)


def subject_of_initiative(case_id: int) -> Subject:
    """The words of the group, and whether there is somebody to reach."""
    one = Initiative.objects.get(case_id=case_id)
    speaker = speaker_of(one)
    resident = speaker.resident if speaker else None
    return {
        "text": one.what,
        "answers": [],
        "channels": {
            "email": bool(resident and resident.email),
            "phone": bool(resident and resident.phone),
            "sms": False,
        },
        "extra": {},
    }


def person_of_initiative(case_id: int) -> Person | None:
    """Who speaks for the group, and how to reach them."""
    speaker = speaker_of(Initiative.objects.get(case_id=case_id))
    if speaker is None or speaker.resident is None:
        return None
    return {
        "name": speaker.name or speaker.resident.name,
        "email": speaker.resident.email,
        "phone": speaker.resident.phone,
    }


def words_of_initiatives(case_ids: Sequence[int]) -> dict[int, Written]:
    """By which words these cases are found. Two queries."""
    found = list(Initiative.objects.filter(case_id__in=case_ids).prefetch_related("members__resident"))
    return {one.case_id: written(one) for one in found if one.case_id is not None}


def written(initiative: Initiative) -> Written:
    """Its words, and apart from them how to reach everybody in the group."""
    there = [one for one in initiative.members.all() if one.left_at is None]
    contact = [
        value
        for one in there
        for value in (one.name, *((one.resident.name, one.resident.email, one.resident.phone) if one.resident else ()))
        if value
    ]
    texts = (initiative.title, initiative.what, initiative.why, initiative.who, initiative.wanted, initiative.when)
    return Written(texts=texts, contact=tuple(dict.fromkeys(contact)))


def names_in(case_id: int) -> dict[int, str]:
    """How the group calls its members, who left among them, by resident."""
    people = Member.objects.filter(initiative__case_id=case_id, resident__isnull=False).select_related("resident")
    named = sorted(people, key=lambda one: one.left_at is None)
    return {one.resident_id: one.name or one.resident.name for one in named if one.resident is not None}  # type: ignore[misc]


def also_about(case_id: int) -> str:
    """The subject of its events."""
    slug = Initiative.objects.filter(case_id=case_id).values_list("slug", flat=True).first()
    return subject_of(slug) if slug else ""


def rows_of_initiatives(case_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Where these stand, for the inbox. One query."""
    found = Initiative.objects.filter(case_id__in=case_ids).values_list("case_id", "stage", "stalled_at")
    return {
        pk: {"stage": stage, "stageLabel": str(Stage(stage).label), "stalled": stalled_at is not None}
        for pk, stage, stalled_at in found
    }
