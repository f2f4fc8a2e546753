"""Pages kept whole: one that did not change costs one read of the cache and one query, for the heads of its streams.

A page says under which streams it may be kept (`keep_under`); what is told there (`publishing`, the events of cases)
makes it anew at once. Kept apart for every language, host and question in the address, and only as long as the day,
the build and all configuration in memory (people, themes, areas) are the same. What tells no stream, such as another
picture under the same name, is seen after `KEEP` seconds at most.

Never kept, and never answered from here: what somebody with a session or a message gets, and any answer with a cookie,
a form's token or a nonce in it.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from core.events.queries import heads
from core.snapshots.snapshot import fingerprint
from core.ui.assets import build

KEEP = 600
"""Seconds a page is shown at most without having been made anew."""
KNOWN = 24 * 3600
"""Seconds it is remembered under which streams a page is kept, so that the next one is made in one go."""
LONGEST = 200
"""Characters of an address that are worth keeping."""
STREAMS = "kept_under"
POLICY = "_csp_update"
"""Where django-csp looks for what an answer adds to the policy."""
PERSONAL = (settings.SESSION_COOKIE_NAME, "messages")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer. `seen`: the heads as they were before anything of it was read; `state`: that of all else.

    `policy`: what it may load besides our own (`blocks.video`).
    """

    streams: tuple[str, ...]
    seen: dict[str, int]
    state: str
    made_at: float
    body: bytes
    content_type: str
    policy: dict[str, list[str]]

    def still_right(self, seen: dict[str, int], state: str) -> bool:
        return bool(self.body) and self.seen == seen and self.state == state and time.time() - self.made_at < KEEP


def keep_under(response: HttpResponse, streams: Iterable[str]) -> None:
    """This answer may be kept until something is told on one of these streams."""
    setattr(response, STREAMS, tuple(streams))


def heads_seen(request: HttpRequest, streams: Iterable[str]) -> dict[str, int]:
    """The heads of these streams, read before this page was; one query where that was not done yet."""
    before: dict[str, int] = getattr(request, "heads_before", {})
    wanted = list(streams)
    return {name: before[name] for name in wanted} if set(wanted) <= set(before) else _heads(wanted)


def page(request: HttpRequest, path: str) -> HttpResponseBase:
    """Every page of Wagtail's: from here when it is kept and right, else made, and then kept where it may be."""
    from wagtail.views import serve  # needs models, which need this module

    return kept_or_made(request, lambda: serve(request, path))


def kept_or_made(request: HttpRequest, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    key = _key(request)
    if key is None:
        return make()
    kept: Kept | None = cache.get(key)
    state = _state()
    seen: dict[str, int] = {}
    if kept is not None:
        seen = _heads(kept.streams)
        if kept.still_right(seen, state):
            return _answer(request, kept)
        request.heads_before = seen  # type: ignore[attr-defined]
    response = make()
    streams = getattr(response, STREAMS, None)
    if streams is not None and isinstance(response, HttpResponse):
        render: Any = getattr(response, "render", None)
        if render is not None:
            render()
        if _is_for_everybody(request, response):
            # Heads that were read after the page may be newer than it is: then only its streams are remembered.
            first = kept is None or kept.streams != streams
            cache.set(key, _kept(response, streams, {} if first else seen, state, empty=first), KNOWN)
    return response


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    """As it is kept, so compressed, for a browser that can read that: nothing secret stands beside its words."""
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = HttpResponse(kept.body if packed else gzip.decompress(kept.body), content_type=kept.content_type)
    if packed:
        answer["Content-Encoding"] = "gzip"
    patch_vary_headers(answer, ("Accept-Encoding",))
    setattr(answer, POLICY, kept.policy)
    return answer


def _kept(response: HttpResponse, streams: tuple[str, ...], seen: dict[str, int], state: str, *, empty: bool) -> Kept:
    body = b"" if empty else gzip.compress(response.content, 6, mtime=0)
    policy = getattr(response, POLICY, {})
    return Kept(streams, seen, state, time.time(), body, response["Content-Type"], policy)


def _key(request: HttpRequest) -> str | None:
    """What an answer depends on besides what can change; None for what is never kept."""
    if request.method not in ("GET", "HEAD") or any(name in request.COOKIES for name in PERSONAL):
        return None
    address, host = request.get_full_path(), request.get_host()
    # One spelling of a question and one port only: else a stranger could fill the cache with a page in many copies.
    plain = request.META.get("QUERY_STRING", "") == urlencode(request.GET.dict())
    if len(address) > LONGEST or not plain or host.partition(":")[2] not in ("", request.get_port()):
        return None
    said = f"{request.scheme} {host} {address} {request.LANGUAGE_CODE}"
    return f"page:{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def _state() -> str:
    return f"{fingerprint()} {timezone.localdate()} {build()}"


def _heads(streams: Iterable[str]) -> dict[str, int]:
    """A stream that has none yet is at 0."""
    wanted = tuple(streams)
    return dict.fromkeys(wanted, 0) | heads(wanted)


def _is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    """Nothing in it was made for this visitor alone."""
    return (
        response.status_code == 200
        and not response.cookies
        and not response.has_header("Set-Cookie")
        and "CSRF_COOKIE" not in request.META
        and not hasattr(request, "_csp_nonce")
        and not getattr(request, "is_preview", False)
    )
