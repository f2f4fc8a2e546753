"""What following owes: questions, digests and messages, each once. Tasks take ids and look at the rows first."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task

from cms.base.publishing import PUBLISHED
from cms.following import actions, letters, pushing
from cms.following.models import Device, Digest, Follower, Push, Wish
from core.events.models import Event
from core.notify.letters import send
from core.notify.mail import MailFailed, MailRefused
from core.notify.moments import is_paused, next_moment, period_of
from core.notify.push import Browser, PushGone, PushRefused, send_push
from core.work.worker import current_task

AT_ONCE = 200
"""Digests claimed in one go, each minute: what residents wait for is not kept waiting by them."""
AFTER_OTHERS = -10
"""Priority of a digest: other mail goes first."""
SETTLED = timedelta(minutes=2)
"""What is being published at this moment may not be seen yet, and is for the next digest."""
REFUSALS = 3
"""So often in a row an address may be refused; then it is erased."""
PUSH_KEPT = 12 * 3600
"""Seconds that the push service keeps a message for a device that is off."""


# --- the question -----------------------------------------------------------------------------


@task()
def mail_question(wish_id: int) -> str:
    """Ask the owner of an address whether they want this; says what it did."""
    if not actions.claim_question(wish_id=wish_id, task=current_task(), now=timezone.now()):
        return "asked already, or no longer wanted"
    wish = Wish.objects.get(pk=wish_id)
    send(letters.question(wish))
    return "sent"


# --- digests ----------------------------------------------------------------------------------


def anybody_due(now: datetime) -> bool:
    return Follower.objects.filter(next_at__lte=now).exists()


@task()
def owe_digests() -> int:
    """Claim what is due now; see `claim_digests`."""
    return claim_digests(now=timezone.now())


def claim_digests(*, now: datetime) -> int:
    """Enqueue every digest that is due, each once whatever the number of workers; answers how many."""
    due = Follower.objects.filter(next_at__lte=now).order_by("next_at", "pk").values_list("pk", flat=True)
    return sum(_claim(pk, now) for pk in list(due[:AT_ONCE]))


def _claim(follower_id: int, now: datetime) -> bool:
    """Of workers at once one finds the follower due; and the period takes only one digest."""
    with transaction.atomic():
        follower = Follower.objects.select_for_update().filter(pk=follower_id, next_at__lte=now).first()
        if follower is None:
            return False
        pause = (follower.pause_from, follower.pause_until)
        follower.next_at = next_moment(follower.frequency, now, spread=actions.spread_of(follower), pause=pause)
        follower.save(update_fields=["next_at"])
        if is_paused(timezone.localdate(now), *pause):
            return False
        try:
            with transaction.atomic():
                owed = Digest.objects.create(
                    follower=follower, period=period_of(follower.frequency, now), created_at=now
                )
        except IntegrityError:
            return False
        mail_digest.using(priority=AFTER_OTHERS).enqueue(owed.pk)
        return True


@task()
def mail_digest(digest_id: int) -> str:
    """Send one digest, unless there is nothing new; says what it did."""
    return send_digest(digest_id, now=timezone.now())


def send_digest(digest_id: int, *, now: datetime) -> str:
    """One that a dead worker was handing over is not sent again: what was in it is told in the next."""
    owed = Digest.objects.select_related("follower").filter(pk=digest_id, state=Digest.State.OWED).first()
    if owed is None:
        return "taken already, or stopped"
    follower, until = owed.follower, now - SETTLED
    later = follower.digests.filter(pk__gt=owed.pk).exists()
    if later or is_paused(timezone.localdate(now), follower.pause_from, follower.pause_until):
        _ended(owed, Digest.State.SKIPPED)
        return "skipped"
    letter = letters.digest(follower, until=until)
    if letter is None:
        _ended(owed, Digest.State.EMPTY, told_until=until)
        return "nothing new"
    if not Digest.objects.filter(pk=owed.pk, state=Digest.State.OWED).update(state=Digest.State.SENDING):
        return "taken already, or stopped"
    try:
        send(letter, key=f"following-{owed.pk}")
    except MailFailed:
        Digest.objects.filter(pk=owed.pk).update(state=Digest.State.OWED)
        raise
    except MailRefused:
        return _refused(owed)
    _ended(owed, Digest.State.SENT, told_until=until, refusals=0)
    return "sent"


def _ended(owed: Digest, state: Digest.State, **told: object) -> None:
    with transaction.atomic():
        Digest.objects.filter(pk=owed.pk).update(state=state)
        if told:
            Follower.objects.filter(pk=owed.follower_id).update(**told)


def _refused(owed: Digest) -> str:
    """Once may be the mail server's mistake; an address that never takes anything is of nobody."""
    with transaction.atomic():
        follower = Follower.objects.select_for_update().filter(pk=owed.follower_id).first()
        if follower is None:
            return "stopped"
        if follower.refusals + 1 >= REFUSALS:
            actions.erase(follower)
            return "refused too often: erased"
        follower.refusals += 1
        follower.save(update_fields=["refusals"])
        _ended(owed, Digest.State.REFUSED)
    return "refused"


# --- messages on devices ----------------------------------------------------------------------


def owe_pushes_of(event: Event) -> None:
    """In the transaction that publishes a page, when any device listens at all."""
    if event.type == PUBLISHED and Device.objects.exists():
        owe_pushes.enqueue(event.payload["page"])


@task()
def owe_pushes(page_id: int) -> int:
    """A task for each device that is to be told, when it may be; answers how many."""
    with transaction.atomic():
        owed = pushing.owe(page_id=page_id, now=timezone.now())
        for device_id, due in owed:
            tell_device.using(run_after=due).enqueue(device_id)
    return len(owed)


@task()
def tell_device(device_id: int) -> int:
    """Everything that waits for this device, in one message; answers how many pages."""
    ids, later = pushing.claim(device_id=device_id, now=timezone.now())
    if ids:
        push_to_device.enqueue(device_id, ids)
    elif later is not None:
        tell_device.using(run_after=later).enqueue(device_id)
    return len(ids)


@task()
def push_to_device(device_id: int, push_ids: list[int]) -> str:
    """One message to one browser; says what it did. Tried again while the push service is away."""
    device = Device.objects.filter(pk=device_id).first()
    pushes = list(Push.objects.filter(pk__in=push_ids, device_id=device_id))
    if device is None or not pushes:
        return "no longer listens"
    message = pushing.message_of(device, pushes)
    if message is None:
        return "no longer to be read"
    browser = Browser(device.endpoint, device.key, device.secret)
    try:
        send_push(browser, message, topic=f"wijk-{pushes[-1].pk}", kept_for=PUSH_KEPT)
    except PushGone:
        device.delete()
        return "gone"
    except PushRefused:
        return "refused"
    return "sent"


# --- housekeeping -----------------------------------------------------------------------------


@task()
def sweep_following() -> int:
    """Every hour: see `actions.sweep`."""
    now = timezone.now()
    pushing.sweep(now=now)
    return actions.sweep(now=now)
