"""Walks a site as a search engine does: every page that a link of another leads to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import httpx

ALIKE = 3
"""Pages of one path with the same questions in their address: enough to know the others."""
LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "iframe": "src", "source": "src"}


class Document(HTMLParser):
    """The addresses a page names and the places in it that can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[tuple[str, str]] = []
        self.places: set[str] = {"", "top"}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if place := given.get("id"):
            self.places.add(place)
        named = [given[LINKS[tag]]] if LINKS.get(tag) in given else []
        named += [one.split()[0] for one in given.get("srcset", "").split(",") if one.strip()]
        self.addresses += [(tag, address) for address in named]


@dataclass
class Walked:
    """`pages`: path with query → HTML. `wrong`: what a visitor would stumble over, one line each."""

    pages: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def walk(base: str, start: str = "/", *, closed: tuple[str, ...] = (), **headers: str) -> Walked:
    """Every page from `start` on the same host; addresses that begin as `closed` are not asked."""
    found, seen, often = Walked(), set[str](), Counter[str]()
    places: dict[str, set[str]] = {}
    pointed: list[tuple[str, str, str]] = []
    waiting = [(start, "the start")]
    with httpx.Client(base_url=base, headers=headers, timeout=30) as visitor:
        while waiting:
            address, source = waiting.pop(0)
            if address in seen or address.startswith(closed) or _enough(address, often):
                continue
            seen.add(address)
            answer = visitor.get(address, follow_redirects=True)
            if answer.status_code != httpx.codes.OK:
                found.wrong.append(f"{answer.status_code} {address} (from {source})")
                continue
            if not answer.headers["content-type"].startswith("text/html"):
                continue
            found.pages[address] = answer.text
            document = Document(answer.text)
            places[address] = document.places
            for target, fragment in _own(document, str(answer.url), base):
                waiting.append((target, address))
                pointed.append((address, target, fragment))
    found.wrong += [
        f"no #{fragment} on {target} (from {source})"
        for source, target, fragment in sorted(set(pointed))
        if fragment and target in places and fragment not in places[target]
    ]
    return found


def _own(document: Document, page: str, base: str) -> Iterator[tuple[str, str]]:
    """Path with query, and fragment, of what lies on the same host."""
    for _tag, address in document.addresses:
        target = urlsplit(urljoin(page, address))
        if f"{target.scheme}://{target.netloc}" == base:
            yield target.path + (f"?{target.query}" if target.query else ""), unquote(target.fragment)


def _enough(address: str, often: Counter[str]) -> bool:
    """Whether pages that differ only in what they were asked were seen often enough."""
    path, _mark, query = address.partition("?")
    if not query:
        return False
    kind = re.sub(r"\d+", "0", path) + ",".join(
        sorted(name for name, _value in parse_qsl(query, keep_blank_values=True))
    )
    often[kind] += 1
    return often[kind] > ALIKE
