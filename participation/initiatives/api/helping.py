"""Asking for help, offering it and deciding about it, over the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.actor import Actor
from core.api.cursors import KeysetPagination
from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.parsing import StrictSerializer
from core.api.throttles import throttle
from core.areas.tenancy import scope_of
from core.errors import NotFound
from participation.cases.api.deeds import DeedView, documented
from participation.initiatives.actions import asking, deciding, offering
from participation.initiatives.api.support import ONCE, PAGES
from participation.initiatives.models import HelpRequest, Initiative, Offer
from participation.initiatives.permissions import Deed, may
from participation.initiatives.policies import get_initiative_for, roles_of
from participation.initiatives.queries.asked import (
    asked,
    asked_by,
    public_shape,
    request_with,
    shape_of,
    shown,
    shown_by,
)
from participation.initiatives.queries.offers import (
    as_group,
    as_neighbour,
    offer_shape,
    offers_by,
    offers_in,
    offers_to,
)
from participation.organisations.access import actor_of
from participation.residents.access import ResidentView, actor_of_resident

LONGEST_ID = 2**62


class PublicHelpShape(serializers.Serializer[Any]):
    """What everybody may know of a request."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(HelpRequest.Kind.choices)
    kindLabel = serializers.CharField()
    what = serializers.CharField()
    state = serializers.CharField(help_text="The decision, else the status of its case")
    stateLabel = serializers.CharField()
    neededOn = serializers.DateField(allow_null=True)
    cents = serializers.IntegerField(allow_null=True)
    grantedCents = serializers.IntegerField(allow_null=True)


class HelpShape(PublicHelpShape):
    """What the group and who helps it know as well."""

    class Line(serializers.Serializer[Any]):
        id = serializers.IntegerField()
        label = serializers.CharField()  # type: ignore[assignment]
        cents = serializers.IntegerField()
        grantedCents = serializers.IntegerField(allow_null=True)

    class Team(serializers.Serializer[Any]):
        name = serializers.CharField()
        organisation = serializers.CharField()

    by = serializers.CharField(allow_blank=True)
    seenBy = serializers.ChoiceField(HelpRequest.SeenBy.choices)
    lines = Line(many=True)
    answerBy = serializers.DateTimeField(allow_null=True)
    team = Team()
    person = serializers.DictField(allow_null=True)
    decision = serializers.ChoiceField(HelpRequest.Decision.choices, allow_blank=True)
    decidedAt = serializers.DateTimeField(allow_null=True)
    reasons = serializers.CharField(allow_blank=True)
    conditions = serializers.CharField(allow_blank=True)
    promisedOn = serializers.DateField(allow_null=True)
    followUpOn = serializers.DateField(allow_null=True)
    went = serializers.CharField(allow_blank=True)
    challenge = serializers.DictField(allow_null=True)
    createdAt = serializers.DateTimeField()


class HelpListShape(serializers.Serializer[Any]):
    results = HelpShape(many=True, help_text="Who is not in the group gets only what everybody may know")
    next = serializers.CharField(allow_null=True)


class OfferShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    request = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    contact = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(Offer.Kind.choices)
    kindLabel = serializers.CharField()
    text = serializers.CharField()
    state = serializers.ChoiceField(Offer.State.choices)
    stateLabel = serializers.CharField()
    answer = serializers.CharField(allow_blank=True)
    reach = serializers.ListField(
        child=serializers.CharField(), help_text="The other's e-mail address and phone number, once accepted"
    )
    createdAt = serializers.DateTimeField()


class OfferListShape(serializers.Serializer[Any]):
    results = OfferShape(many=True)
    next = serializers.CharField(allow_null=True)


def _once(
    request: Request,
    actor: Actor,
    what: str,
    slug: str,
    act: Callable[[], dict[str, Any]],
    complete: Callable[[dict[str, Any]], dict[str, Any]],
) -> Response:
    """`act` answers ids alone: what was written is not kept with the key, so that erasing it erases it."""
    once = run_once(
        scope=f"initiative:r{actor.resident_id}:{what}:{slug}"[:100],
        key=idempotency_key(request),
        fingerprint=fingerprint(request.data),
        now=timezone.now(),
        action=act,
        complete=complete,
    )
    return Response(once.body, status=201, headers=once.headers)


def _here(request: Request, initiative: Initiative) -> Initiative:
    if initiative.gemeente_id != scope_of(request).gemeente_id:
        raise NotFound
    return initiative


def _insider(request: Request, initiative: Initiative) -> bool:
    """Whether a resident or a professional who sends this is of the group, or helps it."""
    actors = [actor_of_resident(request), actor_of(request._request) if request.user.is_authenticated else None]
    known = [one for one in actors if one is not None]
    return any(may(roles_of(one, initiative), Deed.SEE_INSIDE, initiative.stage) for one in known)


class HelpRequestsView(ResidentView):
    """What a group asks of others; the group asks here."""

    optional = ("GET",)
    staff_too = True
    throttle_classes = [throttle("public", "GET"), throttle("draft", "POST")]

    class Body(StrictSerializer):
        class Line(StrictSerializer):
            label = serializers.CharField(max_length=120)  # type: ignore[assignment]
            cents = serializers.IntegerField(min_value=1, max_value=asking.MOST_CENTS)

        class Challenge(StrictSerializer):
            task = serializers.CharField(max_length=asking.LONGEST)
            better = serializers.CharField(max_length=asking.LONGEST)
            able = serializers.CharField(max_length=asking.LONGEST)
            costs = serializers.CharField(required=False, allow_blank=True, max_length=asking.LONGEST, default="")

        kind = serializers.ChoiceField(HelpRequest.Kind.choices)
        what = serializers.CharField(max_length=asking.LONGEST)
        cents = serializers.IntegerField(
            required=False, allow_null=True, min_value=1, max_value=asking.MOST_CENTS, default=None
        )
        lines = Line(many=True, required=False, default=list)
        neededOn = serializers.DateField(required=False, allow_null=True, default=None)
        seenBy = serializers.ChoiceField(HelpRequest.SeenBy.choices, required=False, default=HelpRequest.SeenBy.GROUP)
        challenge = Challenge(required=False, allow_null=True, default=None)

    @extend_schema(operation_id="listHelpRequests", parameters=PAGES, responses=HelpListShape)
    def get(self, request: Request, slug: str) -> Response:
        resident, professional = actor_of_resident(request), actor_of(request._request)
        try:
            initiative = get_initiative_for(resident, slug)
        except NotFound:
            if professional is None:
                raise
            initiative = get_initiative_for(professional, slug)
        _here(request, initiative)
        page = KeysetPagination("-id")
        if _insider(request, initiative):
            rows = page.paginate_queryset(asked_by(initiative), request)
            return page.get_paginated_response([shape_of(asked(one)) for one in rows])
        rows = page.paginate_queryset(shown_by(initiative), request)
        return page.get_paginated_response([public_shape(shown(one)) for one in rows])

    @extend_schema(operation_id="askHelp", request=Body, parameters=[ONCE], responses={201: HelpShape})
    def post(self, request: Request, slug: str) -> Response:
        actor, body = actor_of_resident(request), self.read(self.Body)

        def act() -> dict[str, Any]:
            made = asking.ask_help(
                slug=slug,
                kind=body["kind"],
                what=body["what"],
                cents=body["cents"],
                lines=[(one["label"], one["cents"]) for one in body["lines"]],
                needed_on=body["neededOn"],
                seen_by=body["seenBy"],
                challenge=body["challenge"],
                actor=actor,
                now=timezone.now(),
            )
            return {"reference": made.case.reference}

        return _once(request, actor, "ask", slug, act, lambda stored: _request(actor, slug, stored["reference"]))


def _request(actor: Actor, slug: str, reference: str) -> dict[str, Any]:
    found = request_with(get_initiative_for(actor, slug, Deed.SEE_INSIDE), reference)
    if found is None:
        raise NotFound
    return shape_of(found)


class HelpRequestDeedView(ResidentView):
    """What the group does with a request of its own."""

    throttle_classes = [throttle("draft")]

    class Body(StrictSerializer):
        text = serializers.CharField(required=False, allow_blank=True, max_length=asking.LONGEST, default="")

    def act(self, request: Request, slug: str, reference: str, action: Callable[..., Any], **more: Any) -> Response:
        actor = actor_of_resident(request)

        def act() -> dict[str, Any]:
            action(slug=slug, reference=reference, actor=actor, now=timezone.now(), **more)
            return {}

        return _once(
            request,
            actor,
            f"{type(self).__name__}:{reference}",
            slug,
            act,
            lambda _stored: _request(actor, slug, reference),
        )


class WithdrawHelpView(HelpRequestDeedView):
    """The group needs it no more."""

    @extend_schema(operation_id="withdrawHelpRequest", request=None, parameters=[ONCE], responses={201: HelpShape})
    def post(self, request: Request, slug: str, reference: str) -> Response:
        return self.act(request, slug, reference, asking.withdraw_help)


class HelpMessagesView(HelpRequestDeedView):
    """Write to who answers the request."""

    @extend_schema(
        operation_id="writeAboutHelp",
        request=HelpRequestDeedView.Body,
        parameters=[ONCE],
        responses={201: HelpShape},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        return self.act(request, slug, reference, asking.write_about_help, **self.read(self.Body))


class HowItWentView(HelpRequestDeedView):
    """Tell what was done with what was granted."""

    @extend_schema(
        operation_id="tellHowHelpWent",
        request=HelpRequestDeedView.Body,
        parameters=[ONCE],
        responses={201: HelpShape},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        return self.act(request, slug, reference, asking.tell_how_it_went, **self.read(self.Body))


class OffersView(ResidentView):
    """What neighbours offer: all of it for the group, one's own for others; and offering."""

    throttle_classes = [throttle("public", "GET"), throttle("support", "POST")]

    class Body(StrictSerializer):
        kind = serializers.ChoiceField(Offer.Kind.choices)
        text = serializers.CharField(max_length=offering.LONGEST_OFFER)
        request = serializers.CharField(
            required=False, allow_blank=True, max_length=12, default="", help_text="Reference; empty: in general"
        )
        name = serializers.CharField(required=False, allow_blank=True, max_length=60, default="")

    @extend_schema(operation_id="listOffers", parameters=PAGES, responses=OfferListShape)
    def get(self, request: Request, slug: str) -> Response:
        actor = actor_of_resident(request)
        initiative = get_initiative_for(actor, slug)
        in_group = not asking.GROUP.isdisjoint(roles_of(actor, initiative))
        page, there = KeysetPagination("-id"), offers_in(initiative)
        mine = there if in_group else there.filter(resident_id=actor.resident_id or 0)
        rows = page.paginate_queryset(mine, request)
        told = [as_group(one) if in_group else as_neighbour(one) for one in rows]
        return page.get_paginated_response([offer_shape(one) for one in told])

    @extend_schema(
        operation_id="offerHelp",
        request=Body,
        parameters=[ONCE],
        responses={201: OfferShape},
        description="Who offers agrees that the group, if it accepts, reads their name and address.",
    )
    def post(self, request: Request, slug: str) -> Response:
        actor, body = actor_of_resident(request), self.read(self.Body)

        def act() -> dict[str, Any]:
            made = offering.offer_help(
                slug=slug,
                kind=body["kind"],
                text=body["text"],
                reference=body["request"],
                name=body["name"],
                actor=actor,
                now=timezone.now(),
            )
            return {"id": made.pk}

        def complete(stored: dict[str, Any]) -> dict[str, Any]:
            mine = offers_by(actor.resident_id or 0, get_initiative_for(actor, slug))
            return _one_of(mine, stored["id"])

        return _once(request, actor, "offer", slug, act, complete)


def _one_of(offers: Iterable[Any], offer_id: int) -> dict[str, Any]:
    found = next((offer_shape(one) for one in offers if one.id == offer_id), None)
    if found is None:
        raise NotFound
    return found


class OfferView(ResidentView):
    """One's own offer, before it was answered."""

    throttle_classes = [throttle("support")]

    @extend_schema(operation_id="withdrawHelpOffer", responses={204: None})
    def delete(self, request: Request, slug: str, offer_id: int) -> Response:
        actor = actor_of_resident(request)
        offering.withdraw_offer(slug=slug, offer_id=offer_id, actor=actor, now=timezone.now())
        return Response(status=204)


class OfferAnswerView(ResidentView):
    """The group accepts, and both get the other's name and address; or thanks."""

    throttle_classes = [throttle("draft")]

    class Body(StrictSerializer):
        accept = serializers.BooleanField()
        answer = serializers.CharField(required=False, allow_blank=True, max_length=offering.LONGEST_OFFER, default="")

    @extend_schema(operation_id="answerOffer", request=Body, parameters=[ONCE], responses={201: OfferShape})
    def post(self, request: Request, slug: str, offer_id: int) -> Response:
        actor, body = actor_of_resident(request), self.read(self.Body)

        def act() -> dict[str, Any]:
            offering.answer_offer(slug=slug, offer_id=offer_id, **body, actor=actor, now=timezone.now())
            return {}

        def complete(_stored: dict[str, Any]) -> dict[str, Any]:
            return _one_of(offers_to(get_initiative_for(actor, slug), reach=True), offer_id)

        return _once(request, actor, f"answer:{offer_id}", slug, act, complete)


class DecisionView(DeedView):
    """Grant a request for help, a part of it, or refuse it. Its case is closed with it; answers the case."""

    class Body(StrictSerializer):
        class Line(StrictSerializer):
            id = serializers.IntegerField(min_value=1, max_value=LONGEST_ID)
            grantedCents = serializers.IntegerField(min_value=0, max_value=asking.MOST_CENTS)

        class Judged(StrictSerializer):
            key = serializers.CharField(max_length=60)
            met = serializers.BooleanField()
            reason = serializers.CharField(max_length=asking.LONGEST)

        decision = serializers.ChoiceField([(one.value, one.label) for one in deciding.CHOICES])
        reasons = serializers.CharField(allow_blank=True, max_length=asking.LONGEST)
        conditions = serializers.CharField(required=False, allow_blank=True, max_length=asking.LONGEST, default="")
        grantedCents = serializers.IntegerField(
            required=False, allow_null=True, min_value=0, max_value=asking.MOST_CENTS, default=None
        )
        lines = Line(many=True, required=False, default=list)
        promisedOn = serializers.DateField(required=False, allow_null=True, default=None)
        followUpOn = serializers.DateField(required=False, allow_null=True, default=None)
        judged = Judged(many=True, required=False, default=list)

    @documented("decideHelpRequest", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        deciding.decide_help(
            reference=reference,
            decision=body["decision"],
            reasons=body["reasons"],
            conditions=body["conditions"],
            granted_cents=body["grantedCents"],
            lines={one["id"]: one["grantedCents"] for one in body["lines"]},
            promised_on=body["promisedOn"],
            follow_up_on=body["followUpOn"],
            judged={one["key"]: {"met": one["met"], "reason": one["reason"]} for one in body["judged"]},
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class ExtensionView(DeedView):
    """More time to decide on a challenge, once."""

    class Body(StrictSerializer):
        reason = serializers.CharField(allow_blank=True, max_length=deciding.LONGEST_EXTENSION)

    @documented("extendChallenge", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        deciding.extend_challenge(
            reference=reference,
            reason=body["reason"],
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )
