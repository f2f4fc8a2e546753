"""A public initiative as the API writes it. Nobody's contact data, nothing that only the group sees."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from core.areas.queries import tree
from core.areas.tenancy import site_of
from participation.cases.shapes import moment_or_none
from participation.initiatives.models import Initiative
from participation.initiatives.queries import detail
from participation.initiatives.queries.public import Line, lines_of
from participation.initiatives.states import ENDED


def in_list(initiative: Initiative, line: Line) -> dict[str, Any]:
    """No query."""
    area = tree().by_id.get(initiative.area_id or 0)
    site = site_of(initiative.gemeente_id)
    return {
        "slug": initiative.slug,
        "title": initiative.title,
        "what": initiative.what,
        "language": initiative.language,
        "stage": initiative.stage,
        "stageLabel": line.stage_label,
        "stageSince": moment_or_none(initiative.stage_since),
        "area": {"code": area.code, "name": area.name, "level": area.level} if area else None,
        "location": _point(initiative),
        "theme": {"slug": line.theme.slug, "name": line.theme_label} if line.theme else None,
        "support": {
            "total": line.bar.many,
            "onPaper": line.bar.paper,
            "needed": line.bar.needed or None,
        },
        "helpWanted": list(line.help),
        "photoUrl": line.photo_address,
        "url": site + reverse("initiative", args=[initiative.slug]),
        "publishedAt": moment_or_none(initiative.published_at),
        "changedAt": moment_or_none(initiative.changed_at),
    }


def whole(initiative: Initiative) -> dict[str, Any]:
    """With its plan, its way and its people. Five queries."""
    [line] = lines_of([initiative])
    way = detail.way_of(initiative)
    coach = detail.coach_of(initiative, timezone.now())
    return in_list(initiative, line) | {
        "why": initiative.why,
        "who": initiative.who,
        "wanted": initiative.wanted,
        "when": initiative.when,
        "address": initiative.address,
        "photos": [
            {"url": one.large, "alt": one.alt, "width": one.width, "height": one.height}
            for one in detail.pictures_of(initiative)
        ],
        "stages": [
            {"stage": mark.stage, "label": mark.label, "state": mark.state, "at": moment_or_none(mark.at)}
            for mark in way.marks
        ],
        "outcome": _outcome(way.now),
        "members": [{"name": face.name, "role": face.role} for face in detail.faces_of(detail.group_of(initiative))],
        "coach": coach
        and {
            "name": coach.name,
            "role": coach.role,
            "organisation": coach.organisation,
            "photoUrl": coach.photo_address,
        },
        "followers": initiative.follower_count,
        "comments": initiative.comment_count,
        "version": initiative.version,
    }


def feature(initiative: Initiative) -> dict[str, Any]:
    """A GeoJSON Feature; its geometry is null for one without a place of its own."""
    return {
        "type": "Feature",
        "id": initiative.slug,
        "geometry": _point(initiative),
        "properties": {
            "slug": initiative.slug,
            "title": initiative.title,
            "stage": initiative.stage,
            "stageLabel": initiative.get_stage_display(),
            "ended": initiative.stage in ENDED,
        },
    }


def _point(initiative: Initiative) -> dict[str, Any] | None:
    if initiative.lon is None or initiative.lat is None:
        return None
    return {"type": "Point", "coordinates": [initiative.lon, initiative.lat]}


def _outcome(told: detail.Told | None) -> dict[str, Any] | None:
    if told is None:
        return None
    return {
        "stage": told.stage,
        "at": moment_or_none(told.at),
        "by": "group" if told.by_group else "coach",
        "reason": told.reason,
        "learned": told.learned,
        "answer": told.answer,
    }
