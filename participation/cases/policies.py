"""Who may see and do what with a case. A case that is not yours is a case that is not there."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.accounts.actor import Actor
from core.errors import NotAllowed, NotFound
from participation.cases.models import Case
from participation.cases.permissions import WHOLE_CASES, Deed, Tie, may, reach
from participation.organisations.queries import roster


def get_case_for(actor: Actor, reference: str, deed: Deed = Deed.SEE, *, lock: bool = False) -> Case:
    """The case, if this person may see it and do `deed`; `lock` holds its row until the transaction ends.

    Raises `NotFound` for a case that is absent or not theirs to see, `NotAllowed` for one they may only look at.
    """
    cases = Case.objects.visible_to(actor).select_related("parent")
    if lock:
        cases = cases.select_for_update(of=("self",))
    try:
        case = cases.get(reference=reference)
    except Case.DoesNotExist:
        raise NotFound from None
    if not may_do(actor, deed, case):
        if case.parent_id is not None and deed in WHOLE_CASES:
            raise NotAllowed(_("This is a part of another case. The team of that case does this."))
        raise NotAllowed(_("You can look at this case, but this is for the team that handles it."))
    return case


def may_do(actor: Actor, deed: Deed, case: Case) -> bool:
    """Whether this person may do `deed` with a case they see. No query when its parent was fetched with it."""
    if actor.kind == "system":
        return True
    ties = [(Tie.HOLDER, case.team_id), (Tie.RECEIVER, case.offered_to_id)]
    if case.parent_id is not None and case.parent is not None:
        ties.append((Tie.PARENT, case.parent.team_id))
    confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    return may(actor, deed, teams=ties, confidential=confidential, part=case.parent_id is not None)


def deeds_for(actor: Actor, case: Case) -> list[str]:
    """Everything this person may do with the case, for the desk to offer."""
    return [deed.value for deed in Deed if may_do(actor, deed, case)]


def streams_of(actor: Actor) -> list[str]:
    """The streams this person may follow: those of the teams whose cases they see, ordinary and confidential apart."""
    ordinary, confidential = (reach(actor, Deed.SEE, confidential=value) for value in (False, True))
    ids = ordinary.ids
    if ordinary.everywhere:
        ids = frozenset(one.id for one in roster().teams.values() if one.gemeente_id == actor.gemeente_id)
    return [f"team:{pk}" for pk in sorted(ids)] + [f"team-confidential:{pk}" for pk in sorted(confidential.ids)]
