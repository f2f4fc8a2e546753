"""`/sitemap.xml` (sitemaps.org 0.9): every public page of this municipality and when it changed."""

from __future__ import annotations

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cms.base.translations import translated_into
from cms.public.queries import ground_of, public_pages
from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of, site_of
from participation.initiatives.queries.public import addresses_of
from participation.polls.queries.listing import addresses_of as polls_of

MOST = 50_000
"""Addresses in one file, by the protocol. The newest go first."""
MAX_AGE = 3600


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Five queries, whatever the number of pages."""
    check_throttle(request, "public")
    gemeente_id = scope_of(request).gemeente_id
    if gemeente_id is None:
        raise Http404
    ground, site = ground_of(gemeente_id), site_of(gemeente_id)
    pages = public_pages(Page, ground).order_by(F("last_published_at").desc(nulls_last=True), "pk")[:MOST]
    rows = []
    for page in pages:
        address, changed = ground.address_of(page), page.last_published_at
        rows.append({"url": address, "changed": changed})
        path = address.removeprefix(site)
        rows += [{"url": f"{site}/{code}{path}", "changed": changed} for code in translated_into(page)]
    others = [*addresses_of(gemeente_id, MOST), *polls_of(gemeente_id, MOST)]
    rows += [{"url": f"{site}{path}", "changed": changed} for path, changed in others]
    body = render_to_string("cms/public/sitemap.xml", {"pages": rows[:MOST]})
    response = HttpResponse(body, content_type="application/xml; charset=utf-8")
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response
