"""The desk's API: the inbox, one case, and a verb for each deed. Shape in, one action or query, shape out."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.actor import Actor
from core.api.cursors import KeysetPagination
from core.api.schema import page_of
from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.parsing import MomentField, StrictSerializer
from core.api.views import ApiView, etag, expected_version
from core.errors import FieldError, Invalid, NotAllowed, NotFound
from core.events.queries import after, heads
from participation.cases import actions, queries
from participation.cases.models import Case
from participation.cases.policies import get_case_for, streams_of
from participation.cases.shapes import case_page, case_row, history_line, person, team
from participation.cases.states import MOVES, Status
from participation.cases.subjects import subject_of_case
from participation.organisations.access import actor_of
from participation.organisations.queries import roster
from participation.routing.explain import explain

ORDERINGS = {
    "-createdAt": ("-created_at", "-id"),
    "createdAt": ("created_at", "id"),
    "-updatedAt": ("-updated_at", "-id"),
}
CATCH_UP = 1000
"""Events per answer when a desk catches up over HTTP."""


class AreaShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.CharField()


class CategoryShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class PointShape(serializers.Serializer[Any]):
    """A GeoJSON point, longitude first."""

    type = serializers.ChoiceField(["Point"])
    coordinates = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)


class TeamShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()
    organisation = serializers.CharField()


class ColleagueShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.CharField()
    photoUrl = serializers.CharField(allow_null=True)


class CaseRowShape(serializers.Serializer[Any]):
    """One row of the inbox."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(Case.Kind.choices)
    status = serializers.ChoiceField(Status.choices)
    statusLabel = serializers.CharField()
    visibility = serializers.ChoiceField(Case.Visibility.choices)
    priority = serializers.ChoiceField(Case.Priority.choices)
    subject = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    location = PointShape(allow_null=True)
    area = AreaShape()
    category = CategoryShape(allow_null=True)
    team = TeamShape()
    assignee = ColleagueShape(allow_null=True)
    language = serializers.CharField()
    photoCount = serializers.IntegerField()
    late = serializers.BooleanField()
    firstResponseBy = MomentField(allow_null=True)
    resolveBy = MomentField(allow_null=True)
    createdAt = MomentField()
    updatedAt = MomentField()
    version = serializers.IntegerField()


class AnswerShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    question = serializers.CharField()
    answer = serializers.CharField()


class PhotoShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    fromResident = serializers.BooleanField()
    thumbnailUrl = serializers.CharField()
    url = serializers.CharField()


class MessageShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    text = serializers.CharField()
    fromResident = serializers.BooleanField()
    by = ColleagueShape(allow_null=True)
    at = MomentField()


class NoteShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    text = serializers.CharField()
    by = ColleagueShape(allow_null=True)
    at = MomentField()


class HistoryShape(serializers.Serializer[Any]):
    """One event in plain words; `from` and `to` are statuses where it was a step of the workflow."""

    type = serializers.CharField()
    version = serializers.IntegerField()
    at = MomentField()
    by = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    to = serializers.CharField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField(allow_null=True)}


class MoveShape(serializers.Serializer[Any]):
    move = serializers.ChoiceField(list(MOVES))
    to = serializers.ChoiceField(Status.choices)
    needsMessage = serializers.BooleanField()


class ReachableShape(serializers.Serializer[Any]):
    email = serializers.BooleanField()
    phone = serializers.BooleanField()


class CaseShape(CaseRowShape):
    """Everything a professional sees of one case."""

    text = serializers.CharField()
    answers = AnswerShape(many=True)
    reachableBy = ReachableShape()
    photos = PhotoShape(many=True)
    messages = MessageShape(many=True)
    notes = NoteShape(many=True)
    history = HistoryShape(many=True)
    moves = MoveShape(many=True)
    why = serializers.ListField(child=serializers.CharField())
    closedAt = MomentField(allow_null=True)


class InboxQuery(serializers.Serializer[Any]):
    """The inbox's query parameters; several values of one are separated by commas."""

    reference = serializers.CharField(required=False, max_length=4000)
    view = serializers.ChoiceField(queries.VIEWS, required=False)
    kind = serializers.CharField(required=False)
    status = serializers.CharField(required=False)
    area = serializers.CharField(required=False, max_length=16)
    category = serializers.CharField(required=False, max_length=60)
    team = serializers.CharField(required=False, max_length=60)
    assignee = serializers.CharField(required=False, max_length=20, help_text="A number, `me` or `none`")
    late = serializers.BooleanField(required=False, allow_null=True, default=None)
    q = serializers.CharField(required=False, max_length=200)
    bbox = serializers.CharField(required=False, max_length=100, help_text="west,south,east,north in degrees")
    ordering = serializers.ChoiceField(list(ORDERINGS), required=False, default="-createdAt")

    def validate_kind(self, value: str) -> tuple[str, ...]:
        return _each_of(value, Case.Kind.values)

    def validate_status(self, value: str) -> tuple[str, ...]:
        return _each_of(value, Status.values)

    def validate_bbox(self, value: str) -> tuple[float, float, float, float]:
        return read_bbox(value)


def _each_of(value: str, known: list[str]) -> tuple[str, ...]:
    wanted = tuple(part.strip() for part in value.split(",") if part.strip())
    if set(wanted) - set(known):
        raise serializers.ValidationError(
            _("Choose from: %(known)s.") % {"known": ", ".join(known)}, code="unknown"
        )
    return wanted


def read_bbox(value: str) -> tuple[float, float, float, float]:
    """`west,south,east,north`; raises ValidationError when it is anything else."""
    try:
        west, south, east, north = (float(part) for part in value.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise serializers.ValidationError(_("Give west,south,east,north in degrees."), code="invalid")
    return west, south, east, north


class DeskView(ApiView):
    """Base of the professionals' endpoints: someone who works in a municipality of this host."""

    def actor(self, request: Request) -> Actor:
        actor = actor_of(request)
        if actor is None:
            raise NotAllowed(_("This part is for professionals. Ask your administrator for access."))
        only = request.scope.only
        if only is not None and only != actor.gemeente_id:
            raise NotFound
        return actor


INBOX_PARAMETERS = [
    OpenApiParameter("cursor", str, description="Where the next page starts; take it from `next`"),
    OpenApiParameter("limit", int, description="Rows per page, 1 to 200 (50)"),
]


class CaseListView(DeskView):
    """The inbox."""

    @extend_schema(
        operation_id="listCases",
        parameters=[InboxQuery, *INBOX_PARAMETERS],
        responses=page_of(CaseRowShape),
    )
    def get(self, request: Request) -> Response:
        actor, now = self.actor(request), timezone.now()
        asked = self.query(InboxQuery)
        page = KeysetPagination(*ORDERINGS[asked["ordering"]])
        wanted = queries.CaseFilter(
            references=tuple(part.strip() for part in asked.get("reference", "").split(",") if part.strip()),
            view=asked.get("view", ""),
            kinds=asked.get("kind", ()),
            statuses=asked.get("status", ()),
            area=asked.get("area", ""),
            category=asked.get("category", ""),
            team=asked.get("team", ""),
            assignee=asked.get("assignee", ""),
            late=asked["late"],
            search=asked.get("q", "").strip(),
            bbox=asked.get("bbox"),
        )
        rows = page.paginate_queryset(queries.inbox(actor, wanted, now), request)
        return page.get_paginated_response([case_row(case, now) for case in rows])


class CountsView(DeskView):
    """How many cases each group of the inbox holds."""

    class Shape(serializers.Serializer[Any]):
        new = serializers.IntegerField()
        mine = serializers.IntegerField()
        team = serializers.IntegerField()
        waiting = serializers.IntegerField()
        late = serializers.IntegerField()

    @extend_schema(operation_id="countCases", responses=Shape)
    def get(self, request: Request) -> Response:
        return Response(queries.counts(self.actor(request), timezone.now()))


class CaseView(DeskView):
    """One case."""

    class Change(StrictSerializer):
        category = serializers.CharField(required=False, max_length=60)
        priority = serializers.CharField(required=False, max_length=8)
        address = serializers.CharField(required=False, max_length=200, allow_blank=True)

    @extend_schema(operation_id="getCase", responses=CaseShape)
    def get(self, request: Request, reference: str) -> Response:
        actor, now = self.actor(request), timezone.now()
        case = get_case_for(actor, reference)
        if case.visibility == Case.Visibility.CONFIDENTIAL:
            actions.log_view(case, actor=actor, now=now)
        return whole_case(case)

    @extend_schema(
        operation_id="changeCase",
        request=Change,
        parameters=[
            OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description="The case's ETag")
        ],
        responses=CaseShape,
    )
    def patch(self, request: Request, reference: str) -> Response:
        actor = self.actor(request)
        version = expected_version(request)
        if version is None:
            version = get_case_for(actor, reference).version
        actions.change_case(
            reference=reference, actor=actor, now=timezone.now(), version=version, **self.read(self.Change)
        )
        return whole_case(get_case_for(actor, reference))


def whole_case(case: Case, *, status: int = 200) -> Response:
    """The case as the desk shows it, with its version as ETag."""
    body = case_page(
        case,
        timezone.now(),
        subject=subject_of_case(case.kind, case.pk),
        photos=list(case.photos.select_related("photo")),
        messages=list(case.messages.all()),
        notes=list(case.notes.all()),
        history=queries.case_history(case),
        why=explain(case.decision),
    )
    return Response(body, status=status, headers={"ETag": etag(case.version)})


class DeedView(DeskView):
    """A verb on a case; answers the case as it is now. `If-Match` is honoured where it is sent."""

    Body: ClassVar[type[StrictSerializer]]

    def version(self, request: Request) -> int | None:
        return expected_version(request) if "If-Match" in request.headers else None

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        raise NotImplementedError

    def post(self, request: Request, reference: str) -> Response:
        actor = self.actor(request)
        body = self.read(self.Body)

        def act() -> dict[str, Any]:
            self.deed(request, reference, body)
            return {}

        once = run_once(
            scope=f"case:{actor.user_id}:{type(self).__name__}:{reference}"[:100],
            key=idempotency_key(request),
            fingerprint=fingerprint(request.data),
            now=timezone.now(),
            action=act,
        )
        try:
            case = get_case_for(actor, reference)
        except NotFound:
            return Response(status=204, headers=once.headers)
        response = whole_case(case, status=201)
        for name, value in once.headers.items():
            response[name] = value
        return response


def _documented(operation: str, body: type[StrictSerializer]) -> Any:
    return extend_schema(
        operation_id=operation,
        request=body,
        parameters=[
            OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The case's ETag, to refuse a stale save"),
            OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID, new for each deed"),
        ],
        responses={201: CaseShape, 204: None},
    )


class TransitionsView(DeedView):
    """Take a step of the workflow, named by the step or by the status it leads to."""

    class Body(StrictSerializer):
        move = serializers.ChoiceField(list(MOVES), required=False)
        to = serializers.ChoiceField(Status.choices, required=False)
        message = serializers.CharField(required=False, allow_blank=True, max_length=actions.MESSAGE_LENGTH, default="")

    @_documented("transitionCase", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        move = body.get("move") or next((name for name, one in MOVES.items() if one.to == body.get("to")), None)
        if move is None:
            raise Invalid(FieldError("move", "required", _("Say which step to take.")))
        actions.move_case(
            reference=reference,
            move=move,
            message=body["message"],
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class AssignmentsView(DeedView):
    """Give the case to a person or a team. After this it may be no longer yours to see: then the answer is 204."""

    class Body(StrictSerializer):
        team = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
        professional = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**62)

    @_documented("assignCase", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.assign_case(
            reference=reference,
            team_id=body.get("team"),
            professional_id=body.get("professional"),
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class TextBody(StrictSerializer):
    text = serializers.CharField(max_length=actions.MESSAGE_LENGTH)


class MessagesView(DeedView):
    """Write to the resident."""

    Body = TextBody

    @_documented("messageResident", TextBody)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.message_resident(
            reference=reference,
            text=body["text"],
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class NotesView(DeedView):
    """Write to colleagues."""

    Body = TextBody

    @_documented("addNote", TextBody)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.add_note(reference=reference, text=body["text"], actor=self.actor(request), now=timezone.now())


class CaseEventsView(DeskView):
    """The full history; of a confidential case also who looked."""

    class Shape(serializers.Serializer[Any]):
        class Seen(serializers.Serializer[Any]):
            by = ColleagueShape(allow_null=True)
            at = MomentField()

        results = HistoryShape(many=True)
        views = Seen(many=True)

    @extend_schema(operation_id="listCaseEvents", responses=Shape)
    def get(self, request: Request, reference: str) -> Response:
        case = get_case_for(self.actor(request), reference)
        looked = list(case.views.all()) if case.visibility == Case.Visibility.CONFIDENTIAL else []
        return Response(
            {
                "results": [history_line(event) for event in queries.case_history(case)],
                "views": [{"by": person(one.professional_id), "at": one.at} for one in looked],
            }
        )


class StreamListView(DeskView):
    """The streams this person may follow, with their heads."""

    class Shape(serializers.Serializer[Any]):
        streams = serializers.DictField(child=serializers.IntegerField())

    @extend_schema(operation_id="listStreams", responses=Shape)
    def get(self, request: Request) -> Response:
        names = streams_of(self.actor(request))
        known = heads(names)
        return Response({"streams": {name: known.get(name, 0) for name in names}})


class StreamEventsView(DeskView):
    """What came after a number of a stream: the same events as the socket gives."""

    class Query(serializers.Serializer[Any]):
        after = serializers.IntegerField(min_value=0, max_value=2**62, default=0)
        limit = serializers.IntegerField(min_value=1, max_value=CATCH_UP, default=CATCH_UP)

    class Shape(serializers.Serializer[Any]):
        class Entry(serializers.Serializer[Any]):
            class What(serializers.Serializer[Any]):
                type = serializers.CharField()
                subject = serializers.CharField()
                version = serializers.IntegerField()
                at = MomentField()

            stream = serializers.CharField()
            seq = serializers.IntegerField()
            event = What()

        results = Entry(many=True)
        head = serializers.IntegerField()

    @extend_schema(operation_id="listStreamEvents", parameters=[Query], responses=Shape)
    def get(self, request: Request, stream: str) -> Response:
        if stream not in streams_of(self.actor(request)):
            raise NotFound
        asked = self.query(self.Query)
        found = after(stream, asked["after"], asked["limit"])
        return Response(
            {
                "results": [
                    {
                        "stream": one.stream,
                        "seq": one.seq,
                        "event": {"type": one.type, "subject": one.subject, "version": one.version, "at": one.at},
                    }
                    for one in found
                ],
                "head": heads([stream]).get(stream, 0),
            }
        )


class DeskMeView(DeskView):
    """Who I am at this desk: my name, teams and the colleagues and teams a case can go to."""

    class Shape(serializers.Serializer[Any]):
        class Member(TeamShape):
            people = ColleagueShape(many=True)

        me = ColleagueShape()
        myTeams = serializers.ListField(child=serializers.IntegerField())
        teams = Member(many=True)

    @extend_schema(operation_id="getDesk", responses=Shape)
    def get(self, request: Request) -> Response:
        actor = self.actor(request)
        return Response(
            {
                "me": person(actor.professional_id),
                "myTeams": sorted(actor.team_ids),
                "teams": [
                    team(row.id) | {"people": [person(member.professional_id) for member in row.members]}
                    for row in sorted(roster().teams.values(), key=lambda row: row.name)
                    if row.gemeente_id == actor.gemeente_id
                ],
            }
        )


urlpatterns = [
    path("desk", DeskMeView.as_view()),
    path("cases", CaseListView.as_view()),
    path("cases/_count", CountsView.as_view()),
    path("cases/<str:reference>", CaseView.as_view()),
    path("cases/<str:reference>/transitions", TransitionsView.as_view()),
    path("cases/<str:reference>/assignments", AssignmentsView.as_view()),
    path("cases/<str:reference>/messages", MessagesView.as_view()),
    path("cases/<str:reference>/notes", NotesView.as_view()),
    path("cases/<str:reference>/events", CaseEventsView.as_view()),
    path("streams", StreamListView.as_view()),
    path("streams/<str:stream>/events", StreamEventsView.as_view()),
]
