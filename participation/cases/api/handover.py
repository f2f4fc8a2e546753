"""`/handovers`: offer work to a colleague, accept or refuse it, whole or case by case; and the register of it all."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.actor import Actor
from core.api.cursors import KeysetPagination
from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.parsing import MomentField, StrictSerializer
from core.api.schema import page_of
from core.errors import FieldError, Invalid
from participation.cases.actions.handover import (
    MOST,
    Given,
    accept_handover,
    offer_handover,
    refuse_handover,
    withdraw_handover,
)
from participation.cases.actions.saving import MESSAGE_LENGTH
from participation.cases.api.fields import ColleagueShape, TeamShape
from participation.cases.api.views import DeskView
from participation.cases.handovers import Whole, handovers_for, offered_to, waiting, whole
from participation.cases.models import Handover, HandoverItem
from participation.cases.shapes import moment_or_none, person, team


class HandoverShape(serializers.Serializer[Any]):
    """`to` null: back to the team. `holder`: who has the case now, whatever became of the offer."""

    class Item(serializers.Serializer[Any]):
        class Holder(serializers.Serializer[Any]):
            team = TeamShape()
            person = ColleagueShape(allow_null=True)
            closed = serializers.BooleanField()

        reference = serializers.CharField()
        subject = serializers.CharField(allow_blank=True)
        note = serializers.CharField(allow_blank=True)
        outcome = serializers.ChoiceField(HandoverItem.Outcome.choices)
        answer = serializers.CharField(allow_blank=True)
        answeredAt = MomentField(allow_null=True)
        holder = Holder()

    id = serializers.IntegerField()
    giver = ColleagueShape(allow_null=True)
    to = ColleagueShape(allow_null=True)
    arrangedBy = ColleagueShape(allow_null=True)
    why = serializers.ChoiceField(Handover.Why.choices)
    note = serializers.CharField(allow_blank=True)
    at = MomentField()
    waiting = serializers.BooleanField()
    mayAnswer = serializers.BooleanField()
    mayWithdraw = serializers.BooleanField()
    cases = Item(many=True)


class HandoversView(DeskView):
    """The register, and a new handover."""

    class Query(serializers.Serializer[Any]):
        box = serializers.ChoiceField(["all", "waiting", "to-me"], required=False, default="all")

    class Body(StrictSerializer):
        """`cases` absent: all open cases of `giver` (oneself when absent). `to` null: back to their teams, at once."""

        class Item(StrictSerializer):
            reference = serializers.CharField(max_length=16)
            note = serializers.CharField(required=False, allow_blank=True, max_length=MESSAGE_LENGTH, default="")

        giver = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
        to = serializers.IntegerField(allow_null=True, min_value=1, max_value=2**62)
        cases = serializers.ListField(child=Item(), required=False, max_length=MOST)
        note = serializers.CharField(required=False, allow_blank=True, max_length=MESSAGE_LENGTH, default="")
        why = serializers.ChoiceField(Handover.Why.choices, required=False, default=Handover.Why.OTHER)

    @extend_schema(
        operation_id="listHandovers",
        tags=["duty"],
        summary="Handovers of one's own work and, for leads, of their teams; newest first",
        parameters=[
            Query,
            OpenApiParameter("cursor", str, description="Where the next page starts; take it from `next`"),
            OpenApiParameter("limit", int, description="Rows per page, 1 to 200 (50)"),
        ],
        responses=page_of(HandoverShape),
    )
    def get(self, request: Request) -> Response:
        actor, box = self.actor(request), self.query(self.Query)["box"]
        found = handovers_for(actor)
        if box == "waiting":
            found = waiting(found)
        elif box == "to-me":
            found = offered_to(actor)
        page = KeysetPagination("-id")
        ids = [one.pk for one in page.paginate_queryset(found, request)]
        rows = whole(Handover.objects.filter(pk__in=ids).order_by("-id"), actor)
        return page.get_paginated_response([handover_shape(one) for one in rows])

    @extend_schema(
        operation_id="offerHandover",
        tags=["duty"],
        summary="Offer open cases to a colleague; until they accept, nothing changes",
        request=Body,
        parameters=[
            OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID, new for each deed")
        ],
        responses={201: HandoverShape},
    )
    def post(self, request: Request) -> Response:
        actor = self.actor(request)
        body = self.read(self.Body)
        assert actor.professional_id is not None  # nobody else comes to the desk
        giver = body.get("giver", actor.professional_id)
        cases = body.get("cases")
        references = [one["reference"] for one in cases or ()]
        if len(set(references)) != len(references):
            raise Invalid(FieldError("cases", "double", _("Name each case once.")))

        def act() -> dict[str, Any]:
            handover = offer_handover(
                from_id=giver,
                to_id=body["to"],
                cases=[Given(**one) for one in cases] if cases is not None else None,
                note=body["note"],
                why=body["why"],
                actor=actor,
                now=timezone.now(),
            )
            return {"id": handover.pk}

        once = run_once(
            scope=f"handover:{actor.user_id}",
            key=idempotency_key(request),
            fingerprint=fingerprint(request.data),
            now=timezone.now(),
            action=act,
        )
        return _answer(once.body["id"], actor, status=201, headers=once.headers)


class AnswerView(DeskView):
    """What is done with an offer, or with some of its cases."""

    class Body(StrictSerializer):
        """`references` absent: the whole handover."""

        references = serializers.ListField(child=serializers.CharField(max_length=16), required=False, max_length=MOST)

    act: ClassVar[Any]

    def post(self, request: Request, handover_id: int) -> Response:
        actor = self.actor(request)
        body = self.read(self.Body)
        type(self).act(handover_id=handover_id, actor=actor, now=timezone.now(), **body)
        return _answer(handover_id, actor)


def _documented(operation: str, summary: str, body: type[StrictSerializer]) -> Any:
    return extend_schema(operation_id=operation, tags=["duty"], summary=summary, request=body, responses=HandoverShape)


class AcceptHandoverView(AnswerView):
    act = staticmethod(accept_handover)

    @_documented("acceptHandover", "The work is mine from now on, all of it or the cases named", AnswerView.Body)
    def post(self, request: Request, handover_id: int) -> Response:
        return super().post(request, handover_id)


class RefuseHandoverView(AnswerView):
    act = staticmethod(refuse_handover)

    class Body(AnswerView.Body):
        answer = serializers.CharField(required=False, allow_blank=True, max_length=MESSAGE_LENGTH, default="")

    @_documented("refuseHandover", "The work stays with who has it", Body)
    def post(self, request: Request, handover_id: int) -> Response:
        return super().post(request, handover_id)


class WithdrawHandoverView(AnswerView):
    act = staticmethod(withdraw_handover)

    @_documented("withdrawHandover", "Take back an offer that was not answered", AnswerView.Body)
    def post(self, request: Request, handover_id: int) -> Response:
        return super().post(request, handover_id)


def _answer(handover_id: int, actor: Actor, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    [row] = whole(Handover.objects.filter(pk=handover_id), actor)
    return Response(handover_shape(row), status=status, headers=headers)


def handover_shape(row: Whole) -> dict[str, Any]:
    handover = row.handover
    return {
        "id": handover.pk,
        "giver": _colleague(handover.from_professional),
        "to": _colleague(handover.to_professional),
        "arrangedBy": _colleague(handover.professional),
        "why": handover.why,
        "note": handover.note,
        "at": moment_or_none(handover.at),
        "waiting": row.waits,
        "mayAnswer": row.is_mine,
        "mayWithdraw": row.may_withdraw,
        "cases": [
            {
                "reference": line.case.reference,
                "subject": line.subject,
                "note": line.item.note,
                "outcome": line.item.outcome,
                "answer": line.item.answer,
                "answeredAt": moment_or_none(line.item.answered_at),
                "holder": {
                    "team": team(line.case.team_id),
                    "person": person(line.case.assignee_id),
                    "closed": line.case.closed_at is not None,
                },
            }
            for line in row.lines
        ],
    }


def _colleague(one: Any) -> dict[str, Any] | None:
    """Also someone who left since: the register names them."""
    if one is None:
        return None
    return person(one.pk) or {"id": one.pk, "name": one.name, "role": one.role, "photoUrl": None}
