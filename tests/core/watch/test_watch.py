"""What a monitor and whoever reads the log learn, and what they never learn."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as the_settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config import logs
from core.accounts.models import User
from core.live import health
from core.watch import metrics
from core.watch.lines import JsonLines
from core.watch.request_id import request_id
from core.work.models import WorkerLife
from core.work.worker import run_due_tasks
from tests.core.watch.chores import say
from tests.support.accounts import sign_in

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-monitor-1234567890"
DEPLOY = Path(the_settings.BASE_DIR) / "platform" / "deploy"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    metrics.forget()
    monkeypatch.setattr(health, "_migrated", (float("-inf"), False))
    yield
    metrics.forget()


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The log as production writes it: the handler's own filters, and JSON."""
    [console] = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    written = io.StringIO()
    stream, formatter = console.setStream(written), console.formatter
    console.setFormatter(JsonLines())
    yield written
    console.setFormatter(formatter)
    console.setStream(stream)


def _said(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def _scrape(**headers: str) -> Any:
    return Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"} | headers, follow=True)


# --- the log -----------------------------------------------------------------------------------


def test_a_line_in_production_is_json_with_the_id_of_its_request(lines: io.StringIO, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    response = Client().get("/nowhere/", headers={"x-request-id": "from-our-proxy-1"})
    assert response["X-Request-Id"] == "from-our-proxy-1"
    [line] = [one for one in _said(lines) if one["logger"] == "django.request"]
    assert (line["requestId"], line["level"]) == ("from-our-proxy-1", "WARNING")


def test_a_traceback_stays_one_line(lines: io.StringIO) -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("own").exception("it failed")
    [line] = _said(lines)
    assert line["exception"].endswith("two\nlines")


def test_mail_addresses_and_phone_numbers_never_reach_the_log(lines: io.StringIO) -> None:
    try:
        raise ValueError("Key (email)=(anna.de-vries@example.nl) already exists; call 06-12345678 or +31 6 1234 5678")
    except ValueError:
        logging.getLogger("own").exception("refused %s", "anna@example.nl")
    text = lines.getvalue()
    assert not any(secret in text for secret in ("example.nl", "12345678", "1234 5678"))
    assert text.count("•••") == 7  # each in the traceback twice: as code and as what was raised


def test_installations_without_tls_read_lines_and_others_json() -> None:
    assert logs.configuration("", json=False)["handlers"]["console"]["formatter"] == "line"
    assert logs.configuration("", json=True)["handlers"]["console"]["formatter"] == "json"


def test_a_task_logs_under_the_id_of_the_request_that_asked_for_it(lines: io.StringIO) -> None:
    token = request_id.set("a-request-1234")
    say.enqueue("hallo")
    request_id.reset(token)
    run_due_tasks()
    [line] = [one for one in _said(lines) if one["message"] == "said hallo"]
    assert line["requestId"] == "a-request-1234"
    assert request_id.get() == "-"


def test_a_task_that_comes_round_logs_under_an_id_of_its_own(lines: io.StringIO) -> None:
    task = say.enqueue("hallo")
    run_due_tasks()
    [line] = [one for one in _said(lines) if one["message"] == "said hallo"]
    assert line["requestId"] == f"task-{task.id.replace('-', '')[:12]}"


# --- the monitor -------------------------------------------------------------------------------


def test_without_settings_nobody_reads_the_metrics() -> None:
    assert _scrape().status_code == 404


def test_a_monitor_with_the_token_reads_them_by_any_host_name(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    response = _scrape(host="10.0.0.7:8000")
    assert response.status_code == 200
    assert "wijkplatform_tasks_waiting 0.0" in response.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": ""},
        {"authorization": f"Bearer {TOKEN}x"},
        {"authorization": TOKEN},
        {"x-forwarded-for": "10.0.0.1"},
        {"x-real-ip": "10.0.0.1"},
        {"forwarded": "for=10.0.0.1"},
    ],
)
def test_nobody_else_and_nobody_through_a_proxy_reads_them(settings: Any, headers: dict[str, str]) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert _scrape(**headers).status_code == 404


@pytest.mark.parametrize(("address", "status"), [("10.1.2.3", 200), ("10.2.0.1", 404), ("", 404)])
def test_addresses_of_the_settings_read_them_without_a_token(settings: Any, address: str, status: int) -> None:
    from ipaddress import ip_network

    settings.METRICS_FROM = [ip_network("10.1.0.0/16")]
    assert Client(REMOTE_ADDR=address).get("/metrics", follow=True).status_code == status


def test_requests_are_counted_by_name_and_never_by_address(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    client = Client()
    client.get("/volgen/kT7wYzq0SECRETnobodyMayRead/")
    client.get("/healthz")
    client.generic("BREW", "/healthz")
    text = _scrape().content.decode()
    assert "SECRET" not in text
    assert 'wijkplatform_requests_total{method="GET",route="core.live.health.alive",status="200"}' in text
    assert 'method="other"' in text
    assert 'wijkplatform_request_seconds_bucket{le="0.1",route="core.live.health.alive"}' in text


def test_failed_retried_and_waiting_tasks_are_numbers(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    for _each in range(3):
        say.enqueue("hallo")
    first, second, third = DBTaskResult.objects.all()
    DBTaskResult.objects.filter(pk=first.pk).update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
    later = timezone.now() + timedelta(hours=1)
    DBTaskResult.objects.filter(pk=second.pk).update(exception_class_path="ValueError", run_after=later)
    DBTaskResult.objects.filter(pk=third.pk).update(enqueued_at=timezone.now() - timedelta(minutes=10))
    text = _scrape().content.decode()
    for name in ("failed", "retrying", "waiting"):
        assert f"wijkplatform_tasks_{name} 1.0" in text
    [age] = [line for line in text.splitlines() if line.startswith("wijkplatform_oldest_task_seconds ")]
    assert float(age.split()[1]) >= 600


def test_a_gauge_that_fails_stops_no_other(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.METRICS_TOKEN = TOKEN

    def broken() -> float:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        return 0.0

    monkeypatch.setitem(metrics._gauges, "a", metrics.Gauge(name="a", help="", read=broken))
    metrics._gauges["wijkplatform_cases_late"] = metrics._gauges.pop("wijkplatform_cases_late")
    text = _scrape().content.decode()
    assert "wijkplatform_gauges_unread 1.0" in text
    assert "wijkplatform_cases_late 0.0" in text


def test_a_scrape_asks_the_database_little_and_soon_after_nothing(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    asked: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        _scrape()
        first = len([one for one in asked if one.startswith("SELECT")])
        asked.clear()
        _scrape()
    assert first <= 15
    assert len([one for one in asked if one.startswith("SELECT")]) == 1  # the workers that live


@pytest.mark.parametrize("file", ["grafana/dashboard.json", "alerts.yaml"])
def test_every_metric_of_the_dashboard_and_the_alerts_exists(settings: Any, file: str) -> None:
    import re

    import yaml

    settings.METRICS_TOKEN = TOKEN
    Client().get("/healthz")
    families = {family.name for family in metrics.registry.collect()}
    kinds = {family.name: family.type for family in metrics.registry.collect()}
    known = families | set(metrics._gauges) | {f"{name}_total" for name in families if kinds[name] == "counter"}
    known |= {f"{n}_{end}" for n in families if kinds[n] == "histogram" for end in ("bucket", "sum", "count")}
    text = (DEPLOY / file).read_text()
    assert yaml.safe_load(text)
    named = set(re.findall(r"\b(?:wijkplatform|process)_[a-z_]+", text))
    assert named
    assert named <= known


# --- ready -------------------------------------------------------------------------------------


def _alive() -> None:
    WorkerLife.objects.create(worker_id="worker-1", seen_at=timezone.now())


def test_a_whole_installation_is_ready() -> None:
    _alive()
    response = Client().get("/readyz?all")
    assert (response.status_code, response.json()["status"]) == (200, "ok")


def test_a_dead_worker_is_told_without_taking_the_web_down() -> None:
    WorkerLife.objects.create(worker_id="worker-1", seen_at=timezone.now() - timedelta(minutes=5))
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert "no worker" in response.json()["checks"]["worker"]
    assert Client().get("/readyz?all").status_code == 503


def test_tasks_that_wait_too_long_are_told() -> None:
    _alive()
    say.enqueue("hallo")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=10))
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert "waited 600 s" in response.json()["checks"]["tasks"]


def test_a_process_whose_database_lacks_migrations_is_not_ready() -> None:
    _alive()
    MigrationRecorder.Migration.objects.filter(app="events").delete()
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "not ready")
    assert "migrate" in response.json()["checks"]["migrations"]


def test_a_process_without_its_database_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.execute_wrapper(_refuse):
        response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "does not answer"


def _refuse(execute: Any, sql: str, *rest: Any) -> Any:
    if sql == "SELECT 1":
        raise OSError("gone")
    return execute(sql, *rest)


# --- the system page ---------------------------------------------------------------------------


@pytest.fixture
def admin() -> Client:
    user = User.objects.create_superuser("chief", "chief@example.nl", "a very long password 12")
    return sign_in(Client(headers={"accept-language": "en"}), user)


def test_an_administrator_sees_what_failed_and_runs_it_again(admin: Client) -> None:
    _alive()
    say.enqueue("hallo")
    row = DBTaskResult.objects.get()
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
    page = admin.get("/beheer/system/")
    assert page.status_code == 200
    assert "data-worry" in page.content.decode()
    again = f"/beheer/background-tasks/{row.pk}/run-again/?next=system"
    assert again in page.content.decode()
    assert admin.post(again).headers["Location"] == "/beheer/system/"
    row.refresh_from_db()
    assert row.status == TaskResultStatus.READY


def test_a_platform_without_a_worker_says_so(admin: Client) -> None:
    assert "data-worry" in admin.get("/beheer/system/").content.decode()
    metrics.forget()
    _alive()
    assert "data-worry" not in admin.get("/beheer/system/").content.decode()


def test_others_do_not_see_the_system_page() -> None:
    user = User.objects.create_user("someone", "someone@example.nl", "a very long password 12")
    assert sign_in(Client(), user).get("/beheer/system/").status_code != 200
    assert Client().get("/beheer/system/").status_code == 302
