"""`GET /polls/{slug}/words`: every answer in voters' own words that may be shown, page by page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from core.areas.tenancy import scope_of
from core.errors import FieldError, Invalid, NotAllowed, NotFound
from participation.polls.queries import tables
from participation.polls.queries.public import public_poll
from participation.polls.queries.words import key_in, open_questions, shown_words
from participation.polls.wording import SHOWN
from participation.texts.forms import number_in

QUESTION = OpenApiParameter("question", int, description="Of one question; else of the first that asks for words.")
AFTER = OpenApiParameter("after", str, description="`next` of the page before.")


class PollWordsShape(serializers.Serializer[Any]):
    question = serializers.IntegerField()
    results = serializers.ListField(child=serializers.CharField(), help_text="In an order that says nothing.")
    next = serializers.CharField(allow_null=True, help_text="For `after`; null at the end.")


class PollWordsView(ApiView):
    """Answers that somebody read and showed; for who may see results by the rule of this poll."""

    public = True

    @extend_schema(operation_id="getPollWords", parameters=[QUESTION, AFTER], responses=PollWordsShape)
    def get(self, request: Request, slug: str) -> Response:
        poll = public_poll(slug, only=scope_of(request).only)
        if not tables.may_see(poll, has_voted=False):
            raise NotAllowed(str(SHOWN[poll.shows]))
        asked, after = request.query_params.get("question", ""), request.query_params.get("after", "")
        if after and key_in(after) is None:
            raise Invalid(FieldError("after", "invalid", _("Take this from the page before.")))
        questions = [one.pk for one in open_questions(poll)]
        question = number_in(asked) if asked else next(iter(questions), None)
        if question not in questions or question is None:
            raise NotFound
        found, then = shown_words(question, after=key_in(after))
        shape = {"question": question, "results": [text for _key, text in found], "next": str(then) if then else None}
        return Response(shape)
