"""Exports over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import MomentField, StrictSerializer
from core.api.views import JsonRenderer
from core.errors import Conflict, NotFound
from participation.cases.api.views import DeskView
from participation.cases.exports import ask_export, export_of, exports_of, file_of
from participation.cases.filters import QueryField
from participation.cases.models import Export


class CsvRenderer(JsonRenderer):
    """So that a client may ask for `text/csv`; the answer is the file itself."""

    media_type = "text/csv"
    format = "csv"


class ExportShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(Export.State.choices)
    query = serializers.DictField(child=serializers.CharField())
    rows = serializers.IntegerField()
    createdAt = MomentField()
    expiresAt = MomentField()
    url = serializers.CharField(allow_null=True, help_text="Where the file is, once it is ready")


class ExportsView(DeskView):
    """My exports of the last day; ask for another."""

    class Body(StrictSerializer):
        query = QueryField(required=False, default=dict)

    class Shape(serializers.Serializer[Any]):
        results = ExportShape(many=True)

    @extend_schema(operation_id="listExports", responses=Shape)
    def get(self, request: Request) -> Response:
        return Response({"results": [shape(one) for one in exports_of(self.actor(request), timezone.now())]})

    @extend_schema(operation_id="askExport", request=Body, responses={202: ExportShape})
    def post(self, request: Request) -> Response:
        query = self.read(self.Body)["query"]
        export = ask_export(query=query, actor=self.actor(request), now=timezone.now())
        return Response(shape(export), status=202, headers={"Location": f"/api/v1/exports/{export.pk}"})


class ExportView(DeskView):
    """One export: whether it is ready, and where."""

    @extend_schema(operation_id="getExport", responses=ExportShape)
    def get(self, request: Request, export_id: UUID) -> Response:
        return Response(shape(export_of(self.actor(request), export_id, timezone.now())))


class ExportFileView(DeskView):
    """The file: comma-separated values as a Dutch spreadsheet reads them (UTF-8 with a mark, semicolons)."""

    renderer_classes = [CsvRenderer, JsonRenderer]

    @extend_schema(
        operation_id="getExportFile",
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.BINARY, description="The file")},
    )
    def get(self, request: Request, export_id: UUID) -> HttpResponseBase:
        export = export_of(self.actor(request), export_id, timezone.now())
        if export.state != Export.State.READY:
            raise Conflict(_("This file is not ready. Try again in a moment."))
        try:
            file = file_of(export).open("rb")
        except FileNotFoundError:
            raise NotFound from None
        name = f"cases-{timezone.localtime(export.created_at):%Y-%m-%d-%H%M}.csv"
        return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


def shape(export: Export) -> dict[str, Any]:
    ready = export.state == Export.State.READY
    return {
        "id": str(export.pk),
        "status": export.state,
        "query": export.query,
        "rows": export.row_count,
        "createdAt": export.created_at,
        "expiresAt": export.expires_at,
        "url": f"/api/v1/exports/{export.pk}/file" if ready else None,
    }
