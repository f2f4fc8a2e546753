"""The list of everybody who works in a municipality: searched, narrowed and grouped in memory (no query)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator

from core.areas.queries import AreaRow, folded, tree
from participation.organisations.cards import PersonLine, everyone
from participation.organisations.languages import label
from participation.organisations.queries import Person

PER_PAGE = 48
ALL = 100_000
"""For who prints the list."""


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody asks for; all from the address, so that a page can be passed on."""

    text: str = ""
    wijk: str = ""
    organisation: str = ""
    language: str = ""
    by_organisation: bool = False
    page: str = ""
    whole: bool = False

    @property
    def narrows(self) -> bool:
        return bool(self.text or self.wijk or self.organisation or self.language)

    @property
    def kept(self) -> str:
        """For the address of another page of the same list."""
        return self._address()

    @property
    def grouped_other_way(self) -> str:
        return self._address(per="" if self.by_organisation else "organisatie")

    @property
    def on_one_page(self) -> str:
        return self._address(alles="ja")

    def _address(self, **changes: str) -> str:
        said = {
            "q": self.text,
            "wijk": self.wijk,
            "organisatie": self.organisation,
            "taal": self.language,
            "per": "organisatie" if self.by_organisation else "",
        } | changes
        return urlencode({key: value for key, value in said.items() if value})


@dataclass(frozen=True, slots=True)
class Group:
    """People of one wijk or organisation. `wijk` is None for those who work everywhere, and for an organisation."""

    name: str
    wijk: AreaRow | None
    people: tuple[PersonLine, ...]


@dataclass(frozen=True, slots=True)
class Directory:
    """`many`: different people found; `everybody`: without any search. The rest: what can be chosen."""

    groups: tuple[Group, ...]
    page: Page[tuple[str, PersonLine]]
    many: int
    everybody: int
    gemeente: AreaRow
    wijken: tuple[AreaRow, ...]
    organisations: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]


def read_search(said: Mapping[str, str]) -> Search:
    return Search(
        text=said.get("q", "").strip()[:100],
        wijk=said.get("wijk", "")[:20],
        organisation=said.get("organisatie", "")[:120],
        language=said.get("taal", "")[:10],
        by_organisation=said.get("per") == "organisatie",
        page=said.get("pagina", "")[:6],
        whole=said.get("alles") == "ja",
    )


def directory(gemeente_id: int, search: Search, today: date) -> Directory:
    """Everybody who is shown, or who fits the search; by wijk or by organisation, each page with its headings."""
    known = tree()
    gemeente = known.by_id[gemeente_id]
    people = everyone(gemeente_id, today)
    places = {person.id: wijken_of(person) for person, _card in people}
    wijken = {code for codes in places.values() for code in codes}
    fitting = [(person, card) for person, card in people if _fits(person, places[person.id], search)]
    rows = sorted(
        (
            (*key, folded(card.organisation), number, card)
            for number, (person, card) in enumerate(fitting)
            for key in _headings(card, places[person.id], search)
        ),
        key=lambda row: row[:-1],
    )
    page = Paginator([(row[2], row[-1]) for row in rows], ALL if search.whole else PER_PAGE).get_page(search.page)
    groups = groupby(page, key=lambda one: one[0])
    languages = [(code, label(code)) for code in {code for _person, card in people for code in card.languages}]
    organisations = {card.organisation for _person, card in people if card.organisation}
    return Directory(
        groups=tuple(_group(key, [card for _key, card in cards]) for key, cards in groups),
        page=page,
        many=len(fitting),
        everybody=len(people),
        gemeente=gemeente,
        wijken=tuple(sorted((known.by_code[code] for code in wijken), key=lambda row: folded(row.name))),
        organisations=tuple(sorted(organisations, key=folded)),
        languages=tuple(sorted(languages, key=lambda one: folded(one[1]))),
    )


def wijken_of(person: Person) -> frozenset[str]:
    """Codes of the wijken somebody works in, also by a buurt or a stadsdeel; none for the whole municipality."""
    known = tree()
    found = set()
    for area_id in person.area_ids:
        chain = known.ancestors(area_id) if area_id in known.by_id else ()
        if not chain or chain[0].level == "gemeente":
            continue
        own = next((row.code for row in chain if row.level == "wijk"), None)
        below = [known.by_id[pk] for pk in known.descendants(area_id)] if own is None else []
        found |= {own} if own else {row.code for row in below if row.level == "wijk"}
    return frozenset(found)


def _fits(person: Person, wijken: frozenset[str], search: Search) -> bool:
    """Who works everywhere works in every wijk."""
    said = folded(f"{person.name} {person.role}")
    return (
        all(word in said for word in folded(search.text).split())
        and (not search.wijk or not wijken or search.wijk in wijken)
        and (not search.organisation or person.organisation == search.organisation)
        and (not search.language or search.language in person.languages)
    )


def _headings(card: PersonLine, wijken: frozenset[str], search: Search) -> list[tuple[int, str, str]]:
    """Under which headings somebody stands: (order, name to sort by, key). Everywhere comes last."""
    if search.by_organisation:
        return [(int(not card.organisation), folded(card.organisation), card.organisation)]
    chosen = wijken & {search.wijk} if search.wijk else wijken
    by_code = tree().by_code
    return [(0, folded(by_code[code].name) + code, code) for code in chosen] or [(1, "", "")]


def _group(key: str, cards: list[PersonLine]) -> Group:
    wijk = tree().by_code.get(key)
    return Group(wijk.name if wijk else key, wijk, tuple(cards))
