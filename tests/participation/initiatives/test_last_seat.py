"""A group stays at ten, however many come in at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import Conflict
from participation.initiatives.actions import accept_invitation, invite
from participation.initiatives.tokens import token_of
from participation.residents.models import Resident
from tests.participation.initiatives.conftest import actor, group_of
from tests.support.residents import resident


@pytest.mark.usefixtures("committed_world")
def test_twenty_who_take_the_last_seat_at_once_make_ten() -> None:
    made, people = group_of(9)
    invited = invite(slug=made.slug, email="", language="nl", actor=actor(people[0]), now=timezone.now())
    token = token_of(invited.seed, "invitation")
    crowd = [resident(f"crowd{at}@example.nl", name=f"Crowd {at}") for at in range(20)]

    def take_part(who: Resident) -> str:
        try:
            accept_invitation(token=token, name=who.name, actor=actor(who), now=timezone.now())
        except Conflict as refusal:
            return refusal.code
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(take_part, crowd))
    assert sorted(answers) == ["full"] * 19 + ["in"]
    assert made.members.filter(left_at=None).count() == 10
