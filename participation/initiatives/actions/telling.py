"""Telling how it goes: the diary, milestones, and money in the open. Each is a sign of life of the group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.media.actions import claim_photos, erase_photos, show_photos
from core.ui.money import MOST_CENTS
from participation.initiatives import events, signs
from participation.initiatives.actions.drafting import clean_text
from participation.initiatives.actions.saving import save, wrong_words
from participation.initiatives.models import Entry, Initiative, Member, Milestone, Update, UpdatePhoto
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.queries.telling import grants_of

LONGEST = 5000
MOST_PHOTOS = 4
MOST_MILESTONES = 40
MOST_ENTRIES = 300


@transaction.atomic
def tell_update(
    *, slug: str, text: str, title: str = "", photos: Sequence[tuple[UUID, str]] = (), actor: Actor, now: datetime
) -> Update:
    """Write a page of the diary. `photos`: those sent just now, each with what is on it for who cannot see it."""
    initiative = _hold(slug, actor, now)
    title, text = _words(initiative, title, text)
    if len(photos) > MOST_PHOTOS:
        words = _("You can add %(most)d photos at most.") % {"most": MOST_PHOTOS}
        raise Invalid(FieldError("photos", "too-many", words))
    claimed = claim_photos(
        ids=[photo_id for photo_id, _alt in photos],
        gemeente_id=initiative.gemeente_id,
        now=now,
        is_public=initiative.is_public,
    )
    update = Update.objects.create(
        initiative=initiative,
        member=_member(initiative, actor),
        professional_id=actor.professional_id,
        title=title,
        text=text,
        created_at=now,
    )
    UpdatePhoto.objects.bulk_create(
        UpdatePhoto(update=update, photo=photo, alt=clean_text(alt, lines=False)[:160], position=position)
        for position, (photo, (_id, alt)) in enumerate(zip(claimed, photos, strict=True))
    )
    _tell(initiative, "told", update.pk, actor=actor, now=now)
    return update


@transaction.atomic
def change_update(
    *, slug: str, update_id: int, text: str, title: str, alts: Mapping[UUID, str], actor: Actor, now: datetime
) -> Update:
    """Who wrote it says it better. `alts`: what is on its photos; one that is not named stays as it is."""
    initiative = _hold(slug, actor, now)
    update = _own(initiative, update_id, actor)
    update.title, update.text = _words(initiative, title, text)
    update.save(update_fields=["title", "text"])
    for photo in update.photos.filter(photo_id__in=list(alts)):
        photo.alt = clean_text(alts[photo.photo_id], lines=False)[:160]
        photo.save(update_fields=["alt"])
    _tell(initiative, "changed", update.pk, actor=actor, now=now, alive=False)
    return update


@transaction.atomic
def remove_update(*, slug: str, update_id: int, actor: Actor, now: datetime) -> None:
    """Who wrote it takes it away for good, with its photos; in every stage."""
    initiative = get_initiative_for(actor, slug, Deed.SEE_INSIDE, lock=True)
    update = _own(initiative, update_id, actor)
    photos = list(update.photos.values_list("photo_id", flat=True))
    update.delete()
    erase_photos(photos)
    _tell(initiative, "removed", update_id, actor=actor, now=now, alive=False)


@transaction.atomic
def drop_update_photo(*, slug: str, update_id: int, photo_id: UUID, actor: Actor, now: datetime) -> None:
    """One photo of one's own page, for good."""
    initiative = get_initiative_for(actor, slug, Deed.SEE_INSIDE, lock=True)
    update = _own(initiative, update_id, actor)
    if not update.photos.filter(photo_id=photo_id).delete()[0]:
        raise NotFound
    erase_photos([photo_id])
    _tell(initiative, "changed", update.pk, actor=actor, now=now, alive=False)


@transaction.atomic
def hide_update(*, slug: str, update_id: int, hide: bool, why: str = "", actor: Actor, now: datetime) -> None:
    """The desk takes a page away from the public, with a reason that the group reads; or puts it back."""
    initiative = get_initiative_for(actor, slug, Deed.MODERATE, lock=True)
    update = initiative.updates.filter(pk=update_id).first()
    if update is None:
        raise NotFound
    if (update.hidden_at is not None) == hide:
        return
    why = clean_text(why, lines=False)[:300]
    if hide and not why:
        raise Invalid(FieldError("why", "required", _("Say why. The group reads this.")))
    update.hidden_at, update.why_hidden = (now, why) if hide else (None, "")
    update.save(update_fields=["hidden_at", "why_hidden"])
    photos = update.photos.values_list("photo_id", flat=True)
    show_photos(ids=photos, public=initiative.is_public and not hide)
    _tell(initiative, "hidden" if hide else "shown", update.pk, actor=actor, now=now, alive=False)


# --- milestones -------------------------------------------------------------------------------


@transaction.atomic
def add_milestone(*, slug: str, title: str, on: date | None, actor: Actor, now: datetime) -> Milestone:
    initiative = _hold(slug, actor, now)
    title, on = _milestone(initiative, title, on)
    if initiative.milestones.count() >= MOST_MILESTONES:
        raise Conflict(_("There are %(most)d milestones already. Remove one first.") % {"most": MOST_MILESTONES})
    made = Milestone.objects.create(initiative=initiative, title=title, on=on)
    _tell(initiative, "milestone", made.pk, actor=actor, now=now)
    return made


@transaction.atomic
def change_milestone(
    *, slug: str, milestone_id: int, title: str, on: date | None, actor: Actor, now: datetime
) -> Milestone:
    initiative = _hold(slug, actor, now)
    row = _find_milestone(initiative, milestone_id)
    row.title, row.on = _milestone(initiative, title, on)
    row.save(update_fields=["title", "on"])
    _tell(initiative, "milestone", row.pk, actor=actor, now=now)
    return row


@transaction.atomic
def finish_milestone(*, slug: str, milestone_id: int, done: bool, actor: Actor, now: datetime) -> None:
    """Reached, or not after all. Again changes nothing."""
    initiative = _hold(slug, actor, now)
    row = _find_milestone(initiative, milestone_id)
    if (row.done_at is not None) == done:
        return
    row.done_at = now if done else None
    row.save(update_fields=["done_at"])
    _tell(initiative, "milestone", row.pk, actor=actor, now=now)


@transaction.atomic
def remove_milestone(*, slug: str, milestone_id: int, actor: Actor, now: datetime) -> None:
    initiative = _hold(slug, actor, now)
    _find_milestone(initiative, milestone_id).delete()
    _tell(initiative, "milestone", milestone_id, actor=actor, now=now, alive=False)


# --- money ------------------------------------------------------------------------------------


@transaction.atomic
def add_entry(
    *,
    slug: str,
    direction: str,
    planned: bool,
    label: str,
    cents: int | None,
    on: date | None = None,
    request: str = "",
    actor: Actor,
    now: datetime,
) -> Entry:
    """Money that came in or went out, or is expected to. Everybody sees it.

    `request`: of what comes in, the reference of the help request that granted it; empty for other money.
    """
    initiative = _hold(slug, actor, now)
    label = clean_text(label, lines=False)
    wrong = []
    if direction not in Entry.Direction.values:
        wrong.append(FieldError("direction", "required", _("Say whether it comes in or goes out.")))
    if not label:
        wrong.append(FieldError("label", "required", _("Say what it is for, or where it comes from.")))
    elif len(label) > 120:
        wrong.append(FieldError("label", "too-long", _("Use at most %(most)d characters.") % {"most": 120}))
    wrong += wrong_words(initiative, label=label)
    if cents is None or not 0 < cents <= MOST_CENTS:
        wrong.append(FieldError("amount", "invalid", _("Write an amount in euros, such as 12,50.")))
    granted = grants_of(initiative).filter(case__reference=request).first() if request else None
    if request and granted is None:
        wrong.append(FieldError("request", "unknown", _("Choose one from the list.")))
    elif granted is not None and direction == Entry.Direction.OUT:
        wrong.append(FieldError("request", "goes-out", _("Only money that comes in can be from a request.")))
    if wrong:
        raise Invalid(*wrong)
    if initiative.entries.count() >= MOST_ENTRIES:
        raise Conflict(_("There are %(most)d amounts already. Remove one first.") % {"most": MOST_ENTRIES})
    made = Entry.objects.create(
        initiative=initiative,
        direction=direction,
        planned=planned,
        label=label,
        cents=cents or 0,
        on=on,
        request=granted,
        member=_member(initiative, actor),
        created_at=now,
    )
    _tell(initiative, "money", made.pk, actor=actor, now=now)
    return made


@transaction.atomic
def remove_entry(*, slug: str, entry_id: int, actor: Actor, now: datetime) -> None:
    """It was a mistake. That it was removed stays in the events."""
    initiative = _hold(slug, actor, now)
    if not initiative.entries.filter(pk=entry_id).delete()[0]:
        raise NotFound
    _tell(initiative, "money", entry_id, actor=actor, now=now, alive=False)


def _hold(slug: str, actor: Actor, now: datetime) -> Initiative:
    return get_initiative_for(actor, slug, Deed.TELL, lock=True, now=now)


def _member(initiative: Initiative, actor: Actor) -> Member | None:
    if actor.resident_id is None:
        return None
    return initiative.members.filter(resident_id=actor.resident_id, left_at=None).first()


def _own(initiative: Initiative, update_id: int, actor: Actor) -> Update:
    update = initiative.updates.select_related("member").filter(pk=update_id).first()
    if update is None:
        raise NotFound
    writer = update.member
    mine = (
        update.professional_id == actor.professional_id
        if actor.professional_id is not None
        else writer is not None and writer.resident_id is not None and writer.resident_id == actor.resident_id
    )
    if not mine:
        raise NotFound
    return update


def _words(initiative: Initiative, title: str, text: str) -> tuple[str, str]:
    title, text = clean_text(title, lines=False), clean_text(text, lines=True)
    wrong = []
    if not text:
        wrong.append(FieldError("text", "required", _("Write something first.")))
    for name, words, most in (("title", title, 100), ("text", text, LONGEST)):
        if len(words) > most:
            wrong.append(FieldError(name, "too-long", _("Use at most %(most)d characters.") % {"most": most}))
    wrong += wrong_words(initiative, title=title, text=text)
    if wrong:
        raise Invalid(*wrong)
    return title, text


def _milestone(initiative: Initiative, title: str, on: date | None) -> tuple[str, date]:
    title = clean_text(title, lines=False)
    wrong = []
    if not title:
        wrong.append(FieldError("title", "required", _("Say what you will have reached.")))
    elif len(title) > 100:
        wrong.append(FieldError("title", "too-long", _("Use at most %(most)d characters.") % {"most": 100}))
    if on is None:
        wrong.append(FieldError("on", "required", _("Choose a day.")))
    wrong += wrong_words(initiative, title=title)
    if wrong or on is None:
        raise Invalid(*wrong)
    return title, on


def _find_milestone(initiative: Initiative, milestone_id: int) -> Milestone:
    row = initiative.milestones.filter(pk=milestone_id).first()
    if row is None:
        raise NotFound
    return row


def _tell(initiative: Initiative, what: str, row: int, *, actor: Actor, now: datetime, alive: bool = True) -> None:
    """`alive`: it tells that the group goes on, which is a sign of life."""
    save(initiative, signs.renew(initiative, now) if alive else None, now=now)
    events.tell(initiative, events.UPDATE, actor=actor, now=now, payload={"what": what, "id": row})
