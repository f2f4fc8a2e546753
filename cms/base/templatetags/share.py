"""`{% load share %}`: passing a page on, with plain links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django import template

register = template.Library()


@dataclass(frozen=True, slots=True)
class ShareLinks:
    url: str
    whatsapp: str
    mail: str


@register.simple_tag(takes_context=True)
def share_links(context: Any, page: Any, title: str) -> ShareLinks | None:
    """Where a page can be passed on; None for a page that is not published or has no address."""
    request = context.get("request")
    address = page.get_url(request) if request is not None and page.live else None
    if not address:
        return None
    url = request.build_absolute_uri(address)
    said = f"{title} {url}"
    return ShareLinks(
        url=url,
        whatsapp=f"https://wa.me/?{urlencode({'text': said})}",
        mail=f"mailto:?subject={quote(title)}&body={quote(said)}",
    )
