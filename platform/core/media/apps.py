from __future__ import annotations

import warnings

from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "core.media"
    label = "photos"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Sweep every hour; and let Pillow refuse too large pictures anywhere, where by itself it only warns."""
        from PIL import Image

        from core.api.errors import STATUS_OF
        from core.media.errors import PhotosUnavailable
        from core.media.pictures import MAX_PIXELS
        from core.media.tasks import sweep_photos
        from core.work.schedule import register_periodic

        register_periodic("sweep-photos", 3600, sweep_photos)
        STATUS_OF[PhotosUnavailable] = 503
        Image.MAX_IMAGE_PIXELS = MAX_PIXELS
        warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
