"""The group's own side: what to do next, who is in the group, and its settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.api.throttles import check_throttle
from core.errors import DomainError, FieldError, Invalid, NotFound, Refused
from core.ui.languages import own_name
from participation.initiatives import actions
from participation.initiatives.models import MOST_MEMBERS
from participation.initiatives.pages.frame import Inside, frame, go, inside, insiders
from participation.initiatives.permissions import Deed
from participation.initiatives.queries import detail
from participation.initiatives.queries.group import invitations_of, members_of, place_of
from participation.initiatives.queries.overview import counts_of, next_steps
from participation.initiatives.states import is_unsent
from participation.texts.forms import SeeOther, mistakes_in, number_of, status_of
from participation.texts.keeping import typed_in

Deeds = dict[str, Callable[[HttpRequest, Inside], str]]


@insiders
@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    here = inside(request, slug)
    counts = counts_of(here.initiative)
    steps = []
    shown = next_steps(here.initiative, members=counts[0]["many"]) if here.is_member else []
    for one in shown:
        try:
            steps.append((one, reverse(one.name, args=[slug])))
        except NoReverseMatch:
            steps.append((one, ""))
    context = frame(
        here,
        "overview",
        way=detail.way_of(here.initiative),
        coach=detail.coach_of(here.initiative, timezone.now()),
        has_it=detail.who_has_it(here.initiative),
        counts=counts,
        steps=steps,
    )
    return render(request, "initiatives/group/overview.html", context)


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is in it, who is invited, and whose turn it is to lead."""
    here = inside(request, slug)
    problem, typed = None, typed_in(request)
    if request.method == "POST":
        try:
            said = _act(request, here, MEMBER_DEEDS)
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, said)
            left = request.POST.get("deed") == "leave"
            return SeeOther("/mijn/") if left else go("initiative_members", slug)
    return _members_page(request, slug, problem, typed)


def _members_page(request: HttpRequest, slug: str, problem: DomainError | None, typed: QueryDict) -> HttpResponse:
    here = inside(request, slug)
    rows = members_of(here.initiative, resident_id=here.actor.resident_id, with_reach=here.may(Deed.SEE_CONTACT))
    waiting = invitations_of(here.initiative, now=timezone.now()) if here.may(Deed.INVITE) else []
    context = frame(
        here,
        "members",
        members=rows,
        me=next((one for one in rows if one.is_me), None),
        asked=next((one for one in rows if one.is_asked), None),
        leads=here.may(Deed.HAND_OVER),
        removes=here.may(Deed.REMOVE),
        invites=here.may(Deed.INVITE),
        room=MOST_MEMBERS - len(rows),
        most=MOST_MEMBERS,
        link=next((one for one in waiting if not one.email and not one.is_over), None),
        invited=[one for one in waiting if one.email],
        typed=typed,
        languages=[(code, own_name(code)) for code, _name in settings.LANGUAGES],
        language=typed.get("language", "") or translation.get_language(),
        sure=_sure(request, rows),
        **mistakes_in(problem, {"role": ""}),
    )
    return render(request, "initiatives/group/members.html", context, status=status_of(problem))


def _sure(request: HttpRequest, rows: list[Any]) -> Any:
    """What they are asked to confirm first: `?weg=<member>` (take out) or `?weg=ik` (leave)."""
    wanted = request.GET.get("weg", "")
    return next((one for one in rows if wanted == str(one.id) or (wanted == "ik" and one.is_me)), None)


def _act(request: HttpRequest, here: Inside, deeds: Deeds) -> str:
    check_throttle(request, "draft-change")
    deed = deeds.get(request.POST.get("deed", ""))
    if deed is None:
        raise NotFound
    return deed(request, here)


def _number(request: HttpRequest, name: str) -> int:
    return number_of(request.POST.get(name, ""))


def _common(here: Inside) -> dict[str, Any]:
    return {"slug": here.initiative.slug, "actor": here.actor, "now": timezone.now()}


def _invite(request: HttpRequest, here: Inside) -> str:
    check_throttle(request, "draft")
    email = request.POST.get("email", "").strip()[:254]
    if not email:
        raise Invalid(FieldError("email", "required", _("Fill in an e-mail address.")))
    chosen = request.POST.get("language", "")
    language = chosen if chosen in dict(settings.LANGUAGES) else translation.get_language() or "nl"
    actions.invite(email=email, language=language, **_common(here))
    return _("We mailed the invitation. It works for two weeks.")


def _link(request: HttpRequest, here: Inside) -> str:
    actions.invite(email="", language=translation.get_language() or "nl", **_common(here))
    return _("The link is ready. Send it to the neighbours you want in your group.")


def _withdraw(request: HttpRequest, here: Inside) -> str:
    actions.withdraw_invitation(invitation_id=_number(request, "invitation"), **_common(here))
    return _("The invitation works no more.")


def _again(request: HttpRequest, here: Inside) -> str:
    actions.send_again(invitation_id=_number(request, "invitation"), **_common(here))
    return _("We mailed the invitation once more.")


def _take_out(request: HttpRequest, here: Inside) -> str:
    actions.take_out(member_id=_number(request, "member"), **_common(here))
    return _("This person is no longer in the group. We told them.")


def _role(request: HttpRequest, here: Inside) -> str:
    actions.give_role(member_id=_number(request, "member"), role=request.POST.get("role", ""), **_common(here))
    return _("Saved.")


def _ask(request: HttpRequest, here: Inside) -> str:
    actions.ask_to_take_over(member_id=_number(request, "member"), **_common(here))
    return _("We asked. You lead the group until they say yes.")


def _take_back(_request: HttpRequest, here: Inside) -> str:
    actions.take_back_asking(**_common(here))
    return _("All stays as it is.")


def _take_over(_request: HttpRequest, here: Inside) -> str:
    actions.take_over(**_common(here))
    return _("You lead the group now. We told everybody.")


def _leave(_request: HttpRequest, here: Inside) -> str:
    actions.leave(**_common(here))
    return _("You left the group.")


def _name(request: HttpRequest, here: Inside) -> str:
    actions.call_me(name=request.POST.get("name", ""), **_common(here))
    return _("Saved.")


MEMBER_DEEDS: Deeds = {
    "invite": _invite,
    "link": _link,
    "withdraw": _withdraw,
    "again": _again,
    "take-out": _take_out,
    "role": _role,
    "ask": _ask,
    "ask-off": _take_back,
    "take-over": _take_over,
    "leave": _leave,
}


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest, slug: str) -> HttpResponse:
    """My name in the group, changing the plan, throwing a draft away."""
    here = inside(request, slug)
    problem = None
    typed = typed_in(request)
    if request.method == "POST":
        try:
            if typed.get("deed") == "throw-away":
                actions.throw_away(**_common(here))
                messages.success(request, _("The draft is thrown away."))
                return SeeOther("/mijn/")
            messages.success(request, _act(request, here, {"name": _name}))
            return go("initiative_group_settings", slug)
        except Refused as refusal:
            problem = refusal
    here = inside(request, slug)
    mine = place_of(here.initiative, here.actor.resident_id)
    context = frame(
        here,
        "settings",
        mine=mine if here.is_member else None,
        typed=typed.get("name", mine.name if mine else ""),
        edits=here.may(Deed.EDIT_PLAN) and here.is_member,
        throws_away=is_unsent(here.initiative.stage) and here.may(Deed.REMOVE),
        sure="weg" in request.GET,
        **mistakes_in(problem),
    )
    return render(request, "initiatives/group/settings.html", context, status=status_of(problem))


urlpatterns = [
    path("initiatieven/<slug:slug>/groep/", overview, name="initiative_group"),
    path("initiatieven/<slug:slug>/groep/mensen/", members, name="initiative_members"),
    path("initiatieven/<slug:slug>/groep/instellingen/", settings_page, name="initiative_group_settings"),
]
