"""Work owed later: the smaller sizes of a photo, and the sweep."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django_tasks import task

from core.media import files
from core.media.models import Photo
from core.media.pictures import MASTER, SIZES


@task()
def make_sizes(photo_id: str) -> None:
    """Make the sizes that were not made on demand yet; a photo erased meanwhile is left alone."""
    photo = UUID(photo_id)
    if not Photo.objects.filter(pk=photo).exists():
        return
    for size in SIZES:
        if size != MASTER:
            files.ensure(photo, size)


@task()
def sweep_photos() -> None:
    """See `actions.sweep`; to be run every hour."""
    from core.media.actions import sweep  # actions enqueues the task above

    sweep(now=timezone.now())
