"""Who handles a case, and what it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid
from participation.cases import events
from participation.cases.actions.saving import area_ids, refuse_stale, save
from participation.cases.deadlines import set_promises
from participation.cases.models import Case
from participation.cases.permissions import Deed
from participation.cases.placing import Placement, able, can_open, pick_person, place
from participation.cases.policies import get_case_for
from participation.cases.states import CLOSED, Status
from participation.organisations.queries import roster
from participation.routing.models import Category
from participation.routing.queries import config


@transaction.atomic
def assign_case(
    *,
    reference: str,
    team_id: int | None = None,
    professional_id: int | None = None,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Give the case to a person of its team, to another team of the municipality, or back to the team.

    Another team chooses its own person, unless `professional_id` names one of theirs.
    """
    case = get_case_for(actor, reference, Deed.ASSIGN, lock=True)
    refuse_stale(case, version)
    if case.status in CLOSED:
        raise Conflict(_("This case is closed. Reopen it before you give it to someone."))
    team = roster().teams.get(team_id if team_id is not None else case.team_id)
    if team is None or team.gemeente_id != case.gemeente_id:
        raise Invalid(FieldError("team", "unknown", _("This team does not exist. Choose a team from the list.")))
    left_team, confidential = case.team_id, case.visibility == Case.Visibility.CONFIDENTIAL
    able_to = able(team, confidential=confidential)
    given = {"code": "given", "professional": actor.professional_id, "team": team.id}
    reasons: list[dict[str, Any]] = [given]
    if professional_id is not None:
        if professional_id not in able_to:
            raise Invalid(
                FieldError(
                    "professional", "not-a-member", _("This person cannot take this case. Choose someone of the team.")
                )
            )
        case.assignee_id = professional_id
    elif team.id != left_team:
        if not able_to:
            raise Invalid(
                FieldError("team", "nobody-may-read", _("Nobody in this team may open this case. Choose another team."))
            )
        case.assignee_id, picked = pick_person(team.id, area_ids(case), confidential=confidential, now=now)
        reasons += picked
    else:
        case.assignee_id = None
    case.decision = Placement(team.id, case.assignee_id, tuple(reasons)).as_json()
    case.team_id = team.id
    fields = ["team", "assignee", "decision"]
    if case.assignee_id and case.status in {Status.RECEIVED, Status.REOPENED}:
        case.status = Status.ASSIGNED
        fields.append("status")
    save(case, fields, now=now)
    events.tell(
        case,
        events.ASSIGNED,
        actor=actor,
        now=now,
        payload={"team": case.team_id, "person": case.assignee_id, "status": case.status},
        also_teams=((left_team, confidential),),
    )
    return case


@transaction.atomic
def change_case(
    *,
    reference: str,
    category: str | None = None,
    priority: str | None = None,
    address: str | None = None,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Correct what a case is about. Another category brings its own promise and visibility.

    Where nobody of the team may open what it becomes, the case goes to the team the rules name;
    where nobody there may either, the change is refused: no case may end up unseen.
    """
    case = get_case_for(actor, reference, Deed.CHANGE, lock=True)
    refuse_stale(case, version)
    was_confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    was_public = case.visibility == Case.Visibility.PUBLIC
    left_team = case.team_id
    changed: dict[str, Any] = {}
    if category is not None:
        routing = config(case.gemeente_id)
        found = routing.reportable(category)
        if found is None:
            raise Invalid(
                FieldError("category", "unknown", _("This category does not exist. Choose one from the list."))
            )
        if found.pk != case.category_id:
            changed |= {"category": found.slug}
            case.category, case.visibility = found, found.visibility
            set_promises(case, found)
            _keep_readable(case, found, now)
    if priority is not None and priority != case.priority:
        if priority not in Case.Priority.values:
            raise Invalid(FieldError("priority", "unknown", _("Choose low, normal or high.")))
        changed |= {"priority": priority}
        case.priority = priority
    if address is not None and address.strip() != case.address:
        if len(address) > 200:
            raise Invalid(FieldError("address", "too-long", _("Use at most 200 characters.")))
        changed |= {"address": True}
        case.address = address.strip()
    if not changed:
        return case
    about = ["category", "visibility", "respond_by", "resolve_by", "priority", "address"]
    save(case, [*about, "team", "assignee", "decision"], now=now)
    events.tell(
        case,
        events.UPDATED,
        actor=actor,
        now=now,
        payload=changed,
        also_teams=((left_team, was_confidential),),
        also_public=was_public,
    )
    return case


def _keep_readable(case: Case, category: Category, now: datetime) -> None:
    """After a change of category: a team and person who may open the case as it now is."""
    confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    if not can_open(case.team_id, confidential=confidential):
        placement = place(case.kind, category, area_ids(case), now)
        if not can_open(placement.team_id, confidential=confidential):
            raise Invalid(
                FieldError(
                    "category",
                    "nobody-may-read",
                    _("Nobody may open such a case here yet. Ask your administrator, or choose another category."),
                )
            )
        case.team_id, case.assignee_id, case.decision = (
            placement.team_id,
            placement.person_id,
            placement.as_json(),
        )
    elif case.assignee_id is not None and case.assignee_id not in able(
        roster().teams[case.team_id], confidential=confidential
    ):
        case.assignee_id, reasons = pick_person(case.team_id, area_ids(case), confidential=confidential, now=now)
        case.decision = Placement(case.team_id, case.assignee_id, tuple(reasons)).as_json()
