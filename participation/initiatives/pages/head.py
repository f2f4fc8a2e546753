"""What the page of an initiative says of itself to search engines and to whoever shares it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator

from core.areas.queries import AreaRow
from core.areas.tenancy import site_of
from participation.initiatives.models import Initiative
from participation.initiatives.queries.detail import Picture

DESCRIPTION = 160


@dataclass(frozen=True, slots=True)
class Head:
    """`structured` is JSON-LD. An initiative that is not public says nothing but its title."""

    title: str
    canonical: str
    description: str
    image: str
    structured: dict[str, Any]


def head_of(
    request: HttpRequest, initiative: Initiative, pictures: Sequence[Picture], gemeente: AreaRow
) -> Head | None:
    """No query."""
    if not initiative.is_public or initiative.published_at is None:
        return None
    site = site_of(gemeente.id)
    canonical = site + reverse("initiative", args=[initiative.slug])
    description = Truncator(" ".join(initiative.what.split())).chars(DESCRIPTION)
    image = site + pictures[0].large if pictures else ""
    place: dict[str, Any] = {"@type": "Place", "address": initiative.address or gemeente.name}
    if initiative.lat is not None and initiative.lon is not None:
        lat, lon = round(initiative.lat, 4), round(initiative.lon, 4)
        place["geo"] = {"@type": "GeoCoordinates", "latitude": lat, "longitude": lon}
    facts = {
        "@context": "https://schema.org",
        "@type": "Project",
        "name": initiative.title,
        "description": description,
        "url": canonical,
        "foundingDate": initiative.published_at.date().isoformat(),
        "location": place,
    }
    if image:
        facts["image"] = image
    return Head(initiative.title, canonical, description, image, facts)
