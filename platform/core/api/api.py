"""`GET /openapi.json`: the API's own description, for everyone."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from threading import Lock

from django.http import HttpResponse
from django.urls import path
from django.utils.http import parse_etags
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from core.api.schema import build_document
from core.api.views import ApiView

_building = Lock()


@cache
def _encoded() -> tuple[bytes, str]:
    """The document and its ETag; made once per process."""
    with GENERATOR_STATS.silence():  # a test reads its warnings
        body = json.dumps(build_document(), ensure_ascii=False, separators=(",", ":")).encode()
    return body, f'"{sha256(body).hexdigest()[:20]}"'


class OpenApiView(ApiView):
    public = True

    @extend_schema(
        tags=["meta"],
        summary="This document",
        responses={200: {"type": "object", "description": "An OpenAPI 3.1 document."}},
    )
    def get(self, request: Request) -> HttpResponse:
        with _building:
            body, etag = _encoded()
        headers = {"ETag": etag, "Cache-Control": "public, max-age=300"}
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(body, content_type="application/json", headers=headers)


urlpatterns = [path("openapi.json", OpenApiView.as_view(), name="openapi")]
