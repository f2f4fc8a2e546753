"""What everybody may read about polls: here it is decided which those are."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from participation.polls.models import Poll


def public_polls(only: int | None) -> QuerySet[Poll]:
    """Polls that everybody may read; `only`: the one gemeente the host belongs to, if it does."""
    rows = Poll.objects.filter(published_at__isnull=False)
    return rows if only is None else rows.filter(gemeente_id=only)


def public_poll(slug: str, *, only: int | None) -> Poll | None:
    """With its case and the area it is for."""
    return public_polls(only).select_related("case", "area", "theme").filter(slug=slug).first()


def public_streams(names: Iterable[str], only: int | None) -> list[str]:
    """Those of these streams that are of a public poll here. One query."""
    slugs = {name.partition(":")[2]: name for name in names}
    return [slugs[slug] for slug in public_polls(only).filter(slug__in=slugs).values_list("slug", flat=True)]
