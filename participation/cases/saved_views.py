"""Saved views: named filters of one's own, or shared with a team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, DomainError, FieldError, Invalid, NotAllowed, NotFound
from participation.cases.inbox import CaseFilter, count_each
from participation.cases.models import SavedView

MOST_VIEWS = 50
"""Views one person may keep."""
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Counted:
    """A view with how many cases this person finds in it now; `capped`: there are more."""

    view: SavedView
    count: int | None

    @property
    def capped(self) -> bool:
        return self.count == MOST_COUNTED


def views_for(actor: Actor) -> QuerySet[SavedView]:
    """This person's own views and those shared with their teams."""
    shared = Q(team_id__in=sorted(actor.team_ids))
    return SavedView.objects.filter(Q(professional_id=actor.professional_id) | shared).order_by("position", "id")


def counted(views: list[SavedView], filters: list[CaseFilter], actor: Actor, now: datetime) -> list[Counted]:
    """The same with their numbers; one query for all of them, each reads at most `MOST_COUNTED` cases.

    A view that cannot be counted (what it names may be gone) has no number, and leaves the others theirs.
    """
    numbers: Sequence[int | None]
    try:
        numbers = count_each(actor, filters, now, most=MOST_COUNTED)
    except (DomainError, OverflowError, ValueError):
        numbers = [_counted_alone(wanted, actor, now) for wanted in filters]
    return [Counted(view, number) for view, number in zip(views, numbers, strict=True)]


def _counted_alone(wanted: CaseFilter, actor: Actor, now: datetime) -> int | None:
    try:
        return count_each(actor, [wanted], now, most=MOST_COUNTED)[0]
    except (DomainError, OverflowError, ValueError):
        return None


def may_change(view: SavedView, actor: Actor) -> bool:
    """Who made it, and who leads the team it is shared with."""
    return view.professional_id == actor.professional_id or view.team_id in actor.lead_team_ids


def save_view(*, name: str, query: Mapping[str, str], team_id: int | None, position: int, actor: Actor) -> SavedView:
    """Keep a view, for oneself or for a team of one's own."""
    if actor.professional_id is None:
        raise NotAllowed
    if SavedView.objects.filter(professional_id=actor.professional_id).count() >= MOST_VIEWS:
        raise Conflict(_("You have %(most)d views. Remove one first.") % {"most": MOST_VIEWS})
    view = SavedView(professional_id=actor.professional_id, query=dict(query), position=position)
    return _write(view, name=name, team_id=team_id, actor=actor)


def change_view(*, pk: int, changes: Mapping[str, Any], actor: Actor) -> SavedView:
    """Change `name`, `query`, `team` or `position`, as far as given."""
    view = _own(pk, actor)
    if "query" in changes:
        view.query = dict(changes["query"])
    view.position = changes.get("position", view.position)
    team_id = changes.get("team", view.team_id)
    return _write(view, name=changes.get("name", view.name), team_id=team_id, actor=actor)


def remove_view(*, pk: int, actor: Actor) -> None:
    _own(pk, actor).delete()


def _own(pk: int, actor: Actor) -> SavedView:
    view = views_for(actor).filter(pk=pk).first()
    if view is None:
        raise NotFound
    if not may_change(view, actor):
        raise NotAllowed(_("Only who made this view, or the lead of the team, can change it."))
    return view


def _write(view: SavedView, *, name: str, team_id: int | None, actor: Actor) -> SavedView:
    name = " ".join(name.split())
    if not name:
        raise Invalid(FieldError("name", "required", _("Give the view a name.")))
    if team_id is not None and team_id != view.team_id and team_id not in actor.team_ids:
        raise Invalid(FieldError("team", "unknown", _("You can share a view with a team of your own.")))
    view.name, view.team_id = name, team_id
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise Invalid(
            FieldError("name", "taken", _("There is a view with this name already. Choose another."))
        ) from None
    return view
