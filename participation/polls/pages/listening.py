"""Asking to hear what is done with a poll: the form on its page, and the link in the mail that confirms or stops it."""

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
from participation.polls.actions.listening import ask_outcome, confirm, listener_of, stop_listening
from participation.polls.models import Poll
from participation.polls.queries.public import public_poll
from participation.texts.forms import SeeOther, mistakes_in, status_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def listen(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the form on a page of its own."""
    poll = public_poll(slug, only=scope_of(request).only)
    problem: DomainError | None = None
    if request.method == "POST":
        check_throttle(request, "sign-in-code")
        try:
            ask_outcome(
                poll=poll,
                email=request.POST.get("email", ""),
                language=get_language() or "nl",
                now=timezone.now(),
            )
        except DomainError as refusal:
            problem = refusal
        else:
            messages.success(request, _("Look in your mail: there is a link with which you say yes."))
            return SeeOther(reverse("poll", args=[slug]))
    context = {"poll": poll, "email_typed": request.POST.get("email", ""), **mistakes_in(problem)}
    return render(request, "polls/listen_page.html", context, status=status_of(problem))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link in the mail leads. Opening it does nothing: mail programs open links too."""
    found = listener_of(token)
    if scope_of(request).only not in (None, found.poll.gemeente_id):
        raise NotFound
    if request.method == "POST":
        poll: Poll
        if request.POST.get("deed") == "stop":
            poll = stop_listening(token=token)
            messages.success(request, _("You get no mail about this poll. Your address is erased."))
        else:
            poll = confirm(token=token, now=timezone.now())
            messages.success(request, _("We mail you as soon as there is an answer."))
        return SeeOther(reverse("poll", args=[poll.slug]))
    return render(request, "polls/listen_link.html", {"poll": found.poll, "confirmed": found.confirmed_at is not None})


urlpatterns: list[Any] = [
    path("peilingen/horen/<str:token>/", link, name="poll_listen_link"),
    path("peilingen/<slug:slug>/horen/", listen, name="poll_listen"),
]
