"""A resident proposes a poll: a case for whoever is responsible for the area, and a poll that nobody else sees yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import SYSTEM, Actor
from core.errors import Conflict, FieldError, Invalid, NotAllowed, NotFound
from core.events.log import Happened
from participation.cases.models import Case
from participation.cases.search import rebuild
from participation.polls.actions.making import announce, begin, missing, read, tidy, too_long
from participation.polls.events import CHANGED, happened
from participation.polls.models import Listener, Poll, Project
from participation.polls.permissions import Role
from participation.polls.policies import get_poll_for, roles_of
from participation.polls.states import Stage
from participation.polls.tasks import telling
from participation.residents.models import Resident

LONGEST_WHY = 2000
MOST_WAITING = 3
"""Proposals of one resident that nobody has answered yet."""


@transaction.atomic
def propose_poll(*, values: Mapping[str, Any], language: str, actor: Actor, now: datetime) -> Poll:
    """Send a proposal in. `values`: `title` (the question), `why`, `area` (a code) and maybe `theme` (a slug)."""
    if actor.resident_id is None or actor.gemeente_id is None:
        raise NotAllowed(_("Sign in first, then you can do this."))
    wrong, fields = read(
        {name: values.get(name, "") for name in ("title", "area", "theme")}, gemeente_id=actor.gemeente_id
    )
    wrong += missing(fields) if not wrong else []
    why = tidy(values.get("why", ""))
    if not why:
        wrong.append(FieldError("why", "required", _("Tell why you want to ask this. One sentence is enough.")))
    elif len(why) > LONGEST_WHY:
        wrong.append(too_long("why", LONGEST_WHY))
    if wrong:
        raise Invalid(*wrong)
    held = Resident.objects.select_for_update(no_key=True).filter(pk=actor.resident_id).first()  # one at a time
    if held is None:
        raise NotFound
    if Poll.objects.filter(proposer=held, stage=Stage.PROPOSED).count() >= MOST_WAITING:
        raise Conflict(
            _("You have %(many)d proposals that wait for an answer. Wait for those first.") % {"many": MOST_WAITING}
        )
    poll = begin(
        fields | {"proposer_id": held.pk, "proposal": why},
        gemeente_id=actor.gemeente_id,
        stage=Stage.PROPOSED,
        language=language,
        actor=actor,
        now=now,
    )
    announce(poll, actor=actor, now=now)
    telling.owe_received(poll)
    return poll


@transaction.atomic
def mail_no_more(*, slug: str, mailed: bool, actor: Actor, now: datetime) -> Poll:
    """Who proposed it wants mails of how it goes on, or none any more."""
    poll = get_poll_for(actor, slug, lock=True)
    if Role.PROPOSER not in roles_of(actor, poll):
        raise NotFound
    poll.proposer_mailed = mailed
    poll.save(update_fields=["proposer_mailed"])
    return poll


def forget_polls(resident: Resident, now: datetime) -> Sequence[Happened]:
    """Their proposals go on without them and without what they wrote; projects keep no name; nothing is mailed."""
    Listener.objects.filter(email__iexact=resident.email or "-", poll__gemeente_id=resident.gemeente_id).delete()
    Project.objects.filter(resident=resident).update(resident=None, name="")
    mine = list(Poll.objects.select_related("case").filter(proposer=resident).order_by("pk"))
    Poll.objects.filter(pk__in=[one.pk for one in mine]).update(proposer=None, proposal="")
    rebuild(Case.objects.filter(poll__in=mine))
    told = []
    for one in mine:
        one.proposer, one.proposal = None, ""
        told.append(happened(one, CHANGED, actor=SYSTEM, now=now, payload={"proposer": "gone", "along": True}))
    return told
