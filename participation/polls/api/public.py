"""What everybody may ask of polls: the list, and one with its questions. No counts: those are in its results."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import MomentField
from core.api.throttles import throttle
from core.api.views import ApiView
from core.areas.queries import get_area, tree
from core.areas.tenancy import scope_of, site_of
from participation.cases.api.fields import AreaShape
from participation.cases.shapes import moment_or_none
from participation.polls.models import Poll
from participation.polls.queries import tables
from participation.polls.queries.ballot import QuestionLine, Written
from participation.polls.queries.listing import GROUPS, Asked, listed, paging, theme_of
from participation.polls.queries.public import public_poll
from participation.polls.states import PUBLIC, BallotForm, Kind, Level, Rule, Shows, Stage
from participation.routing.wording import theme_called, theme_name

SHOWS = {Shows.LIVE: "live", Shows.VOTED: "voted", Shows.CLOSED: "closed"}


class PollQuery(serializers.Serializer[Any]):
    area = serializers.CharField(required=False, max_length=16, help_text="With what lies in it and around it")
    status = serializers.ChoiceField(sorted(GROUPS), required=False, help_text="`owed`: closed, the answer is due")
    theme = serializers.CharField(required=False, max_length=60)


class PollThemeShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class PollShape(serializers.Serializer[Any]):
    """One in a list."""

    slug = serializers.CharField()
    title = serializers.CharField()
    intro = serializers.CharField()
    language = serializers.CharField()
    stage = serializers.ChoiceField([*sorted(PUBLIC), Stage.STOPPED.value])
    stageLabel = serializers.CharField()
    area = AreaShape()
    theme = PollThemeShape(allow_null=True)
    level = serializers.ChoiceField(Level.values, help_text="What voters show")
    opensAt = MomentField(allow_null=True)
    closesAt = MomentField(allow_null=True)
    answerBy = serializers.DateField(allow_null=True, help_text="The answer is promised at the latest on this day")
    answeredAt = MomentField(allow_null=True)
    url = serializers.CharField()
    publishedAt = MomentField()


class PollOptionShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    explanation = serializers.CharField()
    photoUrl = serializers.CharField(allow_null=True)
    alt = serializers.CharField()
    cents = serializers.IntegerField(allow_null=True)


class PollQuestionShape(serializers.Serializer[Any]):
    """A choice is by kind: single, yesno: the id of an option; multiple and a budget by approval or knapsack: a list of
    ids; ranking: a list of ids, the best first; scale: 1 to `steps`; a budget by points: {id: points}; open: text."""

    class Condition(serializers.Serializer[Any]):
        question = serializers.IntegerField()
        options = serializers.ListField(child=serializers.IntegerField())

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.values)
    title = serializers.CharField()
    explanation = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    page = serializers.IntegerField()
    least = serializers.IntegerField()
    most = serializers.IntegerField(allow_null=True)
    steps = serializers.IntegerField(allow_null=True)
    low = serializers.CharField()
    high = serializers.CharField()
    shuffled = serializers.BooleanField(help_text="Show each voter another order, and send its number as `order`")
    rule = serializers.ChoiceField(Rule.values, allow_null=True)
    cents = serializers.IntegerField(allow_null=True, help_text="Of a budget: what there is to divide")
    form = serializers.ChoiceField(BallotForm.values, allow_null=True)
    points = serializers.IntegerField(allow_null=True)
    askedIf = Condition(allow_null=True)
    options = PollOptionShape(many=True)


class OnePollShape(PollShape):
    purpose = serializers.CharField()
    outcomeUse = serializers.CharField()
    whoMay = serializers.CharField()
    declared = serializers.BooleanField(help_text="A ballot says so: `declared`")
    mayChange = serializers.BooleanField()
    shows = serializers.ChoiceField(sorted(SHOWS.values()), help_text="When results are shown")
    resultsVisible = serializers.BooleanField()
    reason = serializers.CharField(help_text="Why it was stopped")
    votable = serializers.BooleanField()
    questions = PollQuestionShape(many=True)
    version = serializers.IntegerField()


class PollPageShape(serializers.Serializer[Any]):
    """A page of the list."""

    results = PollShape(many=True)
    next = serializers.CharField(allow_null=True)


class PollsView(ApiView):
    """GET: polls that everybody may read, newest first."""

    public = ("GET",)
    throttle_classes = [throttle("public", "GET")]

    @extend_schema(
        operation_id="listPolls",
        parameters=[PollQuery, OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        responses=PollPageShape,
    )
    def get(self, request: Request) -> Response:
        said, only = self.query(PollQuery), scope_of(request).only
        area = get_area(said["area"], gemeente_id=only) if "area" in said else None
        theme_id = None
        if "theme" in said:
            gemeente_id = area.gemeente_id if area else scope_of(request).gemeente_id
            theme_id = theme_called(said["theme"], gemeente_id).pk
        page = paging()
        rows = page.paginate_queryset(
            listed(Asked(only, area=area, group=said.get("status", ""), theme_id=theme_id)), request
        )
        return page.get_paginated_response([in_list(one) for one in rows])


class PollView(ApiView):
    """GET: one poll with what it asks, if everybody may read it."""

    public = ("GET",)
    throttle_classes = [throttle("public", "GET")]

    @extend_schema(operation_id="getPoll", responses=OnePollShape)
    def get(self, request: Request, slug: str) -> Response:
        poll = public_poll(slug, only=scope_of(request).only)
        return Response(whole(poll))


def in_list(poll: Poll) -> dict[str, Any]:
    """No query."""
    area, theme = tree().by_id[poll.area_id], theme_of(poll)
    return {
        "slug": poll.slug,
        "title": poll.title,
        "intro": poll.intro,
        "language": poll.language,
        "stage": poll.stage,
        "stageLabel": poll.get_stage_display(),
        "area": {"code": area.code, "name": area.name, "level": area.level},
        "theme": {"slug": theme.slug, "name": theme_name(theme)} if theme else None,
        "level": poll.level,
        "opensAt": moment_or_none(poll.opens_at),
        "closesAt": moment_or_none(poll.closes_at),
        "answerBy": poll.answer_by.isoformat() if poll.answer_by else None,
        "answeredAt": moment_or_none(poll.answered_at),
        "url": site_of(poll.gemeente_id) + reverse("poll", args=[poll.slug]),
        "publishedAt": moment_or_none(poll.published_at),
    }


def whole(poll: Poll) -> dict[str, Any]:
    """Two queries. What is asked is told from the day it opens."""
    asked = poll.stage in {Stage.OPEN, Stage.CLOSED, Stage.ANSWERED, Stage.STOPPED}
    written = Written(poll) if asked else None
    pairs = zip(written.lines(), written.rows, strict=True) if written else ()
    return in_list(poll) | {
        "purpose": poll.purpose,
        "outcomeUse": poll.outcome_use,
        "whoMay": poll.who_may,
        "declared": poll.declared,
        "mayChange": poll.can_change,
        "shows": SHOWS[Shows(poll.shows)],
        "resultsVisible": tables.may_see(poll, has_voted=False),
        "reason": poll.reason if poll.stage == Stage.STOPPED else "",
        "votable": poll.stage == Stage.OPEN and poll.closes_at is not None and poll.closes_at > timezone.now(),
        "questions": [_question(line, row) for line, row in pairs],
        "version": poll.version,
    }


def _question(line: QuestionLine, row: Any) -> dict[str, Any]:
    return {
        "id": line.id,
        "kind": line.kind,
        "title": line.title,
        "explanation": line.explanation,
        "required": line.required,
        "page": line.page,
        "least": row.least,
        "most": row.most,
        "steps": row.steps if line.kind == Kind.SCALE else None,
        "low": line.low,
        "high": line.high,
        "shuffled": row.shuffled,
        "rule": row.rule or None,
        "cents": row.cents,
        "form": row.form or None,
        "points": row.points,
        "askedIf": {"question": row.if_question_id, "options": row.if_options} if row.if_question_id else None,
        "options": [
            {
                "id": option.id,
                "label": option.label,
                "explanation": option.explanation,
                "photoUrl": option.picture or None,
                "alt": option.alt,
                "cents": option.cents or None,
            }
            for option in line.options
        ],
    }
