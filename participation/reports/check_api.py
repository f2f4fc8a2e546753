"""`POST /reports/_check`: is there personal data in this text? For clients without the check of our own pages."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import StrictSerializer
from core.api.throttles import throttle
from core.api.views import ApiView
from core.areas.tenancy import scope_of
from participation.reports.rules import TEXT_LENGTH
from participation.texts.checking import NAMED, check_text


class CheckView(ApiView):
    """Points out, never stops: the writer decides. Nothing of the text is stored or logged."""

    public = True
    throttle_classes = [throttle("suggest")]

    class Body(StrictSerializer):
        text = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=TEXT_LENGTH)

    class Shape(serializers.Serializer[Any]):
        class Found(serializers.Serializer[Any]):
            kind = serializers.ChoiceField(list(NAMED))
            name = serializers.CharField(help_text="The kind in words")
            start = serializers.IntegerField(help_text="Where it begins, in characters (Unicode code points)")
            end = serializers.IntegerField(help_text="Where it ends; this character is not part of it")

        findings = Found(many=True)
        masked = serializers.CharField(allow_blank=True, help_text="The text with each finding replaced by dots")

    @extend_schema(operation_id="checkText", tags=["reports"], request=Body, responses=Shape)
    def post(self, request: Request) -> Response:
        checked = check_text(self.read(self.Body)["text"], scope_of(request).gemeente_id)
        findings = [
            {"kind": one.kind, "name": NAMED[one.kind], "start": one.start, "end": one.end} for one in checked.findings
        ]
        return Response({"findings": findings, "masked": checked.masked})


urlpatterns = [path("reports/_check", CheckView.as_view())]
