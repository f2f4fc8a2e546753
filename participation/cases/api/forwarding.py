"""Offering a case to another team, its answer, and how that goes between teams."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import MomentField, StrictSerializer
from participation.cases import actions, together
from participation.cases.api.deeds import DeedView, documented
from participation.cases.api.fields import TeamShape
from participation.cases.api.views import DeskView
from participation.cases.together_shapes import figures_row


class ForwardingsView(DeedView):
    """Offer the case to another team, with a reason. It stays with the sender until it is accepted."""

    class Body(StrictSerializer):
        team = serializers.IntegerField(min_value=1, max_value=2**62)
        reason = serializers.CharField(max_length=actions.MESSAGE_LENGTH)

    @documented("forwardCase", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.offer_case(
            reference=reference,
            team_id=body["team"],
            reason=body["reason"],
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class ForwardingAcceptView(DeedView):
    """Take the case over, for a person of the team or for whom the team's own division names."""

    class Body(StrictSerializer):
        professional = serializers.IntegerField(
            required=False, allow_null=True, min_value=1, max_value=2**62, default=None
        )

    @documented("acceptForwarding", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.accept_case(
            reference=reference,
            professional_id=body["professional"],
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class ForwardingReturnView(DeedView):
    """Give the case back, with a reason. After this it may be no longer yours to see: then the answer is 204."""

    class Body(StrictSerializer):
        reason = serializers.CharField(max_length=actions.MESSAGE_LENGTH)

    @documented("returnForwarding", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.return_case(
            reference=reference,
            reason=body["reason"],
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class ForwardingWithdrawalView(DeedView):
    """The sender keeps the case after all."""

    class Body(StrictSerializer):
        pass

    @documented("withdrawForwarding", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.withdraw_offer(
            reference=reference, actor=self.actor(request), now=timezone.now(), version=self.version(request)
        )


class ForwardingFiguresView(DeskView):
    """How it goes between teams, for who leads or administers one of the two: the busiest pair first."""

    class Query(serializers.Serializer[Any]):
        since = MomentField(required=False, help_text="Offers from this moment on; a year ago when left out")

    class Shape(serializers.Serializer[Any]):
        class Pair(serializers.Serializer[Any]):
            to = TeamShape()
            sent = serializers.IntegerField()
            accepted = serializers.IntegerField()
            returned = serializers.IntegerField()
            withdrawn = serializers.IntegerField()
            waiting = serializers.IntegerField()
            stuck = serializers.IntegerField(help_text="Waiting, and not answered in time")
            medianAnswerHours = serializers.FloatField(allow_null=True)
            casesOverTwoHops = serializers.IntegerField(help_text="Cases that were offered more than twice")

            def get_fields(self) -> dict[str, Any]:
                return {"from": TeamShape(), **super().get_fields()}

        results = Pair(many=True)

    @extend_schema(operation_id="getForwardingFigures", parameters=[Query], responses=Shape)
    def get(self, request: Request) -> Response:
        asked = self.query(self.Query)
        figures = together.forwarding_figures(self.actor(request), timezone.now(), since=asked.get("since"))
        return Response({"results": [figures_row(one) for one in figures]})
