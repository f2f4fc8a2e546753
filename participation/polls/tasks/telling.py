"""Who hears of a step."""

from __future__ import annotations

from participation.polls.models import Poll, StageChange


def owe_step(poll: Poll, taken: StageChange) -> None:
    """Owe whoever proposed it, and who asked to hear of the outcome, what this step means for them."""
