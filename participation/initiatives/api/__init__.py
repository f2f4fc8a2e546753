"""The API of initiatives: shape in, one action or query, shape out. Each part adds its `urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from participation.initiatives.api.coaching import ChecksView, CoachingView, StepsView
from participation.initiatives.api.public import InitiativesView, InitiativeView
from participation.initiatives.api.support import InitiativeFollowView, InitiativeSupportersView

urlpatterns: list[URLPattern | URLResolver] = [
    path("initiatives", InitiativesView.as_view()),
    path("initiatives/<slug:slug>", InitiativeView.as_view()),
    path("initiatives/<slug:slug>/steps", StepsView.as_view()),
    path("initiatives/<slug:slug>/coaching", CoachingView.as_view()),
    path("initiatives/<slug:slug>/checks", ChecksView.as_view()),
    path("initiatives/<slug:slug>/supporters", InitiativeSupportersView.as_view()),
    path("initiatives/<slug:slug>/follow", InitiativeFollowView.as_view()),
]
