"""Every route of the public API, version 1; mounted at `api/v1/`. Each app adds its `api.urlpatterns` here.

They are tried in this order: what is asked most comes first.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("participation.reports.api")),
    path("", include("participation.cases.api")),
    path("", include("participation.initiatives.api")),
    path("", include("participation.polls.api")),
    path("", include("participation.residents.api")),
    path("", include("core.api.api")),
    path("", include("core.areas.api")),
    path("", include("core.media.api")),
    path("", include("core.places.api")),
    path("", include("participation.organisations.api")),
    path("", include("participation.routing.api")),
    path("", include("cms.public.api")),
]
