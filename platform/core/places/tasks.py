"""Work that comes round."""

from __future__ import annotations

from django_tasks import task

from core.places import tiles


@task()
def sweep_tiles() -> None:
    """See `tiles.sweep`; every few hours, for what several processes filled together."""
    tiles.sweep()
