"""Pages of polls in the workplace: what is filled in now and then. All work without a script."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from participation.polls.pages.desk import (
    answering,
    asking,
    codes,
    entering,
    importing,
    making,
    projects,
    watching,
    words,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *making.urlpatterns,
    *asking.urlpatterns,
    *importing.urlpatterns,
    *projects.urlpatterns,
    *answering.urlpatterns,
    *codes.urlpatterns,
    *entering.urlpatterns,
    *watching.urlpatterns,
    *words.urlpatterns,
]
