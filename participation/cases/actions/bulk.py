"""One deed on many cases: tried first, done case by case, and undone where nothing happened since.

Only what a resident hears nothing of can be done so, because only that can be taken back: giving away and priority
(and marking as read, which needs no undoing). Every case goes through its ordinary action in a transaction of its
own, so each has its event, its checks and its permission. A trial is the same deed, rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, DomainError, Invalid, NotFound
from participation.cases import events
from participation.cases.actions.assigning import assign_case, change_case
from participation.cases.actions.saving import save
from participation.cases.actions.seen import mark_read, mark_seen, mark_unread
from participation.cases.models import BulkDeed, Case
from participation.cases.policies import get_case_for

MOST_CASES = 200
UNDONE_WITHIN = timedelta(hours=24)
DEEDS = ("assign", "priority", "read", "unread")
KEPT = ("team_id", "assignee_id", "priority", "status", "decision")
"""What a deed may change, and what undoing it gives back."""
SHOWN = ("team_id", "assignee_id", "priority", "status")


@dataclass(frozen=True, slots=True)
class Result:
    """What becomes of one case: the columns that change, or why nothing does (`code`, and a sentence)."""

    reference: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    version: int | None
    code: str = ""
    detail: str = ""

    @property
    def ok(self) -> bool:
        return not self.code


def do_many(
    *, references: Sequence[str], deed: str, values: Mapping[str, Any], dry_run: bool, actor: Actor, now: datetime
) -> tuple[BulkDeed | None, list[Result]]:
    """Do `deed` to each of these cases, or with `dry_run` say what would become of them.

    `values`: `team_id` and `professional_id` for "assign", `priority` for "priority".
    """
    wanted = list(dict.fromkeys(references))
    if deed in {"read", "unread"}:
        return None, _mark(wanted, deed, dry_run=dry_run, actor=actor, now=now)
    results = [_one(reference, deed, values, dry_run=dry_run, actor=actor, now=now) for reference in wanted]
    done = [{"reference": one.reference, **one.before, "version": one.version} for one in results if one.ok]
    if dry_run or not done:
        return None, results
    assert actor.professional_id is not None  # nobody else sits at the desk
    kept = BulkDeed.objects.create(professional_id=actor.professional_id, deed=deed, before=done, at=now)
    return kept, results


def undo_many(*, pk: int, actor: Actor, now: datetime) -> tuple[BulkDeed, list[Result]]:
    """Give every case back what it was, unless something happened to it since. Once, by whoever did it."""
    with transaction.atomic():
        kept = BulkDeed.objects.select_for_update().filter(pk=pk, professional_id=actor.professional_id or 0).first()
        if kept is None:
            raise NotFound
        if kept.undone_at is not None:
            raise Conflict(_("This was undone already."))
        if kept.at < now - UNDONE_WITHIN:
            raise Conflict(_("This is too long ago to undo in one go. Change the cases one by one."))
        kept.undone_at = now
        kept.save(update_fields=["undone_at"])
    return kept, [_undo(before["reference"], before, actor=actor, now=now) for before in kept.before]


def _one(reference: str, deed: str, values: Mapping[str, Any], *, dry_run: bool, actor: Actor, now: datetime) -> Result:
    before: dict[str, Any] = {}
    try:
        with transaction.atomic():
            case = get_case_for(actor, reference)
            before = _columns(case, KEPT)
            if _stays(case, deed, values):
                return _refused(reference, "no-change", _("This is so already."))
            after = _DEEDS[deed](reference, values, actor, now)
            if not dry_run:
                mark_seen(after, actor=actor, now=now)
            changed = {name for name in KEPT if getattr(after, name) != before[name]}
            result = Result(
                reference,
                {name: before[name] for name in KEPT if name in changed},
                {name: getattr(after, name) for name in SHOWN if name in changed},
                after.version,
            )
            if dry_run:
                transaction.set_rollback(True)
            return result
    except DomainError as error:
        return _from_error(reference, error)


def _assign(reference: str, values: Mapping[str, Any], actor: Actor, now: datetime) -> Case:
    return assign_case(reference=reference, actor=actor, now=now, **values)


def _prioritise(reference: str, values: Mapping[str, Any], actor: Actor, now: datetime) -> Case:
    return change_case(reference=reference, priority=values["priority"], actor=actor, now=now)


_DEEDS: dict[str, Callable[[str, Mapping[str, Any], Actor, datetime], Case]] = {
    "assign": _assign,
    "priority": _prioritise,
}


def _stays(case: Case, deed: str, values: Mapping[str, Any]) -> bool:
    if deed == "priority":
        return bool(case.priority == values["priority"])
    team_id = values.get("team_id")
    if team_id is not None and team_id != case.team_id:
        return False
    picks = team_id is not None and "professional_id" not in values
    return picks or values.get("professional_id") == case.assignee_id


@transaction.atomic
def _undo(reference: str, before: Mapping[str, Any], *, actor: Actor, now: datetime) -> Result:
    case = (
        Case.objects.select_for_update(of=("self",)).filter(reference=reference, gemeente_id=actor.gemeente_id).first()
    )
    if case is None or case.version != before["version"]:
        return _refused(
            reference, "changed-since", _("Something happened to this case since. It stays as it is."), case
        )
    left = (case.team_id, case.visibility == Case.Visibility.CONFIDENTIAL)
    columns = [name for name in KEPT if name in before]
    was = _columns(case, columns)
    for name in columns:
        setattr(case, name, before[name])
    save(case, [name.removesuffix("_id") for name in columns], now=now)
    moved = {"team_id", "assignee_id", "status"} & set(columns)
    if moved:
        payload = {"team": case.team_id, "person": case.assignee_id, "status": case.status, "undone": True}
        events.tell(case, events.ASSIGNED, actor=actor, now=now, payload=payload, also_teams=(left,))
    else:
        events.tell(case, events.UPDATED, actor=actor, now=now, payload={"priority": case.priority, "undone": True})
    mark_seen(case, actor=actor, now=now)
    shown = [name for name in SHOWN if name in before]
    return Result(reference, was, {name: before[name] for name in shown}, case.version)


def _mark(references: Sequence[str], deed: str, *, dry_run: bool, actor: Actor, now: datetime) -> list[Result]:
    seen = dict(Case.objects.visible_to(actor).filter(reference__in=references).values_list("reference", "version"))
    if not dry_run and deed == "read":
        mark_read(references=references, actor=actor, now=now)
    elif not dry_run:
        mark_unread(references=references, actor=actor)
    return [
        Result(reference, {}, {}, seen[reference]) if reference in seen else _from_error(reference, NotFound())
        for reference in references
    ]


def _columns(case: Case, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(case, name) for name in names}


def _refused(reference: str, code: str, detail: str, case: Case | None = None) -> Result:
    return Result(reference, {}, {}, case.version if case else None, code, detail)


def _from_error(reference: str, error: DomainError) -> Result:
    if isinstance(error, Invalid) and error.errors:
        return _refused(reference, error.errors[0].code, str(error.errors[0].detail))
    return _refused(reference, error.code, str(error.message))
