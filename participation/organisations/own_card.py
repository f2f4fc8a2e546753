"""A professional changes their own public card. There is no way here to change somebody else's."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.accounts.actor import Actor
from core.areas.queries import tree
from core.errors import FieldError, Invalid, NotFound
from core.events.log import Happened, record
from core.events.models import Event
from core.media.actions import claim_photos, erase_photos, store_square
from participation.organisations import hours
from participation.organisations.models import Professional

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CHANGED = "card.changed"
PORTRAIT = 640
"""Pixels of the square that is kept: twice what the largest card shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that somebody says of themselves. `today_*`: besides the hours, only today; all empty for nothing more."""

    name: str
    role: str
    about: str = ""
    reach: str = ""
    place: str = ""
    hours: hours.Hours
    languages: list[str]
    is_public: bool
    today_from: str = ""
    today_until: str = ""
    today_place: str = ""


def change_card(*, card: Card, actor: Actor, now: datetime) -> Card:
    """The actor's own card is as given from now on; answers how it was. Raises `Invalid`."""
    with transaction.atomic():
        own = _own(actor)
        before = card_of(own, now)
        errors = _put(own, card, now)
        if errors:
            raise Invalid(*errors)
        if before != card_of(own, now):
            own.save(update_fields=[*asdict(card), "today_on"])
            tell_changed(own, actor, now)
    return before


def change_portrait(*, photo_id: UUID, x: float, y: float, zoom: float, actor: Actor, now: datetime) -> None:
    """The square part of a photo that the actor sent becomes their face; the photo itself is not kept.

    Raises `Invalid` on "zoom" when the part is too small, and on "photos" when the photo is gone.
    """
    square = store_square(photo_id=photo_id, x=x, y=y, zoom=zoom, most=PORTRAIT, now=now)
    with transaction.atomic():
        own = _own(actor)
        claim_photos(ids=[photo_id, square.pk], gemeente_id=own.gemeente_id, now=now)
        _show(own, square.pk, actor, now)
        erase_photos([photo_id])


def remove_portrait(*, actor: Actor, now: datetime) -> None:
    """No photo of the actor any more: the card shows their initials."""
    with transaction.atomic():
        own = _own(actor)
        if own.photo_id:
            _show(own, None, actor, now)


def some_day_passed(now: datetime) -> bool:
    """Whether there is anything to forget."""
    return _passed(now).exists()


def forget_passed_days(now: datetime) -> int:
    """Nothing stays of where somebody said to be on a day that is over; how many were forgotten."""
    return _passed(now).update(today_on=None, today_from="", today_until="", today_place="")


def _passed(now: datetime) -> QuerySet[Professional]:
    return Professional.objects.filter(today_on__lt=now.astimezone(AMSTERDAM).date())


def card_of(own: Professional, now: datetime) -> Card:
    """What somebody's card says now; without the extra hours of another day."""
    today = own.today_on == now.astimezone(AMSTERDAM).date()
    return Card(
        name=own.name,
        role=own.role,
        about=own.about,
        reach=own.reach,
        place=own.place,
        hours=own.hours,
        languages=list(own.languages),
        is_public=own.is_public,
        today_from=own.today_from if today else "",
        today_until=own.today_until if today else "",
        today_place=own.today_place if today else "",
    )


def _own(actor: Actor) -> Professional:
    own = Professional.objects.select_for_update().filter(pk=actor.professional_id or 0).first()
    if own is None:
        raise NotFound
    return own


def _put(own: Professional, card: Card, now: datetime) -> list[FieldError]:
    """Today's hours are judged when they are new: who was here this morning may still change the rest."""
    today, clock = (own.today_from, own.today_until), now.astimezone(AMSTERDAM).strftime("%H:%M")
    for name, value in asdict(card).items():
        setattr(own, name, value.strip() if isinstance(value, str) else value)
    errors = []
    here = own.today_from or own.today_until
    if here and hours.faults({"mon": [[own.today_from, own.today_until]]}):
        errors.append(FieldError("today_from", "time", _("Say from when until when, such as 10:00 and 12:00.")))
    elif here and today != (own.today_from, own.today_until) and own.today_until <= clock:
        errors.append(FieldError("today_until", "past", _("This time is over already.")))
    elif own.today_place and not here:
        errors.append(FieldError("today_from", "required", _("Also say from when until when.")))
    own.today_on = now.astimezone(AMSTERDAM).date() if here else None
    try:
        own.clean_fields(exclude=["today_from", "today_until", "photo", "user", "gemeente"])
        own.clean()
    except ValidationError as wrong:
        errors += [
            FieldError(name, "invalid", detail) for name, details in wrong.message_dict.items() for detail in details
        ]
    return errors


def _show(own: Professional, photo_id: UUID | None, actor: Actor, now: datetime) -> None:
    before = own.photo_id
    own.photo_id = photo_id
    own.save(update_fields=["photo"])
    if before:
        erase_photos([before])
    tell_changed(own, actor, now)


def tell_changed(own: Professional, actor: Actor, now: datetime) -> None:
    """Open pages of the wijken where somebody works show the new card at once."""
    record(
        Happened(
            type=CHANGED,
            subject=f"professional/{own.pk}",
            version=0,
            actor=actor,
            at=now,
            audience=Event.Audience.RESIDENT,
            gemeente_id=own.gemeente_id,
            streams=sorted(wijk_streams(own)),
        )
    )


def wijk_streams(professional: Professional) -> set[str]:
    """The streams of the wijken on whose pages somebody stands."""
    known = tree()
    found: set[str] = set()
    for area_id in professional.areas.values_list("pk", flat=True):
        chain = known.ancestors(area_id) if area_id in known.by_id else ()
        own = [row for row in chain if row.level == "wijk"][:1]
        below = [] if own or not chain else [known.by_id[pk] for pk in known.descendants(area_id)]
        found |= {f"wijk:{row.code}" for row in own or below if row.level in {"wijk", "gemeente"}}
    return found
