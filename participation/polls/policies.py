"""Who may see and do what with a poll. One that is not yours to see is one that is not there."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, NotAllowed, NotFound
from participation.cases.permissions import Deed as CaseDeed
from participation.cases.policies import may_do
from participation.polls.models import Poll
from participation.polls.permissions import MATRIX, Deed, Role, may


def roles_of(actor: Actor, poll: Poll) -> frozenset[Role]:
    """What this person is to this poll; no query. `poll` with its case selected."""
    roles = {Role.VISITOR}
    if actor.resident_id is not None:
        roles.add(Role.RESIDENT)
        if actor.resident_id == poll.proposer_id:
            roles.add(Role.PROPOSER)
    if actor.professional_id is not None and actor.gemeente_id == poll.gemeente_id:
        if may_do(actor, CaseDeed.ASSIGN, poll.case):
            roles.add(Role.TEAM)
        if poll.at_desk:
            roles.add(Role.DESK)
    return frozenset(roles)


def get_poll_for(actor: Actor, slug: str, deed: Deed = Deed.SEE, *, lock: bool = False) -> Poll:
    """The poll, if this person may see it and do `deed` now; `lock` holds its row until the transaction ends.

    Raises `NotFound` for one that is absent, of another municipality, or not theirs to see; `NotAllowed` for one they
    may only look at; `Conflict` when its stage does not allow it.
    """
    rows = Poll.objects.select_related("case")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    poll = rows.filter(slug=slug).first()
    if poll is None or (actor.gemeente_id is not None and actor.gemeente_id != poll.gemeente_id):
        raise NotFound
    roles = roles_of(actor, poll)
    if not poll.is_public and MATRIX[Deed.SEE_INSIDE].isdisjoint(roles):
        raise NotFound
    if not may(roles, deed, poll.stage):
        if MATRIX[deed].isdisjoint(roles):
            raise NotAllowed(
                _("Sign in first, then you can do this.")
                if actor.resident_id is None and Role.RESIDENT in MATRIX[deed]
                else _("You can look at this poll. This is for the team that is responsible for it.")
            )
        raise Conflict(
            _("This does not fit the stage the poll is in: “%(stage)s”.") % {"stage": poll.get_stage_display()}
        )
    return poll


def deeds_for(actor: Actor, poll: Poll) -> list[str]:
    """Everything this person may do with it now, for a screen to offer."""
    roles = roles_of(actor, poll)
    return [deed.value for deed in Deed if may(roles, deed, poll.stage)]
