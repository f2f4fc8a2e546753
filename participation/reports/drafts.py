"""A report that is being written on pages without a script, kept on the server between its steps.

The browser has a secret of 128 bits; the table has its hash, so that reading the table opens no draft. What was typed
is kept as it was typed, right or wrong: nothing is lost, and the form judges it again on each page.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from participation.reports.models import Draft

KEPT = timedelta(hours=24)
"""After the last change; photos that no report claimed go after as long (`core.media.actions.UNCLAIMED_FOR`)."""


class Values(TypedDict, total=False):
    """What was typed, each as text. `category` may be our proposal: then it equals `proposed`.

    `spot`: what is at the chosen point, in words. `q`: the address that was searched for. `near`: the place whose
    look-alikes were shown. `guarded`: a mark of the text whose writer was asked about personal data. `asked`: the keys
    of the questions that were shown. `photos`: ids.
    """

    text: str
    category: str
    proposed: str
    area: str
    address: str
    q: str
    lon: str
    lat: str
    spot: str
    near: str
    asked: list[str]
    guarded: str
    answers: dict[str, str | list[str]]
    photos: list[str]
    name: str
    email: str
    phone: str
    language: str


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def find(secret: str, *, gemeente_id: int, now: datetime) -> Draft | None:
    """The draft that this secret opens at this municipality."""
    wanted = Draft.objects.filter(secret_hash=hash_of(secret), gemeente_id=gemeente_id)
    return wanted.filter(changed_at__gte=now - KEPT).first()


def start(values: Values, *, gemeente_id: int, key: UUID, now: datetime) -> str:
    """Keep something new; answers its secret."""
    secret = secrets.token_urlsafe(16)
    Draft.objects.create(
        secret_hash=hash_of(secret), gemeente_id=gemeente_id, key=key, values=values, created_at=now, changed_at=now
    )
    return secret


def change(draft: Draft, values: Values, *, now: datetime) -> bool:
    """Keep what was typed since; False when it was sent or swept meanwhile."""
    return bool(Draft.objects.filter(pk=draft.pk).update(values=values, changed_at=now))


def erase(secret: str) -> None:
    """It was sent, or is not wanted any more."""
    Draft.objects.filter(secret_hash=hash_of(secret)).delete()


def sweep(*, now: datetime) -> int:
    """Erase what nobody touched for a day; how many. Safe to run at any time."""
    return Draft.objects.filter(changed_at__lt=now - KEPT).delete()[0]
