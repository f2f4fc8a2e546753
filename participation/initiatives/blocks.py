"""Who may not write here for a while: refused at every deed a block covers, also after they erased their account.

Of an erased account only a keyed hash of its addresses is kept, and only while the block lasts: else whoever is
blocked signs in anew a minute later.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import NotAllowed
from participation.initiatives.models import Block, KeptBlock
from participation.initiatives.tokens import hash_of_address
from participation.residents.models import Resident


def refuse_blocked(resident: Resident, now: datetime) -> None:
    """Raises `NotAllowed` for who is blocked, with why and until when."""
    there = Block.objects.filter(resident=resident, lifted_at=None, until__gt=now)
    found = there.order_by("-until").first()
    if found is not None:
        raise NotAllowed(
            _("You cannot write here until %(day)s. The reason: %(reason)s")
            % {"day": f"{timezone.localdate(found.until):%d-%m-%Y}", "reason": found.reason}
        )
    until = kept_until(resident, now)
    if until is not None:
        raise NotAllowed(
            _("You cannot write here until %(day)s. You were blocked before you erased your account.")
            % {"day": f"{timezone.localdate(until):%d-%m-%Y}"}
        )


def kept_until(resident: Resident, now: datetime) -> datetime | None:
    """Until when a block holds that somebody with this address had before they erased their account."""
    hashes = [one for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS) for one in _hashes(resident, key)]
    there = KeptBlock.objects.filter(gemeente_id=resident.gemeente_id, address_hash__in=hashes, until__gt=now)
    return there.order_by("-until").values_list("until", flat=True).first()


def keep_block(resident: Resident, now: datetime) -> None:
    """In the transaction of the erasure: what holds until it ends, under each address of theirs."""
    there = Block.objects.filter(resident=resident, lifted_at=None, until__gt=now)
    until = max((*there.values_list("until", flat=True), *filter(None, [kept_until(resident, now)])), default=None)
    if until is None:
        return
    for one in _hashes(resident, settings.SECRET_KEY):
        KeptBlock.objects.update_or_create(
            gemeente_id=resident.gemeente_id, address_hash=one, defaults={"until": until}
        )


def lift_kept(gemeente_id: int, address: str, now: datetime) -> bool:
    """Forget what is kept of a block for this address, and for the other address of an account that has it now."""
    known = Resident.objects.filter(gemeente_id=gemeente_id).filter(Q(email__iexact=address) | Q(phone=address))
    theirs = {address, *(one for pair in known.values_list("email", "phone") for one in pair if one)}
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    hashes = [_hash(gemeente_id, one, key) for one in theirs for key in keys]
    there = KeptBlock.objects.filter(gemeente_id=gemeente_id, address_hash__in=hashes, until__gt=now)
    return bool(there.delete()[0])


def any_kept(gemeente_id: int, now: datetime) -> bool:
    return KeptBlock.objects.filter(gemeente_id=gemeente_id, until__gt=now).exists()


def sweep_blocks(*, now: datetime) -> int:
    """Forget the addresses of blocks that are over; how many."""
    return KeptBlock.objects.filter(until__lte=now).delete()[0]


def _hashes(resident: Resident, key: str) -> list[str]:
    addresses = filter(None, (resident.email, resident.phone))
    return [_hash(resident.gemeente_id, one, key) for one in addresses]


def _hash(gemeente_id: int, address: str, key: str) -> str:
    return hash_of_address(f"{gemeente_id}:{address}", "blocks", key=key)
