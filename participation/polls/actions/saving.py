"""What every change of a poll does. The case is held before its poll, so that nobody waits in a circle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import FieldError, Invalid, NotFound, Stale
from participation.cases.actions.saving import MESSAGE_LENGTH
from participation.cases.models import Case
from participation.polls.models import Poll
from participation.polls.permissions import Deed
from participation.polls.policies import get_poll_for
from participation.texts.cleaning import cleaned


def save(poll: Poll, fields: Mapping[str, Any] | None = None, *, now: datetime) -> None:
    """Set these fields on the locked row, raise its version and note when. Without any: something of it changed."""
    changed = dict(fields or {}) | {"version": poll.version + 1, "changed_at": now}
    for name, value in changed.items():
        setattr(poll, name, value)
    poll.save(update_fields=list(changed))


def hold_both(actor: Actor, slug: str, deed: Deed) -> tuple[Poll, Case]:
    """The poll (as `get_poll_for`) and its case, the rows of both held."""
    case = Case.objects.select_for_update(of=("self",)).select_related("parent").filter(poll__slug=slug).first()
    poll = get_poll_for(actor, slug, deed, lock=True)
    if case is None or poll.case_id != case.pk:
        raise NotFound
    poll.case = case
    return poll, case


def hold_both_by_id(poll_id: int) -> tuple[Poll, Case]:
    """The same for a background task; the poll is held against those who vote as well."""
    case = Case.objects.select_for_update(of=("self",)).select_related("parent").filter(poll=poll_id).first()
    if case is None:
        raise NotFound
    poll = Poll.objects.select_for_update(of=("self",)).get(pk=poll_id)
    poll.case = case
    return poll, case


def refuse_stale(poll: Poll, version: int | None) -> None:
    """Somebody changed the poll meanwhile; `version` is what the writer saw."""
    if version is not None and version != poll.version:
        raise Stale(version=poll.version, changes=[])


def clean(text: str, field: str, *, needed: str = "", longest: int = MESSAGE_LENGTH) -> str:
    """Trimmed text; raises `Invalid` with `needed` as its words when there is none."""
    text = cleaned(text)
    if needed and not text:
        raise Invalid(FieldError(field, "required", needed))
    if len(text) > longest:
        raise Invalid(FieldError(field, "too-long", _("Use at most %(most)d characters.") % {"most": longest}))
    return text
