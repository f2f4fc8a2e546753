"""Ideas for a budget, as everybody sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps
from django.urls import reverse

from core.api.cursors import KeysetPagination
from core.media.urls import photo_url
from participation.polls.models import Poll, Project, Question
from participation.polls.states import Kind


@dataclass(frozen=True, slots=True)
class IdeaLine:
    title: str
    what: str
    name: str
    cents: int | None
    state: str
    state_label: str
    reason: str
    picture: str
    alt: str
    initiative: str


def ideas_of(poll: Poll, *, cursor: str, limit: int) -> tuple[list[IdeaLine], str]:
    """The newest first, and the cursor after them. One query."""
    rows, after = KeysetPagination("-id").cut(Project.objects.filter(poll=poll), cursor=cursor, limit=limit)
    return [_line(one) for one in rows], after


def own_initiatives(resident_id: int, gemeente_id: int) -> Sequence[tuple[str, str]]:
    """Those of this resident that everybody may read: (slug, title). A room beside this one, so by its name."""
    known = apps.get_model("initiatives", "Initiative")._default_manager
    rows = known.filter(
        gemeente_id=gemeente_id,
        published_at__isnull=False,
        members__resident_id=resident_id,
        members__left_at=None,
    )
    return list(rows.order_by("-published_at").values_list("slug", "title")[:20])


def money_of(poll: Poll) -> int:
    """Cents that there are to divide; 0 for a poll without a budget. One query."""
    return Question.objects.filter(poll=poll, kind=Kind.BUDGET).values_list("cents", flat=True).first() or 0


def _line(one: Project) -> IdeaLine:
    return IdeaLine(
        title=one.title,
        what=one.what,
        name=one.name,
        cents=one.cents,
        state=one.state,
        state_label=str(one.get_state_display()),
        reason=one.reason,
        picture=photo_url(one.photo_id, "medium") if one.photo_id else "",
        alt=one.alt,
        initiative=reverse("initiative", args=[one.initiative]) if one.initiative else "",
    )
