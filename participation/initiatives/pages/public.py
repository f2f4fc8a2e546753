"""What everybody sees: the list of initiatives with its map, and the page of one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    raise Http404


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("initiatieven/", listing, name="initiatives"),
    path("initiatieven/<slug:slug>/", detail, name="initiative"),
]
