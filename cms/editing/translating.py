"""The button that opens the texts of a page in another language, and the one back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from cms.base.models import SitePage
from cms.base.translations import is_translation, original_of, translate
from core.ui.languages import own_name


def buttons(page: Page, user: Any) -> Iterator[Button]:
    """On a page: its texts in each other language. On such texts: back to the page."""
    if not issubclass(page.specific_class or Page, SitePage) or not page.permissions_for_user(user).can_edit():
        return
    if is_translation(page):
        original = original_of(page)
        if original is not None:
            address = reverse("wagtailadmin_pages:edit", args=[original.pk])
            yield Button(_("The Dutch page"), address, icon_name="globe", priority=75)
        return
    for code, _name in settings.PAGE_LANGUAGES:
        yield Button(own_name(code), reverse("translate_page", args=[page.pk, code]), icon_name="globe", priority=75)


@require_admin_access
def begin(request: HttpRequest, page_id: int, language: str) -> HttpResponse:
    """GET opens the texts that are there, or says what making them means; POST makes them."""
    page = get_object_or_404(Page, pk=page_id)
    if language not in dict(settings.PAGE_LANGUAGES) or not issubclass(page.specific_class or Page, SitePage):
        raise Http404
    if not page.permissions_for_user(request.user).can_edit() or is_translation(page):
        raise PermissionDenied
    known = Page.objects.filter(translation_key=page.translation_key, locale__language_code=language).first()
    if known is None and request.method != "POST":
        values = {
            "page": page,
            "language": own_name(language),
            "page_title": gettext("“%(page)s” in another language") % {"page": page.get_admin_display_title()},
        }
        return render(request, "cms/editing/translate.html", values)
    made = known or translate(page, language, user=request.user)
    return redirect("wagtailadmin_pages:edit", made.pk)


urlpatterns = [path("vertalen/<int:page_id>/<slug:language>/", begin, name="translate_page")]
