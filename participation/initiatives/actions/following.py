"""Hearing of an initiative, never more often than one chose."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import FieldError, Invalid, NotFound
from core.events.log import Happened
from core.notify.moments import Frequency, next_moment
from participation.initiatives.actions.saving import save
from participation.initiatives.models import Digest, Follow, Initiative
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.tokens import hash_of, new_seed, token_of
from participation.residents.models import Resident

KEEP_DIGESTS = timedelta(days=100)
"""So long the link in a mail that stops all of it works."""
STOP = "stop"


@transaction.atomic
def follow(*, slug: str, often: str, actor: Actor, now: datetime) -> Follow:
    """Follow it, or hear of it more or less often than before. It takes an e-mail address.

    Who hears less often hears from now on; what was told is not told again.
    """
    if often not in Frequency.values:
        raise Invalid(FieldError("often", "unknown", _("Choose how often you want to hear of it.")))
    initiative = get_initiative_for(actor, slug, Deed.FOLLOW, lock=True)
    resident = Resident.objects.filter(pk=actor.resident_id or 0).first()
    if resident is None:  # erased on another device, this very moment
        raise NotFound
    if not resident.email:
        raise Invalid(
            FieldError("often", "no-address", _("We send news by e-mail. Add an e-mail address to your account first."))
        )
    fields = {"often": often, "next_at": next_moment(often, now, spread=resident.pk)}
    found, new = Follow.objects.update_or_create(
        initiative=initiative,
        resident=resident,
        defaults=fields,
        create_defaults=fields | {"told_until": now, "created_at": now},
    )
    if new:
        save(initiative, {"follower_count": initiative.follower_count + 1}, now=now)
    return found


@transaction.atomic
def stop_following(*, slug: str, actor: Actor, now: datetime) -> bool:
    """Whatever stage it is in. Answers whether they followed it."""
    initiative = get_initiative_for(actor, slug, lock=True)
    return _end(initiative, actor.resident_id or 0, now=now)


@transaction.atomic
def stop_by_mail(*, token: str, now: datetime) -> int:
    """Stop all that one mail told of, with the link in it; how many. `NotFound` when the link is wrong or too old.

    The same link again stops nothing more, and is no mistake.
    """
    digest = Digest.objects.filter(stop_hash=hash_of(token)).first()
    if digest is None:
        raise NotFound(_("This link is too old. You find what you follow in your account."))
    ids = Follow.objects.filter(pk__in=digest.follow_ids, resident_id=digest.resident_id)
    initiatives = Initiative.objects.select_for_update(of=("self",)).filter(pk__in=ids.values("initiative_id"))
    return sum(_end(one, digest.resident_id, now=now) for one in initiatives.order_by("pk"))


def forget_follows(resident: Resident, now: datetime) -> list[Happened]:
    """In the transaction in which somebody erases their account, which holds the initiatives. Nobody is told."""
    following = Follow.objects.filter(resident=resident).values("initiative_id")
    for one in Initiative.objects.filter(pk__in=following).order_by("pk"):
        _end(one, resident.pk, now=now)
    return []


def _end(initiative: Initiative, resident_id: int, *, now: datetime) -> bool:
    gone = bool(Follow.objects.filter(initiative=initiative, resident_id=resident_id).delete()[0])
    if gone:
        save(initiative, {"follower_count": initiative.follower_count - 1}, now=now)
    return gone


# --- digests ----------------------------------------------------------------------------------


def claim_digest(*, resident_id: int, now: datetime) -> Digest | None:
    """What is due for this resident, as one mail that is owed from now on; each once whatever the number of workers.

    At most one a day: what is due besides waits for the next.
    """
    with transaction.atomic():
        # Before their rows, as everybody does who holds both: who erases their account this moment.
        if not Resident.objects.select_for_update(no_key=True).filter(pk=resident_id).exists():
            return None
        due = Follow.objects.select_for_update().filter(resident_id=resident_id, next_at__lte=now)
        follows = list(due.order_by("pk"))
        if not follows:
            return None
        for one in follows:
            one.next_at = next_moment(one.often, now, spread=resident_id)
        Follow.objects.bulk_update(follows, ["next_at"])
        seed = new_seed()
        try:
            with transaction.atomic():
                return Digest.objects.create(
                    resident_id=resident_id,
                    follow_ids=[one.pk for one in follows],
                    day=timezone.localdate(now),
                    seed=seed,
                    stop_hash=hash_of(token_of(seed, STOP)),
                    created_at=now,
                )
        except IntegrityError:
            return None


def end_digest(digest: Digest, state: str, *, told_until: datetime | None = None) -> None:
    """Sent, or nothing to send; what was looked at up to `told_until` is not looked at again."""
    with transaction.atomic():
        Digest.objects.filter(pk=digest.pk).update(state=state)
        if told_until is not None:
            Follow.objects.filter(pk__in=digest.follow_ids).update(told_until=told_until)


def sweep_digests(*, now: datetime) -> int:
    """Forget old ones."""
    return Digest.objects.filter(created_at__lt=now - KEEP_DIGESTS).delete()[0]
