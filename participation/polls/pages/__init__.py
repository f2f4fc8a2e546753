"""Pages of polls. Each part adds its `urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from participation.polls.pages import desk, files, ideas, listening, listing, proposing, results, voting

urlpatterns: list[URLPattern | URLResolver] = [
    *desk.urlpatterns,
    *listening.urlpatterns,
    *proposing.urlpatterns,
    *listing.urlpatterns,
    *ideas.urlpatterns,
    *results.urlpatterns,
    *files.urlpatterns,
    *voting.urlpatterns,  # any word may be the slug of one, so these come last
]
