"""Who may see and do what with a case. A case that is not yours is a case that is not there."""

from __future__ import annotations

from core.accounts.actor import Actor
from core.errors import NotFound
from participation.cases.models import Case


def get_case_for(actor: Actor, reference: str, *, lock: bool = False) -> Case:
    """The case, if this person may see it; `lock` holds its row until the transaction ends."""
    cases = Case.objects.visible_to(actor)
    if lock:
        cases = cases.select_for_update(of=("self",))
    try:
        return cases.get(reference=reference)
    except Case.DoesNotExist:
        raise NotFound from None


def streams_of(actor: Actor) -> list[str]:
    """The streams this person may follow: their teams', and the confidential ones where they hold that role."""
    return [f"team:{pk}" for pk in sorted(actor.team_ids)] + [
        f"team-confidential:{pk}" for pk in sorted(actor.confidential_team_ids)
    ]
