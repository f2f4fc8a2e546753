"""Wanting to hear what is done with a poll: an address that proves to be theirs, one mail, and then it is erased.

Nobody has to vote for it, so an address here says nothing of that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, Invalid, NotFound
from core.rows import insert
from participation.polls.models import Listener, Poll
from participation.polls.states import Act, allows
from participation.polls.tasks import telling
from participation.polls.tokens import hash_of, new_seed, token_of

UNCONFIRMED_FOR = timedelta(days=3)
AGAIN_AFTER = timedelta(minutes=10)
"""So long after a mail no other one goes to the same address for the same poll."""


@transaction.atomic
def ask_outcome(*, poll: Poll, email: str, language: str, now: datetime) -> None:
    """Owe this address a mail with which it confirms. The answer is the same whether it was there already or not."""
    email = email.strip()
    try:
        if len(email) > 254:
            raise ValidationError("")
        validate_email(email)
    except ValidationError:
        raise Invalid(FieldError("email", "invalid", _("Look at your e-mail address: it is not right yet."))) from None
    if not allows(poll.stage, Act.ASK_OUTCOME):
        raise Conflict(_("The answer to this poll is there already, or it will not come."))
    email = email.lower()
    seed = new_seed()
    row = Listener(
        poll=poll, email=email, language=language, seed=seed, token_hash=hash_of(token_of(seed)), asked_at=now
    )
    if insert(row, unique=("poll", "email")):
        telling.owe_confirmation(row)
        return
    there = Listener.objects.select_for_update().filter(poll=poll, email=email).first()
    if there is not None and there.confirmed_at is None and there.asked_at <= now - AGAIN_AFTER:
        there.asked_at = now
        there.save(update_fields=["asked_at"])
        telling.owe_confirmation(there)


def listener_of(token: str) -> Listener:
    """Whose link this is; `NotFound` for none."""
    found = Listener.objects.select_related("poll").filter(token_hash=hash_of(token)).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def confirm(*, token: str, now: datetime) -> Poll:
    """The address is theirs."""
    found = Listener.objects.select_for_update(of=("self",)).filter(token_hash=hash_of(token)).first()
    if found is None:
        raise NotFound
    if found.confirmed_at is None:
        found.confirmed_at = now
        found.save(update_fields=["confirmed_at"])
    return found.poll


@transaction.atomic
def stop_listening(*, token: str) -> Poll:
    """They want no mail; the address is erased."""
    found = listener_of(token)
    poll = found.poll
    found.delete()
    return poll


def forget_unconfirmed(*, now: datetime) -> int:
    """Erase addresses that did not confirm in time; how many."""
    return Listener.objects.filter(confirmed_at=None, asked_at__lt=now - UNCONFIRMED_FOR).delete()[0]
