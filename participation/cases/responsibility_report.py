"""The responsibility check in the back office, under Reports: what is wrong in one's own municipality."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from core.areas.policies import workplace
from participation.cases.responsibility import check_responsibility

NAME = _("Responsibility")


def responsibility_report(request: HttpRequest) -> HttpResponse:
    """Every finding in words; the references of confidential cases are left out."""
    if not _may_see(request):
        raise PermissionDenied
    everywhere = getattr(request.user, "is_superuser", False)
    findings = check_responsibility(None if everywhere else workplace(request.user), now=timezone.now())
    return render(request, "desk/responsibility_report.html", {"page_title": NAME, "findings": findings})


def _may_see(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False) or workplace(request.user) is not None)


class ResponsibilityItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return _may_see(request)


def responsibility_item() -> ResponsibilityItem:
    return ResponsibilityItem(NAME, reverse_lazy("responsibility_report"), icon_name="tasks", order=300)


def responsibility_urls() -> list[URLPattern]:
    return [path("reports/responsibility/", responsibility_report, name="responsibility_report")]
