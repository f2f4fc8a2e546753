"""Standing behind an initiative: one per person, and signatures on paper counted apart."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.events.log import Happened
from core.media.actions import claim_photos
from participation.initiatives import events
from participation.initiatives.actions.proving import prove_letter
from participation.initiatives.actions.saving import save
from participation.initiatives.models import Initiative, InitiativeSettings, PaperSheet, Support
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.queries.settings import settings_of
from participation.residents.models import Resident

MOST_ON_A_SHEET = 5000


@transaction.atomic
def support(*, slug: str, lives_here: bool, code: str = "", network: str = "", actor: Actor, now: datetime) -> bool:
    """Stand behind it. Again is the same as once: answers whether it was new. Not for who carries it themselves.

    Where a municipality asks for it, only who says that they live there, or has the code of a letter (`network`: from
    where it came, for who guesses). The group hears when there is enough.
    """
    from participation.initiatives.tasks.supporting import tell_enough  # its letter reads what is written here

    initiative = get_initiative_for(actor, slug, Deed.SUPPORT, lock=True)
    if initiative.members.filter(resident_id=actor.resident_id or 0, left_at=None).exists():
        raise Conflict(_("You are in this group yourself. Ask your neighbours for their support."))
    asks, letter = settings_of(initiative.gemeente_id).who_supports, None
    if asks == InitiativeSettings.WhoSupports.LETTER:
        if Support.objects.filter(initiative=initiative, resident_id=actor.resident_id or 0).exists():
            return False
        letter = prove_letter(initiative, code=code, network=network, actor=actor)
    if asks == InitiativeSettings.WhoSupports.DECLARED and not lives_here:
        raise Invalid(
            FieldError("livesHere", "required", _("Only people who live here can support it. Tick the box if you do."))
        )
    row = Support(initiative=initiative, resident_id=actor.resident_id or 0, lives_here=lives_here, code=letter, at=now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    had_enough = _has_enough(initiative)
    save(initiative, {"support_count": initiative.support_count + 1}, now=now)
    event = _tell_count(initiative, actor=actor, now=now)
    if not had_enough and _has_enough(initiative):
        tell_enough.enqueue(initiative.pk, event)
    return True


@transaction.atomic
def withdraw_support(*, slug: str, actor: Actor, now: datetime) -> bool:
    """No longer; in every stage. Answers whether there was any."""
    initiative = get_initiative_for(actor, slug, lock=True)
    if actor.resident_id is None:
        return False
    if not Support.objects.filter(initiative=initiative, resident_id=actor.resident_id).delete()[0]:
        return False
    save(initiative, {"support_count": initiative.support_count - 1}, now=now)
    _tell_count(initiative, actor=actor, now=now)
    return True


def drop_support(initiative: Initiative, *, actor: Actor, now: datetime) -> list[Happened]:
    """Of who joins the group, whose transaction holds the initiative; answers what is to be recorded."""
    if not Support.objects.filter(initiative=initiative, resident_id=actor.resident_id or 0).delete()[0]:
        return []
    save(initiative, {"support_count": initiative.support_count - 1}, now=now)
    return [_count_of(initiative, actor=actor, now=now)]


@transaction.atomic
def count_paper(*, slug: str, count: int, scan: UUID, remark: str, actor: Actor, now: datetime) -> PaperSheet:
    """Signatures on one sheet of paper, with a scan that only the desk sees; shown apart from the others."""
    from participation.initiatives.tasks.supporting import tell_enough

    initiative = get_initiative_for(actor, slug, Deed.COUNT_PAPER, lock=True)
    if not 1 <= count <= MOST_ON_A_SHEET:
        raise Invalid(
            FieldError("count", "invalid", _("Count between 1 and %(most)d signatures.") % {"most": MOST_ON_A_SHEET})
        )
    [photo] = claim_photos(ids=[scan], gemeente_id=initiative.gemeente_id, now=now)
    sheet = PaperSheet.objects.create(
        initiative=initiative,
        professional_id=actor.professional_id,
        scan=photo,
        count=count,
        remark=remark.strip()[:200],
        at=now,
    )
    had_enough = _has_enough(initiative)
    save(initiative, {"paper_count": initiative.paper_count + count}, now=now)
    event = _tell_count(initiative, actor=actor, now=now)
    if not had_enough and _has_enough(initiative):
        tell_enough.enqueue(initiative.pk, event)
    return sheet


@transaction.atomic
def take_back_paper(*, slug: str, sheet_id: int, actor: Actor, now: datetime) -> None:
    """A sheet was entered by mistake: it counts no more, and stays to be seen."""
    initiative = get_initiative_for(actor, slug, Deed.COUNT_PAPER, lock=True)
    sheet = initiative.sheets.filter(pk=sheet_id, ended_at=None).first()
    if sheet is None:
        raise NotFound
    sheet.ended_at = now
    sheet.save(update_fields=["ended_at"])
    save(initiative, {"paper_count": initiative.paper_count - sheet.count}, now=now)
    _tell_count(initiative, actor=actor, now=now)


def forget_supports(resident: Resident, now: datetime) -> list[Happened]:
    """Who erases their account stands behind nothing any more.

    In the transaction of the erasure, which holds the initiatives.
    """
    actor = Actor(kind="resident", gemeente_id=resident.gemeente_id, resident_id=resident.pk)
    mine = Support.objects.filter(resident=resident)
    happened = []
    for support in mine.select_related("initiative__case").order_by("initiative_id"):
        initiative = support.initiative
        save(initiative, {"support_count": initiative.support_count - 1}, now=now)
        happened.append(_count_of(initiative, actor=actor, now=now))
    mine.delete()
    return happened


def _has_enough(initiative: Initiative) -> bool:
    return initiative.needed > 0 and initiative.support >= initiative.needed


def _count_of(initiative: Initiative, *, actor: Actor, now: datetime) -> events.Happened:
    many = {"count": initiative.support_count, "paper": initiative.paper_count}
    return events.happened(initiative, events.SUPPORT, actor=actor, now=now, payload=many)


def _tell_count(initiative: Initiative, *, actor: Actor, now: datetime) -> int:
    [event] = events.record(_count_of(initiative, actor=actor, now=now))
    return event.pk
