"""Showing with the code of a letter that one lives in the area."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.api.throttles import waiting_times
from core.errors import FieldError, Invalid, TooMany
from participation.initiatives.models import Initiative, SupportCode
from participation.initiatives.tokens import hashes_of_code
from participation.residents.letter_codes import is_whole, tidy

LOCKED_FOR = 3600
"""Seconds that an address or account from which codes were guessed can use none, right ones neither."""


def prove_letter(initiative: Initiative, *, code: str, network: str, actor: Actor) -> SupportCode:
    """The letter with this code, which nobody supports with; `initiative` is held.

    Codes that are whole and not there are guesses: they are counted per line and per account, and stopped. While one
    of those is locked a right code is refused as well, so that a guess is never known to be right.
    """
    if not code.strip():
        raise Invalid(FieldError("code", "required", _("Fill in the code from your letter.")))
    guessers = [_label(initiative, f"line|{network}"), _label(initiative, f"resident|{actor.resident_id}")]
    locks = [f"support-lock:{one}" for one in guessers]
    if cache.get_many(locks):
        raise TooMany(LOCKED_FOR)
    typed = tidy(code)
    wrong = Invalid(FieldError("code", "wrong", _("This code is not right. Look at the letter and type it again.")))
    if not is_whole(typed):  # a slip of the pen, found without looking
        raise wrong
    here = SupportCode.objects.filter(batch__initiative=initiative)
    found = here.select_related("support").filter(hash__in=hashes_of_code(typed)).first()
    if found is None:
        if any(wait is not None for wait in waiting_times([("support-guess", one) for one in guessers])):
            cache.set_many(dict.fromkeys(locks, True), LOCKED_FOR)
            raise TooMany(LOCKED_FOR)
        raise wrong
    if found.voided_at is not None:
        raise Invalid(FieldError("code", "voided", _("This code was replaced by a new one. Use the newest letter.")))
    if hasattr(found, "support"):
        raise Invalid(FieldError("code", "used", _("Somebody supports with this code already. It counts once.")))
    return found


def _label(initiative: Initiative, who: str) -> str:
    """An address is personal data and stays out of cache keys."""
    return salted_hmac("participation.initiatives.guess", f"{initiative.pk}|{who}", algorithm="sha256").hexdigest()[:32]
