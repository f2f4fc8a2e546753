"""Ballots that two people set aside, with a reason, openly counted; and taken back by two."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.errors import Conflict, DomainError, Invalid, NotAllowed
from core.events.models import Event
from participation.organisations.models import Membership, Professional
from participation.polls import voter as voters
from participation.polls.actions import setting_aside
from participation.polls.actions.counting import count_ballots, recount
from participation.polls.actions.stepping import take_step
from participation.polls.models import Ballot, Poll, SetAside, Standing, Words
from participation.polls.queries.watching import aside_of, set_aside_of
from participation.polls.states import Kind, Level
from tests.participation.polls.conftest import TREES, ballot_of, open_poll, send, visitor
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few_stand_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("patterns", "queries.watching"):
        for name in ("LINE", "NETWORK"):
            monkeypatch.setattr(f"participation.polls.{place}.{name}", 2)


def votes(poll: Poll, many: int, address: str, *, at: int = 0) -> list[str]:
    """So many ballots over one line; their receipts."""
    found = []
    for _again in range(many):
        browser = visitor()
        browser.defaults["REMOTE_ADDR"] = address
        answer = send(browser, poll, ballot_of(poll, at=at))
        assert answer.status_code == 201, answer.json()
        found.append(answer.json()["receipt"])
    return found


def line_of(poll: Poll, receipt: str) -> str:
    return Ballot.objects.get(poll=poll, receipt=receipt).origin


def propose(world: World, poll: Poll, by: Professional, **what: str) -> SetAside:
    given = {"reason": "Brieven opgehaald in één portiek"} | what
    return setting_aside.propose(slug=poll.slug, actor=world.actor(by), now=timezone.now(), **given)


def decide(world: World, poll: Poll, row: SetAside, by: Professional, *, agreed: bool = True) -> SetAside:
    return setting_aside.decide(
        slug=poll.slug, aside_id=row.pk, agreed=agreed, actor=world.actor(by), now=timezone.now()
    )


def standing(poll: Poll) -> Standing:
    return Standing.objects.get(poll=poll)


def test_two_people_set_a_line_aside_and_the_totals_follow(world: World) -> None:
    poll = open_poll(world)
    crowd, rest = votes(poll, 8, "192.0.2.7"), votes(poll, 3, "198.51.100.9", at=1)
    count_ballots(poll.pk, now=timezone.now())
    with pytest.raises(Invalid):
        propose(world, poll, world.dirk, origin=line_of(poll, crowd[0]), reason=" ")
    row = propose(world, poll, world.dirk, origin=line_of(poll, crowd[0]))
    assert (row.count, standing(poll).ballots) == (8, 11), "nothing happens before somebody else agrees"
    with pytest.raises(NotAllowed):
        decide(world, poll, row, world.dirk)
    with pytest.raises(Conflict):
        propose(world, poll, world.carla, origin=line_of(poll, crowd[0]))
    decide(world, poll, row, world.carla)

    now = standing(poll)
    assert (now.ballots, now.aside) == (3, 8)
    assert now.totals == recount(poll)
    assert now.shown_ballots == 3
    question = poll.questions.get()
    oak = question.options.get(label="Eik").pk
    assert now.totals[str(question.pk)]["by"][str(oak)] == 3
    assert count_ballots(poll.pk, now=timezone.now()) == 0, "they do not come back by themselves"
    assert [(one.count, one.reason) for one in set_aside_of(poll)] == [(8, "Brieven opgehaald in één portiek")]
    event = Event.objects.filter(type="poll.aside").last()
    assert event is not None
    assert (event.audience, set(event.payload)) == (Event.Audience.TEAM, {"aside", "what", "by"})
    assert Ballot.objects.filter(aside=None).count() == len(rest)


def test_a_network_is_every_line_of_it(world: World) -> None:
    poll = open_poll(world)
    one, other = votes(poll, 2, "192.0.2.7"), votes(poll, 2, "192.0.2.200")
    votes(poll, 2, "198.51.100.9")
    assert line_of(poll, one[0]) != line_of(poll, other[0])
    assert propose(world, poll, world.dirk, origin=line_of(poll, one[0])[: voters.HALF]).count == 4
    for nonsense in ("%", "_", "abc", line_of(poll, one[0])[:8]):
        with pytest.raises(Conflict):
            propose(world, poll, world.dirk, origin=nonsense)


def test_only_what_stands_out_can_be_proposed_by_its_label(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    poll = open_poll(world)
    alone, crowd = votes(poll, 1, "198.51.100.9"), votes(poll, 2, "192.0.2.7")
    for origin in (line_of(poll, alone[0]), line_of(poll, alone[0])[: voters.HALF], ""):
        with pytest.raises(Conflict):
            propose(world, poll, world.dirk, origin=origin)
    assert propose(world, poll, world.dirk, origin=line_of(poll, crowd[0])).count == 2


def test_odd_signs_in_a_label_are_not_found(world: World) -> None:
    page = f"/werk/peilingen/{open_poll(world).slug}/toezicht/"
    for origin in ("\0", "aaaaa\0", "aaaaaa\0aaaaa", "é" * 6, "a" * 13, "aaaaaa\n"):
        answer = world.client(world.dirk).post(page, {"deed": "propose", "origin": origin, "reason": "x"})
        assert answer.status_code == 404
    assert world.client(world.dirk).post(page, {"deed": "propose", "origin": "a" * 6, "reason": "x"}).status_code == 409


def test_who_decides_sees_how_many_it_would_be_now_and_that_is_kept(world: World) -> None:
    poll = open_poll(world)
    origin = line_of(poll, votes(poll, 3, "192.0.2.7")[0])
    row = propose(world, poll, world.dirk, origin=origin)
    votes(poll, 2, "192.0.2.7")
    votes(poll, 1, "198.51.100.9")
    assert [one.count for one in aside_of(poll, world.carla.pk)] == [5]
    assert decide(world, poll, row, world.carla).count == 5
    votes(poll, 1, "192.0.2.7")
    assert [one.count for one in aside_of(poll, world.carla.pk)] == [5]


def test_one_ballot_by_its_receipt_does_not_show_what_it_was(world: World) -> None:
    poll = open_poll(world)
    receipts = votes(poll, 6, "192.0.2.7")
    count_ballots(poll.pk, now=timezone.now())
    assert standing(poll).shown_ballots == 6
    before = standing(poll).shown
    row = propose(world, poll, world.dirk, receipt=receipts[0].lower())
    decide(world, poll, row, world.carla)
    now = standing(poll)
    assert (now.ballots, now.shown_ballots, now.shown) == (5, 6, before)
    with pytest.raises(Invalid):
        propose(world, poll, world.dirk, receipt="AAAAA-AAAAA-AAAAA-AAAAA")
    with pytest.raises(Conflict):
        propose(world, poll, world.dirk, receipt=receipts[0])


def test_it_is_taken_back_by_two_and_counted_again(world: World) -> None:
    poll = open_poll(world)
    receipts = votes(poll, 7, "192.0.2.7")
    count_ballots(poll.pk, now=timezone.now())
    row = propose(world, poll, world.dirk, origin=line_of(poll, receipts[0]))
    decide(world, poll, row, world.carla)
    back = setting_aside.propose_undoing(
        slug=poll.slug, aside_id=row.pk, reason="Het was een flat", actor=world.actor(world.carla), now=timezone.now()
    )
    with pytest.raises(NotAllowed):
        decide(world, poll, back, world.carla)
    decide(world, poll, back, world.dirk)
    assert (standing(poll).ballots, standing(poll).aside) == (0, 0)
    assert count_ballots(poll.pk, now=timezone.now()) == 7
    assert standing(poll).totals == recount(poll)
    assert set_aside_of(poll) == []
    [shown] = aside_of(poll, world.dirk.pk)
    assert (shown.was_taken_back, shown.stands) == (True, False)
    with pytest.raises(Conflict):
        setting_aside.propose_undoing(
            slug=poll.slug, aside_id=row.pk, reason="Nog eens", actor=world.actor(world.carla), now=timezone.now()
        )


def test_who_does_not_agree_leaves_everything_as_it_was_and_one_may_withdraw_ones_own(world: World) -> None:
    poll = open_poll(world)
    receipts = votes(poll, 5, "192.0.2.7")
    count_ballots(poll.pk, now=timezone.now())
    first = propose(world, poll, world.dirk, origin=line_of(poll, receipts[0]))
    decide(world, poll, first, world.carla, agreed=False)
    second = propose(world, poll, world.dirk, origin=line_of(poll, receipts[0]))
    decide(world, poll, second, world.dirk, agreed=False)
    with pytest.raises(Conflict):
        decide(world, poll, second, world.carla)
    assert (standing(poll).ballots, standing(poll).aside, set_aside_of(poll)) == (5, 0, [])


def test_words_of_ballots_that_are_set_aside_are_gone(world: World) -> None:
    poll = open_poll(world, questions=[TREES, {"kind": Kind.OPEN, "title": "En verder?", "required": False}])
    receipts = votes(poll, 3, "192.0.2.7")
    votes(poll, 1, "198.51.100.9")
    assert Words.objects.count() == 4
    decide(world, poll, propose(world, poll, world.dirk, origin=line_of(poll, receipts[0])), world.carla)
    assert Words.objects.count() == 1


def test_ballots_that_were_set_aside_stay_so_when_it_closes_and_nobody_votes_again(world: World) -> None:
    poll = open_poll(world)
    votes(poll, 3, "198.51.100.9")
    browser = visitor()
    browser.defaults["REMOTE_ADDR"] = "192.0.2.7"
    receipt = send(browser, poll).json()["receipt"]
    decide(world, poll, propose(world, poll, world.dirk, receipt=receipt), world.carla)
    assert send(browser, poll).status_code == 409
    change = {"receipt": receipt, "choices": ballot_of(poll, at=1)}
    changed = browser.put(f"/api/v1/polls/{poll.slug}/ballots", change, content_type="application/json")
    assert changed.status_code == 409
    take_step(slug=poll.slug, name="close", actor=world.actor(world.dirk), now=timezone.now())
    assert (standing(poll).ballots, standing(poll).aside) == (3, 1)
    assert standing(poll).totals == recount(poll)
    poll.refresh_from_db()
    assert [one.count for one in set_aside_of(poll)] == [1]
    with pytest.raises(Conflict):
        propose(world, poll, world.dirk, receipt=receipt)


def test_the_database_wants_two_people(world: World) -> None:
    poll = open_poll(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        SetAside.objects.create(
            poll=poll,
            receipt="X",
            reason="x",
            proposed_by=world.dirk,
            proposed_at=timezone.now(),
            decided_by=world.dirk,
            decided_at=timezone.now(),
            agreed=True,
        )


def test_through_the_page_the_team_proposes_and_decides_and_others_find_nothing(world: World) -> None:
    poll = open_poll(world, level=Level.DEVICE, at_desk=True)
    receipts = votes(poll, 2, "192.0.2.7")
    page = f"/werk/peilingen/{poll.slug}/toezicht/"
    assert world.client(world.bram).get(page).status_code == 404
    dirk, carla = world.client(world.dirk), world.client(world.carla)
    given = {"deed": "propose", "receipt": receipts[0], "reason": ""}
    wrong = dirk.post(page, given)
    assert wrong.status_code == 400
    assert b'id="reason-receipt_error"' in wrong.content
    assert dirk.post(page, given | {"reason": "Op verzoek van de kiezer"}).status_code == 303
    row = SetAside.objects.get()
    decision = {"deed": "agree", "aside": row.pk}
    assert b'value="agree"' not in dirk.get(page).content
    assert dirk.post(page, decision).status_code == 403
    assert b'value="agree"' in carla.get(page).content
    assert carla.post(page, decision).status_code == 303
    assert carla.post(page, decision).status_code == 409
    assert dirk.post(page, {"deed": "undo", "undo": row.pk, "reason": "Toch niet"}).status_code == 303
    back = SetAside.objects.get(undoes=row)
    assert carla.post(page, {"deed": "agree", "aside": back.pk}).status_code == 303
    assert Ballot.objects.filter(aside=None).count() == 2
    assert receipts[0].encode() not in dirk.get(page).content


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once_and_voters_and_counting_go_on(committed_world: World) -> None:
    world = committed_world
    third = Membership.objects.create(professional=world.bram, team=world.care, role="member").professional
    poll = open_poll(world)
    receipts = votes(poll, 12, "192.0.2.7")
    count_ballots(poll.pk, now=timezone.now())
    row = propose(world, poll, world.dirk, origin=line_of(poll, receipts[0]))
    barrier, said = threading.Barrier(4), list[str]()

    def run(act: Any) -> None:
        try:
            barrier.wait(20)
            act()
            said.append("done")
        except DomainError as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    acts = [
        lambda: decide(world, poll, row, world.carla),
        lambda: decide(world, poll, row, third),
        lambda: [count_ballots(poll.pk, now=timezone.now()) for _n in range(4)],
        lambda: votes(poll, 4, "198.51.100.9"),
    ]
    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert sorted(said) == ["decided", "done", "done", "done"]
    count_ballots(poll.pk, now=timezone.now())
    now = standing(poll)
    assert (now.ballots, now.aside, Ballot.objects.count()) == (4, 12, 16)
    assert now.totals == recount(poll)
