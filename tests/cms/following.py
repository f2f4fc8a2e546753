"""What the tests of following share: a resident who asks, and pages that editors publish."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, cast

from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from wagtail.models import Page

from cms.agenda.models import EventPage
from cms.following.models import Digest, Follower
from cms.following.tasks import claim_digests, send_digest
from cms.wins.models import SmallWinPage
from core.notify.moments import next_moment
from core.work.worker import run_due_tasks
from tests.cms.conftest import HOST_A, Sites

ANNA = "anna.bakker@example.test"


def browser(host: str = HOST_A, language: str = "en") -> Client:
    """Of a resident; forms need their token, as in life."""
    return Client(headers={"host": host, "accept-language": language})


def wanted(*areas: Any, **changes: Any) -> dict[str, Any]:
    """What the form sends."""
    return {
        "email": ANNA,
        "wijken": [area.pk for area in areas],
        "topics": ["gelukt", "nieuws", "agenda", "meldingen"],
        "frequency": "weekly",
        "language": "en",
    } | changes


def ask(client: Client, *areas: Any, **changes: Any) -> Any:
    answer = client.post("/volg/", wanted(*areas, **changes))
    run_due_tasks()
    return answer


def path_in(text: str, begin: str) -> str:
    """The path of the first address in a text that begins so."""
    found = re.search(rf"https?://[^/\s]+({re.escape(begin)}[^\s<>]+)", text)
    assert found is not None, text
    return found.group(1)


def question_path(number: int = -1) -> str:
    return path_in(str(mail.outbox[number].body), "/volg/bevestigen/")


def follower(sites: Sites, *areas: Any, now: datetime | None = None, **changes: Any) -> Follower:
    """Somebody who said yes; with `now` as if it was then. The question is taken out of the outbox."""
    client = browser()
    ask(client, *(areas or (sites.world.west,)), **changes)
    client.post(question_path())
    mail.outbox.clear()
    found = Follower.objects.get(email=changes.get("email", ANNA))
    if now is not None:
        found.told_until = found.confirmed_at = now
        found.next_at = next_moment(found.frequency, now)
        found.save()
    return found


def message(number: int = -1) -> EmailMessage:
    """As it goes over the wire."""
    return mail.outbox[number].message()


def html_of(number: int = -1) -> str:
    """The looks of a mail that was sent."""
    [(html, kind)] = cast("EmailMultiAlternatives", mail.outbox[number]).alternatives
    assert kind == "text/html"
    return str(html)


def publish(page: Page, at: datetime | None = None) -> Any:
    """As an editor does; with `at` as if it was then."""
    page.save_revision().publish()
    return stamp(page, at)


def stamp(page: Page, at: datetime | None) -> Any:
    if at is not None:
        Page.objects.filter(pk=page.pk).update(first_published_at=at, last_published_at=at)
    page.refresh_from_db()
    return page


def win(
    sites: Sites, area: Any, title: str = "De lamp doet het weer", at: datetime | None = None, **fields: Any
) -> Any:
    page = SmallWinPage(title=title, lead="Iedereen ziet weer waar hij loopt.", **fields)
    sites.wijk(area).add_child(instance=page)
    return publish(page, at)


def news(sites: Sites, title: str = "Nieuwe bomen", at: datetime | None = None, **fields: Any) -> Any:
    return stamp(sites.news(sites.a, title, **fields), at)


def event(sites: Sites, area: Any, starts_at: datetime, at: datetime | None = None, **fields: Any) -> Any:
    values: dict[str, Any] = {
        "title": "Koffie in het buurthuis",
        "lead": "Iedereen is welkom.",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "place": "Buurthuis De Haven",
    } | fields
    page = EventPage(**values)
    sites.wijk(area).add_child(instance=page)
    return publish(page, at)


def send_due(now: datetime) -> list[str]:
    """Everything that is due at this moment, sent at this moment; what became of each."""
    claim_digests(now=now)
    return [send_digest(pk, now=now) for pk in Digest.objects.filter(state="owed").values_list("pk", flat=True)]
