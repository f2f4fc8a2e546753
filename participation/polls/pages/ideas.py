"""Ideas for a budget: everybody reads them, who is signed in adds one."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.api.errors import BadRequest
from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from core.errors import DomainError, FieldError, Invalid, Refused
from core.media.actions import store_upload
from core.ui.money import read_euros
from participation.polls.actions.projects import TEXTS, propose_project
from participation.polls.models import Poll
from participation.polls.pages.showing import around, page_context
from participation.polls.permissions import Deed
from participation.polls.policies import get_poll_for
from participation.polls.queries.ideas import ideas_of, money_of, own_initiatives
from participation.polls.queries.public import public_poll
from participation.polls.states import Act, allows
from participation.residents.access import actor_of_resident, needs_resident, resident_of
from participation.texts.forms import SeeOther, looks_twice, mistakes_in, status_of, uuid_of
from participation.texts.keeping import forget_typed, typed_in

ON_PAGE = 24
FIELDS = (*TEXTS, "cents", "initiative", "photo")


@require_safe
def ideas_page(request: HttpRequest, slug: str) -> HttpResponse:
    """At most five queries."""
    check_throttle(request, "public")
    streams, poll = around(request, slug), _poll(request, slug)
    try:
        lines, after = ideas_of(poll, cursor=request.GET.get("na", ""), limit=ON_PAGE)
    except BadRequest:
        return HttpResponseRedirect(request.path)
    context = page_context(request, streams, poll) | {
        "ideas": lines,
        "next": f"?na={quote(after)}" if after else "",
        "first": request.path if request.GET.get("na") else "",
        "money": money_of(poll),
    }
    return render(request, "polls/ideas.html", context)


@never_cache
@needs_resident
@require_http_methods(["GET", "HEAD", "POST"])
def idea_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; what was typed before signing in is there again."""
    streams, poll = around(request, slug), _poll(request, slug)
    if not allows(poll.stage, Act.PROPOSE_PROJECT):
        messages.info(request, _("Ideas are not collected any more."))
        return HttpResponseRedirect(reverse("poll_ideas", args=[slug]))
    actor = actor_of_resident(request)
    get_poll_for(actor, slug, Deed.PROPOSE_PROJECT)
    typed = typed_in(request)
    values: dict[str, Any] = {name: typed.get(name, "") for name in FIELDS}
    problem: DomainError | None = None
    asked: dict[str, Any] | None = None
    if request.method == "POST":
        try:
            values["photo"] = _photo(request, values["photo"])
            asked = looks_twice(request.POST, f"{values['title']}\n{values['what']}", poll.gemeente_id)
            if asked is None:
                _propose(request, poll, values)
                forget_typed(request, request.path)
                messages.success(request, _("Thank you. Your idea is in the list; we look whether it can be done."))
                return SeeOther(reverse("poll_ideas", args=[slug]))
        except Refused as refusal:
            problem = refusal
    resident = resident_of(request)
    if request.method != "POST" and not values["name"] and resident is not None:
        values["name"] = resident.name
    context = page_context(request, streams, poll) | {
        "values": values,
        "asked": asked,
        "money": money_of(poll),
        "own": own_initiatives(actor.resident_id or 0, poll.gemeente_id),
        "longest": TEXTS,
        **mistakes_in(problem),
    }
    return render(request, "polls/idea_form.html", context, status=status_of(problem))


def _propose(request: HttpRequest, poll: Poll, values: dict[str, Any]) -> None:
    check_throttle(request, "draft")
    said = {name: values[name] for name in (*TEXTS, "initiative")}
    if values["cents"].strip():
        said["cents"] = read_euros(values["cents"])
        if said["cents"] is None:
            raise Invalid(FieldError("cents", "invalid", _("This is not an amount. Write it like 1250 or 1.250,00.")))
    propose_project(
        slug=poll.slug,
        values=said,
        photo=uuid_of(values["photo"]) if values["photo"] else None,
        actor=actor_of_resident(request),
        now=timezone.now(),
    )


def _photo(request: HttpRequest, kept: str) -> str:
    """The id of the photo that came along, or of the one that waits already."""
    file = request.FILES.get("photos")
    if file is None:
        return kept
    check_throttle(request, "upload")
    try:
        return str(store_upload(file=file, now=timezone.now()).photo.pk)
    except Invalid as refusal:
        raise Invalid(FieldError("photos", "refused", refusal.errors[0].detail)) from None


def _poll(request: HttpRequest, slug: str) -> Poll:
    return public_poll(slug, only=scope_of(request).only)


urlpatterns = [
    path("peilingen/<slug:slug>/voorstellen/", ideas_page, name="poll_ideas"),
    path("peilingen/<slug:slug>/voorstellen/nieuw/", idea_page, name="poll_idea"),
]
