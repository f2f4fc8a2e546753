"""`/kaart/tegels/<z>/<x>/<y>.png`: the background of maps."""

from __future__ import annotations

from django.urls import path

from core.places.views import no_tile, tile

urlpatterns = [
    path("kaart/tegels/<int:z>/<int:x>/<int:y>.png", tile, name="map_tile"),
    path("kaart/tegels/<path:rest>", no_tile),
]
