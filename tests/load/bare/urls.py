import asyncio
from typing import Any

import shapely
from channels.layers import get_channel_layer
from django.db import transaction
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.load.bare.models import Logged, Thing, Work

AREAS = [
    shapely.box(4.0 + i / 100, 51.5 + j / 100, 4.01 + i / 100, 51.51 + j / 100) for i in range(70) for j in range(70)
]
INDEX = shapely.STRtree(AREAS)
LOOP = asyncio.new_event_loop()


class Body(serializers.Serializer[Any]):
    class Place(serializers.Serializer[Any]):
        type = serializers.ChoiceField(["Point"])
        coordinates = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)

    text = serializers.CharField(max_length=3000)
    location = Place()
    category = serializers.CharField(required=False)


class ReportView(APIView):
    def post(self, request: Request) -> Response:
        body = Body(data=request.data)
        body.is_valid(raise_exception=True)
        lon, lat = body.validated_data["location"]["coordinates"]
        [area] = INDEX.query(shapely.Point(lon, lat), predicate="intersects")[:1]
        with transaction.atomic():
            thing = Thing.objects.create(text=body.validated_data["text"], lat=lat, lon=lon, area=int(area))
            work = Work.objects.create(thing=thing)
            Logged.objects.create(work=work, type="received")
            transaction.on_commit(self.tell)
        return Response({"id": thing.pk, "status": work.status}, status=201)

    def tell(self) -> None:
        asyncio.run_coroutine_threadsafe(get_channel_layer().group_send("desk", {"type": "nudge"}), LOOP)


urlpatterns = [path("api/v1/reports", ReportView.as_view())]
