"""What one process tells the others over the channel layer."""

from __future__ import annotations

import asyncio
from typing import Any

from channels.layers import InMemoryChannelLayer

from core.live.layer import MAX_SAID, Line, group


async def heard(layer: InMemoryChannelLayer, channel: str, many: int) -> list[dict[str, Any]]:
    """Messages until they hold `many` things."""
    messages: list[dict[str, Any]] = []
    while sum(len(message["said"]) for message in messages) < many:
        messages.append(await asyncio.wait_for(layer.receive(channel), 20))
    return messages


def test_what_waits_goes_together_and_in_order() -> None:
    async def say_much() -> list[dict[str, Any]]:
        layer = InMemoryChannelLayer()
        channel = await layer.new_channel()
        await layer.group_add(group(), channel)
        line = Line(layer)
        for number in range(MAX_SAID + 3):
            line.say({"nudges": [number]})
        line.start()
        await asyncio.wait_for(line.said(), 20)
        messages = await heard(layer, channel, MAX_SAID + 3)
        await line.stop()
        return messages

    messages = asyncio.run(say_much())

    assert [len(message["said"]) for message in messages] == [MAX_SAID, 3]
    assert [said["nudges"] for message in messages for said in message["said"]] == [[n] for n in range(MAX_SAID + 3)]


def test_more_than_can_wait_is_dropped_and_said_once(caplog: Any) -> None:
    async def say_too_much() -> None:
        line = Line(InMemoryChannelLayer())
        for number in range(1500):
            line.say({"nudges": [number]})

    asyncio.run(say_too_much())

    assert [record.getMessage() for record in caplog.records] == [
        "channel layer: not sending (too much is waiting); news comes from the database"
    ]
