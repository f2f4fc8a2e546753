"""Builders of letters: batches of codes, what the printer gets, and one that is replaced."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from participation.polls.actions import batches
from participation.polls.models import Batch, Poll
from participation.polls.states import Level
from tests.participation.polls.conftest import open_poll
from tests.support.world import World


def make(world: World, poll: Poll, count: int = 12, **more: Any) -> Batch:
    given: dict[str, Any] = {"name": "Haven"} | more
    return batches.make_batch(slug=poll.slug, count=count, actor=world.actor(world.dirk), now=timezone.now(), **given)


def codes_of(world: World, batch: Batch) -> dict[int, str]:
    """The codes by number, as the printer gets them."""
    _batch, lines = batches.hand_over(
        slug=batch.poll.slug, batch_id=batch.pk, actor=world.actor(world.dirk), now=timezone.now()
    )
    return {one.number: one.code for one in lines}


def replace(world: World, batch: Batch, number: int) -> str:
    _code, text = batches.replace_code(
        slug=batch.poll.slug, batch_id=batch.pk, number=number, actor=world.actor(world.dirk), now=timezone.now()
    )
    return text


def letters(world: World, **fields: Any) -> Poll:
    return open_poll(world, level=Level.LETTER, **fields)
