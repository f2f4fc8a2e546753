"""The frame that every page of one poll at the desk stands in: its title, its stage, and tabs to its other pages.

A page takes `inside(request, slug, deed)`, gives its own context to `frame(here, "<key of its tab>", …)`, and its
template extends `desk/polls/frame.html` with the block `part`. A tab shows as soon as an address of that name exists
(`queries.desk.PAGES`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.accounts.actor import Actor
from core.errors import NotFound
from participation.organisations.access import professional_of
from participation.polls.models import Poll
from participation.polls.permissions import MATRIX, Deed, Role
from participation.polls.policies import deeds_for, get_poll_for, roles_of
from participation.polls.queries.desk import pages_of

WORDS: dict[str, Any] = {
    "overview": _("Overview"),
    "about": _("About it"),
    "questions": _("Questions"),
    "projects": _("Projects"),
    "preview": _("Preview"),
    "codes": _("Letters"),
    "enter": _("Vote at a desk"),
    "words": _("Own words"),
    "watch": _("Fraud watch"),
    "answer": _("Answer"),
}


@dataclass(frozen=True, slots=True)
class Inside:
    """Somebody of the team with one of its polls."""

    poll: Poll
    actor: Actor
    deeds: list[str]

    def may(self, deed: Deed) -> bool:
        return deed.value in self.deeds


def inside(request: HttpRequest, slug: str, deed: Deed = Deed.SEE_INSIDE) -> Inside:
    """The poll, for who has a part in it at the desk; for everybody else it is not there.

    `deed`: what the page is for; as in `policies` where the stage does not allow it now.
    """
    actor = professional_of(request)
    poll = get_poll_for(actor, slug)
    if MATRIX[deed].isdisjoint(roles_of(actor, poll) - {Role.VISITOR}):
        raise NotFound
    if deed is not Deed.SEE_INSIDE:
        poll = get_poll_for(actor, slug, deed)
    return Inside(poll, actor, deeds_for(actor, poll))


def frame(here: Inside, tab: str, **context: Any) -> dict[str, Any]:
    """What a page inside the frame needs, with what it gives itself."""
    pages = pages_of(here.poll, here.deeds)
    return {
        "poll": here.poll,
        "inside": here,
        "deeds": here.deeds,
        "tabs": [
            {"key": key, "label": WORDS[key], "address": address, "current": key == tab}
            for key, address in pages.items()
        ],
        "tab": tab,
        **context,
    }
