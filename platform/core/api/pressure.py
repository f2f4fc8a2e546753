"""When much more comes in than usual, a sender shows some effort first: proof of work, no puzzles.

The ALTCHA protocol (v2): the server signs a challenge, the device searches a number of which PBKDF2 begins with two
zeros (a second or so on a phone), the server checks it once. Nobody has to look, listen or click, and no other
party is asked. On a page without a script, waiting takes its place. As long as it is quiet nothing of this happens.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from functools import cache as kept
from uuid import UUID

from altcha import create_challenge, verify_solution
from django.conf import settings
from django.core.cache import cache
from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import salted_hmac

from core.errors import ProofRequired

HEADER = "Proof"
"""In which a solved challenge comes: the payload of ALTCHA, base64 of JSON."""
VALID_FOR = 600
"""Seconds a challenge may be solved and used."""
WAIT = 20
"""Seconds that stand for a proof where there is no script."""
WAITED_FOR = 3600
"""Seconds after which a ticket of waiting is worth nothing any more."""
LONGEST = 4096
"""Characters of a payload; one takes about 700."""

_tickets = TimestampSigner(salt="core.api.pressure.waited")


@kept
def _secret(key: str) -> bytes:
    return salted_hmac("core.api.pressure.challenge", "", secret=key, algorithm="sha256").digest()


def require_proof(*, proof: str, key: UUID | None, waits: bool = False) -> None:
    """Passes with a proof that was used by nothing but this `key`; else `ProofRequired`.

    The same request sent again may use its proof again: its first answer may be lost. `waits`: it comes from a page
    without a script, where a ticket of waiting counts too, for the one report (`key`) that it was given to.
    """
    waited = waits and _waited(proof, key)
    if not (waited or _worked(proof)) or not _first_use(proof, key):
        raise ProofRequired(challenge=new_challenge(), wait=WAIT)


def new_challenge() -> dict[str, object]:
    """What a device must solve, JSON-ready. Costs next to nothing to make."""
    challenge = create_challenge(
        "PBKDF2/SHA-256",
        settings.PROOF_COST,
        expires_at=int(time.time()) + VALID_FOR,
        hmac_secret=_secret(settings.SECRET_KEY),
    )
    made: dict[str, object] = challenge.to_dict()
    return made


def new_ticket(key: UUID) -> str:
    """For a page without a script: worth a proof for the report with this key when it is `WAIT` seconds old."""
    return _tickets.sign(str(key))


def still_waiting(ticket: str) -> int:
    """Seconds until this ticket is worth something; 0 when it is, or never will be."""
    try:
        _tickets.unsign(ticket, max_age=WAIT)
    except BadSignature:
        return 0
    return WAIT


def _worked(proof: str) -> bool:
    if not proof or len(proof) > LONGEST:
        return False
    try:
        return verify_solution(proof, _secret(settings.SECRET_KEY)).verified
    except (ValueError, TypeError, AttributeError, RecursionError):  # what the library's reader lets through
        return False


def _waited(ticket: str, key: UUID | None) -> bool:
    try:
        given_to = _tickets.unsign(ticket, max_age=WAITED_FOR)
    except BadSignature:
        return False
    return given_to == str(key) and still_waiting(ticket) == 0


def _first_use(proof: str, key: UUID | None) -> bool:
    mark = salted_hmac("core.api.pressure.used", _essence(proof), algorithm="sha256").hexdigest()[:32]
    user = str(key or secrets.token_hex(8))
    name = f"proof:{mark}"
    return bool(cache.add(name, user, timeout=WAITED_FOR)) or cache.get(name) == user


def _essence(proof: str) -> str:
    """What one challenge has once, however the payload around it is written."""
    try:
        return str(json.loads(base64.b64decode(proof))["challenge"]["signature"])
    except (ValueError, KeyError, TypeError):
        return proof
