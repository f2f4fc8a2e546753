"""What is said in public about an initiative: the page, its house rules, and the desk's look at complaints."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.actor import Actor
from core.api.throttles import check_throttle
from core.areas.queries import tree
from core.areas.tenancy import scope_of
from core.errors import DomainError, NotFound, Refused
from participation.initiatives.actions import commenting
from participation.initiatives.blocks import any_kept
from participation.initiatives.models import Comment
from participation.initiatives.pages.frame import go
from participation.initiatives.pages.viewing import actor_of_request
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import deeds_for, get_initiative_for
from participation.initiatives.queries import comments as seen
from participation.initiatives.queries.settings import settings_of
from participation.organisations.access import professional_of
from participation.residents.access import resident_of, to_sign_in
from participation.texts.forms import looks_twice, mistakes_in, number_in, number_of, page_of, status_of
from participation.texts.keeping import needs_account, typed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HttpRequest, slug: str) -> HttpResponse:
    """Read by everybody; to speak one signs in first."""
    check_throttle(request, "public")
    actor = actor_of_request(request)
    initiative = get_initiative_for(actor, slug)
    problem: DomainError | None = None
    asked = None
    if request.method == "POST" and actor.resident_id is None and actor.professional_id is None:
        return to_sign_in(request)
    typed = typed_in(request)
    if request.method == "POST":
        check_throttle(request, "support")
        if typed.get("deed") == "say":
            asked = looks_twice(typed, typed.get("text", ""), initiative.gemeente_id)
        if asked is None:
            try:
                said = _act(request, slug, actor)
            except Refused as refusal:
                problem = refusal
            else:
                messages.success(request, said)
                return go("initiative_comments", slug, anchor="comments")
    resident = resident_of(request) if actor.professional_id is None else None
    context = {
        "initiative": initiative,
        "talk": seen.comments_of(initiative, actor, page=page_of(request)),
        "page": page_of(request),
        "speaks": Deed.COMMENT in deeds_for(actor, initiative),
        "signed_in": actor.resident_id is not None or actor.professional_id is not None,
        "needs_name": resident is not None and not resident.name,
        "answers": number_in(request.GET.get("antwoord", "") or typed.get("parent", "")),
        "complains": number_in(request.GET.get("melden", "") or typed.get("comment", "")),
        "whys": Comment.Why.choices,
        "moderates": Deed.MODERATE in deeds_for(actor, initiative),
        "typed": typed,
        "asked": asked,
        **mistakes_in(problem),
    }
    return render(request, "initiatives/comments.html", context, status=status_of(problem))


def _act(request: HttpRequest, slug: str, actor: Actor) -> str:
    now, post = timezone.now(), request.POST
    match post.get("deed", ""):
        case "say":
            row = commenting.comment(
                slug=slug,
                text=post.get("text", ""),
                question=post.get("question") == "1",
                parent_id=number_in(post.get("parent", "")),
                name=post.get("name", "")[:200],
                actor=actor,
                now=now,
            )
            if row.state == Comment.State.HELD:
                return _("Thank you. Somebody looks at it first; then everybody can read it.")
            return _("Thank you. Everybody can read it.")
        case "remove":
            commenting.take_back_comment(slug=slug, comment_id=number_of(post.get("comment", "")), actor=actor, now=now)
            return _("Removed.")
        case "complain":
            commenting.complain(
                slug=slug,
                comment_id=number_of(post.get("comment", "")),
                why=post.get("why", ""),
                remark=post.get("remark", ""),
                actor=actor,
                now=now,
            )
            return _("Thank you. Somebody looks at it.")
    raise NotFound


@require_safe
def house_rules(request: HttpRequest) -> HttpResponse:
    gemeente = tree().by_id.get(scope_of(request).gemeente_id or 0)
    if gemeente is None:
        raise Http404
    return render(request, "initiatives/house_rules.html", {"own": settings_of(gemeente.id).house_rules})


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def moderate(request: HttpRequest, slug: str) -> HttpResponse:
    """At the desk: what waits for a look, and what was hidden."""
    actor, now = professional_of(request), timezone.now()
    initiative = get_initiative_for(actor, slug, Deed.MODERATE)
    typed = typed_in(request)
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            messages.success(request, _decide(request, slug, actor))
        except Refused as refusal:
            problem = refusal
        else:
            return go("desk_comments", slug)
    about = number_in(typed.get("comment", ""))
    anchors = {name: f"#{name}-{about}" for name in ("why", "remark", "days", "reason")}
    context = {
        "initiative": initiative,
        "waiting": seen.to_look_at(initiative, now=now),
        "hidden": seen.hidden_in(initiative),
        "any_kept": any_kept(initiative.gemeente_id, now),
        "whys": Comment.Why.choices,
        "typed": typed,
        "about": about,
        **mistakes_in(problem, anchors),
    }
    return render(request, "desk/initiative_comments.html", context, status=status_of(problem))


def _decide(request: HttpRequest, slug: str, actor: Actor) -> str:
    now, post = timezone.now(), request.POST
    match post.get("deed", ""):
        case "show":
            commenting.judge_comment(
                slug=slug, comment_id=number_of(post.get("comment", "")), hide=False, actor=actor, now=now
            )
            return _("Everybody can read it.")
        case "hide":
            commenting.judge_comment(
                slug=slug,
                comment_id=number_of(post.get("comment", "")),
                hide=True,
                why=post.get("why", ""),
                remark=post.get("remark", ""),
                actor=actor,
                now=now,
            )
            return _("Hidden. Who wrote it gets a mail with the reason.")
        case "block":
            commenting.block(
                slug=slug,
                comment_id=number_of(post.get("comment", "")),
                days=number_in(post.get("days", "")) or 0,
                reason=post.get("reason", ""),
                actor=actor,
                now=now,
            )
            return _("Blocked. They get a mail with the reason.")
        case "lift":
            commenting.lift_block(slug=slug, block_id=number_of(post.get("block", "")), actor=actor, now=now)
            return _("They can write again.")
        case "lift-kept":
            commenting.lift_kept_block(slug=slug, address=post.get("address", "")[:254], actor=actor, now=now)
            return _("They can write again.")
    raise NotFound


urlpatterns: list[Any] = [
    path("initiatieven/huisregels/", house_rules, name="initiatives_house_rules"),
    path("initiatieven/<slug:slug>/gesprek/", comments, name="initiative_comments"),
    path("werk/initiatieven/<slug:slug>/gesprek/", moderate, name="desk_comments"),
]
