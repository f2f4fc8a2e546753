"""`/addresses`: finding a place by what somebody types, and saying in words where a point is."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.urls import path, re_path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.throttles import throttle
from core.api.views import ApiView
from core.areas.queries import AreaRow, tree
from core.areas.tenancy import scope_of
from core.errors import NotFound
from core.places import queries
from core.places.errors import PlacesUnavailable
from core.places.locatieserver import LONGEST

KINDS = [*queries.KINDS.values(), "gemeente", "stadsdeel", "wijk", "buurt"]
MOST = 20
AVAILABLE = (
    "False when the source of addresses is off or does not answer. That is no error: what we know ourselves is still"
    " found, and a place can always be chosen on the map."
)


class AddressQuery(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=LONGEST, help_text="What was typed so far: a street, an address, a postcode.")
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=7)


class PointQuery(serializers.Serializer[Any]):
    lat = serializers.FloatField(min_value=-90, max_value=90)
    lon = serializers.FloatField(min_value=-180, max_value=180)


class PointField(serializers.ListField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            child=serializers.FloatField(), min_length=2, max_length=2, help_text="[lon, lat] (WGS 84).", **kwargs
        )


class AddressShape(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="For `GET /addresses/{id}`.")
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's `Field.label` is set on instances
    type = serializers.ChoiceField(KINDS, source="kind")
    point = PointField(allow_null=True)


class AddressesShape(serializers.Serializer[Any]):
    results = AddressShape(many=True)
    available = serializers.BooleanField(help_text=AVAILABLE)


class StreetShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    point = PointField()
    distance = serializers.IntegerField(help_text="Metres from the point that was asked.")


class AroundShape(serializers.Serializer[Any]):
    address = AddressShape(allow_null=True)
    streets = StreetShape(many=True)
    available = serializers.BooleanField(help_text=AVAILABLE)


class AddressesView(ApiView):
    public = True
    throttle_classes = [throttle("places")]

    @extend_schema(
        operation_id="suggestAddresses",
        tags=["places"],
        summary="Addresses, streets, postcodes and neighbourhoods for what is being typed, best first",
        description="Only in the municipality of this host.",
        parameters=[AddressQuery],
        responses=AddressesShape,
    )
    def get(self, request: Request) -> Response:
        asked = self.query(AddressQuery)
        found = queries.suggest(asked["q"], gemeente_of(request), limit=asked["limit"])
        return Response(AddressesShape({"results": found.results, "available": found.available}).data)


class AddressView(ApiView):
    public = True
    throttle_classes = [throttle("places")]

    @extend_schema(
        operation_id="getAddress",
        tags=["places"],
        summary="One place that was suggested, with its point",
        description="503 with code `places-unavailable` when its source does not answer.",
        responses=AddressShape,
    )
    def get(self, request: Request, place_id: str) -> Response:
        found = queries.lookup(place_id)
        if not found.available:
            raise PlacesUnavailable
        if found.place is None:
            raise NotFound
        return Response(AddressShape(found.place).data)


class ReverseView(ApiView):
    public = True
    throttle_classes = [throttle("places")]

    @extend_schema(
        operation_id="reverseAddress",
        tags=["places"],
        summary="The nearest address to a point, and the streets around it, nearest first",
        parameters=[PointQuery],
        responses=AroundShape,
    )
    def get(self, request: Request) -> Response:
        point = self.query(PointQuery)
        found = queries.around(point["lon"], point["lat"], only_gemeente_of(request))
        return Response(AroundShape(asdict(found)).data)


def gemeente_of(request: Request) -> AreaRow | None:
    """The municipality whose pages this host shows."""
    gemeente_id = scope_of(request).gemeente_id
    return tree().by_id.get(gemeente_id) if gemeente_id is not None else None


def only_gemeente_of(request: Request) -> AreaRow | None:
    """The municipality that this host belongs to, if it belongs to one."""
    return gemeente_of(request) if scope_of(request).bound else None


urlpatterns = [
    path("addresses", AddressesView.as_view(), name="addresses"),
    path("addresses/_reverse", ReverseView.as_view(), name="addresses-reverse"),
    re_path(r"^addresses/(?P<place_id>[A-Za-z][A-Za-z0-9-]{3,80})$", AddressView.as_view(), name="address"),
]
