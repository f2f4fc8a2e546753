"""Who is looking at which case: names come and go with the sockets, nothing is stored.

Each hub tells the others the whole list of a case when it changes, and all its lists every 20
seconds; what a hub told is forgotten when it falls silent.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from core.live import frames
from core.live.socket import Socket

if TYPE_CHECKING:
    from core.live.hub import Hub

FORGET = 60.0
People = dict[int, str]
"""User id -> the name colleagues see."""


class Presence:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._here: dict[str, dict[Socket, str]] = {}
        self._case_of: dict[Socket, str] = {}
        self._elsewhere: dict[str, tuple[float, dict[str, People]]] = {}
        """Other hub -> (when heard, case -> people)."""

    def enter(self, socket: Socket, case: str, name: str) -> None:
        if self._case_of.get(socket) == case:
            return
        self.leave(socket)
        self._case_of[socket] = case
        self._here.setdefault(case, {})[socket] = name
        self._changed(case)

    def leave(self, socket: Socket) -> None:
        case = self._case_of.pop(socket, None)
        if case is not None:
            self._here[case].pop(socket, None)
            if not self._here[case]:
                del self._here[case]
            self._changed(case)

    def case_of(self, socket: Socket) -> str | None:
        return self._case_of.get(socket)

    def sockets_on(self, case: str) -> list[Socket]:
        return list(self._here.get(case, ()))

    def hear(self, origin: str, lists: dict[str, dict[str, str]]) -> None:
        """What another hub says: case -> {user id: name}; an empty list means nobody any more."""
        now = asyncio.get_running_loop().time()
        _when, known = self._elsewhere.get(origin, (now, {}))
        self._elsewhere[origin] = (now, known)
        for case, people in lists.items():
            new = {int(user_id): str(name) for user_id, name in people.items()}
            old = known.pop(case, {})
            if new:
                known[case] = new
            if new != old:
                self._show(case)

    def repeat(self) -> None:
        """Tell the others again, and forget those who fell silent."""
        if self._here and self._hub.line is not None:
            self._hub.line.say({"presence": {case: self._people_here(case) for case in self._here}})
        now = asyncio.get_running_loop().time()
        for origin, (when, known) in list(self._elsewhere.items()):
            if now - when > FORGET:
                del self._elsewhere[origin]
                for case in known:
                    self._show(case)

    def _changed(self, case: str) -> None:
        self._show(case)
        if self._hub.line is not None:
            self._hub.line.say({"presence": {case: self._people_here(case)}})

    def _people_here(self, case: str) -> dict[str, str]:
        return {str(socket.user_id): name for socket, name in self._here.get(case, {}).items()}

    def _show(self, case: str) -> None:
        """Tell each socket on this case who else is there."""
        people: dict[Any, str] = {socket.user_id: name for socket, name in self._here.get(case, {}).items()}
        for _when, known in self._elsewhere.values():
            people.update(known.get(case, {}))
        for socket in self._here.get(case, {}):
            others = [{"name": name} for user_id, name in sorted(people.items()) if user_id != socket.user_id]
            socket.push(frames.frame(type="presence", case=case, people=others))
