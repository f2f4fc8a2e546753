"""At the desk: the polls of my teams, a new one, and one of them: what is missing, its steps, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.areas.queries import tree
from core.errors import DomainError, FieldError, Invalid, NotFound, Refused
from participation.organisations.access import professional_of
from participation.organisations.queries import roster
from participation.polls.actions.making import change_poll, make_poll
from participation.polls.actions.stepping import take_step
from participation.polls.models import Poll
from participation.polls.pages.desk.frame import Inside, frame, inside
from participation.polls.pages.places import area_choices, theme_choices
from participation.polls.permissions import Deed
from participation.polls.queries import desk as queries
from participation.polls.queries.answers import answer_of
from participation.polls.queries.ballot import Written
from participation.polls.states import ENDED, Kind, Level, Shows, Stage
from participation.polls.wording import LEVELS, SHOWN
from participation.routing.models import Theme
from participation.texts.forms import SeeOther, day_in, mistakes_in, number_in, status_of
from participation.texts.keeping import needs_account, typed_in

TEXTS = ("title", "intro", "purpose", "outcome_use", "who_may")
SWITCHES = ("declared", "may_change", "at_desk", "proxies")
LATER = ("intro", "closes_at", "answer_by", "shows")
"""What the form still has when what was asked stands still."""


@never_cache
@login_required
@require_safe
def polls(request: HttpRequest) -> HttpResponse:
    """The polls of my teams: what asks for something first."""
    actor = professional_of(request)
    rows = list(queries.polls_of(actor).order_by("-changed_at", "-pk")[:300])
    running = [one for one in rows if one.stage not in ENDED]
    running.sort(key=lambda one: _URGENT.index(Stage(one.stage)))
    known = tree().by_id
    at_desk = [
        (one, queries.pages_of(one, [Deed.ENTER.value]).get("enter", "")) for one in queries.polls_with_desk(actor)[:50]
    ]
    context = {
        "running": [(one, known.get(one.area_id)) for one in running],
        "ended": [(one, known.get(one.area_id)) for one in rows if one.stage in ENDED],
        "desk": [(one, address) for one, address in at_desk if address],
        "may_make": bool(actor.team_ids),
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "desk/polls/list.html", context)


_URGENT = [
    Stage.PROPOSED,
    Stage.CLOSED,
    Stage.OPEN,
    Stage.CHECKING,
    Stage.IDEAS,
    Stage.READY,
    Stage.PREPARING,
]


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A title and an area are enough to begin with."""
    actor = professional_of(request)
    if not actor.team_ids or actor.gemeente_id is None:
        raise NotFound
    typed = typed_in(request)
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            poll = make_poll(
                values={name: request.POST.get(name, "") for name in ("title", "area", "theme", "purpose")},
                team_id=number_in(request.POST.get("team", "")),
                language=get_language() or "nl",
                actor=actor,
                now=timezone.now(),
            )
        except DomainError as refusal:
            problem = refusal
        else:
            return SeeOther(reverse("desk_poll_about", args=[poll.slug]))
    teams = [roster().teams[pk] for pk in sorted(actor.team_ids) if pk in roster().teams]
    context = {
        "typed": typed,
        "areas": area_choices(actor.gemeente_id),
        "themes": theme_choices(actor.gemeente_id),
        "teams": teams if len(teams) > 1 else [],
        **mistakes_in(problem),
    }
    return render(request, "desk/polls/new.html", context, status=status_of(problem))


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Where it stands, what is missing and the steps; POST takes one."""
    here = inside(request, slug)
    typed = typed_in(request)
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            take_step(
                slug=slug,
                name=request.POST.get("step", ""),
                reason=request.POST.get("reason", ""),
                version=number_in(request.POST.get("version", "")),
                actor=here.actor,
                now=timezone.now(),
            )
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, _("Done."))
            return SeeOther(reverse("desk_poll", args=[slug]))
    return render(request, "desk/polls/overview.html", _overview(here, typed, problem), status=status_of(problem))


def _overview(here: Inside, typed: QueryDict, problem: DomainError | None) -> dict[str, Any]:
    poll, now = here.poll, timezone.now()
    questions = list(poll.questions.prefetch_related("options"))
    has_budget = any(one.kind == Kind.BUDGET for one in questions)
    found = queries.findings(poll, now=now) if poll.stage in queries.PREPARED else []
    anchors = {error.field: queries.address_of(error.field, poll) for error in getattr(problem, "errors", [])}
    anchors |= {"reason": f"#reason-{typed.get('step', '')}"}
    voted = queries.has_voted(poll)
    return frame(
        here,
        "overview",
        area=tree().by_id.get(poll.area_id),
        questions=questions,
        blocking=[(one, queries.address_of(one.field, poll)) for one in found if one.blocks],
        advice=[(one, queries.address_of(one.field, poll)) for one in found if not one.blocks],
        is_prepared=poll.stage in queries.PREPARED,
        steps=queries.steps_for(poll, has_budget=has_budget, voted=voted) if here.may(Deed.STEP) else [],
        standing=queries.standing_of(poll, questions) if here.may(Deed.WATCH) else None,
        projects=poll.projects.count() if has_budget else 0,
        answered=answer_of(poll, timezone.localdate(now)),
        is_late=poll.stage == Stage.CLOSED and poll.answer_by is not None and poll.answer_by < timezone.localdate(now),
        level=LEVELS[poll.level],
        typed=typed,
        **mistakes_in(problem, anchors),
    )


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """What it says and how it goes; what stands still by now is not in the form any more."""
    here = inside(request, slug, Deed.REWORD)
    problem: DomainError | None = None
    typed: Mapping[str, Any] = _values_of(here.poll)
    edits = here.may(Deed.EDIT)
    said = typed_in(request)
    if said:
        typed = {name: said.get(name, "") for name in typed}
    if request.method == "POST":
        try:
            change_poll(
                slug=slug,
                values=_read(request.POST, edits),
                version=number_in(request.POST.get("version", "")),
                actor=here.actor,
                now=timezone.now(),
            )
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, _("Saved."))
            return SeeOther(reverse("desk_poll", args=[slug]))
    context = frame(
        here,
        "about",
        typed=typed,
        edits=edits,
        areas=area_choices(here.poll.gemeente_id),
        themes=theme_choices(here.poll.gemeente_id),
        levels=[(value, label, LEVELS[value]) for value, label in Level.choices],
        shows=[(value, label, SHOWN[value]) for value, label in Shows.choices if edits or value >= here.poll.shows],
        version=said.get("version") or here.poll.version,
        **mistakes_in(problem),
    )
    return render(request, "desk/polls/about.html", context, status=status_of(problem))


def _values_of(poll: Poll) -> dict[str, Any]:
    """As the form has them: days and moments as their fields want them."""
    theme = Theme.objects.filter(pk=poll.theme_id).first() if poll.theme_id else None
    area = tree().by_id.get(poll.area_id)
    return {
        **{name: getattr(poll, name) for name in TEXTS},
        **{name: "yes" if getattr(poll, name) else "" for name in SWITCHES},
        "area": area.code if area is not None else "",
        "theme": theme.slug if theme is not None else "",
        "level": poll.level,
        "shows": str(poll.shows),
        "opens_at": _local(poll.opens_at),
        "closes_at": _local(poll.closes_at),
        "answer_by": poll.answer_by.isoformat() if poll.answer_by else "",
    }


def _local(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M") if moment is not None else ""


def _read(post: QueryDict, edits: bool) -> dict[str, Any]:
    """Raises `Invalid` for what is no day or moment."""
    values: dict[str, Any] = {}
    wrong: list[FieldError] = []
    if edits:
        values |= {name: post.get(name, "") for name in (*TEXTS, "area", "theme", "level")}
        values |= {name: post.get(name) == "yes" for name in SWITCHES}
    values["intro"] = post.get("intro", "")
    values["shows"] = number_in(post.get("shows", "")) or 0
    for name in ("opens_at", "closes_at") if edits else ("closes_at",):
        try:
            values[name] = moment_in(post.get(name, ""), name)
        except Invalid as refusal:
            wrong += refusal.errors
    try:
        values["answer_by"] = day_in(post.get("answer_by", ""), "answer_by")
    except Invalid as refusal:
        wrong += refusal.errors
    if wrong:
        raise Invalid(*wrong)
    return values


def moment_in(typed: str, field: str) -> datetime | None:
    """A day and time in Dutch time; None when nothing was typed."""
    typed = typed.strip()
    if not typed:
        return None
    try:
        found = parse_datetime(typed)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        raise Invalid(FieldError(field, "invalid", _("This is not a day and time. Write it like 2027-04-30 09:00.")))
    return found if timezone.is_aware(found) else timezone.make_aware(found)


@never_cache
@login_required
@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The ballot as a resident sees it, all on one screen. Nothing can be sent."""
    here = inside(request, slug)
    context = frame(here, "preview", lines=Written(here.poll).lines(), level=LEVELS[here.poll.level])
    return render(request, "desk/polls/preview.html", context)


urlpatterns: list[Any] = [
    path("werk/peilingen/", polls, name="desk_polls"),
    path("werk/peilingen/nieuw/", new, name="desk_poll_new"),
    path("werk/peilingen/<slug:slug>/", overview, name="desk_poll"),
    path("werk/peilingen/<slug:slug>/gegevens/", about, name="desk_poll_about"),
    path("werk/peilingen/<slug:slug>/voorbeeld/", preview, name="desk_poll_preview"),
]
