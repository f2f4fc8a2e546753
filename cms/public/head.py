"""What a page says of itself to search engines and to whoever shares it: canonical address, Open Graph, schema.org."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page

from cms.agenda.queries import read_date
from cms.base.share_image import share_image_url
from cms.base.translations import translated_into
from core.areas.queries import AreaRow, tree
from core.areas.tenancy import scope_of, site_of

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """`structured` is JSON-LD; `article` says that the page was written on a day; `languages`: code → address, where
    there are several."""

    canonical: str
    image: str
    description: str
    article: bool
    languages: dict[str, str]
    structured: Facts


def head_of(page: Any, request: HttpRequest) -> Head | None:
    """None for a page on a host of no municipality, as in a preview. No query."""
    gemeente = tree().by_id.get(scope_of(request).gemeente_id or 0)
    address = page.get_url(request)
    if gemeente is None or not address:
        return None
    site = site_of(gemeente.id)
    canonical = f"{site}/{address.partition('://')[2].partition('/')[2] if '://' in address else address.lstrip('/')}"
    if (number := request.GET.get("pagina", "")[:7]).isdecimal() and int(number) > 1:
        canonical += f"?pagina={int(number)}"
    description = page.search_description or getattr(page, "lead", "") or getattr(page, "story", "")
    facts = {"@context": "https://schema.org", "url": canonical, "inLanguage": page.text_language}
    if description:
        facts["description"] = description
    own_language = str(settings.LANGUAGE_CODE)
    dutch = canonical.replace(f"{site}/{page.shown_in}/", f"{site}/", 1) if page.shown_in else canonical
    others = {code: f"{site}/{code}{dutch.removeprefix(site)}" for code in translated_into(page)}
    languages = {own_language: dutch} | others | {"x-default": dutch} if others else {}
    label = page._meta.label_lower
    own = MADE.get(label, _page)(page, gemeente, site, request)
    return Head(canonical, site + share_image_url(page), description, label in ARTICLES, languages, facts | own)


def _organisation(gemeente: AreaRow, site: str) -> Facts:
    return {"@type": "GovernmentOrganization", "name": gemeente.name, "url": f"{site}/"}


def _page(page: Page, gemeente: AreaRow, site: str, request: HttpRequest) -> Facts:
    return {"@type": "WebPage", "name": page.title, "publisher": _organisation(gemeente, site)}


def _home(page: Page, gemeente: AreaRow, site: str, request: HttpRequest) -> Facts:
    return {"@type": "WebSite", "name": page.title, "publisher": _organisation(gemeente, site)}


def _wijk(page: Any, gemeente: AreaRow, site: str, request: HttpRequest) -> Facts:
    area = tree().by_id.get(page.area_id)
    if area is None:
        return _page(page, gemeente, site, request)
    lon, lat = area.point
    return {
        "@type": "Place",
        "name": area.name,
        "geo": {"@type": "GeoCoordinates", "latitude": round(lat, 5), "longitude": round(lon, 5)},
        "containedInPlace": {"@type": "City", "name": gemeente.name},
    }


def _article(page: Any, gemeente: AreaRow, site: str, request: HttpRequest) -> Facts:
    changed = page.last_published_at
    return {
        "@type": "NewsArticle" if page._meta.label_lower == "cms_news.newspage" else "Article",
        "headline": page.title,
        "datePublished": page.date.isoformat(),
        **({"dateModified": changed.isoformat()} if changed else {}),
        "publisher": _organisation(gemeente, site),
    }


def _event(page: Any, gemeente: AreaRow, site: str, request: HttpRequest) -> Facts:
    """The time that the page shows, as schema.org wants an event."""
    said = page.public_facts(page.shown(timezone.now(), read_date(request.GET.get("dag", ""))))
    place: Facts = {"@type": "Place", "name": said["place"], "address": said["address"] or said["place"]}
    if said["point"]:
        lon, lat = said["point"]
        place["geo"] = {"@type": "GeoCoordinates", "latitude": lat, "longitude": lon}
    organiser = {"@type": "Organization", "name": said["organiser"]} if said["organiser"] else None
    return {
        "@type": "Event",
        "name": page.title,
        "startDate": said["start"].isoformat(),
        "endDate": said["end"].isoformat(),
        "eventStatus": f"https://schema.org/Event{said['status'].title()}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": place,
        "organizer": organiser or _organisation(gemeente, site),
        "isAccessibleForFree": not said["costs"],
    }


ARTICLES = {"cms_news.newspage", "cms_wins.smallwinpage"}
MADE: dict[str, Callable[[Any, AreaRow, str, HttpRequest], Facts]] = {
    "cms_home.homepage": _home,
    "cms_wijken.wijkpage": _wijk,
    "cms_agenda.eventpage": _event,
    **dict.fromkeys(ARTICLES, _article),
}
