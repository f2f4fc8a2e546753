"""Counting, opening and closing by the clock. Tasks look at the rows first: a second one finds nothing to do."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from participation.polls.actions import counting, sealing, stepping, working_out
from participation.polls.models import Ballot, Poll
from participation.polls.states import Stage


def _uncounted() -> list[int]:
    return list(
        Ballot.objects.filter(counted=False, aside=None).order_by().values_list("poll_id", flat=True).distinct()
    )


def anything_to_count(now: datetime) -> bool:
    return Ballot.objects.filter(counted=False, aside=None).exists()


@task()
def count_polls() -> int:
    """Count the ballots that came since the last time; how many."""
    now = timezone.now()
    return sum(counting.count_ballots(poll_id, now=now) for poll_id in _uncounted())


def anything_to_close(now: datetime) -> bool:
    return bool(_due(now, Stage.READY, "opens_at") or _due(now, Stage.OPEN, "closes_at"))


@task()
def close_polls() -> int:
    """Open and close the polls whose time has come; how many."""
    now = timezone.now()
    due = [(stepping.open_in_time, one) for one in _due(now, Stage.READY, "opens_at")]
    due += [(stepping.close_in_time, one) for one in _due(now, Stage.OPEN, "closes_at")]
    done, failed = 0, []
    for step, poll_id in due:
        try:
            done += step(poll_id, now=now)
        except Exception as error:  # one that fails must not keep the others open
            failed.append(error)
    if failed:
        raise failed[0]
    return done


def _due(now: datetime, stage: Stage, moment: str) -> list[int]:
    return list(Poll.objects.filter(stage=stage, **{f"{moment}__lte": now}).order_by("pk").values_list("pk", flat=True))


@task()
def work_out(poll_id: int) -> None:
    """The outcome of each question by its rule, and the file of all ballots."""
    working_out.work_out_poll(poll_id, now=timezone.now())


@task()
def forget_old_rows() -> None:
    """When a poll was sealed: the database clears away what it keeps of the rows that were written anew."""
    sealing.forget_old_rows()
