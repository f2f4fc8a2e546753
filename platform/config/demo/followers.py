"""Residents who follow a wijk by e-mail, for the screens of editors. Their addresses lead nowhere."""

from __future__ import annotations

from datetime import datetime

from cms.following import actions
from cms.following.choices import Topic
from cms.following.models import Follower, Frequency, Wish
from cms.following.tokens import hash_of, new_seed, token_for
from config.demo import content
from core.areas.models import Area

FOLLOWERS = {"WK990101": 9, "WK990102": 14, "WK990103": 6, "WK990104": 5, "WK990201": 4}
"""How many by wijk."""
LANGUAGES = ("nl", "nl", "nl", "en", "ar")


def build(*, now: datetime) -> None:
    """They ask and say yes, where nobody follows yet. No mail goes out for it."""
    if Follower.objects.filter(gemeente__code__in=content.GEMEENTEN).exists():
        return
    for area in Area.objects.filter(code__in=FOLLOWERS).defer("geometry").order_by("code"):
        assert area.gemeente_id is not None
        for number in range(FOLLOWERS[area.code]):
            seed = new_seed()
            Wish.objects.create(
                gemeente_id=area.gemeente_id,
                email=f"bewoner{number}.{area.code.lower()}@example.org",
                language=LANGUAGES[number % len(LANGUAGES)],
                frequency=Frequency.MONTHLY if number % 3 else Frequency.WEEKLY,
                topics=[Topic.WINS, Topic.NEWS, Topic.AGENDA] if number % 2 else [*Topic],
                area_ids=[area.pk],
                seed=seed,
                token_hash=hash_of(token_for(seed, "yes")),
                asked_at=now,
            )
            actions.confirm(token=token_for(seed, "yes"), gemeente_id=area.gemeente_id, now=now)
