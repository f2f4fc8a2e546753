"""What only the reader of a mailbox has: proof that an address belongs to who answers.

The tracking token will not do: whoever typed the address has that too.
"""

from __future__ import annotations

from django.core.signing import BadSignature, Signer

from participation.reports.models import Supporter

_signer = Signer(salt="participation.reports.supporting")


def proof_of(supporter: Supporter) -> str:
    """Belongs to this supporter with this address; of another address it is worth nothing."""
    return _signer.signature(_value(supporter))


def is_proof(supporter: Supporter, given: str) -> bool:
    try:
        _signer.unsign(f"{_value(supporter)}:{given}")
    except BadSignature:
        return False
    return True


def _value(supporter: Supporter) -> str:
    return f"{supporter.pk}|{supporter.email.lower()}|{supporter.tracking_seed}"
