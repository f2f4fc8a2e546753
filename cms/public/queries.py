"""Which pages everybody may read, and of which area each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import Q
from wagtail.models import Page

from core.areas.queries import AreaRow, tree
from core.areas.tenancy import site_of


@dataclass(frozen=True, slots=True)
class Ground:
    """Where pages stand: `homes` and `wijken` by their place in the tree of pages, `urls` of the homes."""

    homes: Mapping[str, int]
    wijken: Mapping[str, int]
    urls: Mapping[str, str]

    def area_of(self, page: Page) -> AreaRow | None:
        """The area whose page stands nearest above this page, or is it; None for what is for everyone."""
        own = [path for path in self.wijken if page.path.startswith(path)]
        area_id = self.wijken[max(own, key=len)] if own else getattr(page, "area_id", None)
        return tree().by_id.get(area_id) if area_id is not None else None

    def address_of(self, page: Page) -> str:
        """The whole address, on the host of the municipality."""
        home = next(path for path in self.homes if page.path.startswith(path))
        return f"{site_of(self.homes[home])}/{page.url_path.removeprefix(self.urls[home])}"


def ground_of(gemeente_id: int | None) -> Ground:
    """The homes and wijk pages of one municipality, or of all of them. Two queries."""
    homes = apps.get_model("cms_home.HomePage").objects.live().filter(gemeente__isnull=False)
    if gemeente_id is not None:
        homes = homes.filter(gemeente_id=gemeente_id)
    known = list(homes.values_list("path", "gemeente_id", "url_path"))
    wijken = apps.get_model("cms_wijken.WijkPage").objects.live().filter(area__isnull=False)
    return Ground(
        homes={path: gemeente_id for path, gemeente_id, _url in known},
        wijken={
            path: area_id
            for path, area_id in wijken.values_list("path", "area_id")
            if any(path.startswith(home) for home, _gemeente, _url in known)
        },
        urls={path: url for path, _gemeente, url in known},
    )


def public_pages(model: type[Page], ground: Ground, area: AreaRow | None = None) -> Any:
    """Live pages of a kind that nobody must sign in for; with `area` what belongs to it or to an area in it."""
    pages = model.objects.live().public().filter(_below(ground.homes))
    if area is None or area.level == "gemeente":
        return pages if area is None else pages.filter(_below(_of(ground.homes, {area.id})))
    within = tree().descendants(area.id)
    found = _below(_of(ground.wijken, within))
    if any(one.name == "area" for one in model._meta.get_fields()):
        found |= Q(area_id__in=within)
    return pages.filter(found)


def _of(places: Mapping[str, int], area_ids: Any) -> list[str]:
    return [path for path, area_id in places.items() if area_id in area_ids]


def _below(paths: Any) -> Q:
    return reduce(or_, (Q(path__startswith=path) for path in paths), Q(pk__in=[]))
