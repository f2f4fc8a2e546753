"""What voters wrote in their own words: shown when somebody has read it, or hidden with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import FieldError, Invalid
from participation.polls.events import WORDS, tell
from participation.polls.models import Words
from participation.polls.permissions import Deed
from participation.polls.policies import get_poll_for
from participation.polls.states import Why

MOST = 50
"""Answers decided on at once: one page."""


@transaction.atomic
def moderate(*, slug: str, words_ids: Sequence[int], show: bool, why: str = "", actor: Actor, now: datetime) -> int:
    """Show or hide these answers; how many changed. Hiding needs a reason (`Why`)."""
    poll = get_poll_for(actor, slug, Deed.MODERATE, lock=True)
    if not words_ids:
        raise Invalid(FieldError("words", "required", _("Tick the answers first.")))
    if not show and why not in Why.values:
        raise Invalid(FieldError("why", "required", _("Choose why these are hidden.")))
    to = Words.State.SHOWN if show else Words.State.HIDDEN
    rows = Words.objects.filter(question__poll=poll, pk__in=words_ids[:MOST])
    many = rows.exclude(state=to).update(state=to, reason="" if show else why)
    if many:
        tell(poll, WORDS, actor=actor, now=now, payload={"shown" if show else "hidden": many})
    return many
