"""Residents' pages: reporting (`/melden/`) and following (`/volgen/`). They work without JavaScript."""

from __future__ import annotations

from django.urls import path

from participation.reports.pages import following, melden

urlpatterns = [
    path("melden/", melden.report, name="report"),
    path("volgen/", following.following, name="following"),
    path("volgen/bericht/", following.write, name="following_write"),
    path("volgen/oordeel/", following.judge, name="following_judge"),
    path("volgen/contact/", following.contact, name="following_contact"),
    path("volgen/<str:token>/", following.exchange, name="following_exchange"),
]
