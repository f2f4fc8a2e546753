"""A mail that is written and not sent yet: what is told is decided apart from telling it."""

from __future__ import annotations

from collections.abc import Mapping
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
    headers: Mapping[str, str] = field(default_factory=dict)


def spoken(language: str) -> str:
    """The language of a letter to a resident: theirs, if we speak it."""
    return language if language in settings.RESIDENT_LANGUAGES else settings.LANGUAGE_CODE


def send(letter: Letter | None, *, key: str = "") -> str:
    """Hand it over, as `send_mail` does; says what it did, without personal data."""
    if letter is None:
        return "no address"
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
