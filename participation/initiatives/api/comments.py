"""What is said in public, over the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.idempotency import fingerprint, idempotency_key, run_once
from core.api.parsing import MomentField, StrictSerializer
from core.api.throttles import throttle
from core.areas.tenancy import scope_of
from core.errors import NotFound
from participation.initiatives.actions import commenting
from participation.initiatives.api.support import ONCE
from participation.initiatives.models import Comment
from participation.initiatives.queries.comments import Said, comments_of, said_of
from participation.initiatives.queries.public import public_initiative
from participation.residents.access import ResidentView, actor_of_resident


class CommentAnswerShape(serializers.Serializer[Any]):
    """An answer to a comment. A hidden or removed one keeps its place, without its words."""

    id = serializers.IntegerField()
    name = serializers.CharField(help_text="As they want to be called; empty for what was removed")
    by = serializers.ChoiceField(["neighbour", "group", "coach", "professional"])
    text = serializers.CharField()
    state = serializers.ChoiceField(Comment.State.choices)
    at = MomentField()


class CommentShape(CommentAnswerShape):
    question = serializers.BooleanField()
    replies = CommentAnswerShape(many=True)


class CommentsShape(serializers.Serializer[Any]):
    results = CommentShape(many=True)
    next = serializers.URLField(allow_null=True)


class InitiativeCommentsView(ResidentView):
    """Comments and questions, new voices first; and saying something, for who is signed in and has a name."""

    optional = ("GET",)
    throttle_classes = [throttle("public", "GET"), throttle("support", "POST")]

    class Query(StrictSerializer):
        cursor = serializers.RegexField(r"^[0-9]{1,3}$", required=False, default="1")
        limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=200)

    class Body(StrictSerializer):
        text = serializers.CharField(allow_blank=True, trim_whitespace=False)
        question = serializers.BooleanField(required=False, default=False)
        answerTo = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**62)

    @extend_schema(
        operation_id="listInitiativeComments",
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        responses=CommentsShape,
    )
    def get(self, request: Request, slug: str) -> Response:
        initiative = public_initiative(slug, gemeente_id=scope_of(request).only)
        if initiative is None:
            raise NotFound
        asked = self.query(self.Query)
        page = max(int(asked["cursor"]), 1)
        talk = comments_of(initiative, actor_of_resident(request), page=page, many=asked["limit"])
        after = f"{request.path}?cursor={page + 1}&limit={asked['limit']}" if talk.more else None
        address = request.build_absolute_uri(after) if after else None
        headers = {"Link": f'<{address}>; rel="next"'} if address else None
        return Response({"results": [_shape(one) for one in talk.said], "next": address}, headers=headers)

    @extend_schema(
        operation_id="commentInitiative", request=Body, parameters=[ONCE], responses={201: CommentAnswerShape}
    )
    def post(self, request: Request, slug: str) -> Response:
        actor, body, now = actor_of_resident(request), self.read(self.Body), timezone.now()

        def act() -> dict[str, Any]:
            row = commenting.comment(
                slug=slug,
                text=body["text"],
                question=body["question"],
                parent_id=body["answerTo"],
                actor=actor,
                now=now,
            )
            return {"id": row.pk}

        def complete(stored: dict[str, Any]) -> dict[str, Any]:
            """What was written is not kept with the key, so that erasing it erases it."""
            row = Comment.objects.select_related("initiative__case").filter(pk=stored["id"]).first()
            if row is None:
                raise NotFound
            return _answer(said_of(row, actor))

        once = run_once(
            scope=f"initiative-comment:{actor.resident_id}:{slug}"[:100],
            key=idempotency_key(request),
            fingerprint=fingerprint(request.data),
            now=now,
            action=act,
            complete=complete,
        )
        return Response(once.body, status=201, headers=once.headers)


def _shape(one: Said) -> dict[str, Any]:
    shown = {
        "id": one.id,
        "name": one.name,
        "by": one.badge or "neighbour",
        "text": one.text,
        "state": one.state,
        "at": one.at,
    }
    return shown | {"question": one.question, "replies": [_answer(reply) for reply in one.replies]}


def _answer(one: Said) -> dict[str, Any]:
    whole = _shape(one)
    return {name: whole[name] for name in ("id", "name", "by", "text", "state", "at")}
