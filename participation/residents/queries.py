"""Finding residents, and everything that is held about one."""

from __future__ import annotations

from typing import Any

from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from participation.residents.holdings import Holding, holdings
from participation.residents.models import Resident, SignIn


def with_address(address: str, gemeente_id: int) -> Resident | None:
    """Whose e-mail address or mobile number (E.164) this is."""
    there = Resident.objects.filter(gemeente_id=gemeente_id)
    if "@" not in address:
        return there.filter(phone=address).first()
    return there.alias(small=Lower("email")).filter(small=Lower(Value(address))).first()  # by the index


def devices_of(resident: Resident, *, here: int) -> list[SignIn]:
    """Where they are signed in: this device (`here`) first, then the last seen."""
    found = resident.sign_ins.order_by("-seen_at", "-pk")
    return sorted(found, key=lambda one: one.pk != here)


def account_of(resident: Resident) -> dict[str, Any]:
    """What this room holds itself."""
    return {
        "name": resident.name,
        "email": resident.email,
        "phone": resident.phone,
        "language": resident.language,
        "createdAt": resident.created_at,
        "devices": [
            {"device": one.device, "since": one.created_at, "seenAt": one.seen_at}
            for one in resident.sign_ins.order_by("pk")
        ],
    }


WORDS = {
    "name": _("Name"),
    "email": _("E-mail address"),
    "phone": _("Mobile number"),
    "language": _("Language"),
    "createdAt": _("Since"),
    "devices": _("Devices"),
    "device": _("Device"),
    "since": _("Signed in since"),
    "seenAt": _("Last seen"),
}


def everything_about(resident: Resident) -> dict[str, dict[str, Any]]:
    """By the key of who holds it; JSON-ready."""
    told = {"account": account_of(resident)}
    return told | {key: found for key, one in holdings.items() if (found := one.export(resident))}


def holders() -> dict[str, Holding]:
    """Who holds something of residents, this room first."""
    own = Holding(
        key="account", label=_("Your account"), export=account_of, erase=lambda _resident, _now: (), words=WORDS
    )
    return {"account": own, **holdings}
