"""Following one's own report over the API, with its private token."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.parsing import MomentField, StrictSerializer
from core.api.throttles import throttle
from core.api.views import ApiView
from core.areas.tenancy import scope_of
from core.errors import NotFound
from participation.cases.api.fields import AnswerShape, AreaShape, CategoryShape, PointShape
from participation.cases.states import Status
from participation.reports import actions, queries
from participation.reports.channels import Channel
from participation.reports.following import token_in_header
from participation.reports.held import BeingChecked, following_held
from participation.reports.models import Report


class PersonShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    role = serializers.CharField()
    organisation = serializers.CharField(allow_blank=True)
    photoUrl = serializers.CharField(allow_null=True)


class HandlerShape(serializers.Serializer[Any]):
    class Team(serializers.Serializer[Any]):
        name = serializers.CharField()
        organisation = serializers.CharField()

    team = Team()
    professional = PersonShape(allow_null=True)


class PromiseShape(serializers.Serializer[Any]):
    firstResponseBy = MomentField(allow_null=True)
    resolveBy = MomentField(allow_null=True)
    text = serializers.CharField(allow_blank=True)


class ReceiptShape(serializers.Serializer[Any]):
    """Who has the report now and what we promise."""

    reference = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    statusLabel = serializers.CharField()
    category = CategoryShape()
    area = AreaShape()
    handler = HandlerShape()
    promise = PromiseShape()
    createdAt = MomentField()


class ContactChange(StrictSerializer):
    """What is left out stays; null or "" clears."""

    name = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    email = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    phone = serializers.CharField(required=False, allow_blank=True, allow_null=True)


class FollowingShape(ReceiptShape):
    """What the reporter may know of their own report."""

    class Photo(serializers.Serializer[Any]):
        thumbnailUrl = serializers.CharField()
        url = serializers.CharField()
        fromResident = serializers.BooleanField()
        withReport = serializers.BooleanField(help_text="Sent with the report itself, not in a message later")

    class Message(serializers.Serializer[Any]):
        text = serializers.CharField()
        fromResident = serializers.BooleanField()
        language = serializers.CharField(allow_blank=True, help_text="Of a professional's words, as far as they tell")
        by = serializers.CharField(allow_blank=True)
        at = MomentField()

    class Step(serializers.Serializer[Any]):
        status = serializers.CharField()
        statusLabel = serializers.CharField()
        at = MomentField()

    class Verdict(serializers.Serializer[Any]):
        solved = serializers.BooleanField()
        confirmed = serializers.BooleanField(help_text="Said weeks later that it is still so")

    class Contact(serializers.Serializer[Any]):
        name = serializers.CharField(allow_blank=True)
        email = serializers.CharField(allow_blank=True)
        phone = serializers.CharField(allow_blank=True)

    class Consent(serializers.Serializer[Any]):
        class Page(serializers.Serializer[Any]):
            title = serializers.CharField()
            url = serializers.CharField()

        photos = serializers.BooleanField(allow_null=True, help_text="Null: not answered yet")
        thankAs = serializers.CharField(allow_blank=True, help_text="As whom they want to be thanked")
        page = Page(allow_null=True, help_text="The page that tells of it, once it is public")

    linked = serializers.BooleanField(help_text="Others reported this too; it is worked on for all of you together")
    closed = serializers.BooleanField()
    closedAt = MomentField(allow_null=True)
    text = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    location = PointShape(allow_null=True)
    answers = AnswerShape(many=True)
    photos = Photo(many=True)
    messages = Message(many=True)
    history = Step(many=True)
    feedback = Verdict(allow_null=True)
    contact = Contact(allow_null=True)
    updatesBy = serializers.ListField(
        child=serializers.ChoiceField(list(Channel)), help_text="On which ways they hear how it goes on"
    )
    phoneRefused = serializers.BooleanField(help_text="No text message reaches the phone number")
    withdrawn = serializers.BooleanField(help_text="Taken back by the reporter")
    complimented = serializers.BooleanField()
    consent = Consent(allow_null=True, help_text="Asked whether their photo may be shown to the neighbourhood")
    version = serializers.IntegerField(help_text="Rises with everything here that changes for the reporter")


class TrackingBase(ApiView):
    """`Authorization: Bearer <token>`. A wrong token and a missing report look the same."""

    public = True
    throttle_classes = [throttle("tracking")]

    def token(self, request: Request) -> str:
        token = token_in_header(request)
        if not token:
            raise NotFound(_("Send the tracking token in the Authorization header: Bearer …"))
        return token

    def report(self, request: Request) -> Report:
        """Looked up before the body is read: who has no token learns nothing about what is asked."""
        return actions.find_by_token(self.token(request), only=scope_of(request).only)

    def followed(self, request: Request, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        return Response(queries.following(self.report(request)), status=status, headers=headers)


BEARER = OpenApiParameter("Authorization", str, OpenApiParameter.HEADER, required=True, description="Bearer <token>")
KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID, new for each deed")


class TrackingView(TrackingBase):
    """Follow a report."""

    @extend_schema(operation_id="followReport", parameters=[BEARER], responses=FollowingShape)
    def get(self, request: Request) -> Response:
        try:
            return self.followed(request)
        except BeingChecked as waiting:
            return Response(following_held(waiting.held))


class TrackingMessagesView(TrackingBase):
    """Write to whoever handles the report. 409 when it is closed, or the reporter took it back."""

    class Body(StrictSerializer):
        text = serializers.CharField(max_length=3000)
        photos = serializers.ListField(
            child=serializers.UUIDField(), required=False, default=list, max_length=5, help_text="Ids of uploads"
        )

    @extend_schema(operation_id="writeMessage", request=Body, parameters=[BEARER, KEY], responses={201: FollowingShape})
    def post(self, request: Request) -> Response:
        token, report = self.token(request), self.report(request)
        body, only = self.read(self.Body), scope_of(request).only
        now = timezone.now()

        def act() -> dict[str, Any]:
            actions.send_message(token=token, text=body["text"], photos=body["photos"], only=only, now=now)
            return {}

        once = run_once(
            scope=f"tracking-message:{report.pk}",
            key=idempotency_key(request),
            fingerprint=fingerprint(request.data),
            now=now,
            action=act,
        )
        return self.followed(request, status=201, headers=once.headers)


class TrackingFeedbackView(TrackingBase):
    """Is it solved? A no opens the report again. 409 while it is open, and when the reporter took it back."""

    class Body(StrictSerializer):
        solved = serializers.BooleanField()
        text = serializers.CharField(required=False, allow_blank=True, max_length=3000, default="")

    @extend_schema(operation_id="giveFeedback", request=Body, parameters=[BEARER], responses={201: FollowingShape})
    def post(self, request: Request) -> Response:
        self.report(request)
        body, only = self.read(self.Body), scope_of(request).only
        actions.give_feedback(token=self.token(request), only=only, now=timezone.now(), **body)
        return self.followed(request, status=201)


class TrackingContactView(TrackingBase):
    """Change how we reach you. What you leave out stays; all three empty makes you anonymous from now on.

    409 when the reporter took the report back.
    """

    @extend_schema(operation_id="changeContact", request=ContactChange, parameters=[BEARER], responses=FollowingShape)
    def patch(self, request: Request) -> Response:
        self.report(request)
        changes = {name: value or "" for name, value in self.read(ContactChange).items()}
        actions.change_contact(token=self.token(request), changes=changes, only=scope_of(request).only)
        return self.followed(request)


class TrackingComplimentView(TrackingBase):
    """Praise whoever worked on it; once. 409 the second time, and when the reporter took it back."""

    @extend_schema(operation_id="giveCompliment", request=None, parameters=[BEARER], responses={201: FollowingShape})
    def post(self, request: Request) -> Response:
        self.report(request)
        actions.praise(token=self.token(request), only=scope_of(request).only, now=timezone.now())
        return self.followed(request, status=201)


class TrackingConsentView(TrackingBase):
    """May your photo be shown on the neighbourhood's page, and as whom may we thank you? What you leave out stays.

    A no takes the photo off every page at once. 409 when nobody asked, and for a yes after a no.
    """

    class Body(StrictSerializer):
        photos = serializers.BooleanField(required=False, allow_null=True, default=None)
        thankAs = serializers.CharField(required=False, allow_blank=True, allow_null=True, default=None)

    @extend_schema(operation_id="giveConsent", request=Body, parameters=[BEARER], responses={201: FollowingShape})
    def post(self, request: Request) -> Response:
        self.report(request)
        body, only = self.read(self.Body), scope_of(request).only
        token = self.token(request)
        actions.agree(token=token, photos=body["photos"], name=body["thankAs"], only=only, now=timezone.now())
        return self.followed(request, status=201)


class TrackingWithdrawalView(TrackingBase):
    """Take the report back. The contact data is erased; nobody works on it unless others wait for it too.

    Twice is as once. Nothing else can be done with it afterwards.
    """

    @extend_schema(operation_id="withdrawReport", request=None, parameters=[BEARER], responses={201: FollowingShape})
    def post(self, request: Request) -> Response:
        self.report(request)
        actions.withdraw(token=self.token(request), only=scope_of(request).only, now=timezone.now())
        return self.followed(request, status=201)


urlpatterns = [
    path("tracking", TrackingView.as_view()),
    path("tracking/messages", TrackingMessagesView.as_view()),
    path("tracking/feedback", TrackingFeedbackView.as_view()),
    path("tracking/contact", TrackingContactView.as_view()),
    path("tracking/compliment", TrackingComplimentView.as_view()),
    path("tracking/consent", TrackingConsentView.as_view()),
    path("tracking/withdrawal", TrackingWithdrawalView.as_view()),
]
