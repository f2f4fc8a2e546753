"""Look-alikes and supporters over the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.device import device_of, hand_out
from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.parsing import MomentField, StrictSerializer
from core.api.throttles import throttle
from core.api.views import ApiView
from core.areas.queries import locate
from core.areas.tenancy import scope_of
from core.errors import NotFound
from participation.cases.api.fields import CategoryShape, PointShape
from participation.cases.references import tidy_reference
from participation.cases.states import Status
from participation.reports.admission import admit_supporter
from participation.reports.channels import may_text
from participation.reports.following import COOKIE as FOLLOWING
from participation.reports.following import token_in_header
from participation.reports.nearby import nearby
from participation.reports.queries import feature
from participation.reports.rules import TEXT_LENGTH
from participation.reports.supporting import actions, queries
from participation.routing import outside


class NearbyView(ApiView):
    """Look-alikes near a place. POST also takes the words somebody is typing, which belong in no address."""

    public = True

    class Query(serializers.Serializer[Any]):
        lat = serializers.FloatField(min_value=-90, max_value=90)
        lon = serializers.FloatField(min_value=-180, max_value=180)
        category = serializers.CharField(required=False, max_length=60, default="")

    class Body(StrictSerializer):
        lat = serializers.FloatField(min_value=-90, max_value=90)
        lon = serializers.FloatField(min_value=-180, max_value=180)
        category = serializers.CharField(required=False, allow_blank=True, max_length=60, default="")
        text = serializers.CharField(required=False, allow_blank=True, max_length=TEXT_LENGTH, default="")

    class Shape(serializers.Serializer[Any]):
        class Near(serializers.Serializer[Any]):
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
            distance = serializers.IntegerField(help_text="Metres")
            photoUrl = serializers.CharField(allow_null=True, help_text="A photo that is public")

        results = Near(many=True)

    @extend_schema(operation_id="listNearbyReports", parameters=[Query], responses=Shape)
    def get(self, request: Request) -> Response:
        return self.answer(request, **self.query(self.Query))

    @extend_schema(operation_id="findNearbyReports", request=Body, responses={200: Shape})
    def post(self, request: Request) -> Response:
        return self.answer(request, **self.read(self.Body))

    def answer(self, request: Request, *, lon: float, lat: float, category: str, text: str = "") -> Response:
        chain = locate(lon, lat)
        only = scope_of(request).only
        if chain is None or only not in (None, chain[-1].id):
            raise NotFound(outside.advice(lon, lat))
        found = nearby(lon=lon, lat=lat, category=category, text=text, gemeente_id=chain[-1].id, now=timezone.now())
        return Response({"results": found})


class SupportersView(ApiView):
    """ "I see this too": join a public report instead of sending it again.

    Counted once per device and once per contact, and of many new devices at one address only a few count until their
    address is confirmed: the answer does not tell. The device is known by a cookie, handed out here; no account and no
    network address is kept. An e-mail address is asked first whether it wants updates, and without one a mobile
    number, where the municipality sends text messages.
    """

    public = True
    throttle_classes = [throttle("support")]

    class Body(StrictSerializer):
        class Contact(StrictSerializer):
            email = serializers.CharField(required=False, allow_blank=True, default="")
            phone = serializers.CharField(required=False, allow_blank=True, default="")

        contact = Contact(required=False)
        photos = serializers.ListField(
            child=serializers.UUIDField(
                error_messages={"invalid": _("This is not a photo. Send the id that the upload answered.")}
            ),
            required=False,
            default=list,
            help_text="At most 3; only professionals see them",
            error_messages={"not_a_list": _("Send a list of photo ids.")},
        )
        language = serializers.CharField(required=False, allow_blank=True, default="")

    class Shape(serializers.Serializer[Any]):
        class Tracking(serializers.Serializer[Any]):
            token = serializers.CharField()
            url = serializers.CharField()

        reference = serializers.CharField()
        status = serializers.ChoiceField(Status.choices)
        statusLabel = serializers.CharField()
        category = CategoryShape(allow_null=True)
        again = serializers.BooleanField(help_text="This device had joined before")
        tracking = Tracking()

    @extend_schema(
        operation_id="supportReport",
        request=Body,
        parameters=[
            OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID, new for each deed")
        ],
        responses={201: Shape},
    )
    def post(self, request: Request, reference: str) -> Response:
        only, now = scope_of(request).only, timezone.now()
        case = queries.public_case(reference, only)  # who asks for another learns nothing about what is wanted
        body = self.read(self.Body)
        key = idempotency_key(request)
        device = device_of(request, key)
        counts = admit_supporter(request, case=case, device=device, key=key)
        contact = body.get("contact", {})
        if not may_text(request, email=contact.get("email", ""), phone=contact.get("phone", "")):
            contact = {}
        joining = actions.Joining(
            reference=case.reference,
            device=device.hash_in(case.gemeente_id),
            photos=tuple(body["photos"]),
            language=body["language"] or translation.get_language() or "nl",
            own_token=request.COOKIES.get(FOLLOWING, ""),
            counts=counts,
            **contact,
        )

        def act() -> dict[str, Any]:
            done = actions.support_report(joining, only=only, now=now)
            shown = feature(done.case)["properties"]
            names = ("status", "statusLabel", "category")
            return {"reference": case.reference, "again": done.again, "supporter": done.supporter.pk} | {
                name: shown[name] for name in names
            }

        def complete(stored: dict[str, Any]) -> dict[str, Any]:
            """The token is stored nowhere: a repeat computes it again."""
            told = {name: value for name, value in stored.items() if name != "supporter"}
            token = queries.token_of_supporter(stored["supporter"])
            return told | {"tracking": {"token": token, "url": queries.following_url(case.gemeente_id, token)}}

        once = run_once(
            scope=f"supporter:{case.pk}:{joining.device[:32] if device.known else 'new'}",
            key=key,
            fingerprint=fingerprint(request.data),
            now=now,
            action=act,
            complete=complete,
        )
        response = Response(once.body, status=201, headers=once.headers)
        hand_out(response, device)
        return response

    @extend_schema(
        operation_id="undoSupport",
        parameters=[OpenApiParameter("Authorization", str, OpenApiParameter.HEADER, description="Bearer <token>")],
        responses={204: None},
    )
    def delete(self, request: Request, reference: str) -> Response:
        """Not seen after all: taken out of the count, with the token that joining answered."""
        token, only = token_in_header(request), scope_of(request).only
        if not queries.supporters_of_token(token, only).filter(case__reference=tidy_reference(reference)).exists():
            raise NotFound(actions.GONE)
        actions.undo_support(token=token, only=only, now=timezone.now())
        return Response(status=204)
