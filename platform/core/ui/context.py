"""What every page knows: whose site it is, in which language, and whether it is a demonstration.

`core.ui` knows nothing of areas; whoever does tells it with `register_municipality`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from core.ui.catalogue import catalogue_address
from core.ui.languages import languages_of, own_name

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Link:
    """`label` is a text of ours in the language of who looks, or a title that an editor wrote in `language`."""

    label: StrOrPromise
    address: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class SiteLinks:
    """`menu` stands on top of every page; `footer` below: privacy, accessibility and whatever else really exists."""

    menu: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()
    home: str = "/"


@dataclass(frozen=True, slots=True)
class Municipality:
    """`theme` names a file of `frontend/styles/themes/`; empty is the platform's own look."""

    name: str
    theme: str = ""
    is_demo: bool = False
    links: SiteLinks = SiteLinks()


OfRequest = Callable[[HttpRequest], Municipality | None]
_municipality: list[OfRequest] = []


def register_municipality(of_request: OfRequest) -> None:
    """`of_request(request)` answers from memory (no query), None when there is no municipality yet."""
    _municipality[:] = [of_request]


LinksOf = Callable[[HttpRequest], SiteLinks]
_links: list[LinksOf] = []


def register_links(of_request: LinksOf) -> None:
    """The pages that this request's municipality has for everyone; answers from memory (no query)."""
    _links[:] = [of_request]


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of every template."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    municipality = _municipality[0](request) if _municipality else None
    if municipality is not None and _links:
        municipality = replace(municipality, links=_links[0](request))
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
