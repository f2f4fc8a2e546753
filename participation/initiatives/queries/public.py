"""What everybody may see of initiatives: the list with its filters, and the points of the map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.urls import reverse

from core.api.cursors import KeysetPagination
from core.areas.queries import AreaRow, folded, tree
from core.media.urls import photo_url
from participation.initiatives.models import HelpRequest, Initiative, InitiativePhoto
from participation.initiatives.states import OPEN, Act, Stage, stages_that_allow
from participation.routing.models import Theme
from participation.routing.queries import themes_of
from participation.routing.wording import theme_name

Box = tuple[float, float, float, float]

ORDERS: dict[str, tuple[str, ...]] = {
    "newest": ("-published_at", "-id"),
    "support": ("-supported", "-id"),
    "needs-support": ("missing", "id"),
}
"""Each lies in an index. `needs-support` holds only those that gather and are not there yet, the nearest first."""
NEVER_NULL = frozenset({"published_at", "supported", "missing"})
"""Of an initiative that everybody may read."""
UNDERWAY = "underway"
"""Besides the stages themselves: every one that is still alive."""
STAGES = (UNDERWAY, *(stage.value for stage in Stage if stage != Stage.DRAFT))
MOST_WORDS = 6
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """How the list is narrowed and ordered. `gemeente_id` None: every municipality of the installation."""

    gemeente_id: int | None
    area: AreaRow | None = None
    stage: str = ""
    theme_id: int | None = None
    needs_help: bool = False
    text: str = ""
    bbox: Box | None = None
    order: str = "newest"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.area or self.stage or self.theme_id or self.needs_help or self.text or self.bbox)


@dataclass(frozen=True, slots=True)
class Bar:
    """Support as a bar. `needed` 0: no threshold; `percent` is for the eye, at most 100."""

    many: int
    paper: int
    needed: int

    @property
    def percent(self) -> int:
        return min(100, 100 * self.many // self.needed) if self.needed else 0

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.many)

    @property
    def reached(self) -> bool:
        return bool(self.needed) and self.many >= self.needed


@dataclass(frozen=True, slots=True)
class Line:
    """One initiative in a list. `help`: the kinds of help it asks everybody for."""

    slug: str
    title: str
    language: str
    what: str
    stage: str
    place: str
    wijk: str
    photo_id: UUID | None
    theme: Theme | None
    bar: Bar
    shows_support: bool
    help: tuple[str, ...]

    @property
    def stage_label(self) -> str:
        return str(Stage(self.stage).label)

    @property
    def theme_label(self) -> str:
        return theme_name(self.theme) if self.theme else ""

    @property
    def help_labels(self) -> list[str]:
        return [str(HelpRequest.Kind(kind).label) for kind in self.help]

    @property
    def photo_address(self) -> str | None:
        return photo_url(self.photo_id, "medium") if self.photo_id else None


def public_initiatives(asked: Asked) -> QuerySet[Initiative]:
    """Every initiative that everybody may read and that was asked for, unordered."""
    rows = Initiative.objects.filter(published_at__isnull=False).defer("found_by")
    if asked.gemeente_id is not None:
        rows = rows.filter(gemeente_id=asked.gemeente_id)
    if asked.area is not None:
        if asked.area.level == "gemeente":
            rows = rows.filter(gemeente_id=asked.area.id)
        else:
            rows = rows.filter(area_id__in=tree().descendants(asked.area.id))
    if asked.order == "needs-support":
        rows = rows.filter(stage=Stage.GATHERING, missing__gt=0)
    if asked.stage == UNDERWAY:
        rows = rows.filter(stage__in=sorted(OPEN))
    elif asked.stage:
        rows = rows.filter(stage=asked.stage)
    if asked.theme_id is not None:
        rows = rows.filter(theme_id=asked.theme_id)
    if asked.needs_help:
        rows = rows.filter(
            Exists(open_help().filter(initiative=OuterRef("pk"))), stage__in=stages_that_allow(Act.OFFER)
        )
    for word in folded(asked.text).split()[:MOST_WORDS]:
        rows = rows.filter(Q(found_by__contains=word) | Q(area_id__in=_areas_called(word, asked.gemeente_id)))
    if asked.bbox is not None:
        west, south, east, north = asked.bbox
        rows = rows.filter(lat__range=(south, north), lon__range=(west, east))
    return rows


def public_initiative(slug: str, *, gemeente_id: int | None) -> Initiative | None:
    return public_initiatives(Asked(gemeente_id)).select_related("case").filter(slug=slug).first()


def page_of(asked: Asked, *, cursor: str, limit: int) -> tuple[list[Initiative], str]:
    """The next rows and the cursor after them; one query wherever it is. Raises `BadRequest` for a wrong cursor."""
    return paging(asked).cut(public_initiatives(asked), cursor=cursor, limit=limit)


def paging(asked: Asked) -> KeysetPagination:
    return KeysetPagination(*ORDERS[asked.order], never_null=NEVER_NULL)


def count_of(asked: Asked) -> int:
    """How many there are, at most one more than `MOST_COUNTED`. One query."""
    return public_initiatives(asked).values("pk")[: MOST_COUNTED + 1].count()


def lines_in(rows: QuerySet[Initiative]) -> list[Line]:
    """What a list says of each of these. One query."""
    return [_line(one, _Besides.of(one)) for one in rows.annotate(**_besides())]


def lines_of(initiatives: Sequence[Initiative]) -> list[Line]:
    """The same of rows that were read already. One query, whatever their number."""
    rows = Initiative.objects.filter(pk__in=[one.pk for one in initiatives]).only("pk").annotate(**_besides())
    found = {one.pk: _Besides.of(one) for one in rows}
    return [_line(one, found.get(one.pk, _Besides(None, ()))) for one in initiatives]


@dataclass(frozen=True, slots=True)
class _Besides:
    """What a line says that stands in other tables: the first photo, and the kinds of help that are asked."""

    photo_id: UUID | None
    help: tuple[str, ...]

    @classmethod
    def of(cls, row: Any) -> _Besides:
        """Of a row that was read with `_besides()`."""
        return cls(row.first_photo, tuple(kind for kind in HelpRequest.Kind.values if getattr(row, f"asks_{kind}")))


def _besides() -> dict[str, Any]:
    own = InitiativePhoto.objects.filter(initiative=OuterRef("pk")).order_by("position", "id")
    help_asked = open_help().order_by().filter(initiative=OuterRef("pk"))
    return {"first_photo": Subquery(own.values("photo_id")[:1], output_field=UUIDField())} | {
        f"asks_{kind}": Exists(help_asked.filter(kind=kind)) for kind in HelpRequest.Kind.values
    }


def open_help() -> QuerySet[HelpRequest]:
    """Requests that a group shows to everybody, that nobody decided on yet, and with which neighbours could help:
    a task of the municipality is only the municipality's to give."""
    there = HelpRequest.objects.filter(seen_by=HelpRequest.SeenBy.EVERYBODY, decision="")
    return there.exclude(kind=HelpRequest.Kind.CHALLENGE).order_by("id")


def bar_of(initiative: Initiative) -> Bar:
    return Bar(initiative.support, initiative.paper_count, initiative.needed)


def shows_support(initiative: Initiative) -> bool:
    """Whether support says something here: there is some, or it is being gathered."""
    return initiative.support > 0 or initiative.stage == Stage.GATHERING


def theme_of(initiative: Initiative) -> Theme | None:
    """From memory."""
    themes = themes_of(initiative.gemeente_id)
    return next((one for one in themes if one.pk == initiative.theme_id), None)


def place_of(initiative: Initiative) -> tuple[str, str]:
    """The names of its area and of the wijk around that, the second empty when it is the same; from memory."""
    chain = tree().ancestors(initiative.area_id) if initiative.area_id in tree().by_id else ()
    wijk = next((row.name for row in chain if row.level == "wijk"), "")
    place = chain[0].name if chain else ""
    return place, wijk if wijk != place else ""


def addresses_of(gemeente_id: int, most: int) -> list[tuple[str, datetime]]:
    """The list, and the page of each with when it changed, the newest first; for who maps the site. One query."""
    rows = public_initiatives(Asked(gemeente_id)).order_by("-published_at", "-id")
    found = [(reverse("initiative", args=[slug]), at) for slug, at in rows.values_list("slug", "changed_at")[:most]]
    return [(reverse("initiatives"), max(at for _path, at in found)), *found] if found else []


def public_streams(names: Iterable[str], only: int | None) -> list[str]:
    """Those of these streams that are of a public initiative here. One query."""
    slugs = {name.partition(":")[2]: name for name in names}
    rows = public_initiatives(Asked(only)).filter(slug__in=slugs)
    return [slugs[slug] for slug in rows.values_list("slug", flat=True)]


def _line(one: Initiative, besides: _Besides) -> Line:
    place, wijk = place_of(one)
    return Line(
        slug=one.slug,
        title=one.title,
        language=one.language,
        what=one.what,
        stage=one.stage,
        place=place,
        wijk=wijk,
        photo_id=besides.photo_id,
        theme=theme_of(one),
        bar=bar_of(one),
        shows_support=shows_support(one),
        help=besides.help if one.stage in stages_that_allow(Act.OFFER) else (),
    )


def _areas_called(word: str, gemeente_id: int | None) -> set[int]:
    """Areas whose name holds this word, with all below them; from memory."""
    found: set[int] = set()
    for row in tree().by_code.values():
        if gemeente_id in (None, row.gemeente_id) and row.level != "gemeente" and word in folded(row.name):
            found |= tree().descendants(row.id)
    return found
