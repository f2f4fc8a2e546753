"""What the desk shows of a poll: where it stands, what may be done, and how many vote and what, for its team."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from core.accounts.actor import Actor
from core.areas.queries import tree
from core.areas.tenancy import site_of
from participation.cases.models import Case
from participation.cases.permissions import Deed as CaseDeed
from participation.cases.shapes import moment_or_none
from participation.polls.models import Poll, Question, Standing
from participation.polls.permissions import Deed, may
from participation.polls.policies import roles_of
from participation.polls.queries.answers import answer_of
from participation.polls.readiness import Finding, findings
from participation.polls.states import STEPS, Kind, Stage, steps_from
from participation.polls.wording import label_of

PREPARED = frozenset({Stage.PREPARING, Stage.IDEAS, Stage.CHECKING, Stage.READY})
"""Stages in which it matters whether it could open."""
ONLY_BUDGETS = frozenset({"collect", "check"})


def polls_of(actor: Actor) -> QuerySet[Poll]:
    """The polls this professional is responsible for, with others who share their team. What waits longest first."""
    cases = Case.objects.within(actor, CaseDeed.ASSIGN).filter(kind=Case.Kind.POLL)
    return Poll.objects.filter(case__in=cases).select_related("case", "area")


def polls_with_desk(actor: Actor) -> QuerySet[Poll]:
    """The open polls in which a professional of this municipality can enter a ballot for somebody."""
    rows = Poll.objects.filter(gemeente_id=actor.gemeente_id, stage=Stage.OPEN, at_desk=True)
    return rows.select_related("case", "area").order_by("closes_at", "pk")


def steps_for(poll: Poll, *, has_budget: bool, voted: bool) -> list[dict[str, Any]]:
    """The steps the team may take now. Answering is more than a step, and has a page of its own. No query."""
    return [
        {
            "step": name,
            "to": STEPS[name].to.value,
            "toLabel": str(STEPS[name].to.label),
            "reasoned": STEPS[name].reasoned,
        }
        for name in steps_from(poll.stage)
        if name != "answer"
        and not (name in ONLY_BUDGETS and not has_budget)
        and not (name == "back" and poll.stage == Stage.OPEN and voted)
    ]


def has_voted(poll: Poll) -> bool:
    """Whether anybody did. One query."""
    return poll.stage == Stage.OPEN and poll.roll.exists()


def more_of_case(case: Case, actor: Actor, now: datetime) -> dict[str, Any]:
    """`{"poll": …}` for the page of a case, or of a part of one. At most twelve queries."""
    found = Poll.objects.select_related("case", "theme").filter(case_id=case.parent_id or case.pk).first()
    return {"poll": of_poll(found, actor, now) if found is not None else None}


def of_poll(poll: Poll, actor: Actor, now: datetime) -> dict[str, Any]:
    """Nothing of who voted, and what was voted only in totals, for who may watch."""
    roles = roles_of(actor, poll)
    deeds = [deed.value for deed in Deed if may(roles, deed, poll.stage)]
    inside, watches = Deed.SEE_INSIDE in deeds, Deed.WATCH in deeds
    questions = list(poll.questions.prefetch_related("options")) if inside else []
    has_budget = any(one.kind == Kind.BUDGET for one in questions)
    found = findings(poll, now=now) if inside and poll.stage in PREPARED else []
    area = tree().by_id.get(poll.area_id)
    answered = answer_of(poll, timezone.localdate(now)) if poll.answered_at is not None else None
    return {
        "slug": poll.slug,
        "version": poll.version,
        "title": poll.title,
        "stage": poll.stage,
        "stageLabel": str(Stage(poll.stage).label),
        "stageSince": moment_or_none(poll.stage_since),
        "isPublic": poll.is_public,
        "url": site_of(poll.gemeente_id) + reverse("poll", args=[poll.slug]) if poll.is_public else None,
        "proposal": poll.proposal if inside else "",
        "intro": poll.intro,
        "purpose": poll.purpose,
        "outcomeUse": poll.outcome_use,
        "whoMay": poll.who_may,
        "reason": poll.reason,
        "area": area.name if area is not None else "",
        "theme": poll.theme.name if poll.theme is not None else "",
        "level": poll.level,
        "levelLabel": poll.get_level_display(),
        "opensAt": moment_or_none(poll.opens_at),
        "closesAt": moment_or_none(poll.closes_at),
        "answerBy": poll.answer_by.isoformat() if poll.answer_by else None,
        "answeredAt": moment_or_none(poll.answered_at),
        "questions": [{"id": one.pk, "title": one.title, "kindLabel": one.get_kind_display()} for one in questions],
        "findings": [_finding(one, poll) for one in found],
        "standing": standing_of(poll, questions) if watches and poll.published_at is not None else None,
        "projects": _projects(poll) if inside and has_budget else None,
        "answer": [{"about": one.about, "doLabel": one.do_label, "do": one.do} for one in answered.answers]
        if answered is not None
        else [],
        "steps": steps_for(poll, has_budget=has_budget, voted=has_voted(poll)) if Deed.STEP in deeds else [],
        "pages": pages_of(poll, deeds),
        "deeds": deeds,
    }


def standing_of(poll: Poll, questions: list[Question]) -> dict[str, Any] | None:
    """How many ballots were counted, how many of those at a desk, and what was chosen, while it is open in steps.

    One query.
    """
    standing = Standing.objects.filter(poll=poll).first()
    if standing is None or poll.stage not in {Stage.OPEN, Stage.CLOSED, Stage.ANSWERED, Stage.STOPPED}:
        return None
    totals = standing.shown if poll.stage == Stage.OPEN else standing.totals  # one more vote shows nobody what it was
    return {
        "ballots": standing.ballots,
        "entered": standing.entered,
        "aside": standing.aside,
        "countedAt": moment_or_none(standing.counted_at),
        "questions": [_total(one, totals.get(str(one.pk), {})) for one in questions if one.kind != Kind.OPEN],
    }


def _total(question: Question, total: dict[str, Any]) -> dict[str, Any]:
    """One question as rows of a table; `share`: of who answered it, 0 to 100; of an order or points of the most."""
    scored = question.kind == Kind.RANKING or bool(question.points and question.kind == Kind.BUDGET)
    by: dict[str, int] = total.get("points" if question.kind == Kind.BUDGET and question.points else "by", {})
    answered = int(total.get("answered", 0))
    most = max(by.values(), default=0) if scored else answered
    if question.kind == Kind.SCALE:
        ends = {1: question.low, question.steps: question.high}
        names = [
            (str(step), f"{step} ({ends[step]})" if ends.get(step) else str(step))
            for step in range(1, question.steps + 1)
        ]
    else:
        names = [(str(one.pk), label_of(one)) for one in question.options.all()]
    rows: list[dict[str, Any]] = [
        {"id": key, "label": words, "count": by.get(key, 0), "share": round(100 * by.get(key, 0) / most) if most else 0}
        for key, words in names
    ]
    if question.kind in {Kind.RANKING, Kind.BUDGET}:
        rows.sort(key=lambda one: -one["count"])
    return {
        "id": question.pk,
        "title": question.title,
        "kind": question.kind,
        "answered": answered,
        "scored": scored,
        "rows": rows,
    }


def _finding(one: Finding, poll: Poll) -> dict[str, Any]:
    return {"code": one.code, "text": one.text, "blocks": one.blocks, "address": address_of(one.field, poll)}


def address_of(field: str, poll: Poll) -> str:
    """Where a finding is mended: the field of the form it is about."""
    if field == "questions":
        return reverse("desk_poll_questions", args=[poll.slug])
    if field.startswith("questions."):
        return reverse("desk_poll_question", args=[poll.slug, int(field.partition(".")[2])])
    return f"{reverse('desk_poll_about', args=[poll.slug])}#id_{field}"


def _projects(poll: Poll) -> dict[str, int]:
    states = list(poll.projects.values_list("state", flat=True))
    return {"all": len(states), "waiting": states.count("proposed")}


PAGES: tuple[tuple[str, str, tuple[Deed, ...]], ...] = (
    ("overview", "desk_poll", (Deed.SEE_INSIDE,)),
    ("about", "desk_poll_about", (Deed.EDIT, Deed.REWORD)),
    ("questions", "desk_poll_questions", (Deed.EDIT, Deed.REWORD)),
    ("projects", "desk_poll_projects", (Deed.CHECK_PROJECT,)),
    ("preview", "desk_poll_preview", (Deed.SEE_INSIDE,)),
    ("codes", "desk_poll_codes", (Deed.CODES,)),
    ("enter", "desk_poll_enter", (Deed.ENTER,)),
    ("words", "desk_poll_words", (Deed.MODERATE,)),
    ("watch", "desk_poll_watch", (Deed.SET_ASIDE,)),
    ("answer", "desk_poll_answer", (Deed.ANSWER,)),
)
"""What the pages of a poll at the desk are called, and the deeds (one is enough) for which they are there."""


def pages_of(poll: Poll, deeds: list[str]) -> dict[str, str]:
    """The pages of this poll that this person has something to do on, as far as they exist."""
    found = {}
    for key, name, needed in PAGES:
        if not any(deed in deeds for deed in needed) or (key == "codes" and poll.level != "letter"):
            continue
        if key == "enter" and not poll.at_desk:
            continue
        try:
            found[key] = reverse(name, args=[poll.slug])
        except NoReverseMatch:
            continue
    return found
