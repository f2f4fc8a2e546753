"""Answers in voters' own words: read before others see them, with what to look at marked."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.events.models import Event
from core.snapshots.snapshot import Snapshot
from participation.polls.actions.stepping import take_step
from participation.polls.models import Poll, Words
from participation.polls.queries.words import PAGE, shown_words, to_moderate
from participation.polls.states import Kind
from participation.texts.models import BlockedWord
from tests.participation.polls.conftest import TREES, open_poll, send, visitor
from tests.support.world import World

pytestmark = pytest.mark.django_db


def asking(world: World) -> Poll:
    return open_poll(world, questions=[TREES, {"kind": Kind.OPEN, "title": "En verder?", "required": False}])


def say(poll: Poll, *texts: str) -> None:
    first, second = poll.questions.order_by("position")
    for text in texts:
        option = first.options.all()[0].pk
        assert send(visitor(), poll, {str(first.pk): option, str(second.pk): text}).status_code == 201


def page_of(poll: Poll) -> str:
    return f"/werk/peilingen/{poll.slug}/woorden/"


def test_what_is_shown_can_be_read_and_what_is_hidden_has_a_reason(world: World) -> None:
    poll, browser = asking(world), world.client(world.dirk)
    say(poll, "Meer bankjes", "Jan op nummer 3 is een dief", "Minder hondenpoep")
    by_text = {one.text: one for one in Words.objects.all()}
    good, bad = by_text["Meer bankjes"], by_text["Jan op nummer 3 is een dief"]
    question = good.question_id
    assert shown_words(question) == ([], None)
    assert browser.post(page_of(poll), {"deed": "show", "words": [good.pk]}).status_code == 303
    assert shown_words(question)[0] == [(good.pk, "Meer bankjes")]
    without = browser.post(page_of(poll), {"deed": "hide", "words": [bad.pk]})
    assert without.status_code == 400
    assert b'id="id_why_error"' in without.content
    assert f'value="{bad.pk}" checked'.encode() in without.content
    assert browser.post(page_of(poll), {"deed": "hide", "words": [bad.pk], "why": "about-somebody"}).status_code == 303
    bad.refresh_from_db()
    assert (bad.state, bad.reason) == ("hidden", "about-somebody")
    event = Event.objects.filter(type="poll.words").last()
    assert event is not None
    assert event.payload == {"hidden": 1, "by": world.dirk.pk}
    assert browser.post(page_of(poll), {"deed": "show", "words": [bad.pk]}).status_code == 303
    bad.refresh_from_db()
    assert (bad.state, bad.reason) == ("shown", ""), "a mistake is mended"


def test_personal_data_and_words_of_the_list_are_marked(world: World) -> None:
    BlockedWord.objects.create(gemeente=world.a, phrase="sukkel")
    Snapshot.forget_all()
    poll = asking(world)
    say(poll, "Bel mij op 06 12345678 of mail a@example.nl", "Wat een sukkel", "Gewoon groen <b>graag</b>")
    lines = {one.pieces[0].text: one for one in to_moderate(poll, state="waiting").lines}
    assert {text.split()[0]: one.is_marked for text, one in lines.items()} == {
        "Bel": True,
        "Wat": True,
        "Gewoon": False,
    }
    page = world.client(world.dirk).get(page_of(poll)).content.decode()
    assert "<mark>06 12345678</mark>" in page
    assert "<mark>a@example.nl</mark>" in page
    assert "&lt;b&gt;graag" in page


def test_only_the_team_reads_and_decides_and_never_for_another_poll(world: World) -> None:
    poll, other = asking(world), asking(world)
    say(poll, "Meer bankjes")
    pk = Words.objects.get().pk
    for person in (world.bram, world.zoe):
        assert world.client(person).get(page_of(poll)).status_code == 404
        assert world.client(person).post(page_of(poll), {"deed": "show", "words": [pk]}).status_code == 404
    assert world.client(world.dirk).post(page_of(other), {"deed": "show", "words": [pk]}).status_code == 303
    assert Words.objects.get().state == "waiting"
    assert world.client(world.dirk).post(page_of(poll), {"deed": "show"}).status_code == 400


def test_pages_go_by_keys_that_tell_no_order_and_nothing_is_left_out(
    world: World, django_assert_max_num_queries: Any
) -> None:
    poll = asking(world)
    question = poll.questions.get(kind=Kind.OPEN)
    Words.objects.bulk_create(
        Words(question=question, key=f"k{at}", text=f"Antwoord {at}") for at in range(PAGE * 2 + 3)
    )
    seen, after = list[int](), None
    for _page in range(3):
        found = to_moderate(poll, state="waiting", question_id=question.pk, after=after)
        seen += [one.id for one in found.lines]
        after = found.after
    assert (len(seen), len(set(seen)), after) == (PAGE * 2 + 3, PAGE * 2 + 3, None)
    assert seen == sorted(seen)
    browser = world.client(world.dirk)
    browser.get(page_of(poll))
    with django_assert_max_num_queries(14):
        page = browser.get(page_of(poll)).content.decode()
    assert page.count('name="words"') == PAGE
    assert "&amp;na=" in page


def test_words_are_moderated_after_closing_too(world: World) -> None:
    poll = asking(world)
    say(poll, "Meer bankjes")
    take_step(slug=poll.slug, name="close", actor=world.actor(world.dirk), now=timezone.now())
    pk = Words.objects.get().pk
    assert world.client(world.dirk).post(page_of(poll), {"deed": "show", "words": [pk]}).status_code == 303
    assert Words.objects.get().state == "shown"


def test_everybody_reads_what_is_shown_over_the_api_when_results_are_shown(world: World) -> None:
    poll = asking(world)
    question = poll.questions.get(kind=Kind.OPEN)
    Words.objects.bulk_create(
        Words(question=question, key=f"k{at}", text=f"Antwoord {at}", state="shown" if at else "hidden", reason="rude")
        for at in range(PAGE + 2)
    )
    address = f"/api/v1/polls/{poll.slug}/words"
    assert visitor().get(address).status_code == 403, "not while people vote, in this poll"
    take_step(slug=poll.slug, name="close", actor=world.actor(world.dirk), now=timezone.now())
    first = visitor().get(address).json()
    second = visitor().get(address, {"question": question.pk, "after": first["next"]}).json()
    read = [*first["results"], *second["results"]]
    assert sorted(read) == sorted(f"Antwoord {at}" for at in range(1, PAGE + 2))
    assert (first["question"], second["next"]) == (question.pk, None)
    assert visitor().get(address, {"after": "x"}).status_code == 400
    assert visitor().get(address, {"question": "999999"}).status_code == 404
