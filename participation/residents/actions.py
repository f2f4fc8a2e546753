"""What residents change of their own account.

These record no events: nobody else follows an account, and an event outlives what is erased.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef
from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, Invalid, NotFound
from core.events.log import Happened, record
from participation.residents import codes
from participation.residents.access import hash_of, new_secret
from participation.residents.addresses import is_email
from participation.residents.holdings import held_first, holdings
from participation.residents.models import Resident, SignIn
from participation.residents.names import LONGEST, mistake_in_name
from participation.residents.queries import with_address
from participation.texts.cleaning import cleaned

MOST_DEVICES = 20
"""Of one resident; the one that was seen longest ago makes place."""
LONGEST_NAME = LONGEST
UNUSED_FOR = timedelta(days=365)
"""After so long an account goes that nobody is signed in to and of which nothing is held; told on `/mijn/`."""
SWEPT_AT_ONCE = 200
MOST_ERASING = 5
"""Times that erasing begins anew, because something of theirs came in at that very moment."""


@transaction.atomic
def sign_in(
    *, address: str, gemeente_id: int, language: str, device: str, now: datetime, instead_of: str = ""
) -> tuple[Resident, str]:
    """Who proved that this address is theirs is signed in; answers the secret for their cookie.

    Somebody new is made a resident. `instead_of`: the secret this browser had, which works no more.
    """
    resident = with_address(address, gemeente_id) or _made(address, gemeente_id, language, now)
    if resident.phone_refused and address == resident.phone:  # a code came there after all
        resident.phone_refused = False
        resident.save(update_fields=["phone_refused"])
    if instead_of:
        SignIn.objects.filter(token_hash=hash_of(instead_of)).delete()
    secret = new_secret()
    resident.sign_ins.create(token_hash=hash_of(secret), device=device[:80], created_at=now, seen_at=now)
    kept = list(resident.sign_ins.order_by("-seen_at", "-pk").values_list("pk", flat=True)[:MOST_DEVICES])
    resident.sign_ins.exclude(pk__in=kept).delete()
    return resident, secret


def _made(address: str, gemeente_id: int, language: str, now: datetime) -> Resident:
    field = "email" if is_email(address) else "phone"
    try:
        with transaction.atomic():
            return Resident.objects.create(
                gemeente_id=gemeente_id, language=language, created_at=now, **{field: address}
            )
    except IntegrityError:  # on two devices at the same moment
        made = with_address(address, gemeente_id)
        assert made is not None
        return made


def end_sign_in(*, resident_id: int, sign_in_id: int) -> None:
    """Sign one device of this resident out."""
    SignIn.objects.filter(pk=sign_in_id, resident_id=resident_id).delete()


def end_other_sign_ins(*, resident_id: int, here: int) -> int:
    """Sign this resident out everywhere else; on how many devices."""
    return SignIn.objects.filter(resident_id=resident_id).exclude(pk=here).delete()[0]


@transaction.atomic
def change(*, resident_id: int, name: str | None = None, language: str | None = None) -> Resident:
    """How they like to be called, and the language we write them in. Raises `Invalid` with every mistake."""
    resident = _locked(resident_id)
    found: list[FieldError] = []
    if name is not None:
        name = " ".join(cleaned(name).split())
        found += filter(None, [mistake_in_name(name)])
        resident.name = name
    if language is not None:
        if language not in dict(settings.LANGUAGES):
            found.append(
                FieldError("language", "unknown", _("We do not speak this language yet. Choose one from the list."))
            )
        resident.language = language
    if found:
        raise Invalid(*found)
    resident.save(update_fields=["name", "language"])
    return resident


def change_address(*, resident: Resident, address: str, code: str, now: datetime) -> Resident:
    """A new e-mail address or mobile number, proved by the code that was sent there; it takes the place of the old.

    Raises `NotAllowed` for a code that is not right, `Conflict` when another account has this address.
    """
    _redeem(codes.NEW_ADDRESS, resident, address, code, now)
    field = "email" if is_email(address) else "phone"
    try:
        with transaction.atomic():
            resident = _locked(resident.pk)
            setattr(resident, field, address)
            resident.phone_refused = resident.phone_refused and field != "phone"
            resident.save(update_fields=[field, "phone_refused"])
    except IntegrityError:
        raise Conflict(
            _("There is an account with this address already. Sign in with it, or erase that one first."),
            code="address-taken",
        ) from None
    return resident


@transaction.atomic
def drop_address(*, resident_id: int, address: str) -> Resident:
    """One of the two is kept no more. Raises `Conflict` for the last one: without any nobody could sign in."""
    resident = _locked(resident_id)
    if address not in (resident.email, resident.phone):
        raise NotFound
    if not (resident.email and resident.phone):
        raise Conflict(_("This is your only address. Give another one first."), code="last-address")
    if address == resident.email:
        resident.email = ""
    else:
        resident.phone = ""
    resident.save(update_fields=["email", "phone"])
    return resident


def erase(*, resident: Resident, code: str, now: datetime) -> None:
    """Everything of this resident, in every room; the code went to their own address. Cannot be undone.

    Raises `NotAllowed` for a code that is not right.
    """
    _redeem(codes.ERASE, resident, resident.email or resident.phone, code, now)
    erase_all(resident_id=resident.pk, now=now)


def erase_all(*, resident_id: int, now: datetime) -> None:
    """Of whom everything is erased, with nobody asked any more."""
    if not any(_erased(resident_id, now) for _time in range(MOST_ERASING)):
        raise Conflict(_("Something of yours changed at this moment. Try again."))


def sweep_unused(*, now: datetime) -> int:
    """Erase accounts that nobody used: made `UNUSED_FOR` ago, signed in to nowhere, and nothing held anywhere.

    Some of them at a time, in no order; how many.
    """
    there = Resident.objects.filter(created_at__lt=now - UNUSED_FOR, sign_ins=None)
    for field in Resident._meta.get_fields(include_hidden=True):  # whatever points at them, in any room
        if isinstance(field, ForeignObjectRel) and field.related_model is not SignIn:
            name = field.field.name
            there = there.filter(~Exists(field.related_model._base_manager.filter(**{name: OuterRef("pk")})))
    gone = 0
    for resident in there.order_by("?")[:SWEPT_AT_ONCE]:
        if not any(holding.export(resident) for holding in holdings.values()):
            erase_all(resident_id=resident.pk, now=now)
            gone += 1
    return gone


@transaction.atomic
def _erased(resident_id: int, now: datetime) -> bool:
    """False, with nothing done, when something of theirs came in that was not held.

    What others hold before a resident's row is held before it here too, and the streams last of all: so nobody waits
    in a circle. Behind the row, held for good, nothing that points at it comes in any more.
    """
    there = Resident.objects.filter(pk=resident_id).first()
    if there is None:
        raise NotFound
    held = [(rows, rows.of(there)) for rows in held_first]
    for rows, ids in held:
        rows.hold(ids)
    resident = Resident.objects.select_for_update().filter(pk=resident_id).first()
    if resident is None:
        raise NotFound
    if any(not rows.of(resident) <= ids for rows, ids in held):
        return False
    happened: list[Happened] = []
    for holding in holdings.values():
        happened += holding.erase(resident, now)
    for address in filter(None, (resident.email, resident.phone)):
        codes.forget(address, resident.gemeente_id)
    resident.delete()
    if happened:
        record(*happened)
    return True


def _redeem(purpose: str, resident: Resident, address: str, code: str, now: datetime) -> None:
    """In no transaction with what follows: a wrong guess counts, whatever comes of the rest."""
    gemeente_ids, about = [resident.gemeente_id], str(resident.pk)
    codes.redeem(purpose=purpose, address=address, code=code, gemeente_ids=gemeente_ids, about=about, now=now)


def _locked(resident_id: int) -> Resident:
    # Who comments or supports at this moment points at the row, and need not wait.
    resident = Resident.objects.select_for_update(no_key=True).filter(pk=resident_id).first()
    if resident is None:  # erased on another device, this very moment
        raise NotFound
    return resident
