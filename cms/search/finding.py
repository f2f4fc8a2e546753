"""Searching everything public in one municipality: pages, people, initiatives, and reports by place and subject.

Every word must be found. Only when nothing holds them all, words that are much like them count too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from cms.base.reading import path_read, title_read
from cms.search.likeness import ENOUGH, judge_of, wanted
from cms.search.models import Kind, SearchText, searchable
from core.areas.queries import AreaRow, tree
from participation.cases.states import Status
from participation.initiatives.queries.around import holding
from participation.organisations.cards import PersonLine, everyone
from participation.polls.queries import listing as polls
from participation.reports.queries import public_reports
from participation.routing.queries import config
from participation.routing.wording import words_of

LONGEST = 100
"""Characters of a question that are read."""
SHORTEST = 2
MOST_WORDS = 8
MOST_PAGES = 500
MOST_LIKE = 30
"""Results for a mistyped word."""
MOST_PLACES = 6
READ_THROUGH = 3000
"""Pages that are compared with a mistyped word at most."""
CANDIDATE = 0.3
"""From this `word_similarity` on PostgreSQL a page is compared with a mistyped word at all."""


@dataclass(frozen=True, slots=True)
class Result:
    """One page, person, or place with its reports. `address` is "" where there is nothing to go to; `language` that of
    the texts of a page, as far as it is known."""

    kind: str
    title: str
    address: str = ""
    lead: str = ""
    date: date | None = None
    place: str = ""
    language: str = ""
    person: PersonLine | None = None
    open: int = 0
    solved: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """`query` as it was read; `alike`: nothing holds these words, this is what comes near."""

    query: str
    results: tuple[Result, ...] = ()
    alike: bool = False

    @property
    def too_short(self) -> bool:
        return bool(self.query) and not words_in(self.query)

    def of(self, kind: str) -> tuple[Result, ...]:
        return tuple(one for one in self.results if one.kind == kind)


def words_in(query: str) -> list[str]:
    """The words that are looked for. One letter is no word."""
    words = list(dict.fromkeys(searchable(query).split()))
    return [one for one in words if len(one) >= SHORTEST][:MOST_WORDS]


def find(gemeente_id: int, query: str, today: date) -> Found:
    """At most seven queries; none when there is nothing to look for."""
    query = " ".join(query.replace("\0", " ").split())[:LONGEST]
    words = words_in(query)
    if not words:
        return Found(query)
    homes = apps.get_model("cms_home.HomePage").objects.live().filter(gemeente_id=gemeente_id)
    home: str | None = homes.values_list("url_path", flat=True).first()
    if home is None:
        return Found(query)

    def all_in(text: str) -> float:
        line = searchable(text)
        return float(all(wanted(word) in line for word in words))

    results = _results(gemeente_id, home, today, all_in, _pages(gemeente_id, words))
    results += (*_initiatives(gemeente_id, words), *_polls(gemeente_id, words))
    if results:
        return Found(query, results)
    alike = judge_of(words)
    like = _results(gemeente_id, home, today, lambda text: alike(searchable(text)), _like(gemeente_id, words, alike))
    return Found(query, like, alike=True)


Judge = Callable[[str], float]


def _results(gemeente_id: int, home: str, today: date, judge: Judge, pages: Iterable[Any]) -> tuple[Result, ...]:
    found = [_page_result(row, home) for row in pages]
    people, reports = _people(gemeente_id, today, judge), _reports(gemeente_id, judge)
    if not people and not reports:
        return tuple(found)
    rows = _rows(gemeente_id).filter(kind=Kind.WIJK, area_id__isnull=False)
    found_wijken = rows.values_list("area_id", "url_path", "key")
    wijken = {area_id: path_read(key, f"/{path.removeprefix(home)}") for area_id, path, key in found_wijken}
    found += [_at(wijken, area_ids, "#mensen", one) for area_ids, one in people]
    return (*found, *(_at(wijken, area_ids, "#meldingen", one) for area_ids, one in reports))


def _at(wijken: dict[int, str], area_ids: Iterable[int], part: str, one: Result) -> Result:
    """With the address of the page of the first of these areas, or of the wijk around it, that has one."""
    known = tree()
    above = (
        pk for area_id in area_ids if area_id in known.by_id for pk in (row.id for row in known.ancestors(area_id))
    )
    page = next((wijken[pk] for pk in above if pk in wijken), "")
    return replace(one, address=f"{page}{part}") if page else one


# --- pages ------------------------------------------------------------------------------------


def _rows(gemeente_id: int) -> Any:
    rows = SearchText.objects.filter(gemeente_id=gemeente_id, page__live=True)
    return rows.annotate(title=F("page__title"), url_path=F("page__url_path"), key=F("page__translation_key"))


COLUMNS = ("kind", "title", "url_path", "lead", "date", "area_id", "head", "key")


def _pages(gemeente_id: int, words: list[str]) -> list[Any]:
    """Every word somewhere in the page; those with most of them in the head first, then the newest."""
    holds = Q()
    for word in words:
        holds &= Q(text__contains=wanted(word))
    rows = _rows(gemeente_id).filter(holds).order_by(F("date").desc(nulls_last=True), "-pk")
    found = list(rows.values_list(*COLUMNS, named=True)[:MOST_PAGES])
    return sorted(
        found,
        key=lambda row: -sum(2 * (wanted(one) in searchable(row.title)) + (wanted(one) in row.head) for one in words),
    )


def _like(gemeente_id: int, words: list[str], judge: Judge) -> list[Any]:
    """Pages whose head has a word much like each of these, the likest first."""
    rows = _rows(gemeente_id)
    if not settings.SQLITE:
        from django.contrib.postgres.search import TrigramWordSimilarity

        for number, word in enumerate(words):
            near = {f"near_{number}": TrigramWordSimilarity(word, "head")}
            rows = rows.annotate(**near).filter(**{f"near_{number}__gte": CANDIDATE})
    newest = rows.order_by(F("date").desc(nulls_last=True), "-pk").values_list(*COLUMNS, named=True)[:READ_THROUGH]
    judged = ((judge(row.head), row) for row in newest)
    return [row for how, row in sorted(judged, key=lambda one: -one[0]) if how >= ENOUGH][:MOST_LIKE]


def _page_result(row: Any, home: str) -> Result:
    area = tree().by_id.get(row.area_id) if row.area_id and row.kind != Kind.WIJK else None
    address = path_read(row.key, f"/{row.url_path.removeprefix(home)}")
    title, language = title_read(row.key, row.title)
    lead = row.lead if language == settings.LANGUAGE_CODE else ""  # which is kept in Dutch
    return Result(row.kind, title, address, lead, row.date, area.name if area else "", language)


# --- initiatives and polls: read as they are now --------------------------------------------------------


def _initiatives(gemeente_id: int, words: list[str]) -> list[Result]:
    """Those with every word; a mistyped one finds none."""
    return [
        Result(
            Kind.INITIATIVE,
            one.title,
            reverse("initiative", args=[one.slug]),
            Truncator(" ".join(one.what.split())).chars(200),
            one.since,
            one.place,
        )
        for one in holding(words, gemeente_id=gemeente_id)
    ]


def _polls(gemeente_id: int, words: list[str]) -> list[Result]:
    """The same for polls."""
    return [
        Result(
            Kind.POLL,
            one.title,
            reverse("poll", args=[one.slug]),
            Truncator(" ".join(one.about.split())).chars(200),
            timezone.localdate(one.opens_at) if one.opens_at else None,
            one.place,
        )
        for one in polls.holding(words, gemeente_id=gemeente_id)
    ]


# --- people, from memory ----------------------------------------------------------------------


def _people(gemeente_id: int, today: date, judge: Judge) -> list[tuple[list[int], Result]]:
    """With the areas each works in."""
    known = tree()
    found = []
    for person, line in everyone(gemeente_id, today):
        places = " ".join(known.by_id[pk].name for pk in person.area_ids if pk in known.by_id)
        if judge(f"{line.name} {line.role} {line.organisation} {places}") >= ENOUGH:
            shown = Result(Kind.PERSON, line.name, lead=line.role, place=line.organisation, person=line)
            found.append((sorted(person.area_ids), shown))
    return found


# --- reports: counted by place and by subject, never their text ------------------------------------


def _reports(gemeente_id: int, judge: Judge) -> list[tuple[list[int], Result]]:
    """With the area each is about, where it is about one."""
    known = tree()
    inside = [known.by_id[pk] for pk in known.descendants(gemeente_id) if pk != gemeente_id]
    places = [one for one in sorted(inside, key=_large_first) if judge(one.name) >= ENOUGH][:MOST_PLACES]
    mains = config(gemeente_id).tree
    subjects = [one for main in mains for one in main.children if judge(f"{words_of(one).name} {one.name}") >= ENOUGH]
    subjects = subjects[:MOST_PLACES]
    if not places and not subjects:
        return []
    area_ids = {pk for one in places for pk in known.descendants(one.id)}
    counted = _counted(gemeente_id, area_ids, {one.id for one in subjects})
    found = []
    for place in places:
        below = known.descendants(place.id)
        open_, solved = _sum(row for row in counted if row["area_id"] in below)
        found.append(([place.id], Result(Kind.REPORT, place.name, open=open_, solved=solved)))
    for subject in subjects:
        open_, solved = _sum(row for row in counted if row["category_id"] == subject.id)
        found.append(([], Result(Kind.REPORT, words_of(subject).name, open=open_, solved=solved)))
    return [(areas, one) for areas, one in found if one.open or one.solved]


def _large_first(area: AreaRow) -> tuple[int, str]:
    return ("stadsdeel", "wijk", "buurt").index(area.level), area.name


def _counted(gemeente_id: int, area_ids: set[int], category_ids: set[int]) -> list[Any]:
    cases = public_reports(gemeente_id=gemeente_id).filter(Q(area_id__in=area_ids) | Q(category_id__in=category_ids))
    return list(
        cases.order_by()
        .values("area_id", "category_id")
        .annotate(
            open=Count("pk", filter=Q(closed_at__isnull=True)), solved=Count("pk", filter=Q(status=Status.RESOLVED))
        )
    )


def _sum(rows: Iterable[Any]) -> tuple[int, int]:
    rows = list(rows)
    return sum(row["open"] for row in rows), sum(row["solved"] for row in rows)
