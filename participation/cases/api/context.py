"""What stands around a case: who reported it, what is near, who looked, another day, a small win."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import MomentField, StrictSerializer, moment
from participation.cases import actions
from participation.cases.api.deeds import DeedView, documented
from participation.cases.api.fields import CaseRowShape, ColleagueShape
from participation.cases.api.views import DeskView
from participation.cases.looking import Reason, why_in_words
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for
from participation.cases.shapes import case_row, person
from participation.cases.similar import similar_to


class ContactView(DeskView):
    """Who the resident is. Asking is written down, with the reason."""

    class Body(StrictSerializer):
        why = serializers.ChoiceField(Reason.choices)
        remark = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")

    class Shape(serializers.Serializer[Any]):
        name = serializers.CharField(allow_blank=True)
        email = serializers.CharField(allow_blank=True)
        phone = serializers.CharField(allow_blank=True)

    @extend_schema(operation_id="revealContact", request=Body, responses=Shape)
    def post(self, request: Request, reference: str) -> Response:
        actor = self.actor(request)
        found = actions.reveal_contact(reference=reference, actor=actor, now=timezone.now(), **self.read(self.Body))
        return Response(found)


class SamePersonView(DeskView):
    """Other cases of the same e-mail address or phone number. Looking is written down."""

    class Shape(serializers.Serializer[Any]):
        results = CaseRowShape(many=True)

    @extend_schema(operation_id="listCasesOfSamePerson", responses=Shape)
    def get(self, request: Request, reference: str) -> Response:
        now = timezone.now()
        found = actions.find_same_person(reference=reference, actor=self.actor(request), now=now)
        return Response({"results": [case_row(case, now) for case in found]})


class SimilarView(DeskView):
    """Cases near this one that may be about the same, the most alike first."""

    class Shape(serializers.Serializer[Any]):
        class Similar(CaseRowShape):
            metres = serializers.IntegerField()
            whySimilar = serializers.CharField(help_text="What makes it look alike, in words")

        results = Similar(many=True)

    @extend_schema(operation_id="listSimilarCases", responses=Shape)
    def get(self, request: Request, reference: str) -> Response:
        actor, now = self.actor(request), timezone.now()
        found = similar_to(get_case_for(actor, reference), actor, now)
        return Response(
            {"results": [case_row(one.case, now) | {"metres": one.metres, "whySimilar": one.why} for one in found]}
        )


class ViewsView(DeskView):
    """Who looked at this case or at the contact data, newest first; for who answers for the team."""

    class Shape(serializers.Serializer[Any]):
        class View(serializers.Serializer[Any]):
            by = ColleagueShape(allow_null=True)
            what = serializers.ChoiceField(["case", "contact", "person"])
            why = serializers.CharField(allow_blank=True)
            at = MomentField()

        results = View(many=True)

    @extend_schema(operation_id="listCaseViews", responses=Shape)
    def get(self, request: Request, reference: str) -> Response:
        case = get_case_for(self.actor(request), reference, Deed.SEE_VIEWS)
        return Response(
            {
                "results": [
                    {
                        "by": person(one.professional_id),
                        "what": one.what,
                        "why": why_in_words(one),
                        "at": moment(one.at),
                    }
                    for one in case.views.order_by("-id")[:200]
                ]
            }
        )


class PromiseView(DeedView):
    """Promise another day, with the reason: a message to the resident, or of a part a note."""

    class Body(StrictSerializer):
        day = serializers.DateField()
        why = serializers.CharField(max_length=actions.MESSAGE_LENGTH)

    @documented("promiseDay", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.promise_day(
            reference=reference,
            **body,
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class SmallWinView(DeskView):
    """Draft a small win from this case, once: a page that an editor checks and publishes."""

    class Shape(serializers.Serializer[Any]):
        title = serializers.CharField()
        editUrl = serializers.CharField(allow_null=True, help_text="Null for who may not edit pages")
        made = serializers.BooleanField(help_text="False when it was there already")
        warnings = serializers.ListField(child=serializers.CharField())

    @extend_schema(operation_id="draftSmallWin", request=None, responses={200: Shape, 201: Shape})
    def post(self, request: Request, reference: str) -> Response:
        win = actions.draft_small_win(
            reference=reference, user=request.user, actor=self.actor(request), now=timezone.now()
        )
        return Response(
            {"title": win.title, "editUrl": win.edit_url, "made": win.made, "warnings": list(win.warnings)},
            status=201 if win.made else 200,
        )
