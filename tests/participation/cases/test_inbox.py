"""The inbox over the API: filters, order, numbers and unread marks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participation.cases.models import Case, Forwarding, Mention, Note
from tests.participation.cases.inbox import mandated, references, rows, send
from tests.support.world import World

# --- what is shown, to whom -------------------------------------------------------------------


def test_an_administrator_sees_every_team_and_nothing_confidential(world: World) -> None:
    ordinary = [world.report().case, world.report(category="straatverlichting").case]
    world.report(category="burenoverlast")
    world.report(at=(5.105, 52.005), category="anders")

    for role in ("municipality-admin", "auditor"):
        browser = world.client(mandated(world, role))
        for query in ("", "view=team", "area=WK910101", "area=BU91010101", "ordering=-updatedAt", "ordering=dueAt"):
            assert set(references(browser, query)) == {case.reference for case in ordinary}, query
        assert references(browser, "category=schoon") == [ordinary[0].reference]
        assert references(browser, "team=kcc") == [ordinary[1].reference]
        assert references(browser, "team=kcc,reiniging&priority=high") == []
        assert browser.get("/api/v1/cases/_count").json()["team"] == 2


def test_an_organisation_admin_sees_the_teams_of_that_organisation(world: World) -> None:
    city = world.report().case
    world.report(category="burenoverlast")
    browser = world.client(mandated(world, "organisation-admin", organisation=world.cleaning.organisation))

    assert references(browser) == references(browser, "organisation=gemeente") == [city.reference]
    assert references(browser, "organisation=welzijn") == references(browser, "organisation=elders") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("organisation=gemeente", "abc"), ("organisation=welzijn", ""), ("team=reiniging,kcc", "abc"),
        ("priority=high", "b"), ("priority=high,low", "b"), ("priority=normal", "ac"), ("priority=normal,high", "abc"),
        ("visibility=public", "abc"), ("visibility=limited,confidential", ""),
        ("createdAfter=2026-01-10", "bc"), ("createdBefore=2026-01-10", "ab"), ("createdBefore=2026-01-09", "a"),
        ("createdAfter=2026-01-10T12:00:00Z", "c"), ("createdAfter=2026-01-10&createdBefore=2026-01-10", "b"),
        ("hasPhoto=true", "c"), ("hasPhoto=false", "ab"), ("supporters=1", "ab"), ("supporters=3", "b"),
        ("supporters=0", "abc"), ("parts=true", "a"), ("parts=false", "bc"), ("duplicates=true", "c"),
        ("duplicates=false", "ab"), ("duplicates=true&view=closed", "c"), ("view=open", "ab"), ("view=team", "ab"),
        ("status=merged", "c"), ("priority=high&supporters=2&area=WK910101", "b"), ("assignee=none", ""),
        ("unread=true", "ab"), ("unread=true&status=merged", ""), ("kind=poll,initiative", ""), ("view=mentions", ""),
        ("hasPhoto=true&area=WK910102", ""), ("view=new&status=merged", ""),
    ],
)  # fmt: skip
def test_every_filter_narrows_the_inbox_in_any_order(world: World, query: str, found: str) -> None:
    start = datetime(2026, 1, 8, 10, tzinfo=UTC)
    cases = {name: world.report(now=start + timedelta(days=2 * number)).case for number, name in enumerate("abc")}
    a, b, c = (Case.objects.filter(pk=case.pk) for case in cases.values())
    a.update(parent=cases["b"], supporter_count=2)
    b.update(priority="high", supporter_count=3)
    c.update(photo_count=2, status="merged", duplicate_of=cases["b"], closed_at=start, due_at=None)
    bram = world.client(world.bram)
    wanted = [cases[name].reference for name in found]

    assert references(bram, query) == wanted[::-1]
    assert references(bram, f"{query}&ordering=createdAt") == wanted
    assert set(references(bram, f"{query}&ordering=-updatedAt")) == set(wanted)
    assert set(references(bram, f"{query}&ordering=dueAt")) == set(wanted) - {cases["c"].reference}


@pytest.mark.parametrize("ordering", ["-createdAt", "createdAt", "dueAt", "-updatedAt"])
@pytest.mark.parametrize("narrowed", ["", "view=team", "area=GM9101", "category=schoon", "priority=normal", "q=bank"])
def test_every_order_pages_through_everything_once(world: World, ordering: str, narrowed: str) -> None:
    now = timezone.now()
    made = [world.report(now=now - timedelta(hours=number)).case for number in range(5)]
    bram = world.client(world.bram)
    note = {"text": "even kijken"}
    send(bram, f"cases/{made[3].reference}/notes", note, status=201)
    column = {"-createdAt": "-created_at", "createdAt": "created_at", "dueAt": "due_at", "-updatedAt": "-updated_at"}
    wanted = list(Case.objects.order_by(column[ordering], "-id" if ordering[0] == "-" else "id"))

    seen: list[str] = []
    url = f"/api/v1/cases?limit=2&ordering={ordering}&{narrowed}"
    while url:
        page = bram.get(url).json()
        seen += [row["reference"] for row in page["results"]]
        url = page["next"]

    assert seen == [case.reference for case in wanted]


@pytest.mark.parametrize(
    "query",
    ["priority=x", "visibility=x", "createdAfter=x", "createdBefore=2026-13-01", "createdAfter=2026-01-01T10:00",
     "createdAfter=99999999999", "createdBefore=9999-12-31", "supporters=-1", "supporters=x", "hasPhoto=x",
     "unread=x", "view=x"],
)  # fmt: skip
def test_a_wrong_value_is_refused(world: World, query: str) -> None:
    assert world.client(world.bram).get(f"/api/v1/cases?{query}").status_code == 400


def test_what_is_offered_to_my_team_waits_in_the_group_of_hand_overs(world: World) -> None:
    case, now = world.report().case, timezone.now()
    Case.objects.filter(pk=case.pk).update(offered_to=world.care)
    Forwarding.objects.create(
        case=case, from_team=world.cleaning, to_team=world.care, reason="Van u", at=now, answer_by=now
    )
    carla, zoe = world.client(world.carla), world.client(world.zoe)

    assert references(carla, "view=handovers") == [case.reference]
    assert references(carla) == []
    assert references(carla, f"reference={case.reference}") == [case.reference]
    assert carla.get("/api/v1/cases/_count").json()["handovers"] == 1
    assert references(zoe, "view=handovers") == references(world.client(world.bram), "view=handovers") == []


def test_cases_in_which_i_am_named_have_a_group(world: World) -> None:
    case, now = world.report().case, timezone.now()
    world.report()
    note = Note.objects.create(case=case, professional=world.lotte, text="@Bram kijk eens", created_at=now)
    Mention.objects.create(note=note, case=case, professional=world.bram)

    assert references(world.client(world.bram), "view=mentions") == [case.reference]
    assert references(world.client(world.lotte), "view=mentions") == []


@pytest.mark.parametrize(
    "query",
    ["", "view=new", "view=handovers", "view=mentions", "unread=true", "q=bank", "area=WK910101", "ordering=dueAt",
     "reference=M-000000", "assignee=me&status=received"],
)  # fmt: skip
def test_a_page_takes_at_most_five_queries(world: World, query: str, django_assert_max_num_queries: Any) -> None:
    for _ in range(7):
        world.report()
    for browser in (world.client(world.bram), world.client(mandated(world, "municipality-admin"))):
        rows(browser, query)
        with django_assert_max_num_queries(5):
            rows(browser, query)


# --- unread -----------------------------------------------------------------------------------


def test_opening_a_case_marks_it_and_what_others_do_later_unmarks_it(world: World) -> None:
    submitted = world.report()
    case = submitted.case
    bram, lotte = world.client(world.bram), world.client(world.lotte)

    def unread(browser: Client) -> bool:
        [row] = rows(browser)
        assert browser.get("/api/v1/cases/_count").json()["unread"] == int(row["unread"])
        return bool(row["unread"])

    assert unread(bram)
    bram.get(f"/api/v1/cases/{case.reference}")
    assert not unread(bram)
    assert unread(lotte)
    send(bram, f"cases/{case.reference}/notes", {"text": "Ik ga kijken"}, status=201)
    assert not unread(bram)
    send(lotte, f"cases/{case.reference}/notes", {"text": "Goed"}, status=201)
    assert unread(bram)
    bram.get(f"/api/v1/cases/{case.reference}")
    resident = Client(headers={"Authorization": f"Bearer {submitted.token}"})
    send(resident, "tracking/messages", {"text": "Er ligt nu ook een stoel"}, status=201)
    assert unread(bram)


def test_marking_touches_only_my_own_marks_and_my_own_cases(world: World) -> None:
    cases = [world.report().case for _ in range(3)]
    hidden = world.report(category="burenoverlast").case
    bram, lotte = world.client(world.bram), world.client(world.lotte)

    marked = send(bram, "cases/_read", {"references": [cases[0].reference, hidden.reference, "M-000000"]})

    assert marked == {"marked": 1}
    assert references(bram, "unread=true") == [cases[2].reference, cases[1].reference]
    assert references(bram, "unread=false") == [cases[0].reference]
    assert send(bram, "cases/_read", {"all": True}) == {"marked": 2}
    assert references(bram, "unread=true") == []
    assert len(references(lotte, "unread=true")) == 3
    assert send(bram, "cases/_unread", {"references": [cases[1].reference]}) == {"marked": 1}
    assert references(bram, "unread=true") == [cases[1].reference]


def test_a_closed_case_that_nobody_opened_is_no_unread_work(world: World) -> None:
    case = world.report().case
    body = {"move": "resolve", "message": "Weg"}
    send(world.client(world.bram), f"cases/{case.reference}/transitions", body, status=201)

    [row] = rows(world.client(world.lotte), "view=closed")

    assert not row["unread"]
