from __future__ import annotations

import warnings

from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "core.media"
    label = "photos"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make Pillow refuse too large pictures in the whole process, where by itself it only warns."""
        from PIL import Image

        from core.api.errors import STATUS_OF
        from core.media.errors import PhotosUnavailable
        from core.media.pictures import MAX_PIXELS

        STATUS_OF[PhotosUnavailable] = 503
        Image.MAX_IMAGE_PIXELS = MAX_PIXELS
        warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
