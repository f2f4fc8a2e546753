"""At the desk: what stands out while people vote, and ballots that two people set aside."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, NotFound, Refused
from participation.polls import voter as voters
from participation.polls.actions import setting_aside
from participation.polls.pages.desk.frame import Inside, frame, inside
from participation.polls.permissions import Deed
from participation.polls.queries import watching
from participation.polls.queries.batches import entered_of
from participation.polls.states import Level
from participation.texts.forms import SeeOther, mistakes_in, number_of, status_of

LABEL = re.compile(rf"(?:[A-Za-z0-9_-]{{{voters.HALF}}}){{1,2}}")
"""How an origin is written (`voter.origin`)."""


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def watch(request: HttpRequest, slug: str) -> HttpResponse:
    """Patterns, proposals and decisions; POST proposes, decides, or proposes to take back."""
    here = inside(request, slug, Deed.WATCH)
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            messages.success(request, _act(request, here))
        except Refused as refusal:
            problem = refusal
        else:
            return SeeOther(reverse("desk_poll_watch", args=[slug]))
    aside = watching.aside_of(here.poll, here.actor.professional_id)
    about = request.POST.get("origin", "") or request.POST.get("undo", "")
    context = frame(
        here,
        "watch",
        standing=watching.standing_now(here.poll),
        entered=entered_of(here.poll),
        patterns=watching.patterns_of(here.poll),
        guesses=watching.guessing(here.poll),
        with_letters=here.poll.level == Level.LETTER,
        aside=aside,
        waiting=sum(one.waits for one in aside) + sum(one.undo is not None and one.undo.waits for one in aside),
        sets_aside=here.may(Deed.SET_ASIDE),
        about=about,
        typed=request.POST,
        **mistakes_in(problem, {"reason": f"#reason-{about or 'receipt'}", "receipt": "#id_receipt"}),
    )
    return render(request, "desk/polls/watch.html", context, status=status_of(problem))


def _act(request: HttpRequest, here: Inside) -> str:
    post = request.POST
    common: dict[str, Any] = {"slug": here.poll.slug, "actor": here.actor, "now": timezone.now()}
    match post.get("deed", ""):
        case "propose":
            receipt = post.get("receipt", "")
            origin = post.get("origin", "")
            if origin and not LABEL.fullmatch(origin):
                raise NotFound
            setting_aside.propose(origin=origin, receipt=receipt, reason=post.get("reason", ""), **common)
            return _("Proposed. Somebody else of the team has to decide.")
        case "undo":
            setting_aside.propose_undoing(
                aside_id=number_of(post.get("undo", "")), reason=post.get("reason", ""), **common
            )
            return _("Proposed. Somebody else of the team has to decide.")
        case "agree":
            setting_aside.decide(aside_id=number_of(post.get("aside", "")), agreed=True, **common)
            return _("Done. The totals follow at once.")
        case "refuse":
            setting_aside.decide(aside_id=number_of(post.get("aside", "")), agreed=False, **common)
            return _("Done. Nothing changes.")
    raise NotFound


urlpatterns: list[Any] = [path("werk/peilingen/<slug:slug>/toezicht/", watch, name="desk_poll_watch")]
