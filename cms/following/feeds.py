"""Atom feeds: what was published, of one wijk or of the whole municipality. The same for everybody.

In Dutch, or with `?taal=en` in English as far as pages can be read in it: the address says it, for a news reader does
not.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from cms.agenda.queries import occurrences_of
from cms.base.around import areas_shown
from cms.base.reading import as_read, path_read
from cms.base.templatetags.reading import FEED_LANGUAGE, feed_language
from cms.following.choices import ON_DEVICES, Topic
from cms.following.queries import home_of, wijken_of
from core.api.throttles import check_throttle
from core.areas.queries import AreaRow, tree
from core.areas.tenancy import scope_of
from core.ui.atom import MOST, answer, begin, urn

MODELS = {
    Topic.WINS: "cms_wins.SmallWinPage",
    Topic.NEWS: "cms_news.NewsPage",
    Topic.AGENDA: "cms_agenda.EventPage",
}


@conditional_page
@require_safe
def feed(request: HttpRequest, code: str = "", topic: str = "") -> HttpResponse:
    """GET /feeds/…: the newest, at most 50. Of a wijk only its own; without a topic all of them."""
    check_throttle(request, "public")
    gemeente_id = scope_of(request).gemeente_id
    home = home_of(gemeente_id)
    topics = [one for one in ON_DEVICES if topic in ("", one)]
    if home is None or gemeente_id is None or not topics:
        raise Http404
    asked = request.GET.get(FEED_LANGUAGE, "")
    language = asked if asked in dict(settings.PAGE_LANGUAGES) else settings.LANGUAGE_CODE
    origin = f"{request.scheme}://{request.get_host()}"
    with translation.override(language):
        wijk = None
        if code:
            wijk = next((one for one in wijken_of(gemeente_id).values() if one.area.code == code), None)
            if wijk is None:
                raise Http404
        area, address = (wijk.area, wijk.address) if wijk else (None, path_read(home.translation_key, "/"))
        gemeente = tree().by_id[gemeente_id]
        made = begin(
            request,
            gemeente,
            title=_title(area or gemeente, topics),
            link=address,
            language=language,
            query=feed_language(),
        )
        for page, label in _newest(home, topics, area):
            made.add_item(
                title=page.title,
                link=origin + path_read(page.translation_key, f"/{page.url_path.removeprefix(home.url_path)}"),
                description=_summary(page),
                unique_id=urn(f"{page.translation_key} {page.locale_id}"),
                pubdate=page.first_published_at,
                updateddate=page.last_published_at or page.first_published_at,
                categories=[label],
            )
    return answer(made)


def _title(area: AreaRow, topics: list[Topic]) -> str:
    return f"{area.name} · {topics[0].label}" if len(topics) == 1 else area.name


def _newest(home: Any, topics: list[Topic], area: AreaRow | None) -> list[tuple[Any, str]]:
    """Pages that everybody may read, with the name of their topic; newest first. A few queries for each topic."""
    found: list[tuple[Any, str]] = []
    for topic in topics:
        kind: Any = apps.get_model(MODELS[topic])
        pages = kind.objects.live().public().descendant_of(home).exclude(first_published_at=None)
        if area is not None:
            pages = pages.filter(area_id__in=areas_shown(area.id))
        if topic == Topic.AGENDA:
            pages = pages.filter(over_at__gt=timezone.now()).prefetch_related("changes")
        newest = pages.defer("body").order_by("-first_published_at", "-pk")[:MOST]
        found += [(page, str(topic.label)) for page in as_read(newest)]
    return sorted(found, key=lambda one: (one[0].first_published_at, one[0].pk), reverse=True)[:MOST]


def _summary(page: Any) -> str:
    """The introduction; of an event its next time and place first."""
    if not hasattr(page, "rule"):
        return str(page.lead)
    ahead = [one.at for one in occurrences_of([page], timezone.now())]
    at = next((one for one in ahead if not one.cancelled), None)
    if at is None:
        return _("It is cancelled.") + f" {page.lead}"
    when = date_format(at.start, "l j F Y") if at.whole_day else date_format(at.start, "l j F Y, H:i")
    return f"{when}, {page.place}. {page.lead}"
