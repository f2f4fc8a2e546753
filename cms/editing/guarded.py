"""Screens of Wagtail that look over the walls between municipalities, in front of which stand these.

A report that is not for one municipality is for who manages the whole installation.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from wagtail.admin.auth import permission_denied, require_admin_access
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView

from cms.editing import redirects

OVER_THE_WALL = frozenset({"page-types-usage"})
"""Items of the menu of reports. It names the page of a type that was changed last, whoever's that is."""


@require_admin_access
def page_types(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    if not request.user.is_superuser:
        answer: HttpResponseBase = permission_denied(request)
        return answer
    return PageTypesUsageReportView.as_view(**kwargs)(request)


urlpatterns = [
    *redirects.urlpatterns,
    path("reports/page-types-usage/", page_types),
    path("reports/page-types-usage/results/", page_types, {"results_only": True}),
]
