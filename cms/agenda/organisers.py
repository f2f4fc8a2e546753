"""Who comes, for who may edit the event: a list in the back office, and the same as a file."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.log_actions import log

from cms.agenda.actions import KEPT
from cms.agenda.models import Attendance, EventPage

LOOKED, TAKEN = "agenda.look", "agenda.export"
"""As what it is logged that somebody saw who comes, and took it along as a file."""
MOST = 5000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so would be worked out by a spreadsheet."""
PARTS = str.maketrans(";\t\r\n", ",   ")
"""What a Dutch spreadsheet parts cells by must not stand in one: what follows could be a formula."""


@never_cache
@require_safe
def attendees(request: HttpRequest, page_id: int) -> HttpResponse:
    """GET /beheer/agenda/<page>/aanmeldingen/: by date, the coming ones first."""
    page = _page(request, page_id)
    rows = list(_rows(page))
    today = timezone.localdate()
    log(instance=page, action=LOOKED)
    groups = [_group(on, list(found)) for on, found in groupby(rows, key=lambda one: one.on)]
    ahead = [one for one in groups if one["on"] >= today]
    context = {
        "event": page,
        "groups": [*ahead, *reversed([one for one in groups if one["on"] < today])],
        "kept_days": KEPT.days,
        "page_title": _("Sign-ups"),
    }
    return render(request, "agenda/attendees.html", context)


@never_cache
@require_safe
def export(request: HttpRequest, page_id: int) -> HttpResponse:
    """GET /beheer/agenda/<page>/aanmeldingen.csv: the same rows for a spreadsheet."""
    page = _page(request, page_id)
    written = StringIO()
    out = csv.writer(written)
    out.writerow([_("Date"), _("Name"), _("People"), _("Status"), _("E-mail address"), _("Phone"), _("Signed up")])
    for row in _rows(page):
        signed_up = timezone.localtime(row.created_at).strftime("%Y-%m-%d %H:%M")
        cells = [row.on.isoformat(), row.name, row.people, row.get_state_display(), row.email, row.phone, signed_up]
        out.writerow([_plain(one) for one in cells])
    log(instance=page, action=TAKEN)
    # The mark at the start tells spreadsheets that it is UTF-8.
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{page.slug}.csv"'
    return response


def _page(request: HttpRequest, page_id: int) -> EventPage:
    page: EventPage = get_object_or_404(EventPage, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page


def _rows(page: EventPage) -> Any:
    order = page.attendances.filter(erased_at=None).order_by("on", "created_at", "pk")
    return order[:MOST]


def _group(on: date, rows: list[Attendance]) -> dict[str, Any]:
    coming = [one for one in rows if one.state == Attendance.State.SEAT]
    return {
        "on": on,
        "rows": rows,
        "coming": sum(one.people for one in coming),
        "waiting": sum(one.people for one in rows if one.state == Attendance.State.WAITING),
        "called_off": any(one.called_off for one in rows),
    }


def _plain(value: Any) -> str:
    text = str(value).translate(PARTS)
    return f"'{text}" if text.startswith(FORMULA) else text


urlpatterns = [
    path("agenda/<int:page_id>/aanmeldingen/", attendees, name="agenda_attendees"),
    path("agenda/<int:page_id>/aanmeldingen.csv", export, name="agenda_export"),
]
