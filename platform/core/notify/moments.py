"""When a digest is due, and which period it is of. Pure; days and hours are those of the municipality's clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Once a week, on Monday")
    MONTHLY = "monthly", _("Once a month, on the first")


MORNING = time(8)
SPREAD = 120
"""Minutes after `MORNING` over which the digests of a day go out."""
AHEAD = {Frequency.DAILY: 1, Frequency.WEEKLY: 7, Frequency.MONTHLY: 31}
"""Days that a digest looks ahead in the agenda; until then there is no other."""
BACK = {Frequency.DAILY: timedelta(days=7), Frequency.WEEKLY: timedelta(days=31), Frequency.MONTHLY: timedelta(days=62)}
"""How far back it looks at most, after a quiet period or a failure."""


def period_of(frequency: str, moment: datetime) -> str:
    """ "2026-11-22" for a day, "2026-W47" for a week that begins on Monday, "2026-11" for a month."""
    day = timezone.localdate(moment)
    if frequency == Frequency.DAILY:
        return day.isoformat()
    if frequency == Frequency.WEEKLY:
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02d}"
    return f"{day:%Y-%m}"


def next_moment(
    frequency: str, after: datetime, *, spread: int = 0, pause: tuple[date | None, date | None] = (None, None)
) -> datetime:
    """The first moment after `after`: each day, each Monday or each first of the month, not in the pause.

    `spread`: any number that stays the same for one follower; says which minute.
    """
    minutes = spread % SPREAD
    at = time(MORNING.hour + minutes // 60, minutes % 60)
    day = timezone.localdate(after)
    while True:
        if _falls_on(frequency, day) and not is_paused(day, *pause):
            moment = timezone.make_aware(datetime.combine(day, at), timezone.get_default_timezone())
            if moment > after:
                return moment
        day += timedelta(days=1)


def is_paused(day: date, first: date | None, last: date | None) -> bool:
    """Both days belong to the pause."""
    return first is not None and last is not None and first <= day <= last


def day_around(moment: datetime) -> tuple[datetime, datetime]:
    """The first moment of its day, and of the next."""
    day, zone = timezone.localdate(moment), timezone.get_default_timezone()
    return (
        timezone.make_aware(datetime.combine(day, time()), zone),
        timezone.make_aware(datetime.combine(day + timedelta(days=1), time()), zone),
    )


def _falls_on(frequency: str, day: date) -> bool:
    if frequency == Frequency.WEEKLY:
        return day.weekday() == 0
    return frequency == Frequency.DAILY or day.day == 1
