"""The pages for duty, handover and the team: what stands there, who may see it, and that forms alone do the work."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participation.cases.actions.handover import offer_handover
from participation.cases.load import cases_of_team, team_load
from participation.cases.models import Case, Handover
from participation.organisations.models import Absence, Mandate, Membership, Professional
from participation.organisations.queries import roster
from participation.reports.rules import ContactGiven
from tests.participation.cases.people import administrator, away, colleague, fresh
from tests.support.world import HOST_B, NOON, World

PAGES = ("/werk/rooster/", "/werk/overdracht/", "/werk/overdracht/nieuw/", "/werk/team/")


def text_of(browser: Client, address: str) -> str:
    """What stands in the page, in English, without tags."""
    answer = browser.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, address
    main = answer.content.decode().split("<main")[1].split("</main")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


@pytest.fixture
def cases(world: World) -> list[Case]:
    found = [world.report(now=timezone.now() - timedelta(days=30)).case for _number in range(3)]
    Case.objects.update(assignee=world.bram)
    return [fresh(case) for case in found]


# --- the team -------------------------------------------------------------------------------------


def test_a_lead_sees_load_late_unassigned_and_who_is_away(world: World, cases: list[Case]) -> None:
    today = timezone.localdate()
    Case.objects.filter(pk=cases[2].pk).update(assignee=None)
    away(world.bram, first=today, last=today + timedelta(days=5), replacement=world.lotte)
    load = team_load(world.actor(world.lotte), roster().teams[world.cleaning.pk], timezone.now())
    [bram, lotte] = load.people
    assert (bram.person.name if bram.person else "", bram.open, bram.late) == ("Bram", 2, 2)
    assert (bram.instead.id if bram.instead else 0, bram.oldest) == (world.lotte.pk, cases[0].created_at)
    assert (lotte.open, load.nobody.open, load.open, load.late) == (0, 1, 3, 3)

    text = text_of(world.client(world.lotte), "/werk/team/")
    assert "Bram" in text
    assert all(case.reference in text for case in cases)


@pytest.mark.parametrize("show", ["late", "unassigned", "all", "person", "elsewhere"])
def test_each_list_holds_what_it_says(world: World, cases: list[Case], show: str) -> None:
    Case.objects.filter(pk=cases[0].pk).update(assignee=None, due_at=None, escalate_at=None)
    team = roster().teams[world.cleaning.pk]
    wanted = {"person": str(world.bram.pk), "elsewhere": str(world.carla.pk)}.get(show, show)
    rows, count = cases_of_team(world.actor(world.lotte), team, wanted, timezone.now())
    expected = {"late": cases[1:], "unassigned": cases[:1], "all": cases, "person": cases[1:], "elsewhere": []}[show]
    assert ({one.pk for one in rows}, count) == ({one.pk for one in expected}, len(expected))


def test_only_leads_administrators_and_auditors_come_here(world: World, cases: list[Case]) -> None:
    assert world.client(world.bram).get("/werk/team/").status_code == 403
    assert world.client(world.lotte).get(f"/werk/team/?team={world.care.slug}").status_code == 404
    assert world.client(world.zoe).get(f"/werk/team/?team={world.cleaning.slug}").status_code == 404
    chief, ada = administrator(world, "Gea"), administrator(world, "Ada", world.cleaning.organisation)
    auditor = colleague(world, "Otto")
    Mandate.objects.create(professional=auditor, role=Mandate.Role.AUDITOR)
    for person in (chief, ada, auditor):
        browser = world.client(person)
        assert browser.get(f"/werk/team/?team={world.cleaning.slug}").status_code == 200
    assert world.client(ada).get(f"/werk/team/?team={world.care.slug}").status_code == 404
    page = world.client(auditor).get(f"/werk/team/?team={world.cleaning.slug}").content.decode()
    assert '<form method="post"' not in page.split("<main")[1]  # may look, and gives nothing


def test_confidential_work_counts_only_for_a_lead_with_that_role(world: World) -> None:
    case = world.report(category="burenoverlast", now=timezone.now()).case
    lead = colleague(world, "Lead", world.care, lead=True)
    assert case.reference not in text_of(world.client(lead), "/werk/team/?show=all")
    assert team_load(world.actor(lead), roster().teams[world.care.pk], timezone.now()).open == 0
    Membership.objects.filter(professional=lead).update(confidential=True)
    page = text_of(world.client(lead), "/werk/team/?show=all")
    assert case.reference in page
    assert "buren" not in page


def test_a_lead_gives_the_ticked_cases_to_someone_without_a_script(world: World, cases: list[Case]) -> None:
    browser = world.client(world.lotte)
    body = {"case": [cases[0].reference, cases[1].reference, "M-000000"], "to": str(world.lotte.pk)}
    answer = browser.post("/werk/team/?show=late", body, follow=True, headers={"Accept-Language": "en"})
    assert [fresh(one).assignee for one in cases] == [world.lotte, world.lotte, world.bram]
    text = answer.content.decode()
    assert "2 cases were given." in text
    assert "M-000000" in text  # what did not go is named

    browser.post("/werk/team/", {"case": [cases[2].reference], "to": "team"})
    assert fresh(cases[2]).assignee is None
    browser.post("/werk/team/", {"case": [], "to": "team"})
    outsider = world.client(world.bram).post("/werk/team/", {"case": [cases[0].reference], "to": str(world.bram.pk)})
    assert outsider.status_code == 403


def test_a_large_team_costs_no_more_queries_than_a_small_one(
    world: World, cases: list[Case], django_assert_num_queries: Any
) -> None:
    actor = world.actor(world.lotte)
    for number in range(20):
        person = colleague(world, f"Mens{number}", world.cleaning)
        Case.objects.filter(pk=world.report(now=NOON, contact=ContactGiven()).case.pk).update(assignee=person)
    team = roster().teams[world.cleaning.pk]
    with django_assert_num_queries(3):
        assert len(team_load(actor, team, timezone.now()).people) == 22
    browser = world.client(world.lotte)
    browser.get("/werk/team/")
    with django_assert_num_queries(9):
        browser.get("/werk/team/")


def test_someone_without_an_account_is_led_to_sign_in_and_another_municipality_sees_nothing(
    world: World, client: Client
) -> None:
    for address in PAGES:
        assert client.get(address).status_code == 302
    assert world.client(world.lotte, HTTP_HOST=HOST_B).get("/werk/team/").status_code == 404


# --- duty -----------------------------------------------------------------------------------------


def test_who_is_here_plans_an_absence_and_offers_the_open_cases(world: World, cases: list[Case]) -> None:
    browser, today = world.client(world.bram), timezone.localdate()
    body = {
        "professional": world.bram.pk,
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=4)).isoformat(),
        "replacement": world.lotte.pk,
        "hand_over": "on",
    }
    answer = browser.post("/werk/rooster/", body, follow=True, headers={"Accept-Language": "en"})
    assert "3 open cases are offered to Lotte" in answer.content.decode()
    absence = Absence.objects.get()
    assert (absence.professional, absence.replacement) == (world.bram, world.lotte)
    assert Handover.objects.get().why == "absence"
    assert "You are away" in text_of(browser, "/werk/rooster/")
    lotte = text_of(world.client(world.lotte), "/werk/rooster/")
    assert "You replace Bram" in lotte.replace("B Bram", "Bram")
    assert "3 open cases" in lotte

    browser.post(f"/werk/rooster/{absence.pk}/", {"ends_on": today + timedelta(days=8), "replacement": ""})
    absence.refresh_from_db()
    assert (absence.ends_on, absence.replacement) == (today + timedelta(days=8), None)
    browser.post(f"/werk/rooster/{absence.pk}/terug/")
    assert not Absence.objects.exists()


def test_what_is_wrong_stands_beside_the_field_and_keeps_what_was_typed(world: World) -> None:
    browser = world.client(world.bram)
    body = {"professional": world.bram.pk, "starts_on": "2026-01-08", "ends_on": "2026-01-05", "replacement": ""}
    answer = browser.post("/werk/rooster/", body)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'href="#id_ends_on"' in page
    assert "2026-01-08" in page


def test_a_replacement_who_is_away_too_is_pointed_out(world: World) -> None:
    today = timezone.localdate()
    away(world.lotte, first=today, last=today + timedelta(days=2))
    away(world.bram, first=today + timedelta(days=1), last=today + timedelta(days=9), replacement=world.lotte)
    assert "Lotte is away too" in text_of(world.client(world.bram), "/werk/rooster/")


def test_nobody_touches_the_absence_of_a_stranger(world: World) -> None:
    absence = away(world.bram)
    for stranger in (world.carla, world.zoe):
        browser = world.client(stranger)
        assert browser.get(f"/werk/rooster/{absence.pk}/").status_code == 404
        assert browser.post(f"/werk/rooster/{absence.pk}/terug/").status_code == 404
        assert browser.get(f"/werk/rooster/?team={world.cleaning.slug}").status_code == 404
    assert world.client(world.lotte).get(f"/werk/rooster/{absence.pk}/").status_code == 200


# --- handover -------------------------------------------------------------------------------------


def test_work_is_handed_over_and_accepted_with_forms_alone(world: World, cases: list[Case]) -> None:
    bram, lotte = world.client(world.bram), world.client(world.lotte)
    assert cases[0].reference in text_of(bram, "/werk/overdracht/nieuw/")
    body = {
        "case": [cases[0].reference, cases[1].reference],
        f"note-{cases[0].reference}": "Sleutel ligt bij mij",
        "to": world.lotte.pk,
        "why": "other",
        "note": "Dank!",
    }
    made = bram.post("/werk/overdracht/nieuw/", body)
    handover = Handover.objects.get()
    assert made["Location"] == f"/werk/overdracht/{handover.pk}/"
    text = text_of(lotte, "/werk/overdracht/")
    assert "2 cases of Bram" in text
    assert "Sleutel ligt bij mij" in text_of(lotte, made["Location"])

    lotte.post(made["Location"], {"deed": "accept-some", "case": [cases[0].reference]})
    assert [fresh(one).assignee for one in cases] == [world.lotte, world.bram, world.bram]
    lotte.post(made["Location"], {"deed": "refuse", "case": [cases[1].reference], "answer": "Te ver weg"})
    assert "Te ver weg" in text_of(bram, made["Location"])
    again = lotte.post(made["Location"], {"deed": "accept"}, follow=True)
    assert again.status_code == 200  # says that it was answered already
    assert lotte.post(made["Location"], {"deed": "refuse"}, follow=True).status_code == 200


def test_a_refused_offer_keeps_the_notes_that_were_typed(world: World, cases: list[Case]) -> None:
    bram = world.client(world.bram)
    body = {"case": [cases[0].reference], f"note-{cases[0].reference}": "Let op", "to": "", "why": "other", "note": "x"}
    page = bram.post("/werk/overdracht/nieuw/", body)
    assert page.status_code == 200
    assert b"Let op" in page.content
    assert not Handover.objects.exists()


def test_a_handover_is_not_there_for_who_has_no_part_in_it(world: World, cases: list[Case]) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    handover = offer_handover(from_id=world.bram.pk, to_id=kees.pk, actor=world.actor(world.bram), now=NOON)
    address = f"/werk/overdracht/{handover.pk}/"
    for outsider in (world.carla, world.zoe, colleague(world, "Mia", world.cleaning)):
        assert world.client(outsider).get(address).status_code == 404
        assert world.client(outsider).post(address, {"deed": "accept"}).status_code == 404
        assert world.client(outsider).get(f"/werk/overdracht/nieuw/?from={world.bram.pk}").status_code == 404
    assert world.client(world.lotte).get(address).status_code == 200  # leads the team
    assert world.client(world.lotte).get(f"/werk/overdracht/nieuw/?from={world.bram.pk}").status_code == 200


def test_the_pages_pin_their_queries(world: World, cases: list[Case], django_assert_max_num_queries: Any) -> None:
    browser = world.client(world.lotte)
    offer_handover(from_id=world.bram.pk, to_id=world.lotte.pk, actor=world.actor(world.bram), now=NOON)
    for address, most in (("/werk/rooster/", 9), ("/werk/overdracht/", 16), ("/werk/overdracht/nieuw/", 8)):
        browser.get(address)
        with django_assert_max_num_queries(most):
            browser.get(address)


def test_a_person_of_no_team_sees_empty_pages(world: World) -> None:
    loner: Professional = colleague(world, "Solo")
    browser = world.client(loner)
    for address in PAGES[:3]:
        assert browser.get(address).status_code == 200
