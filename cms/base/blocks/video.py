"""Films that are kept elsewhere: nothing is asked of that place before a visitor chooses to play."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.base.blocks.example import WithPicture, image_block
from cms.base.blocks.text import FEATURES, PICTURES

YOUTUBE = {"youtube.com", "m.youtube.com", "youtube-nocookie.com"}
FILES = (".mp4", ".m4v", ".webm")
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
"""Nothing else may reach the policy of a page."""
ID = re.compile(r"[\w-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Film:
    """`source`: what plays it, in a frame (`is_file` False) or a `<video>`. `place`: who keeps it, in words."""

    source: str
    place: str
    is_file: bool = False

    @property
    def origin(self) -> str:
        parts = urlsplit(self.source)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def directive(self) -> str:
        return "media-src" if self.is_file else "frame-src"


def film_at(address: str) -> Film | None:
    """How to play what stands at this address; None for an address of nothing we know.

    YouTube in its form without cookies, Vimeo without tracking, any PeerTube by the form of its
    addresses, and files by their ending. Only over https, and on the ordinary port.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or port not in (None, 443) or parts.username or not HOST.fullmatch(host):
        return None
    way = [step for step in parts.path.split("/") if step]
    if host in YOUTUBE or host == "youtu.be":
        found = parse_qs(parts.query).get("v", [""])[0] if way == ["watch"] else way[-1] if way else ""
        if way[:1] not in (["watch"], ["embed"], ["shorts"], ["live"]) and host != "youtu.be":
            return None
        return Film(f"https://www.youtube-nocookie.com/embed/{found}?autoplay=1", "YouTube") if _is_id(found) else None
    if host in ("vimeo.com", "player.vimeo.com"):
        found = next((step for step in way if step.isascii() and step.isdigit()), "")
        after = way[way.index(found) + 1 :] if found else []
        secret = parse_qs(parts.query).get("h", after)[:1]
        also = f"&h={secret[0]}" if secret and _is_id(secret[0]) else ""
        return Film(f"https://player.vimeo.com/video/{found}?dnt=1&autoplay=1{also}", "Vimeo") if found else None
    netloc = parts.hostname or ""
    if way[:-1] in (["w"], ["videos", "watch"], ["videos", "embed"]) and _is_id(way[-1]):
        return Film(f"https://{netloc}/videos/embed/{way[-1]}?autoplay=1", host)
    if parts.path.lower().endswith(FILES):
        query = f"?{parts.query}" if parts.query else ""
        return Film(f"https://{netloc}{quote(parts.path, safe='/%:@!$&()*+,;=~')}{query}", host, is_file=True)
    return None


def _is_id(text: str) -> bool:
    return bool(ID.fullmatch(text))


def playable(address: str) -> None:
    if film_at(address) is None:
        raise ValidationError(
            _("Give the https address of a film at YouTube, Vimeo or PeerTube, or of a file that ends in .mp4.")
        )


class FilmValue(blocks.StructValue):
    @property
    def film(self) -> Film | None:
        return film_at(self.get("address") or "")


class VideoBlock(WithPicture, blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=100)
    address = blocks.URLBlock(
        label=_("Address of the film"),
        validators=[playable],
        help_text=_("At YouTube, Vimeo or PeerTube, or of an .mp4 file. It is fetched only when a visitor plays it."),
    )
    poster = image_block(label=_("Picture shown before it plays"), required=False)
    length = blocks.RegexBlock(
        r"^\d{1,3}:[0-5]\d$",
        label=_("Length"),
        required=False,
        help_text=_("Minutes and seconds: 3:25."),
        error_messages={"invalid": _("Write minutes and seconds, such as 3:25.")},
    )
    transcript = blocks.RichTextBlock(
        label=_("What is said and shown"),
        features=FEATURES,
        required=False,
        help_text=_("For who cannot hear or see it, or would rather read."),
    )

    class Meta:
        label = _("Film")
        icon = "media"
        group = PICTURES
        template = "cms/blocks/video.html"
        description = _("A film that is kept elsewhere. Visitors decide themselves whether to load it.")
        value_class = FilmValue
        preview_value = {
            "title": "Zo werd de tunnel weer mooi",
            "address": "https://www.youtube.com/watch?v=voorbeeld",
            "poster": None,
            "length": "2:40",
            "transcript": "<p>Dertig jongeren schilderen samen een muur.</p>",
        }
        preview_pictures = {"poster": "after"}


def policy_for(body: Iterable[Any]) -> dict[str, list[str]]:
    """What a page may load besides our own, so that the films in its body can play: {"frame-src": [origin, …]}."""
    wanted: dict[str, list[str]] = {}
    for block in body:
        if block.block_type != "video" or (film := block.value.film) is None:
            continue
        origins = wanted.setdefault(film.directive, [])
        if film.origin not in origins:
            origins.append(film.origin)
    return wanted
