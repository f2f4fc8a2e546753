"""Finding residents."""

from __future__ import annotations

from django.db.models import Value
from django.db.models.functions import Lower

from participation.residents.models import Resident


def with_address(address: str, gemeente_id: int) -> Resident | None:
    """Whose e-mail address or mobile number (E.164) this is."""
    there = Resident.objects.filter(gemeente_id=gemeente_id)
    if "@" not in address:
        return there.filter(phone=address).first()
    return there.alias(small=Lower("email")).filter(small=Lower(Value(address))).first()  # by the index
