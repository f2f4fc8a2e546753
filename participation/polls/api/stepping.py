"""Steps of the stages and the answer, for the desk. What is filled in now and then has pages of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.actor import Actor
from core.api.idempotency import Once, fingerprint, idempotency_key, run_once
from core.api.parsing import StrictSerializer
from core.api.views import expected_version
from core.errors import NotFound
from participation.cases.actions.saving import MESSAGE_LENGTH
from participation.cases.api.deeds import after_deed
from participation.cases.api.fields import CaseShape
from participation.cases.api.views import DeskView
from participation.polls.actions.answering import AnswerGiven, FollowUpGiven, answer_poll
from participation.polls.actions.stepping import take_step
from participation.polls.models import Answer, Poll
from participation.polls.states import STEPS

HEADERS = [
    OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The ETag of the case you saw"),
    OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID, new for each deed"),
]


def _once(request: Request, actor: Actor, what: str, slug: str, action: Callable[[], Any]) -> Once:
    def act() -> dict[str, Any]:
        action()
        return {}

    return run_once(
        scope=f"poll:{actor.user_id}:{what}:{slug}"[:100],
        key=idempotency_key(request),
        fingerprint=fingerprint(request.data),
        now=timezone.now(),
        action=act,
    )


def _case_of(actor: Actor, slug: str, once: Once) -> Response:
    """The case as the desk shows it now."""
    reference = Poll.objects.filter(slug=slug).values_list("case__reference", flat=True).first()
    if reference is None:
        raise NotFound
    return after_deed(actor, reference, status=201, headers=once.headers)


class PollStepsView(DeskView):
    """Take a step of the stages as the team; answers the case as it is now."""

    class Body(StrictSerializer):
        step = serializers.ChoiceField([name for name in STEPS if name != "answer"])
        reason = serializers.CharField(required=False, allow_blank=True, max_length=MESSAGE_LENGTH, default="")

    @extend_schema(operation_id="stepPoll", request=Body, parameters=HEADERS, responses={201: CaseShape})
    def post(self, request: Request, slug: str) -> Response:
        actor, body = self.actor(request), self.read(self.Body)
        seen = expected_version(request) if "If-Match" in request.headers else None
        once = _once(
            request,
            actor,
            "step",
            slug,
            lambda: take_step(
                slug=slug,
                name=body["step"],
                reason=body["reason"],
                case_version=seen,
                actor=actor,
                now=timezone.now(),
            ),
        )
        return _case_of(actor, slug, once)


class PollAnswerView(DeskView):
    """“This is what we do with it”: give the answer, or say it better. All of it, in this order."""

    class Body(StrictSerializer):
        class One(StrictSerializer):
            option = serializers.IntegerField(
                required=False, allow_null=True, default=None, help_text="Absent: the whole"
            )
            do = serializers.ChoiceField(Answer.Do.choices)
            why = serializers.CharField(max_length=3000)
            who = serializers.CharField(required=False, allow_blank=True, max_length=120, default="")
            when = serializers.DateField(required=False, allow_null=True, default=None)

        class Day(StrictSerializer):
            title = serializers.CharField(max_length=120)
            on = serializers.DateField()
            done = serializers.BooleanField(required=False, default=False)

        answers = One(many=True)
        followUps = Day(many=True, required=False, default=[])

    @extend_schema(operation_id="answerPoll", request=Body, parameters=HEADERS, responses={201: CaseShape})
    def post(self, request: Request, slug: str) -> Response:
        actor, body = self.actor(request), self.read(self.Body)
        once = _once(
            request,
            actor,
            "answer",
            slug,
            lambda: answer_poll(
                slug=slug,
                answers=[AnswerGiven(**one, key=str(at)) for at, one in enumerate(body["answers"])],
                follow_ups=[FollowUpGiven(**one, key=str(at)) for at, one in enumerate(body["followUps"])],
                actor=actor,
                now=timezone.now(),
            ),
        )
        return _case_of(actor, slug, once)
