"""“This is what we do with it”: owed, given, said better, mailed once, and late like anything else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.work.worker import run_due_tasks
from participation.cases.actions.escalation import escalate
from participation.cases.models import Case
from participation.polls.actions.stepping import take_step
from participation.polls.models import Answer, AnswerVersion, Listener, Poll
from participation.polls.states import Stage
from tests.participation.polls.conftest import open_poll, send, visitor
from tests.support.residents import resident, rows_with
from tests.support.world import World

pytestmark = pytest.mark.django_db


def closed(world: World, **fields: Any) -> Poll:
    poll = open_poll(world, **fields)
    send(visitor(), poll)
    take_step(slug=poll.slug, name="close", actor=world.actor(world.dirk), now=timezone.now())
    return Poll.objects.select_related("case").get(pk=poll.pk)


@pytest.fixture
def dirk(neighbourhood: World) -> Client:
    return neighbourhood.client(neighbourhood.dirk)


def page(poll: Poll) -> str:
    return f"/werk/peilingen/{poll.slug}/antwoord/"


def said(poll: Poll, **more: Any) -> dict[str, Any]:
    rows = [str(one.pk) for question in poll.questions.all() for one in question.options.all()]
    return {
        "version": str(poll.version),
        "row": ["whole", *rows],
        "do-whole": "yes",
        "why-whole": "De meeste mensen willen het.",
        "who-whole": "Team Groen",
        "when-whole": "2027-03-15",
        "day": ["new0", "new1"],
        "follow-new0": "We planten de boom",
        "on-new0": "2027-03-20",
    } | more


def test_the_answer_is_given_per_option_and_of_the_whole(dirk: Client, neighbourhood: World) -> None:
    poll = closed(neighbourhood)
    oak = poll.questions.get().options.get(label="Eik")
    given = said(poll, **{f"do-{oak.pk}": "no", f"why-{oak.pk}": "Een eik wordt hier te groot."})
    assert dirk.get(page(poll)).status_code == 200
    assert dirk.post(page(poll), given).status_code == 303
    poll.refresh_from_db()
    assert poll.stage == Stage.ANSWERED and poll.answered_at is not None
    assert list(Answer.objects.values_list("option__label", "do")) == [(None, "yes"), ("Eik", "no")]
    assert poll.follow_ups.get().title == "We planten de boom"
    case = Case.objects.get(poll=poll)
    assert case.status == "resolved" and case.closed_at is not None
    shown = visitor().get(f"/peilingen/{poll.slug}/").content.decode()
    assert "Een eik wordt hier te groot." in shown and "We planten de boom" in shown


def test_an_answer_without_reasons_is_refused_beside_its_field(dirk: Client, neighbourhood: World) -> None:
    poll = closed(neighbourhood)
    refused = dirk.post(page(poll), said(poll, **{"why-whole": "", "on-new0": "", "follow-new0": "Planten"}))
    assert refused.status_code == 400
    body = refused.content.decode()
    assert 'href="#id_why-whole"' in body and 'href="#id_on-new0"' in body and "Planten" in body
    nothing = dirk.post(page(poll), {"row": ["whole"], "day": []})
    assert nothing.status_code == 400
    poll.refresh_from_db()
    assert poll.stage == Stage.CLOSED and not Answer.objects.exists()


def test_what_was_said_before_can_still_be_read(dirk: Client, neighbourhood: World) -> None:
    poll = closed(neighbourhood)
    dirk.post(page(poll), said(poll))
    poll.refresh_from_db()
    first = poll.answered_at
    again = said(poll, **{"do-whole": "partly", "why-whole": "Er is minder geld."})
    again |= {"day": [str(poll.follow_ups.get().pk)]}
    key = again["day"][0]
    again |= {f"follow-{key}": "We planten de boom", f"on-{key}": "2027-03-20", f"done-{key}": "yes"}
    assert dirk.post(page(poll), again).status_code == 303
    poll.refresh_from_db()
    assert poll.answered_at == first and poll.stage == Stage.ANSWERED
    assert poll.follow_ups.get().done_at is not None
    assert AnswerVersion.objects.count() == 2
    assert "De meeste mensen willen het." in dirk.get(f"/werk/peilingen/{poll.slug}/").content.decode()
    same = dirk.post(page(poll), again | {"version": str(poll.version), "day": []})
    assert same.status_code == 303


def test_two_who_answer_at_once_do_not_overwrite_each_other(dirk: Client, neighbourhood: World) -> None:
    poll = closed(neighbourhood)
    assert dirk.post(page(poll), said(poll)).status_code == 303
    late = dirk.post(page(poll), said(poll, **{"why-whole": "Anders."}))
    assert late.status_code == 409 and "Anders." in late.content.decode()


def test_a_poll_that_is_open_has_nothing_to_answer(dirk: Client, neighbourhood: World) -> None:
    poll = open_poll(neighbourhood)
    assert dirk.post(page(poll), said(poll)).status_code == 409
    bram = neighbourhood.client(neighbourhood.bram)
    assert bram.post(page(poll), said(poll)).status_code == 404


def link_in(letter: Any) -> str:
    found = re.search(r"/peilingen/horen/[\w-]+/", letter.body)
    assert found is not None
    return found[0]


def listen(poll: Poll, email: str = "carlijn@example.nl") -> str:
    """Ask for the outcome; the link in the mail."""
    mail.outbox.clear()
    answer = visitor().post(f"/peilingen/{poll.slug}/horen/", {"email": email})
    assert answer.status_code == 303
    run_due_tasks()
    [letter] = mail.outbox
    return link_in(letter)


def test_whoever_asked_hears_it_once_and_is_forgotten(dirk: Client, neighbourhood: World) -> None:
    poll = closed(neighbourhood)
    link = listen(poll)
    someone = visitor()
    assert someone.get(link).status_code == 200
    assert Listener.objects.get().confirmed_at is None  # a mail program opens links too
    assert someone.post(link, {"deed": "confirm"}).status_code == 303
    never = listen(poll, "never@example.nl")
    mail.outbox.clear()
    dirk.post(page(poll), said(poll))
    run_due_tasks()
    [letter] = mail.outbox
    assert letter.to == ["carlijn@example.nl"]
    assert "De meeste mensen willen het." in letter.body and f"/peilingen/{poll.slug}/" in letter.body
    assert not Listener.objects.exists()
    assert visitor().get(never).status_code == 404
    assert rows_with("carlijn@example.nl", "never@example.nl") == []


def test_asking_twice_looks_the_same_and_mails_once(neighbourhood: World) -> None:
    poll = closed(neighbourhood)
    listen(poll)
    mail.outbox.clear()
    assert visitor().post(f"/peilingen/{poll.slug}/horen/", {"email": "CARLIJN@example.nl"}).status_code == 303
    run_due_tasks()
    assert mail.outbox == [] and Listener.objects.count() == 1
    wrong = visitor().post(f"/peilingen/{poll.slug}/horen/", {"email": "carlijn"})
    assert wrong.status_code == 400 and 'href="#id_email"' in wrong.content.decode()


def test_whoever_changes_their_mind_is_erased_at_once(neighbourhood: World) -> None:
    poll = closed(neighbourhood)
    link = listen(poll)
    assert visitor().post(link, {"deed": "stop"}).status_code == 303
    assert not Listener.objects.exists()
    assert visitor().post(link, {"deed": "confirm"}).status_code == 404


def test_an_address_that_never_confirmed_is_erased(neighbourhood: World) -> None:
    from participation.polls.actions.listening import forget_unconfirmed

    poll = closed(neighbourhood)
    listen(poll)
    assert forget_unconfirmed(now=timezone.now() + timedelta(days=2)) == 0
    assert forget_unconfirmed(now=timezone.now() + timedelta(days=4)) == 1


def test_whoever_waits_for_a_poll_that_was_stopped_hears_that(neighbourhood: World) -> None:
    poll = open_poll(neighbourhood)
    visitor().post(listen(poll), {"deed": "confirm"})
    mail.outbox.clear()
    take_step(
        slug=poll.slug,
        name="stop",
        reason="Het plein gaat op de schop.",
        actor=neighbourhood.actor(neighbourhood.dirk),
        now=timezone.now(),
    )
    run_due_tasks()
    [letter] = mail.outbox
    assert "Het plein gaat op de schop." in letter.body and not Listener.objects.exists()


def test_who_proposed_it_reads_the_answer_in_their_own_language(dirk: Client, neighbourhood: World) -> None:
    poll = closed(neighbourhood)
    who = resident("emine@example.nl", name="Emine")
    who.language = "en"
    who.save(update_fields=["language"])
    Poll.objects.filter(pk=poll.pk).update(proposer=who)
    mail.outbox.clear()
    dirk.post(page(poll), said(poll))
    run_due_tasks()
    [letter] = mail.outbox
    assert letter.to == ["emine@example.nl"] and letter.subject.startswith("This is what we do with")
    assert "Hello Emine," in letter.body


def test_an_answer_that_is_late_escalates_like_anything_else(neighbourhood: World) -> None:
    poll = closed(neighbourhood)
    case = Case.objects.get(poll=poll)
    assert case.resolve_by is not None and timezone.localdate(case.resolve_by) == poll.answer_by
    assert escalate(now=case.resolve_by - timedelta(days=1)) == 0
    assert escalate(now=case.resolve_by + timedelta(days=30)) >= 1
    case.refresh_from_db()
    assert case.escalation > 0


def test_the_answer_over_the_api_gives_back_the_case(dirk: Client, neighbourhood: World) -> None:
    poll = closed(neighbourhood)
    body = {
        "answers": [{"do": "yes", "why": "Daarom."}],
        "followUps": [{"title": "Planten", "on": "2027-03-20"}],
    }
    answer = dirk.post(f"/api/v1/polls/{poll.slug}/answer", body, content_type="application/json")
    assert answer.status_code == 201 and answer.json()["poll"]["stage"] == "answered"
    assert answer.json()["poll"]["answer"] == [
        {"about": "", "do": "yes", "doLabel": answer.json()["poll"]["answer"][0]["doLabel"]}
    ]
