"""A small API of its own, so that the plumbing is tested through real HTTP shapes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.cursors import KeysetPagination
from core.api.errors import BadRequest
from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.models import IdempotencyKey
from core.api.parsing import MomentField, StrictSerializer
from core.api.schema import KEYSET_PARAMETERS
from core.api.throttles import check_throttle, throttle
from core.api.views import ApiView, etag, expected_version, no_such_address
from core.errors import Conflict, DomainError, FieldError, Invalid, NotAllowed, NotFound, Stale, TooMany

REFUSALS: dict[str, DomainError] = {
    "invalid": Invalid(FieldError("location", "outside", "Outside"), FieldError("photos.1", "claimed", "Taken")),
    "not-found": NotFound(),
    "not-allowed": NotAllowed(),
    "conflict": Conflict(code="already-closed"),
    "stale": Stale(version=4, changes=[{"field": "status"}]),
    "too-many": TooMany(17),
}


class Contact(StrictSerializer):
    email = serializers.EmailField(required=False)


class Thing(StrictSerializer):
    text = serializers.CharField(max_length=20)
    contact = Contact(required=False)
    photos = serializers.ListField(child=serializers.UUIDField(), required=False)
    members = Contact(many=True, required=False)
    answers = serializers.DictField(required=False)
    observedAt = MomentField(required=False)


class Things(ApiView):
    """Public reading, writing for those signed in."""

    public = {"GET"}

    @extend_schema(responses={200: {"type": "object"}})
    def get(self, request: Request) -> Response:
        return Response({"now": timezone.now()}, headers={"Cache-Control": "public, max-age=60"})

    @extend_schema(request=Thing, responses={201: Thing})
    def post(self, request: Request) -> Response:
        data = self.read(Thing)
        return Response({"text": data["text"], "observedAt": data.get("observedAt")}, status=201)


class PublicThings(ApiView):
    public = True
    throttle_classes = [throttle("report", "POST")]

    @extend_schema(request=Thing, responses={201: Thing})
    def post(self, request: Request) -> Response:
        data: dict[str, Any] = self.read(Thing)
        return Response({"text": data["text"], "observedAt": data.get("observedAt")}, status=201)


class Uploads(ApiView):
    public = True
    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": Thing}, responses={204: None})
    def post(self, request: Request) -> Response:
        list(request.data)
        return Response(status=204)


class Versioned(ApiView):
    @extend_schema(
        parameters=[OpenApiParameter("If-Match", str, OpenApiParameter.HEADER)],
        request=Thing,
        responses={200: {"type": "object"}},
    )
    def patch(self, request: Request, reference: str) -> Response:
        return Response({"version": expected_version(request)}, headers={"ETag": etag(3)})


class Refusing(ApiView):
    public = True

    @extend_schema(responses={200: {"type": "object"}})
    def get(self, request: Request, kind: str) -> Response:
        if kind in REFUSALS:
            raise REFUSALS[kind]
        if kind == "crash":
            raise RuntimeError("a secret of ours")
        if kind == "busy":
            raise OperationalError("connection timed out")
        if kind == "bad":
            raise BadRequest("So not.")
        return Response({})


class Keys(ApiView):
    public = True

    @extend_schema(parameters=KEYSET_PARAMETERS, responses={200: {"type": "object"}})
    def get(self, request: Request) -> Response:
        page = KeysetPagination(*request.query_params.get("ordering", "-created_at,-id").split(","))
        rows = page.paginate_queryset(IdempotencyKey.objects.all(), request)
        return page.get_paginated_response([row.id for row in rows])


class OnceOnly(ApiView):
    public = True

    @extend_schema(request=Thing, responses={201: Thing})
    def post(self, request: Request) -> Response:
        once = run_once(
            scope="things",
            key=idempotency_key(request, required="required" in request.query_params),
            fingerprint=fingerprint(request.data),
            now=timezone.now(),
            action=lambda: self._make(self.read(Thing)),
            complete=lambda stored: {**stored, "token": f"secret-of-{stored['text']}"},
        )
        return Response(once.body, status=201, headers=once.headers)

    def _make(self, data: dict[str, Any]) -> dict[str, Any]:
        made = IdempotencyKey.objects.create(
            scope="made", key=UUID(int=IdempotencyKey.objects.count()), fingerprint=b"", created_at=timezone.now()
        )
        if data["text"] == "fail":
            raise Conflict()
        return {"number": made.id, "text": data["text"]}


@csrf_exempt
def html_form(request: HttpRequest) -> HttpResponse:
    try:
        check_throttle(request, "report")
    except TooMany as error:
        return HttpResponse(f"wait {error.wait}", status=429)
    return HttpResponse("ok")


def csrf_protected(request: HttpRequest) -> HttpResponse:
    return HttpResponse("not a DRF view, so Django's own CSRF middleware refuses")


api = [
    path("", include("core.api.api")),
    path("things", Things.as_view()),
    path("public-things", PublicThings.as_view()),
    path("uploads", Uploads.as_view()),
    path("versioned/<str:reference>", Versioned.as_view()),
    path("refusing/<str:kind>", Refusing.as_view()),
    path("keys", Keys.as_view()),
    path("once-only", OnceOnly.as_view()),
    path("csrf-protected", csrf_protected),
]
urlpatterns = [
    path("api/v1/", include(api)),
    re_path(r"^api(?:/|$)", no_such_address),
    path("form", html_form),
]


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page for people, as the platform has; the API must not let it through."""
    return HttpResponse("<h1>Bad request</h1>", status=400)
