"""Help: the group's tab with what it asked and what was offered, and the page where neighbours offer theirs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from core.errors import DomainError, FieldError, Invalid, NotFound, Refused
from core.ui.money import read_euros
from participation.cases.models import Message
from participation.initiatives.actions import asking, offering
from participation.initiatives.models import HelpRequest, Offer
from participation.initiatives.pages.frame import Inside, frame, go, inside, insiders
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for, roles_of
from participation.initiatives.queries.asked import Asked, Help, help_of, kinds_offered, request_with
from participation.initiatives.queries.asked import requests_of as requests_of_group
from participation.initiatives.queries.offers import offers_by, offers_to
from participation.initiatives.queries.subject import names_in
from participation.initiatives.signs import rhythm_of
from participation.initiatives.states import Act, allows
from participation.organisations.queries import roster
from participation.residents.access import actor_of_resident, resident_of, to_sign_in
from participation.texts.forms import day_in, mistakes_in, number_in, number_of, status_of
from participation.texts.keeping import typed_in

Kind = HelpRequest.Kind
KINDS = {
    Kind.MONEY: ("euro", gettext_lazy("Money"), gettext_lazy("A contribution to what it costs.")),
    Kind.PERMIT: ("key", gettext_lazy("A permit"), gettext_lazy("Something that must be allowed first.")),
    Kind.SPACE: ("home", gettext_lazy("A place"), gettext_lazy("To meet, or to make something.")),
    Kind.MATERIALS: ("archive", gettext_lazy("Materials"), gettext_lazy("Tools, plants or other things.")),
    Kind.HANDS: ("hand", gettext_lazy("Hands"), gettext_lazy("People who help for a day.")),
    Kind.ADVICE: ("help", gettext_lazy("Advice"), gettext_lazy("Somebody who thinks along.")),
    Kind.CONTACTS: ("users", gettext_lazy("Contacts"), gettext_lazy("Get to know somebody who can help.")),
    Kind.CHALLENGE: (
        "sparkles",
        gettext_lazy("Right to challenge"),
        gettext_lazy("Take over a task of the municipality, because you can do it better."),
    ),
}
"""Icon, name and meaning of what a group can ask for."""
SIGHTS = [
    (HelpRequest.SeenBy.EVERYBODY, gettext_lazy("Everybody. Neighbours can offer help too.")),
    (HelpRequest.SeenBy.GROUP, gettext_lazy("Only our group and who helps us.")),
]
LINES = 6
"""Rows of the budget in the form."""
ANCHORS = {"cents": "#id_amount", "neededOn": "#id_needed_on", "seenBy": "#id_seen_by"} | {
    f"challenge_{name}": f"#id_{name}" for name in (*asking.TOLD, "costs")
}
"""Where a field stands in the form, when it is not `#id_<field>`."""


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def helping(request: HttpRequest, slug: str) -> HttpResponse:
    """What the group asked and where that stands, and what neighbours offer."""
    here = inside(request, slug)
    problem: DomainError | None = None
    typed = typed_in(request)
    if request.method == "POST":
        try:
            said = _answer_offer(request, here)
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, said)
            return go("initiative_help", slug, anchor="offers")
    context = frame(
        here,
        "help",
        asks=here.is_member and here.may(Deed.ASK_HELP),
        asked=requests_of_group(here.initiative),
        offers=offers_to(here.initiative, reach=here.is_member),
        answers=here.may(Deed.ANSWER_OFFER),
        open=allows(here.initiative.stage, Act.OFFER),
        typed=typed,
        about=number_in(typed.get("offer", "")),
        **mistakes_in(problem, {"answer": f"#id_answer_{number_in(typed.get('offer', ''))}"}),
    )
    return render(request, "initiatives/group/help.html", context, status=status_of(problem))


def _answer_offer(request: HttpRequest, here: Inside) -> str:
    accept = {"accept": True, "decline": False}.get(request.POST.get("deed", ""))
    if accept is None:
        raise NotFound
    offering.answer_offer(
        slug=here.initiative.slug,
        offer_id=number_of(request.POST.get("offer", "")),
        accept=accept,
        answer=request.POST.get("answer", ""),
        actor=here.actor,
        now=timezone.now(),
    )
    return _("You both got a mail with the other’s name and address.") if accept else _("We thanked them for you.")


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str, kind: str = "") -> HttpResponse:
    """First what kind of help, then what exactly."""
    here = inside(request, slug, Deed.ASK_HELP)
    if not here.is_member:
        raise NotFound
    offered = [(one, *KINDS[Kind(one)]) for one in kinds_offered(here.initiative.gemeente_id)]
    if not kind:
        return render(request, "initiatives/group/help_kinds.html", frame(here, "help", kinds=offered))
    if kind not in [one[0] for one in offered]:
        raise NotFound
    problem: DomainError | None = None
    typed = typed_in(request)
    if request.method == "POST":
        check_throttle(request, "draft")
        try:
            made = asking.ask_help(slug=slug, kind=kind, **_asked(request, kind), actor=here.actor, now=timezone.now())
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, _("Your question is sent. You see here who answers it."))
            return go("initiative_help_request", slug, made.case.reference)
    _icon, name, means = KINDS[Kind(kind)]
    labels, amounts = typed.getlist("label")[:LINES], typed.getlist("line_amount")[:LINES]
    rows = [(labels[at] if at < len(labels) else "", amounts[at] if at < len(amounts) else "") for at in range(LINES)]
    context = frame(
        here,
        "help",
        kind=kind,
        kind_name=name,
        kind_means=means,
        typed=typed,
        rows=rows,
        seen_by=typed.get("seen_by", HelpRequest.SeenBy.EVERYBODY),
        sights=SIGHTS,
        today=timezone.localdate(),
        most=asking.LONGEST,
        **mistakes_in(_lines_together(problem), ANCHORS),
    )
    return render(request, "initiatives/group/help_ask.html", context, status=status_of(problem))


def _lines_together(problem: DomainError | None) -> DomainError | None:
    """What is wrong with any line of the budget is said once, beside the lines."""
    if not isinstance(problem, Invalid):
        return problem
    found = {one.field.partition(".")[0] if one.field.startswith("lines") else one.field: one for one in problem.errors}
    return Invalid(*(FieldError(name, one.code, one.detail) for name, one in found.items()))


def _asked(request: HttpRequest, kind: str) -> dict[str, Any]:
    """What was typed, as the action takes it; amounts and days that cannot be read are refused, all at once."""
    post = request.POST
    wrong: list[FieldError] = []
    cents = None
    lines: list[tuple[str, int]] = []
    words = _("Write an amount in euros, such as 12,50.")
    if kind == Kind.MONEY:
        for label, amount in zip(post.getlist("label")[:LINES], post.getlist("line_amount")[:LINES], strict=False):
            if not label.strip() and not amount.strip():
                continue
            found = read_euros(amount)
            if found is None or not label.strip():
                wrong.append(FieldError("lines", "invalid", _("Write in each line what it is for and what it costs.")))
                break
            lines.append((label, found))
        if not lines and post.get("amount", "").strip():
            cents = read_euros(post["amount"])
            if cents is None:
                wrong.append(FieldError("cents", "invalid", words))
    needed_on = None
    try:
        needed_on = day_in(post.get("needed_on", ""), "neededOn")
    except Invalid as refusal:
        wrong += refusal.errors
    if wrong:
        raise Invalid(*wrong)
    return {
        "what": post.get("what", ""),
        "cents": cents,
        "lines": lines,
        "needed_on": needed_on,
        "seen_by": post.get("seen_by", HelpRequest.SeenBy.GROUP),
        "challenge": {name: post.get(name, "") for name in (*asking.TOLD, "costs")},
    }


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def one_request(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One request: who answers it, what was said, the decision, and how it went."""
    here = inside(request, slug)
    problem: DomainError | None = None
    typed = typed_in(request)
    if request.method == "POST":
        try:
            said = _act(request, here, reference)
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, said)
            return go("initiative_help_request", slug, reference)
        here = inside(request, slug)
    found = request_with(here.initiative, reference)
    if found is None:
        raise NotFound
    context = frame(
        here,
        "help",
        asked=found,
        said=_said(here, found),
        writes=here.is_member and found.is_open,
        tells=here.is_member and found.is_granted,
        rhythm=rhythm_of(here.initiative),
        most=asking.LONGEST,
        typed=typed,
        **mistakes_in(problem, {"text": "#id_went"} if typed.get("deed") == "went" else None),
    )
    return render(request, "initiatives/group/help_request.html", context, status=status_of(problem))


def _act(request: HttpRequest, here: Inside, reference: str) -> str:
    given: dict[str, Any] = {
        "slug": here.initiative.slug,
        "reference": reference,
        "actor": here.actor,
        "now": timezone.now(),
    }
    match request.POST.get("deed"):
        case "write":
            check_throttle(request, "draft")
            asking.write_about_help(text=request.POST.get("text", ""), **given)
            return _("Your message is sent.")
        case "withdraw":
            asking.withdraw_help(**given)
            return _("Your question is withdrawn.")
        case "went":
            asking.tell_how_it_went(text=request.POST.get("text", ""), **given)
            return _("Thank you for telling.")
    raise NotFound


def _said(here: Inside, found: Asked) -> list[dict[str, Any]]:
    """The conversation, oldest first, without the decision that stands above it. Two queries."""
    people, names = roster().people, names_in(here.initiative.case_id or 0)
    rows = []
    for one in Message.objects.filter(case__reference=found.reference):
        if one.created_at == found.decided_at:
            continue
        person = people.get(one.professional_id or 0)
        by = names.get(one.resident_id or 0) if one.from_resident else person.name if person else None
        rows.append(
            {
                "text": one.text,
                "at": one.created_at,
                "by": by or (_("Somebody of your group") if one.from_resident else _("A former colleague")),
                "role": person.role if person else "",
                "mine": one.resident_id is not None and one.resident_id == here.actor.resident_id,
            }
        )
    return rows


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def public_help(request: HttpRequest, slug: str) -> HttpResponse:
    """For neighbours: what the group asks, and offering help to it. Who is not signed in reads along."""
    actor = actor_of_resident(request)
    resident = resident_of(request)
    if request.method == "POST" and resident is None:
        return to_sign_in(request)
    check_throttle(request, "public")
    initiative = get_initiative_for(actor, slug)
    if initiative.gemeente_id != scope_of(request).gemeente_id:
        raise NotFound
    problem: DomainError | None = None
    typed = typed_in(request)
    if request.method == "POST":
        check_throttle(request, "support")
        try:
            said = _offer(request, slug)
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, said)
            return go("initiative_public_help", slug, anchor="mine")
    part = help_of(initiative, actor)
    in_group = not asking.GROUP.isdisjoint(roles_of(actor, initiative))
    context = {
        "initiative": initiative,
        "help": part,
        "open": allows(initiative.stage, Act.OFFER) and not in_group,
        "in_group": in_group,
        "resident": resident,
        "mine": offers_by(resident.pk, initiative) if resident is not None else [],
        "choices": _to_help_with(part),
        "chosen": typed.get("request", request.GET.get("vraag", "")),
        "kinds": [(value, capfirst(label)) for value, label in Offer.Kind.choices],
        "typed": typed,
        "most": offering.LONGEST_OFFER,
        **mistakes_in(problem),
    }
    return render(request, "initiatives/help.html", context, status=status_of(problem))


def _to_help_with(part: Help) -> list[tuple[str, str]]:
    """What a neighbour may help with: what the group asks and they did not offer for yet, or something else. A task of
    the municipality is not theirs to give."""
    asked = [one for one in part.requests if one.is_open and not one.mine and one.kind != HelpRequest.Kind.CHALLENGE]
    found = [(one.reference, f"{capfirst(one.kind_label)}: {Truncator(one.what).words(12)}") for one in asked]
    return [*found, ("", _("Something else, in general"))]


def _offer(request: HttpRequest, slug: str) -> str:
    actor, now, post = actor_of_resident(request), timezone.now(), request.POST
    match post.get("deed"):
        case "offer":
            offering.offer_help(
                slug=slug,
                kind=post.get("kind", ""),
                text=post.get("text", ""),
                reference=post.get("request", "")[:12],
                name=post.get("name", ""),
                actor=actor,
                now=now,
            )
            return _("Thank you! The group hears of it, and answers you.")
        case "withdraw":
            offering.withdraw_offer(slug=slug, offer_id=number_of(post.get("offer", "")), actor=actor, now=now)
            return _("Your offer is withdrawn.")
    raise NotFound


urlpatterns: list[Any] = [
    path("initiatieven/<slug:slug>/hulp/", public_help, name="initiative_public_help"),
    path("initiatieven/<slug:slug>/groep/hulp/", helping, name="initiative_help"),
    path("initiatieven/<slug:slug>/groep/hulp/vragen/", ask, name="initiative_ask_help"),
    path("initiatieven/<slug:slug>/groep/hulp/vragen/<slug:kind>/", ask, name="initiative_ask_help_for"),
    path("initiatieven/<slug:slug>/groep/hulp/<slug:reference>/", one_request, name="initiative_help_request"),
]
