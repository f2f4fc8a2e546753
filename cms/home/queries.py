"""What is asked about a municipality's site."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import GroupPagePermission

from cms.base.reading import language_read, pages_of
from core.accounts.models import User
from core.ui.context import Link, SiteLinks


def edited_gemeente(user: User) -> int | None:
    """The municipality whose pages this account may change, by its groups. One query."""
    mine = GroupPagePermission.objects.filter(group__user=user, page__path__startswith=OuterRef("path"))
    homes = apps.get_model("cms_home.HomePage").objects.filter(Exists(mine), gemeente__isnull=False)
    found: int | None = homes.order_by("pk").values_list("gemeente_id", flat=True).first()
    return found


MENU: dict[str, Any] = {
    "wijken": _("Neighbourhoods"),
    "news": _("News"),
    "agenda": _("Agenda"),
    "wins": _("This went well"),
    "people": _("Who works here"),
    "approaches": _("Approaches"),
}
"""The lists that stand in the menu, in this order, as far as a municipality has them."""


def site_links(request: HttpRequest) -> SiteLinks:
    """The menu and the footer of this host's municipality, in the language of who reads; from memory."""
    pages = pages_of(request) if hasattr(request, "scope") else None
    if pages is None:
        return SiteLinks()
    language = language_read()
    return SiteLinks(
        home=pages.home.address(language),
        menu=(
            *(Link(label, pages.lists[name].address(language)) for name, label in MENU.items() if name in pages.lists),
            Link(_("Initiatives"), reverse("initiatives")),
            Link(_("Polls"), reverse("polls")),
        ),
        footer=tuple(
            Link(
                one.titles.get(language, one.title),
                one.address(language),
                language if language in one.titles else str(settings.LANGUAGE_CODE),
            )
            for one in pages.plain
        ),
    )
