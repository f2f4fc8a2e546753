"""JPEG markers: how many scans a file has, and whether our own output carries nothing but pixels."""

from __future__ import annotations

import re
from collections.abc import Iterator

SOF0, DHT, SOI, EOI, SOS, DQT, APP0 = 0xC0, 0xC4, 0xD8, 0xD9, 0xDA, 0xDB, 0xE0
BARE = frozenset({SOI, APP0, DQT, SOF0, DHT, SOS, EOI})
"""All a baseline picture needs; APP0 is JFIF's version and density. No EXIF, XMP, ICC (APP1, APP2) or comment."""
JFIF_LENGTH = 16
"""Length of an APP0 without a thumbnail in it (JFIF 1.02)."""

_next_marker = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)
"""After entropy-coded data: FF that is neither stuffed (00) nor a restart (D0-D7)."""


def segments(data: bytes) -> Iterator[tuple[int, int]]:
    """(marker, length of its segment) from SOI up to and including EOI; stops where the file stops making sense."""
    at = 0
    while found := _next_marker.match(data, at):
        marker = found[1][0]
        at = found.end()
        if marker in (SOI, EOI, 0x01):
            yield marker, 0
            if marker == EOI:
                return
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2:
            return
        yield marker, length
        at += length
        if marker == SOS:
            after = _next_marker.search(data, at)
            if after is None:
                return
            at = after.start()


def scans(data: bytes, enough: int) -> int:
    """Number of scans of the picture, counted no further than `enough` + 1.

    A few thousand empty scans over a large picture keep libjpeg busy for minutes.
    """
    if data.count(b"\xff\xda") <= enough:
        return enough  # cheap upper bound; thumbnails and trailing films count along
    count = 0
    for marker, _length in segments(data):
        count += marker == SOS
        if count > enough:
            break
    return count


def is_bare(data: bytes) -> bool:
    """Whether this is a whole baseline JPEG with pixels and nothing else, up to its last byte."""
    found = list(segments(data))
    return (
        data.endswith(b"\xff\xd9")
        and bool(found)
        and found[-1][0] == EOI
        and {marker for marker, _length in found} <= BARE
        and all(length == JFIF_LENGTH for marker, length in found if marker == APP0)
    )
