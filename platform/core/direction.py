"""Invisible characters that turn the direction of all that follows them, in titles as in what people type."""

from __future__ import annotations

TURNING = {ord(one): None for one in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
"""Embeddings, overrides and isolates: they reach beyond the text they stand in. Marks such as U+200F do not."""


def without_turns(text: str) -> str:
    """The text without them; our pages isolate what somebody wrote by themselves (`<bdi>`, `dir="auto"`)."""
    return text.translate(TURNING)
