"""Quiet hours and moments of a digest. Pure; times are local."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from participation.routing.deadlines import is_working_day

MORNING = time(8)
"""From then on the digest of a working day may go out."""


def quiet_until(moment: datetime, start: time | None, end: time | None) -> datetime | None:
    """When the quiet hours around `moment` end; None outside them. They may run past midnight."""
    if start is None or end is None or start == end:
        return None
    local = timezone.localtime(moment)
    now, today = local.time(), local.date()
    if start < end:
        inside, last_day = start <= now < end, today
    else:
        inside, last_day = now >= start or now < end, today + timedelta(days=int(now >= start))
    if not inside:
        return None
    return timezone.make_aware(datetime.combine(last_day, end), timezone.get_default_timezone())


def digest_since(digest: str, last: datetime | None, now: datetime, *, closed: Container[date] = ()) -> datetime | None:
    """Since when a digest that goes out now tells; None when none is to go out now.

    Daily: once on each working day, from eight in the morning. Hourly: once in each hour of the clock.
    """
    local = timezone.localtime(now)
    before = None if last is None else timezone.localtime(last)
    if digest == "daily":
        if not is_working_day(local.date(), closed) or local.time() < MORNING:
            return None
        if before is not None and before.date() == local.date() and before.time() >= MORNING:
            return None
        return last or now - timedelta(days=1)
    if digest == "hourly":
        if last is not None and last >= now.replace(minute=0, second=0, microsecond=0):
            return None
        return last or now - timedelta(hours=1)
    return None
