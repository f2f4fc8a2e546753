"""The inbox over the API: filters, order, numbers, unread marks, saved views, deeds on many, exports."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.accounts.models import User
from core.events.models import Event
from participation.cases.exports import make_export, remove_old_exports
from participation.cases.models import BulkDeed, Case, Export, Forwarding, Mention, Note, SavedView
from participation.organisations.models import Mandate, Membership, Professional
from tests.support.world import World

EN = {"Accept-Language": "en"}


def rows(browser: Client, query: str = "") -> list[dict[str, Any]]:
    answer = browser.get(f"/api/v1/cases?{query}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def references(browser: Client, query: str = "") -> list[str]:
    return [row["reference"] for row in rows(browser, query)]


def send(browser: Client, url: str, body: Any = None, method: str = "post", status: int = 200) -> Any:
    answer = getattr(browser, method)(f"/api/v1/{url}", body or {}, content_type="application/json", headers=EN)
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def mandated(world: World, role: str, **values: Any) -> Professional:
    """Someone with a role beyond one team and a place in none."""
    user = User.objects.create(username=f"{role}-{world.a.code}", name=role)
    person = Professional.objects.create(user=user, gemeente=world.a, name=role, role=role)
    Mandate.objects.create(professional=person, role=role, **values)
    return person


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
def test_a_page_takes_at_most_six_queries(world: World, query: str, django_assert_max_num_queries: Any) -> None:
    for _ in range(7):
        world.report()
    for browser in (world.client(world.bram), world.client(mandated(world, "municipality-admin"))):
        rows(browser, query)
        with django_assert_max_num_queries(6):
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


# --- saved views ------------------------------------------------------------------------------


def test_a_saved_view_is_counted_live_and_can_be_changed_and_removed(world: World) -> None:
    bram = world.client(world.bram)
    view = send(
        bram, "saved-views", {"name": "  Hoog  west ", "query": {"priority": "high", "area": "WK910101"}}, status=201
    )
    assert (view["name"], view["count"], view["capped"], view["mine"]) == ("Hoog west", 0, False, True)
    case = world.report().case
    Case.objects.filter(pk=case.pk).update(priority="high")

    [listed] = bram.get("/api/v1/saved-views").json()["results"]
    assert (listed["count"], listed["query"]) == (1, {"priority": "high", "area": "WK910101"})
    [quick] = bram.get("/api/v1/saved-views?counts=false").json()["results"]
    assert quick["count"] is None
    changed = send(bram, f"saved-views/{view['id']}", {"query": {"q": "bank"}, "name": "Banken"}, "patch")
    assert (changed["name"], changed["count"]) == ("Banken", 1)
    send(bram, f"saved-views/{view['id']}", method="delete", status=204)
    assert not SavedView.objects.exists()


def test_a_view_shared_with_the_team_is_seen_there_and_changed_by_maker_and_lead_only(world: World) -> None:
    bram, lotte, carla = (world.client(one) for one in (world.bram, world.lotte, world.carla))
    colleague = Professional.objects.create(
        user=User.objects.create(username="els"), gemeente=world.a, name="Els", role="Wijkbeheerder"
    )
    Membership.objects.create(professional=colleague, team=world.cleaning)
    els = world.client(colleague)
    body = {"name": "Team", "query": {"view": "new"}, "team": world.cleaning.pk}
    view = send(bram, "saved-views", body, status=201)
    send(bram, "saved-views", {"name": "Van mij", "query": {}}, status=201)

    def names(browser: Client) -> list[str]:
        return [one["name"] for one in browser.get("/api/v1/saved-views").json()["results"]]

    assert names(bram) == ["Team", "Van mij"]
    assert names(lotte) == names(els) == ["Team"]
    assert names(carla) == []
    assert send(els, f"saved-views/{view['id']}", {"name": "x"}, "patch", 403)
    assert send(carla, f"saved-views/{view['id']}", {"name": "x"}, "patch", 404)
    assert send(carla, f"saved-views/{view['id']}", method="delete", status=404)
    assert send(lotte, f"saved-views/{view['id']}", {"name": "Ploeg"}, "patch")["by"] == "Bram"
    refused = send(carla, "saved-views", body, status=400)
    assert refused["errors"][0]["field"] == "team"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "x"}, "query.status"),
        ({"color": "red"}, "query.color"),
        ({"createdAfter": "x"}, "query.createdAfter"),
    ],
)
def test_a_view_with_a_wrong_filter_is_refused_by_name(world: World, query: dict[str, str], field: str) -> None:
    refused = send(world.client(world.bram), "saved-views", {"name": "x", "query": query}, status=400)

    assert [one["field"] for one in refused["errors"]] == [field]


def test_two_views_of_one_name_are_refused(world: World) -> None:
    bram = world.client(world.bram)
    send(bram, "saved-views", {"name": "Nieuw", "query": {}}, status=201)

    assert send(bram, "saved-views", {"name": "Nieuw", "query": {}}, status=400)["errors"][0]["code"] == "taken"


def test_all_views_are_counted_in_one_query(world: World, django_assert_num_queries: Any) -> None:
    bram = world.client(world.bram)
    for number in range(6):
        send(bram, "saved-views", {"name": f"{number}", "query": {"supporters": f"{number}", "q": "bank"}}, status=201)
    bram.get("/api/v1/saved-views")

    with django_assert_num_queries(6):  # session, account, person, places, views, numbers
        assert len(bram.get("/api/v1/saved-views").json()["results"]) == 6


# --- one deed on many -------------------------------------------------------------------------


def test_a_trial_says_what_would_happen_and_changes_nothing(world: World) -> None:
    cases = [world.report().case for _ in range(2)]
    closed = world.report().case
    lotte = world.client(world.lotte)
    send(lotte, f"cases/{closed.reference}/transitions", {"move": "resolve", "message": "Klaar"}, status=201)
    hidden = world.report(category="burenoverlast").case
    names = [case.reference for case in (*cases, closed, hidden)]
    before = list(Case.objects.order_by("pk").values())
    events = Event.objects.count()

    body = {"references": names, "deed": "assign", "professional": world.lotte.pk, "dryRun": True}
    tried = send(lotte, "cases/_bulk", body)

    assert (tried["id"], tried["done"], tried["refused"], tried["undoable"]) == (None, 2, 2, True)
    assert [one["ok"] for one in tried["results"]] == [True, True, False, False]
    assert tried["results"][0]["change"]["to"]["assignee"]["name"] == "Lotte"
    assert tried["results"][0]["change"]["from"]["assignee"]["name"] == "Bram"
    assert [one["error"]["code"] for one in tried["results"][2:]] == ["conflict", "not-found"]
    assert list(Case.objects.order_by("pk").values()) == before
    assert Event.objects.count() == events
    assert not BulkDeed.objects.exists()


def test_a_deed_on_many_is_an_event_on_each_and_can_be_undone_where_nothing_happened_since(world: World) -> None:
    cases = [world.report().case for _ in range(3)]
    names = [case.reference for case in cases]
    lotte, bram, carla = (world.client(one) for one in (world.lotte, world.bram, world.carla))

    done = send(lotte, "cases/_bulk", {"references": names, "deed": "assign", "professional": world.lotte.pk})

    assert (done["done"], done["refused"]) == (3, 0)
    assert set(Case.objects.values_list("assignee", "status")) == {(world.lotte.pk, "assigned")}
    assert Event.objects.filter(type="case.assigned").count() == 3
    assert references(lotte, "unread=true") == []
    again = send(lotte, "cases/_bulk", {"references": names, "deed": "assign", "professional": world.lotte.pk})
    assert {one["error"]["code"] for one in again["results"]} == {"no-change"}
    send(bram, f"cases/{names[1]}/notes", {"text": "Ik was al bezig"}, status=201)

    send(carla, f"cases/_bulk/{done['id']}/_undo", status=404)
    undone = send(lotte, f"cases/_bulk/{done['id']}/_undo")

    assert [one["ok"] for one in undone["results"]] == [True, False, True]
    assert undone["results"][1]["error"]["code"] == "changed-since"
    for case in cases:
        case.refresh_from_db()
    assert [case.assignee_id for case in cases] == [world.bram.pk, world.lotte.pk, world.bram.pk]
    assert [case.status for case in cases] == ["received", "assigned", "received"]
    assert cases[0].version == Event.objects.filter(subject=f"case/{names[0]}").count() == 3
    send(lotte, f"cases/_bulk/{done['id']}/_undo", status=409)


def test_cases_given_to_another_team_come_back(world: World) -> None:
    case = world.report().case
    lotte = world.client(world.lotte)
    done = send(lotte, "cases/_bulk", {"references": [case.reference], "deed": "assign", "team": world.desk.pk})
    assert done["results"][0]["change"]["to"]["team"]["slug"] == "kcc"

    send(lotte, f"cases/_bulk/{done['id']}/_undo")

    case.refresh_from_db()
    assert (case.team_id, case.assignee_id) == (world.cleaning.pk, world.bram.pk)
    assert references(world.client(world.bram), "q=bank") == [case.reference]


def test_priority_of_many_and_back(world: World) -> None:
    names = [world.report().case.reference for _ in range(2)]
    bram = world.client(world.bram)

    done = send(bram, "cases/_bulk", {"references": names, "deed": "priority", "priority": "high"})

    assert references(bram, "priority=high") == names[::-1]
    assert done["results"][0]["change"] == {"from": {"priority": "normal"}, "to": {"priority": "high"}}
    send(bram, f"cases/_bulk/{done['id']}/_undo")
    assert references(bram, "priority=high") == []


def test_undoing_after_a_day_is_refused(world: World) -> None:
    bram = world.client(world.bram)
    body = {"references": [world.report().case.reference], "deed": "priority", "priority": "high"}
    done = send(bram, "cases/_bulk", body)
    BulkDeed.objects.update(at=timezone.now() - timedelta(hours=25))

    send(bram, f"cases/_bulk/{done['id']}/_undo", status=409)


def test_an_auditor_reads_but_changes_nothing(world: World) -> None:
    case = world.report().case
    auditor = world.client(mandated(world, "auditor"))

    done = send(auditor, "cases/_bulk", {"references": [case.reference], "deed": "priority", "priority": "high"})

    assert (done["id"], done["results"][0]["error"]["code"]) == (None, "not-allowed")


@pytest.mark.parametrize(
    "body",
    [
        {"deed": "assign"}, {"deed": "priority"}, {"deed": "move", "move": "resolve"},
        {"deed": "read", "references": []},
        {"deed": "read", "references": ["M-000000"] * 201}, {"deed": "priority", "priority": "x"}, {"deed": "x"},
        {"deed": "read", "references": "M-000000"}, {"deed": "read", "colour": 1},
    ],
)  # fmt: skip
def test_a_deed_that_makes_no_sense_is_refused(world: World, body: dict[str, Any]) -> None:
    send(world.client(world.bram), "cases/_bulk", {"references": ["M-000000"]} | body, status=400)


def test_marking_many_needs_no_undoing(world: World) -> None:
    case = world.report().case
    bram = world.client(world.bram)

    done = send(bram, "cases/_bulk", {"references": [case.reference, "M-000000"], "deed": "read"})

    assert (done["id"], done["undoable"], done["done"], done["refused"]) == (None, False, 1, 1)
    assert references(bram, "unread=true") == []


# --- exports ----------------------------------------------------------------------------------


def make(browser: Client, **query: str) -> tuple[dict[str, Any], list[list[str]]]:
    """Ask for an export, have it made, and read the file."""
    asked = send(browser, "exports", {"query": query}, status=202)
    make_export.call(asked["id"])
    ready = browser.get(f"/api/v1/exports/{asked['id']}").json()
    answer = browser.get(ready["url"])
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"\xef\xbb\xbf")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    return ready, list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path


def test_a_lead_exports_what_the_filter_finds_without_contact_data(world: World) -> None:
    wanted = world.report(text="=HYPERLINK(1) bank", address="+31 straat; 4").case
    world.report(category="straatverlichting")
    world.report(category="burenoverlast", text="geheim")

    ready, lines = make(world.client(world.lotte), category="schoon")

    assert (ready["status"], ready["rows"], len(lines)) == ("ready", 1, 2)
    cells = lines[1]
    assert cells[0] == wanted.reference
    assert "'=HYPERLINK(1) bank" in cells
    assert "'+31 straat; 4" in cells
    assert "52,005000" in cells
    assert "anna" not in str(lines).lower()
    event = Event.objects.get(type="cases.exported")
    assert event.payload == {"by": world.lotte.pk, "filters": ["category"]}


def test_an_export_holds_only_what_its_maker_may_export(world: World) -> None:
    world.lotte.memberships.filter(team=world.desk).update(role="member")
    mine = world.report().case
    world.report(category="straatverlichting")  # of a team in which Lotte leads nobody

    _ready, lines = make(world.client(world.lotte))

    assert [line[0] for line in lines[1:]] == [mine.reference]


def test_an_auditor_exports_everything_but_what_is_confidential(world: World) -> None:
    cases = [world.report().case, world.report(category="straatverlichting").case]
    secret = world.report(category="burenoverlast", text="geheim").case

    _ready, lines = make(world.client(mandated(world, "auditor")))

    assert {line[0] for line in lines[1:]} == {case.reference for case in cases}
    assert secret.reference not in str(lines)


def test_who_may_not_export_is_told_so_and_nothing_is_made(world: World) -> None:
    send(world.client(world.bram), "exports", {"query": {}}, status=403)

    assert not Export.objects.exists()


def test_an_export_is_nobody_elses_and_goes_after_a_day(world: World, tmp_path: Any) -> None:
    world.report()
    lotte = world.client(world.lotte)
    ready, _lines = make(lotte)
    other = world.client(mandated(world, "auditor"))

    assert other.get(f"/api/v1/exports/{ready['id']}").status_code == 404
    assert other.get(ready["url"]).status_code == 404
    assert other.get("/api/v1/exports").json()["results"] == []
    assert [one["id"] for one in lotte.get("/api/v1/exports").json()["results"]] == [ready["id"]]
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "exports").iterdir()] == [0o600]

    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert lotte.get(ready["url"]).status_code == 404
    assert remove_old_exports.call() == 1
    assert list((tmp_path / "exports").iterdir()) == []
    assert lotte.get("/api/v1/exports").json()["results"] == []


def test_a_file_that_is_not_ready_says_so_and_a_fourth_must_wait(world: World) -> None:
    lotte = world.client(world.lotte)
    asked = send(lotte, "exports", {"query": {}}, status=202)

    assert asked["status"] == "waiting"
    assert lotte.get(f"/api/v1/exports/{asked['id']}/file").status_code == 409
    for _ in range(2):
        send(lotte, "exports", {"query": {}}, status=202)
    send(lotte, "exports", {"query": {}}, status=409)


def test_whoever_loses_the_role_meanwhile_gets_no_file(world: World) -> None:
    world.report()
    lotte = world.client(world.lotte)
    asked = send(lotte, "exports", {"query": {}}, status=202)
    world.lotte.memberships.update(role="member")

    make_export.call(asked["id"])

    assert lotte.get(f"/api/v1/exports/{asked['id']}").json()["status"] == "failed"
