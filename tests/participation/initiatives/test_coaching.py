"""A group is helped: silence becomes work, a coach follows the case, every mail is written, and races end well."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.work.worker import run_due_tasks
from participation.cases.actions import accept_case, assign_case, offer_case
from participation.cases.actions.handover import accept_handover, offer_handover
from participation.cases.models import Case, Message
from participation.initiatives.actions import (
    agree,
    answer_back,
    call_me,
    change_initiative,
    take_step,
    write_to_coach,
)
from participation.initiatives.models import Coaching, Initiative, StepTaken
from participation.initiatives.states import Stage
from participation.initiatives.tasks.coaching import is_silent, mark_silent
from participation.organisations.models import Absence
from participation.routing.models import Responsibility
from tests.participation.initiatives.conftest import actor, group_of, initiative_categories, submitted
from tests.support.residents import resident
from tests.support.world import World

WHY: dict[str, Any] = {"reason": "Er is geen tijd.", "learned": "Begin kleiner."}


@pytest.fixture
def here(neighbourhood: World) -> World:
    Responsibility.objects.create(gemeente=neighbourhood.a, kind="initiative", team=neighbourhood.care)
    return neighbourhood


def accepted(world: World, **values: Any) -> Initiative:
    made = submitted(resident(name="Anna"))
    take_step(slug=made.slug, name="accept", actor=world.actor(world.carla), now=timezone.now(), **values)
    return Initiative.objects.select_related("case").get(pk=made.pk)


def fresh(initiative: Initiative) -> tuple[Initiative, Case]:
    found = Initiative.objects.select_related("case").get(pk=initiative.pk)
    assert found.case is not None
    return found, found.case


# --- silence ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_silence_longer_than_agreed_is_work_for_the_coach_and_closes_nothing(here: World) -> None:
    initiative = accepted(here, rhythm=14)
    later = timezone.now() + timedelta(days=15)
    run_due_tasks()
    mail.outbox.clear()
    assert is_silent(later)

    assert mark_silent(now=later) == 1
    assert mark_silent(now=later) == 0  # once
    run_due_tasks()

    initiative, case = fresh(initiative)
    assert initiative.stalled_at == later
    assert initiative.stage == Stage.TALKING
    assert case.closed_at is None
    assert case.due_at is not None
    assert case.due_at > later
    [letter] = mail.outbox
    assert initiative.title in letter.subject
    [row] = here.client(here.carla).get("/api/v1/cases?kind=initiative").json()["results"]
    assert row["stalled"] is True
    assert row["dueAt"]


@pytest.mark.django_db
def test_one_message_of_the_group_lets_the_coach_off(here: World) -> None:
    initiative = accepted(here, rhythm=14)
    later = timezone.now() + timedelta(days=15)
    mark_silent(now=later)

    write_to_coach(
        slug=initiative.slug, text="We zijn er nog!", actor=actor(resident()), now=later + timedelta(hours=1)
    )
    run_due_tasks()

    initiative, case = fresh(initiative)
    assert (initiative.stalled_at, case.due_at) == (None, None)
    assert initiative.sign_by is not None
    assert initiative.sign_by > later + timedelta(days=13)


@pytest.mark.django_db
def test_what_was_agreed_on_the_phone_counts_as_a_sign_of_life(here: World) -> None:
    initiative = accepted(here, rhythm=14)
    later = timezone.now() + timedelta(days=15)
    mark_silent(now=later)

    agree(slug=initiative.slug, rhythm=60, actor=here.actor(here.carla), now=later)
    run_due_tasks()

    initiative, case = fresh(initiative)
    assert (initiative.stalled_at, case.due_at, initiative.rhythm) == (None, None, 60)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["rest", "stop"])
def test_who_rests_or_stopped_is_not_asked_for_a_sign_of_life(here: World, name: str) -> None:
    initiative = accepted(here, rhythm=14)
    take_step(slug=initiative.slug, name=name, **WHY, actor=here.actor(here.carla), now=timezone.now())

    assert not is_silent(timezone.now() + timedelta(days=400))


# --- the case follows, and the coach follows the case -----------------------------------------


@pytest.mark.django_db
def test_a_plan_that_is_changed_is_called_and_found_by_its_new_words(here: World) -> None:
    initiative = accepted(here)

    change_initiative(
        slug=initiative.slug, values={"title": "Een boomgaard"}, actor=actor(resident()), now=timezone.now()
    )
    run_due_tasks()

    assert fresh(initiative)[1].summary == "Een boomgaard"
    client = here.client(here.carla)
    assert len(client.get("/api/v1/cases?q=boomgaard").json()["results"]) == 1


@pytest.mark.django_db
def test_a_case_is_found_by_who_is_in_the_group_now(here: World) -> None:
    initiative = accepted(here)
    call_me(slug=initiative.slug, name="Roodkapje", actor=actor(resident()), now=timezone.now())
    run_due_tasks()

    client = here.client(here.carla)
    assert len(client.get("/api/v1/cases?q=Roodkapje").json()["results"]) == 1


@pytest.mark.django_db
def test_who_stands_in_for_an_absent_coach_is_named_as_such(here: World) -> None:
    initiative = accepted(here)
    run_due_tasks()
    mail.outbox.clear()
    today = timezone.localdate()
    Absence.objects.create(
        professional=here.carla, starts_on=today, ends_on=today + timedelta(days=9), replacement=here.dirk
    )
    assert initiative.case is not None

    # Given to the absent coach once more, it goes to who replaces her.
    Case.objects.filter(pk=initiative.case.pk).update(assignee=None)
    assign_case(
        reference=initiative.case.reference,
        professional_id=here.carla.pk,
        actor=here.actor(here.dirk),
        now=timezone.now(),
    )
    run_due_tasks()

    last = Coaching.objects.order_by("-pk")[0]
    assert (last.professional, last.instead_of) == (here.dirk, here.carla)
    [letter] = mail.outbox
    assert "Dirk" in letter.subject
    assert "Carla" in letter.body


# --- mails ------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_every_mail_is_whole_in_text_and_in_html(here: World, language: str) -> None:
    who = resident("x@example.nl", name="Samira")
    type(who).objects.filter(pk=who.pk).update(language=language)
    made = submitted(who)
    now, carla = timezone.now(), here.actor(here.carla)
    take_step(slug=made.slug, name="accept", actor=carla, now=now)
    reference = Case.objects.get(initiative=made).reference
    here.client(here.carla).post(
        f"/api/v1/cases/{reference}/messages", {"text": "Fijn plan <b>!"}, content_type="application/json"
    )
    assign_case(reference=reference, professional_id=here.dirk.pk, actor=carla, now=now)
    run_due_tasks()
    assign_case(reference=reference, professional_id=None, actor=here.actor(here.dirk), now=now)
    take_step(slug=made.slug, name="gather", actor=carla, now=now)
    mark_silent(now=now + timedelta(days=100))
    run_due_tasks()
    for name in ("rest", "wake", "begin", "finish"):
        take_step(slug=made.slug, name=name, **WHY, actor=carla, now=now)
    run_due_tasks()
    other = submitted(who)
    take_step(slug=other.slug, name="refuse", **WHY, actor=carla, now=now)
    run_due_tasks()

    assert len(mail.outbox) >= 11
    for letter in mail.outbox:
        assert isinstance(letter, EmailMultiAlternatives)
        html = str(letter.alternatives[0][0])
        assert letter.to == ["x@example.nl"]
        assert letter.extra_headers["Content-Language"] == language
        for text in (letter.subject, letter.body, html):
            assert "{" not in text.replace("{ margin", "").split("</style>")[-1]
            assert "None" not in text
        assert "\n\n\n\n" not in letter.body
        assert "/groep/gesprek/" in letter.body  # how to stop
        assert "/groep/gesprek/" in html
        assert "Samira" in letter.body
        assert "<b>!" not in html
    refusal = mail.outbox[-1]
    assert WHY["reason"] in refusal.body
    assert WHY["learned"] in refusal.body


@pytest.mark.django_db
def test_a_message_to_the_group_is_looked_at_before_it_goes(here: World) -> None:
    initiative = accepted(here)
    assert initiative.case is not None

    answer = here.client(here.carla).post(
        f"/api/v1/cases/{initiative.case.reference}/preview",
        {"message": "Zullen we bellen?"},
        content_type="application/json",
    )

    assert answer.status_code == 200, answer.content
    assert "Zullen we bellen?" in answer.content.decode()
    assert not Message.objects.exists()


# --- at once ----------------------------------------------------------------------------------


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do these in threads that start together; what each answered or raised."""
    start, found = threading.Barrier(len(deeds)), list[Any]()

    def run(deed: Callable[[], Any]) -> None:
        try:
            start.wait()
            found.append(deed())
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def there(committed_world: World) -> World:
    initiative_categories(committed_world)
    Responsibility.objects.create(gemeente=committed_world.a, kind="initiative", team=committed_world.care)
    return committed_world


def post(client: Client, slug: str, body: dict[str, Any]) -> Callable[[], int]:
    return lambda: client.post(f"/api/v1/initiatives/{slug}/steps", body, content_type="application/json").status_code


def test_of_two_who_accept_at_once_one_is_the_coach(there: World) -> None:
    initiative = submitted(resident())
    clients = [there.client(there.carla), there.client(there.dirk)]

    answers = at_once(*(post(client, initiative.slug, {"step": "accept"}) for client in clients))

    assert sorted(answers) == [201, 409]
    [coaching] = Coaching.objects.all()
    assert fresh(initiative)[1].assignee_id == coaching.professional_id
    assert StepTaken.objects.filter(name="accept").count() == 1


def test_step_against_step_and_assignment_never_wait_in_a_circle(there: World) -> None:
    who = resident()
    initiative = submitted(who)
    carla, dirk, now = there.actor(there.carla), there.actor(there.dirk), timezone.now()
    take_step(slug=initiative.slug, name="accept", actor=carla, now=now)
    reference = fresh(initiative)[1].reference

    answers = at_once(
        lambda: take_step(slug=initiative.slug, name="gather", actor=actor(who), now=now).stage,
        lambda: take_step(slug=initiative.slug, name="plan", actor=carla, now=now).stage,
        lambda: assign_case(reference=reference, professional_id=there.dirk.pk, actor=dirk, now=now).status,
        lambda: write_to_coach(slug=initiative.slug, text="Hoi", actor=actor(who), now=now).text,
        lambda: agree(slug=initiative.slug, rhythm=7, actor=carla, now=now).rhythm,
    )
    run_due_tasks()

    assert not [one for one in answers if type(one).__name__ == "OperationalError"]
    initiative, case = fresh(initiative)
    assert initiative.stage in {Stage.GATHERING, Stage.PLAN}
    assert Coaching.objects.get(until=None).professional_id == case.assignee_id == there.dirk.pk
    steps = list(StepTaken.objects.order_by("pk").values_list("from_stage", "to_stage"))
    assert all(steps[at][1] == steps[at + 1][0] for at in range(len(steps) - 1))


def test_a_group_that_answers_back_twice_at_once_answers_once(there: World) -> None:
    who = resident()
    initiative = submitted(who)
    now = timezone.now()
    take_step(slug=initiative.slug, name="refuse", **WHY, actor=there.actor(there.carla), now=now)

    at_once(
        *(
            lambda text=text: answer_back(slug=initiative.slug, text=text, actor=actor(who), now=now)
            for text in ("Een", "Twee")
        )
    )

    assert Message.objects.filter(from_resident=True).count() == 1


# --- what it costs ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_case_page_costs_as_much_however_long_the_story_is(here: World, django_assert_max_num_queries: Any) -> None:
    made, people = group_of(5)
    carla = here.actor(here.carla)
    take_step(slug=made.slug, name="submit", actor=actor(people[0]), now=timezone.now())
    take_step(slug=made.slug, name="accept", actor=carla, now=timezone.now())
    for at in range(5):
        here.client(here.carla).post(
            f"/api/v1/initiatives/{made.slug}/checks", {"energy": 1 + at}, content_type="application/json"
        )
        write_to_coach(slug=made.slug, text=f"{at}", actor=actor(people[at]), now=timezone.now())
    client = here.client(here.carla)
    address = f"/api/v1/cases/{Case.objects.get(initiative=made).reference}"
    client.get(address)

    with django_assert_max_num_queries(26):
        assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_an_inbox_with_initiatives_costs_one_query_more(here: World, django_assert_max_num_queries: Any) -> None:
    for at in range(4):
        submitted(resident(f"n{at}@example.nl"))
    here.report()
    client = here.client(here.carla)
    client.get("/api/v1/cases?kind=initiative")

    with django_assert_max_num_queries(6):
        assert len(client.get("/api/v1/cases?kind=initiative").json()["results"]) == 4


@pytest.mark.django_db
def test_a_coach_who_hands_over_is_named_to_the_group_as_the_giver(here: World) -> None:
    initiative = accepted(here)
    run_due_tasks()
    mail.outbox.clear()
    carla, dirk, now = here.actor(here.carla), here.actor(here.dirk), timezone.now()

    offered = offer_handover(from_id=here.carla.pk, to_id=here.dirk.pk, actor=carla, now=now)
    run_due_tasks()
    assert Coaching.objects.get(until=None).professional == here.carla  # until he accepts
    accept_handover(handover_id=offered.pk, actor=dirk, now=now)
    run_due_tasks()

    last = Coaching.objects.get(until=None)
    assert (last.professional, last.given_by) == (here.dirk, here.carla)
    [letter] = [one for one in mail.outbox if one.to == ["anna@example.nl"]]
    assert initiative.title in letter.subject
    assert letter.body.count("Carla") >= 1


@pytest.mark.django_db
def test_another_organisation_that_accepts_the_case_coaches_and_may_step(here: World) -> None:
    initiative = accepted(here)
    assert initiative.case is not None
    reference, now = initiative.case.reference, timezone.now()

    offer_case(
        reference=reference, team_id=here.cleaning.pk, reason="Jullie terrein", actor=here.actor(here.carla), now=now
    )
    accept_case(reference=reference, professional_id=here.bram.pk, actor=here.actor(here.bram), now=now)
    run_due_tasks()

    assert Coaching.objects.get(until=None).professional == here.bram
    take_step(slug=initiative.slug, name="gather", actor=here.actor(here.bram), now=now)
    page = Client(headers={"host": "waterstad.test"}).get(f"/api/v1/initiatives/{initiative.slug}").json()
    assert page["coach"]["name"] == "Bram"
