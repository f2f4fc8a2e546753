"""Reports over the API: send one, see the public ones."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.fields import SkipField, empty
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.cursors import KeysetPagination
from core.api.device import device_of, hand_out
from core.api.errors import flatten
from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.parsing import MomentField, StrictSerializer
from core.api.pressure import HEADER
from core.api.throttles import check_throttle, throttle
from core.api.views import ApiView, GeoJsonRenderer, JsonRenderer, validated
from core.areas.queries import get_area
from core.areas.tenancy import Scope, scope_of
from core.errors import FieldError, Invalid
from participation.cases.api.fields import CategoryShape, PointShape
from participation.cases.filters import read_bbox
from participation.cases.states import Status
from participation.reports import check_api, queries, tracking_api
from participation.reports.actions import judge_report
from participation.reports.admission import admit
from participation.reports.held import receipt_of_held, token_sent
from participation.reports.holding import HeldBack, receive_report
from participation.reports.rules import ContactGiven, Submission
from participation.reports.screening import Signs
from participation.reports.supporting.api import NearbyView, SupportersView
from participation.reports.tracking_api import ReceiptShape

STATUSES = ["open", *Status.values]


PAIR = _("Send two numbers: longitude and latitude in degrees, such as [4.30, 52.05].")
NUMBER: dict[str, Any] = {"invalid": PAIR, "max_string_length": PAIR, "overflow": PAIR}


class ContactBody(StrictSerializer):
    """Here only the types; `rules` judges the contents, with everything else that is wrong."""

    name = serializers.CharField(required=False, allow_blank=True, default="", help_text="At most 120 characters")
    email = serializers.CharField(required=False, allow_blank=True, default="")
    phone = serializers.CharField(required=False, allow_blank=True, default="")


class PlaceBody(StrictSerializer):
    type = serializers.ChoiceField(["Point"], error_messages={"invalid_choice": _("Send a GeoJSON Point.")})
    coordinates = serializers.ListField(
        child=serializers.FloatField(error_messages=NUMBER),
        min_length=2,
        max_length=2,
        error_messages={"not_a_list": PAIR, "min_length": PAIR, "max_length": PAIR},
    )


def read_submission(shape: type[serializers.Serializer[Any]], sent: Any, *, scope: Scope, now: datetime) -> Submission:
    """What was sent. Raises `Invalid` with what has a wrong shape and, at once, what is wrong with the rest."""
    try:
        return _submission(validated(shape, sent))
    except serializers.ValidationError as refusal:
        misshapen = [FieldError(**one) for one in flatten(refusal.detail)]
    wrong = {one.field.partition(".")[0] for one in misshapen}
    if not isinstance(sent, Mapping):
        raise Invalid(*misshapen)
    rest: dict[str, Any] = {"text": "?", "location": {"coordinates": (0.0, 0.0)}}
    for name, field in shape().fields.items():
        if name not in wrong:
            with suppress(serializers.ValidationError, SkipField):
                rest[name] = field.run_validation(sent.get(name, empty))
    found: list[FieldError] = []
    try:
        judge_report(_submission(rest), scope=scope, now=now)
    except Invalid as refusal:
        found = [one for one in refusal.errors if one.field.partition(".")[0] not in wrong]
    raise Invalid(*misshapen, *found)


def _submission(body: Mapping[str, Any]) -> Submission:
    lon, lat = body["location"]["coordinates"]
    return Submission(
        text=body["text"],
        lon=lon,
        lat=lat,
        address=body.get("address", ""),
        category=body.get("category", ""),
        proposed=bool(body.get("category")) and body.get("proposed", False),
        answers=body.get("answers", {}),
        photos=tuple(body.get("photos", ())),
        contact=ContactGiven(**body.get("contact", {})),
        language=body.get("language") or translation.get_language() or "nl",
        observed_at=body.get("observedAt"),
    )


class SubmittedShape(ReceiptShape):
    class Tracking(serializers.Serializer[Any]):
        token = serializers.CharField()
        url = serializers.CharField()

    tracking = Tracking()


class ReportListView(ApiView):
    """Public reports, and the door for new ones."""

    public = True
    throttle_classes = [throttle("public", "GET")]
    renderer_classes = [JsonRenderer, GeoJsonRenderer]

    class Body(StrictSerializer):
        """Here only the types; `rules` judges the contents, so that every mistake comes at once."""

        text = serializers.CharField(allow_blank=True, help_text="1 to 3,000 characters")
        location = PlaceBody()
        address = serializers.CharField(
            required=False, allow_blank=True, default="", help_text="At most 200 characters"
        )
        category = serializers.CharField(
            required=False,
            allow_blank=True,
            default="",
            help_text="Left out, we propose one from the text, and demand no answer or photo that it asks for",
        )
        website = serializers.CharField(
            required=False, allow_blank=True, max_length=200, default="", help_text="Leave out: nobody sees this field"
        )
        proposed = serializers.BooleanField(
            required=False, default=False, help_text="The category is what `_suggest` proposed and nobody changed"
        )
        answers = serializers.DictField(
            required=False,
            default=dict,
            error_messages={"not_a_dict": _("Send an object: question to answer.")},
            help_text="By the key of a question; those that the chosen category requires must be there",
        )
        photos = serializers.ListField(
            child=serializers.UUIDField(
                error_messages={"invalid": _("This is not a photo. Send the id that the upload answered.")}
            ),
            required=False,
            default=list,
            help_text="At most 5",
            error_messages={"not_a_list": _("Send a list of photo ids.")},
        )
        contact = ContactBody(required=False)
        language = serializers.CharField(required=False, allow_blank=True, default="")
        observedAt = MomentField(any_year=True, required=False, allow_null=True, default=None)

    class Query(serializers.Serializer[Any]):
        bbox = serializers.CharField(required=False, max_length=100, help_text="west,south,east,north in degrees")
        area = serializers.CharField(required=False, max_length=16)
        category = serializers.CharField(required=False, max_length=60)
        status = serializers.ChoiceField(STATUSES, required=False)

        def validate_bbox(self, value: str) -> tuple[float, float, float, float]:
            return read_bbox(value)

    class Feature(serializers.Serializer[Any]):
        class Properties(serializers.Serializer[Any]):
            reference = serializers.CharField()
            category = CategoryShape(allow_null=True)
            status = serializers.ChoiceField(Status.choices)
            statusLabel = serializers.CharField()
            solved = serializers.BooleanField()
            createdAt = MomentField()
            closedAt = MomentField(allow_null=True)

        type = serializers.ChoiceField(["Feature"])
        id = serializers.CharField()
        geometry = PointShape(allow_null=True)
        properties = Properties()

    class Collection(serializers.Serializer[Any]):
        """A GeoJSON FeatureCollection, a page at a time."""

        type = serializers.ChoiceField(["FeatureCollection"])
        next = serializers.CharField(allow_null=True)

        def get_fields(self) -> dict[str, Any]:
            return super().get_fields() | {"features": ReportListView.Feature(many=True)}

    @extend_schema(
        operation_id="listReports",
        parameters=[Query, OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        responses=Collection,
    )
    def get(self, request: Request) -> Response:
        asked = self.query(self.Query)
        only = scope_of(request).only
        page = KeysetPagination("-created_at", "-id")
        cases = queries.public_parts(
            gemeente_id=only,
            bbox=asked.get("bbox"),
            area=get_area(asked["area"], gemeente_id=only) if "area" in asked else None,
            category=asked.get("category", ""),
            status=asked.get("status", ""),
        )
        features = [queries.feature(case) for case in page.paginate_queryset(cases, request)]
        answered = page.get_paginated_response(features)
        answered.data = {"type": "FeatureCollection", "features": features, "next": page.next_url}
        return answered

    @extend_schema(
        operation_id="sendReport",
        request=Body,
        parameters=[
            OpenApiParameter(
                "Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID, new for each report"
            ),
            OpenApiParameter(
                HEADER,
                str,
                OpenApiParameter.HEADER,
                description="When very much comes in, 429 brings an ALTCHA `challenge`: its solution, in base64",
            ),
        ],
        responses={201: SubmittedShape},
    )
    def post(self, request: Request) -> Response:
        now = timezone.now()
        try:
            submission = read_submission(self.Body, request.data, scope=scope_of(request), now=now)
            key = idempotency_key(request)
        except Exception:
            check_throttle(request, "report")  # what is wrong counts too; `admit` counts what is right
            raise
        once_per = f"report:{scope_of(request).only or 'all'}"
        admitted = admit(request, submission, key=key, once_per=once_per, proof=request.headers.get(HEADER, ""))
        sent: dict[str, str] = {}

        def act() -> dict[str, Any]:
            # Not how fast it came: a report that waited for the network is sent at once, and so may a program.
            signs = Signs(trap=isinstance(request.data, Mapping) and bool(request.data.get("website")))
            done = receive_report(admitted, scope=scope_of(request), signs=signs, now=now)
            if isinstance(done, HeldBack):
                sent[done.held.reference] = done.token
                return receipt_of_held(done.held) | {"held": True}
            sent[done.case.reference] = done.token
            return queries.receipt(done.case, done.case.category)

        def complete(stored: dict[str, Any]) -> dict[str, Any]:
            """The token is stored nowhere: a repeat computes it again."""
            held = stored.pop("held", False)
            token = sent.get(stored["reference"]) or token_sent(stored["reference"], held=held)
            url = request.build_absolute_uri(reverse("following_exchange", args=[token]))
            return stored | {"tracking": {"token": token, "url": url}}

        once = run_once(
            scope=once_per,
            key=key,
            fingerprint=fingerprint(request.data),
            now=now,
            action=act,
            complete=complete,
        )
        response = Response(once.body, status=201, headers=once.headers)
        hand_out(response, device_of(request, key))
        return response


urlpatterns = [
    *check_api.urlpatterns,
    *tracking_api.urlpatterns,
    path("reports", ReportListView.as_view()),
    path("reports/_nearby", NearbyView.as_view()),
    path("reports/<str:reference>/supporters", SupportersView.as_view()),
]
