"""A resident proposes a poll, and sees what became of it. All of it works without a script."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from core.errors import DomainError, NotFound
from participation.polls.actions.proposing import LONGEST_WHY, mail_no_more, propose_poll
from participation.polls.pages.places import area_choices, theme_choices
from participation.polls.permissions import Role
from participation.polls.policies import get_poll_for, roles_of
from participation.residents.access import actor_of_resident, needs_resident
from participation.texts.forms import SeeOther, looks_twice, mistakes_in, status_of
from participation.texts.keeping import forget_typed, typed_in

FIELDS = ("title", "why", "area", "theme")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_resident
def propose(request: HttpRequest) -> HttpResponse:
    """The form; who is not signed in does so first, and finds what they typed again."""
    gemeente_id = scope_of(request).gemeente_id
    if gemeente_id is None:
        raise NotFound
    typed = typed_in(request)
    values = {name: typed.get(name, "") for name in FIELDS}
    problem: DomainError | None = None
    asked: dict[str, Any] | None = None
    if request.method == "POST":
        check_throttle(request, "draft")
        asked = looks_twice(request.POST, f"{values['title']}\n{values['why']}", gemeente_id)
        if asked is None:
            try:
                poll = propose_poll(
                    values=values,
                    language=get_language() or "nl",
                    actor=actor_of_resident(request),
                    now=timezone.now(),
                )
            except DomainError as refusal:
                problem = refusal
            else:
                forget_typed(request)
                messages.success(
                    request, _("Your proposal is sent. Somebody who works in your neighbourhood reads it.")
                )
                return SeeOther(reverse("poll_proposal", args=[poll.slug]))
    elif not values["area"]:
        values["area"] = request.GET.get("wijk", "")
    context = {
        "values": values,
        "areas": area_choices(gemeente_id),
        "themes": theme_choices(gemeente_id),
        "longest_why": LONGEST_WHY,
        "asked": asked,
        **mistakes_in(problem),
    }
    return render(request, "polls/propose.html", context, status=status_of(problem))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_resident
def proposal(request: HttpRequest, slug: str) -> HttpResponse:
    """For who proposed it; for everybody else it is not there."""
    actor = actor_of_resident(request)
    poll = get_poll_for(actor, slug)
    if Role.PROPOSER not in roles_of(actor, poll):
        raise NotFound
    if request.method == "POST":
        mail_no_more(slug=slug, mailed=request.POST.get("mailed") == "yes", actor=actor, now=timezone.now())
        return SeeOther(reverse("poll_proposal", args=[slug]))
    taken = list(poll.steps.all())
    return render(request, "polls/proposal.html", {"poll": poll, "taken": taken})


urlpatterns: list[Any] = [
    path("peilingen/voorstellen/", propose, name="poll_propose"),
    path("mijn/peilingen/<slug:slug>/", proposal, name="poll_proposal"),
]
