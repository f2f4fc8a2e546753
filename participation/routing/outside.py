"""What to tell someone whose place lies in no municipality of this installation."""

from __future__ import annotations

from typing import Literal

import shapely
from django.utils.translation import gettext as _

from core.areas.queries import AreaRow
from core.areas.tenancy import host_of, site_of
from core.places.queries import gemeente_at

Where = Literal["netherlands", "abroad"]

# Drawn by hand along coast and border, good to some 3 km: it decides a sentence of advice, nothing else.
NETHERLANDS = shapely.Polygon(
    [
        (3.36, 51.37), (3.44, 51.54), (3.68, 51.72), (3.83, 51.84), (3.97, 51.98), (4.10, 52.00), (4.26, 52.12),
        (4.39, 52.22), (4.52, 52.39), (4.57, 52.47), (4.62, 52.67), (4.70, 52.96), (4.68, 53.06), (4.84, 53.22),
        (5.13, 53.40), (5.55, 53.47), (5.97, 53.48), (6.35, 53.53), (6.87, 53.47), (6.97, 53.34), (7.21, 53.24),
        (7.22, 53.01), (7.08, 52.83), (7.07, 52.64), (6.77, 52.64), (6.70, 52.49), (6.99, 52.47), (7.07, 52.24),
        (6.86, 52.12), (6.69, 52.04), (6.83, 51.97), (6.40, 51.83), (6.17, 51.85), (5.96, 51.83), (5.96, 51.74),
        (6.12, 51.65), (6.22, 51.50), (6.23, 51.37), (6.08, 51.22), (6.08, 51.17), (5.88, 51.05), (6.09, 50.93),
        (6.02, 50.75), (5.69, 50.75), (5.64, 50.83), (5.76, 50.95), (5.80, 51.09), (5.84, 51.16), (5.56, 51.22),
        (5.24, 51.26), (5.07, 51.40), (4.93, 51.40), (4.78, 51.43), (4.66, 51.43), (4.54, 51.45), (4.39, 51.45),
        (4.43, 51.37), (4.24, 51.36), (4.22, 51.27), (3.95, 51.21), (3.79, 51.22), (3.52, 51.24), (3.37, 51.30),
    ]
)  # fmt: skip
shapely.prepare(NETHERLANDS)


def where(lon: float, lat: float) -> Where:
    """Roughly: on Dutch land, or at sea or abroad. NaN and infinity count as abroad."""
    return "netherlands" if shapely.intersects_xy(NETHERLANDS, lon, lat) else "abroad"


def advice(lon: float, lat: float, gemeente: str = "") -> str:
    """For a place in no area at all. `gemeente`: the name of the municipality there, where it is known."""
    if where(lon, lat) == "netherlands":
        if gemeente:
            return _(
                "This place is in %(name)s. That municipality does not use this platform."
                " Report it on its own website, or call 14 and its area code."
            ) % {"name": gemeente}
        return _(
            "The municipality of this place does not use this platform."
            " Report it on the website of that municipality, or call 14 and its area code."
        )
    return _(
        "This place seems to be at sea or abroad. Is the point right? Move it and try again."
        " At sea and on large rivers you can call Rijkswaterstaat: 0800-8002."
        " In another country, report it to the municipality there."
    )


def named_advice(lon: float, lat: float) -> str:
    """The same, and looks up who is responsible there: that takes as long as `core.places` waits, so hold no lock."""
    return advice(lon, lat, gemeente_at(lon, lat) if where(lon, lat) == "netherlands" else "")


def report_at(gemeente: AreaRow) -> str:
    """Where its own residents report; empty when it has no host of its own."""
    return f"{site_of(gemeente.id)}/melden/" if host_of(gemeente.id) else ""


def elsewhere(gemeente: AreaRow) -> str:
    """For a place in another municipality of this installation than the one this host belongs to."""
    if site := report_at(gemeente):
        return _("This place is in %(name)s. You can report it there: %(site)s") % {"name": gemeente.name, "site": site}
    return _("This place is in %(name)s. Please report it to that municipality.") % {"name": gemeente.name}
