"""Who may see a photo. Nobody, unless one of these says so.

* `is_public`: everybody.
* One that a higher app shows for now: `register_shown(fn)`, called with the photo id; everybody, as long as it says so.
* A viewer that a higher app registered: `register_viewer(fn)`, called with (photo id, request).
* Who just sent it, on the address in the upload's answer: it carries a proof, signed by us, that
  opens only the thumb of this one photo, only while no report has claimed it and at most 24 hours.
  So no account, session or cookie is needed, and an address that leaks is soon worth nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.core.signing import Signer
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from core.errors import NotFound
from core.media.actions import UNCLAIMED_FOR
from core.media.models import Photo

Viewer = Callable[[UUID, HttpRequest], bool]
Shown = Callable[[UUID], bool]
_viewers: list[Viewer] = []
_shown: list[Shown] = []
_signer = Signer(salt="core.media.upload")
SENDERS_SIZE = "thumb"
"""The one size the sender sees before the report is sent."""


def register_viewer(viewer: Viewer) -> None:
    """Ask `viewer(photo_id, request)` too; True lets this person see the photo."""
    if viewer not in _viewers:
        _viewers.append(viewer)


def register_shown(shown: Shown) -> None:
    """Ask `shown(photo_id)` too, from memory; True lets everybody see the photo until it says otherwise."""
    if shown not in _shown:
        _shown.append(shown)


def is_shown(photo_id: UUID) -> bool:
    """Whether everybody may see this photo for now, though it is not public for good."""
    return any(shown(photo_id) for shown in _shown)


def proof_of_upload(photo_id: UUID) -> str:
    return _signer.signature(photo_id.hex)


def ticket_of_upload(photo_id: UUID) -> str:
    """`<id>:<proof>`: what a form holds of a photo that was sent before it."""
    return f"{photo_id}:{proof_of_upload(photo_id)}"


def photo_of_ticket(ticket: str) -> UUID | None:
    """The photo's id, None when the proof is not that of its sender."""
    given, _colon, proof = ticket.partition(":")
    try:
        photo_id = UUID(given)
    except ValueError:
        return None
    return photo_id if constant_time_compare(proof, proof_of_upload(photo_id)) else None


def get_photo_for(request: HttpRequest, *, photo_id: UUID, size: str, proof: str, now: datetime) -> Photo:
    """The photo, or `NotFound` when it is absent or not for this person."""
    photo = Photo.objects.filter(pk=photo_id).first()
    if photo is None:
        raise NotFound
    if photo.is_public or _is_sender(photo, size=size, proof=proof, now=now):
        return photo
    if is_shown(photo_id) or any(viewer(photo_id, request) for viewer in _viewers):
        return photo
    raise NotFound


def _is_sender(photo: Photo, *, size: str, proof: str, now: datetime) -> bool:
    return (
        bool(proof)
        and size == SENDERS_SIZE
        and photo.claimed_at is None
        and now - photo.created_at < UNCLAIMED_FOR
        and constant_time_compare(proof, proof_of_upload(photo.id))
    )
