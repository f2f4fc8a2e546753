"""A ballot at a desk: with a letter, the voter's own phone, or a professional who saw them; and for somebody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from core.events.models import Event
from core.work.worker import run_due_tasks
from participation.polls.actions.counting import count_ballots
from participation.polls.models import Ballot, Poll, RollEntry, Standing
from participation.polls.queries.batches import entered_of
from participation.polls.states import Level
from tests.participation.polls.conftest import ballot_of, open_poll, send, visitor
from tests.participation.polls.letters import codes_of, make
from tests.support.residents import signed_in
from tests.support.world import HOST_A, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def desk(poll: Poll) -> str:
    return f"/werk/peilingen/{poll.slug}/stembus/"


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())
    assert found is not None, page.content.decode()[:3000]
    return found[1]


def filled(poll: Poll, at: int = 0) -> dict[str, str]:
    return {f"q{pk}": str(choice) for pk, choice in ballot_of(poll, at=at).items()}


def cast(browser: Client, poll: Poll, page: Any, **more: str) -> Any:
    """Fill in the ballot on this page."""
    held = {name: hidden(page, name) for name in ("pass", "token")}
    return browser.post(desk(poll), {"deed": "cast", **held, **filled(poll), **more})


def receipt_on(page: Any) -> str:
    found = re.search(r"data-receipt>([0-9A-Z-]{23})<", page.content.decode())
    assert found is not None, page.content.decode()[:3000]
    return found[1]


def test_with_a_letter_somebody_votes_at_the_desk_and_not_again_at_home(world: World) -> None:
    poll = open_poll(world, level=Level.LETTER, at_desk=True)
    codes = codes_of(world, make(world, poll))
    browser = world.client(world.bram)  # of another team
    ballot = browser.post(desk(poll), {"deed": "letter", "code": codes[1]})
    assert ballot.status_code == 200
    done = cast(browser, poll, ballot)
    assert done.status_code == 200
    receipt = receipt_on(done)
    assert receipt not in str(done.wsgi_request.get_full_path())
    entry, box = RollEntry.objects.get(), Ballot.objects.get()
    assert (entry.entered, box.entered, box.receipt) == ("desk", "desk", receipt)

    again = cast(browser, poll, ballot)
    assert receipt_on(again) == receipt, "sent twice, or reloaded: the same ballot"
    assert Ballot.objects.count() == 1
    assert send(visitor(), poll, code=codes[1]).status_code == 409
    second = browser.post(desk(poll), {"deed": "letter", "code": codes[1]})
    assert cast(browser, poll, second).status_code == 409
    assert RollEntry.objects.count() == 1


def test_nothing_of_a_ballot_at_a_desk_is_recorded_and_it_cannot_be_changed(world: World) -> None:
    poll = open_poll(world, level=Level.LETTER, at_desk=True)
    codes = codes_of(world, make(world, poll))
    browser, before = world.client(world.bram), Event.objects.count()
    receipt = receipt_on(cast(browser, poll, browser.post(desk(poll), {"deed": "letter", "code": codes[1]})))
    assert Event.objects.count() == before
    answer = visitor().put(
        f"/api/v1/polls/{poll.slug}/ballots",
        {"receipt": receipt, "choices": ballot_of(poll, at=1)},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "unchangeable")


def test_for_somebody_else_it_takes_their_letter_and_consent_and_is_counted_openly(world: World) -> None:
    closed = open_poll(world, level=Level.LETTER, at_desk=True)
    browser = world.client(world.dirk)
    code = codes_of(world, make(world, closed))[1]
    refused = browser.post(desk(closed), {"deed": "letter", "code": code, "whose": "another", "consent": "1"})
    assert refused.status_code == 409

    poll = open_poll(world, level=Level.LETTER, at_desk=True, proxies=True)
    code = codes_of(world, make(world, poll))[1]
    other = {"deed": "letter", "code": code, "whose": "another"}
    assert browser.post(desk(poll), other).status_code == 400
    ballot = browser.post(desk(poll), other | {"consent": "1"})
    receipt_on(cast(browser, poll, ballot))
    count_ballots(poll.pk, now=poll.changed_at)
    assert entered_of(poll) == {"self": 0, "desk": 0, "proxy": 1}
    assert Standing.objects.get(poll=poll).entered == 1


def test_with_their_own_mail_the_voter_is_the_same_at_the_desk_as_at_home(world: World) -> None:
    poll = open_poll(world, level=Level.CONFIRMED, at_desk=True)
    browser = world.client(world.bram)
    asked = browser.post(desk(poll), {"deed": "send", "address": "Opa+stem@example.nl"})
    assert asked.status_code == 200
    run_due_tasks()
    digits = re.search(r"\b\d{6}\b", str(mail.outbox[-1].subject))
    assert digits is not None
    address = hidden(asked, "address")
    wrong = browser.post(desk(poll), {"deed": "address", "address": address, "code": "000000"})
    assert (wrong.status_code, hidden(wrong, "address")) == (403, address)
    ballot = browser.post(desk(poll), {"deed": "address", "address": address, "code": digits[0]})
    receipt_on(cast(browser, poll, ballot))

    at_home = visitor()
    at_home.post(f"/api/v1/polls/{poll.slug}/_code", {"address": "opa@example.nl"}, content_type="application/json")
    run_due_tasks()
    code = re.search(r"\b\d{6}\b", str(mail.outbox[-1].subject))
    assert code is not None
    proved = at_home.post(
        f"/api/v1/polls/{poll.slug}/_prove",
        {"address": "opa@example.nl", "code": code[0]},
        content_type="application/json",
    )
    assert proved.status_code == 201
    assert send(at_home, poll, **{"pass": proved.json()["pass"]}).status_code == 409
    assert RollEntry.objects.count() == 1


def test_an_account_votes_once_at_a_desk_or_at_home(world: World) -> None:
    poll = open_poll(world, level=Level.RESIDENT, at_desk=True)
    at_home = Client(headers={"host": HOST_A})
    signed_in(at_home, "ayse@example.nl")
    browser = world.client(world.bram)

    def at_desk(address: str) -> Any:
        asked = browser.post(desk(poll), {"deed": "send", "address": address})
        run_due_tasks()
        digits = re.search(r"\b\d{6}\b", str(mail.outbox[-1].subject))
        assert digits is not None
        given = {"deed": "address", "address": hidden(asked, "address"), "code": digits[0]}
        return browser.post(desk(poll), given)

    assert at_desk("nobody@example.nl").status_code == 409
    receipt_on(cast(browser, poll, at_desk("ayse@example.nl")))
    assert send(at_home, poll).status_code == 409


def test_a_professional_vouches_for_one_ballot_and_says_that_they_saw_them(world: World) -> None:
    poll = open_poll(world, level=Level.CONFIRMED, at_desk=True)
    browser = world.client(world.bram)
    assert browser.post(desk(poll), {"deed": "vouch"}).status_code == 400
    ballot = browser.post(desk(poll), {"deed": "vouch", "seen": "1"})
    receipt_on(cast(browser, poll, ballot))
    held = {"pass": hidden(ballot, "pass"), "token": "0b0e7a3e-1111-4b8e-9d83-000000000000"}
    second = browser.post(desk(poll), {"deed": "cast", **held, **filled(poll, 1)})
    assert second.status_code == 409, "a pass is one voter"
    assert Ballot.objects.count() == 1


def test_a_pass_works_only_in_the_hands_it_was_given_to_and_in_its_own_poll(world: World) -> None:
    poll, other = (open_poll(world, level=Level.CONFIRMED, at_desk=True) for _n in range(2))
    ballot = world.client(world.bram).post(desk(poll), {"deed": "vouch", "seen": "1"})
    for browser, at in ((world.client(world.carla), poll), (world.client(world.bram), other)):
        held = {"pass": hidden(ballot, "pass"), "token": hidden(ballot, "token")}
        assert browser.post(desk(at), {"deed": "cast", **held, **filled(at)}).status_code == 409
    assert not Ballot.objects.exists()


def test_with_letters_nobody_vouches(world: World) -> None:
    poll = open_poll(world, level=Level.LETTER, at_desk=True)
    browser = world.client(world.dirk)
    for given in ({"deed": "vouch", "seen": "1"}, {"deed": "send", "address": "a@example.nl"}):
        assert browser.post(desk(poll), given).status_code == 409
    assert b'value="vouch"' not in browser.get(desk(poll)).content


def test_what_is_missing_is_said_at_its_question_and_the_voter_stays(world: World) -> None:
    poll = open_poll(world, level=Level.DEVICE, at_desk=True, declared=True)
    browser = world.client(world.bram)
    ballot = browser.post(desk(poll), {"deed": "vouch", "seen": "1"})
    assert cast(browser, poll, ballot).status_code == 400, "nobody said that the poll is for them"
    question = poll.questions.get()
    empty = cast(browser, poll, ballot, declared="1", **{f"q{question.pk}": ""})
    assert empty.status_code == 400
    assert f'id="id_q{question.pk}_error"'.encode() in empty.content
    assert hidden(empty, "pass") == hidden(ballot, "pass")
    receipt_on(cast(browser, poll, empty, declared="1"))


def test_who_may_enter_ballots(world: World) -> None:
    poll = open_poll(world, level=Level.DEVICE, at_desk=True)
    not_there = open_poll(world, level=Level.DEVICE)
    assert world.client(world.bram).get(desk(poll)).status_code == 200
    assert world.client(world.zoe).get(desk(poll)).status_code == 404
    assert visitor().get(desk(poll)).status_code == 302
    assert world.client(world.bram).get(desk(not_there)).status_code == 404
    assert world.client(world.dirk).get(desk(not_there)).status_code == 409
