"""`GET /areas` and `GET /areas/{code}`: the area tree, public and cacheable."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import shapely
from django.conf import settings
from django.urls import re_path
from django.utils.cache import get_conditional_response, patch_vary_headers
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.cursors import KeysetPagination
from core.api.schema import KEYSET_PARAMETERS
from core.api.views import ApiView
from core.areas.models import Area
from core.areas.queries import LEVELS, AreaRow, folded, get_area, tree
from core.areas.tenancy import scope_of
from core.errors import NotFound

MAX_AGE = 300
"""Seconds that browsers and proxies may keep an answer; after that the ETag saves the body."""
DECIMALS = 6
"""About 10 cm."""
COARSE = 1e-4
"""Degrees, about 10 m: near enough to find one's way on a map that is kept for when there is no network."""


class AreaQuery(serializers.Serializer[Any]):
    level = serializers.ChoiceField(LEVELS, required=False)
    parent = serializers.CharField(  # type: ignore[assignment]  # DRF's own `parent` is set on instances
        max_length=16, required=False, help_text="Code of the area directly above, such as `GM0518`."
    )
    q = serializers.CharField(max_length=100, required=False, help_text="Part of the name, or the start of the code.")


class AreaSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="CBS code where it has one.")
    name = serializers.CharField()
    level = serializers.ChoiceField(LEVELS)
    year = serializers.IntegerField(help_text="Year of the CBS division.")
    parent = serializers.CharField(  # type: ignore[assignment]
        allow_null=True, help_text="Code of the area directly above."
    )
    bbox = serializers.ListField(
        child=serializers.FloatField(), min_length=4, max_length=4, help_text="West, south, east, north (WGS 84)."
    )
    point = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, help_text="[lon, lat] inside the area."
    )


class MultiPolygonSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["MultiPolygon"])
    coordinates = serializers.ListField(help_text="As in RFC 7946, longitude first.")


class AreaDetailSerializer(AreaSerializer):
    geometry = MultiPolygonSerializer(help_text="The outline as GeoJSON.")


class AreasView(ApiView):
    public = True
    pagination_class = KeysetPagination

    @extend_schema(
        operation_id="listAreas",
        tags=["areas"],
        summary="The areas: gemeenten, stadsdelen, wijken and buurten",
        parameters=[AreaQuery, *KEYSET_PARAMETERS],
        responses=AreaSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(AreaQuery)
        return _cached(request, lambda: self._page(request, wanted))

    def _page(self, request: Request, wanted: dict[str, Any]) -> Response:
        areas = Area.objects.only("id", "code")
        if (only := scope_of(request).only) is not None:
            areas = areas.filter(gemeente=only)
        if level := wanted.get("level"):
            areas = areas.filter(level=level)
        if parent := wanted.get("parent"):
            areas = areas.filter(parent__code=parent)
        if text := wanted.get("q"):
            # In memory, for SQLite's own search knows no case beyond ASCII and neither database ignores accents.
            areas = areas.filter(pk__in=_search(text))
        page = KeysetPagination("code")
        rows = [tree().by_id.get(area.pk) for area in page.paginate_queryset(areas, request, self)]
        return page.get_paginated_response([_shape(row) for row in rows if row is not None])


class AreaView(ApiView):
    public = True

    @extend_schema(
        operation_id="getArea", tags=["areas"], summary="One area with its outline", responses=AreaDetailSerializer
    )
    def get(self, request: Request, code: str) -> Response:
        area = get_area(code, gemeente_id=scope_of(request).only)
        return _cached(request, lambda: Response({**_shape(area), "geometry": _geojson(area)}))


class OutlinesQuery(serializers.Serializer[Any]):
    gemeente = serializers.CharField(max_length=16, required=False, help_text="CBS code; absent: that of this host.")


class OutlineFeatureSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["Feature"])
    properties = AreaSerializer()
    geometry = MultiPolygonSerializer()


class OutlinesSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["FeatureCollection"])
    features = OutlineFeatureSerializer(many=True)


class OutlinesView(ApiView):
    public = True

    @extend_schema(
        operation_id="listOutlines",
        tags=["areas"],
        summary="A whole municipality with coarse outlines, to keep for when there is no network",
        parameters=[OutlinesQuery],
        responses=OutlinesSerializer,
    )
    def get(self, request: Request) -> Response:
        code, scope = self.query(OutlinesQuery).get("gemeente"), scope_of(request)
        if code is not None:
            gemeente_id = get_area(code, gemeente_id=scope.only).gemeente_id
        elif scope.gemeente_id is not None:
            gemeente_id = scope.gemeente_id
        else:
            raise NotFound
        return _cached(request, lambda: Response({"type": "FeatureCollection", "features": _features(gemeente_id)}))


def _features(gemeente_id: int) -> list[dict[str, Any]]:
    return [
        {"type": "Feature", "properties": _shape(row), "geometry": _geojson(row, COARSE, 5)}
        for row in tree().by_id.values()
        if row.gemeente_id == gemeente_id
    ]


def _shape(area: AreaRow) -> dict[str, Any]:
    parent = tree().by_id[area.parent_id] if area.parent_id is not None else None
    return {
        "code": area.code,
        "name": area.name,
        "level": area.level,
        "year": area.year,
        "parent": parent.code if parent else None,
        "bbox": [round(value, DECIMALS) for value in area.bbox],
        "point": [round(value, DECIMALS) for value in area.point],
    }


def _geojson(area: AreaRow, tolerance: float = 10**-DECIMALS, decimals: int = DECIMALS) -> dict[str, Any]:
    outline = shapely.simplify(tree().outline(area.id), tolerance, preserve_topology=True)
    return {
        "type": "MultiPolygon",
        "coordinates": [
            [
                [[round(lon, decimals), round(lat, decimals)] for lon, lat in shapely.get_coordinates(ring).tolist()]
                for ring in (polygon.exterior, *polygon.interiors)
            ]
            for polygon in shapely.get_parts(outline)
        ],
    }


def _search(text: str) -> list[int]:
    wanted, code = folded(text), text.strip().upper()
    return [
        row.id for row in tree().by_code.values() if wanted in folded(row.name) or row.code.upper().startswith(code)
    ]


def _cached(request: Request, answer: Callable[[], Response]) -> Response:
    """Public and cacheable: 304 when the tree has not changed since, else the answer with its ETag."""
    said = f"{settings.API_VERSION} {tree().fingerprint} {request.build_absolute_uri()}"
    etag = f'W/"{hashlib.sha256(said.encode()).hexdigest()[:24]}"'
    unchanged: Any = get_conditional_response(request._request, etag=etag)
    if unchanged is not None:
        response = Response(status=unchanged.status_code, headers={"ETag": etag})
    else:
        response = answer()
        response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={MAX_AGE}"
    patch_vary_headers(response, ["Accept"])
    return response


urlpatterns = [
    re_path(r"^areas/_outlines$", OutlinesView.as_view(), name="area_outlines"),
    re_path(r"^areas$", AreasView.as_view(), name="areas"),
    re_path(r"^areas/(?P<code>[A-Za-z0-9][A-Za-z0-9-]{0,15})$", AreaView.as_view(), name="area"),
]
