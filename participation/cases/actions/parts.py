"""Part-cases: what another team does for a case. The resident hears of the whole only.

A part is a case of its own with a `parent`, an instruction and a team; one level deep. It shows what the resident
wrote, the place and the photos, never contact data or the conversation. It is never public and never sends a resident
anything: what its team has to say when it plans or closes becomes a note to the team of the whole. The whole cannot
be closed or linked while one of its parts is open; that is looked at with the row of the whole held, and every change
of a part's status holds that row too.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.events.log import record
from participation.cases import events
from participation.cases.actions.opening import save_with_new_reference
from participation.cases.actions.saving import area_ids, clean_text, refuse_stale, save, summary_of
from participation.cases.actions.standing_in import stand_in
from participation.cases.deadlines import renew_due
from participation.cases.models import Case, Note
from participation.cases.permissions import Deed
from participation.cases.placing import Placement, able, pick_person, promised
from participation.cases.policies import get_case_for
from participation.cases.states import CLOSED, Status
from participation.organisations.queries import TeamRow, roster
from participation.routing.queries import config

FARTHEST = timedelta(days=366)
"""How far ahead the end of a part may lie, as that of a case (`promising`)."""


@transaction.atomic
def split_off(
    *,
    reference: str,
    team_id: int,
    instruction: str,
    category: str | None = None,
    due_by: datetime | None = None,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Ask another team to do a part of the case. It is due at `due_by`, else as the category promises."""
    instruction = clean_text(instruction, "instruction")
    whole = get_case_for(actor, reference, Deed.FORWARD, lock=True)
    refuse_stale(whole, version)
    if whole.status in CLOSED:
        raise Conflict(_("This case is closed. Reopen it before you ask another team."))
    if due_by is not None and due_by <= now:
        raise Invalid(FieldError("dueBy", "past", _("Choose a moment that is still to come.")))
    if due_by is not None and due_by > now + FARTHEST:
        raise Invalid(FieldError("dueBy", "out-of-reach", _("Choose a day from today, within a year.")))
    team = other_team(whole, team_id)
    wanted = whole.category
    if category:
        wanted = config(whole.gemeente_id).reportable(category)
        if wanted is None:
            raise Invalid(FieldError("category", "unknown", _("This category does not exist. Choose one of the list.")))
    confidential = whole.visibility == Case.Visibility.CONFIDENTIAL
    person_id, picked = pick_person(team.id, area_ids(whole), confidential=confidential, now=now)
    asked = {"code": "part", "professional": actor.professional_id, "team": team.id}
    resolve_by = due_by
    if resolve_by is None and wanted is not None:
        resolve_by = promised(wanted, now, config(whole.gemeente_id).closed_days)["resolve_by"]
    part = Case(
        gemeente_id=whole.gemeente_id,
        kind=whole.kind,
        visibility=Case.Visibility.CONFIDENTIAL if confidential else Case.Visibility.LIMITED,
        priority=whole.priority,
        team_id=team.id,
        assignee_id=person_id,
        category=wanted,
        area_id=whole.area_id,
        lat=whole.lat,
        lon=whole.lon,
        address=whole.address,
        summary=summary_of(instruction),
        language=whole.language,
        photo_count=whole.photo_count,
        decision=Placement(team.id, person_id, (asked, *picked)).as_json(),
        created_at=now,
        updated_at=now,
        resolve_by=resolve_by,
        parent=whole,
        instruction=instruction,
    )
    renew_due(part, now)
    save_with_new_reference(part)
    stand_in(part, now)
    save(whole, [], now=now)
    record(
        events.happened(part, events.RECEIVED, actor=actor, now=now, payload={"person": person_id, "part": True}),
        events.happened(whole, events.PART, actor=actor, now=now, payload=_about(part, "split")),
    )
    return part


@transaction.atomic
def withdraw_part(
    *, reference: str, part: str, reason: str = "", actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """The team of the whole no longer needs this part; a reason is kept as a note with it."""
    whole = get_case_for(actor, reference, Deed.FORWARD, lock=True)
    refuse_stale(whole, version)
    found = Case.objects.select_for_update(of=("self",)).filter(parent=whole, reference=part).first()
    if found is None:
        raise NotFound
    if found.status in CLOSED:
        raise Conflict(_("This part is closed already."))
    found.parent = whole
    if reason.strip():
        Note.objects.create(
            case=found, professional_id=actor.professional_id, text=clean_text(reason, "reason"), created_at=now
        )
    origin, found.status, found.closed_at = found.status, Status.UNRESOLVED, now
    save(found, ["status", "closed_at"], now=now)
    save(whole, [], now=now)
    payload = {"from": origin, "to": found.status, "move": "withdraw"}
    record(
        events.happened(found, events.TRANSITIONED, actor=actor, now=now, payload=payload),
        events.happened(whole, events.PART, actor=actor, now=now, payload=_about(found, "withdrawn")),
    )
    return found


def other_team(case: Case, team_id: int) -> TeamRow:
    """Another team of the municipality in which someone may open the case."""
    team = roster().teams.get(team_id)
    if team is None or team.gemeente_id != case.gemeente_id:
        raise Invalid(FieldError("team", "unknown", _("This team does not exist. Choose a team from the list.")))
    if team.id == case.team_id:
        raise Invalid(FieldError("team", "same", _("This team has the case already. Choose another team.")))
    if not able(team, confidential=case.visibility == Case.Visibility.CONFIDENTIAL):
        raise Invalid(
            FieldError("team", "nobody-may-read", _("Nobody in this team may open this case. Choose another team."))
        )
    return team


def leave_word(part: Case, text: str, *, actor: Actor, now: datetime) -> Note:
    """What the team of a part has to say, as a note to the team of the whole."""
    assert part.parent is not None
    return Note.objects.create(
        case=part.parent, part=part, professional_id=actor.professional_id, text=text, created_at=now
    )


def tell_both(
    part: Case, whole: Case, *, move: str, origin: str, word: Note | None, actor: Actor, now: datetime
) -> None:
    """A part took a step: its own history has it, and so has the whole's. Both rows are held; the part was saved."""
    save(whole, [], now=now)
    said = {"note": word.pk} if word else {}
    record(
        events.happened(
            part,
            events.TRANSITIONED,
            actor=actor,
            now=now,
            payload={"from": origin, "to": part.status, "move": move} | said,
        ),
        events.happened(whole, events.PART, actor=actor, now=now, payload=_about(part, "moved") | said),
    )


def _about(part: Case, deed: str) -> dict[str, object]:
    return {"part": part.reference, "team": part.team_id, "deed": deed, "status": part.status}


def refuse_unfinished(case: Case) -> None:
    """Nothing closes while another team still has an answer to give. The row of `case` is held."""
    open_parts = list(
        Case.objects.filter(parent=case, closed_at__isnull=True).order_by("id").values_list("reference", "team_id")
    )
    if open_parts:
        named = ", ".join(f"{reference} ({roster().teams[team_id].name})" for reference, team_id in open_parts)
        raise Conflict(
            _("A part of this case is still open: %(parts)s. Wait for it, or withdraw it.") % {"parts": named},
            code="open-parts",
            parts=[reference for reference, _team in open_parts],
        )
    if case.offered_to_id is not None:
        raise Conflict(
            _("You offered this case to %(team)s. Withdraw the offer first.")
            % {"team": roster().teams[case.offered_to_id].name},
            code="offered",
        )


def keep_together(whole: Case, left_team: int, now: datetime) -> list[Case]:
    """After the case became confidential or ceased to be: its parts follow, which are the answer.

    Refused where that would leave something unseen, or shown to who may not see it: a part or an offer that nobody
    there may open, or reports linked to it that are not confidential themselves. The row of the whole is held.
    """
    confidential = whole.visibility == Case.Visibility.CONFIDENTIAL
    if whole.duplicate_of_id is not None or Case.objects.filter(duplicate_of=whole).exists():
        raise Conflict(_("This case is linked to another one. Undo that link before you choose this category."))
    offered = roster().teams.get(whole.offered_to_id or 0)
    if offered and (whole.team_id != left_team or not able(offered, confidential=confidential)):
        raise Conflict(
            _("You offered this case to %(team)s. Withdraw the offer first.") % {"team": offered.name}, code="offered"
        )
    wanted = Case.Visibility.CONFIDENTIAL if confidential else Case.Visibility.LIMITED
    parts = list(Case.objects.select_for_update(of=("self",)).filter(parent=whole).order_by("id"))
    for part in parts:
        team = roster().teams[part.team_id]
        readers = able(team, confidential=confidential)
        if part.status not in CLOSED and not readers:
            raise Invalid(
                FieldError(
                    "category",
                    "nobody-may-read",
                    _("Nobody of %(team)s may open confidential cases. Withdraw part %(part)s first.")
                    % {"team": team.name, "part": part.reference},
                )
            )
        part.parent, part.visibility = whole, wanted
        if part.assignee_id not in readers:
            part.assignee_id = None
        save(part, ["visibility", "assignee"], now=now)
    return parts
