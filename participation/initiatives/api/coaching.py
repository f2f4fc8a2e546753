"""Steps of the stages, for the group and the desk, and what the coach writes down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.actor import Actor
from core.api.idempotency import Once, fingerprint, idempotency_key, run_once
from core.api.parsing import StrictSerializer
from core.api.views import etag, expected_version
from core.errors import NotFound
from participation.cases.actions import MESSAGE_LENGTH
from participation.cases.api.deeds import after_deed
from participation.cases.api.fields import CaseShape
from participation.cases.api.views import DeskView
from participation.initiatives.actions.coaching import add_check, agree
from participation.initiatives.actions.stepping import LONGEST_RHYTHM, take_step
from participation.initiatives.models import Coaching, Initiative
from participation.initiatives.permissions import Deed, may
from participation.initiatives.policies import get_initiative_for, roles_of
from participation.initiatives.queries.desk import QUESTIONS, steps_for
from participation.initiatives.states import STEPS, By, Stage
from participation.organisations.access import professional_of
from participation.residents.access import ResidentView, actor_of_resident

HEADERS = [
    OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The ETag of what you saw"),
    OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID, new for each deed"),
]


class StandingShape(serializers.Serializer[Any]):
    """Where an initiative stands, for its group."""

    class Step(serializers.Serializer[Any]):
        step = serializers.ChoiceField(list(STEPS))
        to = serializers.ChoiceField(Stage.choices)
        toLabel = serializers.CharField()
        reasoned = serializers.BooleanField(help_text="It asks for a reason and for what was learned")

    slug = serializers.CharField()
    stage = serializers.ChoiceField(Stage.choices)
    stageLabel = serializers.CharField()
    isPublic = serializers.BooleanField()
    version = serializers.IntegerField()
    steps = Step(many=True, help_text="What the group may do next")


AFTER_STEP = PolymorphicProxySerializer(
    component_name="AfterStep", serializers=[CaseShape, StandingShape], resource_type_field_name=None
)


def _seen(request: Request) -> int | None:
    return expected_version(request) if "If-Match" in request.headers else None


def _once(request: Request, actor: Actor, what: str, slug: str, action: Callable[[], Any]) -> Once:
    def act() -> dict[str, Any]:
        action()
        return {}

    return run_once(
        scope=f"initiative:{actor.user_id or f'r{actor.resident_id}'}:{what}:{slug}"[:100],
        key=idempotency_key(request),
        fingerprint=fingerprint(request.data),
        now=timezone.now(),
        action=act,
    )


def _case_of(actor: Actor, slug: str, once: Once) -> Response:
    """The case as the desk shows it now."""
    reference = Initiative.objects.filter(slug=slug).values_list("case__reference", flat=True).first()
    if reference is None:
        raise NotFound
    return after_deed(actor, reference, status=201, headers=once.headers)


class StepsView(ResidentView):
    """Take a step of the stages. A professional gets the case as it is now (its ETag is the case's), somebody of the
    group where the initiative stands.
    """

    staff_too = True

    class Body(StrictSerializer):
        step = serializers.ChoiceField(list(STEPS))
        reason = serializers.CharField(required=False, allow_blank=True, max_length=MESSAGE_LENGTH, default="")
        learned = serializers.CharField(required=False, allow_blank=True, max_length=MESSAGE_LENGTH, default="")
        public = serializers.BooleanField(
            required=False, default=True, help_text="With accepting: everybody may read it from now on"
        )
        role = serializers.ChoiceField(Coaching.Role.choices, required=False, allow_blank=True, default="")
        rhythm = serializers.IntegerField(
            required=False, allow_null=True, min_value=1, max_value=LONGEST_RHYTHM, default=None
        )

    @extend_schema(operation_id="stepInitiative", request=Body, parameters=HEADERS, responses={201: AFTER_STEP})
    def post(self, request: Request, slug: str) -> Response:
        staff = bool(request.user.is_authenticated)
        actor = professional_of(request) if staff else actor_of_resident(request)
        body, seen = self.read(self.Body), _seen(request)

        def act() -> None:
            take_step(
                slug=slug,
                name=body["step"],
                reason=body["reason"],
                learned=body["learned"],
                public=body["public"],
                role=body["role"],
                rhythm=body["rhythm"],
                actor=actor,
                now=timezone.now(),
                version=None if staff else seen,
                case_version=seen if staff else None,
            )

        once = _once(request, actor, "step", slug, act)
        if staff:
            return _case_of(actor, slug, once)
        initiative = get_initiative_for(actor, slug)
        body = standing(initiative, actor)
        return Response(body, status=201, headers={"ETag": etag(initiative.version), **once.headers})


def standing(initiative: Initiative, actor: Actor) -> dict[str, Any]:
    steps = may(roles_of(actor, initiative), Deed.STEP, initiative.stage)
    return {
        "slug": initiative.slug,
        "stage": initiative.stage,
        "stageLabel": str(Stage(initiative.stage).label),
        "isPublic": initiative.is_public,
        "version": initiative.version,
        "steps": steps_for(initiative, By.GROUP) if steps else [],
    }


class CoachingView(DeskView):
    """What coach and group agreed: role, rhythm, and that everybody may read it. They were in touch."""

    class Body(StrictSerializer):
        role = serializers.ChoiceField(Coaching.Role.choices, required=False, default=None)
        rhythm = serializers.IntegerField(required=False, min_value=1, max_value=LONGEST_RHYTHM, default=None)
        public = serializers.BooleanField(required=False, default=False)

    @extend_schema(operation_id="agreeWithGroup", request=Body, parameters=HEADERS, responses={201: CaseShape})
    def post(self, request: Request, slug: str) -> Response:
        actor, body = self.actor(request), self.read(self.Body)
        once = _once(
            request, actor, "coaching", slug, lambda: agree(slug=slug, **body, actor=actor, now=timezone.now())
        )
        return _case_of(actor, slug, once)


class ChecksView(DeskView):
    """How a group stands: the five questions of ACTIE, 1 to 5 each. For the desk only."""

    class Body(StrictSerializer):
        remark = serializers.CharField(required=False, allow_blank=True, max_length=MESSAGE_LENGTH, default="")

        def get_fields(self) -> dict[str, Any]:
            score: dict[str, Any] = {"required": False, "allow_null": True, "min_value": 1, "max_value": 5}
            return super().get_fields() | {name: serializers.IntegerField(default=None, **score) for name in QUESTIONS}

    @extend_schema(operation_id="checkGroup", request=Body, parameters=HEADERS, responses={201: CaseShape})
    def post(self, request: Request, slug: str) -> Response:
        actor, body = self.actor(request), self.read(self.Body)
        remark = body.pop("remark")
        once = _once(
            request,
            actor,
            "check",
            slug,
            lambda: add_check(slug=slug, scores=body, remark=remark, actor=actor, now=timezone.now()),
        )
        return _case_of(actor, slug, once)
