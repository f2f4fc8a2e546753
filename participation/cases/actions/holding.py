"""A case is held by someone who can act on it: looked at again whenever it is open again, or put back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from core.accounts.actor import SYSTEM
from core.accounts.models import User
from core.events.log import record
from participation.cases import events
from participation.cases.actions.saving import area_ids, save
from participation.cases.models import Case
from participation.cases.placing import Placement, pick_person
from participation.organisations.models import Membership, Professional

AT_ONCE = 200
"""Cases given to someone else in one transaction."""


def may_hold(professional_id: int, team_id: int, *, confidential: bool) -> bool:
    """Whether this person has an account and works in the team, for confidential cases with that role. One query.

    The same as `placing.able`, asked of the tables: memory may be a second behind what another process wrote.
    """
    places = Membership.objects.filter(
        professional_id=professional_id, team_id=team_id, professional__user__is_active=True
    )
    return (places.filter(confidential=True) if confidential else places).exists()


def keep_present(professional_id: int | None) -> None:
    """Hold the account of whom a case is given to, before the row of the case: an account that ends waits for it.

    Who ends it meanwhile finds the case among what is theirs; who ended it is seen by `may_hold`.
    """
    if professional_id is not None:
        User.objects.select_for_update(no_key=True).filter(professional=professional_id).first()


def choose_again(case: Case, now: datetime, *, why: dict[str, Any] | None = None) -> list[str]:
    """Whoever has this case keeps it, unless they can no longer act on it; answers the fields that changed.

    Then its team chooses as it does for a new case. `why` comes first among the reasons.
    """
    confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    if case.assignee_id is None or may_hold(case.assignee_id, case.team_id, confidential=confidential):
        return []
    person_id, reasons = pick_person(case.team_id, area_ids(case), confidential=confidential, now=now)
    if person_id is not None and not may_hold(person_id, case.team_id, confidential=confidential):
        person_id, reasons = None, []
    case.assignee_id = person_id
    case.decision = Placement(case.team_id, person_id, (*([why] if why else []), *reasons)).as_json()
    return ["assignee", "decision"]


def is_left_over(now: datetime) -> bool:
    """Whether an open case is with an account that has ended. One query, as cheap as few people left with work."""
    return _left_over().exists()


def take_from_who_left(*, now: datetime) -> int:
    """Give open cases of ended accounts to who of the team can act on them; answers how many.

    Ending an account hands everything over. What reaches it in the second in which another process does not know of
    it yet (a new report, the answer to an offer) is brought here.
    """
    moved = 0
    for pk in list(_left_over().order_by("id").values_list("id", flat=True)[:AT_ONCE]):
        moved += _take(pk, now)
    return moved


def _left_over() -> Any:
    ended = Professional.objects.filter(user__is_active=False)
    return Case.objects.filter(assignee__in=ended, closed_at__isnull=True)


@transaction.atomic
def _take(pk: int, now: datetime) -> int:
    case = Case.objects.select_for_update(of=("self",)).select_related("parent").filter(pk=pk, closed_at=None).first()
    if case is None or case.assignee_id is None:
        return 0
    left = case.assignee_id
    fields = choose_again(case, now, why={"code": "handed-over", "professional": left})
    if not fields:
        return 0
    save(case, fields, now=now)
    payload = {"team": case.team_id, "person": case.assignee_id, "status": case.status}
    record(events.happened(case, events.ASSIGNED, actor=SYSTEM, now=now, payload=payload))
    return 1
