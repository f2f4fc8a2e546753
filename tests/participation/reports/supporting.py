"""What somebody does who sees the same."""

from __future__ import annotations

import re
from typing import Any

from django.core import mail
from django.test import Client
from django.utils import timezone

from core.work.worker import run_due_tasks
from participation.cases.actions import move_case
from participation.cases.models import Case
from participation.reports.models import Supporter
from tests.support.world import World


def join(client: Client, reference: str, body: dict[str, Any] | None = None, *, once: str = "") -> Any:
    """`once`: the idempotency key."""
    return client.post(
        f"/api/v1/reports/{reference}/supporters",
        body or {},
        content_type="application/json",
        headers={"Accept-Language": "en"} | ({"Idempotency-Key": once} if once else {}),
    )


def count(case: Case) -> int:
    return Case.objects.get(pk=case.pk).supporter_count


def supporters(case: Case) -> int:
    return Supporter.objects.filter(case=case).count()


def mails_to(address: str) -> list[str]:
    """What this address has got, after everything that was owed is done."""
    run_due_tasks()
    return [str(one.body) for one in mail.outbox if one.to == [address]]


def consent_path(text: str) -> str:
    found = re.search(r"https?://[^/]+(/melden/ook/bevestig/\S+)", text)
    assert found, text
    return found[1]


def say_yes(address: str) -> Client:
    """The reader of a mailbox presses the link and the button; answers their browser."""
    browser = Client(HTTP_ACCEPT_LANGUAGE="en")
    assert browser.post(consent_path(mails_to(address)[-1]), {"yes": "1"}).status_code == 302
    return browser


def handle(world: World, case: Case, *moves: str) -> None:
    for move in moves:
        move_case(
            reference=case.reference, move=move, message="Klaar.", actor=world.actor(world.bram), now=timezone.now()
        )
