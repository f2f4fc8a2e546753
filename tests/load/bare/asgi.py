import os
import threading
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.load.bare.settings"
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402

from core.live.http import Bodies, WsgiBridge  # noqa: E402
from tests.load.bare import models, urls  # noqa: E402

with connection.schema_editor() as editor:
    for model in (models.Thing, models.Work, models.Logged):
        editor.create_model(model)
threading.Thread(target=urls.LOOP.run_forever, daemon=True).start()
http = WsgiBridge(WSGIHandler(), threads=settings.HTTP_THREADS, bodies=Bodies(1_000_000, {}))


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await http(scope, receive, send)
    elif scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
