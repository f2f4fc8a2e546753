"""Afterwards: the group's page to look back, and the desk's page to tell others of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.api.throttles import check_throttle
from core.errors import DomainError, NotFound, Refused
from participation.initiatives.actions import looking_back as actions
from participation.initiatives.models import LookingBack
from participation.initiatives.pages.frame import frame, go, inside, insiders
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.queries.looking_back import looking_back_of, win_of
from participation.organisations.access import professional_of
from participation.texts.forms import looks_twice, mistakes_in, status_of
from participation.texts.keeping import typed_in


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def look_back(request: HttpRequest, slug: str) -> HttpResponse:
    """The group says what worked and who carries it on; afterwards it stands on the page."""
    here = inside(request, slug)
    row = LookingBack.objects.filter(initiative=here.initiative).first() or LookingBack(initiative=here.initiative)
    said: dict[str, Any] = {name: getattr(row, name) for name in actions.TEXTS}
    said |= {
        "again": row.again,
        "until": row.until.isoformat() if row.until else "",
        "photos_agreed": row.photos_agreed,
    }
    problem: DomainError | None = None
    asked = None
    typed = typed_in(request)
    if typed:
        said = {name: typed.get(name, "") for name in (*actions.TEXTS, "again", "until")}
        said["photos_agreed"] = typed.get("photos_agreed") == "1"
    if request.method == "POST":
        check_throttle(request, "support")
        asked = looks_twice(typed, "\n".join(said[name] for name in actions.TEXTS), here.initiative.gemeente_id)
        if asked is None:
            try:
                actions.look_back(slug=slug, values=said, actor=here.actor, now=timezone.now())
            except Refused as refusal:
                problem = refusal
            else:
                messages.success(request, _("Thank you. It stands on your page."))
                return go("initiative_group", slug)
    context = frame(
        here,
        "diary",
        typed=said,
        asked=asked,
        choices=LookingBack.Again.choices,
        looks_back=here.may(Deed.LOOK_BACK),
        **mistakes_in(problem),
    )
    return render(request, "initiatives/group/looking_back.html", context, status=status_of(problem))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def afterwards(request: HttpRequest, slug: str) -> HttpResponse:
    """At the desk: what the group says of it, and two buttons that make drafts for an editor."""
    actor = professional_of(request)
    initiative = get_initiative_for(actor, slug, Deed.SEE_NOTES)
    problem: DomainError | None = None
    made: Any = None
    if request.method == "POST":
        common: dict[str, Any] = {"slug": slug, "user": request.user, "actor": actor, "now": timezone.now()}
        try:
            match request.POST.get("deed", ""):
                case "small-win":
                    made = actions.make_small_win(**common)
                case "practice":
                    made = actions.describe_practice(**common)
                case _:
                    raise NotFound
        except Refused as refusal:
            problem = refusal
    context = {
        "initiative": initiative,
        "back": looking_back_of(initiative),
        "win": win_of(initiative),
        "made": made,
        "tells": actions.is_to_be_told(initiative),
        "problem": problem,
    }
    return render(request, "desk/initiative_afterwards.html", context, status=status_of(problem))


urlpatterns: list[Any] = [
    path("initiatieven/<slug:slug>/groep/terugblik/", look_back, name="initiative_looking_back"),
    path("werk/initiatieven/<slug:slug>/afloop/", afterwards, name="desk_afterwards"),
]
