"""The process dies in the middle of a ballot, after every statement there is: there is never half a ballot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.utils import timezone

from participation.polls.actions.counting import count_ballots, recount
from participation.polls.models import Ballot, RollEntry, Standing, Words
from participation.polls.states import Kind, Level
from tests.participation.polls.conftest import TREES, ballot_of, open_poll
from tests.support.live.servers import SharedDatabase
from tests.support.world import World

VOTERS = 50
VOTE = """
import json, os, signal
from uuid import UUID
from django.db import connection
from django.utils import timezone
from participation.polls.actions.voting import Proof, cast_ballot

slug, choices, deadly = json.loads({told!r})
connection.close()


def vote(number, after):
    statements = 0

    def dying(execute, sql, params, many, context):
        nonlocal statements
        answer = execute(sql, params, many, context)
        statements += 1
        if statements == after:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    with connection.execute_wrapper(dying):
        cast_ballot(slug=slug, gemeente_id=None, choices=choices, proof=Proof(voter=f"voter-{{number}}"),
                    token=UUID(int=number + 1), now=timezone.now())
    return statements


died = whole = 0
for number in range({voters}):
    child = os.fork()
    if child == 0:
        vote(number, 1 + number % 8 if deadly else 0)
        connection.close()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    died, whole = died + os.WIFSIGNALED(status), whole + (status == 0)
print(json.dumps([died, whole]))
"""


@pytest.mark.django_db(transaction=True)
def test_fifty_deaths_leave_no_half_ballot_and_who_died_votes_once(committed_world: World, tmp_path: Path) -> None:
    poll = open_poll(
        committed_world, level=Level.CONFIRMED, questions=[TREES, {"kind": Kind.OPEN, "title": "En waarom?"}]
    )
    database = SharedDatabase(tmp_path)

    def all_vote(*, deadly: bool) -> tuple[int, int]:
        told = json.dumps([poll.slug, ballot_of(poll), deadly])
        said = database.manage("shell", "-v0", "-c", VOTE.format(told=told, voters=VOTERS))
        died, whole = json.loads(said.splitlines()[-1])
        return died, whole

    died, whole = all_vote(deadly=True)
    assert died + whole == VOTERS
    assert died >= VOTERS // 2  # after each of the statements of a ballot
    assert Ballot.objects.count() == RollEntry.objects.count() == Words.objects.count()
    assert Ballot.objects.count() >= whole
    count_ballots(poll.pk, now=timezone.now())
    assert all_vote(deadly=False) == (0, VOTERS)  # sent again with the same number: the same ballot
    assert Ballot.objects.count() == RollEntry.objects.count() == Words.objects.count() == VOTERS
    assert set(RollEntry.objects.values_list("voter", flat=True)) == {f"voter-{at}" for at in range(VOTERS)}
    assert Ballot.objects.values("receipt").distinct().count() == VOTERS
    count_ballots(poll.pk, now=timezone.now())
    assert Standing.objects.get(poll=poll).totals == recount(poll)
