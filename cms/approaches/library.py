"""Searching and narrowing the library. Some hundred approaches at most: one query, the rest in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.db.models import BooleanField, Case, Value, When
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.approaches.states import Effort, Evidence
from core.areas.queries import folded
from participation.routing.wording import theme_name

PER_PAGE = 12
RELATED = 3
COSTS = (0, 250, 1000, 5000)
"""Euros: "at most so much"."""
UNREAD = ("steps", "ingredients", "warnings", "done", "body")
"""What no card shows."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for, as it stands in the address; "" is everything."""

    text: str = ""
    theme: str = ""
    evidence: str = ""
    cost: str = ""
    effort: str = ""
    page: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.kept)

    @property
    def kept(self) -> str:
        """For the address of another page of the same list."""
        said = {name: getattr(self, field) for field, name in ADDRESS.items()}
        return urlencode({name: value for name, value in said.items() if value})


ADDRESS = {"text": "q", "theme": "thema", "evidence": "bewijs", "cost": "kosten", "effort": "moeite"}
"""Names in the address."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value to choose; `many`: how many there are with it and all else that is chosen."""

    value: str
    label: str
    many: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Library:
    """`everything`: whether there is anything at all. `facets`: (name in the address, its options)."""

    page: PageOf[Any]
    many: int
    everything: bool
    facets: Mapping[str, Sequence[Option]]


def read_wish(said: Mapping[str, str]) -> Wish:
    given = {field: said.get(name, "").strip()[:100] for field, name in ADDRESS.items()}
    return Wish(**given, page=said.get("pagina", "")[:6])


def approaches(above: Page) -> Any:
    """The published approaches below a page, by title, as cards show them."""
    model = apps.get_model("cms_approaches.ApproachPage")
    pages = model.objects.live().descendant_of(above).select_related("photo", "theme").defer(*UNREAD)
    return pages.prefetch_related("photo__renditions").order_by("title", "pk")


def library(above: Page, wish: Wish) -> Library:
    """What fits the wish, and how many would with one thing more."""
    rows = list(approaches(above))
    found = [one for one in rows if _fits(one, wish)]
    themes = {one.theme.slug: theme_name(one.theme) for one in sorted(filter(_themed, rows), key=_theme_place)}
    offered: dict[str, list[tuple[str, str]]] = {
        "theme": list(themes.items()),
        "effort": [(value, str(label)) for value, label in Effort.choices],
        "cost": [(str(euros), _at_most(euros)) for euros in COSTS],
        "evidence": [(value, str(label)) for value, label in Evidence.choices],
    }
    facets = {}
    for field, options in offered.items():
        others = [one for one in rows if _fits(one, replace(wish, **{field: ""}))]
        facets[ADDRESS[field]] = [
            Option(
                value,
                label,
                sum(FITS[field](one, value) for one in others),
                value == getattr(wish, field),
            )
            for value, label in options
        ]
    page = Paginator(found, PER_PAGE).get_page(wish.page)
    return Library(page, len(found), bool(rows), facets)


def related(page: Page) -> list[Any]:
    """A few others, of the same theme first."""
    theme_id = getattr(page, "theme_id", None)
    same = Case(When(theme_id=theme_id, then=Value(True)), default=Value(False), output_field=BooleanField())
    others = approaches(page.get_parent()).exclude(pk=page.pk)
    return list(others.annotate(same=same).order_by("-same", "-first_published_at", "pk")[:RELATED])


def _themed(one: Any) -> bool:
    return one.theme is not None


def _theme_place(one: Any) -> tuple[int, str]:
    return one.theme.position, one.theme.name


def _at_most(euros: int) -> str:
    return _("At most € %(euros)s") % {"euros": number_format(euros, force_grouping=True)} if euros else _("Free")


def _has_text(one: Any, text: str) -> bool:
    theme = (one.theme.name, theme_name(one.theme)) if one.theme else ()
    said = folded(" ".join((one.title, one.goal, one.audience, one.needed, *theme)))
    return all(word in said for word in folded(text).split())


def _costs_at_most(one: Any, euros: str) -> bool:
    return one.cost_to is not None and euros.isdecimal() and one.cost_to <= int(euros)


FITS: dict[str, Callable[[Any, str], bool]] = {
    "text": _has_text,
    "theme": lambda one, slug: one.theme is not None and one.theme.slug == slug,
    "evidence": lambda one, level: one.evidence == level,
    "cost": _costs_at_most,
    "effort": lambda one, effort: one.effort == effort,
}


def _fits(one: Any, wish: Wish) -> bool:
    return all(not getattr(wish, field) or fits(one, getattr(wish, field)) for field, fits in FITS.items())
