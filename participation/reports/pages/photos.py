"""Photos in the form of a page: those sent now, and those of the round before, which ride along as tickets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from core.api.throttles import check_throttle
from core.errors import DomainError, FieldError, Invalid
from core.media.access import photo_of_ticket, ticket_of_upload
from core.media.actions import store_upload
from core.media.models import Photo
from core.media.urls import upload_thumbnail_url


def take_photos(request: HttpRequest, *, most: int) -> tuple[list[Photo], list[str]]:
    """The photos that are there now, and what was wrong with others. An id alone is not enough: the page shows it."""
    kept = riding_along(request, most=most)
    photos = list(Photo.objects.filter(pk__in=kept, claimed_at=None).order_by("created_at")) if kept else []
    sent, wrong = receive(request, room=most - len(photos), most=most, now=timezone.now())
    return photos + sent, [str(one.detail) for one in wrong]


def riding_along(request: HttpRequest, *, most: int) -> list[UUID]:
    """The photos whose tickets the page brings, each once, in their order."""
    found = map(photo_of_ticket, request.POST.getlist("photo")[:most])
    return list(dict.fromkeys(one for one in found if one is not None))


def receive(request: HttpRequest, *, room: int, most: int, now: datetime) -> tuple[list[Photo], list[FieldError]]:
    """The photos sent with this page, as far as there is room for them, and what was wrong with others."""
    photos: list[Photo] = []
    wrong: list[FieldError] = []
    for file in request.FILES.getlist("photos"):
        if len(photos) >= room:
            words = _("You can add %(most)d photos at most. The others were left out.") % {"most": most}
            wrong.append(FieldError("photos", "too-many", words))
            break
        try:
            check_throttle(request, "upload")
            photos.append(store_upload(file=file, now=now).photo)
        except Invalid as refusal:
            wrong += [FieldError("photos", mistake.code, mistake.detail) for mistake in refusal.errors]
        except DomainError as refusal:
            wrong.append(FieldError("photos", refusal.code, refusal.message))
    return photos, wrong


def with_tickets(ids: Iterable[UUID]) -> list[dict[str, str]]:
    """`{id, ticket, thumbnail_url}` of each, for the next round of the page."""
    return [
        {"id": str(one), "ticket": ticket_of_upload(one), "thumbnail_url": upload_thumbnail_url(one)} for one in ids
    ]
