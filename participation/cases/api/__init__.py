"""The desk's API: the inbox, one case, and a verb for each deed. Shape in, one action or query, shape out."""

from __future__ import annotations

from django.urls import path

from participation.cases.api.deeds import AssignmentsView, CaseView, MessagesView, NotesView, TransitionsView
from participation.cases.api.inbox import (
    CaseEventsView,
    CaseListView,
    CountsView,
    DeskMeView,
    StreamEventsView,
    StreamListView,
)
from participation.cases.api.map import MapView
from participation.cases.api.rounds import RoundsView, RoundStopsView, RoundStopView, RoundView

urlpatterns = [
    path("desk", DeskMeView.as_view()),
    path("cases", CaseListView.as_view()),
    path("cases/_count", CountsView.as_view()),
    path("cases/_map", MapView.as_view()),
    path("rounds", RoundsView.as_view()),
    path("rounds/<int:pk>", RoundView.as_view()),
    path("rounds/<int:pk>/stops", RoundStopsView.as_view()),
    path("rounds/<int:pk>/stops/<str:reference>", RoundStopView.as_view()),
    path("cases/<str:reference>", CaseView.as_view()),
    path("cases/<str:reference>/transitions", TransitionsView.as_view()),
    path("cases/<str:reference>/assignments", AssignmentsView.as_view()),
    path("cases/<str:reference>/messages", MessagesView.as_view()),
    path("cases/<str:reference>/notes", NotesView.as_view()),
    path("cases/<str:reference>/events", CaseEventsView.as_view()),
    path("streams", StreamListView.as_view()),
    path("streams/<str:stream>/events", StreamEventsView.as_view()),
]
