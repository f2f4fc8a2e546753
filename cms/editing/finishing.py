"""What a finished workflow does. Wagtail reads this while its models are being made: nothing is imported here."""

from __future__ import annotations

from typing import Any


def publish_checked(state: Any, user: Any = None) -> None:
    """Publish. Who approved may be without the right to publish unasked."""
    state.content_object.get_latest_revision().publish(user=user, skip_permission_checks=True)
