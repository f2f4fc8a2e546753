"""What is owed to who wrote something that was hidden, and forgetting blocks that are over."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from core.notify.letters import send
from participation.initiatives.blocks import sweep_blocks as forget_blocks
from participation.initiatives.letters.commenting import blocked_letter, hidden_letter


@task()
def mail_hidden(comment_id: int) -> str:
    return send(hidden_letter(comment_id), key=f"hidden-{comment_id}")


@task()
def mail_blocked(block_id: int) -> str:
    return send(blocked_letter(block_id), key=f"blocked-{block_id}")


@task()
def sweep_blocks() -> int:
    """See `blocks.sweep_blocks`; every hour: what is kept of somebody goes as soon as it may."""
    return forget_blocks(now=timezone.now())
