"""Reading who follows what, and which wijken there are to follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count

from cms.base.reading import path_read, title_read
from cms.following.models import Device, DeviceWijk, FollowedWijk
from core.areas.queries import AreaRow, tree
from core.notify.moments import Frequency

FIELDS = ("area_id", "title", "slug", "url_path", "translation_key")


@dataclass(frozen=True, slots=True)
class Wijk:
    """A wijk that can be followed: it has a page that everybody may read. `address` begins with a slash."""

    area: AreaRow
    name: str
    slug: str
    address: str


def home_of(gemeente_id: int | None) -> Any:
    """The live home page of a municipality, or None."""
    if gemeente_id is None:
        return None
    return apps.get_model("cms_home.HomePage").objects.live().filter(gemeente_id=gemeente_id).first()


def wijken_of(gemeente_id: int | None) -> dict[int, Wijk]:
    """By area id, in order of name; each as it is read. Two queries."""
    home = home_of(gemeente_id)
    if home is None:
        return {}
    pages = apps.get_model("cms_wijken.WijkPage").objects.live().public().descendant_of(home)
    rows = pages.filter(area__gemeente_id=gemeente_id).order_by("title")
    known = tree().by_id
    return {
        area_id: Wijk(
            known[area_id], title_read(key, title)[0], slug, path_read(key, "/" + url_path.removeprefix(home.url_path))
        )
        for area_id, title, slug, url_path, key in rows.values_list(*FIELDS)
        if area_id in known
    }


def wijk_named(name: str, wijken: dict[int, Wijk]) -> Wijk | None:
    """The one with this CBS code, or with this word in the address of its page."""
    wanted = name.casefold()
    return next((one for one in wijken.values() if wanted in (one.area.code.casefold(), one.slug.casefold())), None)


def told_of(area_id: int) -> frozenset[int]:
    """The areas whose followers hear of a page of this one: `areas_shown` the other way."""
    known = tree()
    below = known.descendants(area_id) if known.by_id[area_id].level == "wijk" else frozenset({area_id})
    return below | {one.id for one in known.ancestors(area_id)}


def is_needed(endpoint: str) -> bool:
    """Whether this browser is told of any wijk."""
    return Device.objects.filter(endpoint=endpoint).exists()


def topics_on_device(endpoint: str, area_id: int) -> list[str]:
    """What this browser is told of this wijk; empty when nothing."""
    found = DeviceWijk.objects.filter(device__endpoint=endpoint, area_id=area_id)
    topics: list[str] | None = found.values_list("topics", flat=True).first()
    return topics or []


@dataclass(frozen=True, slots=True)
class Following:
    """How many follow one wijk; never who."""

    daily: int
    weekly: int
    monthly: int
    devices: int

    @property
    def by_mail(self) -> int:
        return self.daily + self.weekly + self.monthly


def followers_of(area_ids: Iterable[int]) -> dict[int, Following]:
    """Two queries, whatever the number of wijken."""
    ids = sorted(area_ids)
    by_mail: Counter[tuple[int, str]] = Counter()
    rows = FollowedWijk.objects.filter(area_id__in=ids).values_list("area_id", "follower__frequency")
    for area_id, frequency, many in rows.annotate(many=Count("pk")):
        by_mail[area_id, frequency] = many
    listening = DeviceWijk.objects.filter(area_id__in=ids).values_list("area_id").annotate(many=Count("pk"))
    devices = dict(listening)
    return {
        pk: Following(
            daily=by_mail[pk, Frequency.DAILY],
            weekly=by_mail[pk, Frequency.WEEKLY],
            monthly=by_mail[pk, Frequency.MONTHLY],
            devices=devices.get(pk, 0),
        )
        for pk in ids
    }
