"""At the desk: which other teams take part. The coach's side asks them; each says itself what it will do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.accounts.actor import Actor
from core.errors import DomainError, NotFound, Refused
from core.ui.days import day_of
from participation.initiatives.actions import partnering
from participation.initiatives.models import Partner
from participation.initiatives.pages.frame import go
from participation.initiatives.permissions import MATRIX, Deed
from participation.initiatives.policies import get_initiative_for, roles_of
from participation.initiatives.queries.partners import partners_of, teams_to_ask
from participation.organisations.access import professional_of
from participation.texts.forms import SeeOther, mistakes_in, number_in, number_of, status_of
from participation.texts.keeping import needs_account, typed_in


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def partners(request: HttpRequest, slug: str) -> HttpResponse:
    """For the team that holds its case, and for teams that take part or are asked to; for others it is not there."""
    actor = professional_of(request)
    initiative = get_initiative_for(actor, slug)
    roles = roles_of(actor, initiative)
    involves, promises = (not MATRIX[one].isdisjoint(roles) for one in (Deed.INVOLVE, Deed.PROMISE))
    if not involves and not promises:
        raise NotFound
    typed = typed_in(request)
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            messages.success(request, _act(request, slug, actor))
        except Refused as refusal:
            problem = refusal
        else:
            left = request.POST.get("deed") == "end" and not involves
            return SeeOther("/werk/") if left else go("desk_partners", slug)
    about = number_in(typed.get("partner", ""))
    rows = partners_of(initiative, also_asked=True)
    context = {
        "initiative": initiative,
        "reference": initiative.case.reference if involves and initiative.case else "",
        "rows": [(one, promises and one.team_id in actor.team_ids) for one in rows],
        "involves": involves,
        "teams": teams_to_ask(initiative) if involves and initiative.ended_at is None else [],
        "sights": Partner.Sees.choices,
        "typed": typed,
        "about": about,
        **mistakes_in(problem, {name: f"#{name}-{about}" for name in ("promise", "by")} if about else None),
    }
    return render(request, "desk/initiative_partners.html", context, status=status_of(problem))


def _act(request: HttpRequest, slug: str, actor: Actor) -> str:
    """What the button says; answers what to tell."""
    post = request.POST
    common: dict[str, Any] = {"slug": slug, "actor": actor, "now": timezone.now()}
    deed = post.get("deed", "")
    if deed == "involve":
        team_id = number_in(post.get("team", ""))
        partnering.involve(team_id=team_id or 0, role=post.get("role", ""), sees=post.get("sees", ""), **common)
        return _("Asked. Everybody of that team gets a mail.")
    common["partner_id"] = number_of(post.get("partner", ""))
    match deed:
        case "accept":
            partnering.accept_partnership(**common)
            return _("Your team takes part. You are its contact.")
        case "promise":
            partnering.promise(text=post.get("promise", ""), by=day_of(post.get("by", "")), **common)
            return _("Everybody can read what you promised.")
        case "kept" | "not-kept":
            partnering.keep_promise(kept=deed == "kept", **common)
            return _("Thank you. Everybody can see it.") if deed == "kept" else _("Saved.")
        case "sees":
            partnering.change_sight(sees=post.get("sees", ""), **common)
            return _("Saved.")
        case "end":
            partnering.end_partnership(**common)
            return _("This team takes no part any more.")
    raise NotFound


urlpatterns: list[Any] = [path("werk/initiatieven/<slug:slug>/partners/", partners, name="desk_partners")]
