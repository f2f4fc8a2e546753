"""Walking rounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.actor import Actor
from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.parsing import MomentField, StrictSerializer
from participation.cases.actions import rounds as actions
from participation.cases.api.fields import CaseRowShape, PhotoShape
from participation.cases.api.views import DeskView
from participation.cases.models import Round, RoundStop
from participation.cases.rounds import get_round, rounds_of, stops_of
from participation.cases.shapes import case_row, moment_or_none, photo
from participation.cases.walking import metres

KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID, new for each deed")


class StartField(serializers.ListField):
    """[lon, lat] in degrees."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            child=serializers.FloatField(min_value=-180, max_value=180), min_length=2, max_length=2, **kwargs
        )

    def to_internal_value(self, data: Any) -> Any:
        place = super().to_internal_value(data)
        if len(place) != 2:  # the length is a validator of the field, and those come after this
            self.fail("min_length" if len(place) < 2 else "max_length", min_length=2, max_length=2)
        lon, lat = place
        if not -90 <= lat <= 90:
            self.child.fail("max_value", max_value=90)
        return lon, lat


class References(serializers.ListField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=16), max_length=200, **kwargs)


class StopShape(serializers.Serializer[Any]):
    """`case` is null when it is no longer yours to see."""

    reference = serializers.CharField()
    state = serializers.ChoiceField(RoundStop.State.choices)
    at = MomentField(allow_null=True)
    case = CaseRowShape(allow_null=True)
    photos = PhotoShape(many=True)


class RoundRowShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    createdAt = MomentField()
    finishedAt = MomentField(allow_null=True)
    total = serializers.IntegerField()
    marked = serializers.IntegerField(help_text="Stops that are done or skipped")


class RoundShape(RoundRowShape):
    metres = serializers.IntegerField(help_text="About how far it is along all stops")
    stops = StopShape(many=True)


def whole_round(walk: Round, actor: Actor) -> dict[str, Any]:
    now = timezone.now()
    stops = stops_of(walk, actor)
    return {
        "id": walk.pk,
        "name": walk.name,
        "createdAt": moment_or_none(walk.created_at),
        "finishedAt": moment_or_none(walk.finished_at),
        "total": len(stops),
        "marked": sum(one.stop.state != RoundStop.State.OPEN for one in stops),
        "metres": metres([(one.case.lon, one.case.lat) for one in stops if one.case and one.case.lon and one.case.lat]),
        "stops": [
            {
                "reference": one.reference,
                "state": one.stop.state,
                "at": moment_or_none(one.stop.at),
                "case": case_row(one.case, now) if one.case else None,
                "photos": [photo(picture) for picture in one.photos],
            }
            for one in stops
        ],
    }


class _RoundWriter(DeskView):
    def once(self, request: Request, act: Callable[[Actor], Round | None], *, status: int = 200) -> Response:
        """Do it once per Idempotency-Key, and answer the round as it is now."""
        actor = self.actor(request)

        def acted() -> dict[str, Any]:
            walk = act(actor)
            return {"round": walk.pk if walk else None}

        done = run_once(
            scope=f"round:{actor.user_id}:{type(self).__name__}:{request.method}",
            key=idempotency_key(request),
            fingerprint=fingerprint([request.path_info, request.data]),
            now=timezone.now(),
            action=acted,
        )
        if done.body["round"] is None:
            return Response(status=204, headers=done.headers)
        return Response(whole_round(get_round(actor, done.body["round"]), actor), status=status, headers=done.headers)


class RoundsView(_RoundWriter):
    """One's own rounds."""

    class Body(StrictSerializer):
        references = References(help_text="The cases to pass")
        start = StartField(required=False, help_text="[lon, lat] to begin near; without it where the walk is shortest")
        name = serializers.CharField(required=False, allow_blank=True, max_length=60, default="")

    class Page(serializers.Serializer[Any]):
        results = RoundRowShape(many=True)

    @extend_schema(operation_id="listRounds", responses=Page)
    def get(self, request: Request) -> Response:
        found = rounds_of(self.actor(request))
        return Response(
            {
                "results": [
                    {
                        "id": one.pk,
                        "name": one.name,
                        "createdAt": moment_or_none(one.created_at),
                        "finishedAt": moment_or_none(one.finished_at),
                        "total": one.stop_count,  # type: ignore[attr-defined]  # annotated
                        "marked": one.done_count,  # type: ignore[attr-defined]  # annotated
                    }
                    for one in found
                ]
            }
        )

    @extend_schema(operation_id="makeRound", request=Body, parameters=[KEY], responses={201: RoundShape})
    def post(self, request: Request) -> Response:
        body = self.read(self.Body)
        return self.once(request, lambda actor: actions.make_round(**body, actor=actor, now=timezone.now()), status=201)


class RoundView(_RoundWriter):
    """One round with its stops in order."""

    class Change(StrictSerializer):
        order = References(required=False, help_text="All references of the round, in their new order")
        start = StartField(required=False, help_text="Order what is to do anew, to begin near [lon, lat]")
        name = serializers.CharField(required=False, allow_blank=True, max_length=60)
        finished = serializers.BooleanField(required=False)

    @extend_schema(operation_id="getRound", responses=RoundShape)
    def get(self, request: Request, round_id: int) -> Response:
        actor = self.actor(request)
        return Response(whole_round(get_round(actor, round_id), actor))

    @extend_schema(operation_id="changeRound", request=Change, parameters=[KEY], responses=RoundShape)
    def patch(self, request: Request, round_id: int) -> Response:
        body = self.read(self.Change)
        return self.once(
            request, lambda actor: actions.change_round(round_id=round_id, **body, actor=actor, now=timezone.now())
        )

    @extend_schema(operation_id="removeRound", responses={204: None})
    def delete(self, request: Request, round_id: int) -> Response:
        actions.remove_round(round_id=round_id, actor=self.actor(request))
        return Response(status=204)


class RoundStopsView(_RoundWriter):
    """More stops at the end."""

    class Body(StrictSerializer):
        references = References()

    @extend_schema(operation_id="addRoundStops", request=Body, parameters=[KEY], responses=RoundShape)
    def post(self, request: Request, round_id: int) -> Response:
        body = self.read(self.Body)
        now = timezone.now()
        return self.once(request, lambda actor: actions.add_stops(round_id=round_id, **body, actor=actor, now=now))


class RoundStopView(_RoundWriter):
    """One stop: done, skipped or to do."""

    class Body(StrictSerializer):
        state = serializers.ChoiceField(RoundStop.State.choices)
        at = MomentField(required=False, help_text="When it was marked; now when left out")

    @extend_schema(operation_id="markRoundStop", request=Body, parameters=[KEY], responses=RoundShape)
    def post(self, request: Request, round_id: int, reference: str) -> Response:
        body = self.read(self.Body)
        now = timezone.now()
        return self.once(
            request,
            lambda actor: actions.mark_stop(round_id=round_id, reference=reference, **body, actor=actor, now=now),
        )

    @extend_schema(operation_id="removeRoundStop", responses=RoundShape)
    def delete(self, request: Request, round_id: int, reference: str) -> Response:
        actor = self.actor(request)
        walk = actions.remove_stop(round_id=round_id, reference=reference, actor=actor)
        return Response(whole_round(walk, actor))
