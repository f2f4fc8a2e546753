"""Writing down what a group wants to do: a draft first, and what may be changed of it later."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts.actor import Actor
from core.areas.queries import locate, tree
from core.errors import Conflict, FieldError, Invalid, NotAllowed, NotFound, Stale
from core.media.actions import claim_photos, erase_photos
from participation.initiatives.actions.saving import save, wrong_words
from participation.initiatives.approaches import approach_of
from participation.initiatives.events import CHANGED, tell
from participation.initiatives.models import Initiative, InitiativePhoto, Member
from participation.initiatives.models.initiative import LONGEST_SLUG
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.states import Stage
from participation.residents.models import Resident
from participation.routing.queries import themes_of
from participation.texts.cleaning import cleaned

TEXTS = {"title": 100, "what": 3000, "why": 3000, "who": 2000, "wanted": 2000, "when": 200, "address": 200}
"""What is written in words, and how many characters each may have."""
WHAT_IT_IS = frozenset({"title", "what", "why", "area", "point", "address", "theme"})
"""What neighbours support; it stands still from then on (`Act.EDIT`). The rest is the plan (`Act.EDIT_PLAN`)."""
REQUIRED = ("title", "what", "area")
MOST_PHOTOS = 5
MOST_DRAFTS = 5
"""Of one resident at a time."""
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def start_draft(*, values: Mapping[str, Any], name: str, language: str, actor: Actor, now: datetime) -> Initiative:
    """Keep the first words; who wrote them is the starter. `values` as in `change_initiative`."""
    if actor.resident_id is None or actor.gemeente_id is None:
        raise NotAllowed(_("Sign in first, then you can do this."))
    wrong, fields = read(values, gemeente_id=actor.gemeente_id)
    if wrong:
        raise Invalid(*wrong)
    with transaction.atomic():
        held = Resident.objects.select_for_update(no_key=True).filter(pk=actor.resident_id).first()  # one at a time
        if held is None:
            raise NotFound
        mine = Member.objects.filter(resident_id=actor.resident_id, left_at=None, role=Member.Role.STARTER)
        if mine.filter(initiative__stage=Stage.DRAFT).count() >= MOST_DRAFTS:
            raise Conflict(
                _("You have %(many)d plans that you did not send yet. Send one, or throw one away.")
                % {"many": MOST_DRAFTS}
            )
        initiative = Initiative.objects.create(
            gemeente_id=actor.gemeente_id,
            slug=_slug(fields.get("title", "")),
            stage_since=now,
            created_at=now,
            changed_at=now,
            language=language,
            **fields,
        )
        Member.objects.create(
            initiative=initiative,
            resident_id=actor.resident_id,
            role=Member.Role.STARTER,
            name=name[:60],
            seat=1,
            joined_at=now,
        )
        return initiative


def change_initiative(
    *, slug: str, values: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Initiative:
    """Change some of it. `values`: the texts, `area` (a code), `point` ((lon, lat) or None), `theme` (a slug),
    `approach` (a key or None); what is not there stays. `version`: what the writer saw; `Stale` when it is another now.

    Nothing is required of a draft; what was sent keeps its title, its words and its area. A draft is nobody's business
    but the group's, so it tells no event.
    """
    with transaction.atomic():
        first, *more = _deeds(values)
        initiative = get_initiative_for(actor, slug, first, lock=True)
        for deed in more:
            get_initiative_for(actor, slug, deed)
        if version is not None and version != initiative.version:
            raise Stale(version=initiative.version, changes=[])
        wrong, fields = read(values, gemeente_id=initiative.gemeente_id)
        wrong += [
            FieldError(name, "required", NEEDED[name])
            for name in REQUIRED
            if initiative.stage != Stage.DRAFT and name in values and not values[name]
        ]
        said = {name: fields[name] for name in TEXTS if name in fields and fields[name] != getattr(initiative, name)}
        wrong += wrong_words(initiative, **said)
        if wrong:
            raise Invalid(*wrong)
        changed = {name: value for name, value in fields.items() if getattr(initiative, name) != value}
        if not changed:
            return initiative
        save(initiative, changed, now=now)
        if initiative.stage != Stage.DRAFT:
            tell(initiative, CHANGED, actor=actor, now=now, payload={"fields": sorted(changed)})
        return initiative


NEEDED = {
    "title": gettext_lazy("Give it a name. A few words are enough."),
    "what": gettext_lazy("Tell us what you want to do. One sentence is enough."),
    "area": gettext_lazy("Choose the quarter it is for."),
}


def _deeds(values: Mapping[str, Any]) -> list[Deed]:
    found = [Deed.EDIT] if WHAT_IT_IS & set(values) else []
    return [*found, Deed.EDIT_PLAN] if set(values) - WHAT_IT_IS or not found else found


def read(values: Mapping[str, Any], *, gemeente_id: int) -> tuple[list[FieldError], dict[str, Any]]:
    """What is wrong with these values, and the fields of the row that they make."""
    wrong: list[FieldError] = []
    fields: dict[str, Any] = {}
    for name, most in TEXTS.items():
        if name in values:
            fields[name] = clean_text(values[name], lines=most > 300)
            if len(fields[name]) > most:
                words = _("This is too long: at most %(most)d characters.") % {"most": most}
                wrong.append(FieldError(name, "max_length", words))
    if "theme" in values:
        slug = values["theme"]
        theme = next((one for one in themes_of(gemeente_id) if one.slug == slug), None)
        if slug and theme is None:
            wrong.append(FieldError("theme", "unknown", _("Choose one from the list.")))
        fields["theme_id"] = theme.pk if theme else None
    if "approach" in values:
        card = approach_of(_key(values["approach"]), gemeente_id=gemeente_id)
        if values["approach"] and card is None:
            wrong.append(FieldError("approach", "unknown", _("This approach is no longer in the library.")))
        fields["approach"] = card.key if card else None
    if "point" in values or "area" in values:
        wrong += _read_place(values, fields, gemeente_id)
    return wrong, fields


def _key(given: Any) -> UUID | None:
    try:
        return UUID(str(given)) if given else None
    except ValueError:
        return None


def _read_place(values: Mapping[str, Any], fields: dict[str, Any], gemeente_id: int) -> list[FieldError]:
    """An area, or a point with the area around it: the one that was chosen, if the point lies in it."""
    point = values.get("point")
    area = tree().by_code.get(values.get("area") or "")
    if values.get("area") and (area is None or area.gemeente_id != gemeente_id):
        return [FieldError("area", "unknown", _("Choose a quarter from the list."))]
    if "point" in values:
        fields["lon"], fields["lat"] = point or (None, None)
    if point is not None:
        chain = locate(*point)
        if chain is None or chain[-1].id != gemeente_id:
            return [FieldError("point", "outside", _("This place is outside the municipality. Choose another."))]
        if area is None or area not in chain:
            area = chain[0]
    if area is not None or "area" in values:
        fields["area_id"] = area.id if area else None
    return []


def clean_text(text: str, *, lines: bool) -> str:
    """As typed, without what cannot be stored; on one line unless it may have more."""
    text = cleaned(text)
    return text if lines else " ".join(text.split())


def _slug(title: str) -> str:
    """For addresses: the first title, and some letters so that it is the only one."""
    words = slugify(title)[: LONGEST_SLUG - 6].rstrip("-") or "plan"
    return f"{words}-{''.join(secrets.choice(_LETTERS) for _letter in range(5))}"


def add_photos(*, slug: str, ids: list[UUID], alt: str = "", actor: Actor, now: datetime) -> Initiative:
    """Photos that were sent just now; shown to whom sees the initiative. `alt`: what is on them."""
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.EDIT_PLAN, lock=True)
        there = list(initiative.photos.values_list("position", flat=True))
        if len(there) + len(ids) > MOST_PHOTOS:
            words = _("You can add %(most)d photos at most. The others were left out.") % {"most": MOST_PHOTOS}
            raise Invalid(FieldError("photos", "too-many", words))
        photos = claim_photos(ids=ids, gemeente_id=initiative.gemeente_id, now=now, is_public=initiative.is_public)
        InitiativePhoto.objects.bulk_create(
            InitiativePhoto(
                initiative=initiative, photo=photo, alt=clean_text(alt, lines=False)[:160], position=position
            )
            for position, photo in enumerate(photos, max(there, default=-1) + 1)
        )
        return _photos_changed(initiative, actor=actor, now=now)


def describe_photo(*, slug: str, photo_id: UUID, alt: str, actor: Actor, now: datetime) -> Initiative:
    """Say what is on it, for who cannot see it."""
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.EDIT_PLAN, lock=True)
        alt = clean_text(alt, lines=False)[:160]
        if not initiative.photos.filter(photo_id=photo_id).exclude(alt=alt).update(alt=alt):
            return initiative
        return _photos_changed(initiative, actor=actor, now=now)


def drop_photo(*, slug: str, photo_id: UUID, actor: Actor, now: datetime) -> Initiative:
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.EDIT_PLAN, lock=True)
        if initiative.photos.filter(photo_id=photo_id).delete()[0]:
            erase_photos([photo_id])
            _photos_changed(initiative, actor=actor, now=now)
        return initiative


def _photos_changed(initiative: Initiative, *, actor: Actor, now: datetime) -> Initiative:
    save(initiative, now=now)
    if initiative.stage != Stage.DRAFT:
        tell(initiative, CHANGED, actor=actor, now=now, payload={"fields": ["photos"]})
    return initiative


def throw_away(*, slug: str, actor: Actor, now: datetime) -> None:
    """A draft, for good: with its photos, members and invitations. What was sent is stopped, not thrown away."""
    with transaction.atomic():
        initiative = get_initiative_for(actor, slug, Deed.REMOVE, lock=True)
        if initiative.stage != Stage.DRAFT:
            raise Conflict(_("It was sent already. You can stop it, and tell why."))
        remove_draft(initiative)


def remove_draft(initiative: Initiative) -> None:
    """In the transaction of who locked it."""
    photos = list(initiative.photos.values_list("photo_id", flat=True))
    initiative.delete()
    erase_photos(photos)
