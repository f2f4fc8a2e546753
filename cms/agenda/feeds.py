"""The agenda for calendar programs: of the town, of a wijk, of one event."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.agenda import queries
from cms.agenda.calendars import calendar_of
from cms.agenda.recurrence import Occurrence
from cms.base.around import area_called
from cms.base.publishing import gemeente_of
from cms.base.views import MOST_PAGES
from core.api.throttles import check_throttle
from core.areas.queries import AreaRow, tree
from core.areas.tenancy import scope_of, site_of

KEPT = timedelta(days=90)
"""What was lately stays in a feed, so that it does not vanish from somebody's calendar at once."""
MAX_AGE = 15 * 60


@require_safe
def town(request: HttpRequest) -> HttpResponse:
    """GET /feeds/agenda.ics"""
    gemeente = _gemeente(request)
    return _feed(request, gemeente, None, _("Agenda of %(name)s") % {"name": gemeente.name})


@require_safe
def wijk(request: HttpRequest, code: str) -> HttpResponse:
    """GET /feeds/wijk/WK…/agenda.ics: what stands on the page of that area, and what is for everyone."""
    gemeente = _gemeente(request)
    area = area_called(code, gemeente.id)
    if area is None:
        raise Http404
    return _feed(request, gemeente, area.id, _("Agenda of %(name)s") % {"name": area.name})


@require_safe
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    """GET /feeds/evenement/<id>.ics: all of it, or with `dag` one time of it."""
    gemeente = _gemeente(request)
    page = queries.event_with_dates(event_id) if event_id < MOST_PAGES else None
    if page is None or gemeente_of(page) != gemeente.id:
        raise Http404
    day = queries.read_date(request.GET.get("dag", ""))
    once: Occurrence | None = page.occurrence_on(day) if day else None
    if day and once is None:
        raise Http404
    body = calendar_of([page], name=page.title, site=site_of(gemeente.id), once=once)
    return _answer(request, body, page.last_published_at, f"{page.slug}.ics")


def _gemeente(request: HttpRequest) -> AreaRow:
    check_throttle(request, "public")
    gemeente_id = scope_of(request).gemeente_id
    gemeente = tree().by_id.get(gemeente_id) if gemeente_id is not None else None
    if gemeente is None:
        raise Http404
    return gemeente


def _feed(request: HttpRequest, gemeente: AreaRow, area_id: int | None, name: str) -> HttpResponse:
    home = apps.get_model("cms_home.HomePage").objects.live().filter(gemeente_id=gemeente.id).first()
    if home is None:
        raise Http404
    pages: list[Any] = list(queries.events(home, timezone.now() - KEPT, area_id=area_id))
    body = calendar_of(pages, name=name, site=site_of(gemeente.id))
    changed = [page.last_published_at for page in pages if page.last_published_at]
    return _answer(request, body, max(changed, default=None), "agenda.ics")


def _answer(request: HttpRequest, body: bytes, changed: datetime | None, name: str) -> HttpResponse:
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    modified = int(changed.timestamp()) if changed else None
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["ETag"] = etag
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    # An event that was taken away makes the newest change older: only the tag tells.
    return get_conditional_response(request, etag=etag, response=response) or response
