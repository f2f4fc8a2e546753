"""Numbers for a monitor (Prometheus), and for the system page.

What a process counts itself (requests, news handed out) is its own: every web process is scraped by itself. What the
database knows (tasks, late cases) is a gauge that an app registers; it is read when somebody asks, kept for a while,
and the same whichever process is asked. Labels hold names from the code only: never an address, a person, a text.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.functional import Promise
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

logger = logging.getLogger(__name__)
PATIENCE = 3000
"""Milliseconds a gauge's query may take on PostgreSQL."""

disable_created_metrics()  # type: ignore[no-untyped-call]
registry = CollectorRegistry()
ProcessCollector(registry=registry)
REQUESTS = Counter(
    "wijkplatform_requests", "Answers, by name of the address", ["route", "method", "status"], registry=registry
)
DURATION = Histogram(
    "wijkplatform_request_seconds",
    "Time in Django of an answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=registry,
)
NUDGES = Histogram(
    "wijkplatform_nudge_seconds",
    "From what happened to its news leaving for the sockets of this process",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=registry,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """`read` answers the number, None when there is none; it is asked at most every `keep` seconds.

    `label` puts it on the system page; above `worry` it is shown there as something to look at.
    """

    name: str
    help: str
    read: Callable[[], float | None]
    keep: float = 0.0
    label: str | Promise = ""
    unit: str = ""
    worry: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """`failed`: it could not be read now."""

    gauge: Gauge
    value: float | None
    failed: bool

    @property
    def is_worry(self) -> bool:
        return self.failed or (
            self.gauge.worry is not None and self.value is not None and self.value > self.gauge.worry
        )


_gauges: dict[str, Gauge] = {}
_kept: dict[str, tuple[float, Reading]] = {}
_reading = threading.Lock()
"""One scrape reads at a time: several monitors cost the database no more than one."""


def register_gauge(gauge: Gauge) -> None:
    """Called in an `AppConfig.ready`."""
    _gauges[gauge.name] = gauge


def readings() -> list[Reading]:
    """Every gauge in the order of registration; one that fails says so and stops no other."""
    with _reading:
        return [_read(gauge) for gauge in _gauges.values()]


def forget() -> None:
    """What was kept is asked again."""
    _kept.clear()


def _read(gauge: Gauge) -> Reading:
    now = time.monotonic()
    at, kept = _kept.get(gauge.name, (float("-inf"), None))
    if kept is not None and now - at < gauge.keep:
        return kept
    try:
        reading = Reading(gauge, _in_time(gauge.read), failed=False)
    except Exception as error:
        logger.warning("metrics: %s could not be read (%s)", gauge.name, type(error).__name__)
        reading = Reading(gauge, None, failed=True)
    _kept[gauge.name] = (now, reading)
    return reading


def _in_time(read: Callable[[], float | None]) -> float | None:
    if connection.vendor != "postgresql":
        return read()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE}")
        try:
            return read()
        finally:
            # A transaction around this one, such as a test's, keeps what was set.
            if not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL statement_timeout = 30000")


class _Gauges(Collector):
    def collect(self) -> Iterator[Metric]:
        failed = 0
        for reading in readings():
            failed += reading.failed
            if reading.value is not None:
                yield GaugeMetricFamily(reading.gauge.name, reading.gauge.help, value=reading.value)
        yield GaugeMetricFamily("wijkplatform_gauges_unread", "Gauges that could not be read", value=failed)

    def describe(self) -> list[Metric]:
        return []


registry.register(_Gauges())
