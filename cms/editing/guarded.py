"""Screens of Wagtail that look over the walls between municipalities, in front of which stand these.

A report that is not for one municipality is for who manages the whole installation.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, resolve, reverse
from wagtail.admin.auth import permission_denied, require_admin_access
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.models import Page

from cms.editing import redirects

OVER_THE_WALL = frozenset({"page-types-usage"})
"""Items of the menu of reports. It names the page of a type that was changed last, whoever's that is."""


@require_admin_access
def page_types(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    if not request.user.is_superuser:
        answer: HttpResponseBase = permission_denied(request)
        return answer
    return PageTypesUsageReportView.as_view(**kwargs)(request)


@require_admin_access
def of_a_workflow(request: HttpRequest, page_id: int, **_parts: Any) -> HttpResponseBase:
    """What Wagtail does with a page in a workflow, for who may change that page: to others it names the page."""
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        answer: HttpResponseBase = permission_denied(request)
        return answer
    below = request.path_info.removeprefix(reverse("wagtailadmin_home"))
    found = resolve(f"/{below}", "wagtail.admin.urls")
    return found.func(request, *found.args, **found.kwargs)


urlpatterns = [
    path("pages/workflow/<slug:deed>/<int:page_id>/", of_a_workflow),
    path("pages/workflow/<slug:deed>/<int:page_id>/<path:rest>", of_a_workflow),
    *redirects.urlpatterns,
    path("reports/page-types-usage/", page_types),
    path("reports/page-types-usage/results/", page_types, {"results_only": True}),
]
