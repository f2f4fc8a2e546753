"""The world of `tests/support/world.py` as fixtures."""

from tests.support.world import committed_world, world

__all__ = ["committed_world", "world"]
