"""Events on the sites of two municipalities, and people who sign up for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from cms.agenda.models import AgendaIndexPage, EventPage
from cms.home.actions import SiteMade
from core.work.worker import run_due_tasks
from tests.cms.conftest import HOST_A, Sites

__all__ = ["make_event"]

MakeEvent = Callable[..., EventPage]


def event_on(parent: Page, start: datetime, title: str = "Koffie in de buurt", **fields: Any) -> EventPage:
    fields = {"lead": "Kom erbij.", "place": "Buurthuis De Linde", "ends_at": start + timedelta(hours=2)} | fields
    page = EventPage(title=title, starts_at=start, **fields)
    parent.add_child(instance=page)
    page.save_revision().publish()
    found: EventPage = EventPage.objects.get(pk=page.pk)
    return found


def agenda_of(site: SiteMade) -> AgendaIndexPage:
    found: AgendaIndexPage = AgendaIndexPage.objects.child_of(site.home).get()
    return found


@pytest.fixture
def make_event(sites: Sites) -> MakeEvent:
    """An event of the first municipality, five days from now unless said otherwise."""

    def make(title: str = "Koffie in de buurt", *, parent: Page | None = None, **fields: Any) -> EventPage:
        start = fields.pop("starts_at", None) or days_ahead(5)
        return event_on(parent or agenda_of(sites.a), start, title, **fields)

    return make


def days_ahead(days: int) -> datetime:
    """At ten in the morning."""
    return timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=days)


def browser(**headers: str) -> Client:
    return Client(headers={"host": HOST_A, "accept-language": "en", **headers})


def on_of(event: EventPage) -> str:
    return timezone.localtime(event.starts_at).date().isoformat()


def sign_up(event: EventPage, email: str, *, on: str = "", people: int = 1, **more: Any) -> Any:
    form = {"name": "Samira", "email": email, "people": people} | more
    return browser().post(f"/aanmelden/{event.pk}/{on or on_of(event)}/", form)


def letters_to(address: str) -> list[Any]:
    """What this address has got, after everything that was owed is done."""
    run_due_tasks()
    return [one for one in mail.outbox if one.to == [address]]


def link_in(letter: Any) -> str:
    found = re.search(r"https?://[^/\s]+(/aanmelding/\S+)", str(letter.body))
    assert found, letter.body
    return found[1]


def open_link(email: str, *, last: int = -1) -> tuple[Client, Any]:
    """The reader of a mailbox opens the private link; their browser, and the page they see."""
    client = browser()
    answer = client.get(link_in(letters_to(email)[last]), follow=True)
    return client, answer


def press(client: Client, deed: str, page: Any) -> Any:
    return client.post(f"/aanmelding/{deed}/", {"place": page.context["row"].pk})


def comes(event: EventPage, email: str, **more: Any) -> Client:
    """Signed up and confirmed."""
    assert sign_up(event, email, **more).status_code == 302
    client, page = open_link(email)
    assert press(client, "bevestigen", page).status_code == 302
    return client
