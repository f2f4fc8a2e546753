"""What residents change of their own account."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from participation.residents.access import hash_of, new_secret
from participation.residents.models import Resident, SignIn
from participation.residents.queries import with_address

MOST_DEVICES = 20
"""Of one resident; the one that was seen longest ago makes place."""


@transaction.atomic
def sign_in(
    *, address: str, gemeente_id: int, language: str, device: str, now: datetime, instead_of: str = ""
) -> tuple[Resident, str]:
    """Who proved that this address is theirs is signed in; answers the secret for their cookie.

    Somebody new is made a resident. `instead_of`: the secret this browser had, which works no more.
    """
    try:
        with transaction.atomic():
            kind = "email" if "@" in address else "phone"
            resident = with_address(address, gemeente_id) or Resident.objects.create(
                gemeente_id=gemeente_id, language=language, created_at=now, **{kind: address}
            )
    except IntegrityError:  # on two devices at the same moment
        made = with_address(address, gemeente_id)
        assert made is not None
        resident = made
    if instead_of:
        SignIn.objects.filter(token_hash=hash_of(instead_of)).delete()
    secret = new_secret()
    resident.sign_ins.create(token_hash=hash_of(secret), device=device[:80], created_at=now, seen_at=now)
    kept = resident.sign_ins.order_by("-seen_at", "-pk").values("pk")[:MOST_DEVICES]
    resident.sign_ins.exclude(pk__in=[one["pk"] for one in kept]).delete()
    return resident, secret
