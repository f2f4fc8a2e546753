"""`GET /polls/{slug}/results`: what came out, or how it stands where the poll shows that."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from core.areas.tenancy import scope_of
from core.errors import NotAllowed
from participation.polls.queries import results, tables
from participation.polls.queries.public import public_poll
from participation.polls.states import Kind, Stage
from participation.polls.wording import SHOWN

RECEIPT = OpenApiParameter(
    "Ballot-Receipt",
    str,
    OpenApiParameter.HEADER,
    description="Of a ballot in this poll: opens the results where they are shown to who has voted.",
)


class OptionShape(serializers.Serializer[Any]):
    id = serializers.IntegerField(help_text="Of a scale the step.")
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    count = serializers.FloatField(help_text="Votes or points, as `counted` says.")
    percent = serializers.IntegerField(help_text="Of the ballots that answer the question, or of all points.")
    first = serializers.IntegerField(help_text="Of an order: how many put it first.")
    cents = serializers.IntegerField(allow_null=True, help_text="What a project costs.")


class OutcomeShape(serializers.Serializer[Any]):
    progress = serializers.IntegerField(help_text="0 to 100; `data` is there at 100.")
    data = serializers.DictField(help_text="By the rule, with every step: the order, or per project why.")  # type: ignore[assignment]
    compared = serializers.DictField(help_text="Of a budget: what the other rule would have given.")


class PollResultShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.values)
    title = serializers.CharField()
    answered = serializers.IntegerField(help_text="How many ballots answer it.")
    counted = serializers.ChoiceField(["votes", "points"])
    average = serializers.FloatField(allow_null=True, help_text="Of a scale.")
    rule = serializers.CharField(allow_blank=True)
    options = OptionShape(many=True)
    words = serializers.ListField(child=serializers.CharField(), help_text="Answers in own words that may be shown.")
    outcome = OutcomeShape(allow_null=True)


class TurnoutShape(serializers.Serializer[Any]):
    area = serializers.CharField()
    inhabitants = serializers.IntegerField(allow_null=True, help_text="Of that area; null: not known.")
    letters = serializers.IntegerField()
    voted = serializers.IntegerField(allow_null=True, help_text="Null: too few to tell.")
    percent = serializers.IntegerField(allow_null=True)


class EnteredShape(serializers.Serializer[Any]):
    desk = serializers.IntegerField()
    proxy = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        return {"self": serializers.IntegerField()} | super().get_fields()


class FileShape(serializers.Serializer[Any]):
    url = serializers.CharField(help_text="A path on this host.")
    sha256 = serializers.CharField()
    whole = serializers.BooleanField(help_text="With all ballots; false when so few voted that it holds totals only.")


class ResultsShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()
    stage = serializers.ChoiceField(Stage.values)
    final = serializers.BooleanField(help_text="False while people vote: then totals move by a few ballots at a time.")
    ballots = serializers.IntegerField(help_text="Ballots that count.")
    entered = EnteredShape(allow_null=True, help_text="How they came in; null while people vote.")
    aside = serializers.IntegerField(allow_null=True, help_text="Set aside, with a reason; null while people vote.")
    inhabitants = serializers.IntegerField(
        allow_null=True, help_text="Of the area the poll is for; null while people vote, or not known."
    )
    turnout = TurnoutShape(many=True)
    questions = PollResultShape(many=True)
    file = FileShape(allow_null=True, help_text="All ballots, to count again.")


class ResultsView(ApiView):
    """The results, or 403 while they are not shown yet."""

    public = True

    @extend_schema(operation_id="getPollResults", parameters=[RECEIPT], responses=ResultsShape)
    def get(self, request: Request, slug: str) -> Response:
        poll = public_poll(slug, only=scope_of(request).only)
        receipt = request.headers.get("Ballot-Receipt", "")
        if not tables.may_see(poll, has_voted=False) and not (
            receipt and tables.ballot_of(poll, receipt) and tables.may_see(poll, has_voted=True)
        ):
            raise NotAllowed(str(SHOWN[poll.shows]))
        facts = results.facts_of(poll)
        if facts["file"]:
            facts["file"]["url"] = reverse("poll_ballots_file", args=[slug])
        return Response(facts)
