"""What every page knows: whose site it is, in which language, and whether it is a demonstration.

`core.ui` knows nothing of areas; whoever does tells it with `register_municipality`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from core.ui.catalogue import catalogue_address
from core.ui.languages import languages_of, own_name


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Municipality:
    """`theme` names a file of `frontend/styles/themes/`; empty is the platform's own look.

    `links` stand in the footer: privacy, accessibility and whatever else really exists.
    """

    name: str
    theme: str = ""
    is_demo: bool = False
    links: tuple[Link, ...] = ()


OfRequest = Callable[[HttpRequest], Municipality | None]
_municipality: list[OfRequest] = []


def register_municipality(of_request: OfRequest) -> None:
    """`of_request(request)` answers from memory (no query), None when there is no municipality yet."""
    _municipality[:] = [of_request]


LinksOf = Callable[[HttpRequest], tuple[Link, ...]]
_links: list[LinksOf] = []


def register_links(of_request: LinksOf) -> None:
    """Pages that belong in the footer of this request's municipality; answers from memory (no query)."""
    if of_request not in _links:
        _links.append(of_request)


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of every template."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    municipality = _municipality[0](request) if _municipality else None
    if municipality is not None:
        links = tuple(link for of_request in _links for link in of_request(request))
        municipality = replace(municipality, links=municipality.links + links)
    return {
        "municipality": municipality,
        "demo": settings.DEMO or bool(municipality and municipality.is_demo),
        "language": language,
        "tiles": bool(settings.TILES_URL),
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "languages": [
            {"code": code, "name": own_name(code), "current": code == language} for code in languages_of(request)
        ],
        "catalogue_address": catalogue_address(language),
    }
