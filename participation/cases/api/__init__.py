"""The desk's API: the inbox, one case, and a verb for each deed. Shape in, one action or query, shape out."""

from __future__ import annotations

from django.urls import path

from participation.cases.api.bulk import BulkUndoView, BulkView, ReadView, UnreadView
from participation.cases.api.context import (
    ContactView,
    PromiseView,
    SamePersonView,
    SimilarView,
    SmallWinView,
    ViewsView,
)
from participation.cases.api.deeds import AssignmentsView, CaseView, TransitionsView
from participation.cases.api.duplicates import DuplicatesUndoView, DuplicatesView
from participation.cases.api.exports import ExportFileView, ExportsView, ExportView
from participation.cases.api.forwarding import (
    ForwardingAcceptView,
    ForwardingFiguresView,
    ForwardingReturnView,
    ForwardingsView,
    ForwardingWithdrawalView,
)
from participation.cases.api.handover import (
    AcceptHandoverView,
    HandoversView,
    RefuseHandoverView,
    WithdrawHandoverView,
)
from participation.cases.api.inbox import (
    CaseEventsView,
    CaseListView,
    CountsView,
    DeskMeView,
    StreamEventsView,
    StreamListView,
)
from participation.cases.api.map import MapView
from participation.cases.api.parts import PartsView, PartWithdrawalView
from participation.cases.api.rounds import RoundStopsView, RoundStopView, RoundsView, RoundView
from participation.cases.api.saved_views import SavedViewsView, SavedViewView
from participation.cases.api.settings import DeskSettingsView, PushForgetView, PushSubscriptionsView
from participation.cases.api.talk import (
    AnswersView,
    ColleaguesView,
    MessagesView,
    NotesView,
    PhotosView,
    PhotoView,
    PreviewView,
)

urlpatterns = [
    path("desk", DeskMeView.as_view()),
    path("cases", CaseListView.as_view()),
    path("cases/_count", CountsView.as_view()),
    path("cases/_map", MapView.as_view()),
    path("cases/_read", ReadView.as_view()),
    path("cases/_unread", UnreadView.as_view()),
    path("cases/_bulk", BulkView.as_view()),
    path("cases/_bulk/<int:bulk_id>/_undo", BulkUndoView.as_view()),
    path("saved-views", SavedViewsView.as_view()),
    path("saved-views/<int:view_id>", SavedViewView.as_view()),
    path("exports", ExportsView.as_view()),
    path("exports/<uuid:export_id>", ExportView.as_view()),
    path("exports/<uuid:export_id>/file", ExportFileView.as_view()),
    path("desk/settings", DeskSettingsView.as_view()),
    path("desk/push-subscriptions", PushSubscriptionsView.as_view()),
    path("desk/push-subscriptions/_forget", PushForgetView.as_view()),
    path("rounds", RoundsView.as_view()),
    path("rounds/<int:round_id>", RoundView.as_view()),
    path("rounds/<int:round_id>/stops", RoundStopsView.as_view()),
    path("rounds/<int:round_id>/stops/<str:reference>", RoundStopView.as_view()),
    path("cases/<str:reference>", CaseView.as_view()),
    path("cases/<str:reference>/transitions", TransitionsView.as_view()),
    path("cases/<str:reference>/assignments", AssignmentsView.as_view()),
    path("cases/<str:reference>/messages", MessagesView.as_view()),
    path("cases/<str:reference>/notes", NotesView.as_view()),
    path("cases/<str:reference>/photos", PhotosView.as_view()),
    path("cases/<str:reference>/photos/<uuid:photo>", PhotoView.as_view()),
    path("cases/<str:reference>/colleagues", ColleaguesView.as_view()),
    path("cases/<str:reference>/answers", AnswersView.as_view()),
    path("cases/<str:reference>/preview", PreviewView.as_view()),
    path("cases/<str:reference>/contact", ContactView.as_view()),
    path("cases/<str:reference>/same-person", SamePersonView.as_view()),
    path("cases/<str:reference>/similar", SimilarView.as_view()),
    path("cases/<str:reference>/views", ViewsView.as_view()),
    path("cases/<str:reference>/promise", PromiseView.as_view()),
    path("cases/<str:reference>/small-win", SmallWinView.as_view()),
    path("cases/<str:reference>/events", CaseEventsView.as_view()),
    path("cases/<str:reference>/parts", PartsView.as_view()),
    path("cases/<str:reference>/parts/_withdraw", PartWithdrawalView.as_view()),
    path("cases/<str:reference>/duplicates", DuplicatesView.as_view()),
    path("cases/<str:reference>/duplicates/_undo", DuplicatesUndoView.as_view()),
    path("cases/<str:reference>/forwardings", ForwardingsView.as_view()),
    path("cases/<str:reference>/forwardings/_accept", ForwardingAcceptView.as_view()),
    path("cases/<str:reference>/forwardings/_return", ForwardingReturnView.as_view()),
    path("cases/<str:reference>/forwardings/_withdraw", ForwardingWithdrawalView.as_view()),
    path("forwardings/_figures", ForwardingFiguresView.as_view()),
    path("handovers", HandoversView.as_view()),
    path("handovers/<int:handover_id>/_accept", AcceptHandoverView.as_view()),
    path("handovers/<int:handover_id>/_refuse", RefuseHandoverView.as_view()),
    path("handovers/<int:handover_id>/_withdraw", WithdrawHandoverView.as_view()),
    path("streams", StreamListView.as_view()),
    path("streams/<str:stream>/events", StreamEventsView.as_view()),
]
