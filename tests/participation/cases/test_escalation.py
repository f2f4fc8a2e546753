"""A case becomes late: its team sees it at that moment, and who must act hears of it, a step higher each time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.accounts.actor import RESIDENT
from core.events.models import Event, StreamEntry
from core.work.schedule import enqueue_due
from core.work.worker import run_due_tasks
from participation.cases import tasks
from participation.cases.actions import answer_as_resident, assign_case, change_case, move_case
from participation.cases.actions.escalation import escalate, is_due, take_reminders
from participation.cases.models import Case, Reminder
from participation.reports.rules import ContactGiven
from tests.participation.cases.people import administrator, away, colleague, fresh
from tests.support.world import World, committed_world

__all__ = ["committed_world"]

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OPENED = datetime(2026, 11, 23, 10, 0, tzinfo=AMSTERDAM)
"""A Monday. Bulky waste is answered by Tuesday 17:00 and handled by Thursday 17:00."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=AMSTERDAM)


def told(case: Case) -> list[tuple[str, int]]:
    return [(one.professional.name, one.step) for one in case.reminders.select_related("professional")]


def late_events(case: Case) -> int:
    return Event.objects.filter(type="case.late", subject=f"case/{case.reference}").count()


@pytest.fixture
def case(world: World) -> Case:
    return world.report(now=OPENED).case


def test_nothing_is_told_before_the_deadline_and_all_at_the_moment_it_passes(world: World, case: Case) -> None:
    assert case.assignee == world.bram
    assert escalate(now=at("11-24 16:59")) == 0
    assert not is_due(at("11-24 16:59"))

    assert is_due(at("11-24 17:00"))
    assert escalate(now=at("11-24 17:00")) == 1

    assert told(case) == [("Bram", 1)]
    entry = StreamEntry.objects.get(event__type="case.late")
    assert entry.stream.name == f"team:{world.cleaning.pk}"
    assert (entry.event.audience, entry.event.payload) == ("team", {})
    assert fresh(case).version == case.version  # nobody's open draft is refused because the clock went on


def test_it_goes_a_step_higher_after_one_and_three_working_days_and_then_rests(world: World, case: Case) -> None:
    admin = administrator(world, "Ada", world.cleaning.organisation)
    for moment in ("11-24 17:00", "11-25 16:59", "11-25 17:00", "11-27 16:59", "11-27 17:00", "12-31 12:00"):
        escalate(now=at(moment))

    assert told(case) == [("Bram", 1), ("Lotte", 2), (admin.name, 3)]
    assert late_events(case) == 1
    assert fresh(case).escalate_at is None


def test_a_weekend_lies_between_the_steps(world: World) -> None:
    case = world.report(now=at("11-26 10:00")).case  # Thursday: answered by Friday 17:00
    escalate(now=at("11-27 17:00"))
    escalate(now=at("11-29 23:00"))
    assert told(case) == [("Bram", 1)]
    escalate(now=at("11-30 17:00"))
    assert told(case) == [("Bram", 1), ("Lotte", 2)]


def test_an_unassigned_case_is_told_to_the_leads(world: World, case: Case) -> None:
    Case.objects.update(assignee=None)
    escalate(now=at("11-24 17:00"))
    assert told(case) == [("Lotte", 1)]


def test_who_is_away_is_replaced_and_without_replacement_the_lead_hears(world: World, case: Case) -> None:
    colleague(world, "Kees", world.cleaning)
    kees = world.cleaning.memberships.get(professional__name="Kees").professional
    absence = away(world.bram, replacement=kees)
    escalate(now=at("11-24 17:00"))
    assert told(case) == [("Kees", 1)]

    second = world.report(now=OPENED).case
    Case.objects.filter(pk=second.pk).update(assignee=world.bram)
    absence.replacement = None
    absence.save()
    escalate(now=at("11-24 17:01"))
    assert told(second) == [("Lotte", 1)]


def test_a_lead_who_is_away_is_replaced_too(world: World, case: Case) -> None:
    away(world.lotte, replacement=world.bram)
    Case.objects.update(assignee=None)
    escalate(now=at("11-24 17:00"))
    assert told(case) == [("Bram", 1)]


def test_a_team_without_leads_tells_the_organisation_and_else_everyone(world: World, case: Case) -> None:
    world.cleaning.memberships.update(role="member")
    escalate(now=at("11-24 17:00"))
    escalate(now=at("11-25 17:00"))
    assert told(case) == [("Bram", 1), ("Bram", 2), ("Lotte", 2)]

    chief = administrator(world, "Gea")
    second = world.report(now=OPENED).case
    escalate(now=at("11-24 17:00"))
    escalate(now=at("11-25 17:00"))
    assert told(second)[-1] == (chief.name, 2)


def test_of_a_confidential_case_only_those_hear_who_may_open_it(world: World) -> None:
    administrator(world, "Ada", world.care.organisation)
    colleague(world, "Lead", world.care, lead=True)
    case = world.report(now=OPENED, category="burenoverlast").case
    for moment in ("11-25 17:00", "11-26 17:00", "11-30 17:00"):
        escalate(now=at(moment))
    assert {name for name, _step in told(case)} == {"Carla"}
    assert StreamEntry.objects.get(event__type="case.late").stream.name == f"team-confidential:{world.care.pk}"


@pytest.mark.parametrize("deed", ["answer", "close", "wait", "later"])
def test_what_is_done_in_time_stops_it(world: World, case: Case, deed: str) -> None:
    actor, moment = world.actor(world.bram), at("11-24 16:00")
    if deed == "later":
        Case.objects.filter(pk=case.pk).update(assignee=world.lotte)
        change_case(reference=case.reference, category="straatverlichting", actor=actor, now=moment)
        case = fresh(case)
        assert case.due_at == at("11-24 17:00")  # the first answer is due all the same
        move_case(reference=case.reference, move="plan", message="Volgende week.", actor=actor, now=moment)
    else:
        name = {"answer": "plan", "close": "resolve", "wait": "ask"}[deed]
        move_case(reference=case.reference, move=name, message="Wij komen.", actor=actor, now=moment)

    escalate(now=at("11-25 12:00"))

    assert told(case) == []
    assert late_events(case) == 0


def test_an_answer_after_the_deadline_ends_the_reminders_and_the_next_deadline_has_its_own(
    world: World, case: Case
) -> None:
    escalate(now=at("11-24 17:00"))
    move_case(
        reference=case.reference,
        move="plan",
        message="Donderdag.",
        actor=world.actor(world.bram),
        now=at("11-24 18:00"),
    )
    escalate(now=at("11-25 17:00"))
    assert told(case) == [("Bram", 1)]
    escalate(now=at("11-26 17:00"))
    assert told(case) == [("Bram", 1), ("Bram", 1)]
    assert late_events(case) == 2


def test_a_deadline_that_comes_back_after_waiting_is_not_told_again(world: World, case: Case) -> None:
    move_case(reference=case.reference, move="start", message="Wij kijken.", actor=world.actor(world.bram), now=OPENED)
    escalate(now=at("11-26 17:00"))
    assert late_events(case) == 1
    asked = at("11-27 09:00")
    move_case(reference=case.reference, move="ask", message="Welke boom?", actor=world.actor(world.bram), now=asked)
    assert fresh(case).escalate_at is None
    answer_as_resident(case_id=case.pk, text="Die bij 3.", actor=RESIDENT, now=at("11-27 10:00"))

    assert fresh(case).due_at == at("11-26 17:00")
    escalate(now=at("11-27 10:01"))
    assert late_events(case) == 1
    escalate(now=at("11-27 17:00"))  # one working day after the deadline
    assert told(case) == [("Bram", 1), ("Lotte", 2)]


def test_many_late_cases_make_one_mail_a_person(world: World) -> None:
    long_ago = OPENED - timedelta(days=364)
    cases = [world.report(now=long_ago, contact=ContactGiven()).case for _number in range(30)]
    Case.objects.update(assignee=world.bram)
    DBTaskResult.objects.all().delete()

    tasks.escalate_late_cases.call()
    run_due_tasks()

    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == [world.bram.user.email]
    text = mail.outbox[0].body
    assert sum(case.reference in text for case in cases) == tasks.LISTED
    assert "Anna" not in text
    run_due_tasks()
    tasks.escalate_late_cases.call()
    run_due_tasks()
    assert len(mail.outbox) == 1


def test_what_was_done_before_the_mail_goes_out_is_not_in_it(world: World, case: Case) -> None:
    escalate(now=at("11-24 17:00"))
    other = world.report(now=OPENED).case
    escalate(now=at("11-24 17:00"))
    move_case(
        reference=case.reference, move="resolve", message="Weg.", actor=world.actor(world.bram), now=at("11-24 17:01")
    )

    assert [one.case_id for one in take_reminders(world.bram.pk, "first")] == [other.pk]
    assert [one.case_id for one in take_reminders(world.bram.pk, "first")] == [other.pk]  # an attempt again
    assert take_reminders(world.bram.pk, "second") == []


def test_a_mail_of_a_case_given_to_someone_else_is_about_who_has_it_now(world: World, case: Case) -> None:
    assign_case(
        reference=case.reference, professional_id=world.lotte.pk, actor=world.actor(world.bram), now=at("11-24 16:00")
    )
    escalate(now=at("11-24 17:00"))
    assert told(case) == [("Lotte", 1)]


def test_an_idle_installation_writes_no_task_rows(world: World) -> None:
    now = timezone.now()
    enqueue_due(now=now)
    DBTaskResult.objects.all().delete()
    enqueue_due(now=now + timedelta(seconds=30))
    assert not DBTaskResult.objects.filter(task_path__contains="participation.cases.tasks").exists()


def test_two_hundred_late_cases_cost_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    first = world.report(now=OPENED, contact=ContactGiven()).case
    Case.objects.bulk_create(
        Case(
            reference=f"M-{number:06d}",
            gemeente=world.a,
            kind="report",
            visibility="public",
            team=world.cleaning,
            assignee=world.bram,
            category=first.category,
            area=world.west,
            created_at=OPENED,
            updated_at=OPENED,
            due_at=first.due_at,
            escalate_at=first.due_at,
        )
        for number in range(150)
    )
    with django_assert_max_num_queries(20):
        assert escalate(now=at("11-24 17:00")) == 151


# --- two workers, and one that is killed --------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_it_once(committed_world: World) -> None:
    cases = [committed_world.report(now=OPENED, contact=ContactGiven()).case for _number in range(8)]
    barrier = threading.Barrier(2)
    troubles: list[Exception] = []

    def work() -> None:
        try:
            barrier.wait(20)
            escalate(now=at("11-24 17:00"))
        except Exception as error:  # looked at below
            troubles.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert troubles == []
    assert [late_events(case) for case in cases] == [1] * 8
    assert Reminder.objects.count() == 8


DIE = """
import os, sys
sys.path[:0] = [{root!r}, {platform!r}]
import django
django.setup()
from datetime import datetime
from participation.cases.actions import escalation
whole = escalation.record
def record(*happened):
    whole(*happened)
    os.kill(os.getpid(), 9)
escalation.record = record
escalation.escalate(now=datetime.fromisoformat({moment!r}))
"""


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_halfway_leaves_nothing_and_the_next_tells_it_once(
    committed_world: World, tmp_path: Path
) -> None:
    from tests.support.live.servers import ROOT, SharedDatabase

    case = committed_world.report(now=OPENED, contact=ContactGiven()).case
    moment = at("11-24 17:00")
    code = DIE.format(root=str(ROOT), platform=str(ROOT / "platform"), moment=moment.isoformat())
    environment = {**os.environ, **SharedDatabase(tmp_path).environment(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    dead = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=False)

    assert dead.returncode == -signal.SIGKILL, dead.stderr.decode()
    assert (late_events(case), Reminder.objects.count(), fresh(case).escalation) == (0, 0, 0)

    assert escalate(now=moment) == 1
    assert escalate(now=moment) == 0
    assert (late_events(case), told(case)) == (1, [("Bram", 1)])
