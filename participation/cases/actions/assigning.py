"""Who handles a case, and what it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid
from core.events.log import record
from participation.cases import events
from participation.cases.actions.holding import keep_present, may_hold
from participation.cases.actions.parts import keep_together
from participation.cases.actions.saving import area_ids, refuse_stale, save
from participation.cases.deadlines import set_promises
from participation.cases.kinds import ways_of
from participation.cases.models import Case
from participation.cases.permissions import Deed
from participation.cases.placing import Placement, able, can_open, instead_of, pick_person, place
from participation.cases.policies import get_case_for
from participation.cases.states import CLOSED, Status
from participation.organisations.queries import TeamRow, roster
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
    """Give the case to a person of its team, to another team of the organisation, or back to the team.

    Another team chooses its own person, unless `professional_id` names one of theirs.
    """
    keep_present(professional_id)
    case = get_case_for(actor, reference, Deed.ASSIGN, lock=True)
    refuse_stale(case, version)
    if case.status in CLOSED:
        raise Conflict(_("This case is closed. Reopen it before you give it to someone."))
    team = roster().teams.get(team_id if team_id is not None else case.team_id)
    if team is None or team.gemeente_id != case.gemeente_id:
        raise Invalid(FieldError("team", "unknown", _("This team does not exist. Choose a team from the list.")))
    left_team, confidential = case.team_id, case.visibility == Case.Visibility.CONFIDENTIAL
    _refuse_far_away(case, team)
    able_to, replaced = able(team, confidential=confidential), None
    given = {"code": "given", "professional": actor.professional_id, "team": team.id}
    reasons: list[dict[str, Any]] = [given]
    if professional_id is not None:
        if professional_id not in able_to or not may_hold(professional_id, team.id, confidential=confidential):
            raise Invalid(
                FieldError(
                    "professional", "not-a-member", _("This person cannot take this case. Choose someone of the team.")
                )
            )
        case.assignee_id = professional_id
        if professional_id != actor.professional_id:
            case.assignee_id = present(team, professional_id, confidential=confidential, now=now)
        if case.assignee_id != professional_id:
            replaced = professional_id
            reasons.append({"code": "replaces", "professional": replaced})
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
        payload={"team": case.team_id, "person": case.assignee_id, "status": case.status}
        | ({"replaces": replaced} if replaced else {}),
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

    Where nobody of the team may open what it becomes, the case goes to the team the rules name. The change is refused
    where nobody there may either (no case may end up unseen), and where that team works for another organisation:
    that one is asked first and accepts or gives back, so the hop is in the history and the figures.
    """
    case = get_case_for(actor, reference, Deed.CHANGE, lock=True)
    refuse_stale(case, version)
    was_confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    was_public = case.visibility == Case.Visibility.PUBLIC
    left_team = case.team_id
    changed: dict[str, Any] = {}
    if category is not None:
        ways = ways_of(case)
        found = ways.category(config(case.gemeente_id), category)
        if found is None:
            raise Invalid(
                FieldError("category", "unknown", _("This category does not exist. Choose one from the list."))
            )
        if found.pk != case.category_id:
            changed |= {"category": found.slug}
            case.category = found
            if case.parent_id is None:  # a part is seen as the whole is, and due as was agreed
                set_promises(case, found)
                if not ways.keeps_visibility:
                    case.visibility = found.visibility
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
    turned = was_confidential != (case.visibility == Case.Visibility.CONFIDENTIAL)
    parts = keep_together(case, left_team, now) if turned else []
    record(
        events.happened(
            case,
            events.UPDATED,
            actor=actor,
            now=now,
            payload=changed,
            also_teams=((left_team, was_confidential),),
            also_public=was_public,
        ),
        *(
            events.happened(part, events.UPDATED, actor=actor, now=now, also_teams=((part.team_id, was_confidential),))
            for part in parts
        ),
    )
    return case


def _refuse_far_away(case: Case, team: TeamRow) -> None:
    """Another organisation is asked, not told; and what is offered to one team is not given to a second."""
    if team.id == case.team_id:
        return
    if case.offered_to_id is not None:
        raise Conflict(
            _("You offered this case to %(team)s. Withdraw the offer first.")
            % {"team": roster().teams[case.offered_to_id].name},
            code="offered",
        )
    if team.organisation_id != roster().teams[case.team_id].organisation_id:
        raise Invalid(
            FieldError(
                "team",
                "other-organisation",
                _("%(team)s works for another organisation. Forward the case: they accept it or give it back.")
                % {"team": team.name},
            )
        )


def _refuse_far_move(case: Case, team: TeamRow) -> None:
    """A change of category moves the case within the organisation only, and never one that waits for an answer."""
    if case.offered_to_id is not None:
        raise Conflict(
            _("You offered this case to %(team)s. Withdraw the offer first.")
            % {"team": roster().teams[case.offered_to_id].name},
            code="offered",
        )
    if team.organisation_id != roster().teams[case.team_id].organisation_id:
        raise Conflict(
            _(
                "Nobody of your organisation may open such a case. Forward it to %(team)s first; "
                "once they accept it they choose this category."
            )
            % {"team": team.name},
            code="other-organisation",
            team=team.id,
        )


def present(team: TeamRow, professional_id: int, *, confidential: bool, now: datetime) -> int:
    """This member, or who replaces them; `Invalid` when they are away and nobody does."""
    instead = instead_of(team, professional_id, confidential=confidential, now=now)
    if instead is not None:
        return instead
    away = roster().away(professional_id, timezone.localdate(now))
    raise Invalid(
        FieldError(
            "professional",
            "away",
            _("%(name)s is away until %(day)s and nobody of the team replaces them. Choose someone else.")
            % {
                "name": roster().people[professional_id].name,
                "day": date_format(away.ends_on, "j F") if away else "?",
            },
        )
    )


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
        _refuse_far_move(case, roster().teams[placement.team_id])
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
