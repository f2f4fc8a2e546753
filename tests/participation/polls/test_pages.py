"""Voting on the pages, without a script: at each level, in every kind of question, and nothing is lost on the way."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.work.worker import run_due_tasks
from participation.polls import voter as voters
from participation.polls.actions.stepping import close_in_time, take_step
from participation.polls.models import Ballot, Batch, Code, Poll, Question, RollEntry, Words
from participation.polls.states import BallotForm, Kind, Level, Rule
from participation.residents import letter_codes
from tests.participation.polls.conftest import TREES, open_poll, prepared, visitor
from tests.support.residents import signed_in
from tests.support.world import World

pytestmark = pytest.mark.django_db

FIELD = re.compile(r"<(input|textarea|select)\b([^>]*)>")
NAME, VALUE, KIND = re.compile(r'\bname="([^"]*)"'), re.compile(r'\bvalue="([^"]*)"'), re.compile(r'\btype="([^"]*)"')


def form_of(html: str) -> dict[str, list[str]]:
    """What the ballot on a page would send as it stands: hidden fields, what is ticked, what is typed."""
    [form] = re.findall(r"<form[^>]*data-vote.*?</form>", html, re.DOTALL)
    form = re.sub(r"<template.*?</template>", "", form, flags=re.DOTALL)
    found: dict[str, list[str]] = {}
    for tag, attributes in FIELD.findall(form):
        name = NAME.search(attributes)
        kind = KIND.search(attributes)
        if name is None or tag != "input":
            continue
        if kind and kind[1] in {"radio", "checkbox"} and "checked" not in attributes:
            continue
        value = VALUE.search(attributes)
        found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    return found


def post(client: Client, poll: Poll, before: Any, go: str = "vote", path: str = "", **typed: Any) -> Any:
    """Fill in the form that stands on the page `before`, and press a button."""
    said: dict[str, Any] = form_of(before.content.decode()) | {"go": go} | typed
    return client.post(f"/peilingen/{poll.slug}/{path}", said)


def address(poll: Poll) -> str:
    return f"/peilingen/{poll.slug}/"


def question(poll: Poll, kind: str = Kind.SINGLE) -> Question:
    return poll.questions.get(kind=kind)


def option(one: Question, label: str) -> str:
    return str(one.options.get(label=label).pk)


def receipt_on(answer: Any) -> str:
    found = re.search(r"data-receipt[^>]*>([^<]+)<", answer.content.decode())
    assert found, answer.content.decode()[:2000]
    return found[1]


def pick(poll: Poll, label: str = "Eik") -> dict[str, str]:
    one = question(poll)
    return {f"q{one.pk}": option(one, label)}


def code_in_mail() -> str:
    run_due_tasks()
    found = re.search(r"\b(\d{6})\b", f"{mail.outbox[-1].subject} {mail.outbox[-1].body}")
    assert found
    return found[1]


def letter(poll: Poll, number: int = 1) -> str:
    batch, _made = Batch.objects.get_or_create(poll=poll, name="Haven", defaults={"created_at": timezone.now()})
    code = letter_codes.new_code()
    Code.objects.create(batch=batch, number=number, hash=voters.code_hash(code))
    return letter_codes.printed(code)


def test_a_device_votes_in_one_go_and_gets_a_receipt(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood), visitor()
    page = client.get(address(poll))
    assert page.status_code == 200
    answer = post(client, poll, page, **pick(poll))
    assert answer.status_code == 200
    ballot = Ballot.objects.get(poll=poll)
    assert receipt_on(answer) == ballot.receipt
    assert ballot.choices == {str(question(poll).pk): int(pick(poll)[f"q{question(poll).pk}"])}
    assert ballot.receipt not in answer.request["QUERY_STRING"]


def test_reloading_the_answer_gives_the_same_receipt_and_no_second_vote(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood), visitor()
    page = client.get(address(poll))
    first, second = (post(client, poll, page, **pick(poll)) for _ in range(2))
    assert receipt_on(first) == receipt_on(second)
    assert Ballot.objects.filter(poll=poll).count() == 1


def test_a_second_vote_of_a_device_is_told_that_the_first_one_counts(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood), visitor()
    post(client, poll, client.get(address(poll)), **pick(poll))
    answer = post(client, poll, client.get(address(poll)), **pick(poll, "Es"))
    assert answer.status_code == 409
    assert b'data-refused="already-voted"' in answer.content
    assert Ballot.objects.filter(poll=poll).count() == 1


def test_a_question_without_an_answer_is_said_beside_it_and_the_rest_is_kept(neighbourhood: World) -> None:
    more = {"kind": Kind.OPEN, "title": "Waarom?"}
    poll, client = open_poll(neighbourhood, questions=[TREES, more]), visitor()
    why = question(poll, Kind.OPEN)
    answer = post(client, poll, client.get(address(poll)), **{f"q{why.pk}": "Schaduw & rust"})
    assert answer.status_code == 400
    html = answer.content.decode()
    assert f'id="id_q{question(poll).pk}_error"' in html
    assert f'href="#id_q{question(poll).pk}"' in html
    assert "Schaduw &amp; rust</textarea>" in html
    assert not Ballot.objects.exists()


EVERYTHING: list[dict[str, Any]] = [
    TREES,
    {"kind": Kind.MULTIPLE, "title": "Wat hoort erbij?", "options": ["Bank", "Licht", "Fontein"], "most": 2},
    {"kind": Kind.RANKING, "title": "Wat eerst?", "options": ["Groen", "Rust", "Spelen"], "rule": Rule.SCHULZE},
    {"kind": Kind.SCALE, "title": "Hoe is het plein nu?", "low": "slecht", "high": "goed"},
    {"kind": Kind.YESNO, "title": "Komt u er vaak?", "options": [{"code": "yes"}, {"code": "no"}, {"code": "none"}]},
    {"kind": Kind.OPEN, "title": "Wat wilt u nog kwijt?", "required": False},
    {
        "kind": Kind.BUDGET,
        "title": "Waar gaat het geld heen?",
        "cents": 1000_00,
        "form": BallotForm.POINTS,
        "points": 10,
        "rule": Rule.SHARES,
        "options": [{"label": "Hek", "cents": 600_00}, {"label": "Heg", "cents": 500_00}],
    },
]


def test_every_kind_of_question_is_answered_without_a_script(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood, questions=EVERYTHING), visitor()
    by_kind = {one.kind: one for one in poll.questions.all()}
    several, order, scale = by_kind[Kind.MULTIPLE], by_kind[Kind.RANKING], by_kind[Kind.SCALE]
    yes, words, money = by_kind[Kind.YESNO], by_kind[Kind.OPEN], by_kind[Kind.BUDGET]
    filled: dict[str, Any] = {
        **pick(poll),
        f"q{several.pk}": [option(several, "Licht"), option(several, "Bank")],
        f"q{order.pk}-{option(order, 'Rust')}": "1",
        f"q{order.pk}-{option(order, 'Groen')}": "2",
        f"q{scale.pk}": "4",
        f"q{yes.pk}": str(yes.options.get(code="none").pk),
        f"q{words.pk}": "Meer bankjes.",
        f"q{money.pk}-{option(money, 'Heg')}": "7",
    }
    answer = post(client, poll, client.get(address(poll)), **filled)
    assert receipt_on(answer)
    assert Ballot.objects.get(poll=poll).choices == {
        str(question(poll).pk): int(option(question(poll), "Eik")),
        str(several.pk): [int(option(several, "Bank")), int(option(several, "Licht"))],
        str(order.pk): [int(option(order, "Rust")), int(option(order, "Groen"))],
        str(scale.pk): 4,
        str(yes.pk): yes.options.get(code="none").pk,
        str(money.pk): {option(money, "Heg"): 7},
    }
    assert Words.objects.get(question=words).text == "Meer bankjes."


def test_two_options_with_the_same_place_are_refused_and_stay_as_filled_in(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood, questions=[EVERYTHING[2]]), visitor()
    order = question(poll, Kind.RANKING)
    names = [f"q{order.pk}-{option(order, label)}" for label in ("Rust", "Groen")]
    answer = post(client, poll, client.get(address(poll)), "vote", "", **dict.fromkeys(names, "1"))
    assert answer.status_code == 400
    assert answer.content.decode().count('<option value="1" selected>') == 2


def pages_with_a_condition(world: World, **fields: Any) -> Poll:
    poll = prepared(
        world,
        questions=[
            {"kind": Kind.YESNO, "title": "Komt u op het plein?", "options": [{"code": "yes"}, {"code": "no"}]},
            {"kind": Kind.OPEN, "title": "Wat doet u er?"},
            TREES | {"page": 2},
        ],
        **fields,
    )
    comes, what = poll.questions.get(kind=Kind.YESNO), poll.questions.get(kind=Kind.OPEN)
    what.if_question, what.if_options = comes, [comes.options.get(code="yes").pk]
    what.save()
    take_step(slug=poll.slug, name="open", actor=world.actor(world.dirk), now=timezone.now())
    return Poll.objects.get(pk=poll.pk)


def test_pages_are_walked_with_what_was_chosen_in_the_form_and_looked_over_at_the_end(neighbourhood: World) -> None:
    poll, client = pages_with_a_condition(neighbourhood), visitor()
    comes, what = question(poll, Kind.YESNO), question(poll, Kind.OPEN)
    page = client.get(address(poll))
    assert f'name="q{what.pk}"' not in re.sub(r"<template.*?</template>", "", page.content.decode(), flags=re.DOTALL)
    page = post(client, poll, page, "next", **{f"q{comes.pk}": str(comes.options.get(code="yes").pk)})
    assert f'<textarea id="text_q{what.pk}"' in page.content.decode()
    page = post(client, poll, page, "next", **{f"q{what.pk}": "Schaken"})
    page = post(client, poll, page, "next", **pick(poll))
    assert "Schaken" in page.content.decode()
    assert not Ballot.objects.exists()
    assert receipt_on(post(client, poll, page))
    assert Words.objects.get().text == "Schaken"


def test_what_is_not_asked_is_passed_over_and_going_back_keeps_everything(neighbourhood: World) -> None:
    poll, client = pages_with_a_condition(neighbourhood), visitor()
    comes = question(poll, Kind.YESNO)
    no = str(comes.options.get(code="no").pk)
    page = post(client, poll, client.get(address(poll)), "next", **{f"q{comes.pk}": no})
    assert f'name="q{question(poll).pk}"' in page.content.decode()
    page = post(client, poll, page, "back", **pick(poll))
    assert f'value="{no}" checked' in page.content.decode()
    page = post(client, poll, post(client, poll, page, "next"), "next")
    assert receipt_on(post(client, poll, page))
    assert set(Ballot.objects.get().choices) == {str(comes.pk), str(question(poll).pk)}


def test_options_stand_in_the_order_that_the_form_notes(neighbourhood: World) -> None:
    labels = [f"Optie {at}" for at in range(12)]
    poll = open_poll(neighbourhood, questions=[TREES | {"options": labels, "shuffled": True}])
    client = visitor()
    seen = set()
    for _ in range(6):
        seen.add(tuple(re.findall(r"Optie \d+", client.get(address(poll)).content.decode())))
    assert len(seen) > 1
    page = client.get(address(poll))
    [order] = form_of(page.content.decode())["order"]
    answer = post(client, poll, page, **{f"q{question(poll).pk}": "x"})
    assert re.findall(r"Optie \d+", answer.content.decode()) == re.findall(r"Optie \d+", page.content.decode())
    post(client, poll, page, **pick(poll, "Optie 3"))
    assert Ballot.objects.get().order == int(order)


def test_an_address_is_proved_by_a_code_and_the_choice_is_kept_when_it_is_wrong(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood, level=Level.CONFIRMED), visitor()
    page = client.get(address(poll))
    refused = post(client, poll, page, **pick(poll), address="niks")
    assert refused.status_code == 400 and b'id="id_address_error"' in refused.content
    asked = post(client, poll, refused, address="saar@example.nl")
    assert b"saar@example.nl" in asked.content
    wrong = post(client, poll, asked, code="000000")
    assert wrong.status_code == 400 and b'id="id_code_error"' in wrong.content
    assert form_of(wrong.content.decode())[f"q{question(poll).pk}"] == [pick(poll)[f"q{question(poll).pk}"]]
    answer = post(client, poll, wrong, code=code_in_mail())
    assert receipt_on(answer) == Ballot.objects.get().receipt
    kept = client.cookies["stempas"].value  # encrypted: neither the ballot's key nor a pass that can be read
    assert form_of(wrong.content.decode())["token"][0] not in kept and ":" not in kept
    again = post(client, poll, wrong, code="000000")  # reloaded: the code was used up, the vote is the same
    assert receipt_on(again) == receipt_on(answer)
    assert "saar" not in str(RollEntry.objects.values())


def test_the_code_can_be_sent_again_and_the_answers_can_be_changed_before_it_is_used(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood, level=Level.CONFIRMED), visitor()
    asked = post(client, poll, client.get(address(poll)), **pick(poll), address="saar@example.nl")
    asked = post(client, poll, asked, "again")
    assert asked.status_code == 200
    back = post(client, poll, asked, "back")
    assert f'value="{pick(poll)[f"q{question(poll).pk}"]}" checked' in back.content.decode()
    asked = post(client, poll, back, **pick(poll, "Linde"))
    assert receipt_on(post(client, poll, asked, code=code_in_mail()))
    assert Ballot.objects.get().choices == {str(question(poll).pk): int(option(question(poll), "Linde"))}


def test_a_letter_is_typed_in_any_way_and_a_slip_costs_nothing(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood, level=Level.LETTER), visitor()
    code = letter(poll)
    wrong = post(
        client, poll, client.get(address(poll)), **pick(poll), code=code[:-1] + ("0" if code[-1] != "0" else "1")
    )
    assert wrong.status_code == 400 and b'id="id_code_error"' in wrong.content
    assert receipt_on(post(client, poll, wrong, code=code.lower().replace("-", " ")))
    other = visitor()
    twice = post(other, poll, other.get(address(poll)), **pick(poll), code=code)
    assert twice.status_code == 409


def test_who_guesses_letters_is_locked_out_and_keeps_what_was_chosen(neighbourhood: World, settings: Any) -> None:
    settings.THROTTLES = {**settings.THROTTLES, "poll-guess": "2/hour"}
    poll, client = open_poll(neighbourhood, level=Level.LETTER), visitor()
    page = client.get(address(poll))
    for _ in range(4):
        made_up = letter_codes.printed(letter_codes.new_code())
        page = post(client, poll, page, **pick(poll), code=made_up)
    assert page.status_code == 429
    assert b'id="id_code_error"' in page.content
    assert f'value="{pick(poll)[f"q{question(poll).pk}"]}" checked' in page.content.decode()


def test_a_resident_signs_in_on_the_way_and_the_choice_comes_along(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood, level=Level.RESIDENT), visitor()
    asked = post(client, poll, client.get(address(poll)), **pick(poll), address="saar@example.nl")
    answer = post(client, poll, asked, code=code_in_mail())
    assert receipt_on(answer)
    assert "mijn" in client.cookies
    assert not client.session.keys()  # nothing of the choice was kept on this side
    twice = post(client, poll, client.get(address(poll)), **pick(poll))
    assert twice.status_code == 409


def test_somebody_who_is_signed_in_votes_at_once(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood, level=Level.RESIDENT)
    client = visitor()
    signed_in(client)
    assert receipt_on(post(client, poll, client.get(address(poll)), **pick(poll)))


def test_who_it_is_for_is_declared_where_that_is_asked(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood, declared=True), visitor()
    answer = post(client, poll, client.get(address(poll)), **pick(poll))
    assert answer.status_code == 400 and b'id="id_declared_error"' in answer.content
    assert receipt_on(post(client, poll, answer, declared="1"))


def test_a_poll_that_closes_while_it_is_filled_in_says_that_the_vote_does_not_count(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood), visitor()
    page = client.get(address(poll))
    later = timezone.now() + timedelta(days=15)
    close_in_time(poll.pk, now=later)
    answer = post(client, poll, page, **pick(poll))
    assert answer.status_code == 409
    assert b'data-refused="closed"' in answer.content
    assert not Ballot.objects.exists()


def test_a_stopped_poll_says_why(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood), visitor()
    page = client.get(address(poll))
    reason = "De bomen zijn er al."
    actor = neighbourhood.actor(neighbourhood.dirk)
    take_step(slug=poll.slug, name="stop", reason=reason, actor=actor, now=timezone.now())
    assert reason in client.get(address(poll)).content.decode()
    answer = post(client, poll, page, **pick(poll))
    assert answer.status_code == 409 and reason in answer.content.decode()


def test_a_vote_is_changed_with_its_receipt_and_only_where_that_is_allowed(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood), visitor()
    receipt = receipt_on(post(client, poll, client.get(address(poll)), **pick(poll)))
    page = client.get(address(poll) + "wijzigen/")
    wrong = post(client, poll, page, path="wijzigen/", **pick(poll, "Es"), receipt="7777-77777")
    assert wrong.status_code == 400 and b'id="id_receipt_error"' in wrong.content
    done = post(client, poll, wrong, path="wijzigen/", receipt=receipt.lower())
    assert done.status_code == 200
    assert Ballot.objects.get().choices == {str(question(poll).pk): int(option(question(poll), "Es"))}
    for firm in (open_poll(neighbourhood, may_change=False), open_poll(neighbourhood, level=Level.LETTER)):
        assert client.get(address(firm) + "wijzigen/").status_code == 409
        assert "wijzigen/" not in client.get(address(firm)).content.decode()
        assert client.get(f"/api/v1/polls/{firm.slug}").json()["mayChange"] is False


def test_a_poll_that_is_not_public_is_not_there(neighbourhood: World) -> None:
    poll = prepared(neighbourhood)
    assert visitor().get(address(poll)).status_code == 404
    assert visitor().post(address(poll), {"go": "vote"}).status_code == 404


def test_the_page_says_who_asks_why_and_how_sure_it_is_in_few_queries(
    neighbourhood: World, django_assert_max_num_queries: Any
) -> None:
    poll = open_poll(neighbourhood, questions=EVERYTHING)
    client = visitor()
    client.get(address(poll))
    with django_assert_max_num_queries(6):
        page = client.get(address(poll)).content.decode()
    assert "Er is geld voor één boom." in page
    assert "planten we in maart" in page
    assert "data-streams" in page
