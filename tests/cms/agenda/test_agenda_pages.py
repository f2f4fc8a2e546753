"""What residents see of the agenda, and what editors do with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry

from cms.agenda.models import Attendance, EventChange, EventPage
from cms.agenda.queries import SERIES_AHEAD, upcoming_events
from core.areas.models import Area
from core.ui.languages import own_name
from core.work.worker import run_due_tasks
from participation.routing.models import Theme
from tests.cms.agenda.conftest import MakeEvent, agenda_of, browser, comes, days_ahead, event_on, on_of, sign_up
from tests.cms.conftest import Sites, signed_in


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def address_of(event: EventPage) -> str:
    return str(event.get_url_parts()[2])


def form_of(**changes: Any) -> dict[str, Any]:
    """What the editor's form sends to publish a new event."""
    start = days_ahead(9).strftime("%Y-%m-%d %H:%M")
    return {
        "title": "Samen eten",
        "slug": "samen-eten",
        "lead": "Iedereen kookt iets.",
        "starts_at": start,
        "ends_at": (days_ahead(9) + timedelta(hours=2)).strftime("%Y-%m-%d %H:%M"),
        "repeats": "",
        "repeats_until": "",
        "repeats_times": "",
        "place": "Buurthuis De Linde",
        "address": "",
        "wheelchair": "yes",
        "area": "",
        "sign_up": "here",
        "seats": "20",
        "most_people": "4",
        "closes_hours": "0",
        "waiting_list": "on",
        "languages": ["nl", "ar"],
        "changes-TOTAL_FORMS": "0",
        "changes-INITIAL_FORMS": "0",
        "changes-MIN_NUM_FORMS": "0",
        "changes-MAX_NUM_FORMS": "1000",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
        "action-publish": "action-publish",
    } | changes


# --- the list ---------------------------------------------------------------------------------


def test_an_empty_agenda_says_so_and_offers_the_calendar(sites: Sites) -> None:
    page = text_of(sites.visit("/agenda/"))
    assert "Nothing is planned yet" in page
    assert "/feeds/agenda.ics" in page


def test_the_agenda_goes_day_by_day_soonest_first_and_leaves_out_what_was(make_event: MakeEvent) -> None:
    make_event("Later", starts_at=days_ahead(20))
    make_event("Eerder", starts_at=days_ahead(2))
    make_event("Geweest", starts_at=days_ahead(-3))
    page = text_of(browser().get("/agenda/"))
    assert page.index("Eerder") < page.index("Later")
    assert "Geweest" not in page
    past = text_of(browser().get("/agenda/?toon=geweest"))
    assert "Geweest" in past
    assert "Later" not in past


def test_every_time_of_a_series_stands_on_its_own_day_and_one_that_is_off_says_so(make_event: MakeEvent) -> None:
    event = make_event("Taalcafé", repeats="week", repeats_times=3)
    second = timezone.localtime(event.starts_at).date() + timedelta(weeks=1)
    event.changes.add(EventChange(on=second, reason="Vakantie"))
    event.save_revision().publish()
    answer = browser().get("/agenda/")
    assert sum(len(listed) for _month, listed in answer.context["months"]) == 3
    assert text_of(answer).count("Cancelled") == 1
    assert "Vakantie" in text_of(browser().get(f"{address_of(event)}?dag={second}"))


def test_a_series_does_not_hide_what_comes_after_it(make_event: MakeEvent) -> None:
    make_event("Elke week", repeats="week", repeats_times=50)
    make_event("Over een half jaar", starts_at=days_ahead(180))
    make_event("Een late reeks", starts_at=days_ahead(100), repeats="week", repeats_times=50)
    page = text_of(browser().get("/agenda/"))
    assert page.count("Elke week") == SERIES_AHEAD.days // 7
    assert page.count("Een late reeks") == 1
    assert "Over een half jaar" in page


def test_a_wijk_shows_its_own_events_and_those_for_everyone(sites: Sites, make_event: MakeEvent) -> None:
    here, there = (Area.objects.filter(gemeente=sites.world.a, level="wijk").order_by("code"))[:2]
    make_event("Hier", area=here)
    make_event("Daar", area=there)
    make_event("Overal")
    page = text_of(browser().get(f"/agenda/?wijk={here.code}"))
    assert "Hier" in page
    assert "Overal" in page
    assert "Daar" not in page
    assert f"/feeds/wijk/{here.code}/agenda.ics" in page
    assert "Daar" in text_of(browser().get("/agenda/?wijk=WK000000&thema=niets&pagina=x")), "nonsense filters nothing"


def test_a_theme_filters_and_its_page_numbers_keep_it(sites: Sites, make_event: MakeEvent) -> None:
    theme = Theme.objects.filter(gemeente=sites.world.a).first()
    assert theme is not None
    for number in range(25):
        make_event(f"Groen {number}", theme=theme)
    make_event("Ander")
    page = text_of(browser().get(f"/agenda/?thema={theme.slug}"))
    assert "Ander" not in page
    assert f"?thema={theme.slug}&amp;pagina=2" in page


def test_the_agenda_of_another_municipality_is_its_own(sites: Sites, make_event: MakeEvent) -> None:
    make_event("Alleen in Waterstad")
    event_on(agenda_of(sites.b), days_ahead(4), "Alleen in Duindorp")
    page = text_of(browser().get("/agenda/"))
    assert "Alleen in Waterstad" in page
    assert "Alleen in Duindorp" not in page


def test_many_events_cost_no_more_queries_than_few(
    make_event: MakeEvent, django_assert_num_queries: Callable[..., Any]
) -> None:
    client = browser()
    for number in range(6):
        make_event(f"Nummer {number}", sign_up="here", seats=2, repeats="week", repeats_times=5)
    client.get("/agenda/")
    with django_assert_num_queries(9):
        assert client.get("/agenda/").status_code == 200


def test_cards_for_other_pages_take_two_queries(
    sites: Sites, make_event: MakeEvent, django_assert_num_queries: Callable[..., Any]
) -> None:
    make_event("Reeks", repeats="week", repeats_times=5)
    make_event("Eén keer", starts_at=days_ahead(6))
    with django_assert_num_queries(2):
        found = upcoming_events(sites.a.home, timezone.now(), 3)
    assert [one.page.title for one in found] == ["Reeks", "Eén keer"], "of a series the first time only"


# --- the event --------------------------------------------------------------------------------


def test_an_event_says_when_where_and_how_to_sign_up(make_event: MakeEvent) -> None:
    event = make_event(
        sign_up="here", seats=5, address="Havenkade 12", languages=["nl", "ar"], wheelchair="yes", costs="€ 2"
    )
    page = text_of(browser().get(address_of(event)))
    for said in ("Havenkade 12", own_name("ar"), "€ 2", "wheelchair", "5 places left", f"/aanmelden/{event.pk}/"):
        assert said in page


def test_an_event_says_that_it_is_full_and_offers_the_waiting_list(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=1)
    comes(event, "anna@example.nl")
    page = text_of(browser().get(address_of(event)))
    assert "Put me on the waiting list" in page
    assert "Full" in text_of(browser().get("/agenda/"))
    event.waiting_list = False
    event.save_revision().publish()
    assert "/aanmelden/" not in text_of(browser().get(address_of(event)))


def test_an_event_that_is_over_says_so(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", starts_at=days_ahead(-2))
    page = text_of(browser().get(address_of(event)))
    assert "This is over." in page
    assert "/aanmelden/" not in page


@pytest.mark.parametrize("asked", ["", "?dag=2020-01-01", "?dag=onzin", "?dag=2026-W01-1"])
def test_a_series_shows_its_next_time_unless_asked_for_another(make_event: MakeEvent, asked: str) -> None:
    event = make_event(starts_at=days_ahead(-1), repeats="week", repeats_times=4)
    answer = browser().get(address_of(event) + asked)
    assert answer.context["occurrence"].start == event.starts_at + timedelta(weeks=1)


@pytest.mark.parametrize("weeks", [1, 2])
def test_machines_are_told_of_the_time_that_the_page_shows(make_event: MakeEvent, weeks: int) -> None:
    event = make_event(starts_at=days_ahead(-1), repeats="week", repeats_times=4, costs="2 euro")
    at = timezone.localtime(event.starts_at) + timedelta(weeks=weeks)
    asked = f"?dag={at.date()}" if weeks > 1 else ""
    shown = browser().get(address_of(event) + asked).content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', shown)
    assert found
    told = json.loads(found[1])
    assert (told["startDate"], told["isAccessibleForFree"]) == (at.isoformat(), False)


def test_what_is_cancelled_shows_that_also_when_every_time_is_off(make_event: MakeEvent) -> None:
    event = make_event(repeats="week", repeats_times=3, cancelled=True, cancelled_reason="Storm")
    at = event.shown(timezone.now())
    assert at.on.isoformat() == on_of(event)
    assert (event.public_facts(at)["status"], event.public_facts(at)["reason"]) == ("cancelled", "Storm")


# --- editors ----------------------------------------------------------------------------------


def test_an_editor_makes_an_event_for_a_wijk_with_nothing_but_the_form(sites: Sites, editor: Client) -> None:
    area = Area.objects.filter(gemeente=sites.world.a, level="wijk").first()
    assert area is not None
    wijk = sites.wijk(area)
    answer = editor.post(f"/beheer/pages/add/cms_agenda/eventpage/{wijk.pk}/", form_of())
    assert answer.status_code == 302, answer.context["form"].errors
    event = EventPage.objects.get(slug="samen-eten")
    assert (event.live, event.area_id, event.seats, event.languages) == (True, area.pk, 20, ["nl", "ar"])
    assert event.over_at == event.ends_at
    assert "Samen eten" in text_of(browser().get("/agenda/"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": "2020-01-01 10:00"}, "ends_at"),
        ({"repeats": "week"}, "repeats_until"),
        ({"repeats": "week", "repeats_until": "2020-01-01"}, "repeats_until"),
        ({"repeats": "week", "repeats_until": "2099-01-01"}, "repeats_until"),
        ({"repeats": "week", "repeats_times": "500"}, "repeats_times"),
        ({"sign_up": "link"}, "sign_up_link"),
        ({"seats": "0"}, "seats"),
        ({"most_people": "11"}, "most_people"),
        ({"languages": ["klingon"]}, "languages"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    sites: Sites, editor: Client, changes: dict[str, Any], field: str
) -> None:
    parent = agenda_of(sites.a)
    answer = editor.post(f"/beheer/pages/add/cms_agenda/eventpage/{parent.pk}/", form_of(**changes))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]


def test_what_is_asked_about_signing_up_follows_how_people_do_that(sites: Sites, editor: Client) -> None:
    form = editor.get(f"/beheer/pages/add/cms_agenda/eventpage/{sites.wijk(sites.world.west).pk}/").content.decode()
    style = (Path(__file__).parents[3] / "frontend" / "public" / "beheer.css").read_text()
    for choice, many in ((EventPage.SignUp.LINK, 1), (EventPage.SignUp.HERE, 3)):
        assert len(re.findall(rf'class="[^"]*\bsign-up-{choice}\b', form)) == many
        assert f'form:has([name="sign_up"] > option[value="{choice}"]:not(:checked)) .sign-up-{choice}:not(' in style


def test_a_date_that_is_different_must_be_one_of_the_series(sites: Sites, editor: Client) -> None:
    path = f"/beheer/pages/add/cms_agenda/eventpage/{agenda_of(sites.a).pk}/"
    second = days_ahead(16).date()
    form = form_of(repeats="week", repeats_times="4") | {
        "changes-TOTAL_FORMS": "1",
        "changes-0-id": "",
        "changes-0-ORDER": "1",
        "changes-0-DELETE": "",
        "changes-0-on": (second + timedelta(days=1)).isoformat(),
        "changes-0-starts_at": "",
        "changes-0-ends_at": "",
        "changes-0-reason": "Vakantie",
    }
    answer = editor.post(path, form)
    assert answer.status_code == 200
    assert list(answer.context["form"].formsets["changes"].forms[0].errors) == ["on"]
    assert editor.post(path, form | {"changes-0-on": second.isoformat()}).status_code == 302
    event = EventPage.objects.get(slug="samen-eten")
    at = event.occurrence_on(second)
    assert at is not None
    assert (at.cancelled, at.reason) == (True, "Vakantie")


def test_only_themes_wijken_and_people_of_the_own_municipality_can_be_chosen(sites: Sites, editor: Client) -> None:
    form = editor.get(f"/beheer/pages/add/cms_agenda/eventpage/{agenda_of(sites.a).pk}/").context["form"]
    for name in ("area", "theme", "professional"):
        offered = list(form.fields[name].queryset)
        assert offered
        assert {one.gemeente_id for one in offered} == {sites.world.a.pk}


def test_who_may_edit_the_event_sees_who_comes_and_nobody_else(
    sites: Sites, make_event: MakeEvent, editor: Client
) -> None:
    event = make_event(sign_up="here")
    sign_up(event, "anna@example.nl", name="=HYPERLINK(1)")
    path = f"/beheer/agenda/{event.pk}/aanmeldingen"
    assert "anna@example.nl" in text_of(editor.get(f"{path}/"))
    table = text_of(editor.get(f"{path}.csv"))
    assert "'=HYPERLINK(1)" in table
    assert f"/beheer/agenda/{event.pk}/aanmeldingen/" in text_of(editor.get(f"/beheer/pages/{event.pk}/edit/"))
    logged = PageLogEntry.objects.filter(page=event.pk, action__startswith="agenda.").values_list("action", flat=True)
    assert sorted(logged) == ["agenda.export", "agenda.look"]

    other = signed_in("redacteur-b", sites.b.editors)
    for address in (f"{path}/", f"{path}.csv"):
        assert other.get(address).status_code in (302, 403)
        assert "anna@example.nl" not in other.get(address, follow=True).content.decode()
        assert browser().get(address).status_code == 302
    assert not ModelLogEntry.objects.filter(action__startswith="agenda.").exists()


@pytest.mark.parametrize("deed", ["delete", "unpublish"])
def test_an_event_is_not_taken_away_from_under_those_who_come(make_event: MakeEvent, editor: Client, deed: str) -> None:
    event = make_event(sign_up="here")
    comes(event, "anna@example.nl")
    for answer in (
        editor.get(f"/beheer/pages/{event.pk}/{deed}/", follow=True),  # nothing is asked that is refused then
        editor.post(f"/beheer/pages/{event.pk}/{deed}/", follow=True),
    ):
        assert "Cancel it first" in text_of(answer)
    assert EventPage.objects.live().filter(pk=event.pk).exists()

    event.cancelled = True
    event.save_revision().publish()
    run_due_tasks()
    asked = editor.get(f"/beheer/pages/{event.pk}/{deed}/")
    assert asked.status_code == 200
    editor.post(f"/beheer/pages/{event.pk}/{deed}/")
    assert not EventPage.objects.live().filter(pk=event.pk).exists()
    assert Attendance.objects.exists() == (deed == "unpublish")


def test_an_event_that_is_moved_to_another_wijk_belongs_there(sites: Sites, make_event: MakeEvent) -> None:
    here, there = (Area.objects.filter(gemeente=sites.world.a, level="wijk").order_by("code"))[:2]
    event = make_event(parent=sites.wijk(here))
    assert event.area_id == here.pk
    event.move(sites.wijk(there), pos="last-child")
    assert EventPage.objects.get(pk=event.pk).area_id == there.pk


def test_the_form_for_signing_up_is_labelled_and_works_without_a_script(make_event: MakeEvent) -> None:
    event = make_event(sign_up="here", seats=3)
    page = text_of(browser().get(f"/aanmelden/{event.pk}/{on_of(event)}/"))
    assert 'method="post"' in page
    for name in ("people", "name", "email"):
        assert f'for="id_{name}"' in page
