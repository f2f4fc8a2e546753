"""The inbox, its streams, and who sits at this desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.cursors import KeysetPagination
from core.api.parsing import MomentField
from core.api.schema import page_of
from core.areas.queries import tree
from core.errors import NotFound
from core.events.queries import after, heads
from participation.cases import actions
from participation.cases.api.fields import ColleagueShape, HistoryShape, InboxRowShape, TeamShape
from participation.cases.api.views import DeskView
from participation.cases.filters import InboxQuery, case_filter
from participation.cases.inbox import ORDERINGS, counts, inbox
from participation.cases.looking import log_found_by_contact
from participation.cases.models import Case
from participation.cases.permissions import Deed, reach
from participation.cases.policies import get_case_for, streams_of
from participation.cases.queries import whole_history
from participation.cases.shapes import inbox_rows, person, team
from participation.cases.telling import history_lines
from participation.organisations.queries import roster
from participation.routing.deadlines import holidays_of
from participation.routing.queries import config

CATCH_UP = 1000
"""Events per answer when a desk catches up over HTTP."""


INBOX_PARAMETERS = [
    OpenApiParameter("cursor", str, description="Where the next page starts; take it from `next`"),
    OpenApiParameter("limit", int, description="Rows per page, 1 to 200 (50)"),
]


class CaseListView(DeskView):
    """The inbox."""

    @extend_schema(
        operation_id="listCases",
        parameters=[InboxQuery, *INBOX_PARAMETERS],
        responses=page_of(InboxRowShape),
    )
    def get(self, request: Request) -> Response:
        actor, now = self.actor(request), timezone.now()
        asked = self.query(InboxQuery)
        ordering = asked.get("ordering", "-createdAt")
        page = KeysetPagination(*ORDERINGS[ordering], never_null={"due_at"})
        wanted = replace(case_filter(asked), by_contact=True)
        rows = page.paginate_queryset(inbox(actor, wanted, now, ordering), request)
        if wanted.search:
            log_found_by_contact(wanted.search, [case.id for case in rows], actor=actor, now=now)
        return page.get_paginated_response(inbox_rows(rows, now))


class CountsView(DeskView):
    """How many cases each group of the inbox holds."""

    class Shape(serializers.Serializer[Any]):
        new = serializers.IntegerField()
        mine = serializers.IntegerField()
        team = serializers.IntegerField()
        waiting = serializers.IntegerField()
        late = serializers.IntegerField()
        handovers = serializers.IntegerField()
        mentions = serializers.IntegerField()
        unread = serializers.IntegerField()

    @extend_schema(operation_id="countCases", responses=Shape)
    def get(self, request: Request) -> Response:
        return Response(counts(self.actor(request), timezone.now()))


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
        actor = self.actor(request)
        case = get_case_for(actor, reference)
        if case.visibility == Case.Visibility.CONFIDENTIAL:
            actions.log_view(case, actor=actor, now=timezone.now())
        looked = list(case.views.all()) if case.visibility == Case.Visibility.CONFIDENTIAL else []
        return Response(
            {
                "results": history_lines(whole_history(case)),
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
    """Who I am at this desk, and where: my teams, the colleagues a case can go to, the days nobody works."""

    class Shape(serializers.Serializer[Any]):
        class Member(TeamShape):
            organisationSlug = serializers.CharField()
            people = ColleagueShape(many=True)

        class May(serializers.Serializer[Any]):
            export = serializers.BooleanField()

        class Gemeente(serializers.Serializer[Any]):
            code = serializers.CharField()
            name = serializers.CharField()
            bbox = serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4)

        me = ColleagueShape()
        gemeente = Gemeente()
        closedDays = serializers.ListField(child=serializers.DateField())
        myTeams = serializers.ListField(child=serializers.IntegerField())
        teams = Member(many=True)
        may = May(help_text="What this person may do with lists")

    @extend_schema(operation_id="getDesk", responses=Shape)
    def get(self, request: Request) -> Response:
        actor = self.actor(request)
        assert actor.gemeente_id is not None  # every professional works for one
        gemeente = tree().by_id[actor.gemeente_id]
        exports = reach(actor, Deed.EXPORT, confidential=False)
        return Response(
            {
                "me": person(actor.professional_id),
                "gemeente": {"code": gemeente.code, "name": gemeente.name, "bbox": list(gemeente.bbox)},
                "closedDays": sorted(_closed_days(gemeente.id, timezone.localdate().year)),
                "myTeams": sorted(actor.team_ids),
                "teams": [
                    team(row.id)
                    | {
                        "organisationSlug": row.organisation_slug,
                        "people": [person(member.professional_id) for member in row.members],
                    }
                    for row in sorted(roster().teams.values(), key=lambda row: row.name)
                    if row.gemeente_id == actor.gemeente_id
                ],
                "may": {"export": exports.everywhere or bool(exports.ids)},
            }
        )


def _closed_days(gemeente_id: int, year: int) -> set[date]:
    """Holidays of last year, this one and the next, and the municipality's own closed days."""
    return set(config(gemeente_id).closed_days).union(*(holidays_of(one) for one in (year - 1, year, year + 1)))
