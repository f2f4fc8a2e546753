"""The group's own side: the conversation with who helps them, and the steps they take themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core.api.throttles import check_throttle
from core.errors import DomainError, NotFound, Refused
from core.notify import sms
from participation.cases.actions import MESSAGE_LENGTH
from participation.initiatives import actions
from participation.initiatives.actions.stepping import answerable
from participation.initiatives.pages.frame import Inside, frame, go, inside, insiders
from participation.initiatives.permissions import Deed
from participation.initiatives.queries import detail
from participation.initiatives.queries.desk import steps_for
from participation.initiatives.queries.talk import helped, said_in
from participation.initiatives.signs import rhythm_of
from participation.initiatives.states import STEPS, By
from participation.texts.forms import mistakes_in, number_in, status_of
from participation.texts.keeping import typed_in

STEP_WORDS = {
    "gather": (gettext_lazy("Gather support"), gettext_lazy("Neighbours can say that they stand behind your plan.")),
    "plan": (gettext_lazy("Work out the plan"), gettext_lazy("Who does what, when, and what does it cost?")),
    "begin": (gettext_lazy("Start the work"), gettext_lazy("You begin. Tell in the diary how it goes.")),
    "finish": (gettext_lazy("It worked"), gettext_lazy("Your plan has succeeded. Then look back together.")),
    "rest": (gettext_lazy("Take a break"), gettext_lazy("Nothing is closed. You go on whenever you like.")),
    "wake": (gettext_lazy("Go on"), gettext_lazy("Pick it up where you left it.")),
    "stop": (gettext_lazy("Stop"), gettext_lazy("You do not go on. What you learned helps others.")),
}
"""What the group does, and what that means."""


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: HttpRequest, slug: str) -> HttpResponse:
    """Read and write with the coach; who coached before; the mails about it."""
    here = inside(request, slug)
    problem: DomainError | None = None
    typed = typed_in(request)
    if request.method == "POST":
        try:
            said = _write(request, here)
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, said)
            return go("initiative_talk", slug, anchor="talk-end" if "text" in request.POST else "")
        here = inside(request, slug)
    return _talk_page(request, here, problem, typed)


def _write(request: HttpRequest, here: Inside) -> str:
    given: dict[str, Any] = {"slug": here.initiative.slug, "actor": here.actor, "now": timezone.now()}
    match request.POST.get("deed"):
        case "write":
            check_throttle(request, "draft")
            actions.write_to_coach(text=request.POST.get("text", ""), **given)
            return _("Your message is sent.")
        case "answer-back":
            actions.answer_back(text=request.POST.get("text", ""), **given)
            return _("Your answer is sent. It stands beside the reason.")
        case "mails":
            on = request.POST.get("on") == "1"
            actions.mail_me(on=on, **given)
            return _("You get the mails again.") if on else _("You get no more of these mails.")
    raise NotFound


def _talk_page(request: HttpRequest, here: Inside, problem: DomainError | None, typed: QueryDict) -> HttpResponse:
    initiative = here.initiative
    if initiative.case is None:
        raise NotFound
    me = initiative.members.filter(resident_id=here.actor.resident_id or 0, left_at=None)
    answers_back = typed.get("deed") == "answer-back"
    steps = steps_for(initiative, By.GROUP) if here.is_member and here.may(Deed.STEP) else []
    context = frame(
        here,
        "talk",
        said=said_in(initiative, resident_id=here.actor.resident_id),
        coach=detail.coach_of(initiative, timezone.now()),
        helped=helped(initiative),
        rhythm=rhythm_of(initiative),
        writes=here.is_member and here.may(Deed.TALK),
        answers=answerable(initiative) if here.may(Deed.ANSWER_BACK) else None,
        told=detail.way_of(initiative).now,
        steps=[one | {"words": STEP_WORDS[one["step"]][0], "means": STEP_WORDS[one["step"]][1]} for one in steps],
        mine=me.select_related("resident").first() if here.is_member else None,
        texts=sms.is_on(),
        most=MESSAGE_LENGTH,
        typed=typed,
        **mistakes_in(problem, {"text": "#id_answer"} if answers_back else None),
    )
    return render(request, "initiatives/group/talk.html", context, status=status_of(problem))


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One step of the stages, with its reasons; sent back to the overview when it is taken."""
    here = inside(request, slug)
    if name not in STEP_WORDS or not here.is_member or here.initiative.case is None:
        raise NotFound
    problem: DomainError | None = None
    typed = typed_in(request)
    if request.method == "POST":
        try:
            actions.take_step(
                slug=slug,
                name=name,
                reason=typed.get("reason", ""),
                learned=typed.get("learned", ""),
                actor=here.actor,
                now=timezone.now(),
                version=number_in(typed.get("version", "")),
            )
        except Refused as refusal:
            problem = refusal
        else:
            here = inside(request, slug)
            stage = {"stage": here.initiative.get_stage_display()}
            messages.success(request, _("Done. The stage is now: %(stage)s.") % stage)
            return go("initiative_group", slug)
        here = inside(request, slug)
    possible = {one["step"]: one for one in steps_for(here.initiative, By.GROUP)} if here.may(Deed.STEP) else {}
    words, means = STEP_WORDS[name]
    context = frame(
        here,
        "overview",
        step=possible.get(name),
        name=name,
        words=words,
        means=means,
        reasoned=STEPS[name].reasoned,
        opens=STEPS[name].opens and not here.initiative.is_public,
        most=MESSAGE_LENGTH,
        typed=typed,
        **mistakes_in(problem),
    )
    status = status_of(problem) if problem is not None or name in possible else 409
    return render(request, "initiatives/group/step.html", context, status=status)


urlpatterns = [
    path("initiatieven/<slug:slug>/groep/gesprek/", talk, name="initiative_talk"),
    path("initiatieven/<slug:slug>/groep/stap/<slug:name>/", step, name="initiative_step"),
]
