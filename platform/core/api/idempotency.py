"""The same request sent twice happens once.

A phone on a bad connection sends again what already arrived. With an `Idempotency-Key` the key and the answer are
written at the end of the transaction of the action itself, so key and consequence stand or fall together, also when
twenty arrive at the same moment: the others wait for the first on the key's unique index, undo what they did and get
its answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from core.api.errors import BadRequest
from core.api.models import IdempotencyKey
from core.api.parsing import UtcEncoder
from core.errors import Conflict
from core.rows import insert

KEPT = timedelta(days=7)
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Once:
    """The answer's JSON-ready body, and whether it was given before (`Idempotency-Replayed: true`)."""

    body: Body
    replayed: bool

    @property
    def headers(self) -> dict[str, str]:
        return {"Idempotency-Replayed": "true"} if self.replayed else {}


def idempotency_key(request: HttpRequest | Request, *, required: bool = False) -> UUID | None:
    """The `Idempotency-Key` header; anything but a UUID is refused."""
    given = request.headers.get("Idempotency-Key")
    if given is None and not required:
        return None
    try:
        return UUID((given or "").strip().strip('"'))
    except ValueError:
        raise BadRequest(_("Send a new UUID in the Idempotency-Key header for each new request.")) from None


def fingerprint(data: Any) -> bytes:
    """What tells one body from another; keyed, so that it says nothing about the text in it."""
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), cls=UtcEncoder)
    return salted_hmac("core.api.idempotency", canonical, algorithm="sha256").digest()


def run_once(
    *,
    scope: str,
    key: UUID | None,
    fingerprint: bytes,
    now: datetime,
    action: Callable[[], Mapping[str, Any]],
    complete: Callable[[Body], Body] = lambda stored: stored,
) -> Once:
    """Runs `action` in a transaction, once per (scope, key); a repeat gets the stored answer.

    `action` returns the answer without secrets: it is stored for seven days. `complete` adds what must not
    be stored (a token recomputed by HMAC) and runs for the first answer and for every repeat alike.
    A key used before with another body is a `Conflict`. When `action` raises, the key is free again.
    Without a key it is just the transaction.

    A repeat does its work before it finds the key, and all of it is undone; what it stumbles over (a photo that is
    taken, a step that was made) is the work of the first.
    """
    try:
        with transaction.atomic():
            answer = json.dumps(action(), cls=UtcEncoder, ensure_ascii=False)
            if key is not None and not _claim(scope, key, fingerprint, answer, now):
                raise _GivenBefore
    except Exception:
        earlier = None if key is None else IdempotencyKey.objects.filter(scope=scope, key=key).first()
        if earlier is None:
            raise
        if bytes(earlier.fingerprint) != fingerprint:
            raise Conflict(
                _("This Idempotency-Key was used before for something else. Use a new one."),
                code="idempotency-key-reused",
            ) from None
        return Once(complete(json.loads(earlier.answer)), replayed=True)
    # Through JSON, so that the first answer and every repeat are equal to the letter.
    return Once(complete(json.loads(answer)), replayed=False)


class _GivenBefore(Exception):
    """Undoes the transaction of a repeat."""


def forget_old_keys(*, now: datetime) -> int:
    """Deletes keys older than seven days; how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _claim(scope: str, key: UUID, fingerprint: bytes, answer: str, now: datetime) -> bool:
    """Inserts the key with its answer; False when it was there."""
    row = IdempotencyKey(scope=scope, key=key, fingerprint=fingerprint, answer=answer, created_at=now)
    return insert(row, unique=("scope", "key"))
