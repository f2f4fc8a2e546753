"""`/zoeken/`: one question, everything public that answers it, by kind. It works without JavaScript."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cms.search.finding import Found, find
from cms.search.models import Kind
from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of

NAMES = {
    Kind.WIJK: _("Neighbourhoods"),
    Kind.PERSON: _("People"),
    Kind.REPORT: _("Reports"),
    Kind.NEWS: _("News"),
    Kind.WIN: _("This went well"),
    Kind.EVENT: _("Agenda"),
    Kind.INITIATIVE: _("Initiatives"),
    Kind.POLL: _("Polls"),
    Kind.APPROACH: _("Approaches"),
    Kind.INFORMATION: _("Information"),
}
"""In this order on the page."""
FIRST = 4
"""Results of a kind among the others."""
PER_PAGE = 20


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """GET ?q=&soort=&pagina=: what was asked is kept nowhere."""
    gemeente_id = scope_of(request).gemeente_id
    if gemeente_id is None:
        raise Http404
    asked = request.GET.get("q", "")
    if asked.strip():
        check_throttle(request, "search")
    found = find(gemeente_id, asked, timezone.localdate())
    kind = request.GET.get("soort", "")
    kind = kind if kind in Kind.values else ""
    context: dict[str, Any] = {
        "found": found,
        "query": found.query,
        "asked": bool(found.query),
        "kind": kind,
        "kind_name": NAMES[Kind(kind)] if kind else "",
        "groups": _groups(found, kind, request.GET.get("pagina", "")),
        "total": len(found.results),
    }
    return render(request, "search/search.html", context)


def _groups(found: Found, kind: str, number: str) -> list[dict[str, Any]]:
    """Of each kind with results the first few, or one kind by pages."""
    groups = []
    for one, name in NAMES.items():
        results = found.of(one)
        if not results or (kind and one != kind):
            continue
        page = Paginator(results, PER_PAGE).get_page(number) if kind else None
        shown = page.object_list if page else results[:FIRST]
        more = not kind and len(results) > FIRST
        groups.append(
            {"kind": one.value, "name": name, "count": len(results), "shown": shown, "page": page, "more": more}
        )
    return groups


urlpatterns = [path("zoeken/", search, name="search")]
