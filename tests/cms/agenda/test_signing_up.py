"""Signing up for an event, as a resident does: without a script, with an e-mail, and as one of too many."""

from __future__ import annotations

import logging
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from cms.agenda.actions import HELD, KEPT, tend
from cms.agenda.models import Attendance, EventPage
from cms.agenda.queries import SURE, holding
from cms.home.actions import set_up_site
from core.work.worker import run_due_tasks
from tests.cms.agenda.conftest import (
    MakeEvent,
    agenda_of,
    browser,
    comes,
    days_ahead,
    event_on,
    letters_to,
    link_in,
    on_of,
    open_link,
    press,
    sign_up,
)
from tests.cms.conftest import HOST_A, HOST_B, Sites
from tests.support.world import World

State = Attendance.State


@pytest.fixture
def full(make_event: MakeEvent) -> EventPage:
    """Two seats, both taken."""
    event = make_event("Taart bakken", sign_up="here", seats=2)
    comes(event, "anna@example.nl", people=2)
    return event


def states(event: EventPage) -> dict[str, str]:
    return dict(event.attendances.values_list("email", "state"))


def expire(event: EventPage, email: str) -> None:
    """Nobody answered in time."""
    event.attendances.filter(email=email).update(until=timezone.now() - timedelta(seconds=1))
    tend(now=timezone.now())


# --- one who signs up -------------------------------------------------------------------------


def test_a_place_is_held_until_the_reader_of_the_mailbox_confirms(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=5)
    now = timezone.now()
    answer = sign_up(event, "Anna@Example.nl ", people=2)

    assert answer.status_code == 302
    row = event.attendances.get()
    assert (row.email, row.state, row.people) == ("anna@example.nl", State.ASKED, 2)
    assert now + HELD <= row.until <= timezone.now() + HELD
    [letter] = letters_to("anna@example.nl")
    assert "Samira" not in letter.body, "anybody may have typed this address and this name"
    client, page = open_link("anna@example.nl")
    assert event.attendances.get().state == State.ASKED, "a mail scanner opens links too"
    assert press(client, "bevestigen", page).status_code == 302
    assert event.attendances.get().state == State.SEAT
    assert event.attendances.get().until is None


def test_the_private_link_leaves_the_address_at_once_and_the_log_never_holds_it(
    make_event: MakeEvent, caplog: pytest.LogCaptureFixture
) -> None:
    event = make_event(sign_up="here")
    sign_up(event, "anna@example.nl")
    [letter] = letters_to("anna@example.nl")
    path = link_in(letter)
    answer = browser().get(path)
    assert answer["Location"] == "/aanmelding/"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer.cookies["aanmelding"]["httponly"]
    assert not browser().head(path).cookies
    token = path.split("/")[2]
    assert not Attendance.objects.filter(token_hash=token).exists()
    assert token not in str(list(Attendance.objects.values_list()))
    with caplog.at_level(logging.WARNING):
        browser().get(f"/aanmelding/{token[:-1]}x/")
    assert browser().get(f"/aanmelding/{token[:-1]}x/").status_code == 404


def test_what_was_typed_is_kept_with_what_is_wrong_beside_it(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=3)
    answer = sign_up(event, "geen adres", name="Samira de Wit")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'value="Samira de Wit"' in page
    assert 'value="geen adres"' in page
    assert answer.context["form"].errors.keys() == {"email"}
    assert not event.attendances.exists()


@pytest.mark.parametrize("name", ["", "   ", "kijk op http://reclame.example", "x" * 81])
def test_a_name_is_a_name(make_event: MakeEvent, name: str) -> None:
    event = make_event(sign_up="here")
    assert sign_up(event, "anna@example.nl", name=name).status_code == 400
    assert not event.attendances.exists()


def test_signing_up_twice_is_once_and_looks_the_same(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=3)
    first = sign_up(event, "anna@example.nl")
    again = sign_up(event, "ANNA@example.nl", people=2)
    assert (first.status_code, first["Location"]) == (again.status_code, again["Location"])
    assert event.attendances.get().people == 1
    assert len(letters_to("anna@example.nl")) == 2


def test_a_machine_that_fills_in_everything_is_told_that_all_went_well(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=3)
    person, machine = sign_up(event, "anna@example.nl"), sign_up(event, "bot@example.nl", website="http://x.example")
    assert (machine.status_code, machine["Location"]) == (person.status_code, person["Location"])
    assert list(states(event)) == ["anna@example.nl"]


def test_very_many_sign_ups_from_one_address_have_to_wait(make_event: MakeEvent, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"sign-up": "2/hour"}
    event = make_event(sign_up="here", seats=9)
    answers = [sign_up(event, f"a{number}@example.nl").status_code for number in range(3)]
    assert answers == [302, 302, 429]
    assert event.attendances.count() == 2


def test_one_address_cannot_be_flooded_by_others(make_event: MakeEvent, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"mail": "2/hour"}
    event = make_event(sign_up="here", seats=9)
    for _unused in range(4):
        sign_up(event, "anna@example.nl")
    assert len(letters_to("anna@example.nl")) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"sign_up": "none"},
        {"sign_up": "link", "sign_up_link": "https://example.org/"},
    ],
)
def test_there_is_no_form_where_nobody_signs_up_here(make_event: MakeEvent, fields: dict[str, str]) -> None:
    event = make_event(**fields)
    assert browser().get(f"/aanmelden/{event.pk}/{on_of(event)}/").status_code == 404


def test_a_date_that_is_none_of_the_event_is_not_found(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here")
    for on in ("2020-01-01", "morgen", "2026-13-40", "20261201--"):
        assert browser().get(f"/aanmelden/{event.pk}/{on}/").status_code == 404


def test_another_municipality_does_not_know_the_event_nor_the_place(sites: Sites, make_event: MakeEvent) -> None:
    event = make_event(sign_up="here")
    comes(event, "anna@example.nl")
    elsewhere = Client(headers={"host": HOST_B})
    assert elsewhere.get(f"/aanmelden/{event.pk}/{on_of(event)}/").status_code == 404
    assert elsewhere.get(link_in(letters_to("anna@example.nl")[0])).status_code == 404
    assert elsewhere.get(f"/feeds/evenement/{event.pk}.ics").status_code == 404


def test_signing_up_closes_so_many_hours_before(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", closes_hours=48, starts_at=days_ahead(1))
    assert sign_up(event, "anna@example.nl").status_code == 409
    assert not event.attendances.exists()
    assert "/aanmelden/" not in browser().get(event.get_url_parts()[2]).content.decode()


def test_an_unpublished_event_takes_nobody(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here")
    event.unpublish()
    assert sign_up(event, "anna@example.nl").status_code == 404


# --- full: the waiting list -------------------------------------------------------------------


def test_who_comes_when_it_is_full_waits_and_moves_up_when_somebody_cancels(full: EventPage) -> None:
    sign_up(full, "bram@example.nl", people=2)
    sign_up(full, "carla@example.nl", people=1)
    assert states(full) == {"anna@example.nl": "seat", "bram@example.nl": "waiting", "carla@example.nl": "waiting"}
    assert len(letters_to("bram@example.nl")) == 1

    client, page = open_link("anna@example.nl")
    assert press(client, "afmelden", page).status_code == 200
    assert states(full) == {"bram@example.nl": "offered", "carla@example.nl": "waiting"}
    offered = full.attendances.get(email="bram@example.nl")
    assert offered.until <= timezone.now() + HELD
    client, page = open_link("bram@example.nl")
    press(client, "bevestigen", page)
    assert states(full) == {"bram@example.nl": "seat", "carla@example.nl": "waiting"}


def test_an_offer_that_nobody_answers_goes_to_the_next(full: EventPage) -> None:
    sign_up(full, "bram@example.nl", people=2)
    sign_up(full, "carla@example.nl", people=1)
    client, page = open_link("anna@example.nl")
    press(client, "afmelden", page)
    stale, seen = open_link("bram@example.nl")
    expire(full, "bram@example.nl")

    assert states(full) == {"carla@example.nl": "offered"}
    assert press(stale, "bevestigen", seen).status_code == 404, "the place is somebody else's by now"


def test_who_does_not_confirm_loses_the_place_to_who_waits(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=1)
    sign_up(event, "anna@example.nl")
    sign_up(event, "bram@example.nl")
    assert states(event) == {"anna@example.nl": "asked", "bram@example.nl": "waiting"}
    expire(event, "anna@example.nl")
    assert states(event) == {"bram@example.nl": "offered"}


def unsure(event: EventPage, email: str) -> None:
    """They signed up longer ago than a seat is kept."""
    event.attendances.filter(email=email).update(created_at=timezone.now() - SURE)


def test_a_seat_that_is_not_confirmed_soon_is_for_who_is_first(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=1)
    sign_up(event, "anna@example.nl")
    [letter] = letters_to("anna@example.nl")
    assert "if it is still free" in letter.body
    unsure(event, "anna@example.nl")
    late, seen = open_link("anna@example.nl")
    comes(event, "bram@example.nl")
    assert states(event) == {"anna@example.nl": "asked", "bram@example.nl": "seat"}
    assert press(late, "bevestigen", seen).status_code == 302
    assert states(event) == {"anna@example.nl": "waiting", "bram@example.nl": "seat"}


def test_who_confirms_late_has_the_seat_that_is_still_free(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=2, waiting_list=False)
    for email in ("anna@example.nl", "els@example.nl"):
        sign_up(event, email)
        unsure(event, email)
    first, page = open_link("anna@example.nl")
    second, other = open_link("els@example.nl")
    assert press(first, "bevestigen", page).status_code == 302
    comes(event, "bram@example.nl")
    assert press(second, "bevestigen", other).status_code == 409, "full, and nobody waits"
    assert states(event) == {"anna@example.nl": "seat", "bram@example.nl": "seat", "els@example.nl": "asked"}


def test_a_seat_that_nobody_confirms_is_soon_offered_to_who_waits(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=1)
    sign_up(event, "anna@example.nl")
    sign_up(event, "bram@example.nl")
    unsure(event, "anna@example.nl")
    tend(now=timezone.now())
    assert states(event) == {"anna@example.nl": "asked", "bram@example.nl": "offered"}


def test_a_group_that_does_not_fit_lets_a_smaller_one_go_first_and_keeps_its_turn(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=3)
    comes(event, "anna@example.nl", people=1)
    comes(event, "els@example.nl", people=2)
    sign_up(event, "bram@example.nl", people=3)
    sign_up(event, "carla@example.nl", people=1)
    client, page = open_link("anna@example.nl")
    press(client, "afmelden", page)
    assert states(event)["carla@example.nl"] == "offered"
    assert states(event)["bram@example.nl"] == "waiting"


def test_more_people_than_there_are_places_is_refused_with_the_number(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=3)
    comes(event, "anna@example.nl", people=2)
    answer = sign_up(event, "bram@example.nl", people=2)
    assert answer.status_code == 400
    assert "people" in answer.context["form"].errors
    assert not event.attendances.filter(email="bram@example.nl").exists()


def test_without_a_waiting_list_full_is_full(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=1, waiting_list=False)
    comes(event, "anna@example.nl")
    assert sign_up(event, "bram@example.nl").status_code == 409
    assert states(event) == {"anna@example.nl": "seat"}


def test_a_full_event_does_not_tell_who_signed_up_but_sends_them_their_link_again(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=1, waiting_list=False)
    comes(event, "anna@example.nl")
    before = len(letters_to("anna@example.nl"))
    known, unknown = sign_up(event, "anna@example.nl"), sign_up(event, "bram@example.nl")
    assert (known.status_code, unknown.status_code) == (409, 409)
    assert len(letters_to("anna@example.nl")) == before + 1
    assert letters_to("bram@example.nl") == []


def test_nobody_moves_up_just_before_it_begins(full: EventPage) -> None:
    sign_up(full, "bram@example.nl")
    EventPage.objects.filter(pk=full.pk).update(
        starts_at=timezone.now() + timedelta(minutes=90), ends_at=timezone.now() + timedelta(hours=3)
    )
    client, page = open_link("anna@example.nl")
    press(client, "afmelden", page)
    assert "offered" not in states(full).values()


def test_more_seats_let_in_who_waits(full: EventPage) -> None:
    sign_up(full, "bram@example.nl")
    full.seats = 3
    full.save_revision().publish()
    run_due_tasks()
    assert states(full)["bram@example.nl"] == "offered"


def test_a_cookie_of_another_tab_cancels_nothing_else(make_event: MakeEvent) -> None:
    one, two = make_event("Een", sign_up="here"), make_event("Twee", sign_up="here")
    comes(one, "anna@example.nl")
    comes(two, "anna@example.nl")
    client = browser()
    shown = client.get(link_in(letters_to("anna@example.nl")[0]), follow=True)
    client.get(link_in(letters_to("anna@example.nl")[1]), follow=True)
    assert press(client, "afmelden", shown).status_code == 404
    assert Attendance.objects.count() == 2


# --- a series, changes, reminders, forgetting -------------------------------------------------


def test_every_time_of_a_series_has_its_own_seats(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=1, repeats="week", repeats_times=3)
    first, second = (timezone.localtime(event.starts_at).date() + timedelta(weeks=week) for week in (0, 1))
    comes(event, "anna@example.nl", on=first.isoformat())
    assert sign_up(event, "anna@example.nl", on=second.isoformat()).status_code == 302
    assert sign_up(event, "bram@example.nl", on=first.isoformat())["Location"].endswith("?wacht=1")
    assert event.attendances.filter(on=second, state=State.ASKED).exists()


def test_who_signed_up_hears_once_that_it_is_cancelled_with_the_reason(full: EventPage) -> None:
    sign_up(full, "bram@example.nl")
    run_due_tasks()
    mail.outbox.clear()
    full.cancelled, full.cancelled_reason = True, "De oven is stuk."
    full.save_revision().publish()
    run_due_tasks()
    full.save_revision().publish()

    for address in ("anna@example.nl", "bram@example.nl"):
        [told] = letters_to(address)
        assert "De oven is stuk." in told.body
    page = browser().get(full.get_url_parts()[2]).content.decode()
    assert "De oven is stuk." in page
    assert "/aanmelden/" not in page


def test_a_date_that_moves_is_told_to_those_of_that_date_only(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", repeats="week", repeats_times=3)
    first, second = (timezone.localtime(event.starts_at).date() + timedelta(weeks=week) for week in (0, 1))
    comes(event, "anna@example.nl", on=first.isoformat())
    comes(event, "bram@example.nl", on=second.isoformat())
    mail.outbox.clear()
    event.changes.create(on=second, starts_at=event.starts_at + timedelta(days=8), reason="De zaal is bezet.")
    event.save_revision().publish()

    [told] = letters_to("bram@example.nl")
    assert "De zaal is bezet." in told.body
    assert not letters_to("anna@example.nl")
    moved = event.attendances.get(email="bram@example.nl")
    assert moved.starts_at == event.starts_at + timedelta(days=8)


def test_who_comes_is_reminded_once_the_day_before(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here")
    comes(event, "anna@example.nl")
    sign_up(event, "bram@example.nl")
    run_due_tasks()
    mail.outbox.clear()
    Attendance.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert tend(now=timezone.now())["reminded"] == 0
    soon = event.starts_at - timedelta(hours=20)
    assert tend(now=soon)["reminded"] == 1
    assert tend(now=soon + timedelta(hours=1))["reminded"] == 0
    assert len(letters_to("anna@example.nl")) == 1
    assert not letters_to("bram@example.nl"), "who did not confirm does not come"


def test_who_came_is_forgotten_and_only_how_many_stays(full: EventPage) -> None:
    link = link_in(letters_to("anna@example.nl")[0])
    assert tend(now=full.ends_at + KEPT - timedelta(hours=1))["erased"] == 0
    assert tend(now=full.ends_at + KEPT + timedelta(hours=1))["erased"] == 1
    row = full.attendances.get()
    assert (row.name, row.email, row.phone, row.people, row.state) == ("", "", "", 2, State.SEAT)
    assert browser().get(link).status_code == 404


def test_cancelling_leaves_nothing_of_them(full: EventPage) -> None:
    client, page = open_link("anna@example.nl")
    answer = press(client, "afmelden", page)
    assert answer.status_code == 200
    assert answer.cookies["aanmelding"].value == ""
    assert not full.attendances.exists()
    assert client.get("/aanmelding/").status_code == 404


def test_messages_are_in_the_language_of_who_signed_up(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here")
    form = {"name": "Samira", "email": "samira@example.nl", "people": 1}
    Client(headers={"host": HOST_A, "accept-language": "ar"}).post(f"/aanmelden/{event.pk}/{on_of(event)}/", form)
    assert event.attendances.get().language == "ar"
    [letter] = letters_to("samira@example.nl")
    assert letter.extra_headers["Content-Language"] == "ar"


def test_by_text_message_where_those_are_sent(make_event: MakeEvent, settings: Any, capsys: Any) -> None:
    settings.SMS_GATEWAY = "console"
    event = make_event(sign_up="here", seats=3)
    for _twice in range(2):
        answer = sign_up(event, "", phone="06 12345678")
        assert answer.status_code == 302
    row = event.attendances.get()
    assert (row.phone, row.email) == ("+31612345678", "")
    run_due_tasks()
    assert "/aanmelding/" in capsys.readouterr().out
    settings.SMS_GATEWAY = ""
    assert sign_up(event, "", phone="06 87654321").status_code == 400


# --- at once ----------------------------------------------------------------------------------


def test_of_many_at_once_no_more_get_a_seat_than_there_are(committed_world: World) -> None:
    site = set_up_site(committed_world.a.pk)
    event = event_on(agenda_of(site), days_ahead(5), sign_up="here", seats=5)
    path, barrier, codes = f"/aanmelden/{event.pk}/{on_of(event)}/", Barrier(8), list[int]()

    def go(number: int) -> None:
        try:
            barrier.wait(20)
            for again in range(2):
                form = {"name": "Buur", "email": f"buur{number}-{again}@example.nl", "people": 1 + number % 2}
                codes.append(browser().post(path, form).status_code)
            codes.append(browser().post(path, {"name": "Buur", "email": "een@example.nl", "people": 1}).status_code)
        finally:
            connection.close()

    threads = [Thread(target=go, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(codes) == 24
    assert set(codes) <= {302, 400}
    held = event.attendances.filter(holding(timezone.now()))
    assert sum(held.values_list("people", flat=True)) <= 5
    assert event.attendances.filter(email="een@example.nl").count() == 1
