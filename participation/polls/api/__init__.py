"""The API of polls: shape in, one action or query, shape out. Each part adds its `urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from participation.polls.api.public import PollsView, PollView
from participation.polls.api.results import ResultsView
from participation.polls.api.stepping import PollAnswerView, PollStepsView
from participation.polls.api.voting import BallotsView, PassView, PollCodeView
from participation.polls.api.words import PollWordsView

urlpatterns: list[URLPattern | URLResolver] = [
    path("polls", PollsView.as_view()),
    path("polls/<slug:slug>", PollView.as_view()),
    path("polls/<slug:slug>/steps", PollStepsView.as_view()),
    path("polls/<slug:slug>/answer", PollAnswerView.as_view()),
    path("polls/<slug:slug>/_code", PollCodeView.as_view()),
    path("polls/<slug:slug>/_prove", PassView.as_view()),
    path("polls/<slug:slug>/results", ResultsView.as_view()),
    path("polls/<slug:slug>/words", PollWordsView.as_view()),
    path("polls/<slug:slug>/ballots", BallotsView.as_view()),
]
