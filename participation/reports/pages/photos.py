"""Photos in the form of a page: those sent now, and those of the round before, which ride along as tickets."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from core.api.throttles import check_throttle
from core.errors import DomainError, Invalid
from core.media.access import photo_of_ticket
from core.media.actions import store_upload
from core.media.models import Photo


def take_photos(request: HttpRequest, *, most: int) -> tuple[list[Photo], list[str]]:
    """The photos that are there now, and what was wrong with others. An id alone is not enough: the page shows it."""
    refused: list[object] = []
    tickets = request.POST.getlist("photo")[:most]
    kept = [photo_id for ticket in tickets if (photo_id := photo_of_ticket(ticket)) is not None]
    photos = list(Photo.objects.filter(pk__in=kept, claimed_at=None).order_by("created_at")) if kept else []
    for file in request.FILES.getlist("photos"):
        if len(photos) >= most:
            refused.append(_("You can add %(most)d photos at most. The others were left out.") % {"most": most})
            break
        try:
            check_throttle(request, "upload")
            photos.append(store_upload(file=file, now=timezone.now()).photo)
        except Invalid as refusal:
            refused += [mistake.detail for mistake in refusal.errors]
        except DomainError as refusal:
            refused.append(refusal.message)
    return photos, [str(one) for one in refused]
