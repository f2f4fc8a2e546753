"""What a resident does to sign in."""

from __future__ import annotations

import re
from typing import Any

from django.core import mail
from django.test import Client

from core.work.worker import run_due_tasks
from tests.support.world import HOST_A

ANNA = "anna@example.nl"


def browser(host: str = HOST_A, **more: Any) -> Client:
    """Somebody's browser, in English."""
    return Client(headers={"host": host, "accept-language": "en"}, **more)


def ask(client: Client, address: str = ANNA, **more: str) -> Any:
    return client.post("/mijn/inloggen/", {"address": address, **more})


def fill_in(client: Client, code: str, address: str = ANNA, **more: str) -> Any:
    return client.post("/mijn/inloggen/code/", {"address": address, "code": code, **more})


def mailed_code() -> str:
    """The code of the newest mail, which is sent first."""
    run_due_tasks()
    return re.findall(r"^(\d{6})$", str(mail.outbox[-1].body), re.MULTILINE)[0]
