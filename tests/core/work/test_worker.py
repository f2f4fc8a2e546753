"""The worker on real rows: again when it fails, once whatever the number of workers, never silently lost."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.accounts.models import User
from core.work import schedule, tasks
from core.work.models import Periodic, WorkerLife
from core.work.worker import MAX_ATTEMPTS, Worker, oldest_due, pause_after, rescue, run_due_tasks
from tests.core.work.chores import chore, fail, note
from tests.support.accounts import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file"


def _row() -> DBTaskResult:
    return DBTaskResult.objects.get()


def _due_now() -> None:
    DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))


def test_a_task_runs_once_and_knows_its_own_id(file: Path) -> None:
    task = note.enqueue(str(file), "hallo")
    assert run_due_tasks() == 1
    assert run_due_tasks() == 0
    assert file.read_text() == "hallo\n"
    row = _row()
    assert (row.status, row.return_value, len(row.worker_ids)) == (TaskResultStatus.SUCCESSFUL, task.id, 1)


def test_a_task_of_a_rolled_back_transaction_never_runs(file: Path) -> None:
    with transaction.atomic():
        note.enqueue(str(file), "hallo")
        transaction.set_rollback(True)
    assert run_due_tasks() == 0


def test_a_failed_task_is_tried_again_later_and_then_succeeds(file: Path) -> None:
    file.write_text("fail")
    fail.enqueue(str(file))
    before = timezone.now()
    assert run_due_tasks() == 1
    row = _row()
    assert row.status == TaskResultStatus.READY
    assert row.exception_class_path == "builtins.RuntimeError"
    assert before + timedelta(seconds=8) < row.run_after < timezone.now() + timedelta(seconds=12)
    assert run_due_tasks() == 0
    file.write_text("go")
    _due_now()
    assert run_due_tasks() == 1
    row = _row()
    assert (row.status, row.traceback, len(row.worker_ids)) == (TaskResultStatus.SUCCESSFUL, "", 2)


def test_after_the_last_attempt_a_task_stays_failed_and_visible(file: Path) -> None:
    file.write_text("fail")
    fail.enqueue(str(file))
    for _attempt in range(MAX_ATTEMPTS):
        assert run_due_tasks() == 1
        _due_now()
    assert run_due_tasks() == 0
    assert _row().status == TaskResultStatus.FAILED


def test_a_task_that_gives_up_is_not_tried_again(file: Path) -> None:
    file.write_text("give up")
    fail.enqueue(str(file))
    assert run_due_tasks() == 1
    assert _row().status == TaskResultStatus.FAILED


def test_a_task_whose_code_is_gone_fails_at_once(file: Path) -> None:
    note.enqueue(str(file), "hallo")
    DBTaskResult.objects.update(task_path="core.gone.note")
    assert run_due_tasks() == 1
    assert _row().status == TaskResultStatus.FAILED


def test_pauses_grow_to_a_night_in_all() -> None:
    pauses = [pause_after(attempt) for attempt in range(1, MAX_ATTEMPTS)]
    assert pauses == sorted(pauses)
    assert pauses[0] == 10
    assert 8 * 3600 < sum(pauses) < 12 * 3600


def test_a_task_of_a_dead_worker_is_run_again_and_one_of_a_living_worker_is_left_alone(file: Path) -> None:
    for text in ("dead", "alive"):
        note.enqueue(str(file), text)
    now = timezone.now()
    WorkerLife.objects.create(worker_id="dead", seen_at=now - timedelta(minutes=5))
    WorkerLife.objects.create(worker_id="alive", seen_at=now)
    for row in DBTaskResult.objects.all():
        row.claim(row.args_kwargs["args"][1])
    assert rescue() == 1
    assert run_due_tasks() == 1
    assert file.read_text() == "dead\n"


def test_a_task_that_keeps_killing_its_worker_fails_for_good(file: Path) -> None:
    note.enqueue(str(file), "hallo")
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, worker_ids=["gone"] * MAX_ATTEMPTS)
    assert rescue() == 1
    assert _row().status == TaskResultStatus.FAILED


def test_a_worker_that_seemed_dead_does_not_overwrite_its_successor(file: Path) -> None:
    note.enqueue(str(file), "hallo")
    slow = Worker()
    row = slow._claim()
    assert row is not None
    assert rescue() == 1
    assert run_due_tasks() == 1
    slow._fail(row, RuntimeError("too late"), 1)
    assert _row().status == TaskResultStatus.SUCCESSFUL


@pytest.mark.django_db(transaction=True)
def test_many_workers_run_every_task_once(file: Path) -> None:
    for number in range(40):
        note.enqueue(str(file), str(number))

    def work() -> None:
        try:
            run_due_tasks()
        finally:
            connection.close()

    crew = [threading.Thread(target=work) for _ in range(4)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    assert sorted(file.read_text().split(), key=int) == [str(number) for number in range(40)]


@pytest.mark.django_db(transaction=True)
def test_a_worker_starts_at_once_after_the_commit_and_stops_when_told(file: Path) -> None:
    worker = Worker()
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        done = threading.Event()
        original = worker._finish

        def finish(*args: object, **kwargs: object) -> None:
            original(*args, **kwargs)  # type: ignore[arg-type]
            if args[0].task_path.endswith("note"):  # type: ignore[attr-defined]
                done.set()

        worker._finish = finish  # type: ignore[method-assign]
        with transaction.atomic():
            note.enqueue(str(file), "hallo")
        assert done.wait(20)
    finally:
        worker.stop()
        thread.join(20)
    assert not thread.is_alive()
    assert file.read_text() == "hallo\n"


def test_a_periodic_task_is_enqueued_once_per_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_periodic", {})
    schedule.register_periodic("chore", 60, chore)
    now = timezone.now()
    assert schedule.enqueue_due(now=now) == ["chore"]
    assert schedule.enqueue_due(now=now + timedelta(seconds=59)) == []
    assert schedule.enqueue_due(now=now + timedelta(seconds=61)) == ["chore"]
    assert Periodic.objects.count() == 1
    assert DBTaskResult.objects.count() == 2


def test_what_comes_round_every_second_writes_nothing_while_there_is_nothing_to_do(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(schedule, "_periodic", {})
    something: list[str] = []
    schedule.register_periodic("count", 1, chore, lambda _now: bool(something))
    schedule.register_periodic("chore", 60, chore)
    now = timezone.now()
    with django_assert_num_queries(0):
        assert schedule.enqueue_due(now=now, quick=True) == []
    something.append("a ballot")
    assert schedule.enqueue_due(now=now, quick=True) == ["count"]
    assert schedule.enqueue_due(now=now + timedelta(seconds=0.9), quick=True) == []
    assert schedule.enqueue_due(now=now + timedelta(seconds=1), quick=True) == ["count"]
    assert schedule.enqueue_due(now=now) == ["chore"]


@pytest.mark.django_db(transaction=True)
def test_what_comes_round_is_enqueued_once_by_two_workers() -> None:
    assert {"sweep-photos", "forget-old-keys", "forget-finished-tasks", "forget-expired-sessions"} <= set(
        schedule._periodic
    )
    now = timezone.now()
    taken: list[str] = []
    wanted = [name for name, (_every, _task, when) in schedule._periodic.items() if when is None or when(now)]

    def work() -> None:
        try:
            taken.extend(schedule.enqueue_due(now=now))
        finally:
            connection.close()

    crew = [threading.Thread(target=work) for _ in range(2)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    assert sorted(taken) == sorted(wanted)
    assert len(wanted) < len(schedule._periodic)  # the others had said that there is nothing to do
    assert DBTaskResult.objects.count() == len(wanted)
    assert run_due_tasks() == len(wanted)
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {TaskResultStatus.SUCCESSFUL}


def test_the_outcome_of_a_task_is_kept_for_a_while_and_then_forgotten(file: Path) -> None:
    now = timezone.now()
    for number in range(4):
        note.enqueue(str(file), str(number))
    rows = list(DBTaskResult.objects.all())
    for row, status, days in zip(
        rows,
        [TaskResultStatus.SUCCESSFUL, TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED, TaskResultStatus.FAILED],
        [6, 8, 8, 91],
        strict=True,
    ):
        DBTaskResult.objects.filter(pk=row.pk).update(status=status, finished_at=now - timedelta(days=days))
    assert tasks.forget_finished_tasks.call() == 2
    assert {row.pk for row in DBTaskResult.objects.all()} == {rows[0].pk, rows[2].pk}


def test_sessions_that_ended_are_forgotten() -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(minutes=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(hours=1))
    tasks.forget_expired_sessions.call()
    assert [one.session_key for one in Session.objects.all()] == ["new"]


def test_the_age_of_the_oldest_due_task_counts_from_when_it_could_have_run(file: Path) -> None:
    now = timezone.now()
    assert oldest_due(now=now) is None
    note.enqueue(str(file), "hallo")
    assert oldest_due(now=timezone.now()) is not None
    DBTaskResult.objects.update(run_after=now + timedelta(hours=1))
    assert oldest_due(now=now) is None


@pytest.fixture
def superuser(client: Client) -> Client:
    user = User.objects.create_superuser("root", "root@example.test", "x" * 20)
    return sign_in(client, user)


def test_an_administrator_sees_failed_tasks_and_runs_one_again(superuser: Client, file: Path) -> None:
    file.write_text("give up")
    fail.enqueue(str(file))
    run_due_tasks()
    row = _row()
    assert b"chores.fail" in superuser.get("/beheer/background-tasks/?status=FAILED").content
    page = superuser.get(f"/beheer/background-tasks/inspect/{row.pk}/")
    assert f"/beheer/background-tasks/{row.pk}/run-again/".encode() in page.content
    assert superuser.post(f"/beheer/background-tasks/{row.pk}/run-again/").status_code == 302
    file.write_text("go")
    assert run_due_tasks() == 1
    assert _row().status == TaskResultStatus.SUCCESSFUL
    superuser.post(f"/beheer/background-tasks/{row.pk}/run-again/")
    assert _row().status == TaskResultStatus.SUCCESSFUL
    assert superuser.post(f"/beheer/background-tasks/{uuid4()}/run-again/").status_code == 302


def test_nobody_else_sees_or_runs_tasks(client: Client, file: Path) -> None:
    note.enqueue(str(file), "hallo")
    sign_in(client, User.objects.create_user("bram"))
    assert client.get("/beheer/background-tasks/").status_code in (302, 403)
    assert client.post(f"/beheer/background-tasks/{_row().pk}/run-again/").status_code in (302, 403)
    assert _row().status == TaskResultStatus.READY
