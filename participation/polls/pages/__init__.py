"""Pages of polls. Each part adds its `urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from participation.polls.pages import listening, proposing

urlpatterns: list[URLPattern | URLResolver] = [
    *listening.urlpatterns,
    *proposing.urlpatterns,
]
