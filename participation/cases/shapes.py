"""How the API shows a case. Plain dictionaries from rows and memory: a page of 50 costs one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.api.parsing import moment
from core.areas.queries import tree
from core.events.models import Event
from core.media.urls import photo_url
from participation.cases.conversation import Conversation
from participation.cases.kinds import moves_of
from participation.cases.listing import Row
from participation.cases.models import Case, CasePhoto
from participation.cases.queries import category_of, is_late
from participation.cases.states import MOVES, OPEN, Status
from participation.cases.subjects import Subject, rows_of_cases, source_of
from participation.cases.telling import history_lines
from participation.organisations.queries import roster
from participation.routing.explain import first_reason


def moment_or_none(value: datetime | None) -> str | None:
    """A moment as the API writes it, or None."""
    return moment(value) if value else None


@cache
def _status_label(status: str, language: str | None) -> str:
    return str(Status(status).label)


def case_row(case: Case | Row, now: datetime) -> dict[str, Any]:
    """One row of the inbox; no query."""
    area = tree().by_id[case.area_id]
    category = category_of(case)
    return {
        "reference": case.reference,
        "kind": case.kind,
        "status": case.status,
        "statusLabel": _status_label(case.status, get_language()),
        "visibility": case.visibility,
        "priority": case.priority,
        "subject": _("Confidential report") if case.visibility == Case.Visibility.CONFIDENTIAL else case.summary,
        "address": case.address,
        "location": point(case),
        "area": {"code": area.code, "name": area.name, "level": area.level},
        "category": {"slug": category.slug, "name": category.name} if category else None,
        "team": team(case.team_id),
        "assignee": person(case.assignee_id),
        "language": case.language,
        "photoCount": case.photo_count,
        "late": is_late(case, now),
        "firstResponseBy": moment_or_none(case.respond_by),
        "respondedAt": moment_or_none(case.responded_at),
        "resolveBy": moment_or_none(case.resolve_by),
        "createdAt": moment_or_none(case.created_at),
        "updatedAt": moment_or_none(case.updated_at),
        "version": case.version,
    }


def inbox_rows(cases: Sequence[Row], now: datetime) -> list[dict[str, Any]]:
    """Rows of the inbox. Most share their reason with others.

    No query, but one for each kind among them that shows more than a report does (`stage`).
    """
    known: dict[str, str] = {}
    more = rows_of_cases(cases)

    def reason(case: Row) -> str:
        first = case.decision.get("reasons", [])[:1]
        if (key := repr(first)) not in known:
            known[key] = first_reason({"reasons": first})
        return known[key] or first_reason(case.decision)

    return [_inbox_row(case, reason(case), now) | more.get(case.id, _NO_MORE) for case in cases]


_NO_MORE = {"stage": None, "stageLabel": "", "stalled": False}


def _inbox_row(case: Row, reason: str, now: datetime) -> dict[str, Any]:
    return case_row(case, now) | {
        "unread": case.status in OPEN if case.seen_version is None else case.seen_version < case.version,
        "dueAt": moment_or_none(case.due_at),
        "supporters": case.supporter_count,
        "parent": case.parent__reference,
        "duplicateOf": case.duplicate_of__reference,
        "offeredTo": team(case.offered_to_id) if case.offered_to_id else None,
        "reason": reason,
    }


def case_page(
    case: Case,
    now: datetime,
    *,
    subject: Subject,
    photos: list[CasePhoto],
    said: Conversation,
    history: list[Event],
    why: list[str],
    elsewhere: Mapping[int, str],
) -> dict[str, Any]:
    """Everything a professional sees of one case. `elsewhere`: references of the other cases that these come from."""
    marks = source_of(case.kind).marks
    of_a_group = any(one.resident_id for one in said.messages)
    names = source_of(case.kind).names(case.pk) if of_a_group else {}
    return case_row(case, now) | {
        "text": subject["text"],
        "answers": subject["answers"],
        "reachableBy": subject["channels"],
        "observedAt": subject["extra"].get("observedAt"),
        "proposed": subject["extra"].get("proposed", False),
        "feedback": subject["extra"].get("feedback"),
        "supportersConfirmed": subject["extra"].get("supportersConfirmed", 0),
        "photos": [photo(one) | {"duplicate": elsewhere.get(one.case_id)} for one in photos],
        "messages": [
            {
                "id": one.pk,
                "text": one.text,
                "fromResident": one.from_resident,
                "marks": marks(case.gemeente_id, one.text) if one.from_resident else [],
                "by": person(one.professional_id),
                "name": names.get(one.resident_id or 0, ""),
                "at": moment_or_none(one.created_at),
                "photos": [str(shown.photo_id) for shown in photos if shown.message_id == one.pk],
                "duplicate": elsewhere.get(one.case_id),
            }
            for one in said.messages
        ],
        "notes": [
            {
                "id": one.pk,
                "text": one.text,
                "by": person(one.professional_id),
                "at": moment_or_none(one.created_at),
                "mentions": [named for pk in sorted(one.named) if (named := person(pk)) is not None],
                "part": case.reference if one.part_id == case.pk else elsewhere.get(one.part_id or 0),
            }
            for one in said.notes
        ],
        "history": history_lines(history),
        "moves": [
            {"move": name, "to": MOVES[name].to.value, "needsMessage": MOVES[name].needs_message}
            for name in moves_of(case)
        ],
        "why": why,
        "closedAt": moment_or_none(case.closed_at),
    }


def team(team_id: int) -> dict[str, Any]:
    row = roster().teams[team_id]
    return {"id": row.id, "slug": row.slug, "name": row.name, "organisation": row.organisation}


def person(professional_id: int | None) -> dict[str, Any] | None:
    """A colleague; None for nobody, or for someone whose account is gone."""
    row = roster().people.get(professional_id) if professional_id is not None else None
    if row is None:
        return None
    return {
        "id": row.id,
        "name": row.name,
        "role": row.role,
        "photoUrl": photo_url(row.photo_id, "thumb") if row.photo_id else None,
    }


def point(case: Case | Row) -> dict[str, Any] | None:
    """GeoJSON Point, or None for a case without a place."""
    if case.lat is None or case.lon is None:
        return None
    return {"type": "Point", "coordinates": [case.lon, case.lat]}


def photo(one: CasePhoto) -> dict[str, Any]:
    key: UUID = one.photo_id
    return {
        "id": str(key),
        "width": one.photo.width,
        "height": one.photo.height,
        "fromResident": one.from_resident,
        "fromSupporter": one.from_supporter,
        "forResident": one.for_resident,
        "stage": one.stage,
        "by": person(one.professional_id),
        "thumbnailUrl": photo_url(key, "thumb"),
        "url": photo_url(key, "large"),
    }
