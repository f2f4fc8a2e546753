"""What is asked about a municipality's site."""

from __future__ import annotations

from collections import defaultdict

from django.apps import apps
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from wagtail.models import GroupPagePermission

from cms.base.models import FOOTER, InfoPage
from core.accounts.models import User
from core.snapshots.snapshot import Snapshot
from core.ui.context import Link


def edited_gemeente(user: User) -> int | None:
    """The municipality whose pages this account may change, by its groups. One query."""
    mine = GroupPagePermission.objects.filter(group__user=user, page__path__startswith=OuterRef("path"))
    homes = apps.get_model("cms_home.HomePage").objects.filter(Exists(mine))
    found: int | None = homes.order_by("pk").values_list("gemeente_id", flat=True).first()
    return found


def footer_links(request: HttpRequest) -> tuple[Link, ...]:
    """The information pages that stand in the footer of this host's municipality; from memory."""
    scope = getattr(request, "scope", None)
    return _footers.get().get(scope.gemeente_id, ()) if scope else ()


def _load() -> dict[int, tuple[Link, ...]]:
    homes = dict(apps.get_model("cms_home.HomePage").objects.values_list("url_path", "gemeente_id"))
    links: dict[int, list[Link]] = defaultdict(list)
    pages = InfoPage.objects.live().public().filter(in_footer=True).order_by("path")
    for title, url_path in pages.values_list("title", "url_path"):
        home = next((one for one in homes if url_path.startswith(one)), None)
        if home is not None and homes[home] is not None:
            links[homes[home]].append(Link(title, "/" + url_path.removeprefix(home)))
    return {gemeente_id: tuple(found) for gemeente_id, found in links.items()}


_footers: Snapshot[dict[int, tuple[Link, ...]]] = Snapshot(FOOTER, _load)
