"""Signing in and the own account, for scripts: `/residents/_codes`, `/residents/_sessions` and `/me`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.throttles import throttle
from core.api.views import ApiView
from core.errors import FieldError, Invalid, NotAllowed
from participation.residents import actions, codes
from participation.residents.access import ResidentView, hand_out, sign_in_of, take_back
from participation.residents.addresses import LONGEST, read_address
from participation.residents.holdings import holdings
from participation.residents.models import Resident
from participation.residents.pages.signing_in import send_sign_in_code, sign_in_with_code

CSRF = OpenApiParameter(
    "X-CSRFToken", str, OpenApiParameter.HEADER, required=True, description="The value of the cookie `csrftoken`."
)


class CodeBody(serializers.Serializer[Any]):
    address = serializers.CharField(
        max_length=LONGEST, help_text="An e-mail address, or a mobile number where this installation sends texts."
    )


class CodeSent(serializers.Serializer[Any]):
    address = serializers.CharField(help_text="As it is used: a number as +31612345678.")
    validSeconds = serializers.IntegerField()


class SessionBody(CodeBody):
    code = serializers.CharField(max_length=codes.LONGEST_TYPED, help_text="The six digits.")


class Me(serializers.Serializer[Any]):
    name = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    language = serializers.ChoiceField(choices=[code for code, _name in settings.LANGUAGES])
    createdAt = serializers.DateTimeField()
    heldBy = serializers.ListField(
        child=serializers.CharField(), help_text="Parts that may hold something of this person: see `/mijn/inzien/`."
    )


class MeBody(serializers.Serializer[Any]):
    name = serializers.CharField(required=False, allow_blank=True, max_length=actions.LONGEST_NAME)
    language = serializers.CharField(required=False, max_length=10)


def shape(resident: Resident) -> dict[str, Any]:
    return {
        "name": resident.name,
        "email": resident.email,
        "phone": resident.phone,
        "language": resident.language,
        "createdAt": resident.created_at,
        "heldBy": ["account", *holdings],
    }


class CodesView(ApiView):
    public = True
    throttle_classes = [throttle("sign-in-code", "POST")]

    @extend_schema(
        request=CodeBody,
        responses={202: CodeSent},
        summary="Send a code to sign in with",
        description="Six digits go to this address. The answer is the same for every address, known or not.",
        tags=["residents"],
    )
    def post(self, request: Request) -> Response:
        address = read_address(self.read(CodeBody)["address"])
        send_sign_in_code(request._request, address)
        answer = {"address": address, "validSeconds": int(codes.VALID.total_seconds())}
        return Response(answer, status=status.HTTP_202_ACCEPTED)


class SessionsView(ResidentView):
    """Signing in needs no session; signing out does."""

    public = {"POST"}
    throttle_classes = [throttle("sign-in", "POST")]

    @extend_schema(
        request=SessionBody,
        responses={201: Me},
        summary="Sign in with a code",
        description="Sets the cookie of a resident, and a new `csrftoken` for the changes that follow. Somebody new "
        "gets an account.",
        tags=["residents"],
    )
    def post(self, request: Request) -> Response:
        body = self.read(SessionBody)
        address = read_address(body["address"])
        try:
            resident, secret = sign_in_with_code(request._request, address, body["code"])
        except NotAllowed as refusal:
            raise Invalid(FieldError("code", "wrong-code", refusal.message)) from None
        response = Response(shape(resident), status=status.HTTP_201_CREATED)
        hand_out(request, response, secret)
        return response

    @extend_schema(
        parameters=[CSRF], request=None, responses={204: None}, summary="Sign out on this device", tags=["residents"]
    )
    def delete(self, request: Request) -> HttpResponse:
        here = sign_in_of(request)
        assert here is not None
        actions.end_sign_in(resident_id=here.resident_id, sign_in_id=here.pk)
        response = HttpResponse(status=204)
        take_back(response)
        return response


class MeView(ResidentView):
    @extend_schema(responses=Me, summary="Who is signed in", tags=["residents"])
    def get(self, request: Request) -> Response:
        get_token(request._request)  # with its cookie, for a change that may follow
        return Response(shape(self.resident))

    @extend_schema(
        parameters=[CSRF], request=MeBody, responses=Me, summary="Change one's name or language", tags=["residents"]
    )
    def patch(self, request: Request) -> Response:
        body = self.read(MeBody)
        return Response(shape(actions.change(resident_id=self.resident.pk, **body)))


urlpatterns = [
    path("residents/_codes", CodesView.as_view()),
    path("residents/_sessions", SessionsView.as_view()),
    path("me", MeView.as_view()),
]
