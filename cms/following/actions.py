"""Every write of following by e-mail: asking, saying yes, changing, stopping."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.following.models import Digest, FollowedWijk, Follower, Wish
from cms.following.tokens import hash_of, new_seed, token_for, token_matching_for
from core.errors import NotFound
from core.notify.moments import day_around, next_moment

VALID = timedelta(hours=48)
"""What is not confirmed by then is erased."""
MAIL_AGAIN_AFTER = timedelta(days=1)
"""So often at most an address is asked whether it wants to follow, whoever asks."""
MOST_WIJKEN = 20
KEEP_DIGESTS = timedelta(days=100)
GONE = _("This link was used already, or it is too old.")


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody wants to hear, of which wijken, how often, in which language."""

    area_ids: Sequence[int]
    frequency: str
    topics: Sequence[str]
    language: str


def ask_to_follow(*, gemeente_id: int, email: str, choices: Choices, now: datetime) -> None:
    """Keep the wish and owe its question, the same for every address: an answer must not tell who follows.

    Whether a mail goes out is decided by the task (`claim_question`).
    """
    from cms.following.tasks import mail_question  # it sends what is here

    try:
        with transaction.atomic():
            there = Wish.objects.filter(gemeente_id=gemeente_id, email__iexact=email)
            wish = there.select_for_update().first()
            if wish is None:
                seed = new_seed()
                wish = Wish(gemeente_id=gemeente_id, email=email, seed=seed, token_hash=hash_of(token_for(seed, "yes")))
            wish.language, wish.frequency, wish.topics = choices.language, choices.frequency, list(choices.topics)
            wish.area_ids, wish.asked_at = list(choices.area_ids)[:MOST_WIJKEN], now
            wish.save()
            mail_question.enqueue(wish.pk)
    except IntegrityError:
        pass  # asked twice at the same moment: one question is enough


def claim_question(*, wish_id: int, task: str, now: datetime) -> bool:
    """Whether this task may mail the question: one in a day, and its own again when the first try failed."""
    due = Q(mailed_at=None) | Q(mailed_at__lte=now - MAIL_AGAIN_AFTER)
    claimed = Wish.objects.filter(due, pk=wish_id).update(mailed_at=now, mailed_by=task)
    return bool(claimed) or Wish.objects.filter(pk=wish_id, mailed_by=task).exists()


def wish_of(token: str, *, gemeente_id: int, now: datetime) -> Wish:
    """What this link says yes to. `NotFound` for a wrong, used or old one."""
    wish = Wish.objects.filter(_valid(now), token_hash=hash_of(token), gemeente_id=gemeente_id).first()
    if wish is None:
        raise NotFound(GONE)
    return wish


@transaction.atomic
def confirm(*, token: str, gemeente_id: int, now: datetime) -> str:
    """The owner of the address says yes; returns the token to manage it with.

    Who follows already gets the wijken on top, and the rest as it was asked now.
    """
    asked = Wish.objects.filter(_valid(now), token_hash=hash_of(token), gemeente_id=gemeente_id)
    wish = asked.select_for_update().first()
    if wish is None:
        raise NotFound(GONE)
    follower = Follower.objects.select_for_update().filter(gemeente_id=gemeente_id, email__iexact=wish.email).first()
    if follower is None:
        seed = new_seed()
        follower = Follower(
            gemeente_id=gemeente_id,
            email=wish.email,
            seed=seed,
            manage_hash=hash_of(token_for(seed, "manage")),
            stop_hash=hash_of(token_for(seed, "stop")),
            confirmed_at=now,
            told_until=now,
        )
    follower.frequency, follower.topics, follower.language = wish.frequency, wish.topics, wish.language
    follower.refusals = 0
    _plan(follower, now)
    follower.save()
    _follow(follower, wish.area_ids, keep=True)
    wish.delete()
    return tokens_of(follower)[0]


def follower_of(token: str, *, gemeente_id: int) -> Follower:
    """Whom this private link belongs to; `NotFound` for a wrong one."""
    follower = Follower.objects.filter(manage_hash=hash_of(token), gemeente_id=gemeente_id).first() if token else None
    if follower is None:
        raise NotFound(GONE)
    return follower


def tokens_of(follower: Follower) -> tuple[str, str]:
    """To manage it, and to stop. New ones when the secret key was changed and the old one is gone."""
    manage = token_matching_for(follower.seed, "manage", follower.manage_hash)
    stop = token_matching_for(follower.seed, "stop", follower.stop_hash)
    if manage is None or stop is None:
        manage, stop = token_for(follower.seed, "manage"), token_for(follower.seed, "stop")
        follower.manage_hash, follower.stop_hash = hash_of(manage), hash_of(stop)
        follower.save(update_fields=["manage_hash", "stop_hash"])
    return manage, stop


@transaction.atomic
def change(
    *, token: str, gemeente_id: int, choices: Choices, pause: tuple[date | None, date | None], now: datetime
) -> None:
    """Everything but the address. `NotFound` for a wrong token."""
    follower = Follower.objects.select_for_update().filter(manage_hash=hash_of(token), gemeente_id=gemeente_id).first()
    if follower is None:
        raise NotFound(GONE)
    follower.frequency, follower.topics, follower.language = (
        choices.frequency,
        list(choices.topics),
        choices.language,
    )
    follower.pause_from, follower.pause_until = pause
    _plan(follower, now)
    follower.save()
    _follow(follower, choices.area_ids, keep=False)


@transaction.atomic
def stop(*, token: str) -> bool:
    """Erase whoever this link to stop, or to manage, belongs to; says whether there was anybody."""
    stored = hash_of(token)
    follower = Follower.objects.select_for_update().filter(Q(stop_hash=stored) | Q(manage_hash=stored)).first()
    if follower is None:
        return False
    erase(follower)
    return True


def erase(follower: Follower) -> None:
    """All we have of this address: the follower with its wijken and digests, and a wish that waits."""
    Wish.objects.filter(gemeente_id=follower.gemeente_id, email__iexact=follower.email).delete()
    follower.delete()


def sweep(*, now: datetime) -> int:
    """Forget wishes nobody confirmed, and digests of long ago."""
    gone, _each = Wish.objects.exclude(_valid(now)).delete()
    Digest.objects.filter(created_at__lt=now - KEEP_DIGESTS).delete()
    return gone


def _valid(now: datetime) -> Q:
    """Counts from the mail, or from the asking when none was sent."""
    oldest = now - VALID
    return Q(mailed_at__gt=oldest) | Q(mailed_at=None, asked_at__gt=oldest)


def _plan(follower: Follower, now: datetime) -> None:
    """When the next digest is due. Who got one today gets no other today, whatever they choose."""
    today, tomorrow = day_around(now)
    sent = (Digest.State.OWED, Digest.State.SENDING, Digest.State.SENT)
    told_today = Digest.objects.filter(follower_id=follower.pk, created_at__gte=today, state__in=sent).exists()
    follower.next_at = next_moment(
        follower.frequency,
        tomorrow if told_today else now,
        spread=spread_of(follower),
        pause=(follower.pause_from, follower.pause_until),
    )


def spread_of(follower: Follower) -> int:
    """A number that stays with this follower."""
    return int(follower.seed[:8], 16)


def _follow(follower: Follower, area_ids: Iterable[int], *, keep: bool) -> None:
    wanted = set(area_ids)
    has = set(FollowedWijk.objects.filter(follower=follower).values_list("area_id", flat=True))
    if not keep:
        FollowedWijk.objects.filter(follower=follower, area_id__in=has - wanted).delete()
        has &= wanted
    fresh = sorted(wanted - has)[: MOST_WIJKEN - len(has)]
    FollowedWijk.objects.bulk_create(
        [FollowedWijk(follower=follower, area_id=pk) for pk in fresh], ignore_conflicts=True
    )
