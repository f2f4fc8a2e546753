"""Why a place cannot be told."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class PlacesUnavailable(DomainError):
    """The source of addresses is off, slow or gone."""

    code = "places-unavailable"
    message = _("We cannot look up addresses at this moment. Choose the place on the map, or a quarter.")
