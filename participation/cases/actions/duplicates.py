"""Duplicates: the same thing was reported before. One case is worked on, everyone who reported it is informed.

The duplicate keeps everything that is its own (text, photos, messages, contact data) and points to the main case, so
that undoing the link is exact. Who works on the main case sees through the link; reporters of the duplicate follow the
main one and write to it, and never see each other's words. The rules:

* Both are open, whole cases of one kind and municipality, equally confidential or not, and visible to who links them.
* There are no chains: a linked case can be no main case, and a case with duplicates of its own is not linked on.
  The refusal names the case to use instead.
* A case with open parts or an unanswered offer is not linked.
* Undone, the case is open again in its former status with its former deadlines, also when the main case was closed
  meanwhile: nobody answered this one. Its former holder has it, unless they can no longer act on it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.events.log import record
from participation.cases import events
from participation.cases.actions.holding import choose_again
from participation.cases.actions.parts import refuse_unfinished
from participation.cases.actions.saving import refuse_stale, save
from participation.cases.kinds import ways_of
from participation.cases.models import Case
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for
from participation.cases.references import tidy_reference
from participation.cases.states import CLOSED, Status


@transaction.atomic
def link_duplicate(*, reference: str, of: str, actor: Actor, now: datetime, version: int | None = None) -> Case:
    """Link this case to the main case `of` (its reference): from now on that one is worked on for both."""
    case = get_case_for(actor, reference, Deed.MERGE)
    of = tidy_reference(of)
    try:
        main = get_case_for(actor, of)
    except NotFound:
        raise Invalid(FieldError("of", "unknown", _("You see no case with this reference."))) from None
    _refuse(case, main, actor)
    # Two that link each other at once wait for the same row first; who comes second sees what the first one did.
    held = {one.pk: one for one in _held(case.pk, main.pk)}
    case, main = held[case.pk], held[main.pk]
    refuse_stale(case, version)
    _refuse(case, main, actor)
    refuse_unfinished(case)
    case.status_before, case.status, case.closed_at, case.duplicate_of = case.status, Status.MERGED, now, main
    save(case, ["status", "status_before", "closed_at", "duplicate_of"], now=now)
    main.supporter_count += _reporters(case)
    save(main, ["supporter_count"], now=now)
    record(
        events.happened(
            case,
            events.MERGED,
            actor=actor,
            now=now,
            payload={"of": main.reference, "before": case.status_before},
            also_teams=_team(main),
        ),
        events.happened(
            main, events.MERGED, actor=actor, now=now, payload={"duplicate": case.reference}, also_teams=_team(case)
        ),
    )
    return case


@transaction.atomic
def unlink_duplicate(*, reference: str, actor: Actor, now: datetime, version: int | None = None) -> Case:
    """Undo the link: the case is what it was, and the main case has its reporters no longer."""
    seen = get_case_for(actor, reference, Deed.MERGE)
    if seen.duplicate_of_id is None:
        raise Conflict(_("This case is not linked to another one."))
    held = {one.pk: one for one in _held(seen.pk, seen.duplicate_of_id)}
    case, main = held[seen.pk], held[seen.duplicate_of_id]
    refuse_stale(case, version)
    if case.duplicate_of_id != main.pk:
        raise Conflict(_("This link was changed or undone meanwhile."))
    case.status, case.status_before, case.closed_at, case.duplicate_of = case.status_before, "", None, None
    chosen = choose_again(case, now)
    save(case, ["status", "status_before", "closed_at", "duplicate_of", *chosen], now=now)
    main.supporter_count = max(main.supporter_count - _reporters(case), 0)
    save(main, ["supporter_count"], now=now)
    record(
        events.happened(
            case,
            events.MERGED,
            actor=actor,
            now=now,
            payload={"of": main.reference, "undone": True, "to": case.status}
            | ({"person": case.assignee_id} if chosen else {}),
            also_teams=_team(main),
        ),
        events.happened(
            main,
            events.MERGED,
            actor=actor,
            now=now,
            payload={"duplicate": case.reference, "undone": True},
            also_teams=_team(case),
        ),
    )
    return case


def _held(*ids: int) -> list[Case]:
    """The rows, locked in order of their ids."""
    return list(Case.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))


def _reporters(case: Case) -> int:
    """Who come along: whoever reported it, and who supported it there."""
    return 1 + case.supporter_count


def _team(case: Case) -> tuple[tuple[int, bool], ...]:
    return ((case.team_id, case.visibility == Case.Visibility.CONFIDENTIAL),)


def _refuse(case: Case, main: Case, actor: Actor) -> None:
    """Everything that speaks against linking `case` to `main`, with the way that is open."""
    if main.pk == case.pk:
        raise Invalid(FieldError("of", "itself", _("A case cannot be linked to itself. Choose another one.")))
    if case.duplicate_of_id is not None:
        raise Conflict(_("This case is linked to another one already. Undo that first."), code="linked")
    if case.status in CLOSED:
        raise Conflict(_("This case is closed. Only an open case can be linked to another."))
    if main.duplicate_of_id is not None:
        raise _elsewhere(main, actor)
    if main.status in CLOSED:
        raise Conflict(
            _("%(reference)s is closed, so nobody works on it. Reopen it first, or answer this case by itself.")
            % {"reference": main.reference},
            code="main-closed",
        )
    if main.parent_id is not None:
        raise Invalid(FieldError("of", "part", _("This is a part of a case. Link to the case it is a part of.")))
    if not ways_of(case).merges:
        raise Conflict(_("A case of this kind stands by itself. It is not linked to another one."), code="stands-alone")
    if main.kind != case.kind or main.gemeente_id != case.gemeente_id:
        raise Invalid(FieldError("of", "other-kind", _("These two are not about the same kind of thing.")))
    confidential = Case.Visibility.CONFIDENTIAL
    if (main.visibility == confidential) != (case.visibility == confidential):
        raise Invalid(FieldError("of", "confidentiality", _("Only one of the two is confidential. They stay apart.")))
    if Case.objects.filter(duplicate_of=case).exists():
        raise Conflict(
            _("Other cases are linked to this one. Link %(reference)s to this case instead.")
            % {"reference": main.reference},
            code="has-duplicates",
            use=case.reference,
        )


def _elsewhere(main: Case, actor: Actor) -> Conflict:
    """`main` is linked itself: name the case to use, to who may see it."""
    try:
        assert main.duplicate_of_id is not None
        use = Case.objects.visible_to(actor).get(pk=main.duplicate_of_id).reference
    except Case.DoesNotExist:
        return Conflict(
            _("%(reference)s is linked to a case of another team. Choose another one.") % {"reference": main.reference},
            code="linked",
        )
    return Conflict(
        _("%(reference)s is linked to %(use)s. Use %(use)s.") % {"reference": main.reference, "use": use},
        code="linked",
        use=use,
    )
