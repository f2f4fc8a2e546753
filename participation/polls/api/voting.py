"""Voting over the API: show who you are at the level the poll asks, then send the ballot."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.device import Device, device_of, hand_out
from core.api.idempotency import idempotency_key
from core.api.parsing import StrictSerializer
from core.api.throttles import throttle
from core.areas.tenancy import scope_of
from core.errors import FieldError, Invalid, NotFound
from participation.polls.actions import proving, voting
from participation.polls.actions.voting import Proof
from participation.polls.models import Poll
from participation.polls.origins import network_of
from participation.polls.passes import give_pass, read_pass
from participation.polls.queries.public import poll_to_vote
from participation.polls.states import Level
from participation.polls.voter import tidy_receipt
from participation.residents.access import ResidentView, actor_of_resident
from participation.residents.addresses import LONGEST as LONGEST_ADDRESS
from participation.residents.limits import network_limit

ONCE = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID, new for each ballot")


def _poll(request: Request, slug: str) -> Poll:
    poll = poll_to_vote(slug, only=scope_of(request).only)
    if poll is None:
        raise NotFound
    return poll


class PollCodeView(ResidentView):
    """Have a code sent to an e-mail address or mobile number. The same answer for who has voted and who has not."""

    optional = True
    throttle_classes = [throttle("sign-in-code")]

    class Body(StrictSerializer):
        address = serializers.CharField(max_length=LONGEST_ADDRESS)

    class Shape(serializers.Serializer[Any]):
        address = serializers.CharField(help_text="As it was understood")

    @extend_schema(operation_id="sendPollCode", request=Body, responses={202: Shape})
    def post(self, request: Request, slug: str) -> Response:
        body = self.read(self.Body)
        address = proving.send_code(
            _poll(request, slug),
            address=body["address"],
            language=get_language() or "nl",
            network=network_limit(request),
            now=timezone.now(),
        )
        return Response({"address": address}, status=202)


class PassView(ResidentView):
    """Show who you are and get a pass for this poll: good for two hours, for one ballot. Uses up no letter."""

    optional = True
    throttle_classes = [throttle("ballot")]

    class Body(StrictSerializer):
        address = serializers.CharField(max_length=LONGEST_ADDRESS, required=False, help_text="Level confirmed")
        code = serializers.CharField(max_length=80, help_text="From the mail or text message, or from the letter")

    class Shape(serializers.Serializer[Any]):
        pass_ = serializers.CharField(help_text="For `pass` of the ballot")

        def get_fields(self) -> dict[str, Any]:
            fields = super().get_fields()
            return {"pass": fields["pass_"]}

    @extend_schema(operation_id="provePollVoter", request=Body, responses={201: Shape})
    def post(self, request: Request, slug: str) -> Response:
        body, poll = self.read(self.Body), _poll(request, slug)
        proof = (
            proving.prove_letter(poll, code=body["code"], network=network_of(request))
            if poll.level == Level.LETTER
            else proving.prove_address(poll, address=body.get("address", ""), code=body["code"], now=timezone.now())
        )
        return Response({"pass": give_pass(poll, proof)}, status=201)


class BallotsView(ResidentView):
    """Put a ballot in the box: all questions in one transaction, or nothing."""

    optional = True
    throttle_classes = [throttle("ballot")]

    class Body(StrictSerializer):
        choices = serializers.DictField(help_text="By question id; shapes as in the poll's `questions`")
        code = serializers.CharField(max_length=80, required=False, help_text="Of the letter")
        order = serializers.IntegerField(min_value=0, max_value=59, required=False, default=0)
        declared = serializers.BooleanField(required=False, default=False)

        def get_fields(self) -> dict[str, Any]:
            return super().get_fields() | {"pass": serializers.CharField(max_length=500, required=False)}

    class Change(StrictSerializer):
        receipt = serializers.CharField(max_length=60)
        choices = serializers.DictField()
        order = serializers.IntegerField(min_value=0, max_value=59, required=False, default=0)

    class Shape(serializers.Serializer[Any]):
        receipt = serializers.CharField(help_text="Keep it: with it you find your ballot in the published list")

    @extend_schema(operation_id="castBallot", request=Body, parameters=[ONCE], responses={201: Shape})
    def post(self, request: Request, slug: str) -> Response:
        body, poll, key = self.read(self.Body), _poll(request, slug), idempotency_key(request)
        proof, device = self._proof(poll, body)
        if poll.declared and not body["declared"]:
            raise Invalid(FieldError("declared", "required", _("Only the people it is for can vote. Tick the box.")))
        cast = voting.cast_ballot(
            slug=slug,
            gemeente_id=scope_of(request).only,
            choices=body["choices"],
            proof=proof,
            token=key or uuid4(),
            order=body["order"],
            network=network_of(request),
            now=timezone.now(),
        )
        response = Response(
            {"receipt": cast.receipt}, status=201, headers={"Idempotency-Replayed": "true"} if cast.replayed else {}
        )
        if device is not None:
            hand_out(response, device)
        return response

    @extend_schema(operation_id="changeBallot", request=Change, responses={200: Shape})
    def put(self, request: Request, slug: str) -> Response:
        body = self.read(self.Change)
        voting.change_ballot(
            slug=slug,
            gemeente_id=scope_of(request).only,
            receipt=body["receipt"],
            choices=body["choices"],
            order=body["order"],
            now=timezone.now(),
        )
        return Response({"receipt": tidy_receipt(body["receipt"])})

    def _proof(self, poll: Poll, body: dict[str, Any]) -> tuple[Proof, Device | None]:
        """Who votes; and the device, where that is all there is."""
        if poll.level == Level.DEVICE:
            device = device_of(self.request, idempotency_key(self.request))
            return proving.prove_device(poll, secret=device.secret), device
        if poll.level == Level.RESIDENT:
            return proving.prove_resident(poll, actor=actor_of_resident(self.request)), None
        if poll.level == Level.LETTER and "code" in body:
            return proving.prove_letter(poll, code=body["code"], network=network_of(self.request)), None
        proof = read_pass(poll, body.get("pass", ""))
        if proof is None:
            raise Invalid(FieldError("pass", "required", _("Show first who you are: what you chose is kept.")))
        return proof, None
