"""Tasks of these tests."""

from __future__ import annotations

import logging

from django_tasks import task


@task()
def say(word: str) -> None:
    logging.getLogger("chores").info("said %s", word)
