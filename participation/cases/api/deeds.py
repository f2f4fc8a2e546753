"""One case, and a verb for each deed on it."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.actor import Actor
from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.parsing import StrictSerializer
from core.api.views import etag, expected_version
from core.errors import FieldError, Invalid, NotFound
from participation.cases import actions, queries
from participation.cases.actions.seen import mark_seen
from participation.cases.api.fields import CaseShape
from participation.cases.api.views import DeskView
from participation.cases.conversation import conversation
from participation.cases.events import OFFERED
from participation.cases.models import Case, CasePhoto
from participation.cases.policies import get_case_for
from participation.cases.shapes import case_page
from participation.cases.states import MOVES, Status
from participation.cases.subjects import source_of
from participation.cases.together import together
from participation.cases.together_shapes import together_page
from participation.cases.wins import proposal_of
from participation.routing.explain import explain


class CaseView(DeskView):
    """One case."""

    class Change(StrictSerializer):
        category = serializers.CharField(required=False, max_length=60)
        priority = serializers.CharField(required=False, max_length=8)
        address = serializers.CharField(required=False, max_length=200, allow_blank=True)

    @extend_schema(operation_id="getCase", responses=CaseShape)
    def get(self, request: Request, reference: str) -> Response:
        actor = self.actor(request)
        return whole_case(get_case_for(actor, reference), actor)

    @extend_schema(
        operation_id="changeCase",
        request=Change,
        parameters=[
            OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description="The case's ETag")
        ],
        responses={200: CaseShape, 204: None},
    )
    def patch(self, request: Request, reference: str) -> Response:
        actor = self.actor(request)
        actions.change_case(
            reference=reference,
            actor=actor,
            now=timezone.now(),
            version=expected_version(request),
            **self.read(self.Change),
        )
        return after_deed(actor, reference, status=200)


def after_deed(actor: Actor, reference: str, *, status: int, headers: dict[str, str] | None = None) -> Response:
    """The case as it is now; 204 when the deed took it out of this person's sight."""
    try:
        case = get_case_for(actor, reference)
    except NotFound:
        return Response(status=204, headers=headers)
    return whole_case(case, actor, status=status, headers=headers)


def whole_case(case: Case, actor: Actor, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The case as the desk shows it, with its version as ETag. Whoever gets to see a confidential case is logged."""
    now = timezone.now()
    history = queries.whole_history(case)
    near = together(case, offered=any(one.type == OFFERED for one in history))
    said = conversation(case.pk, reader=actor.professional_id, messages_of=near.spoken_of)
    if case.visibility == Case.Visibility.CONFIDENTIAL:
        named = any(actor.professional_id in note.named for note in said.notes)
        actions.log_view(case, actor=actor, now=now, named=named)
    actions.mark_mentions_seen(said.unseen, now=now)
    body = case_page(
        case,
        now,
        subject=near.content(),
        photos=near.photos(),
        said=said,
        history=history,
        why=explain(case.decision),
        elsewhere=near.references,
    )
    body["smallWin"] = proposal_of(case)
    body |= together_page(near, actor, now)
    body |= source_of(case.kind).more(case, actor, now)
    mark_seen(case, actor=actor, now=now)
    return Response(body, status=status, headers={"ETag": etag(case.version), **(headers or {})})


class DeedView(DeskView):
    """A verb on a case; answers the case as it is now. `If-Match` is honoured where it is sent."""

    Body: ClassVar[type[StrictSerializer]]

    def version(self, request: Request) -> int | None:
        return expected_version(request) if "If-Match" in request.headers else None

    @abstractmethod
    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        """Do it: one call of an action."""

    def post(self, request: Request, reference: str) -> Response:
        actor = self.actor(request)
        body = self.read(self.Body)

        def act() -> dict[str, Any]:
            self.deed(request, reference, body)
            return {}

        once = run_once(
            scope=f"case:{actor.user_id}:{type(self).__name__}:{reference}"[:100],
            key=idempotency_key(request),
            fingerprint=fingerprint(request.data),
            now=timezone.now(),
            action=act,
        )
        return after_deed(actor, reference, status=201, headers=once.headers)


def documented(operation: str, body: type[StrictSerializer]) -> Any:
    """What every verb on a case has in common in the API's document."""
    return extend_schema(
        operation_id=operation,
        request=body,
        parameters=[
            OpenApiParameter(
                "If-Match", str, OpenApiParameter.HEADER, description="The case's ETag, to refuse a stale save"
            ),
            OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID, new for each deed"),
        ],
        responses={201: CaseShape, 204: None},
    )


class TransitionsView(DeedView):
    """Take a step of the workflow, named by the step or by the status it leads to."""

    class Body(StrictSerializer):
        move = serializers.ChoiceField(list(MOVES), required=False)
        to = serializers.ChoiceField(Status.choices, required=False)
        message = serializers.CharField(required=False, allow_blank=True, max_length=actions.MESSAGE_LENGTH, default="")
        photos = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=10)
        stage = serializers.ChoiceField(CasePhoto.Stage.choices, required=False, allow_blank=True, default="")

    @documented("transitionCase", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        move = body.get("move") or next((name for name, one in MOVES.items() if one.to == body.get("to")), None)
        if move is None or body.get("to", MOVES[move].to) != MOVES[move].to:
            raise Invalid(FieldError("move", "required", _("Say which step to take.")))
        actions.move_case(
            reference=reference,
            move=move,
            message=body["message"],
            photos=body["photos"],
            stage=body["stage"],
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class AssignmentsView(DeedView):
    """Give the case to a person or a team. After this it may be no longer yours to see: then the answer is 204."""

    class Body(StrictSerializer):
        team = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
        professional = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**62)

    @documented("assignCase", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        if not body:
            raise Invalid(FieldError("professional", "required", _("Choose a person or a team, or null for the team.")))
        actions.assign_case(
            reference=reference,
            team_id=body.get("team"),
            professional_id=body.get("professional"),
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )
