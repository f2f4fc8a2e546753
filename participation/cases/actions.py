"""Every write to a case: one verb each, one transaction, the row locked, an event at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.areas.queries import AreaRow, tree
from core.errors import Conflict, FieldError, Invalid, Stale
from core.media.actions import claim_photos
from participation.cases import events
from participation.cases.models import Case, CasePhoto, Message, Note, View
from participation.cases.placing import Placement, able, can_open, pick_person, place, promised
from participation.cases.policies import get_case_for
from participation.cases.queries import changes_since
from participation.cases.references import new_reference
from participation.cases.states import CLOSED, MOVES, Status, moves_from
from participation.organisations.queries import roster
from participation.routing.models import Category
from participation.routing.queries import config

MESSAGE_LENGTH = 3000
ONE_LOOK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is needed to open a case. `chain`: the areas it lies in, smallest first, ending in the gemeente."""

    kind: str
    category: Category
    chain: tuple[AreaRow, ...]
    lat: float | None = None
    lon: float | None = None
    address: str = ""
    summary: str = ""
    language: str = "nl"
    photos: Sequence[UUID] = ()


def open_case(opening: Opening, *, now: datetime) -> Case:
    """Open a case with the team and person that the rules say; the caller's transaction goes on.

    The caller records nothing: call `announce_case` when what hangs on the case is written too.
    """
    gemeente = opening.chain[-1]
    category = opening.category
    placement = place(opening.kind, category, tuple(area.id for area in opening.chain), now)
    case = Case(
        gemeente_id=gemeente.id,
        kind=opening.kind,
        visibility=category.visibility,
        team_id=placement.team_id,
        assignee_id=placement.person_id,
        category=category,
        area_id=opening.chain[0].id,
        lat=opening.lat,
        lon=opening.lon,
        address=opening.address,
        summary=opening.summary,
        language=opening.language,
        photo_count=len(opening.photos),
        decision=placement.as_json(),
        created_at=now,
        updated_at=now,
        **promised(category, now, config(gemeente.id).closed_days),
    )
    _save_with_new_reference(case)
    if opening.photos:
        photos = claim_photos(ids=list(opening.photos), gemeente_id=gemeente.id, now=now)
        CasePhoto.objects.bulk_create(
            CasePhoto(case=case, photo=photo, position=position) for position, photo in enumerate(photos)
        )
    return case


def announce_case(case: Case, *, actor: Actor, now: datetime) -> None:
    """Tell the team (and the wijk) that the case is there; the last step of the opening transaction."""
    events.tell(case, events.RECEIVED, actor=actor, now=now, payload={"person": case.assignee_id})


@transaction.atomic
def move_case(
    *, reference: str, move: str, message: str = "", actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """Take one step of the workflow (`states.MOVES`), with a message to the resident where it asks for one."""
    if move not in MOVES:
        raise Invalid(FieldError("move", "unknown", _("This step does not exist. Reload the case and choose again.")))
    case = get_case_for(actor, reference, lock=True)
    _refuse_stale(case, version)
    return _move(case, move, message=message, actor=actor, now=now)


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
    case = get_case_for(actor, reference, lock=True)
    _refuse_stale(case, version)
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
        case.assignee_id, picked = pick_person(team.id, _area_ids(case), confidential=confidential, now=now)
        reasons += picked
    else:
        case.assignee_id = None
    case.decision = Placement(team.id, case.assignee_id, tuple(reasons)).as_json()
    case.team_id = team.id
    fields = ["team", "assignee", "decision"]
    if case.assignee_id and case.status in {Status.RECEIVED, Status.REOPENED}:
        case.status = Status.ASSIGNED
        fields.append("status")
    _save(case, fields, now=now)
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
def message_resident(*, reference: str, text: str, actor: Actor, now: datetime, version: int | None = None) -> Message:
    """Write to the resident. They read it on their tracking page and, if we have it, by e-mail."""
    text = _clean_text(text, "text")
    case = get_case_for(actor, reference, lock=True)
    _refuse_stale(case, version)
    message = _write_message(case, text, actor=actor, now=now)
    fields = _mark_responded(case, now)
    _save(case, fields, now=now)
    events.tell(case, events.MESSAGE, actor=actor, now=now, payload={"message": message.pk})
    return message


@transaction.atomic
def add_note(*, reference: str, text: str, actor: Actor, now: datetime, version: int | None = None) -> Note:
    """Write to colleagues. The resident never sees it."""
    text = _clean_text(text, "text")
    case = get_case_for(actor, reference, lock=True)
    _refuse_stale(case, version)
    note = Note.objects.create(case=case, professional_id=actor.professional_id, text=text, created_at=now)
    _save(case, [], now=now)
    events.tell(case, events.NOTE, actor=actor, now=now, payload={"note": note.pk})
    return note


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
    case = get_case_for(actor, reference, lock=True)
    _refuse_stale(case, version)
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
            for name, moment in promised(found, case.created_at, routing.closed_days).items():
                setattr(case, name, moment)
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
    _save(case, [*about, "team", "assignee", "decision"], now=now)
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


def answer_as_resident(*, case_id: int, text: str, actor: Actor, now: datetime) -> Message:
    """The resident writes back; a case that waited for them goes on. Runs in the caller's transaction."""
    text = _clean_text(text, "text")
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if case.status in CLOSED:
        raise Conflict(_("This report is closed. Is it not solved? Then tell us with the button above."))
    message = Message.objects.create(case=case, from_resident=True, text=text, created_at=now)
    if case.status == Status.WAITING:
        origin, case.status = case.status, Status.IN_PROGRESS
        _save(case, ["status"], now=now)
        events.tell(
            case,
            events.TRANSITIONED,
            actor=actor,
            now=now,
            payload={"from": origin, "to": case.status, "move": "answer", "message": message.pk},
        )
    else:
        _save(case, [], now=now)
        events.tell(case, events.MESSAGE, actor=actor, now=now, payload={"message": message.pk})
    return message


def reopen_as_resident(*, case_id: int, text: str, actor: Actor, now: datetime) -> Case:
    """The resident says it is not solved: the case is open again. Runs in the caller's transaction."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    return _move(case, "reopen", message=text, actor=actor, now=now)


def thank_as_resident(*, case_id: int, text: str, actor: Actor, now: datetime) -> Case:
    """The resident says it is solved, in words or without: the case stays closed. Runs in the caller's transaction."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    payload: dict[str, Any] = {"solved": True}
    if text.strip():
        payload["message"] = _write_message(case, _clean_text(text, "text"), actor=actor, now=now).pk
    _save(case, [], now=now)
    events.tell(case, events.MESSAGE, actor=actor, now=now, payload=payload)
    return case


def log_view(case: Case, *, actor: Actor, now: datetime) -> None:
    """Remember that this person looked at a confidential case; what their open page fetches again is the same look."""
    assert actor.professional_id is not None  # nobody else opens a case at the desk
    recent = View.objects.filter(case=case, professional_id=actor.professional_id, at__gt=now - ONE_LOOK)
    if not recent.exists():
        View.objects.create(case=case, professional_id=actor.professional_id, at=now)


def _move(case: Case, name: str, *, message: str, actor: Actor, now: datetime) -> Case:
    move = MOVES[name]
    by_resident = actor.kind == "resident"
    if by_resident and not move.by_resident:
        raise Conflict
    if not by_resident and name not in moves_from(case.status) and case.status in move.sources:
        raise Invalid(FieldError("move", "not-yours", _("Only the resident can take this step.")))
    if case.status not in move.sources:
        raise Conflict(
            _("This step does not fit: the case is now “%(status)s”. Reload it and choose again.")
            % {"status": Status(case.status).label}
        )
    message = message.strip()
    if move.needs_message and not message:
        raise Invalid(
            FieldError("message", "required", _("Tell the resident what happened. They receive what you write here."))
        )
    written = None
    fields = ["status", "closed_at"]
    if message:
        written = _write_message(case, _clean_text(message, "message"), actor=actor, now=now)
        if not by_resident:
            fields += _mark_responded(case, now)
    origin, case.status = case.status, move.to
    case.closed_at = now if move.to in CLOSED else None
    if name in {"accept", "start", "plan"} and case.assignee_id is None:
        case.assignee_id = actor.professional_id
        fields.append("assignee")
    _save(case, fields, now=now)
    events.tell(
        case,
        events.TRANSITIONED,
        actor=actor,
        now=now,
        payload={"from": origin, "to": case.status, "move": name} | ({"message": written.pk} if written else {}),
    )
    return case


def _keep_readable(case: Case, category: Category, now: datetime) -> None:
    """After a change of category: a team and person who may open the case as it now is."""
    confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    if not can_open(case.team_id, confidential=confidential):
        placement = place(case.kind, category, _area_ids(case), now)
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
        case.assignee_id, reasons = pick_person(case.team_id, _area_ids(case), confidential=confidential, now=now)
        case.decision = Placement(case.team_id, case.assignee_id, tuple(reasons)).as_json()


def _area_ids(case: Case) -> tuple[int, ...]:
    return tuple(area.id for area in tree().ancestors(case.area_id))


def _save_with_new_reference(case: Case) -> None:
    """Insert; in the one-in-a-thousand case that the reference is taken, take another."""
    for _attempt in range(8):
        case.reference = new_reference(case.kind)
        try:
            with transaction.atomic():
                case.save(force_insert=True)
            return
        except IntegrityError:
            if not Case.objects.filter(reference=case.reference).exists():
                raise
    raise RuntimeError("eight references in a row were taken")


def _save(case: Case, fields: list[str], *, now: datetime) -> None:
    case.version += 1
    case.updated_at = now
    case.save(update_fields=[*dict.fromkeys(fields), "version", "updated_at"])


def _refuse_stale(case: Case, version: int | None) -> None:
    if version is not None and version != case.version:
        raise Stale(version=case.version, changes=changes_since(case, version))


def _mark_responded(case: Case, now: datetime) -> list[str]:
    if case.responded_at is None:
        case.responded_at = now
        return ["responded_at"]
    return []


def _write_message(case: Case, text: str, *, actor: Actor, now: datetime) -> Message:
    return Message.objects.create(
        case=case,
        professional_id=actor.professional_id,
        from_resident=actor.kind == "resident",
        text=text,
        created_at=now,
    )


def _clean_text(text: str, field: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid(FieldError(field, "required", _("Write something first.")))
    if len(text) > MESSAGE_LENGTH:
        raise Invalid(FieldError(field, "too-long", _("Use at most %(most)d characters.") % {"most": MESSAGE_LENGTH}))
    return text
