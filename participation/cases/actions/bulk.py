"""One deed on many cases: tried first, done case by case, and undone where nothing happened since.

Only what a resident hears nothing of can be done so, because only that can be taken back: giving away and priority
(and marking as read, which needs no undoing). Every case goes through its ordinary action in a transaction of its
own, so each has its event, its checks and its permission. A trial is the same deed, rolled back. What was done is
written down with each case: a deed that broke off half-way can be undone, and an undoing that did so gone on with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from participation.cases import events
from participation.cases.actions.assigning import assign_case, change_case
from participation.cases.actions.holding import choose_again, keep_present
from participation.cases.actions.saving import save
from participation.cases.actions.seen import mark_read, mark_seen, mark_unread
from participation.cases.models import BulkDeed, Case
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for, may_do

MOST_CASES = 200
UNDONE_WITHIN = timedelta(hours=24)
MOST_SHOWN = 20
"""Deeds to undo that are shown."""
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
    assert actor.professional_id is not None  # nobody else sits at the desk
    kept = None if dry_run else BulkDeed.objects.create(professional_id=actor.professional_id, deed=deed, at=now)
    results = [_one(reference, deed, values, kept=kept, actor=actor, now=now) for reference in wanted]
    if kept is not None and not kept.before:
        kept.delete()
        kept = None
    return kept, results


def undoable(actor: Actor, now: datetime) -> list[BulkDeed]:
    """What this person may still undo, newest first; also a deed of which they never saw the answer."""
    mine = BulkDeed.objects.filter(professional_id=actor.professional_id or 0, undone_at=None)
    return [one for one in mine.filter(at__gte=now - UNDONE_WITHIN).order_by("-at", "-id")[:MOST_SHOWN] if one.before]


def undo_many(*, pk: int, actor: Actor, now: datetime) -> tuple[BulkDeed, list[Result]]:
    """Give every case back what it was, unless something happened to it since. Once, by whoever did it."""
    with transaction.atomic():
        kept = _held(pk, actor)
        if kept is None:
            raise NotFound
        if kept.undone_at is not None:
            raise Conflict(_("This was undone already."))
        if kept.at < now - UNDONE_WITHIN:
            raise Conflict(_("This is too long ago to undo in one go. Change the cases one by one."))
    results = []
    for before in kept.before:
        try:
            results.append(_undo(kept, before["reference"], actor=actor, now=now))
        except DomainError as error:
            results.append(_from_error(before["reference"], error))
    kept.undone_at = now
    kept.save(update_fields=["undone_at"])
    return kept, results


def _held(pk: int, actor: Actor) -> BulkDeed | None:
    return BulkDeed.objects.select_for_update().filter(pk=pk, professional_id=actor.professional_id or 0).first()


def _one(
    reference: str, deed: str, values: Mapping[str, Any], *, kept: BulkDeed | None, actor: Actor, now: datetime
) -> Result:
    """The deed on one case, written down in `kept` with it; without `kept` a trial."""
    before: dict[str, Any] = {}
    try:
        with transaction.atomic():
            case = get_case_for(actor, reference)
            before = _columns(case, KEPT)
            if _stays(case, deed, values):
                return _refused(reference, "no-change", _("This is so already."))
            after = _DEEDS[deed](reference, values, actor, now)
            changed = {name for name in KEPT if getattr(after, name) != before[name]}
            result = Result(
                reference,
                {name: before[name] for name in KEPT if name in changed},
                {name: getattr(after, name) for name in SHOWN if name in changed},
                after.version,
            )
            if kept is None:
                transaction.set_rollback(True)
                return result
            mark_seen(after, actor=actor, now=now)
            done = [*kept.before, {"reference": reference, **result.before, "version": result.version}]
            BulkDeed.objects.filter(pk=kept.pk).update(before=done)
    except DomainError as error:
        return _from_error(reference, error)
    kept.before = done
    return result


def _assign(reference: str, values: Mapping[str, Any], actor: Actor, now: datetime) -> Case:
    return assign_case(reference=reference, actor=actor, now=now, **values)


def _prioritise(reference: str, values: Mapping[str, Any], actor: Actor, now: datetime) -> Case:
    return change_case(reference=reference, priority=values["priority"], actor=actor, now=now)


_DEEDS: dict[str, Callable[[str, Mapping[str, Any], Actor, datetime], Case]] = {
    "assign": _assign,
    "priority": _prioritise,
}


_RIGHT = {"assign": Deed.ASSIGN, "priority": Deed.CHANGE}


def _stays(case: Case, deed: str, values: Mapping[str, Any]) -> bool:
    if deed == "priority":
        return bool(case.priority == values["priority"])
    team_id = values.get("team_id")
    if team_id is not None and team_id != case.team_id:
        return False
    picks = team_id is not None and "professional_id" not in values
    return picks or values.get("professional_id") == case.assignee_id


@transaction.atomic
def _undo(kept: BulkDeed, reference: str, *, actor: Actor, now: datetime) -> Result:
    """Give one case back what it was, as far as the person who had it can still act on it.

    Asks the right to the deed on the case as it was: who gave it to another team may no longer see it there.
    """
    found = BulkDeed.objects.select_for_update().get(pk=kept.pk)
    before = next(one for one in found.before if one["reference"] == reference)
    keep_present(before.get("assignee_id"))
    cases = Case.objects.select_for_update(of=("self",)).select_related("parent")
    case = cases.filter(reference=reference, gemeente_id=actor.gemeente_id).first()
    if before.get("undone"):
        return Result(reference, {}, {}, case.version if case else None)
    if case is None or case.version != before["version"]:
        return _refused(
            reference, "changed-since", _("Something happened to this case since. It stays as it is."), case
        )
    left = (case.team_id, case.visibility == Case.Visibility.CONFIDENTIAL)
    columns = [name for name in KEPT if name in before]
    was = _columns(case, columns)
    for name in columns:
        setattr(case, name, before[name])
    if not may_do(actor, _RIGHT[found.deed], case):
        return _from_error(reference, NotAllowed(_("You may no longer do this with this case. It stays as it is.")))
    fields = [name.removesuffix("_id") for name in columns]
    if "assignee_id" in columns or "team_id" in columns:
        fields += choose_again(case, now)
    save(case, fields, now=now)
    before["undone"] = True
    found.save(update_fields=["before"])
    moved = {"team_id", "assignee_id", "status"} & set(columns)
    if moved:
        payload = {"team": case.team_id, "person": case.assignee_id, "status": case.status, "undone": True}
        events.tell(case, events.ASSIGNED, actor=actor, now=now, payload=payload, also_teams=(left,))
    else:
        events.tell(case, events.UPDATED, actor=actor, now=now, payload={"priority": case.priority, "undone": True})
    mark_seen(case, actor=actor, now=now)
    return Result(reference, was, _columns(case, [name for name in SHOWN if name in columns]), case.version)


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
