"""A resident proposes a poll: it reaches who is responsible, they hear what becomes of it, and can have it erased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.work.worker import run_due_tasks
from participation.cases.models import Case
from participation.polls.actions.stepping import take_step
from participation.polls.models import Listener, Poll, Project
from participation.polls.states import Stage
from participation.residents.actions import erase_all
from participation.residents.models import Resident
from participation.routing.models import Category
from participation.texts.models import BlockedWord
from tests.participation.polls.conftest import prepared, visitor
from tests.support.residents import rows_with, signed_in
from tests.support.world import HOST_B, World

pytestmark = pytest.mark.django_db

FORM = "/peilingen/voorstellen/"
TYPED = {"title": "Welke boom komt er op het plein?", "why": "De oude boom is om.", "area": "BU91010101"}


@pytest.fixture
def anna(neighbourhood: World) -> Client:
    browser = Client()
    signed_in(browser, "anna@example.nl", name="Anna")
    return browser


def proposed(anna: Client, **values: str) -> Poll:
    answer = anna.post(FORM, TYPED | values)
    assert answer.status_code == 303, answer.content.decode()
    return Poll.objects.select_related("case").latest("pk")


def step(world: World, poll: Poll, name: str, reason: str = "") -> None:
    take_step(slug=poll.slug, name=name, reason=reason, actor=world.actor(world.dirk), now=timezone.now())


def test_a_proposal_is_a_case_that_the_rules_give_a_team(anna: Client, neighbourhood: World) -> None:
    poll = proposed(anna)
    assert poll.stage == Stage.PROPOSED
    assert poll.case.kind == Case.Kind.POLL and poll.case.team_id == neighbourhood.care.pk
    assert poll.case.summary == TYPED["title"] and poll.case.respond_by is not None
    assert poll.proposal == TYPED["why"]
    dirk = neighbourhood.client(neighbourhood.dirk)
    found = dirk.get(f"/api/v1/cases/{poll.case.reference}").json()
    assert found["poll"]["proposal"] == TYPED["why"]
    assert {one["step"] for one in found["poll"]["steps"]} == {"accept", "decline"}
    assert TYPED["title"] in dirk.get("/werk/peilingen/").content.decode()
    assert TYPED["why"] in dirk.get(f"/werk/peilingen/{poll.slug}/").content.decode()


def test_the_category_of_its_theme_decides_where_there_is_one(anna: Client, neighbourhood: World) -> None:
    from participation.routing.models import Responsibility, Theme

    Theme.objects.create(gemeente=neighbourhood.a, slug="groen", name="Groen", position=90)
    main = Category.objects.get(slug="peilingen")
    green = Category.objects.create(
        gemeente=neighbourhood.a, parent=main, slug="peiling-groen", name="Groen", kind="poll", response_days=3
    )
    Responsibility.objects.create(gemeente=neighbourhood.a, category=green, team=neighbourhood.cleaning)
    assert proposed(anna, theme="groen").case.team_id == neighbourhood.cleaning.pk
    assert proposed(anna).case.team_id == neighbourhood.care.pk


def test_everything_that_is_missing_is_said_at_once(anna: Client) -> None:
    answer = anna.post(FORM, {"title": "", "why": "", "area": ""})
    assert answer.status_code == 400
    body = answer.content.decode()
    for field in ("title", "why", "area"):
        assert f'href="#id_{field}"' in body
    assert not Poll.objects.exists()


def test_whoever_is_not_signed_in_does_so_first_and_keeps_what_they_typed(neighbourhood: World) -> None:
    someone = visitor()
    answer = someone.post(FORM, TYPED, headers={"referer": f"http://waterstad.test{FORM}"})
    assert answer.status_code == 302 and "/mijn/inloggen/" in answer["Location"]
    signed_in(someone, "anna@example.nl")
    assert TYPED["why"] in someone.get(FORM).content.decode()


def test_personal_data_is_asked_about_once(anna: Client) -> None:
    typed = TYPED | {"why": "Bel mij op 06 12345678 voor meer."}
    first = anna.post(FORM, typed)
    assert first.status_code == 200 and not Poll.objects.exists()
    mark = first.context["asked"]["mark"]
    assert anna.post(FORM, typed | {"guarded": mark}).status_code == 303


def test_a_rude_proposal_comes_in_with_a_warning_for_the_desk(anna: Client, neighbourhood: World) -> None:
    from core.snapshots.snapshot import Snapshot

    BlockedWord.objects.create(gemeente=neighbourhood.a, phrase="sukkel", deed="hold")
    Snapshot.forget_all()
    assert proposed(anna, why="De sukkel van hiernaast wil een boom.").stage == Stage.PROPOSED


def test_one_resident_waits_for_answers_before_more_proposals(anna: Client) -> None:
    for _ in range(3):
        proposed(anna)
    assert anna.post(FORM, TYPED).status_code == 409
    assert Poll.objects.count() == 3


def test_nobody_else_sees_a_proposal(anna: Client, neighbourhood: World) -> None:
    poll = proposed(anna)
    own = f"/mijn/peilingen/{poll.slug}/"
    assert anna.get(own).status_code == 200
    ben = Client()
    signed_in(ben, "ben@example.nl")
    for browser in (ben, visitor()):
        assert browser.get(f"/peilingen/{poll.slug}/").status_code == 404
        assert browser.get(own).status_code in {302, 404}
    bram = neighbourhood.client(neighbourhood.bram)
    assert bram.get(f"/werk/peilingen/{poll.slug}/").status_code == 404
    zoe = Client(headers={"host": HOST_B})
    signed_in(zoe, "zoe@example.nl", host=HOST_B)
    assert zoe.get(own).status_code == 404


def test_a_declined_proposal_says_why_to_who_wrote_it(anna: Client, neighbourhood: World) -> None:
    poll = proposed(anna)
    dirk = neighbourhood.client(neighbourhood.dirk)
    without = dirk.post(f"/werk/peilingen/{poll.slug}/", {"step": "decline", "reason": " "})
    assert without.status_code == 400 and "#reason-decline" in without.content.decode()
    run_due_tasks()
    mail.outbox.clear()
    dirk.post(f"/werk/peilingen/{poll.slug}/", {"step": "decline", "reason": "Er komt al een boom."})
    run_due_tasks()
    [letter] = [one for one in mail.outbox if one.to == ["anna@example.nl"]]
    assert "Er komt al een boom." in letter.body
    assert f"/mijn/peilingen/{poll.slug}/" in letter.body
    body = anna.get(f"/mijn/peilingen/{poll.slug}/").content.decode()
    assert "Er komt al een boom." in body
    assert Case.objects.get(poll=poll).status == "unresolved"


def test_who_proposed_it_hears_of_each_step_until_they_want_no_more(anna: Client, neighbourhood: World) -> None:
    poll = proposed(anna)
    run_due_tasks()
    assert [one.to for one in mail.outbox] == [["anna@example.nl"]]
    step(neighbourhood, poll, "accept")
    run_due_tasks()
    assert len(mail.outbox) == 2
    assert anna.post(f"/mijn/peilingen/{poll.slug}/", {"mailed": "no"}).status_code == 303
    step(neighbourhood, poll, "stop", "Toch niet.")
    run_due_tasks()
    assert len(mail.outbox) == 2


def test_accepting_gives_the_case_to_who_does_it(anna: Client, neighbourhood: World) -> None:
    poll = proposed(anna)
    step(neighbourhood, poll, "accept")
    case = Case.objects.get(poll=poll)
    assert (case.assignee_id, case.status) == (neighbourhood.dirk.pk, "assigned")


def test_my_account_names_what_i_proposed_and_hands_it_over(anna: Client) -> None:
    poll = proposed(anna)
    assert f"/mijn/peilingen/{poll.slug}/" in anna.get("/mijn/").content.decode()
    from participation.residents.holdings import holdings

    handed = holdings["polls"].export(Resident.objects.get(email="anna@example.nl"))
    assert handed["proposed"][0]["why"] == TYPED["why"]


def test_erasing_an_account_leaves_nothing_of_it_with_polls(anna: Client, neighbourhood: World) -> None:
    secret = "Mijn buurman Zwiebertje vroeg erom."
    poll = proposed(anna, why=secret)
    other = prepared(neighbourhood)
    Poll.objects.filter(pk=other.pk).update(published_at=timezone.now(), stage="ideas")
    anna_row = Resident.objects.get(email="anna@example.nl")
    Project.objects.create(
        poll=other, resident=anna_row, name="Annabelle-X", title="Bankje", what="Een bankje", created_at=timezone.now()
    )
    Listener.objects.create(
        poll=other, email="anna@example.nl", seed="x" * 32, token_hash="y" * 64, asked_at=timezone.now()
    )
    run_due_tasks()
    erase_all(resident_id=anna_row.pk, now=timezone.now() + timedelta(minutes=1))
    run_due_tasks()
    poll.refresh_from_db()
    assert poll.proposer_id is None and poll.proposal == "" and poll.title == TYPED["title"]
    assert Project.objects.get().name == "" and not Listener.objects.exists()
    assert rows_with("Zwiebertje", "Annabelle-X", "anna@example.nl") == []
