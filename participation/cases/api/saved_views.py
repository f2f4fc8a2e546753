"""Saved views over the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.actor import Actor
from core.api.parsing import StrictSerializer
from participation.cases import saved_views
from participation.cases.api.fields import TeamShape
from participation.cases.api.views import DeskView
from participation.cases.filters import QueryField, filter_of
from participation.cases.models import SavedView
from participation.cases.shapes import person, team


class SavedViewShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    query = serializers.DictField(child=serializers.CharField())
    team = TeamShape(allow_null=True, help_text="The team it is shared with")
    mine = serializers.BooleanField()
    mayChange = serializers.BooleanField()
    by = serializers.CharField(allow_null=True)
    position = serializers.IntegerField()
    count = serializers.IntegerField(allow_null=True, help_text="Cases found now, at most 1000; null when not counted")
    capped = serializers.BooleanField(help_text="There may be more than `count`")


class SavedViewBody(StrictSerializer):
    name = serializers.CharField(max_length=60)
    query = QueryField()
    team = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**62)
    position = serializers.IntegerField(required=False, default=0, min_value=0, max_value=32_000)


class SavedViewChange(StrictSerializer):
    name = serializers.CharField(max_length=60, required=False)
    query = QueryField(required=False)
    team = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**62)
    position = serializers.IntegerField(required=False, min_value=0, max_value=32_000)


class SavedViewsView(DeskView):
    """My views and those of my teams, with how many cases each finds now."""

    class Query(serializers.Serializer[Any]):
        counts = serializers.BooleanField(required=False, default=True, help_text="`false` leaves the numbers out")

    class Shape(serializers.Serializer[Any]):
        results = SavedViewShape(many=True)

    @extend_schema(operation_id="listSavedViews", parameters=[Query], responses=Shape)
    def get(self, request: Request) -> Response:
        actor, now = self.actor(request), timezone.now()
        views = list(saved_views.views_for(actor))
        if not self.query(self.Query)["counts"]:
            return Response({"results": [shape(saved_views.Counted(view, None), actor) for view in views]})
        found = saved_views.counted(views, [filter_of(view.query) for view in views], actor, now)
        return Response({"results": [shape(one, actor) for one in found]})

    @extend_schema(operation_id="saveView", request=SavedViewBody, responses={201: SavedViewShape})
    def post(self, request: Request) -> Response:
        actor, body = self.actor(request), self.read(SavedViewBody)
        view = saved_views.save_view(
            name=body["name"], query=body["query"], team_id=body["team"], position=body["position"], actor=actor
        )
        return Response(_counted(view, actor), status=201)


class SavedViewView(DeskView):
    """One saved view."""

    @extend_schema(operation_id="changeSavedView", request=SavedViewChange, responses=SavedViewShape)
    def patch(self, request: Request, view_id: int) -> Response:
        actor = self.actor(request)
        return Response(
            _counted(saved_views.change_view(pk=view_id, changes=self.read(SavedViewChange), actor=actor), actor)
        )

    @extend_schema(operation_id="removeSavedView", responses={204: None})
    def delete(self, request: Request, view_id: int) -> Response:
        saved_views.remove_view(pk=view_id, actor=self.actor(request))
        return Response(status=204)


def _counted(view: SavedView, actor: Actor) -> dict[str, Any]:
    [found] = saved_views.counted([view], [filter_of(view.query)], actor, timezone.now())
    return shape(found, actor)


def shape(found: saved_views.Counted, actor: Actor) -> dict[str, Any]:
    view = found.view
    by = person(view.professional_id)
    return {
        "id": view.pk,
        "name": view.name,
        "query": view.query,
        "team": team(view.team_id) if view.team_id is not None else None,
        "mine": view.professional_id == actor.professional_id,
        "mayChange": saved_views.may_change(view, actor),
        "by": by["name"] if by else str(_("A former colleague")),
        "position": view.position,
        "count": found.count,
        "capped": found.capped,
    }
