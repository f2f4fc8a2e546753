"""Who may not write here for a while: refused at every deed a block covers, also after they erased their account.

Of an erased account only a keyed hash of its addresses is kept, and only while the block lasts: else whoever is
blocked signs in anew a minute later.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
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


def sweep_blocks(*, now: datetime) -> int:
    """Forget the addresses of blocks that are over; how many."""
    return KeptBlock.objects.filter(until__lte=now).delete()[0]


def _hashes(resident: Resident, key: str) -> list[str]:
    addresses = filter(None, (resident.email, resident.phone))
    return [hash_of_address(f"{resident.gemeente_id}:{one}", "blocks", key=key) for one in addresses]
