from __future__ import annotations

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "core.places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.api.errors import STATUS_OF
        from core.places.errors import PlacesUnavailable
        from core.places.tasks import sweep_tiles
        from core.work.schedule import register_periodic

        STATUS_OF[PlacesUnavailable] = 503
        register_periodic("sweep-tiles", 6 * 3600, sweep_tiles)
