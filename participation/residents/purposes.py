"""What the codes of this room are for, in the words of the mail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from participation.residents.codes import ERASE, NEW_ADDRESS, SIGN_IN, register_purpose


def connect_purposes() -> None:
    register_purpose(SIGN_IN, subject=_("%(digits)s is your code to sign in"), says=_("With this code you sign in:"))
    register_purpose(
        NEW_ADDRESS,
        subject=_("%(digits)s is your code for this address"),
        says=_("With this code you say that this address is yours:"),
    )
    register_purpose(
        ERASE,
        subject=_("%(digits)s is your code to erase everything"),
        says=_("With this code you erase everything we hold about you. That cannot be undone:"),
    )
