"""What everybody may read about polls: here it is decided which those are."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet

from core.areas.queries import tree
from core.errors import NotFound
from participation.polls.models import Poll
from participation.polls.models.poll import LONGEST_SLUG


def public_polls(only: int | None) -> QuerySet[Poll]:
    """Polls that everybody may read; `only`: the one gemeente the host belongs to, if it does."""
    rows = Poll.objects.filter(published_at__isnull=False)
    return rows if only is None else rows.filter(gemeente_id=only)


def public_poll(slug: str, *, only: int | None) -> Poll:
    """With its case and the area it is for; `NotFound` for one that nobody may read."""
    poll = public_polls(only).select_related("case", "area", "theme").filter(slug=slug).first()
    if poll is None:
        raise NotFound
    return poll


_TO_VOTE = (
    "id", "gemeente_id", "slug", "stage", "level", "salt", "version", "declared", "may_change", "opens_at", "closes_at",
    "published_at",
)  # fmt: skip


def poll_to_vote(slug: str, *, only: int | None, hold: bool = False) -> Poll | None:
    """A public poll with what is needed to take a ballot, in one plain statement: ballots come by the thousand.

    `hold`: it cannot close before the transaction ends; many may hold it at once. SQLite has one writer at a time.
    """
    columns = ", ".join(connection.ops.quote_name(name) for name in _TO_VOTE)
    sql = f"SELECT {columns} FROM {connection.ops.quote_name(Poll._meta.db_table)} WHERE slug = %s"  # noqa: S608
    if hold and connection.vendor == "postgresql":
        sql += " FOR KEY SHARE"
    poll = next(iter(Poll.objects.raw(sql, [slug[:LONGEST_SLUG]])), None)
    if poll is None or not poll.is_public or (only is not None and poll.gemeente_id != only):
        return None
    return poll


def public_streams(names: Iterable[str], only: int | None) -> list[str]:
    """Those of these streams that are of a public poll here. One query."""
    slugs = {name.partition(":")[2]: name for name in names}
    return [slugs[slug] for slug in public_polls(only).filter(slug__in=slugs).values_list("slug", flat=True)]


def place_of(area_id: int) -> tuple[str, str]:
    """The names of this area and of the wijk around it, the second empty when it is the same; from memory."""
    chain = tree().ancestors(area_id) if area_id in tree().by_id else ()
    place = chain[0].name if chain else ""
    wijk = next((row.name for row in chain if row.level == "wijk"), "")
    return place, wijk if wijk != place else ""
