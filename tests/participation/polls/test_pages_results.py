"""The list, the results and the ideas as everybody sees them: no more than may be seen, in words anybody can follow."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participation.polls.actions.counting import count_ballots
from participation.polls.actions.stepping import close_in_time, take_step
from participation.polls.actions.working_out import work_out_poll
from participation.polls.models import Ballot, Poll, Project, Words
from participation.polls.states import BallotForm, Kind, Rule, Shows, Stage
from tests.participation.polls.conftest import TREES, ballot_of, open_poll, prepared, send, visitor
from tests.support.residents import signed_in
from tests.support.world import World

pytestmark = pytest.mark.django_db

BUDGET: dict[str, Any] = {
    "kind": Kind.BUDGET,
    "title": "Waar gaat het geld heen?",
    "cents": 1000_00,
    "form": BallotForm.APPROVAL,
    "rule": Rule.SHARES,
    "options": [{"label": "Bank", "cents": 600_00}, {"label": "Boom", "cents": 500_00}],
}
ORDER: dict[str, Any] = {
    "kind": Kind.RANKING,
    "title": "Wat eerst?",
    "options": ["Groen", "Rust", "Spelen"],
    "rule": Rule.SCHULZE,
}


def results(poll: Poll, client: Client | None = None) -> str:
    answer = (client or visitor()).get(f"/peilingen/{poll.slug}/uitslag/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def vote(poll: Poll, many: int, at: int = 0) -> list[str]:
    receipts = []
    for _ in range(many):
        answer = send(visitor(), poll, ballot_of(poll, at=at))
        assert answer.status_code == 201, answer.content
        receipts.append(answer.json()["receipt"])
    count_ballots(poll.pk, now=timezone.now())
    return receipts


def closed(poll: Poll) -> Poll:
    later = timezone.now() + timedelta(days=15)
    assert close_in_time(poll.pk, now=later)
    work_out_poll(poll.pk, now=later)
    return Poll.objects.get(pk=poll.pk)


def find(poll: Poll, receipt: str) -> Any:
    return visitor().post(f"/peilingen/{poll.slug}/uitslag/", {"receipt": receipt})


def test_results_that_come_after_closing_are_not_on_the_page_before(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood)
    [receipt, *_rest] = vote(poll, 6)
    assert "data-result=" not in results(poll)
    assert b"data-result=" not in find(poll, receipt).content
    assert 'data-result="' in results(closed(poll))


def test_live_totals_move_by_five_so_that_the_last_vote_stays_secret(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood, shows=Shows.LIVE)
    vote(poll, 4)
    assert "<strong>0</strong>" in results(poll)
    vote(poll, 3)
    page = results(poll)
    assert "<strong>7</strong>" in page
    vote(poll, 1, at=1)
    assert results(poll).split("<main")[1].split("data-result=")[1] == page.split("<main")[1].split("data-result=")[1]


def test_results_for_who_voted_are_opened_by_a_receipt_and_nothing_else(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood, shows=Shows.VOTED)
    [receipt, *_rest] = vote(poll, 5)
    assert "data-result=" not in results(poll)
    wrong = find(poll, "AAAAA-BBBBB-CCCCC-DDDDD")
    assert wrong.status_code == 400 and b"data-result=" not in wrong.content
    seen = find(poll, receipt)
    assert seen.status_code == 200 and b"data-result=" in seen.content
    assert b"found-ballot" not in seen.content  # what it says is told when it is over


def test_bars_and_table_say_the_same_numbers(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood)
    vote(poll, 3)
    vote(poll, 1, at=1)
    page = results(closed(poll))
    bars = re.findall(r'bar-many">(\d+)%', page)
    table = re.findall(r'<td class="number">(\d+)</td><td class="number">(\d+)%</td>', page)
    assert bars == ["75", "25", "0"]
    assert re.findall(r'class="part" width="(\d+)"', page) == bars
    assert table == [("3", "75"), ("1", "25"), ("0", "0")]


def test_ones_own_ballot_is_found_by_its_receipt_after_closing(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood, questions=[TREES, ORDER, {"kind": Kind.OPEN, "title": "Waarom?"}])
    [receipt] = vote(poll, 1, at=1)
    found = find(closed(poll), receipt.lower().replace("-", " "))
    html = found.content.decode()
    assert "found-ballot" in html and "<dd" in html
    assert "1. Rust" in html
    assert receipt not in found.request["QUERY_STRING"]
    assert receipt not in results(poll)


def test_the_outcome_of_an_order_is_explained(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood, questions=[ORDER])
    vote(poll, 3, at=1)
    vote(poll, 1, at=0)
    page = results(closed(poll))
    places = re.findall(r"<span>(\d)\.</span> <strong[^>]*>([^<]+)</strong>", page)
    assert places[0] == ("1", "Rust")
    assert len(places) == 3


def test_the_outcome_of_a_budget_says_of_each_project_why(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood, questions=[BUDGET])
    vote(poll, 4, at=0)
    vote(poll, 1, at=1)
    page = results(closed(poll)).replace("\xa0", " ")
    chosen = re.findall(r'data-do="yes">.*?<strong[^>]*>([^<]+)</strong>', page, re.DOTALL)
    assert chosen == ["Bank"]
    assert "€ 150" in page  # four people who each contributed that
    assert "€ 100" in page  # what the other one was over
    assert "stap voor stap" not in page


def test_a_share_that_was_raised_is_explained(neighbourhood: World) -> None:
    options = [{"label": "Bank", "cents": 600_00}, {"label": "Boom", "cents": 300_00}]
    poll = open_poll(neighbourhood, questions=[BUDGET | {"options": options}])
    vote(poll, 4, at=0)
    vote(poll, 1, at=1)
    page = results(closed(poll)).replace("\xa0", " ")
    assert "ongeveer € 300" in page  # five times that is more than the budget
    assert "stap voor stap" in page


def test_words_are_shown_only_when_somebody_read_them(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood, questions=[TREES, {"kind": Kind.OPEN, "title": "Waarom?"}])
    vote(poll, 2)
    one = Words.objects.first()
    assert one is not None
    one.text, one.state = "Voor de vogels", Words.State.SHOWN
    one.save()
    page = results(closed(poll))
    assert "Voor de vogels" in page
    assert page.count('<li dir="auto">') == 1


def test_the_file_of_ballots_is_announced_whole_or_as_totals_only(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood)
    receipts = vote(poll, 3)
    page = results(closed(poll))
    assert "fingerprint" in page
    assert not any(receipt in page for receipt in receipts)


def test_the_results_take_few_queries_whatever_is_asked(
    neighbourhood: World, django_assert_max_num_queries: Any
) -> None:
    poll = open_poll(neighbourhood, questions=[TREES, ORDER, BUDGET, {"kind": Kind.OPEN, "title": "Waarom?"}])
    vote(poll, 6)
    poll, client = closed(poll), visitor()
    results(poll, client)
    with django_assert_max_num_queries(14):
        results(poll, client)


def test_the_list_shows_what_is_open_comes_and_was_asked_in_few_queries(
    neighbourhood: World, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        open_poll(neighbourhood)
    over = closed(open_poll(neighbourhood))
    prepared(neighbourhood)
    client = visitor()
    client.get("/peilingen/")
    with django_assert_max_num_queries(8):
        page = client.get("/peilingen/").content.decode()
    stages = re.findall(r'poll-card" data-poll-stage="(\w+)"', page)
    assert stages == ["open", "open", "open", "closed"]
    assert f"/peilingen/{over.slug}/" in page


def test_the_list_is_narrowed_to_a_place_and_paged_by_keyset(neighbourhood: World) -> None:
    for _ in range(14):
        open_poll(neighbourhood)
    client = visitor()
    first = client.get("/peilingen/?nu=open").content.decode()
    assert first.count("poll-card") >= 12
    [more] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = client.get("/peilingen/" + more.replace("&amp;", "&")).content.decode()
    assert second.count('poll-card" data') == 2
    east = client.get(f"/peilingen/?wijk={neighbourhood.east.code}").content.decode()
    assert 'poll-card" data' not in east
    assert client.get("/peilingen/?nu=open&na=onzin").status_code == 302


def test_without_any_poll_the_page_invites_to_propose_one(neighbourhood: World) -> None:
    page = visitor().get("/peilingen/")
    assert page.status_code == 200
    assert b"/peilingen/voorstellen/" in page.content


def test_the_feed_has_public_polls_only(neighbourhood: World) -> None:
    poll, hidden = open_poll(neighbourhood), prepared(neighbourhood)
    answer = visitor().get("/feeds/peilingen.atom")
    assert answer.status_code == 200
    assert poll.slug in answer.content.decode() and hidden.slug not in answer.content.decode()


def collecting(world: World) -> Poll:
    poll = prepared(world, questions=[BUDGET])
    take_step(slug=poll.slug, name="collect", actor=world.actor(world.dirk), now=timezone.now())
    return Poll.objects.get(pk=poll.pk)


def test_a_resident_proposes_an_idea_and_everybody_sees_what_became_of_it(neighbourhood: World) -> None:
    poll, client = collecting(neighbourhood), visitor()
    address = f"/peilingen/{poll.slug}/voorstellen/nieuw/"
    assert client.get(address).status_code == 302  # sign in first
    signed_in(client)
    wrong = client.post(address, {"title": "Een hek", "what": "", "cents": "veel"})
    assert wrong.status_code == 400
    assert 'value="Een hek"' in wrong.content.decode()
    dear = client.post(address, {"title": "Een hek", "what": "Om de tuin.", "cents": "1.250,50"})
    assert dear.status_code == 400 and b'id="id_cents_error"' in dear.content
    done = client.post(address, {"title": "Een hek", "what": "Om de tuin.", "cents": "250,50", "name": "Saar"})
    assert done.status_code == 303, done.content.decode()[:3000]
    project = Project.objects.get(poll=poll)
    assert project.cents == 250_50
    page = visitor().get(f"/peilingen/{poll.slug}/voorstellen/").content.decode()
    assert "Een hek" in page and "Saar" in page and f'data-idea="{project.state}"' in page


def test_ideas_are_taken_only_while_they_are_collected(neighbourhood: World) -> None:
    poll, client = open_poll(neighbourhood, questions=[BUDGET]), visitor()
    signed_in(client)
    address = f"/peilingen/{poll.slug}/voorstellen/nieuw/"
    assert client.get(address).status_code == 302
    assert client.post(address, {"title": "Een hek", "what": "Om de tuin."}).status_code == 302
    assert not Project.objects.exists()


def test_a_stopped_poll_has_no_results(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood, shows=Shows.LIVE)
    vote(poll, 5)
    actor = neighbourhood.actor(neighbourhood.dirk)
    take_step(slug=poll.slug, name="stop", reason="Het kan niet.", actor=actor, now=timezone.now())
    assert Poll.objects.get(pk=poll.pk).stage == Stage.STOPPED
    assert "data-result=" not in results(poll)
    assert not Ballot.objects.filter(poll=poll).exists()
