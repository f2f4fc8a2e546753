"""How this process, its disk and the database are doing: for `/metrics` and the system page."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.live.process import current_hub
from core.watch.metrics import Gauge, register_gauge

TOO_FULL = 90.0


def _behind() -> float | None:
    hub = current_hub()
    return None if hub is None else hub.behind


def _sockets() -> float | None:
    hub = current_hub()
    return None if hub is None else hub.sockets


def _silence() -> float | None:
    hub = current_hub()
    return None if hub is None else hub.silence


def _hears() -> float | None:
    hub = current_hub()
    return None if hub is None else float(hub.hears_others)


def _disk_used() -> float:
    usage = shutil.disk_usage(settings.DATA_DIR)
    return round(100.0 * (usage.total - usage.free) / usage.total, 1)


def _database_bytes() -> float:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return float(cursor.fetchone()[0])
    files = (Path(str(connection.settings_dict["NAME"]) + end) for end in ("", "-wal"))
    return float(sum(file.stat().st_size for file in files if file.exists()))


def register() -> None:
    for gauge in (
        Gauge(
            name="wijkplatform_sockets",
            help="Open sockets of this process",
            read=_sockets,
            label=_("Open desks and pages that follow the news"),
        ),
        Gauge(
            name="wijkplatform_stream_lag",
            help="Events the most lagging stream of this process lacked when last compared with the database",
            read=_behind,
            label=_("News this process still had to fetch"),
            worry=100,
        ),
        Gauge(
            name="wijkplatform_stream_look_age_seconds",
            help="Since this process last compared its streams with the database",
            read=_silence,
            label=_("Time since this process looked for news"),
            unit="seconds",
            worry=30,
        ),
        Gauge(
            name="wijkplatform_channel_layer_up",
            help="1 when this process hears the others, or has none to hear",
            read=_hears,
        ),
        Gauge(
            name="wijkplatform_disk_used_percent",
            help="Of the disk that holds DATA_DIR",
            read=_disk_used,
            keep=15,
            label=_("Disk in use"),
            unit="percent",
            worry=TOO_FULL,
        ),
        Gauge(
            name="wijkplatform_database_bytes",
            help="Size of the database",
            read=_database_bytes,
            keep=60,
            label=_("Size of the database"),
            unit="bytes",
        ),
    ):
        register_gauge(gauge)
