"""One deed on many cases, its undoing, and what a person has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import MomentField, StrictSerializer
from participation.cases.actions.bulk import DEEDS, MOST_CASES, Result, do_many, undo_many, undoable
from participation.cases.actions.seen import mark_all_read, mark_read, mark_unread
from participation.cases.api.fields import ColleagueShape, TeamShape
from participation.cases.api.views import DeskView
from participation.cases.models import BulkDeed, Case
from participation.cases.shapes import person, team
from participation.cases.states import Status


class ReferencesField(serializers.ListField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=16), allow_empty=False, max_length=MOST_CASES, **kwargs)


class BulkBody(StrictSerializer):
    references = ReferencesField()
    deed = serializers.ChoiceField(DEEDS)
    dryRun = serializers.BooleanField(required=False, default=False, help_text="Only say what would happen")
    team = serializers.IntegerField(required=False, min_value=1, max_value=2**62, help_text="For `assign`")
    professional = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**62, help_text="For `assign`; null: the team picks"
    )
    priority = serializers.ChoiceField(Case.Priority.choices, required=False, help_text="For `priority`")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["deed"] == "assign" and not {"team", "professional"} & set(attrs):
            raise serializers.ValidationError(
                {"professional": [serializers.ErrorDetail(str(_("Choose a person or a team.")), code="required")]}
            )
        if attrs["deed"] == "priority" and "priority" not in attrs:
            raise serializers.ValidationError(
                {"priority": [serializers.ErrorDetail(str(_("Choose low, normal or high.")), code="required")]}
            )
        return attrs


class ChangedShape(serializers.Serializer[Any]):
    """Only what changes is there."""

    team = TeamShape(required=False)
    assignee = ColleagueShape(required=False, allow_null=True)
    priority = serializers.ChoiceField(Case.Priority.choices, required=False)
    status = serializers.ChoiceField(Status.choices, required=False)
    statusLabel = serializers.CharField(required=False)


class ChangeShape(serializers.Serializer[Any]):
    to = ChangedShape()

    def get_fields(self) -> dict[str, Any]:
        return {"from": ChangedShape(), **super().get_fields()}


class RefusalShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()


class ResultShape(serializers.Serializer[Any]):
    reference = serializers.CharField()
    ok = serializers.BooleanField()
    change = ChangeShape(allow_null=True)
    error = RefusalShape(allow_null=True)
    version = serializers.IntegerField(allow_null=True)


class BulkShape(serializers.Serializer[Any]):
    id = serializers.IntegerField(
        allow_null=True, help_text="To undo it by; null after a trial, or when nothing changed"
    )
    deed = serializers.CharField()
    dryRun = serializers.BooleanField()
    undoable = serializers.BooleanField()
    results = ResultShape(many=True)
    done = serializers.IntegerField()
    refused = serializers.IntegerField()


class BulkView(DeskView):
    """Give many cases away, give them a priority, or mark them. The resident hears nothing of these."""

    class Page(serializers.Serializer[Any]):
        class Row(serializers.Serializer[Any]):
            id = serializers.IntegerField()
            deed = serializers.CharField()
            at = MomentField()
            references = serializers.ListField(child=serializers.CharField())

        results = Row(many=True)

    @extend_schema(
        operation_id="listManyDeeds",
        summary="What I may still undo, also when the answer to it was lost",
        responses=Page,
    )
    def get(self, request: Request) -> Response:
        rows = undoable(self.actor(request), timezone.now())
        return Response(
            {
                "results": [
                    {
                        "id": one.pk,
                        "deed": one.deed,
                        "at": one.at,
                        "references": [case["reference"] for case in one.before if not case.get("undone")],
                    }
                    for one in rows
                ]
            }
        )

    @extend_schema(operation_id="doToManyCases", request=BulkBody, responses=BulkShape)
    def post(self, request: Request) -> Response:
        body = self.read(BulkBody)
        values: dict[str, Any] = {"priority": body["priority"]} if body["deed"] == "priority" else {}
        if body["deed"] == "assign":
            values = {
                own: body[name]
                for own, name in (("team_id", "team"), ("professional_id", "professional"))
                if name in body
            }
        kept, results = do_many(
            references=body["references"],
            deed=body["deed"],
            values=values,
            dry_run=body["dryRun"],
            actor=self.actor(request),
            now=timezone.now(),
        )
        return Response(answer(body["deed"], kept, results, dry_run=body["dryRun"]))


class BulkUndoView(DeskView):
    """Undo such a deed, for every case to which nothing happened since. Within a day, once."""

    @extend_schema(operation_id="undoToManyCases", request=None, responses=BulkShape)
    def post(self, request: Request, bulk_id: int) -> Response:
        kept, results = undo_many(pk=bulk_id, actor=self.actor(request), now=timezone.now())
        return Response(answer(kept.deed, kept, results, dry_run=False) | {"undoable": False})


class MarkShape(serializers.Serializer[Any]):
    marked = serializers.IntegerField()


class ReadView(DeskView):
    """Mark cases as read: these, or everything in my inbox."""

    class Body(StrictSerializer):
        references = ReferencesField(required=False)
        all = serializers.BooleanField(required=False, default=False)

    @extend_schema(operation_id="markRead", request=Body, responses=MarkShape)
    def post(self, request: Request) -> Response:
        actor, body, now = self.actor(request), self.read(self.Body), timezone.now()
        if body["all"]:
            return Response({"marked": mark_all_read(actor=actor, now=now)})
        return Response({"marked": mark_read(references=body.get("references", []), actor=actor, now=now)})


class UnreadView(DeskView):
    """Mark cases as unread again."""

    class Body(StrictSerializer):
        references = ReferencesField()

    @extend_schema(operation_id="markUnread", request=Body, responses=MarkShape)
    def post(self, request: Request) -> Response:
        references = self.read(self.Body)["references"]
        return Response({"marked": mark_unread(references=references, actor=self.actor(request))})


def answer(deed: str, kept: BulkDeed | None, results: Sequence[Result], *, dry_run: bool) -> dict[str, Any]:
    done = sum(one.ok for one in results)
    return {
        "id": kept.pk if kept else None,
        "deed": deed,
        "dryRun": dry_run,
        "undoable": deed not in {"read", "unread"},
        "results": [
            {
                "reference": one.reference,
                "ok": one.ok,
                "change": {"from": _shown(one.before), "to": _shown(one.after)} if one.after else None,
                "error": None if one.ok else {"code": one.code, "detail": one.detail},
                "version": one.version,
            }
            for one in results
        ],
        "done": done,
        "refused": len(results) - done,
    }


def _shown(columns: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if "team_id" in columns:
        shown["team"] = team(columns["team_id"])
    if "assignee_id" in columns:
        shown["assignee"] = person(columns["assignee_id"])
    if "priority" in columns:
        shown["priority"] = columns["priority"]
    if "status" in columns:
        shown |= {"status": columns["status"], "statusLabel": str(Status(columns["status"]).label)}
    return shown
