"""The system page in `/beheer/`, for superusers: how the platform is doing, for those without a monitor."""

from __future__ import annotations

import platform
import sqlite3
from typing import Any

import django
import wagtail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from core.watch.metrics import Reading, readings
from core.watch.release import release
from core.work.gauges import failed_tasks
from core.work.models import WorkerLife

SHOWN = 20
"""Failed tasks on the page."""


@never_cache
@require_safe
def system(request: HttpRequest) -> HttpResponse:
    if not request.user.is_superuser:
        raise PermissionDenied
    shown = [one for one in readings() if one.gauge.label]
    names = {one.gauge.name: one.value for one in shown}
    context = {
        "page_title": _("System"),
        "readings": [{"label": one.gauge.label, "value": _said(one), "worry": _is_worry(one)} for one in shown],
        "worries": sum(_is_worry(one) for one in shown),
        "failed": failed_tasks().defer("traceback")[:SHOWN],
        "more_failed": (names.get("wijkplatform_tasks_failed") or 0) > SHOWN,
        "workers": WorkerLife.objects.order_by("worker_id"),
        "versions": _versions(),
        "now": timezone.now(),
    }
    return render(request, "work/system.html", context)


def _is_worry(one: Reading) -> bool:
    return one.is_worry or (one.gauge.name == "wijkplatform_workers" and not one.value)


def _said(one: Reading) -> str:
    if one.failed:
        return str(_("Could not be read"))
    if one.value is None:
        return str(_("Does not apply"))
    match one.gauge.unit:
        case "bytes":
            return f"{formats.localize(round(one.value / 1_000_000, 1))} MB"
        case "percent":
            return f"{formats.localize(one.value)}%"
        case "seconds":
            return ngettext("%(count)d second", "%(count)d seconds", round(one.value)) % {"count": round(one.value)}
    return formats.number_format(one.value, 0)


def _versions() -> list[tuple[str, str]]:
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        number = connection.pg_version  # type: ignore[attr-defined]
        database = f"{number // 10_000}.{number % 10_000}"
    else:
        database = sqlite3.sqlite_version
    return [
        ("Wijkplatform", release()),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        ("Wagtail", wagtail.__version__),
        (connection.display_name, database),
    ]


class SystemMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return bool(request.user.is_superuser)


@hooks.register("register_admin_urls")
def register_system() -> list[URLPattern]:
    return [path("system/", system, name="system")]


@hooks.register("register_settings_menu_item")
def register_system_item() -> MenuItem:
    return SystemMenuItem(_("System"), reverse("system"), name="system", icon_name="cogs", order=1)
