"""`/insluiten/…`: parts of a wijk page in a frame on somebody else's website.

A frame sets no cookie, reads none and links to the site in a new tab. Its own policy lets every site frame it; no
other page of ours may be framed.
"""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from cms.news.queries import latest_news
from core.api.throttles import check_throttle
from core.areas.queries import AreaRow, get_area, tree
from core.areas.tenancy import scope_of, site_of
from participation.initiatives.queries.public import Asked, lines_of, page_of
from participation.polls.queries.listing import open_in
from participation.reports.overview import wijk_overview

MAX_AGE = 300
NEWS = 5
INITIATIVES = 4
POLLS = 4
KINDS = {
    "kaart": (_("The map of reports"), 520),
    "nieuws": (_("News"), 420),
    "initiatieven": (_("Initiatives"), 560),
    "peilingen": (_("Polls"), 420),
}
"""What can be shown elsewhere: its name, and how high its frame is in pixels."""


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # typed for views without parameters
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """What there is for this area, as it will look, with the line to copy."""
    check_throttle(request, "public")
    area, page = _place(request, code)
    site = site_of(area.gemeente_id)
    frames = [
        {"kind": kind, "label": label, "height": height, "address": f"{site}/insluiten/{kind}/{area.code}/"}
        for kind, (label, height) in KINDS.items()
    ]
    return render(request, "cms/public/choose_widget.html", {"area": area, "wijk": page, "frames": frames})


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"], "form-action": [NONE]})  # type: ignore[arg-type]
def widget(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """One part, for a frame. At most five queries."""
    check_throttle(request, "public")
    if kind not in KINDS:
        raise Http404
    area, page = _place(request, code)
    gemeente = tree().ancestors(area.id)[-1]
    context: dict[str, Any] = {"area": area, "gemeente": gemeente, "wijk": page, "site": site_of(area.gemeente_id)}
    if kind == "kaart":
        context["overview"] = wijk_overview(area, timezone.now())
    elif kind == "initiatieven":
        asked = Asked(area.gemeente_id, area=area)
        context["lines"] = lines_of(page_of(asked, cursor="", limit=INITIATIVES)[0])
    elif kind == "peilingen":
        context["lines"] = open_in(area, many=POLLS)
    else:
        home = apps.get_model("cms_home.HomePage").objects.get(gemeente_id=area.gemeente_id)
        context["news"] = latest_news(home, area_id=area.id)[:NEWS]
    response = render(request, f"cms/public/widget_{kind}.html", context)
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response


def _place(request: HttpRequest, code: str) -> tuple[AreaRow, Any]:
    """The area and its published page; 404 for one of another municipality."""
    area = get_area(code, gemeente_id=scope_of(request).gemeente_id)
    row = tree().by_code[area.code]
    page = apps.get_model("cms_wijken.WijkPage").objects.live().public().filter(area_id=row.id).first()
    if page is None:
        raise Http404
    return row, page
