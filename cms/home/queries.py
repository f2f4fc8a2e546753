"""What is asked about a municipality's site."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import GroupPagePermission, Page

from cms.base.models import InfoPage
from cms.base.publishing import LINKS
from core.accounts.models import User
from core.snapshots.snapshot import Snapshot
from core.ui.context import Link, SiteLinks


def edited_gemeente(user: User) -> int | None:
    """The municipality whose pages this account may change, by its groups. One query."""
    mine = GroupPagePermission.objects.filter(group__user=user, page__path__startswith=OuterRef("path"))
    homes = apps.get_model("cms_home.HomePage").objects.filter(Exists(mine), gemeente__isnull=False)
    found: int | None = homes.order_by("pk").values_list("gemeente_id", flat=True).first()
    return found


def site_links(request: HttpRequest) -> SiteLinks:
    """The menu and the footer of this host's municipality; from memory."""
    scope = getattr(request, "scope", None)
    return _links.get().get(scope.gemeente_id, SiteLinks()) if scope else SiteLinks()


MENU: dict[str, Any] = {
    "wijkindexpage": _("Neighbourhoods"),
    "newsindexpage": _("News"),
    "agendaindexpage": _("Agenda"),
    "winindexpage": _("This went well"),
    "peoplepage": _("Who works here"),
    "approachindexpage": _("Approaches"),
}
"""The lists that stand in the menu, in this order, as far as a municipality has them."""


def _load() -> dict[int, SiteLinks]:
    homes = apps.get_model("cms_home.HomePage").objects.live().filter(gemeente__isnull=False)
    lists = Page.objects.live().public().filter(content_type__model__in=MENU)
    plain = InfoPage.objects.live().public().filter(in_footer=True).order_by("path")
    found = list(lists.values_list("path", "url_path", "content_type__model"))
    pages = list(plain.values_list("path", "url_path", "title"))
    links = {}
    for path, url_path, gemeente_id in homes.values_list("path", "url_path", "gemeente_id"):
        below = {kind: f"/{url.removeprefix(url_path)}" for at, url, kind in found if at.startswith(path)}
        links[gemeente_id] = SiteLinks(
            menu=tuple(Link(label, below[kind]) for kind, label in MENU.items() if kind in below),
            footer=tuple(
                Link(title, f"/{url.removeprefix(url_path)}") for at, url, title in pages if at.startswith(path)
            ),
        )
    return links


_links: Snapshot[dict[int, SiteLinks]] = Snapshot(LINKS, _load)
