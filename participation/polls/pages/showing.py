"""What every page of one poll says: who asks, where it stands, and what was answered."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from core.areas.queries import AreaRow, tree
from core.areas.tenancy import scope_of, site_of
from core.events.queries import heads
from participation.organisations.cards import PersonLine, chosen
from participation.polls.events import poll_stream
from participation.polls.models import Poll
from participation.polls.queries.answers import answer_of
from participation.polls.queries.public import place_of
from participation.polls.states import OVER, Act, Shows, Stage, allows
from participation.polls.wording import LEVELS, SECRET, SHOWN, STAGE_SAYS
from participation.routing.wording import theme_name

DESCRIPTION = 160
Streams = list[tuple[str, int]]
"""What a page follows, with the numbers at which it was made."""


def here(request: HttpRequest) -> AreaRow:
    """The municipality of this host; Http404 where that is not clear."""
    gemeente = tree().by_id.get(scope_of(request).gemeente_id or 0)
    if gemeente is None:
        raise Http404
    return gemeente


def around(request: HttpRequest, slug: str) -> Streams:
    """The streams of the page with their numbers, before anything that is shown is read. One query."""
    here(request)
    stream = poll_stream(slug)
    return sorted(({stream: 0} | heads([stream])).items())


def page_context(request: HttpRequest, streams: Streams, poll: Poll) -> dict[str, Any]:
    """Three queries of a poll that was answered; none before."""
    now = timezone.now()
    place, wijk = place_of(poll.area_id)
    ended = poll.closes_at is not None and poll.closes_at <= now
    over = poll.stage in OVER
    site = site_of(poll.gemeente_id)
    description = " ".join((poll.intro or poll.purpose).split())
    return {
        "poll": poll,
        "streams": streams,
        "gemeente": here(request),
        "place": place,
        "wijk": wijk,
        "area": tree().by_id.get(poll.area_id),
        "theme": poll.theme,
        "theme_label": theme_name(poll.theme) if poll.theme else "",
        "asker": asker_of(poll),
        "says": STAGE_SAYS.get(poll.stage, ""),
        "level": LEVELS[poll.level],
        "secret": SECRET,
        "shown_when": SHOWN[poll.shows],
        "is_open": allows(poll.stage, Act.VOTE) and not ended,
        "just_closed": poll.stage == Stage.OPEN and ended,
        "is_over": over,
        "has_results": over or (poll.stage == Stage.OPEN and poll.shows != Shows.CLOSED),
        "takes_ideas": allows(poll.stage, Act.PROPOSE_PROJECT),
        "has_ideas": poll.stage in {Stage.IDEAS, Stage.CHECKING},
        "may_listen": allows(poll.stage, Act.ASK_OUTCOME),
        "answered": answer_of(poll, timezone.localdate(now)) if over else None,
        "is_late": poll.stage == Stage.CLOSED
        and poll.answer_by is not None
        and poll.answer_by < timezone.localdate(now),
        "canonical": site + reverse("poll", args=[poll.slug]),
        "description": Truncator(description).chars(DESCRIPTION),
        "now": now,
    }


def asker_of(poll: Poll) -> PersonLine | None:
    """The card of who is responsible, or of who stands in; from memory."""
    person = poll.case.assignee_id
    if person is None:
        return None
    return next(iter(chosen([person], poll.gemeente_id, timezone.localdate())), None)
