"""Supporting and following, over the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.client import client_network
from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.parsing import StrictSerializer
from core.api.throttles import throttle
from core.areas.tenancy import scope_of
from core.errors import NotFound
from core.notify.moments import Frequency
from participation.initiatives.actions import following, supporting
from participation.initiatives.models import InitiativeSettings
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.queries.public import public_initiative
from participation.initiatives.queries.support import support_of
from participation.residents.access import ResidentView, actor_of_resident

ONCE = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID, new for each deed")

PAGES = [OpenApiParameter("cursor", str), OpenApiParameter("limit", int)]


class BackingShape(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="On the platform and on paper together")
    paper = serializers.IntegerField(help_text="Signatures on paper, which a professional entered")
    needed = serializers.IntegerField(help_text="0: no threshold")
    mine = serializers.BooleanField(help_text="Whether you support it")
    whoSupports = serializers.ChoiceField(
        [one.value for one in InitiativeSettings.WhoSupports],
        help_text="Everybody; who says that they live there (livesHere); or who has the code of a letter (code)",
    )


def _shape(request: Request, slug: str) -> dict[str, Any]:
    actor = actor_of_resident(request)
    standing = support_of(get_initiative_for(actor, slug), actor)
    bar = standing.bar
    return {
        "count": bar.many,
        "paper": bar.paper,
        "needed": bar.needed,
        "mine": standing.mine,
        "whoSupports": standing.asks,
    }


class InitiativeSupportersView(ResidentView):
    """How many stand behind an initiative; stand behind it, or no longer. One per person; nobody sees who."""

    optional = ("GET",)
    throttle_classes = [throttle("public", "GET"), throttle("support", "POST"), throttle("support", "DELETE")]

    class Body(StrictSerializer):
        livesHere = serializers.BooleanField(required=False, default=False)
        code = serializers.CharField(
            required=False, default="", allow_blank=True, max_length=80, help_text="From a letter to your address"
        )

    @extend_schema(operation_id="getInitiativeSupport", responses=BackingShape)
    def get(self, request: Request, slug: str) -> Response:
        if public_initiative(slug, gemeente_id=scope_of(request).only) is None:
            raise NotFound
        return Response(_shape(request, slug))

    @extend_schema(operation_id="supportInitiative", request=Body, parameters=[ONCE], responses={201: BackingShape})
    def post(self, request: Request, slug: str) -> Response:
        actor, body, now = actor_of_resident(request), self.read(self.Body), timezone.now()

        def act() -> dict[str, Any]:
            supporting.support(
                slug=slug,
                lives_here=body["livesHere"],
                code=body["code"],
                network=client_network(request._request),
                actor=actor,
                now=now,
            )
            return _shape(request, slug)

        once = run_once(
            scope=f"initiative-support:{actor.resident_id}:{slug}"[:100],
            key=idempotency_key(request),
            fingerprint=fingerprint(request.data),
            now=now,
            action=act,
        )
        return Response(once.body, status=201, headers=once.headers)

    @extend_schema(operation_id="withdrawInitiativeSupport", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        supporting.withdraw_support(slug=slug, actor=actor_of_resident(request), now=timezone.now())
        return Response(status=204)


class InitiativeFollowView(ResidentView):
    """Hear of an initiative by e-mail, at most as often as one chose."""

    throttle_classes = [throttle("support")]

    class Body(StrictSerializer):
        often = serializers.ChoiceField(Frequency.choices, required=False, default=Frequency.WEEKLY)

    class Shape(serializers.Serializer[Any]):
        often = serializers.ChoiceField(Frequency.choices)

    @extend_schema(operation_id="followInitiative", request=Body, responses={200: Shape})
    def put(self, request: Request, slug: str) -> Response:
        body = self.read(self.Body)
        row = following.follow(slug=slug, often=body["often"], actor=actor_of_resident(request), now=timezone.now())
        return Response({"often": row.often})

    @extend_schema(operation_id="unfollowInitiative", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        following.stop_following(slug=slug, actor=actor_of_resident(request), now=timezone.now())
        return Response(status=204)
