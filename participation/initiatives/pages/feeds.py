"""Atom feeds of initiatives: the newest that everybody may read, of one wijk or of the whole municipality."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from core.api.throttles import check_throttle
from core.areas.queries import get_area, tree
from core.areas.tenancy import scope_of
from core.ui.atom import MOST, answer, begin, urn
from participation.initiatives.queries.public import Asked, page_of

SUMMARY = 400


@conditional_page
@require_safe
def feed(request: HttpRequest, code: str = "") -> HttpResponse:
    """One query."""
    check_throttle(request, "public")
    gemeente = tree().by_id.get(scope_of(request).gemeente_id or 0)
    if gemeente is None:
        raise Http404
    area = get_area(code, gemeente_id=gemeente.id) if code else None
    rows, _more = page_of(Asked(gemeente.id, area=area), cursor="", limit=MOST)
    origin = f"{request.scheme}://{request.get_host()}"
    with translation.override(settings.LANGUAGE_CODE):
        made = begin(
            request,
            gemeente,
            title=f"{(area or gemeente).name} · {_('Initiatives')}",
            link=reverse("initiatives") + (f"?wijk={area.code}" if area else ""),
            language=str(settings.LANGUAGE_CODE),
        )
        for one in rows:
            made.add_item(
                title=one.title,
                link=origin + reverse("initiative", args=[one.slug]),
                description=Truncator(one.what).chars(SUMMARY),
                unique_id=urn(f"initiative {gemeente.code} {one.pk}"),
                pubdate=one.published_at,
                updateddate=one.changed_at,
                categories=[str(one.get_stage_display())],
            )
    return answer(made)


urlpatterns = [
    path("feeds/initiatieven.atom", feed, name="initiatives_feed"),
    path("feeds/wijk/<str:code>/initiatieven.atom", feed, name="initiatives_feed_wijk"),
]
