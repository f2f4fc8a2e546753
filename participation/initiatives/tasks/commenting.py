"""What is owed to who wrote something that was hidden."""

from __future__ import annotations

from django_tasks import task

from participation.initiatives.letters.commenting import blocked_letter, hidden_letter
from participation.initiatives.letters.letter import send


@task()
def mail_hidden(comment_id: int) -> str:
    return send(hidden_letter(comment_id), key=f"hidden-{comment_id}")


@task()
def mail_blocked(block_id: int) -> str:
    return send(blocked_letter(block_id), key=f"blocked-{block_id}")
