"""Cases on the map."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.cases.api.fields import CaseRowShape
from participation.cases.api.views import DeskView
from participation.cases.filters import InboxQuery, case_filter
from participation.cases.map import on_map
from participation.cases.shapes import case_row


class MapView(DeskView):
    """What lies within `bbox`, as clusters and, where few lie together, as rows of the inbox."""

    class Query(InboxQuery):
        bbox = serializers.CharField(max_length=100, help_text="west,south,east,north in degrees")
        zoom = serializers.IntegerField(min_value=5, max_value=22, help_text="Level of the map: each doubles the scale")

    class Shape(serializers.Serializer[Any]):
        class Cluster(serializers.Serializer[Any]):
            count = serializers.IntegerField()
            late = serializers.IntegerField()
            point = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)
            bbox = serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4)
            area = serializers.CharField(allow_blank=True, help_text="The smallest area around it")

        total = serializers.IntegerField()
        capped = serializers.BooleanField(help_text="There are more; the newest are counted")
        clusters = Cluster(many=True)
        rows = CaseRowShape(many=True)

    @extend_schema(operation_id="mapCases", parameters=[Query], responses=Shape)
    def get(self, request: Request) -> Response:
        actor, now = self.actor(request), timezone.now()
        asked = self.query(self.Query)
        found = on_map(actor, case_filter(asked), asked["zoom"], now)
        return Response(
            {
                "total": found.total,
                "capped": found.capped,
                "clusters": [
                    {
                        "count": one.count,
                        "late": one.late,
                        "point": [one.lon, one.lat],
                        "bbox": list(one.bbox),
                        "area": one.area,
                    }
                    for one in found.clusters
                ],
                "rows": [case_row(case, now) for case in found.rows],
            }
        )
