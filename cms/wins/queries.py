"""Reading small wins: the newest, all of them by wijk, theme and year, whose photo may be shown, how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.base.around import area_called, areas_shown
from cms.base.translations import page_of
from core.areas.queries import AreaRow, tree
from participation.cases.wins import Said, consents_of, resolved_by_area
from participation.organisations.queries import roster
from participation.routing.queries import themes_of

COUNTED = timedelta(days=90)
"""How far back the count of wins per wijk looks."""


@dataclass(frozen=True, slots=True)
class Browsed:
    """What a visitor chose and may choose from: `wijken` with a win and the chosen one, all themes, `years` with a win,
    newest first."""

    wins: Any
    wijken: tuple[AreaRow, ...]
    themes: tuple[Any, ...]
    years: tuple[int, ...]
    wijk: AreaRow | None
    theme: Any
    year: int | None

    @property
    def is_filtered(self) -> bool:
        return bool(self.wijk or self.theme or self.year)

    @property
    def query(self) -> str:
        """The choice as it stands in an address."""
        chosen = {
            "wijk": self.wijk.code if self.wijk else "",
            "thema": self.theme.slug if self.theme else "",
            "jaar": self.year or "",
        }
        return urlencode({name: value for name, value in chosen.items() if value})


@dataclass(frozen=True, slots=True)
class Thanks:
    """Who is thanked. `role` may be empty."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What is celebrated in a wijk. `days_ago`: since the last one, None for never."""

    wijk: AreaRow
    wins: int
    resolved: int
    days_ago: int | None


def latest_wins(home: Page, *, area_id: int | None = None) -> Any:
    """Live small wins below a home page, newest first; with `area_id` what stands on the page of that area."""
    wins = apps.get_model("cms_wins.SmallWinPage").objects.live().descendant_of(home).order_by("-date", "-pk")
    if area_id is not None:
        wins = wins.filter(area_id__in=sorted(areas_shown(area_id)))
    photos = ("photo_after", "photo_before")
    return wins.select_related(*photos).defer("body").prefetch_related(*(f"{one}__renditions" for one in photos))


def browse(home: Any, *, wijk: str, thema: str, jaar: str) -> Browsed:
    """All wins of a municipality, as chosen: an area's code, a theme's slug, a year; what is unknown chooses nothing.

    Two queries; `wins` makes more when it is read.
    """
    wins = latest_wins(home)
    plain = apps.get_model("cms_wins.SmallWinPage").objects.live().descendant_of(home).order_by()
    ids = plain.filter(area__isnull=False).values_list("area_id", flat=True).distinct()
    chosen = area_called(wijk, home.gemeente_id)
    wijken = {tree().by_id[pk] for pk in ids if pk in tree().by_id} | ({chosen} if chosen else set())
    years = tuple(one.year for one in plain.dates("date", "year", order="DESC"))
    themes = themes_of(home.gemeente_id) if home.gemeente_id else ()
    theme = next((one for one in themes if one.slug == thema), None)
    year = next((one for one in years if str(one) == jaar), None)
    if chosen:
        wins = wins.filter(area_id__in=sorted(areas_shown(chosen.id)))
    if theme:
        wins = wins.filter(theme_id=theme.pk)
    if year:
        wins = wins.filter(date__range=(date(year, 1, 1), date(year, 12, 31)))
    return Browsed(wins, tuple(sorted(wijken, key=lambda one: one.name)), themes, years, chosen, theme, year)


def thanked_on(page: Any) -> list[Thanks]:
    """Who is thanked on a page, as it may be said today: professionals by their card, the reporter as they asked for.

    At most two queries.
    """
    found = []
    for one in page.thanked.all():
        match one.kind:
            case "professional":
                person = roster().people.get(one.professional_id)
                if person is not None and person.is_public:
                    found.append(Thanks(person.name, person.role))
            case "reporter":
                said = consents_of([page.case_id]).get(page.case_id) if page.case_id else None
                found.append(Thanks(said.name if said and said.name else _("the resident who reported it")))
            case "resident" if one.agreed and one.name:
                found.append(Thanks(one.name))
            case "group" if one.name:
                found.append(Thanks(one.name))
    return found


def consent_asked(page: Any) -> Said | None:
    """What the resident of this page's case said to showing their photo; None when nobody was asked."""
    return consents_of([page.case_id]).get(page.case_id) if page.case_id else None


def pictures_in(block: Any) -> list[int]:
    """Ids of the images that a block of a body shows."""
    found = block.block.extract_references(block.value)
    return [int(pk) for model, pk, *_where in found if model.__name__ == "Image"]


def images_on(page: Any) -> set[int]:
    """Ids of all images of a small win."""
    shown = {page.photo_before_id, page.photo_after_id} - {None}
    return shown | {pk for block in page.body for pk in pictures_in(block)}


def refused_photos(page: Any) -> set[int]:
    """Images that may not be published with this page: of residents who did not agree, and what nobody looked at."""
    unseen = set() if page.photos_checked else {page.photo_before_id, page.photo_after_id} - {None}
    return unseen | unagreed(images_on(page), by_hand=agreed_by_hand(page_of(page)))


def agreed_by_hand(page: Any) -> bool:
    """Whether an editor wrote down that the resident agreed to show their photo."""
    return bool(page.photo_consent and page.photo_consent_on)


def unagreed(images: set[int], *, by_hand: bool) -> set[int]:
    """Those that a resident made who did not agree. `by_hand`: an editor wrote down how they did; a no outweighs it.

    At most two queries.
    """
    rows = apps.get_model("cms_wins.ResidentPhoto").objects.filter(image_id__in=images)
    case_of = dict(rows.values_list("image_id", "case_id")) if images else {}
    said = consents_of(set(case_of.values())) if case_of else {}
    return {image for image, case_id in case_of.items() if not _agreed(said.get(case_id), by_hand)}


def _agreed(said: Said | None, by_hand: bool) -> bool:
    return said.photos if said is not None and said.photos is not None else by_hand


def wins_per_wijk(wijken: Sequence[int], gemeente_id: int, now: datetime) -> list[Share]:
    """What was celebrated lately beside what was solved, by wijk (ids of areas) in order of name. Two queries.

    A wijk without any is in it as well: that is what it is for.
    """
    since, today = now - COUNTED, timezone.localdate(now)
    known = tree()
    inside = {one for pk in wijken for one in known.descendants(pk)}
    rows = apps.get_model("cms_wins.SmallWinPage").objects.live().filter(area_id__in=inside).order_by()
    rows = rows.filter(locale__language_code=settings.LANGUAGE_CODE)  # a translation is no second one
    lately = Count("pk", filter=Q(date__gte=timezone.localdate(since)))
    counted = {
        pk: (many, last) for pk, many, last in rows.values_list("area_id").annotate(many=lately, last=Max("date"))
    }
    resolved = resolved_by_area(gemeente_id, since=since)
    found = []
    for pk in wijken:
        below = known.descendants(pk)
        many = sum(counted[one][0] for one in below if one in counted)
        last = max((counted[one][1] for one in below if one in counted), default=None)
        solved = sum(resolved.get(one, 0) for one in below)
        found.append(Share(known.by_id[pk], many, solved, max((today - last).days, 0) if last else None))
    return sorted(found, key=lambda one: one.wijk.name)
