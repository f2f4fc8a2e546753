"""Erasing an account while others write: nobody waits in a circle, and every count stays right."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import NotFound
from core.events.models import Stream, StreamEntry
from participation.initiatives.actions.commenting import comment
from participation.initiatives.actions.following import follow
from participation.initiatives.actions.offering import offer_help
from participation.initiatives.actions.stepping import take_step
from participation.initiatives.actions.supporting import support
from participation.initiatives.models import Comment, Follow, Initiative, Member, Offer, Support
from participation.residents.actions import erase_all
from participation.residents.models import Resident
from participation.routing.models import Responsibility
from tests.participation.initiatives.conftest import actor, initiative_categories, join, submitted
from tests.support.residents import resident
from tests.support.world import World


def gathering(world: World, starter: str) -> Initiative:
    made = submitted(resident(starter, name="Starter"))
    for step in ("accept", "gather"):
        take_step(slug=made.slug, name=step, actor=world.actor(world.dirk), now=timezone.now())
    return made


def busy(email: str, plans: list[Initiative]) -> Resident:
    """Somebody who comments on the first plan, helps carry the second, and supports, follows and helps the last."""
    first, second, last = plans
    who, now = resident(email, name="Zo maar"), timezone.now()
    comment(slug=first.slug, text="Goed idee", actor=actor(who), now=now)
    join(second, who)
    support(slug=last.slug, lives_here=True, actor=actor(who), now=now)
    follow(slug=last.slug, often="weekly", actor=actor(who), now=now)
    offer_help(slug=last.slug, kind="hours", text="Ik kom", actor=actor(who), now=now)
    return who


@pytest.mark.usefixtures("committed_world")
def test_many_who_erase_at_once_while_others_support_all_come_through(committed_world: World) -> None:
    initiative_categories(committed_world)
    Responsibility.objects.create(gemeente=committed_world.a, kind="initiative", team=committed_world.care)
    plans = [gathering(committed_world, f"starter{at}@example.nl") for at in range(3)]
    turns = [plans[at % 3 :] + plans[: at % 3] for at in range(3)] + [plans[::-1]]
    leaving = [busy(f"leaves{at}@example.nl", turns[at % 4]) for at in range(16)]
    coming = [resident(f"comes{at}@example.nl", name="Komt") for at in range(16)]

    def go(who: Resident) -> None:
        try:
            erase_all(resident_id=who.pk, now=timezone.now())
        finally:
            connection.close()

    def come(who: Resident) -> None:
        try:
            for plan in plans[:: 1 if who.pk % 2 else -1]:
                support(slug=plan.slug, lives_here=True, actor=actor(who), now=timezone.now())
                comment(slug=plan.slug, text="Ik ook", actor=actor(who), now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        waits = [
            pool.submit(deed, who)
            for pair in zip(leaving, coming, strict=True)
            for deed, who in zip((go, come), pair, strict=True)
        ]
        for one in waits:
            one.result()
    assert not Resident.objects.filter(email__startswith="leaves").exists()
    assert not Offer.objects.exists() and not Follow.objects.exists()
    for plan in Initiative.objects.all():
        assert plan.support_count == Support.objects.filter(initiative=plan).count() == 16
        assert plan.comment_count == Comment.objects.filter(initiative=plan, state=Comment.State.SHOWN).count() == 16
        assert plan.follower_count == 0
        assert Member.objects.filter(initiative=plan, left_at=None).count() == 1
    for stream in Stream.objects.all():
        numbers = StreamEntry.objects.filter(stream=stream).order_by("seq").values_list("seq", flat=True)
        assert list(numbers) == list(range(1, stream.head + 1)), stream.name


@pytest.mark.usefixtures("committed_world")
def test_who_supports_at_the_moment_they_erase_leaves_no_support_behind(committed_world: World) -> None:
    initiative_categories(committed_world)
    Responsibility.objects.create(gemeente=committed_world.a, kind="initiative", team=committed_world.care)
    plans = [gathering(committed_world, f"starter{at}@example.nl") for at in range(3)]
    people = [resident(f"both{at}@example.nl", name="Beide") for at in range(12)]

    def erase(who: Resident) -> str:
        try:
            erase_all(resident_id=who.pk, now=timezone.now())
            return "erased"
        finally:
            connection.close()

    def stand_behind(who: Resident) -> str:
        try:
            for plan in plans:
                support(slug=plan.slug, lives_here=True, actor=actor(who), now=timezone.now())
        except NotFound:
            return "gone"
        finally:
            connection.close()
        return "supported"

    with ThreadPoolExecutor(8) as pool:
        waits = [pool.submit(deed, who) for who in people for deed in (stand_behind, erase)]
        told = {one.result() for one in waits}
    assert "erased" in told
    assert not Resident.objects.filter(email__startswith="both").exists()
    for plan in Initiative.objects.all():
        assert plan.support_count == Support.objects.filter(initiative=plan).count() == 0
