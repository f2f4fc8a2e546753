"""Reading reports that wait for a look: what the resident follows, and why it waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.areas.policies import workplace
from core.areas.queries import tree
from core.errors import Conflict, NotFound
from participation.cases.shapes import moment_or_none
from participation.cases.states import Status
from participation.organisations.queries import roster
from participation.reports.models import Held
from participation.reports.queries import reports_of_tokens, token_of_reference, wijk_of
from participation.reports.tokens import hash_of, token_matching
from participation.routing.models import Category
from participation.routing.queries import config
from participation.routing.wording import words_of

State = Held.State


class BeingChecked(Conflict):
    """The token is right, but there is no case yet to write to or to change."""

    code = "being-checked"
    message = gettext_lazy("We are still checking your report. You can do this when it is with a team.")

    def __init__(self, held: Held) -> None:
        super().__init__()
        self.held = held


def find_held(token: str, *, only: int | None) -> Held:
    """The held report this token opens; `NotFound` for any other, and for one that became a report."""
    found = Held.objects.filter(tracking_hash=hash_of(token)).exclude(state=State.RELEASED)
    held = (found if only is None else found.filter(gemeente_id=only)).first()
    if held is None:
        raise NotFound
    return held


def reports_and_held(tokens: Sequence[str], *, only: int | None) -> dict[str, dict[str, Any]]:
    """The receipt of each report these tokens open, also of one that waits for a look; by token, in their order."""
    shown = reports_of_tokens(tokens, only=only)
    left = {hash_of(token): token for token in tokens if token not in shown}
    if left:
        found = Held.objects.filter(tracking_hash__in=left).exclude(state=State.RELEASED)
        for held in found if only is None else found.filter(gemeente_id=only):
            shown[left[held.tracking_hash]] = receipt_of_held(held)
    return {token: shown[token] for token in tokens if token in shown}


def token_sent(reference: str, *, held: bool) -> str:
    """The token of what was sent with this reference, computed again; `held`: whether it was held when it came in."""
    if not held:
        return token_of_reference(reference)
    row = Held.objects.get(reference=reference)
    token = token_matching(row.tracking_seed, row.tracking_hash)
    if token is None:
        raise NotFound
    return token


def label_of(held: Held) -> str:
    """How it stands, in plain words."""
    return {
        State.REFUSED: _("Not taken up"),
        State.WITHDRAWN: _("Withdrawn by you"),
    }.get(State(held.state), _("Being checked"))


def receipt_of_held(held: Held) -> dict[str, Any]:
    """The receipt as of any report; who checks it stands for the team, and nothing is promised yet."""
    content = held.content or {}
    known = tree()
    area = wijk_of(known.ancestors(content.get("area", held.gemeente_id)))
    category = config(held.gemeente_id).category(content.get("about", ""))
    team = roster().teams[roster().catch_all[held.gemeente_id]]
    return {
        "reference": held.reference,
        "status": (Status.RECEIVED if held.state == State.WAITING else Status.UNRESOLVED).value,
        "statusLabel": label_of(held),
        "category": {"slug": content.get("about", ""), "name": words_of(category).name if category else ""},
        "area": {"code": area.code, "name": area.name, "level": area.level},
        "handler": {"team": {"name": team.name, "organisation": team.organisation}, "professional": None},
        "promise": {"firstResponseBy": None, "resolveBy": None, "text": ""},
        "createdAt": moment_or_none(held.created_at),
    }


def following_held(held: Held) -> dict[str, Any]:
    """What `queries.following` says of a report, of one that waits."""
    content = held.content or {}
    contact = content.get("contact") or {}
    receipt = receipt_of_held(held)
    step = {"status": receipt["status"], "statusLabel": receipt["statusLabel"], "at": receipt["createdAt"]}
    return receipt | {
        "linked": False,
        "closed": held.state != State.WAITING,
        "closedAt": moment_or_none(held.decided_at),
        "text": content.get("text", ""),
        "address": content.get("address", ""),
        "location": {"type": "Point", "coordinates": [content["lon"], content["lat"]]} if content else None,
        "answers": [{name: one[name] for name in ("key", "question", "answer")} for one in content.get("worded", [])],
        "photos": [],
        "messages": [],
        "history": [step],
        "feedback": None,
        "withdrawn": held.state == State.WITHDRAWN,
        "complimented": False,
        "consent": None,
        "contact": contact if any(contact.values()) else None,
        "updatesBy": [],
        "phoneRefused": False,
        "version": 0,
    }


def is_confidential(held: Held) -> bool:
    """Whether looking at it is written down: its subject is confidential, or is no longer known."""
    content = held.content
    if content is None:
        return False  # nothing of it is left
    category = config(held.gemeente_id).category(content["about"])
    return category is None or category.visibility == Category.Visibility.CONFIDENTIAL


def in_words(reasons: Sequence[dict[str, Any]]) -> list[str]:
    """Why it was held, for whoever looks."""
    said = {
        "trap": _("A field that people cannot see was filled in."),
        "too-fast": _("It was sent faster than a person can write."),
        "links": _("There are many links or pieces of web code in it."),
    }
    return [
        _("It holds the word “%(word)s” from the list.") % {"word": one["word"]}
        if one["code"] == "word"
        else said.get(one["code"], one["code"])
        for one in reasons
    ]


def may_view_held_photo(photo_id: UUID, request: HttpRequest) -> bool:
    """Whoever decides about a held report sees its photos."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.has_perm("reports.change_held"):
        return False
    held = Held.objects.filter(photos=photo_id)
    return held.exists() if user.is_superuser else held.filter(gemeente_id=workplace(user) or 0).exists()
