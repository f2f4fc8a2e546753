"""Tasks to test the worker with: they do what a file of the test says."""

from __future__ import annotations

import time
from pathlib import Path

from django_tasks import task

from core.work.worker import GiveUp, current_task


@task()
def note(file: str, text: str) -> str:
    """Append a line; returns the task's own id."""
    with Path(file).open("a") as out:
        out.write(text + "\n")
    return current_task()


@task()
def fail(file: str) -> None:
    """Fail as long as the file says so."""
    what = Path(file).read_text()
    if what == "give up":
        raise GiveUp("no such thing")
    if what == "fail":
        raise RuntimeError("not now")


@task()
def linger(file: str) -> None:
    """Say that it began; the first time, do not come back."""
    with Path(file).open("a") as out:
        out.write("begun\n")
    if Path(file).read_text() == "begun\n":
        time.sleep(300)


@task()
def chore() -> None:
    """Nothing."""
