"""What support and following owe. Tasks take ids and look at the rows first."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from core.notify.letters import send
from core.notify.mail import MailFailed, MailRefused
from participation.initiatives.actions import following
from participation.initiatives.letters.supporting import digest_letter, enough_letter, members_to_mail
from participation.initiatives.models import Digest, Follow, Initiative

AT_ONCE = 300
"""Residents whose digest is claimed in one go, each minute."""
AFTER_OTHERS = -10
"""Priority of a digest: other mail goes first."""
SETTLED = timedelta(minutes=2)
"""What is being written at this moment may not be seen yet, and is for the next."""


@task()
def tell_enough(initiative_id: int, event_id: int) -> int:
    """The group hears that there is enough support, each in a task of their own; how many."""
    initiative = Initiative.objects.filter(pk=initiative_id).first()
    members = members_to_mail(initiative) if initiative is not None else []
    for member_id in members:
        mail_enough.enqueue(member_id, event_id)
    return len(members)


@task()
def mail_enough(member_id: int, event_id: int) -> str:
    return send(enough_letter(member_id), key=f"enough-{event_id}-{member_id}")


def anybody_due(now: datetime) -> bool:
    return Follow.objects.filter(next_at__lte=now).exists()


@task()
def owe_digests() -> int:
    """Claim what is due now; see `claim_digests`."""
    return claim_digests(now=timezone.now())


def claim_digests(*, now: datetime) -> int:
    """Enqueue every digest that is due; answers how many."""
    due = Follow.objects.filter(next_at__lte=now).order_by("resident_id").values_list("resident_id", flat=True)
    owed = 0
    for resident_id in list(due.distinct()[:AT_ONCE]):
        with transaction.atomic():
            digest = following.claim_digest(resident_id=resident_id, now=now)
            if digest is not None:
                mail_digest.using(priority=AFTER_OTHERS).enqueue(digest.pk)
                owed += 1
    return owed


@task()
def mail_digest(digest_id: int) -> str:
    """Send one digest, unless there is nothing new; says what it did."""
    return send_digest(digest_id, now=timezone.now())


def send_digest(digest_id: int, *, now: datetime) -> str:
    """One that a dead worker was handing over is not sent again: what was in it is told in the next."""
    known = Digest.objects.select_related("resident").filter(pk=digest_id, state=Digest.State.OWED)
    digest = known.first()
    if digest is None:
        return "taken already, or stopped"
    until = now - SETTLED
    letter = digest_letter(digest, until=until)
    if letter is None:
        following.end_digest(digest, Digest.State.EMPTY, told_until=until)
        return "nothing new"
    if not Digest.objects.filter(pk=digest.pk, state=Digest.State.OWED).update(state=Digest.State.SENDING):
        return "taken already, or stopped"
    try:
        send(letter, key=f"initiatives-{digest.pk}")
    except MailFailed:
        Digest.objects.filter(pk=digest.pk).update(state=Digest.State.OWED)
        raise
    except MailRefused:
        following.end_digest(digest, Digest.State.REFUSED)
        return "refused"
    following.end_digest(digest, Digest.State.SENT, told_until=until)
    return "sent"


@task()
def sweep_digests() -> int:
    return following.sweep_digests(now=timezone.now())
