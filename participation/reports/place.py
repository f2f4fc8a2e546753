"""Whether a point is ours: the areas around it, or who is responsible there."""

from __future__ import annotations

from dataclasses import dataclass

from core.areas.queries import AreaRow, locate
from core.areas.tenancy import Scope
from core.errors import FieldError
from participation.organisations.queries import roster
from participation.routing import outside
from participation.routing.queries import RoutingConfig, config


@dataclass(frozen=True, slots=True)
class Ours:
    """`chain`: the areas around the point, smallest first; `routing`: of their municipality."""

    chain: tuple[AreaRow, ...]
    routing: RoutingConfig


def find_place(lon: float, lat: float, scope: Scope) -> Ours | FieldError:
    """The areas at a point in degrees WGS 84, or what to tell someone for whom we can do nothing there."""
    chain = locate(lon, lat)
    if chain is None:
        return FieldError("location", "outside", outside.advice(lon, lat))
    gemeente = chain[-1]
    if (scope.bound and gemeente.id != scope.gemeente_id) or gemeente.id not in roster().catch_all:
        return FieldError("location", "elsewhere", outside.elsewhere(gemeente))
    return Ours(chain, config(gemeente.id))
