"""`/absences`: who is away, for themselves and for a team lead."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.actor import Actor
from core.api.parsing import StrictSerializer
from core.api.views import ApiView
from participation.organisations.access import professional_of
from participation.organisations.actions import change_absence, end_absence, plan_absence
from participation.organisations.models import Absence
from participation.organisations.queries import absences_from


class ColleagueShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class AbsenceShape(serializers.Serializer[Any]):
    """Both days are included. `replacement` may be null."""

    id = serializers.IntegerField()
    professional = ColleagueShape()
    startsOn = serializers.DateField()
    endsOn = serializers.DateField()
    replacement = ColleagueShape(allow_null=True)


class AbsencesShape(serializers.Serializer[Any]):
    """Always one page: `next` is null."""

    results = AbsenceShape(many=True)
    next = serializers.CharField(allow_null=True)


class AbsenceBody(StrictSerializer):
    """`professional` absent: oneself."""

    professional = serializers.IntegerField(min_value=1, max_value=2**62, required=False)
    startsOn = serializers.DateField()
    endsOn = serializers.DateField()
    replacement = serializers.IntegerField(min_value=1, max_value=2**62, required=False, allow_null=True)


class DutyView(ApiView):
    def actor(self, request: Request) -> Actor:
        return professional_of(request)


class AbsencesView(DutyView):
    @extend_schema(
        operation_id="listAbsences",
        tags=["duty"],
        summary="Present and coming absences: your own and, as team lead, those of your teams",
        responses=AbsencesShape,
    )
    def get(self, request: Request) -> Response:
        rows = absences_from(self.actor(request), timezone.localdate())
        return Response({"results": [absence_shape(row) for row in rows], "next": None})

    @extend_schema(
        operation_id="planAbsence",
        tags=["duty"],
        summary="Plan an absence for yourself or, as team lead, for a member of your team",
        request=AbsenceBody,
        responses={201: AbsenceShape},
    )
    def post(self, request: Request) -> Response:
        actor = self.actor(request)
        body = self.read(AbsenceBody)
        assert actor.professional_id is not None
        absence = plan_absence(
            professional_id=body.get("professional", actor.professional_id),
            starts_on=body["startsOn"],
            ends_on=body["endsOn"],
            replacement_id=body.get("replacement"),
            actor=actor,
            now=timezone.now(),
        )
        return Response(absence_shape(absence), status=201)


class AbsenceView(DutyView):
    class Body(StrictSerializer):
        endsOn = serializers.DateField()
        replacement = serializers.IntegerField(min_value=1, max_value=2**62, allow_null=True)

    @extend_schema(
        operation_id="changeAbsence",
        tags=["duty"],
        summary="Another last day or replacement of an absence that is not over",
        request=Body,
        responses=AbsenceShape,
    )
    def patch(self, request: Request, absence_id: int) -> Response:
        body = self.read(self.Body)
        absence = change_absence(
            absence_id=absence_id,
            ends_on=body["endsOn"],
            replacement_id=body["replacement"],
            actor=self.actor(request),
            now=timezone.now(),
        )
        return Response(absence_shape(absence))


class EndAbsenceView(DutyView):
    @extend_schema(
        operation_id="endAbsence",
        tags=["duty"],
        summary="Back from today on; an absence that has not begun disappears",
        request=None,
        responses={204: None},
    )
    def post(self, request: Request, absence_id: int) -> Response:
        end_absence(absence_id=absence_id, actor=self.actor(request), now=timezone.now())
        return Response(status=204)


def absence_shape(absence: Absence) -> dict[str, Any]:
    instead = absence.replacement
    return {
        "id": absence.pk,
        "professional": {"id": absence.professional_id, "name": absence.professional.name},
        "startsOn": absence.starts_on,
        "endsOn": absence.ends_on,
        "replacement": {"id": instead.pk, "name": instead.name} if instead else None,
    }


urlpatterns = [
    path("absences", AbsencesView.as_view(), name="absences"),
    path("absences/<int:absence_id>", AbsenceView.as_view(), name="absence"),
    path("absences/<int:absence_id>/_end", EndAbsenceView.as_view(), name="absence-end"),
]
