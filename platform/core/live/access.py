"""Who may follow what: filled by the domain, asked by the consumers.

Every function here reads the database and runs in a thread of the hub. Without a registration
nothing may be followed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

StreamsOfUser = Callable[[Any], list[str]]
StreamsOfToken = Callable[[str, int | None], list[str]]
NameOnCase = Callable[[Any, str], str | None]
PublicOf = Callable[[list[str], int | None], list[str]]

_streams: dict[str, StreamsOfUser] = {}
_tracking: list[StreamsOfToken] = []
_tracking_cookies: dict[str, StreamsOfToken] = {}
_presence: list[NameOnCase] = []
_public: dict[str, PublicOf] = {}


def register_streams(door: str, streams: StreamsOfUser) -> None:
    """`streams(user)`: the streams this account may follow through a door ("inbox"); [] = no access."""
    _streams[door] = streams


def register_tracking(streams: StreamsOfToken) -> None:
    """`streams(token, only)`: the streams of a resident's tracking token; [] when the token is wrong.

    `only`: the one gemeente the host belongs to, if it does.
    """
    _tracking[:] = [streams]


def register_tracking_cookie(name: str, streams: StreamsOfToken) -> None:
    """The same for the cookie that replaced the token: `streams(value, only)`."""
    _tracking_cookies[name] = streams


def register_presence(name_on_case: NameOnCase) -> None:
    """`name_on_case(user, reference)`: the name colleagues see, None when this case is not theirs to see."""
    _presence[:] = [name_on_case]


def register_public(prefix: str, streams: PublicOf) -> None:
    """Streams that begin so are for everybody: `streams(names, only)` answers those of these that there are.

    `only`: the one gemeente the host belongs to, if it does. Of their events not even the subject is told.
    """
    _public[prefix] = streams


def public_streams(names: list[str], only: int | None) -> list[str]:
    """Those of these names that everybody may follow."""
    return [name for prefix, streams in _public.items() for name in streams(_named(names, prefix), only)]


def is_public(stream: str) -> bool:
    return stream.startswith(tuple(_public))


def _named(names: list[str], prefix: str) -> list[str]:
    return [name for name in names if name.startswith(prefix)]


def streams_of(door: str, user: Any) -> list[str]:
    return list(_streams[door](user)) if door in _streams else []


def streams_of_token(token: str, only: int | None) -> list[str]:
    return list(_tracking[0](token, only)) if _tracking else []


def streams_of_cookies(cookies: dict[str, str], only: int | None) -> list[str]:
    for name, streams in _tracking_cookies.items():
        if value := cookies.get(name):
            return list(streams(value, only))
    return []


def name_on_case(user: Any, reference: str) -> str | None:
    return _presence[0](user, reference) if _presence else None
