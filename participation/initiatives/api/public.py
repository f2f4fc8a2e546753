"""What everybody may ask of initiatives: the list, as JSON or as points for a map, and one of them.

Writing at the same addresses belongs to who is signed in: `api.own` builds on these views.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import MomentField
from core.api.throttles import throttle
from core.api.views import GeoJsonRenderer, JsonRenderer
from core.areas.queries import get_area
from core.areas.tenancy import scope_of
from core.errors import NotFound
from participation.cases.api.fields import AreaShape, PointShape
from participation.cases.filters import read_bbox
from participation.initiatives.models import HelpRequest
from participation.initiatives.queries import shapes
from participation.initiatives.queries.public import (
    ORDERS,
    STAGES,
    Asked,
    lines_of,
    paging,
    public_initiative,
    public_initiatives,
)
from participation.initiatives.states import Stage
from participation.residents.access import ResidentView
from participation.routing.wording import theme_called

LONGEST_TEXT = 100


class InitiativeQuery(serializers.Serializer[Any]):
    area = serializers.CharField(required=False, max_length=16, help_text="With everything below it")
    stage = serializers.ChoiceField(STAGES, required=False, help_text="`underway`: every one that is alive")
    theme = serializers.CharField(required=False, max_length=60)
    needsHelp = serializers.BooleanField(required=False, default=False)
    q = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT, default="")
    bbox = serializers.CharField(required=False, max_length=100, help_text="west,south,east,north in degrees")
    order = serializers.ChoiceField(sorted(ORDERS), required=False, default="newest")

    def validate_bbox(self, value: str) -> tuple[float, float, float, float]:
        return read_bbox(value)


class LabelShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class SupportShape(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    onPaper = serializers.IntegerField()
    needed = serializers.IntegerField(allow_null=True, help_text="null: no threshold")


class InitiativeShape(serializers.Serializer[Any]):
    """One in a list."""

    slug = serializers.CharField()
    title = serializers.CharField()
    what = serializers.CharField()
    language = serializers.CharField()
    stage = serializers.ChoiceField([stage.value for stage in Stage if stage != Stage.DRAFT])
    stageLabel = serializers.CharField()
    stageSince = MomentField()
    area = AreaShape(allow_null=True)
    location = PointShape(allow_null=True)
    theme = LabelShape(allow_null=True)
    support = SupportShape()
    helpWanted = serializers.ListField(child=serializers.ChoiceField(HelpRequest.Kind.values))
    photoUrl = serializers.CharField(allow_null=True)
    url = serializers.CharField()
    publishedAt = MomentField()
    changedAt = MomentField()


class OneInitiativeShape(InitiativeShape):
    """With all that everybody may read. `members`: as the group calls them."""

    class Photo(serializers.Serializer[Any]):
        url = serializers.CharField()
        alt = serializers.CharField()
        width = serializers.IntegerField()
        height = serializers.IntegerField()

    class StageReached(serializers.Serializer[Any]):
        stage = serializers.CharField()
        label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
        state = serializers.ChoiceField(["done", "now", "next"])
        at = MomentField(allow_null=True)

    class Outcome(serializers.Serializer[Any]):
        stage = serializers.CharField()
        at = MomentField()
        by = serializers.ChoiceField(["group", "coach"])
        reason = serializers.CharField()
        learned = serializers.CharField()
        answer = serializers.CharField()

    class MemberShape(serializers.Serializer[Any]):
        name = serializers.CharField()
        role = serializers.CharField()

    class Coach(serializers.Serializer[Any]):
        name = serializers.CharField()
        role = serializers.CharField()
        organisation = serializers.CharField()
        photoUrl = serializers.CharField(allow_null=True)

    why = serializers.CharField()
    who = serializers.CharField()
    wanted = serializers.CharField()
    when = serializers.CharField()
    address = serializers.CharField()
    photos = Photo(many=True)
    stages = StageReached(many=True)
    outcome = Outcome(allow_null=True, help_text="Why it rests or stopped")
    members = MemberShape(many=True)
    coach = Coach(allow_null=True)
    followers = serializers.IntegerField()
    comments = serializers.IntegerField()
    version = serializers.IntegerField()


class InitiativePageShape(serializers.Serializer[Any]):
    """A page of the list."""

    results = InitiativeShape(many=True)
    next = serializers.CharField(allow_null=True)


class InitiativesView(ResidentView):
    """GET: initiatives that everybody may read, newest first. As `application/geo+json`: points for a map."""

    public = ("GET",)
    throttle_classes = [throttle("public", "GET")]
    renderer_classes = [JsonRenderer, GeoJsonRenderer]

    @extend_schema(
        operation_id="listInitiatives",
        parameters=[InitiativeQuery, OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        responses=InitiativePageShape,
    )
    def get(self, request: Request) -> Response:
        asked = self._asked(request)
        page = paging(asked)
        rows = page.paginate_queryset(public_initiatives(asked), request)
        if request.accepted_renderer.format == GeoJsonRenderer.format:
            features = [shapes.feature(one) for one in rows]
            answered = page.get_paginated_response(features)
            answered.data = {"type": "FeatureCollection", "features": features, "next": page.next_url}
            return answered
        pairs = zip(rows, lines_of(rows), strict=True)
        return page.get_paginated_response([shapes.in_list(one, line) for one, line in pairs])

    def _asked(self, request: Request) -> Asked:
        said = self.query(InitiativeQuery)
        only = scope_of(request).only
        area = get_area(said["area"], gemeente_id=only) if "area" in said else None
        theme_id = None
        if "theme" in said:
            gemeente_id = area.gemeente_id if area else scope_of(request).gemeente_id
            theme_id = theme_called(said["theme"], gemeente_id).pk
        return Asked(
            only,
            area=area,
            stage=said.get("stage", ""),
            theme_id=theme_id,
            needs_help=said["needsHelp"],
            text=said["q"],
            bbox=said.get("bbox"),
            order=said["order"],
        )


class InitiativeView(ResidentView):
    """GET: one initiative, if everybody may read it."""

    public = ("GET",)
    throttle_classes = [throttle("public", "GET")]

    @extend_schema(operation_id="getInitiative", responses=OneInitiativeShape)
    def get(self, request: Request, slug: str) -> Response:
        initiative = public_initiative(slug, gemeente_id=scope_of(request).only)
        if initiative is None:
            raise NotFound
        return Response(shapes.whole(initiative))
