"""Links in rich text, as visitors get them."""

from __future__ import annotations

from typing import Any

from django.utils.html import escape, format_html
from wagtail.models import Page
from wagtail.rich_text import LinkHandler
from wagtail.rich_text.pages import PageLinkHandler

from cms.base.reading import path_of

NO_LINK = "<a>"
"""Reads as plain text."""


class LivePageLink(PageLinkHandler):
    """A page that is not there (any more) is no link: nobody is sent to an address without a page."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        """One query for all links of a text."""
        ids = [int(attrs["id"]) for attrs in attrs_list if str(attrs.get("id", "")).isdecimal()]
        live = {str(page.pk): page for page in Page.objects.live().filter(pk__in=ids)}
        found = [live.get(str(attrs.get("id"))) for attrs in attrs_list]
        addresses = [path_of(page) if page else "" for page in found]
        return [f'<a href="{escape(address)}">' if address else NO_LINK for address in addresses]


class ExternalLink(LinkHandler):
    """An address elsewhere: that site gets no hold of our window."""

    identifier = "external"

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, Any]) -> str:
        return str(format_html('<a href="{}" rel="external noopener">', attrs.get("href", "")))
