"""What only the reader of a mailbox or phone has: proof that an address belongs to who answers.

The tracking token will not do: whoever typed the address has that too.
"""

from __future__ import annotations

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

from participation.reports.models import Supporter

SIGNS = 22
"""Of base64: 132 bits, and short enough for a text message."""
_signer = Signer(salt="participation.reports.supporting")


def proof_of(supporter: Supporter) -> str:
    """Belongs to this supporter with this address; of another address it is worth nothing."""
    return _signer.signature(_value(supporter))[:SIGNS]


def is_proof(supporter: Supporter, given: str) -> bool:
    keys = [_signer.key, *_signer.fallback_keys]
    return any(constant_time_compare(_signer.signature(_value(supporter), key)[:SIGNS], given) for key in keys)


def _value(supporter: Supporter) -> str:
    return f"{supporter.pk}|{supporter.email.lower() or supporter.phone}|{supporter.tracking_seed}"
