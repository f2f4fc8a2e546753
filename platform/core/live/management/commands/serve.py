"""`manage.py serve`: the web server."""

from __future__ import annotations

from typing import Any

import uvicorn
from django.core import checks
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from core.live.http import BoundedHttp

MAX_FRAME = 64 * 1024
PING_EVERY = 25.0
GOODBYE = 10
"""Seconds that requests in hand get to finish after SIGTERM."""


class Command(BaseCommand):
    help = "Serve the platform: pages, API and live channel (and background tasks when EMBEDDED_WORKER=1)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        refuse_unready()
        config = uvicorn.Config(
            "config.asgi:application",
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            # The client's address is found through TRUSTED_PROXIES, never through a header anyone can send.
            proxy_headers=False,
            lifespan="on",
            http=BoundedHttp,
            ws="websockets-sansio",
            ws_max_size=MAX_FRAME,
            ws_ping_interval=PING_EVERY,
            ws_ping_timeout=PING_EVERY,
            # Compression costs 300 kB per socket and gains nothing on frames of 150 bytes.
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=GOODBYE,
            timeout_keep_alive=65,
        )
        server = uvicorn.Server(config)
        server.run()
        if not server.started:
            raise CommandError(f"The server could not start on {host}:{port}.")


def refuse_unready() -> None:
    """Stop when the database is behind the code, or when a system check finds an error."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        names = ", ".join(sorted({f"{migration.app_label}.{migration.name}" for migration, _back in missing})[:5])
        raise CommandError(f"{len(missing)} migrations are missing ({names}, …). Run: manage.py migrate")
    found = checks.run_checks(include_deployment_checks=False, databases=[DEFAULT_DB_ALIAS])
    found += checks.run_checks(tags=["wijkplatform"], include_deployment_checks=True, databases=[DEFAULT_DB_ALIAS])
    errors = {str(one): one for one in found if one.is_serious() and not one.is_silenced()}
    if errors:
        raise CommandError("Not started, because something is not right:\n" + "\n".join(errors))
    connections.close_all()
