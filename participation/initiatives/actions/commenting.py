"""What is said in public about an initiative, and keeping it decent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotAllowed, NotFound
from core.events.log import Happened
from participation.initiatives import events
from participation.initiatives.actions.drafting import clean_text
from participation.initiatives.actions.saving import save
from participation.initiatives.blocks import keep_block, lift_kept
from participation.initiatives.models import Block, Comment, Complaint, Initiative, InitiativeSettings
from participation.initiatives.permissions import Deed, Role
from participation.initiatives.policies import get_initiative_for, roles_of
from participation.initiatives.queries.settings import settings_of
from participation.residents.addresses import read_address
from participation.residents.models import Resident
from participation.residents.names import mistake_in_name
from participation.texts.screening import marks_of

LONGEST = 2000
HELD_AFTER = 3
"""Complaints of so many people, and nobody reads it before somebody looked."""
LONGEST_BLOCK = timedelta(days=365)
_TRUSTED = frozenset(
    {Role.COACH, Role.TEAM, Role.PARTNER, Role.INSIDE_PARTNER, Role.MEMBER, Role.CONTACT, Role.STARTER}
)


@transaction.atomic
def comment(
    *,
    slug: str,
    text: str,
    question: bool = False,
    parent_id: int | None = None,
    name: str = "",
    actor: Actor,
    now: datetime,
) -> Comment:
    """Say or ask something, or answer (`parent_id`) what is no answer itself.

    Held until somebody looked: where the municipality wants so, for what looks like spam or holds a blocked word.
    The group and who helps it are read at once. `name`: how they want to be called, where their account does not say
    so yet. Raises `NotAllowed` for who is blocked, with why and until when.
    """
    initiative = get_initiative_for(actor, slug, Deed.COMMENT, lock=True, now=now)
    text = _words(text)
    known = ""
    if actor.professional_id is None:
        known = _called(actor, name)
    parent = _parent(initiative, parent_id)
    trusted = not _TRUSTED.isdisjoint(roles_of(actor, initiative))
    why = _why_held(initiative, text, trusted=trusted)
    row = Comment.objects.create(
        initiative=initiative,
        parent=parent,
        resident_id=actor.resident_id if actor.professional_id is None else None,
        professional_id=actor.professional_id,
        name=known,
        is_question=question and parent is None,
        text=text,
        state=Comment.State.SHOWN if why is None else Comment.State.HELD,
        why=why or "",
        created_at=now,
    )
    _count(initiative, 1 if why is None else 0, now)
    _tell(initiative, row, "said" if why is None else "held", actor=actor, now=now)
    return row


@transaction.atomic
def take_back_comment(*, slug: str, comment_id: int, actor: Actor, now: datetime) -> None:
    """The writer removes it: its words go, its place stays as long as it was answered."""
    initiative = get_initiative_for(actor, slug, lock=True)
    row = _find(initiative, comment_id)
    mine = (
        row.professional_id == actor.professional_id
        if actor.professional_id is not None
        else row.resident_id is not None and row.resident_id == actor.resident_id
    )
    if not mine or row.state == Comment.State.REMOVED:
        raise NotFound
    _set(initiative, row, Comment.State.REMOVED, now=now, text="", name="")
    _tell(initiative, row, "removed", actor=actor, now=now)


@transaction.atomic
def complain(*, slug: str, comment_id: int, why: str, remark: str = "", actor: Actor, now: datetime) -> None:
    """Somebody finds that it does not belong here: the desk looks. Once per person; again changes nothing."""
    initiative = get_initiative_for(actor, slug, lock=True)
    if actor.resident_id is None:
        raise NotAllowed(_("Sign in first, then you can do this."))
    row = _find(initiative, comment_id)
    if why not in Comment.Why.values:
        raise Invalid(FieldError("why", "required", _("Say what is wrong with it.")))
    if row.state != Comment.State.SHOWN or row.resident_id == actor.resident_id:
        raise NotFound
    try:
        with transaction.atomic():
            Complaint.objects.create(
                comment=row, resident_id=actor.resident_id, why=why, remark=clean_text(remark, lines=True)[:300], at=now
            )
    except IntegrityError:
        return
    fresh = row.complaints.all() if row.decided_at is None else row.complaints.filter(at__gt=row.decided_at)
    if fresh.count() >= HELD_AFTER:
        _set(initiative, row, Comment.State.HELD, now=now, why=why)
    else:
        save(initiative, now=now)
    _tell(initiative, row, "complaint", actor=actor, now=now)


@transaction.atomic
def judge_comment(
    *, slug: str, comment_id: int, hide: bool, why: str = "", remark: str = "", actor: Actor, now: datetime
) -> Comment:
    """The desk decides: shown, or hidden with a reason that the writer reads, and everybody in its place."""
    from participation.initiatives.tasks.commenting import mail_hidden  # its letter reads what is written here

    initiative = get_initiative_for(actor, slug, Deed.MODERATE, lock=True)
    row = _find(initiative, comment_id)
    if row.state == Comment.State.REMOVED:
        raise Conflict(_("Its writer removed it."))
    if hide and why not in Comment.Why.values:
        raise Invalid(FieldError("why", "required", _("Say why. Who wrote it reads this.")))
    remark = clean_text(remark, lines=True)
    if hide and why == Comment.Why.OTHER and not remark:
        raise Invalid(FieldError("remark", "required", _("Say in your own words why. Who wrote it reads this.")))
    was_hidden = row.state == Comment.State.HIDDEN
    _set(
        initiative,
        row,
        Comment.State.HIDDEN if hide else Comment.State.SHOWN,
        now=now,
        why=why if hide else "",
        remark=remark[:300] if hide else "",
        decided_by_id=actor.professional_id,
        decided_at=now,
    )
    _tell(initiative, row, "hidden" if hide else "shown", actor=actor, now=now)
    if hide and not was_hidden and row.resident_id is not None:
        mail_hidden.enqueue(row.pk)
    return row


@transaction.atomic
def block(*, slug: str, comment_id: int, days: int, reason: str, actor: Actor, now: datetime) -> Block:
    """Who wrote this may write nothing for so many days, at any initiative of the municipality (`COVERED`).

    They are told why. It holds as well when they erase their account meanwhile.
    """
    from participation.initiatives.tasks.commenting import mail_blocked

    initiative = get_initiative_for(actor, slug, Deed.MODERATE, lock=True)
    row = _find(initiative, comment_id)
    if row.resident_id is None:
        raise NotFound
    if not 1 <= days <= LONGEST_BLOCK.days:
        raise Invalid(FieldError("days", "invalid", _("Choose between 1 and 365 days.")))
    reason = clean_text(reason, lines=False)
    if not reason:
        raise Invalid(FieldError("reason", "required", _("Say why. Who is blocked reads this.")))
    made = Block.objects.create(
        resident_id=row.resident_id,
        professional_id=actor.professional_id,
        reason=reason[:300],
        since=now,
        until=now + timedelta(days=days),
    )
    mail_blocked.enqueue(made.pk)
    return made


@transaction.atomic
def lift_block(*, slug: str, block_id: int, actor: Actor, now: datetime) -> None:
    """They may speak again, now."""
    initiative = get_initiative_for(actor, slug, Deed.MODERATE)
    there = Block.objects.filter(pk=block_id, resident__gemeente_id=initiative.gemeente_id, lifted_at=None)
    if not there.update(lifted_at=now):
        raise NotFound


@transaction.atomic
def lift_kept_block(*, slug: str, address: str, actor: Actor, now: datetime) -> None:
    """Who erased their account while they were blocked may write again. Only a hash of their address is kept, so they
    have to say which it was."""
    initiative = get_initiative_for(actor, slug, Deed.MODERATE)
    if not lift_kept(initiative.gemeente_id, read_address(address), now):
        raise Invalid(FieldError("address", "unknown", _("No block is kept for this address.")))


def forget_comments(resident: Resident, now: datetime) -> list[Happened]:
    """Who erases their account takes their words along; the places stay.

    In the transaction of the erasure, which holds the initiatives.
    """
    keep_block(resident, now)
    mine = Comment.objects.filter(resident=resident).exclude(state=Comment.State.REMOVED)
    initiatives = Initiative.objects.select_related("case").filter(pk__in=mine.values("initiative_id"))
    happened = []
    for initiative in initiatives.order_by("pk"):
        here = mine.filter(initiative=initiative)
        shown = here.filter(state=Comment.State.SHOWN).count()
        here.update(state=Comment.State.REMOVED, text="", name="", remark="", resident=None)
        _count(initiative, -shown, now)
        actor = Actor(kind="resident", gemeente_id=resident.gemeente_id)
        happened.append(events.happened(initiative, events.COMMENT, actor=actor, now=now, payload={"what": "removed"}))
    return happened


def _why_held(initiative: Initiative, text: str, *, trusted: bool) -> str | None:
    """A code of `Comment.Why` when somebody looks first; empty when that is only the rule here; None: shown."""
    if trusted:
        return None
    marks = marks_of(initiative.gemeente_id, text)
    if "links" in marks:
        return Comment.Why.SPAM
    if marks:
        return Comment.Why.RUDE
    before = settings_of(initiative.gemeente_id).moderation == InitiativeSettings.Moderation.BEFORE
    return "" if before else None


def _parent(initiative: Initiative, parent_id: int | None) -> Comment | None:
    if parent_id is None:
        return None
    parent = _find(initiative, parent_id)
    if parent.parent_id is not None or parent.state != Comment.State.SHOWN:
        raise Conflict(_("This cannot be answered any more. Reload the page."))
    return parent


def _find(initiative: Initiative, comment_id: int) -> Comment:
    row = Comment.objects.filter(pk=comment_id, initiative=initiative).first()
    if row is None:
        raise NotFound
    return row


def _called(actor: Actor, name: str) -> str:
    """How they are called; kept in their account when they say so for the first time."""
    resident = Resident.objects.filter(pk=actor.resident_id or 0).first()
    if resident is None:  # erased on another device, this very moment
        raise NotFound
    if resident.name:
        return resident.name
    name = clean_text(name, lines=False)
    if not name:
        raise Invalid(FieldError("name", "required", _("Say how you want to be called. Neighbours see that name.")))
    if mistake := mistake_in_name(name):
        raise Invalid(mistake)
    Resident.objects.filter(pk=resident.pk, name="").update(name=name)
    return name


def _words(text: str) -> str:
    text = clean_text(text, lines=True)
    if not text:
        raise Invalid(FieldError("text", "required", _("Write something first.")))
    if len(text) > LONGEST:
        raise Invalid(FieldError("text", "too-long", _("Use at most %(most)d characters.") % {"most": LONGEST}))
    return text


def _set(initiative: Initiative, row: Comment, state: Comment.State, *, now: datetime, **fields: object) -> None:
    """The count goes along with what is shown."""
    before = row.state == Comment.State.SHOWN
    row.state = state
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *fields])
    _count(initiative, (state == Comment.State.SHOWN) - before, now)


def _count(initiative: Initiative, more: int, now: datetime) -> None:
    save(initiative, {"comment_count": initiative.comment_count + more}, now=now)


def _tell(initiative: Initiative, row: Comment, what: str, *, actor: Actor, now: datetime) -> None:
    events.tell(initiative, events.COMMENT, actor=actor, now=now, payload={"comment": row.pk, "what": what})
