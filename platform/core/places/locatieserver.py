"""PDOK's Locatieserver, version 3.1: addresses and streets of the Netherlands (BAG and NWB, open data).

Its ways are strict: a query parameter that its OpenAPI document does not name gives 400, and `q` must be there. So only
parameters that are known to be accepted are sent, and municipalities are compared here where `fq` is not sure to be
(`reverse`). `q` is a Solr query: whatever has a meaning to Solr is taken out of what people type.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.utils.crypto import salted_hmac

from core.places.upstream import Query, Unavailable, Upstream

FIELDS = "id,type,weergavenaam,straatnaam,gemeentecode,gemeentenaam,centroide_ll"
FOR_SUGGESTIONS = "type:(adres OR weg OR postcode)"
REACH_ADDRESS = 50
REACH_STREETS = 250
REACH_GEMEENTE = 1
"""Metres."""
MOST_ROWS = 50
LONGEST = 100
"""Characters of what is typed that are asked."""
FRESH = 24 * 3600
KEPT = 30 * 24 * 3600
"""Seconds that an answer is given without asking, and that it is kept for when there is none."""
NETHERLANDS = (3.2, 50.7, 7.3, 53.6)
"""West, south, east, north."""
_POINT = re.compile(r"POINT\(\s*(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)\s*\)\Z")
_ID = re.compile(r"[a-z]{3}-[0-9a-z]{8,64}\Z")
_MEANS_SOMETHING = re.compile(r"[^\w\s.,'’-]|_", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Doc:
    """What it answered of one object. `gemeente` is a CBS code ("GM0518"), `town` its name; "" where it said none."""

    id: str
    type: str
    name: str
    street: str
    gemeente: str
    town: str
    point: tuple[float, float] | None
    distance: float


def is_on() -> bool:
    return bool(settings.PLACES_URL)


def suggest(typed: str, gemeenten: Iterable[str], *, rows: int) -> list[Doc]:
    """What may be meant, best first; only in these gemeenten (CBS codes; none: anywhere). Raises Unavailable."""
    words = plain(typed)
    if is_on() and not words:
        return []
    where = sorted(gemeenten)
    only = [f"gemeentecode:({' OR '.join(code.removeprefix('GM') for code in where)})"] if where else []
    docs = _ask("suggest", {"q": words, "fq": [FOR_SUGGESTIONS, *only], "fl": FIELDS, "rows": min(rows, MOST_ROWS)})
    return [doc for doc in docs if not where or doc.gemeente in {"", *where}]


def lookup(doc_id: str) -> Doc | None:
    """One object by the id that `suggest` gave. Raises Unavailable."""
    if not is_id(doc_id):
        return None
    return next((doc for doc in _ask("lookup", {"id": doc_id, "fl": FIELDS}) if doc.id == doc_id), None)


def address_at(lon: float, lat: float, *, patience: float | None = None) -> Doc | None:
    """The nearest address within reach. Raises Unavailable."""
    # 5 decimals are a metre: who stands still asks once.
    query: Query = {"lat": f"{lat:.5f}", "lon": f"{lon:.5f}", "type": "adres", "distance": REACH_ADDRESS, "rows": 1}
    return next(iter(_ask("reverse", {**query, "fl": f"{FIELDS},afstand"}, patience)), None)


def streets_at(lon: float, lat: float, *, rows: int, patience: float | None = None) -> list[Doc]:
    """The streets within reach, nearest first. Raises Unavailable."""
    query: Query = {"lat": f"{lat:.4f}", "lon": f"{lon:.4f}", "type": "weg", "distance": REACH_STREETS, "rows": rows}
    docs = _ask("reverse", {**query, "fl": f"{FIELDS},afstand"}, patience)
    return sorted(docs, key=lambda doc: doc.distance)


def gemeente_at(lon: float, lat: float) -> Doc | None:
    """The municipality around a point. Raises Unavailable."""
    # 3 decimals are a street: enough to know whom to ask, and seldom asked twice.
    query: Query = {"lat": f"{lat:.3f}", "lon": f"{lon:.3f}", "type": "gemeente", "distance": REACH_GEMEENTE, "rows": 1}
    return next(iter(_ask("reverse", {**query, "fl": f"{FIELDS},afstand"})), None)


def is_id(text: str) -> bool:
    return _ID.match(text) is not None


def plain(typed: str) -> str:
    """The words of what was typed, without anything that Solr would obey."""
    words = _MEANS_SOMETHING.sub(" ", typed).replace("’", "'").split()
    # A hyphen in front means "not", and these three are operators.
    kept = [word.lower() if word in {"AND", "OR", "NOT"} else word.lstrip("-") for word in words]
    return " ".join(word for word in kept if any(letter.isalnum() for letter in word))[:LONGEST].strip()


def understand(content: bytes) -> list[Doc]:
    """The documents of an answer; ValueError when it is not one."""
    try:
        answer = json.loads(content)
    except RecursionError:
        raise ValueError("too deep") from None
    response = answer.get("response") if isinstance(answer, dict) else None
    docs = response.get("docs") if isinstance(response, dict) else None
    if not isinstance(docs, list):
        raise ValueError("no documents")
    return [doc for doc in map(_doc, docs) if doc is not None]


_service = Upstream("Locatieserver", most_bytes=512 * 1024, content_types=["application/json"], understand=understand)


def forget() -> None:
    """Ask again, whatever was answered or failed before; for tests."""
    _service.forget()
    caches["places"].clear()


def _ask(endpoint: str, query: Query, patience: float | None = None) -> list[Doc]:
    """The documents, from memory or asked now; an old answer is better than none."""
    if not is_on():
        raise Unavailable("off")
    # What is typed is mostly an address, and no key of a cache holds one.
    said = json.dumps([settings.PLACES_URL, endpoint, query, Doc.__slots__], sort_keys=True)
    key = salted_hmac("core.places", said, algorithm="sha256").hexdigest()[:40]
    asked_at, docs = caches["places"].get(key) or (0.0, None)
    if docs is None or not 0 <= time.time() - asked_at < FRESH:
        try:
            docs = _service.get(f"{settings.PLACES_URL}/{endpoint}", query, patience=patience)
        except Unavailable:
            if docs is None:
                raise
        else:
            caches["places"].set(key, (time.time(), docs), KEPT)
    return docs


def _doc(found: Any) -> Doc | None:
    """What we use of a document; None when it lacks an id or a name."""
    if not isinstance(found, dict):
        return None
    doc_id, name, code = _text(found, "id"), _text(found, "weergavenaam"), _text(found, "gemeentecode")
    if not name or not is_id(doc_id):
        return None
    distance = found.get("afstand")
    return Doc(
        id=doc_id,
        type=_text(found, "type"),
        name=name,
        street=_text(found, "straatnaam"),
        gemeente=f"GM{code}" if code else "",
        town=_text(found, "gemeentenaam"),
        point=_point(_text(found, "centroide_ll")),
        distance=float(distance) if isinstance(distance, int | float) and 0 <= distance < 1e6 else 0.0,
    )


def _text(doc: dict[str, Any], field: str) -> str:
    value = doc.get(field)
    return value[:200] if isinstance(value, str) else ""


def _point(wkt: str) -> tuple[float, float] | None:
    found = _POINT.match(wkt)
    lon, lat = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    west, south, east, north = NETHERLANDS
    return (lon, lat) if west <= lon <= east and south <= lat <= north else None
