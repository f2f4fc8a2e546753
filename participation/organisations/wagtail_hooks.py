"""Tells Wagtail about the pages that import people."""

from __future__ import annotations

from django.urls import URLPattern
from wagtail import hooks

from participation.organisations.import_pages import urls


@hooks.register("register_admin_urls")
def register_imports() -> list[URLPattern]:
    return urls()
