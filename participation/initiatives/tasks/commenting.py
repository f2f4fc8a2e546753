"""What is owed to who wrote something that was hidden."""

from __future__ import annotations

from django_tasks import task

from core.notify.mail import send_mail
from participation.initiatives.letters.commenting import blocked_letter, hidden_letter
from participation.initiatives.letters.group import Letter


@task()
def mail_hidden(comment_id: int) -> str:
    return _send(hidden_letter(comment_id), key=f"hidden-{comment_id}")


@task()
def mail_blocked(block_id: int) -> str:
    return _send(blocked_letter(block_id), key=f"blocked-{block_id}")


def _send(letter: Letter | None, *, key: str) -> str:
    """Says what it did, without personal data."""
    if letter is None:
        return "nobody to mail"
    send_mail(
        to=letter.to,
        template=letter.template,
        context=letter.context,
        language=letter.language,
        gemeente_id=letter.gemeente_id,
        key=key,
    )
    return "sent"
