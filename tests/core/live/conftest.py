from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.live.servers import Database, Server


@pytest.fixture(scope="session")
def live_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(Path(tmp_path_factory.mktemp("live")))
    yield database
    database.drop()


@pytest.fixture(scope="session")
def server(live_database: Database) -> Iterator[Server]:
    """One server for all tests that do not harm it; each uses people and streams of its own."""
    server = Server(live_database).start()
    yield server
    server.stop()
