"""Hostile posts: what fuzzers, bots and broken phones send, by a seed; and what may not be left on disk afterwards."""

from tests.support.hostile.attack import Attack, most_memory, wrong_with
from tests.support.hostile.posts import corpus

__all__ = ["Attack", "corpus", "most_memory", "wrong_with"]
