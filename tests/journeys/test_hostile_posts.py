"""Several hundred hostile posts to a real server: no 500, nothing beside pixels on disk, memory bounded.

`tests/load/hostile.py` sends ten thousand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.media.models import Photo
from participation.cases.models import Case
from participation.reports.models import Report
from tests.support.hostile import Attack, corpus, most_memory, wrong_with
from tests.support.live.servers import Server, SharedDatabase
from tests.support.world import HOST_A, IN_THE_WEST, World, committed_world

__all__ = ["committed_world"]

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
POSTS = 600
MOST_MEMORY = 900
"""MB: two photos of 60 megapixels may be in hand at once, and what Python and its libraries take themselves."""
KINDS = ("REPORT", "REPORT_NETWORK", "UPLOAD", "SUGGEST", "TRACKING", "DRAFT")
WIDE = {f"THROTTLE_{one}": "1000000/hour" for one in KINDS}


@pytest.fixture
def server(committed_world: World, tmp_path: Path) -> Iterator[Server]:
    running = Server(SharedDatabase(tmp_path), EMBEDDED_WORKER="1", **WIDE).start()
    yield running
    running.stop()


@pytest.mark.timeout(420)
def test_six_hundred_hostile_posts_break_nothing_and_leave_nothing(server: Server, tmp_path: Path) -> None:
    assert server.process is not None
    attack = Attack("127.0.0.1", server.port, HOST_A, clients=4)
    attack.send(corpus(4711, point=IN_THE_WEST), POSTS)

    assert attack.broken == []
    assert set(attack.statuses) <= {200, 201, 400, 403, 404, 409, 411, 413, 415, 429, 503}, attack.statuses
    assert attack.statuses[201] > POSTS / 10, "what is a photo, or a report, comes in all the same"
    assert most_memory(server.process.pid) < MOST_MEMORY
    assert server.get("/healthz")[0] == 200
    server.stop()  # what its worker makes of a photo is whole, or not there
    assert wrong_with(tmp_path / "photos") == []
    assert Photo.objects.exists()
    assert Case.objects.filter(kind="report").count() == Report.objects.count() > 0
