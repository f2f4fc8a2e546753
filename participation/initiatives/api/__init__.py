"""The API of initiatives: shape in, one action or query, shape out. Each part adds its `urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from participation.initiatives.api.coaching import ChecksView, CoachingView, StepsView
from participation.initiatives.api.comments import InitiativeCommentsView
from participation.initiatives.api.group import (
    InvitationsView,
    InvitationView,
    JoinView,
    MembersView,
    MemberView,
    MineView,
    TakeOverView,
)
from participation.initiatives.api.helping import (
    DecisionView,
    ExtensionView,
    HelpMessagesView,
    HelpRequestsView,
    HowItWentView,
    OfferAnswerView,
    OffersView,
    OfferView,
    WithdrawHelpView,
)
from participation.initiatives.api.own import BeginView, OneView, PlanPhotosView, PlanPhotoView, PlanView, SubmitView
from participation.initiatives.api.progress import (
    EntryView,
    LookingBackView,
    MilestonesView,
    MilestoneView,
    MoneyView,
    PartnersView,
)
from participation.initiatives.api.support import InitiativeFollowView, InitiativeSupportersView
from participation.initiatives.api.telling import UpdatesView

urlpatterns: list[URLPattern | URLResolver] = [
    path("initiatives", BeginView.as_view()),
    path("initiatives/_mine", MineView.as_view()),
    path("initiatives/_join", JoinView.as_view()),
    path("initiatives/<slug:slug>", OneView.as_view()),
    path("initiatives/<slug:slug>/plan", PlanView.as_view()),
    path("initiatives/<slug:slug>/_submit", SubmitView.as_view()),
    path("initiatives/<slug:slug>/photos", PlanPhotosView.as_view()),
    path("initiatives/<slug:slug>/photos/<uuid:photo_id>", PlanPhotoView.as_view()),
    path("initiatives/<slug:slug>/members", MembersView.as_view()),
    path("initiatives/<slug:slug>/members/_take-over", TakeOverView.as_view()),
    path("initiatives/<slug:slug>/members/<int:member_id>", MemberView.as_view()),
    path("initiatives/<slug:slug>/invitations", InvitationsView.as_view()),
    path("initiatives/<slug:slug>/invitations/<int:invitation_id>", InvitationView.as_view()),
    path("initiatives/<slug:slug>/steps", StepsView.as_view()),
    path("initiatives/<slug:slug>/coaching", CoachingView.as_view()),
    path("initiatives/<slug:slug>/checks", ChecksView.as_view()),
    path("initiatives/<slug:slug>/comments", InitiativeCommentsView.as_view()),
    path("initiatives/<slug:slug>/supporters", InitiativeSupportersView.as_view()),
    path("initiatives/<slug:slug>/follow", InitiativeFollowView.as_view()),
    path("initiatives/<slug:slug>/updates", UpdatesView.as_view()),
    path("initiatives/<slug:slug>/milestones", MilestonesView.as_view()),
    path("initiatives/<slug:slug>/milestones/<int:milestone_id>", MilestoneView.as_view()),
    path("initiatives/<slug:slug>/money", MoneyView.as_view()),
    path("initiatives/<slug:slug>/money/<int:entry_id>", EntryView.as_view()),
    path("initiatives/<slug:slug>/looking-back", LookingBackView.as_view()),
    path("initiatives/<slug:slug>/partners", PartnersView.as_view()),
    path("initiatives/<slug:slug>/help-requests", HelpRequestsView.as_view()),
    path("initiatives/<slug:slug>/help-requests/<slug:reference>/_withdraw", WithdrawHelpView.as_view()),
    path("initiatives/<slug:slug>/help-requests/<slug:reference>/messages", HelpMessagesView.as_view()),
    path("initiatives/<slug:slug>/help-requests/<slug:reference>/how-it-went", HowItWentView.as_view()),
    path("initiatives/<slug:slug>/offers", OffersView.as_view()),
    path("initiatives/<slug:slug>/offers/<int:offer_id>", OfferView.as_view()),
    path("initiatives/<slug:slug>/offers/<int:offer_id>/answer", OfferAnswerView.as_view()),
    path("cases/<str:reference>/decision", DecisionView.as_view()),
    path("cases/<str:reference>/extension", ExtensionView.as_view()),
]
