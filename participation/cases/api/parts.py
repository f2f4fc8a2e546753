"""Parts of a case, done by other teams."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import MomentField, StrictSerializer
from participation.cases import actions
from participation.cases.api.deeds import DeedView, documented


class PartsView(DeedView):
    """Split off a part for another team. Answers the whole case."""

    class Body(StrictSerializer):
        team = serializers.IntegerField(min_value=1, max_value=2**62)
        instruction = serializers.CharField(max_length=actions.MESSAGE_LENGTH)
        category = serializers.CharField(required=False, max_length=60, allow_blank=True, default="")
        dueBy = MomentField(required=False, allow_null=True, default=None)

    @documented("splitCase", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.split_off(
            reference=reference,
            team_id=body["team"],
            instruction=body["instruction"],
            category=body["category"],
            due_by=body["dueBy"],
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class PartWithdrawalView(DeedView):
    """Withdraw a part that is no longer needed. Answers the whole case."""

    class Body(StrictSerializer):
        part = serializers.CharField(max_length=16, help_text="Its reference")
        reason = serializers.CharField(required=False, allow_blank=True, max_length=actions.MESSAGE_LENGTH, default="")

    @documented("withdrawPart", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.withdraw_part(
            reference=reference,
            part=body["part"],
            reason=body["reason"],
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )
