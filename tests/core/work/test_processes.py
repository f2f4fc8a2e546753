"""Workers as processes: one that is killed, and the one inside the web server."""

from __future__ import annotations

import signal
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.work.models import WorkerLife
from tests.core.work.chores import linger, note
from tests.support.live.servers import Server, SharedDatabase, until
from tests.support.world import committed_world, key, report_body

__all__ = ["committed_world"]

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def test_the_task_of_a_killed_worker_is_run_once_more_by_the_next(tmp_path: Path) -> None:
    database = SharedDatabase(tmp_path)
    file, after = tmp_path / "file", tmp_path / "after"
    linger.enqueue(str(file))
    first = database.start("work")
    try:
        until(file.exists, "the first worker began")
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert WorkerLife.objects.count() == 1
    WorkerLife.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    note.enqueue(str(after), "hallo")
    second = database.start("work")
    try:
        done = DBTaskResult.objects.filter(task_path__contains="linger", status=TaskResultStatus.SUCCESSFUL)
        row = until(done.first, "the second worker ran it again")
        until(after.exists, "and what was enqueued meanwhile")
    finally:
        second.terminate()
        assert second.wait(30) == 0
    assert file.read_text() == "begun\nbegun\n"
    assert len(row.worker_ids) == 2
    assert after.read_text() == "hallo\n"
    assert not WorkerLife.objects.exists()


@pytest.mark.usefixtures("committed_world")
def test_the_worker_inside_the_server_sends_the_mail_of_a_report(tmp_path: Path) -> None:
    mails = tmp_path / "mails"
    mails.mkdir()
    server = Server(SharedDatabase(tmp_path), EMBEDDED_WORKER="1", EMAIL_URL=f"filemail://{mails}").start()
    try:
        body = report_body(contact={"email": "anna@example.test", "name": "Anna"})
        headers = {"Content-Type": "application/json", "Idempotency-Key": key()}
        for _again in range(2):
            assert server.post("/api/v1/reports", body, headers)[0] == 201
        [file] = until(lambda: list(mails.iterdir()), "a mail was sent")
        until(
            lambda: not DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).exists(),
            "nothing is left to do",
        )
    finally:
        server.stop()
    assert list(mails.iterdir()) == [file]
    message = message_from_bytes(file.read_bytes())
    assert message["To"] == "anna@example.test"
    assert {part.get_content_type() for part in message.walk()} >= {"text/plain", "text/html"}
