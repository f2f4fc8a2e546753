"""What every mail about a poll has in common, and sending it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from core.notify.mail import send_mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What `send_mail` needs."""

    to: str
    template: str
    context: dict[str, Any]
    language: str
    gemeente_id: int
    headers: dict[str, str] = field(default_factory=dict)


def spoken(language: str) -> str:
    """The language of a letter to a resident: theirs, if we speak it."""
    return language if language in settings.RESIDENT_LANGUAGES else settings.LANGUAGE_CODE


def send(letter: Letter | None, *, key: str = "") -> str:
    """Hand it over, as `send_mail` does; says what it did, without personal data."""
    if letter is None:
        return "nobody to mail"
    send_mail(
        to=letter.to,
        template=letter.template,
        context=letter.context,
        language=letter.language,
        gemeente_id=letter.gemeente_id,
        key=key,
        headers=letter.headers,
    )
    return letter.template
