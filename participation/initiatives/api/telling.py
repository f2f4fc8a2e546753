"""The diary over the API: everybody reads it, the group writes it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.cursors import KeysetPagination
from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.parsing import MomentField, StrictSerializer
from core.api.throttles import throttle
from core.areas.tenancy import scope_of
from core.errors import NotFound
from participation.initiatives.actions import telling
from participation.initiatives.api.support import ONCE
from participation.initiatives.models import Update
from participation.initiatives.queries.public import public_initiative
from participation.initiatives.queries.telling import Told, told_of
from participation.residents.access import ResidentView, actor_of_resident


class UpdateShape(serializers.Serializer[Any]):
    """A page of the diary."""

    class Photo(serializers.Serializer[Any]):
        url = serializers.CharField()
        alt = serializers.CharField()
        width = serializers.IntegerField()
        height = serializers.IntegerField()

    id = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField()
    by = serializers.ChoiceField(["group", "professional"])
    name = serializers.CharField(help_text="As the group calls them; may be empty")
    at = MomentField()
    photos = Photo(many=True)


class UpdatePageShape(serializers.Serializer[Any]):
    """A page of the list."""

    results = UpdateShape(many=True)
    next = serializers.CharField(allow_null=True)


def _shape(one: Told) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "text": one.text,
        "by": one.badge,
        "name": one.name,
        "at": one.at.isoformat().replace("+00:00", "Z"),
        "photos": [
            {"url": photo.large, "alt": photo.alt, "width": photo.width, "height": photo.height} for photo in one.photos
        ],
    }


class UpdatesView(ResidentView):
    """GET: the diary, the latest first. POST: write in it, for who is in the group."""

    optional = ("GET",)
    throttle_classes = [throttle("public", "GET"), throttle("support", "POST")]

    class Body(StrictSerializer):
        class Photo(StrictSerializer):
            id = serializers.UUIDField(help_text="As `POST /uploads` answered")
            alt = serializers.CharField(max_length=160, allow_blank=True, required=False, default="")

        title = serializers.CharField(max_length=100, allow_blank=True, required=False, default="")
        text = serializers.CharField(max_length=telling.LONGEST)
        photos = Photo(many=True, required=False, default=list)

    @extend_schema(
        operation_id="listInitiativeUpdates",
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        responses=UpdatePageShape,
    )
    def get(self, request: Request, slug: str) -> Response:
        initiative = public_initiative(slug, gemeente_id=scope_of(request).only)
        if initiative is None:
            raise NotFound
        page = KeysetPagination("-id")
        there = Update.objects.filter(initiative=initiative, hidden_at=None).select_related("member")
        rows = page.paginate_queryset(there, request)
        return page.get_paginated_response([_shape(one) for one in told_of(rows)])

    @extend_schema(operation_id="tellInitiativeUpdate", request=Body, parameters=[ONCE], responses={201: UpdateShape})
    def post(self, request: Request, slug: str) -> Response:
        actor, body, now = actor_of_resident(request), self.read(self.Body), timezone.now()

        def act() -> dict[str, Any]:
            row = telling.tell_update(
                slug=slug,
                title=body["title"],
                text=body["text"],
                photos=[(one["id"], one["alt"]) for one in body["photos"]],
                actor=actor,
                now=now,
            )
            return {"id": row.pk}

        def complete(stored: dict[str, Any]) -> dict[str, Any]:
            """What was written is not kept with the key, so that erasing it erases it."""
            rows = list(Update.objects.select_related("member").filter(pk=stored["id"]))
            if not rows:
                raise NotFound
            return _shape(told_of(rows)[0])

        once = run_once(
            scope=f"initiative-update:{actor.resident_id}:{slug}"[:100],
            key=idempotency_key(request),
            fingerprint=fingerprint(request.data),
            now=now,
            action=act,
            complete=complete,
        )
        return Response(once.body, status=201, headers=once.headers)
