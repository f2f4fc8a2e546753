"""How it goes, over the API: milestones, money in the open, looking back, and who takes part. Everybody reads what is
public; the group and who helps it write."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.actor import Actor
from core.api.cursors import KeysetPagination
from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.parsing import MomentField, StrictSerializer
from core.api.throttles import throttle
from core.errors import NotFound
from core.ui.money import MOST_CENTS
from participation.cases.shapes import moment_or_none
from participation.initiatives.actions import looking_back, telling
from participation.initiatives.api.support import ONCE, PAGES
from participation.initiatives.models import Entry, LookingBack, Milestone, Partner
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.queries.partners import partners_in
from participation.initiatives.queries.telling import money_of, reached
from participation.organisations.access import actor_of
from participation.residents.access import ResidentView, actor_of_resident


class MilestoneShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    on = serializers.DateField()
    state = serializers.ChoiceField(["done", "late", "next"])
    doneAt = MomentField(allow_null=True)


class MilestonePageShape(serializers.Serializer[Any]):
    results = MilestoneShape(many=True)
    next = serializers.CharField(allow_null=True)


class EntryShape(serializers.Serializer[Any]):
    """`request`: of the help request that granted it, where everybody may see that."""

    id = serializers.IntegerField()
    direction = serializers.ChoiceField(Entry.Direction.choices)
    planned = serializers.BooleanField()
    label = serializers.CharField()  # type: ignore[assignment]
    cents = serializers.IntegerField()
    on = serializers.DateField(allow_null=True)
    request = serializers.CharField(allow_null=True)


class MoneyShape(serializers.Serializer[Any]):
    """In cents. What was planned, and what came and went."""

    plannedIn = serializers.IntegerField()
    plannedOut = serializers.IntegerField()
    cameIn = serializers.IntegerField()
    wentOut = serializers.IntegerField()
    entries = EntryShape(many=True)


class LookingBackShape(serializers.Serializer[Any]):
    worked = serializers.CharField(allow_blank=True)
    forWhom = serializers.CharField(allow_blank=True)
    otherwise = serializers.CharField(allow_blank=True)
    again = serializers.ChoiceField(LookingBack.Again.choices, allow_blank=True)
    thanks = serializers.CharField(allow_blank=True)
    carriedOnBy = serializers.CharField(allow_blank=True)
    moneyAfter = serializers.CharField(allow_blank=True)
    until = serializers.DateField(allow_null=True)
    changedAt = MomentField()


class PartnerShape(serializers.Serializer[Any]):
    """A team that takes part. `person`: who speaks for it, if they show their face."""

    team = serializers.CharField()
    organisation = serializers.CharField()
    person = serializers.CharField(allow_blank=True)
    role = serializers.CharField(allow_blank=True)
    promise = serializers.CharField(allow_blank=True)
    promisedBy = serializers.DateField(allow_null=True)
    kept = serializers.BooleanField()


class PartnerPageShape(serializers.Serializer[Any]):
    results = PartnerShape(many=True)
    next = serializers.CharField(allow_null=True)


class ProgressView(ResidentView):
    """Everybody reads; a resident of the group writes, or who helps it, with their own session."""

    optional: ClassVar[bool | Collection[str]] = ("GET",)
    staff_too = True
    throttle_classes = [throttle("public", "GET"), throttle("draft-change", "POST", "PATCH", "PUT", "DELETE")]

    def actor(self, request: Request) -> Actor:
        professional = actor_of(request._request) if request.user.is_authenticated else None
        return professional or actor_of_resident(request)

    def once(self, request: Request, slug: str, what: str, act: Callable[[Actor], int], shape: Any) -> Response:
        actor = self.actor(request)
        who = f"p{actor.professional_id}" if actor.professional_id is not None else f"r{actor.resident_id}"
        once = run_once(
            scope=f"initiative-{what}:{who}:{slug}"[:100],
            key=idempotency_key(request),
            fingerprint=fingerprint(request.data),
            now=timezone.now(),
            action=lambda: {"id": act(actor)},
            complete=lambda stored: shape(stored["id"]),
        )
        return Response(once.body, status=201, headers=once.headers)


# --- milestones -------------------------------------------------------------------------------


def _milestone(one: Milestone) -> dict[str, Any]:
    told = reached(one, timezone.localdate())
    return {
        "id": told.id,
        "title": told.title,
        "on": told.on.isoformat(),
        "state": told.state,
        "doneAt": moment_or_none(told.done_at),
    }


def _milestone_with(pk: int) -> dict[str, Any]:
    row = Milestone.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return _milestone(row)


class MilestonesView(ProgressView):
    """GET: by their day. POST: one more."""

    class Body(StrictSerializer):
        title = serializers.CharField(max_length=100)
        on = serializers.DateField()

    @extend_schema(operation_id="listMilestones", parameters=PAGES, responses=MilestonePageShape)
    def get(self, request: Request, slug: str) -> Response:
        initiative = get_initiative_for(self.actor(request), slug)
        page = KeysetPagination("on", "id")
        rows = page.paginate_queryset(initiative.milestones.all(), request)
        return page.get_paginated_response([_milestone(one) for one in rows])

    @extend_schema(operation_id="addMilestone", request=Body, parameters=[ONCE], responses={201: MilestoneShape})
    def post(self, request: Request, slug: str) -> Response:
        body = self.read(self.Body)

        def act(actor: Actor) -> int:
            return telling.add_milestone(slug=slug, **body, actor=actor, now=timezone.now()).pk

        return self.once(request, slug, "milestone", act, _milestone_with)


class MilestoneView(ProgressView):
    """PATCH: another title or day, reached or not after all. DELETE: it is none."""

    optional: ClassVar[bool | Collection[str]] = False

    class Body(StrictSerializer):
        title = serializers.CharField(max_length=100, required=False)
        on = serializers.DateField(required=False)
        done = serializers.BooleanField(required=False)

    @extend_schema(operation_id="changeMilestone", request=Body, responses={200: MilestoneShape})
    def patch(self, request: Request, slug: str, milestone_id: int) -> Response:
        body, actor, now = self.read(self.Body), self.actor(request), timezone.now()
        initiative = get_initiative_for(actor, slug)
        row = initiative.milestones.filter(pk=milestone_id).first()
        if row is None:
            raise NotFound
        common: dict[str, Any] = {"slug": slug, "milestone_id": milestone_id, "actor": actor, "now": now}
        if "title" in body or "on" in body:
            telling.change_milestone(title=body.get("title", row.title), on=body.get("on", row.on), **common)
        if "done" in body:
            telling.finish_milestone(done=body["done"], **common)
        return Response(_milestone_with(milestone_id))

    @extend_schema(operation_id="removeMilestone", responses={204: None})
    def delete(self, request: Request, slug: str, milestone_id: int) -> Response:
        telling.remove_milestone(slug=slug, milestone_id=milestone_id, actor=self.actor(request), now=timezone.now())
        return Response(status=204)


# --- money ------------------------------------------------------------------------------------


def _money(request: Request, slug: str, actor: Actor) -> dict[str, Any]:
    money = money_of(get_initiative_for(actor, slug))
    if money is None:
        return {"plannedIn": 0, "plannedOut": 0, "cameIn": 0, "wentOut": 0, "entries": []}
    return {
        "plannedIn": money.planned_in,
        "plannedOut": money.planned_out,
        "cameIn": money.came_in,
        "wentOut": money.went_out,
        "entries": [
            {
                "id": one.id,
                "direction": "in" if one.incoming else "out",
                "planned": one.planned,
                "label": one.label,
                "cents": one.cents,
                "on": one.on.isoformat() if one.on else None,
                "request": one.reference or None,
            }
            for one in money.amounts
        ],
    }


class MoneyView(ProgressView):
    """GET: what was planned, what came in and what went out, with its entries (at most 300). POST: one more."""

    class Body(StrictSerializer):
        direction = serializers.ChoiceField(Entry.Direction.choices)
        planned = serializers.BooleanField(required=False, default=False)
        label = serializers.CharField(max_length=120)  # type: ignore[assignment]
        cents = serializers.IntegerField(min_value=1, max_value=MOST_CENTS)
        on = serializers.DateField(required=False, allow_null=True, default=None)
        request = serializers.CharField(
            max_length=12, required=False, allow_blank=True, default="", help_text="Help request that granted it"
        )

    @extend_schema(operation_id="getMoney", responses=MoneyShape)
    def get(self, request: Request, slug: str) -> Response:
        return Response(_money(request, slug, self.actor(request)))

    @extend_schema(operation_id="addMoney", request=Body, parameters=[ONCE], responses={201: MoneyShape})
    def post(self, request: Request, slug: str) -> Response:
        body = self.read(self.Body)

        def act(actor: Actor) -> int:
            return telling.add_entry(slug=slug, **body, actor=actor, now=timezone.now()).pk

        return self.once(request, slug, "money", act, lambda _pk: _money(request, slug, self.actor(request)))


class EntryView(ProgressView):
    optional: ClassVar[bool | Collection[str]] = False

    @extend_schema(operation_id="removeMoney", responses={204: None})
    def delete(self, request: Request, slug: str, entry_id: int) -> Response:
        telling.remove_entry(slug=slug, entry_id=entry_id, actor=self.actor(request), now=timezone.now())
        return Response(status=204)


# --- afterwards, and who takes part -----------------------------------------------------------


class LookingBackView(ProgressView):
    """GET: what the group says of it afterwards; 404 as long as it says nothing. PUT: say it, all at once."""

    class Body(StrictSerializer):
        worked = serializers.CharField(max_length=3000)
        forWhom = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
        otherwise = serializers.CharField(max_length=3000, required=False, allow_blank=True, default="")
        again = serializers.ChoiceField(LookingBack.Again.choices, required=False, allow_blank=True, default="")
        thanks = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
        carriedOnBy = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
        moneyAfter = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
        until = serializers.DateField(required=False, allow_null=True, default=None)
        photosAgreed = serializers.BooleanField(required=False, default=False)

    @extend_schema(operation_id="getLookingBack", responses=LookingBackShape)
    def get(self, request: Request, slug: str) -> Response:
        initiative = get_initiative_for(self.actor(request), slug)
        row = LookingBack.objects.filter(initiative=initiative).first()
        if row is None:
            raise NotFound
        return Response(_looking_back(row))

    @extend_schema(operation_id="lookBack", request=Body, responses={200: LookingBackShape})
    def put(self, request: Request, slug: str) -> Response:
        body = self.read(self.Body)
        values = {snake: body[camel] for camel, snake in SAID.items()}
        values |= {"again": body["again"], "photos_agreed": body["photosAgreed"]}
        values["until"] = body["until"].isoformat() if body["until"] else ""
        actor, now = self.actor(request), timezone.now()
        return Response(_looking_back(looking_back.look_back(slug=slug, values=values, actor=actor, now=now)))


SAID = {
    "worked": "worked",
    "forWhom": "for_whom",
    "otherwise": "otherwise",
    "thanks": "thanks",
    "carriedOnBy": "carried_on_by",
    "moneyAfter": "money_after",
}


def _looking_back(row: LookingBack) -> dict[str, Any]:
    said = {camel: getattr(row, snake) for camel, snake in SAID.items()}
    until = row.until.isoformat() if row.until else None
    return said | {"again": row.again, "until": until, "changedAt": moment_or_none(row.changed_at)}


class PartnersView(ProgressView):
    """Who else takes part, with what they promised. They are asked, and answer, at the desk."""

    @extend_schema(operation_id="listPartners", parameters=PAGES, responses=PartnerPageShape)
    def get(self, request: Request, slug: str) -> Response:
        initiative = get_initiative_for(self.actor(request), slug)
        page = KeysetPagination("id")
        there = Partner.objects.filter(initiative=initiative, ended_at=None, accepted_at__isnull=False)
        rows = page.paginate_queryset(there, request)
        return page.get_paginated_response(
            [
                {
                    "team": one.team,
                    "organisation": one.organisation,
                    "person": one.person,
                    "role": one.role,
                    "promise": one.promise,
                    "promisedBy": one.promised_by.isoformat() if one.promised_by else None,
                    "kept": one.kept_at is not None,
                }
                for one in partners_in(rows)
            ]
        )
