"""`/photos/<id>/<size>`: addresses of photos."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.urls import path, register_converter, reverse

from core.media.access import SENDERS_SIZE, proof_of_upload
from core.media.pictures import SIZES
from core.media.views import absent, photo


class SizeConverter:
    regex = "|".join(SIZES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        if value not in SIZES:
            raise ValueError(value)
        return value


register_converter(SizeConverter, "photo_size")

urlpatterns = [
    path("photos/<uuid:photo_id>/<photo_size:size>", photo, name="photo"),
    path("photos/<path:rest>", absent),
]


@lru_cache(maxsize=4096)
def photo_url(photo_id: UUID, size: str) -> str:
    """Path of a photo: size thumb (320), medium (960) or large (2048). A list shows the same faces in every row."""
    return reverse("photo", args=[photo_id, size])


def upload_thumbnail_url(photo_id: UUID) -> str:
    """Path of the thumb of a photo that no report has claimed yet, for whoever sent it (see `core.media.access`)."""
    return f"{photo_url(photo_id, SENDERS_SIZE)}?proof={proof_of_upload(photo_id)}"
