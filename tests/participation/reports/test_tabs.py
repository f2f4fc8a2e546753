"""Two reports open in two tabs: a deed is done to the one that its page shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participation.cases.actions import move_case
from participation.cases.models import Case, Message
from participation.reports.following import COOKIE
from participation.reports.holding import release
from participation.reports.models import Contact, Held, Listener, Report, Supporter
from participation.reports.rules import ContactGiven
from tests.participation.reports.browser import WHOLE, filled, hidden, picture
from tests.participation.reports.supporting import join
from tests.support.world import HOST_A, World

KEYS = {
    "key": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "secret": "BTBZMqHH6r4Tts7J_aSIgg",
}
"""Of the example in RFC 8291."""
ANNA = ContactGiven(email="anna@example.nl", name="Anna")


IN_A_TAB: dict[str, tuple[str, dict[str, Any]]] = {
    "message": ("/volgen/bericht/", {"text": "Dit hoort bij A"}),
    "contact": ("/volgen/contact/", {"name": "A", "email": "a@example.nl"}),
    "compliment": ("/volgen/compliment/", {}),
    "withdrawal": ("/volgen/intrekken/", {}),
    "no": ("/volgen/oordeel/", {"solved": "no"}),
}


def state_of(sent: Any) -> tuple[Any, ...]:
    report, case = Report.objects.get(pk=sent.case.pk), Case.objects.get(pk=sent.case.pk)
    contact = Contact.objects.filter(report=report).first()
    return (
        case.status,
        report.withdrawn_at is not None,
        report.complimented_at is not None,
        contact and contact.email,
        Message.objects.filter(case=case).count(),
    )


@pytest.mark.parametrize("deed", IN_A_TAB)
def test_a_deed_is_done_to_the_report_that_its_page_shows(client: Client, world: World, deed: str) -> None:
    a, b = world.report(contact=ANNA), world.report(contact=ANNA)
    for sent in (a, b):
        move = "resolve" if deed == "no" else "start"
        message = "Klaar" if deed == "no" else ""
        actor = world.actor(world.bram)
        move_case(reference=sent.case.reference, move=move, message=message, actor=actor, now=timezone.now())
    address, fields = IN_A_TAB[deed]
    client.get(f"/volgen/{a.token}/")
    page = client.get("/volgen/intrekken/" if deed == "withdrawal" else "/volgen/")
    named = hidden(page)["report"]
    assert named == a.case.reference
    client.get(f"/volgen/{b.token}/")  # in another tab
    before = state_of(b)

    answer = client.post(address, fields | {"report": named})

    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert state_of(b) == before
    assert state_of(a) != before
    assert client.cookies[COOKIE].value == a.token, "the tab shows its own report again"


def test_the_part_that_changes_is_of_the_report_that_the_page_shows(client: Client, world: World) -> None:
    a, b = world.report(), world.report(text="Er ligt glas", category="straatverlichting")
    client.get(f"/volgen/{a.token}/")
    assert f'data-report="{a.case.reference}"' in client.get("/volgen/").content.decode()
    client.get(f"/volgen/{b.token}/")
    live = client.get(f"/volgen/?part=live&report={a.case.reference}").content.decode()
    assert f'value="{a.case.reference}"' in live or "Reiniging" in live
    assert client.cookies[COOKIE].value == b.token, "looking changes nothing"


def test_a_page_of_a_report_that_this_browser_no_longer_has_does_nothing(client: Client, world: World) -> None:
    a, b = world.report(contact=ANNA), world.report(contact=ANNA)
    client.get(f"/volgen/{b.token}/")

    for address, fields in IN_A_TAB.values():
        answer = client.post(address, fields | {"report": a.case.reference}, headers={"Accept-Language": "en"})
        assert answer.status_code == 409
        assert "so nothing was changed" in answer.content.decode()
    assert client.get(f"/volgen/?report={a.case.reference}").status_code == 404
    assert client.get(f"/volgen/intrekken/?report={a.case.reference}").status_code == 404
    assert state_of(a) == state_of(b) == ("received", False, False, "anna@example.nl", 0)


def test_a_held_report_in_another_tab_is_the_one_that_is_taken_back(anna: Client, world: World) -> None:
    anna.post(WHOLE, filled(anna.get("/melden/"), website="x"))
    held = anna.get("/volgen/")
    token = hidden(held)
    sent = world.report()
    anna.get(f"/volgen/{sent.token}/")

    assert anna.post("/volgen/intrekken/wachtend/", token).status_code == 302

    assert "What you wrote is gone" in anna.get("/volgen/").content.decode()
    assert Report.objects.get(pk=sent.case.pk).withdrawn_at is None


def test_a_held_report_that_was_released_meanwhile_is_shown(anna: Client, world: World) -> None:
    anna.post(WHOLE, filled(anna.get("/melden/"), website="x"))
    fields = hidden(anna.get("/volgen/"))
    release(Held.objects.get().pk, by=None, now=timezone.now())

    assert anna.post("/volgen/intrekken/wachtend/", fields)["Location"] == "/volgen/"

    page = anna.get("/volgen/")
    assert (page.status_code, Case.objects.get().reference in page.content.decode()) == (200, True)
    assert Report.objects.get().withdrawn_at is None, "it asks again: now a team has it"


# --- somebody who joined two ------------------------------------------------------------------


def test_a_supporter_with_two_tabs_asks_for_updates_of_the_one_in_sight(world: World) -> None:
    a, b = world.report(contact=ContactGiven()), world.report(contact=ContactGiven())
    neighbour = Client(HTTP_HOST=HOST_A)
    pages = []
    for sent in (a, b):
        joined = join(neighbour, sent.case.reference).json()
        neighbour.get(f"/melden/ook/volgen/{joined['tracking']['token']}/")
        pages.append(hidden(neighbour.get("/melden/ook/volgen/")))
    assert pages[0]["report"] == a.case.reference

    answer = neighbour.post("/melden/ook/volgen/e-mail/", {"report": a.case.reference, "email": "buur@example.nl"})

    assert answer.status_code == 302
    assert Supporter.objects.get(case=a.case).email == "buur@example.nl"
    assert Supporter.objects.get(case=b.case).email == ""
    assert a.case.reference in neighbour.get("/melden/ook/volgen/").content.decode()
    photo = {"report": b.case.reference, "photos": picture()}
    assert neighbour.post("/melden/ook/volgen/foto/", photo).status_code == 302
    assert Supporter.objects.get(case=b.case).photo_count == 1
    other = world.report()
    stop = {"report": other.case.reference, "stop": "1"}
    assert neighbour.post("/melden/ook/volgen/e-mail/", stop).status_code == 409
    assert Supporter.objects.get(case=a.case).email == "buur@example.nl"


def test_messages_on_the_device_are_switched_on_for_the_report_in_sight(
    client: Client, world: World, settings: Any
) -> None:
    settings.PUSH_SERVICES = ["https://push.example"]
    a, b = world.report(), world.report()
    client.get(f"/volgen/{a.token}/")
    named = hidden(client.get("/volgen/"))["report"]
    client.get(f"/volgen/{b.token}/")
    browser = {"endpoint": "https://push.example/1"} | KEYS

    assert client.post("/volgen/toestel/", browser | {"report": named}).status_code == 200

    assert Listener.objects.get().report_id == a.case.pk
