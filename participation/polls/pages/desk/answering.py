"""At the desk: “this is what we do with it”, per option or of the whole, with what follows and when."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, FieldError, Invalid, Refused
from participation.polls.actions.answering import AnswerGiven, FollowUpGiven, answer_poll
from participation.polls.models import Answer, Poll
from participation.polls.pages.desk.frame import frame, inside
from participation.polls.permissions import Deed
from participation.polls.queries.desk import standing_of
from participation.polls.states import Kind, Stage
from participation.polls.wording import label_of
from participation.texts.forms import SeeOther, day_in, mistakes_in, number_in, status_of
from participation.texts.keeping import needs_account, typed_in

WHOLE = "whole"
FRESH = 2
"""Empty rows for new dates."""


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """One form: the whole, each option that needs an answer of its own, and dates."""
    here = inside(request, slug, Deed.ANSWER)
    kept = typed_in(request)
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            answers, follow_ups = _read(request.POST)
            answer_poll(
                slug=slug,
                answers=answers,
                follow_ups=follow_ups,
                version=number_in(request.POST.get("version", "")),
                actor=here.actor,
                now=timezone.now(),
            )
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, _("Everybody can read the answer now."))
            return SeeOther(reverse("desk_poll", args=[slug]))
    typed = kept or None
    questions = list(here.poll.questions.prefetch_related("options"))
    mistakes = mistakes_in(problem)
    context = frame(
        here,
        "answer",
        groups=_groups(here.poll, questions, typed, mistakes["wrong"]),
        days=_days(here.poll, typed, mistakes["wrong"]),
        dos=Answer.Do.choices,
        standing=standing_of(here.poll, questions),
        is_first=here.poll.stage == Stage.CLOSED,
        version=typed.get("version") if typed is not None else here.poll.version,
        **mistakes,
    )
    return render(request, "desk/polls/answer.html", context, status=status_of(problem))


def _read(post: QueryDict) -> tuple[list[AnswerGiven], list[FollowUpGiven]]:
    """Rows that somebody filled in. Raises `Invalid` for what is no day."""
    wrong: list[FieldError] = []

    def day(name: str) -> Any:
        try:
            return day_in(post.get(name, ""), name)
        except Invalid as refusal:
            wrong.extend(refusal.errors)
            return None

    answers = [
        AnswerGiven(
            option=number_in(key),
            do=post.get(f"do-{key}", ""),
            why=post.get(f"why-{key}", ""),
            who=post.get(f"who-{key}", ""),
            when=day(f"when-{key}"),
            key=key,
        )
        for key in post.getlist("row")
        if post.get(f"do-{key}") or post.get(f"why-{key}", "").strip() or post.get(f"who-{key}", "").strip()
    ]
    follow_ups = [
        FollowUpGiven(
            title=post.get(f"follow-{key}", ""),
            on=day(f"on-{key}"),
            done=post.get(f"done-{key}") == "yes",
            key=key,
        )
        for key in post.getlist("day")
        if post.get(f"follow-{key}", "").strip() or post.get(f"on-{key}", "").strip()
    ]
    if wrong:
        raise Invalid(*wrong)
    return answers, follow_ups


def _groups(poll: Poll, questions: list[Any], typed: QueryDict | None, wrong: dict[str, str]) -> list[dict[str, Any]]:
    """The whole first; then each question with its options."""
    given = {one.option_id: one for one in poll.answers.all()}
    groups = [{"title": "", "rows": [_row(WHOLE, _("The poll as a whole"), given.get(None), typed, wrong)]}]
    for one in questions:
        if one.kind in {Kind.OPEN, Kind.SCALE}:
            continue
        rows = [
            _row(str(option.pk), label_of(option), given.get(option.pk), typed, wrong) for option in one.options.all()
        ]
        groups.append({"title": one.title, "rows": rows})
    return groups


def _row(key: str, about: str, there: Answer | None, typed: QueryDict | None, wrong: dict[str, str]) -> dict[str, Any]:
    if typed is not None:
        values = {name: typed.get(f"{name}-{key}", "") for name in ("do", "why", "who", "when")}
    elif there is not None:
        values = {
            "do": there.do,
            "why": there.why,
            "who": there.who,
            "when": there.when.isoformat() if there.when else "",
        }
    else:
        values = {"do": "", "why": "", "who": "", "when": ""}
    mistakes = {name: wrong.get(f"{name}-{key}", "") for name in ("do", "why", "who", "when")}
    return {"key": key, "about": about, "wrong": mistakes, "open": any(values.values()) or key == WHOLE, **values}


def _days(poll: Poll, typed: QueryDict | None, wrong: dict[str, str]) -> list[dict[str, Any]]:
    if typed is not None:
        rows = [
            {
                "key": key,
                "title": typed.get(f"follow-{key}", ""),
                "on": typed.get(f"on-{key}", ""),
                "done": typed.get(f"done-{key}") == "yes",
            }
            for key in typed.getlist("day")
        ]
    else:
        rows = [
            {"key": str(one.pk), "title": one.title, "on": one.on.isoformat(), "done": one.done_at is not None}
            for one in poll.follow_ups.all()
        ]
        rows += [{"key": f"new{at}", "title": "", "on": "", "done": False} for at in range(FRESH)]
    for one in rows:
        one["wrong"] = {name: wrong.get(f"{name}-{one['key']}", "") for name in ("follow", "on")}
    return rows


urlpatterns: list[Any] = [path("werk/peilingen/<slug:slug>/antwoord/", answer, name="desk_poll_answer")]
