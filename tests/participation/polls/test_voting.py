"""Voting: once each, whole or not at all, sent again without harm."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from core.api.models import IdempotencyKey
from core.errors import Conflict
from core.events.models import Event
from core.work.worker import run_due_tasks
from participation.polls import totals
from participation.polls import voter as voters
from participation.polls.actions.counting import count_ballots, recount
from participation.polls.actions.stepping import close_in_time, take_step
from participation.polls.actions.voting import Proof, cast_ballot
from participation.polls.models import Ballot, Batch, Code, Poll, RollEntry, Standing, Words
from participation.polls.queries.definition import questions_of
from participation.polls.states import BallotForm, Entered, Kind, Level, Rule, Shows, Stage
from participation.residents import letter_codes
from tests.participation.polls.conftest import TREES, ballot_of, open_poll, send, visitor
from tests.support.residents import signed_in
from tests.support.world import HOST_B, World

pytestmark = pytest.mark.django_db

EVERYTHING: list[dict[str, Any]] = [
    TREES,
    {"kind": Kind.MULTIPLE, "title": "Wat hoort erbij?", "options": ["Bank", "Licht", "Fontein"], "most": 2},
    {
        "kind": Kind.RANKING,
        "title": "Wat is het belangrijkst?",
        "options": ["Groen", "Rust", "Spelen"],
        "rule": Rule.SCHULZE,
    },
    {"kind": Kind.SCALE, "title": "Hoe is het plein nu?", "low": "slecht", "high": "goed"},
    {"kind": Kind.YESNO, "title": "Komt u er vaak?", "options": [{"code": "yes"}, {"code": "no"}, {"code": "none"}]},
    {"kind": Kind.OPEN, "title": "Wat wilt u nog kwijt?", "required": False},
    {
        "kind": Kind.BUDGET,
        "title": "Waar gaat het geld heen?",
        "cents": 1000_00,
        "form": BallotForm.KNAPSACK,
        "rule": Rule.SHARES,
        "options": [{"label": "Bank", "cents": 600_00}, {"label": "Boom", "cents": 500_00}],
    },
]


def letter(poll: Poll, number: int = 1) -> str:
    """A code of a letter of this poll, as it is printed."""
    batch, _made = Batch.objects.get_or_create(poll=poll, name="Haven", defaults={"created_at": timezone.now()})
    code = letter_codes.new_code()
    Code.objects.create(batch=batch, number=number, hash=voters.code_hash(code))
    return letter_codes.printed(code)


def test_a_ballot_with_every_kind_of_question_is_kept_whole(world: World) -> None:
    poll = open_poll(world, questions=EVERYTHING)
    answer = send(visitor(), poll)
    assert answer.status_code == 201, answer.json()
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}", answer.json()["receipt"])
    ballot = Ballot.objects.get()
    words = ballot_of(poll)
    opened = str(poll.questions.get(kind=Kind.OPEN).pk)
    assert ballot.choices == {name: value for name, value in words.items() if name != opened}
    assert Words.objects.get().text == words[opened]
    assert RollEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (Kind.SINGLE, None, "required"),
        (Kind.SINGLE, -1, "unknown"),
        (Kind.SINGLE, True, "unknown"),
        (Kind.SINGLE, [1], "unknown"),
        (Kind.MULTIPLE, "all", "unknown"),
        (Kind.MULTIPLE, "three", "too-many"),
        (Kind.MULTIPLE, "twice", "twice"),
        (Kind.RANKING, "twice", "twice"),
        (Kind.SCALE, 0, "unknown"),
        (Kind.SCALE, 6, "unknown"),
        (Kind.SCALE, 2.5, "unknown"),
        (Kind.OPEN, "x" * 2001, "too-long"),
        (Kind.OPEN, 3, "unknown"),
        (Kind.BUDGET, "all", "over-budget"),
        (Kind.BUDGET, {"1": 2}, "unknown"),
    ],
)
def test_what_is_not_a_whole_ballot_is_refused_at_its_question_and_leaves_nothing(
    world: World, kind: str, value: Any, code: str
) -> None:
    poll = open_poll(world, questions=EVERYTHING)
    question = poll.questions.get(kind=kind)
    ids = [one.pk for one in question.options.all()]
    made = {"all": ids, "three": ids, "twice": ids[:1] * 2}
    if value == "all" and kind == Kind.MULTIPLE:
        made["all"] = [*ids[:1], ids[0] + 10**6]
    choices = ballot_of(poll) | {str(question.pk): made.get(str(value), value)}
    if value is None:
        del choices[str(question.pk)]
    answer = send(visitor(), poll, choices)
    assert answer.status_code == 400
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(f"choices.{question.pk}", code)]
    assert not Ballot.objects.exists()
    assert not RollEntry.objects.exists()
    assert not Words.objects.exists()


def test_a_question_that_is_not_in_the_poll_is_refused(world: World) -> None:
    poll = open_poll(world)
    answer = send(visitor(), poll, ballot_of(poll) | {"99999999": 1})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown")


def test_a_question_that_depends_on_another_is_only_asked_of_who_chose_that(world: World) -> None:
    poll = open_poll(world, questions=[TREES, {"kind": Kind.SCALE, "title": "Hoe graag?"}])
    first, second = poll.questions.all()
    oak = first.options.get(label="Eik")
    second.if_question, second.if_options = first, [oak.pk]
    second.save()
    poll.version += 1
    poll.save()
    lime = first.options.get(label="Linde").pk
    assert send(visitor(), poll, {str(first.pk): lime, str(second.pk): 3}).status_code == 201
    assert Ballot.objects.get().choices == {str(first.pk): lime}
    assert send(visitor(), poll, {str(first.pk): oak.pk}).status_code == 400
    assert send(visitor(), poll, {str(first.pk): oak.pk, str(second.pk): 3}).status_code == 201


def test_one_device_votes_once_and_another_browser_votes_too(world: World) -> None:
    poll, browser = open_poll(world), visitor()
    assert send(browser, poll).status_code == 201
    again = send(browser, poll)
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "already-voted")
    assert send(visitor(), poll).status_code == 201
    assert (Ballot.objects.count(), RollEntry.objects.count()) == (2, 2)


def test_a_ballot_sent_again_is_the_same_ballot_with_the_same_receipt(world: World) -> None:
    poll, key = open_poll(world), uuid4()
    first = send(visitor(), poll, key=key)
    again = send(visitor(), poll, key=key)  # the answer with the cookie was lost
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    other = send(visitor(), poll, ballot_of(poll, at=1), key=key)
    assert (other.status_code, other.json()["type"].rpartition(":")[2]) == (409, "idempotency-key-reused")
    assert Ballot.objects.count() == 1
    assert not IdempotencyKey.objects.exists()


def test_a_code_by_mail_gives_one_vote_to_one_mailbox(world: World) -> None:
    poll, browser = open_poll(world, level=Level.CONFIRMED), visitor()

    def prove(address: str) -> Any:
        asked = browser.post(f"/api/v1/polls/{poll.slug}/_code", {"address": address}, content_type="application/json")
        assert asked.status_code == 202, asked.json()
        run_due_tasks()
        [digits] = re.findall(r"\b\d{6}\b", mail.outbox[-1].subject)
        return browser.post(
            f"/api/v1/polls/{poll.slug}/_prove", {"address": address, "code": digits}, content_type="application/json"
        )

    missing = send(browser, poll)
    assert (missing.status_code, missing.json()["errors"][0]["field"]) == (400, "pass")
    given = prove("Ayse@example.nl").json()["pass"]
    assert send(browser, poll, **{"pass": given}).status_code == 201
    for address in ("ayse@example.nl", "ayse+twee@example.nl"):
        again = send(browser, poll, **{"pass": prove(address).json()["pass"]})
        assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "already-voted")
    assert send(browser, poll, **{"pass": prove("bo@example.nl").json()["pass"]}).status_code == 201
    other = open_poll(world, level=Level.CONFIRMED)
    assert send(browser, other, **{"pass": given}).status_code == 400  # a pass is of one poll
    assert send(browser, poll, **{"pass": given[:-2]}).status_code == 400


def test_a_letter_gives_one_vote_however_it_is_typed_and_none_in_another_poll(world: World) -> None:
    poll, other = open_poll(world, level=Level.LETTER), open_poll(world, level=Level.LETTER)
    code = letter(poll)
    assert send(visitor(), other, code=code).status_code == 400
    assert send(visitor(), poll, code=f" {code.lower().replace('-', ' ')} ").status_code == 201
    again = send(visitor(), poll, code=code)
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "already-voted")
    slip = code[:-1] + ("2" if code[-1] != "2" else "3")
    assert send(visitor(), poll, code=slip).json()["errors"][0]["code"] == "wrong"
    Code.objects.update(voided_at=timezone.now())
    assert send(visitor(), poll, code=code).json()["errors"][0]["code"] == "voided"


def test_a_letter_replaced_between_proof_and_ballot_works_no_more(world: World) -> None:
    poll = open_poll(world, level=Level.LETTER)
    proved = visitor().post(
        f"/api/v1/polls/{poll.slug}/_prove", {"code": letter(poll)}, content_type="application/json"
    )
    Code.objects.update(voided_at=timezone.now())
    assert send(visitor(), poll, **{"pass": proved.json()["pass"]}).json()["errors"][0]["code"] == "voided"
    assert not RollEntry.objects.exists()


def test_a_resident_votes_once_on_whatever_device(world: World) -> None:
    poll, phone, laptop = open_poll(world, level=Level.RESIDENT), visitor(), visitor()
    assert send(phone, poll).status_code in {401, 403}
    for browser in (phone, laptop):
        signed_in(browser, "ayse@example.nl")
    assert send(phone, poll).status_code == 201
    assert send(laptop, poll).json()["type"].rpartition(":")[2] == "already-voted"


def test_a_new_account_or_another_address_gives_no_second_vote(world: World) -> None:
    poll, browser = open_poll(world, level=Level.RESIDENT), visitor()
    anna = signed_in(browser, "anna@example.nl")
    assert send(browser, poll).status_code == 201
    anna.email = "nieuw@example.nl"  # as changing it on the account page does
    anna.save()
    assert send(browser, poll).status_code == 409
    anna.delete()
    again = visitor()
    signed_in(again, "Anna+2@example.nl")
    assert send(again, poll).status_code == 409
    assert RollEntry.objects.count() == 1


def test_a_resident_of_another_municipality_does_not_vote_here(world: World) -> None:
    poll, browser = open_poll(world, level=Level.RESIDENT), visitor()
    signed_in(browser, "zus@example.nl").__class__.objects.update(gemeente=world.b)
    assert send(browser, poll).status_code in {401, 403}
    assert not RollEntry.objects.exists()


@pytest.mark.parametrize("address", ['"jan"@example.nl', r'"j\an"@example.nl', "jan@[192.0.2.1]"])
def test_an_address_that_can_be_spelled_in_many_ways_gets_no_code(world: World, address: str) -> None:
    poll = open_poll(world, level=Level.CONFIRMED)
    path = f"/api/v1/polls/{poll.slug}/_code"
    answer = visitor().post(path, {"address": address}, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "address")


def test_two_spellings_of_a_host_are_one_mailbox() -> None:
    assert voters.address("s", "jan@müller.nl") == voters.address("s", "Jan+a@xn--mller-kva.nl")
    assert voters.address("s", "jan@example.nl") != voters.address("s", "jan@example.com")
    assert voters.address("s", "+31612345678") != voters.address("s", "+31612345679")


def test_a_pass_ends_when_the_poll_asks_for_something_else(world: World) -> None:
    poll, dirk = open_poll(world, level=Level.LETTER), world.actor(world.dirk)
    path = f"/api/v1/polls/{poll.slug}/_prove"
    given = visitor().post(path, {"code": letter(poll)}, content_type="application/json").json()["pass"]
    take_step(slug=poll.slug, name="back", actor=dirk, now=timezone.now())
    assert visitor().get(f"/api/v1/polls/{poll.slug}").status_code == 404  # what is being written is nobody's to read
    Poll.objects.update(level=Level.CONFIRMED)
    take_step(slug=poll.slug, name="open", actor=dirk, now=timezone.now())
    answer = send(visitor(), poll, **{"pass": given})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "pass")


def test_with_the_receipt_a_ballot_is_changed_and_the_totals_follow(world: World) -> None:
    poll, browser = open_poll(world), visitor()
    receipt = send(browser, poll).json()["receipt"]
    send(visitor(), poll)
    count_ballots(poll.pk, now=timezone.now())
    change = {"receipt": receipt.lower(), "choices": ballot_of(poll, at=2)}
    path = f"/api/v1/polls/{poll.slug}/ballots"
    changed = browser.put(path, change, content_type="application/json")
    assert (changed.status_code, changed.json()) == (200, {"receipt": receipt})
    count_ballots(poll.pk, now=timezone.now())
    assert (Ballot.objects.count(), RollEntry.objects.count()) == (2, 2)
    assert Standing.objects.get(poll=poll).totals == recount(poll)
    assert Ballot.objects.get(receipt=receipt).choices == ballot_of(poll, at=2)
    unknown = browser.put(path, change | {"receipt": "AAAAA-AAAAA-AAAAA-AAAAA"}, content_type="application/json")
    assert unknown.status_code == 404
    Poll.objects.update(may_change=False)
    assert (
        browser.put(path, change, content_type="application/json").json()["type"].rpartition(":")[2] == "unchangeable"
    )


def test_words_change_along_with_the_ballot_and_are_linked_to_nothing(world: World) -> None:
    poll, browser = open_poll(world, questions=EVERYTHING), visitor()
    receipt = send(browser, poll).json()["receipt"]
    change = {"receipt": receipt, "choices": ballot_of(poll, at=1)}
    browser.put(f"/api/v1/polls/{poll.slug}/ballots", change, content_type="application/json")
    assert [one.text for one in Words.objects.all()] == ["Woorden 1"]
    assert receipt not in str(Words.objects.values_list())


@pytest.mark.parametrize("when", ["before", "after", "stopped", "elsewhere"])
def test_a_poll_takes_ballots_only_while_it_is_open_and_here(world: World, when: str) -> None:
    poll, browser = open_poll(world), visitor()
    if when == "before":
        Poll.objects.update(stage=Stage.READY, salt="")
    if when == "after":  # its time is over, and nobody has closed it yet
        Poll.objects.update(
            opens_at=timezone.now() - timedelta(days=9), closes_at=timezone.now() - timedelta(seconds=1)
        )
    if when == "stopped":
        take_step(slug=poll.slug, name="stop", reason="Te vroeg", actor=world.actor(world.dirk), now=timezone.now())
    if when == "elsewhere":
        browser.defaults["HTTP_HOST"] = HOST_B
    answer = send(browser, poll)
    assert answer.status_code == (404 if when == "elsewhere" else 409)
    assert not Ballot.objects.exists()


def test_a_ballot_costs_few_statements(world: World, django_assert_max_num_queries: Any) -> None:
    poll, browser = open_poll(world), visitor()
    choices = ballot_of(poll)
    send(visitor(), poll, choices)
    with django_assert_max_num_queries(6):  # the page's poll; savepoints of the test; held, roll, box
        assert send(browser, poll, choices).status_code == 201


def test_that_ballots_came_is_told_without_what_they_say(world: World) -> None:
    poll = open_poll(world)
    for at in range(3):
        send(visitor(), poll, ballot_of(poll, at=at))
    assert not Event.objects.filter(type="poll.ballots").exists()
    assert count_ballots(poll.pk, now=timezone.now()) == 3
    assert count_ballots(poll.pk, now=timezone.now()) == 0
    event = Event.objects.get(type="poll.ballots")
    assert (event.payload, event.subject) == ({}, f"poll/{poll.slug}")


@pytest.mark.parametrize(("shows", "told"), [(Shows.LIVE, [False, True]), (Shows.CLOSED, [False, False])])
def test_everybody_hears_of_ballots_only_when_the_totals_they_see_moved(
    world: World, shows: int, told: list[bool]
) -> None:
    poll, public = open_poll(world, shows=shows), []
    for many in (1, 4):
        for _ in range(many):
            send(visitor(), poll)
        count_ballots(poll.pk, now=timezone.now())
        event = Event.objects.filter(type="poll.ballots").latest("pk")
        public.append(event.entries.filter(stream__name=f"poll:{poll.slug}").exists())
        assert event.entries.filter(stream__name__startswith="team:").exists()
    assert public == told


def test_a_ballot_from_a_desk_is_like_the_others_when_the_poll_is_over(world: World) -> None:
    poll = open_poll(world)
    proof = Proof(voter="x" * 43, entered=Entered.DESK)
    cast_ballot(
        slug=poll.slug, gemeente_id=None, choices=ballot_of(poll), proof=proof, token=uuid4(), now=timezone.now()
    )
    send(visitor(), poll)
    close_in_time(poll.pk, now=timezone.now() + timedelta(days=15))
    assert set(Ballot.objects.values_list("entered", "origin")) == {("self", "")}
    assert set(RollEntry.objects.values_list("entered", "also")) == {("self", "")}
    assert Standing.objects.get().entered == 1
    assert set(poll.turnout.values_list("entered", "count")) == {("desk", 1), ("self", 1)}


def test_totals_that_went_wrong_are_counted_again_at_closing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    poll = open_poll(world)
    send(visitor(), poll)
    count_ballots(poll.pk, now=timezone.now())
    Standing.objects.update(totals={})
    close_in_time(poll.pk, now=timezone.now() + timedelta(days=15))
    assert Standing.objects.get().totals == recount(poll) != {}
    assert "counted again" in caplog.text


def test_what_others_see_moves_by_five(world: World) -> None:
    poll = open_poll(world)
    for many, shown in ((4, 0), (1, 5), (4, 5), (1, 10)):
        for _ in range(many):
            send(visitor(), poll)
        count_ballots(poll.pk, now=timezone.now())
        standing = Standing.objects.get(poll=poll)
        assert standing.shown_ballots == shown
        assert (standing.shown == standing.totals) == (standing.ballots == shown)


def test_closing_counts_everything_takes_the_key_and_promises_the_answer(world: World) -> None:
    poll = open_poll(world, questions=EVERYTHING)
    for at in range(7):
        send(visitor(), poll, ballot_of(poll, at=at % 2))
    later = timezone.now() + timedelta(days=15)
    assert close_in_time(poll.pk, now=later)
    assert not close_in_time(poll.pk, now=later)
    poll.refresh_from_db()
    standing = Standing.objects.get(poll=poll)
    assert (poll.stage, poll.salt, poll.sealed_at) == (Stage.CLOSED, "", later)
    assert (standing.ballots, standing.shown_ballots) == (7, 7)
    assert standing.totals == standing.shown == recount(poll)
    assert Ballot.objects.filter(counted=True, origin="").count() == RollEntry.objects.count() == 7
    assert poll.turnout.get().count == 7
    poll.case.refresh_from_db()
    assert poll.case.resolve_by is not None
    assert poll.case.resolve_by.date() == poll.answer_by
    assert send(visitor(), poll).json()["type"].rpartition(":")[2] == "not-open"


def test_of_a_stopped_poll_no_ballot_is_kept(world: World) -> None:
    poll = open_poll(world, questions=EVERYTHING)
    send(visitor(), poll)
    take_step(slug=poll.slug, name="stop", reason="Fout in vraag", actor=world.actor(world.dirk), now=timezone.now())
    assert not Ballot.objects.exists()
    assert not RollEntry.objects.exists()
    assert not Words.objects.exists()
    assert Standing.objects.get(poll=poll).ballots == 1
    assert Poll.objects.get().salt == ""


def test_back_to_preparing_only_while_nobody_has_voted(world: World) -> None:
    poll, dirk = open_poll(world), world.actor(world.dirk)
    take_step(slug=poll.slug, name="back", actor=dirk, now=timezone.now())
    take_step(slug=poll.slug, name="open", actor=dirk, now=timezone.now())
    send(visitor(), poll)
    with pytest.raises(Conflict):
        take_step(slug=poll.slug, name="back", actor=dirk, now=timezone.now())


def _at_once(jobs: list[Any]) -> list[Any]:
    """Run all at the same moment, each with a connection of its own; their answers."""
    start, answers = threading.Barrier(len(jobs)), []

    def run(job: Any) -> None:
        start.wait()
        try:
            answers.append(job())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_two_hundred_voters_who_each_send_two_ballots_at_once_are_two_hundred_ballots(committed_world: World) -> None:
    poll = open_poll(committed_world, level=Level.LETTER)
    codes = [letter(poll, number) for number in range(1, 201)]
    statuses: list[int] = []
    for begin in range(0, 200, 10):
        jobs = [
            lambda code=code, at=at: send(visitor(), poll, ballot_of(poll, at=at), code=code).status_code
            for code in codes[begin : begin + 10]
            for at in (0, 1)
        ]
        statuses += _at_once(jobs)
    assert sorted(statuses) == [201] * 200 + [409] * 200
    assert (Ballot.objects.count(), RollEntry.objects.count()) == (200, 200)
    count_ballots(poll.pk, now=timezone.now())
    assert Standing.objects.get(poll=poll).totals == recount(poll)


@pytest.mark.django_db(transaction=True)
def test_ballots_sent_while_the_poll_closes_are_in_the_outcome_or_refused(committed_world: World) -> None:
    poll = open_poll(committed_world)
    later = timezone.now() + timedelta(days=15)
    choices = ballot_of(poll)

    def close() -> int:
        close_in_time(poll.pk, now=later)
        return 0

    answers = _at_once([*[lambda: send(visitor(), poll, choices).status_code for _ in range(19)], close])
    taken = answers.count(201)
    assert taken + answers.count(409) == 19
    standing = Standing.objects.get(poll=poll)
    assert standing.ballots == taken == Ballot.objects.filter(counted=True).count() == RollEntry.objects.count()
    assert standing.totals == (recount(poll) if taken else standing.totals)
    assert totals.begin(questions_of(poll)).keys() == recount(poll).keys()
