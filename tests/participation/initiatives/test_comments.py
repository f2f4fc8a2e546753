"""Talking in public: who may, what is held, what everybody reads, and what its writer hears."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.actor import Actor
from core.errors import NotAllowed
from core.work.worker import run_due_tasks
from participation.initiatives.actions import commenting
from participation.initiatives.actions.stepping import take_step
from participation.initiatives.models import Block, Comment, Complaint, Initiative, InitiativeSettings
from participation.initiatives.queries.comments import ON_PAGE, comments_of
from participation.residents.holdings import holdings
from participation.texts.models import BlockedWord
from tests.participation.initiatives.conftest import actor, submitted
from tests.participation.initiatives.test_support import coached
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, HOST_B, World

pytestmark = pytest.mark.django_db
VISITOR = Actor(kind="resident")


@pytest.fixture
def plan(neighbourhood: World) -> Initiative:
    return coached(neighbourhood)


def say(plan: Initiative, who: str, text: str = "Mooi plan!", **more: Any) -> Comment:
    one = resident(who, name=who.partition("@")[0].title())
    return commenting.comment(slug=plan.slug, text=text, actor=actor(one), now=timezone.now(), **more)


def shown(plan: Initiative) -> list[str]:
    return [one.text for one in comments_of(plan, VISITOR).said]


def test_a_neighbour_says_something_with_a_name_after_signing_in(plan: Initiative) -> None:
    address, client = f"/initiatieven/{plan.slug}/gesprek/", Client(headers={"host": HOST_A})
    assert client.get(address).status_code == 200
    assert client.post(address, {"deed": "say", "text": "Mooi"}).status_code == 302
    signed_in(client, "buur@example.nl")
    unnamed = client.post(address, {"deed": "say", "text": "Mooi"})
    assert unnamed.status_code == 400
    assert unnamed.context["typed"]["text"] == "Mooi"
    assert client.post(address, {"deed": "say", "text": "Mooi", "name": "Buurman"}).status_code == 303
    assert shown(plan) == ["Mooi"]
    assert b"Buurman" in Client(headers={"host": HOST_A}).get(f"/initiatieven/{plan.slug}/").content
    plan.refresh_from_db()
    assert plan.comment_count == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_what_says_nothing_or_too_much_is_refused_and_kept(plan: Initiative, text: str) -> None:
    client = Client()
    signed_in(client, "buur@example.nl", name="Buur")
    page = client.post(f"/initiatieven/{plan.slug}/gesprek/", {"deed": "say", "text": text})
    assert page.status_code == 400
    assert page.context["problems"][0][0] == "#id_text"
    assert Comment.objects.count() == 0


def test_personal_data_is_asked_about_once_and_then_taken_as_it_is(plan: Initiative) -> None:
    client = Client()
    signed_in(client, "buur@example.nl", name="Buur")
    said = {"deed": "say", "text": "Bel mij op 06 12345678"}
    page = client.post(f"/initiatieven/{plan.slug}/gesprek/", said)
    assert (page.status_code, Comment.objects.count()) == (200, 0)
    again = said | {"guarded": page.context["asked"]["mark"]}
    assert client.post(f"/initiatieven/{plan.slug}/gesprek/", again).status_code == 303
    assert Comment.objects.count() == 1


def test_one_level_of_answers_and_no_more(plan: Initiative) -> None:
    first = say(plan, "een@example.nl", question=True)
    answer = say(plan, "twee@example.nl", "Ja", parent_id=first.pk)
    client = Client()
    signed_in(client, "drie@example.nl", name="Drie")
    deeper = client.post(f"/initiatieven/{plan.slug}/gesprek/", {"deed": "say", "text": "Nee", "parent": answer.pk})
    assert deeper.status_code == 409
    [top] = comments_of(plan, VISITOR).said
    assert (top.question, [one.text for one in top.replies]) == (True, ["Ja"])


def test_new_voices_come_before_who_says_much(plan: Initiative) -> None:
    for number in range(5):
        say(plan, "veel@example.nl", f"Nog iets {number}")
    say(plan, "nieuw@example.nl", "Voor het eerst")
    say(plan, "veel@example.nl", "En nog iets")
    assert shown(plan)[:3] == ["En nog iets", "Voor het eerst", "Nog iets 4"]


def test_group_and_coach_are_known_by_their_words(plan: Initiative, neighbourhood: World) -> None:
    say(plan, "anna@example.nl", "Wij beginnen")
    dirk = neighbourhood.actor(neighbourhood.dirk)
    commenting.comment(slug=plan.slug, text="Ik help", actor=dirk, now=timezone.now())
    say(plan, "buur@example.nl", "Fijn")
    badges = {one.text: one.badge for one in comments_of(plan, VISITOR).said}
    assert badges == {"Wij beginnen": "group", "Ik help": "coach", "Fijn": ""}


def test_a_blocked_word_and_many_links_wait_for_a_look_and_only_their_writer_sees_them(
    plan: Initiative, neighbourhood: World
) -> None:
    BlockedWord.objects.create(gemeente=neighbourhood.a, phrase="rotding", deed="hold")
    rude = say(plan, "boos@example.nl", "Wat een rotding")
    spam = say(plan, "spam@example.nl", "http://a.nl http://b.nl http://c.nl")
    assert (rude.state, rude.why, spam.state, spam.why) == ("held", "rude", "held", "spam")
    assert shown(plan) == []
    mine = comments_of(plan, actor(resident("boos@example.nl"))).said
    assert [one.text for one in mine] == ["Wat een rotding"]
    desk = neighbourhood.client(neighbourhood.dirk)
    address = f"/werk/initiatieven/{plan.slug}/gesprek/"
    assert len(desk.get(address).context["waiting"]) == 2
    assert desk.post(address, {"deed": "show", "comment": rude.pk}).status_code == 303
    assert shown(plan) == ["Wat een rotding"]


def test_everything_waits_where_the_municipality_wants_so_but_not_for_the_group(plan: Initiative) -> None:
    InitiativeSettings.objects.create(gemeente_id=plan.gemeente_id, moderation="before")
    say(plan, "buur@example.nl", "Wacht")
    say(plan, "anna@example.nl", "Wij")
    assert shown(plan) == ["Wij"]


def test_three_complaints_hide_it_until_somebody_looked_and_one_person_counts_once(plan: Initiative) -> None:
    row = say(plan, "boos@example.nl", "Ga weg")
    people = [resident(f"n{at}@example.nl") for at in range(3)]
    for one in [people[0], *people]:
        commenting.complain(slug=plan.slug, comment_id=row.pk, why="rude", actor=actor(one), now=timezone.now()) if (
            Comment.objects.get(pk=row.pk).state == "shown"
        ) else None
    assert Complaint.objects.count() == 3
    assert Comment.objects.get(pk=row.pk).state == "held"
    assert shown(plan) == []
    plan.refresh_from_db()
    assert plan.comment_count == 0


def test_who_is_hidden_hears_why_and_everybody_sees_that_something_was_there(
    plan: Initiative, neighbourhood: World
) -> None:
    row = say(plan, "boos@example.nl", "Die van nummer 7 deugt niet")
    run_due_tasks()
    mail.outbox.clear()
    desk = neighbourhood.client(neighbourhood.dirk)
    address = f"/werk/initiatieven/{plan.slug}/gesprek/"
    commenting.complain(
        slug=plan.slug, comment_id=row.pk, why="personal", actor=actor(resident("n@example.nl")), now=timezone.now()
    )
    assert desk.post(address, {"deed": "hide", "comment": row.pk}).status_code == 400
    assert desk.post(address, {"deed": "hide", "comment": row.pk, "why": "other"}).status_code == 400
    hide = {"deed": "hide", "comment": row.pk, "why": "personal", "remark": "Noem geen huisnummers"}
    for _time in range(2):
        assert desk.post(address, hide).status_code == 303
    run_due_tasks()
    [letter] = mail.outbox
    assert letter.to == ["boos@example.nl"]
    assert "Noem geen huisnummers" in letter.body
    [left] = comments_of(plan, VISITOR).said
    assert (left.text, left.state) == ("", "hidden")
    page = Client(headers={"host": HOST_A}).get(f"/initiatieven/{plan.slug}/gesprek/").content.decode()
    assert "nummer 7" not in page


def test_who_is_blocked_cannot_write_anywhere_here_is_told_why_and_may_again_later(
    plan: Initiative, neighbourhood: World
) -> None:
    row, now = say(plan, "boos@example.nl"), timezone.now()
    dirk = neighbourhood.actor(neighbourhood.dirk)
    made = commenting.block(slug=plan.slug, comment_id=row.pk, days=7, reason="Dreigen", actor=dirk, now=now)
    other = coached(neighbourhood, resident("bea@example.nl"), title="Een bank")
    with pytest.raises(NotAllowed) as refused:
        say(other, "boos@example.nl")
    assert "Dreigen" in str(refused.value.message)
    run_due_tasks()
    assert [one.to for one in mail.outbox if "Dreigen" in one.body] == [["boos@example.nl"]]
    one = actor(resident("boos@example.nl"))
    commenting.comment(slug=other.slug, text="Later", actor=one, now=now + timedelta(days=8))
    commenting.lift_block(slug=plan.slug, block_id=made.pk, actor=dirk, now=now)
    assert say(other, "boos@example.nl").state == "shown"
    assert Block.objects.get().lifted_at is not None


def test_the_writer_removes_their_words_and_nobody_elses(plan: Initiative) -> None:
    row = say(plan, "een@example.nl", "Weg hiermee")
    say(plan, "twee@example.nl", "Antwoord", parent_id=row.pk)
    other, own = Client(), Client()
    signed_in(other, "twee@example.nl")
    signed_in(own, "een@example.nl")
    address, deed = f"/initiatieven/{plan.slug}/gesprek/", {"deed": "remove", "comment": row.pk}
    assert other.post(address, deed).status_code == 404
    assert own.post(address, deed).status_code == 303
    row.refresh_from_db()
    assert (row.text, row.name, row.state) == ("", "", "removed")
    [left] = comments_of(plan, VISITOR).said
    assert [one.text for one in left.replies] == ["Antwoord"]


def test_erasing_an_account_leaves_no_word_and_no_name(plan: Initiative) -> None:
    say(plan, "weg@example.nl", "Dit zei ik")
    one = resident("weg@example.nl")
    assert holdings["comments"].export(one)["comments"][0]["text"] == "Dit zei ik"
    holdings["comments"].erase(one, timezone.now())
    row = Comment.objects.get()
    assert (row.text, row.name, row.resident_id, row.state) == ("", "", None, "removed")
    plan.refresh_from_db()
    assert plan.comment_count == 0


def test_drafts_other_municipalities_and_closed_stages_take_no_words(plan: Initiative, neighbourhood: World) -> None:
    idea = submitted(resident("bea@example.nl"))
    client, other = Client(), Client(headers={"host": HOST_B})
    signed_in(client, "buur@example.nl", name="Buur")
    signed_in(other, "buur@example.nl", name="Buur", host=HOST_B)
    assert client.get(f"/initiatieven/{idea.slug}/gesprek/").status_code == 404
    assert other.post(f"/initiatieven/{plan.slug}/gesprek/", {"deed": "say", "text": "Hoi"}).status_code == 404
    dirk = neighbourhood.actor(neighbourhood.dirk)
    take_step(slug=plan.slug, name="stop", reason="Klaar", learned="Veel", actor=dirk, now=timezone.now())
    assert client.post(f"/initiatieven/{plan.slug}/gesprek/", {"deed": "say", "text": "Hoi"}).status_code == 409
    assert neighbourhood.client(neighbourhood.bram).get(f"/werk/initiatieven/{plan.slug}/gesprek/").status_code in {
        403,
        404,
    }


def test_a_long_conversation_costs_as_many_queries_as_a_short_one(plan: Initiative) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            comments_of(plan, VISITOR)
        return len(queries)

    say(plan, "een@example.nl")
    short = count()
    for number in range(2 * ON_PAGE):
        row = say(plan, f"n{number}@example.nl")
        say(plan, "een@example.nl", "Dank", parent_id=row.pk)
    assert count() == short <= 3
    assert comments_of(plan, VISITOR).more
    assert len(comments_of(plan, VISITOR, page=3).said) == 1


def test_the_api_shows_and_takes_comments_once_per_key(plan: Initiative) -> None:
    client, key = Client(), str(uuid4())
    signed_in(client, "buur@example.nl", name="Buur")
    address, said = f"/api/v1/initiatives/{plan.slug}/comments", {"text": "Mooi", "question": True}
    first, again = (
        client.post(address, said, "application/json", headers={"Idempotency-Key": key}) for _time in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert again["Idempotency-Replayed"] == "true"
    body = Client(headers={"host": HOST_A}).get(address).json()
    [one] = body["results"]
    assert (one["text"], one["name"], one["question"], one["replies"]) == ("Mooi", "Buur", True, [])
    assert "buur@example.nl" not in str(body)
    assert client.post(address, {"text": ""}, "application/json").status_code == 400
    assert Client(headers={"host": HOST_A}).post(address, said, "application/json").status_code == 401


def test_an_address_is_no_name_and_a_refused_one_is_not_kept(plan: Initiative) -> None:
    client = Client()
    one = signed_in(client, "buur@example.nl")
    said = {"deed": "say", "text": "Mooi", "name": "https://evil.example/inloggen"}
    page = client.post(f"/initiatieven/{plan.slug}/gesprek/", said)
    assert page.status_code == 400
    assert page.context["problems"][0][0] == "#id_name"
    one.refresh_from_db()
    assert (one.name, Comment.objects.count()) == ("", 0)
