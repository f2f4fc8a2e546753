"""What happened to initiatives since somebody heard of them last, as everybody may know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from participation.initiatives.models import Follow, HelpRequest, Initiative, Milestone, StepTaken, Update
from participation.initiatives.states import Stage

WORDS = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of news; `words` may be empty."""

    at: datetime
    title: str
    words: str = ""


@dataclass(slots=True)
class News:
    """Of one initiative, oldest first; never empty. `address`: its path on the site."""

    initiative: Initiative
    pieces: list[Piece] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"/initiatieven/{self.initiative.slug}/"


def news_for(follows: Sequence[Follow], *, until: datetime) -> list[News]:
    """What is new for who follows these (with their initiatives selected). Four queries, whatever their number."""
    since = {one.initiative_id: one.told_until for one in follows}
    found = {one.initiative_id: News(one.initiative) for one in follows if one.initiative.is_public}
    if not found:
        return []
    ids, earliest = list(found), min(since.values())

    def add(initiative_id: int, piece: Piece) -> None:
        if since[initiative_id] < piece.at <= until:
            found[initiative_id].pieces.append(piece)

    for told in Update.objects.filter(initiative__in=ids, created_at__gt=earliest, hidden_at=None):
        title = told.title or _("New in the diary")
        add(told.initiative_id, Piece(told.created_at, title, Truncator(told.text).words(WORDS)))
    for step in StepTaken.objects.filter(initiative__in=ids, at__gt=earliest):
        title = _("Now: %(stage)s") % {"stage": str(Stage(step.to_stage).label)}
        add(step.initiative_id, Piece(step.at, title, Truncator(step.reason).words(WORDS)))
    for mark in Milestone.objects.filter(initiative__in=ids, done_at__gt=earliest):
        if mark.done_at is not None:
            add(mark.initiative_id, Piece(mark.done_at, _("Reached: %(what)s") % {"what": mark.title}))
    asked = HelpRequest.objects.filter(initiative__in=ids, created_at__gt=earliest, decision="")
    for wish in asked.filter(seen_by=HelpRequest.SeenBy.EVERYBODY):
        title = _("Help is needed: %(kind)s") % {"kind": wish.get_kind_display()}
        add(wish.initiative_id, Piece(wish.created_at, title, Truncator(wish.what).words(WORDS)))
    news = [one for one in found.values() if one.pieces]
    for one in news:
        one.pieces.sort(key=lambda piece: piece.at)
    return sorted(news, key=lambda one: one.pieces[-1].at, reverse=True)


def headline(news: Sequence[News]) -> str:
    """The subject of the mail: the initiative that has the newest, and how many more."""
    title, more = news[0].initiative.title, len(news) - 1
    if not more:
        return title
    return ngettext("%(title)s and %(more)d more initiative", "%(title)s and %(more)d more initiatives", more) % {
        "title": title,
        "more": more,
    }
