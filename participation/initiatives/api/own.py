"""Writing a plan over the API, for who is in its group: the draft, its photos, sending it. The list and the page of one
are those of `api.public`.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.parsing import StrictSerializer
from core.api.throttles import throttle
from core.api.views import etag, expected_version
from core.areas.queries import tree
from core.areas.tenancy import site_of
from core.errors import FieldError, Invalid
from core.media.urls import photo_url
from participation.cases.api.fields import AreaShape, PointShape
from participation.initiatives import actions
from participation.initiatives.actions.drafting import NEEDED, TEXTS
from participation.initiatives.actions.submitting import submit_initiative
from participation.initiatives.api.public import InitiativesView, InitiativeView
from participation.initiatives.api.support import ONCE
from participation.initiatives.models import Initiative
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import deeds_for, get_initiative_for
from participation.initiatives.states import Stage
from participation.residents.access import ResidentView, actor_of_resident, resident_of
from participation.routing.queries import themes_of

IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag you read")


def _text(name: str) -> serializers.CharField:
    return serializers.CharField(max_length=TEXTS[name], allow_blank=True, required=False)


class PlanBody(StrictSerializer):
    """What is not there stays as it is."""

    title = _text("title")
    what = _text("what")
    why = _text("why")
    who = _text("who")
    wanted = _text("wanted")
    when = _text("when")
    address = _text("address")
    area = serializers.CharField(max_length=16, allow_blank=True, required=False, help_text="Code of a wijk or buurt")
    location = PointShape(allow_null=True, required=False)
    theme = serializers.CharField(max_length=60, allow_blank=True, required=False)
    approach = serializers.UUIDField(allow_null=True, required=False, help_text="Key of an approach in the library")


class PlanShape(serializers.Serializer[Any]):
    """All of a plan, for who is on the inside. `deeds`: what you may do with it now."""

    class Photo(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        url = serializers.CharField()
        alt = serializers.CharField(allow_blank=True)

    slug = serializers.CharField()
    stage = serializers.ChoiceField(Stage.values)
    stageLabel = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    what = serializers.CharField(allow_blank=True)
    why = serializers.CharField(allow_blank=True)
    who = serializers.CharField(allow_blank=True)
    wanted = serializers.CharField(allow_blank=True)
    when = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    area = AreaShape(allow_null=True)
    location = PointShape(allow_null=True)
    theme = serializers.CharField(allow_blank=True)
    approach = serializers.UUIDField(allow_null=True)
    language = serializers.CharField()
    photos = Photo(many=True)
    deeds = serializers.ListField(child=serializers.ChoiceField([deed.value for deed in Deed]))
    url = serializers.CharField()
    version = serializers.IntegerField()


def plan_of(initiative: Initiative, request: Request) -> dict[str, Any]:
    """Two queries."""
    area = tree().by_id.get(initiative.area_id or 0)
    theme = next((one for one in themes_of(initiative.gemeente_id) if one.pk == initiative.theme_id), None)
    there = initiative.lon is not None and initiative.lat is not None
    texts = {name: getattr(initiative, name) for name in TEXTS}
    return texts | {
        "slug": initiative.slug,
        "stage": initiative.stage,
        "stageLabel": initiative.get_stage_display(),
        "area": {"code": area.code, "name": area.name, "level": area.level} if area else None,
        "location": {"type": "Point", "coordinates": [initiative.lon, initiative.lat]} if there else None,
        "theme": theme.slug if theme else "",
        "approach": str(initiative.approach) if initiative.approach else None,
        "language": initiative.language,
        "photos": [
            {"id": str(one.photo_id), "url": photo_url(one.photo_id, "medium"), "alt": one.alt}
            for one in initiative.photos.all()
        ],
        "deeds": deeds_for(actor_of_resident(request), initiative),
        "url": site_of(initiative.gemeente_id) + reverse("initiative_group", args=[initiative.slug]),
        "version": initiative.version,
    }


def _values(body: dict[str, Any]) -> dict[str, Any]:
    """As the actions take them."""
    values = {name: value for name, value in body.items() if name != "location"}
    if "location" in body:
        found = body["location"]
        values["point"] = tuple(found["coordinates"]) if found else None
    return values


def _plan_again(stored: dict[str, Any], request: Request) -> dict[str, Any]:
    """What is written is not kept with the key, so that erasing it erases it."""
    return plan_of(get_initiative_for(actor_of_resident(request), stored["slug"], Deed.SEE_INSIDE), request)


def _answer(initiative: Initiative, request: Request, status: int = 200) -> Response:
    return Response(plan_of(initiative, request), status=status, headers={"ETag": etag(initiative.version)})


class BeginView(InitiativesView):
    """GET: the list. POST: a draft, which only its group sees."""

    throttle_classes = [throttle("public", "GET"), throttle("draft", "POST")]

    class Body(PlanBody):
        language = serializers.CharField(max_length=10, required=False)

    @extend_schema(operation_id="beginInitiative", request=Body, parameters=[ONCE], responses={201: PlanShape})
    def post(self, request: Request) -> Response:
        body, actor, now = self.read(self.Body), actor_of_resident(request), timezone.now()
        resident = resident_of(request)
        assert resident is not None  # by `SignedIn`
        language = body.pop("language", resident.language)
        if language not in settings.RESIDENT_LANGUAGES:
            raise Invalid(FieldError("language", "unknown", _("We do not have this language.")))
        if not body.get("title") and not body.get("what"):
            raise Invalid(*(FieldError(name, "required", NEEDED[name]) for name in ("title", "what")))

        def act() -> dict[str, Any]:
            made = actions.start_draft(
                values=_values(body), name=resident.name, language=language, actor=actor, now=now
            )
            return {"slug": made.slug}

        once = run_once(
            scope=f"initiative-begin:{actor.resident_id}",
            key=idempotency_key(request),
            fingerprint=fingerprint(request.data),
            now=now,
            action=act,
            complete=lambda stored: _plan_again(stored, request),
        )
        headers = {"ETag": etag(once.body["version"]), **once.headers}
        return Response(once.body, status=201, headers=headers)


class OneView(InitiativeView):
    """GET: what everybody may read of one. PATCH: change it, as its group. DELETE: throw a draft away."""

    throttle_classes = [throttle("public", "GET"), throttle("draft-change", "PATCH", "DELETE")]

    @extend_schema(operation_id="changeInitiative", request=PlanBody, parameters=[IF_MATCH], responses={200: PlanShape})
    def patch(self, request: Request, slug: str) -> Response:
        body, version = self.read(PlanBody), expected_version(request)
        changed = actions.change_initiative(
            slug=slug, values=_values(body), actor=actor_of_resident(request), now=timezone.now(), version=version
        )
        return _answer(changed, request)

    @extend_schema(operation_id="throwInitiativeAway", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        actions.throw_away(slug=slug, actor=actor_of_resident(request), now=timezone.now())
        return Response(status=204)


class PlanView(ResidentView):
    """All of a plan, also before it is public, for its group."""

    throttle_classes = [throttle("public")]

    @extend_schema(operation_id="getPlan", responses=PlanShape)
    def get(self, request: Request, slug: str) -> Response:
        return _answer(get_initiative_for(actor_of_resident(request), slug, Deed.SEE_INSIDE), request)


class SubmitView(ResidentView):
    """Send a draft: somebody who works in the neighbourhood looks at it."""

    throttle_classes = [throttle("draft")]

    @extend_schema(operation_id="submitInitiative", request=None, parameters=[ONCE], responses={200: PlanShape})
    def post(self, request: Request, slug: str) -> Response:
        actor, now = actor_of_resident(request), timezone.now()
        once = run_once(
            scope=f"initiative-submit:{actor.resident_id}:{slug}"[:100],
            key=idempotency_key(request),
            fingerprint=fingerprint(request.data),
            now=now,
            action=lambda: {"slug": submit_initiative(slug, actor, now).slug},
            complete=lambda stored: _plan_again(stored, request),
        )
        return Response(once.body, headers={"ETag": etag(once.body["version"]), **once.headers})


class PlanPhotosView(ResidentView):
    """Add a photo that was sent to `/uploads`."""

    throttle_classes = [throttle("draft-change")]

    class Body(StrictSerializer):
        id = serializers.UUIDField()
        alt = serializers.CharField(max_length=160, allow_blank=True, required=False, default="")

    @extend_schema(operation_id="addInitiativePhoto", request=Body, parameters=[ONCE], responses={201: PlanShape})
    def post(self, request: Request, slug: str) -> Response:
        body = self.read(self.Body)
        common: dict[str, Any] = {"slug": slug, "actor": actor_of_resident(request), "now": timezone.now()}

        def act() -> dict[str, Any]:
            return {"slug": actions.add_photos(ids=[body["id"]], alt=body["alt"], **common).slug}

        once = run_once(
            scope=f"initiative-photo:{common['actor'].resident_id}:{slug}"[:100],
            key=idempotency_key(request),
            fingerprint=fingerprint(request.data),
            now=common["now"],
            action=act,
            complete=lambda stored: _plan_again(stored, request),
        )
        headers = {"ETag": etag(once.body["version"]), **once.headers}
        return Response(once.body, status=201, headers=headers)


class PlanPhotoView(ResidentView):
    throttle_classes = [throttle("draft-change")]

    @extend_schema(operation_id="dropInitiativePhoto", responses={204: None})
    def delete(self, request: Request, slug: str, photo_id: Any) -> Response:
        actions.drop_photo(slug=slug, photo_id=photo_id, actor=actor_of_resident(request), now=timezone.now())
        return Response(status=204)
