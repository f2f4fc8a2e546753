"""The desk's API: what a professional sees and does, and what another professional does not."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.events.models import Event, Stream, StreamEntry
from participation.cases.models import Case, Message, Note
from participation.cases.states import CLOSED, MOVES, OPEN, Status
from tests.support.world import HOST_B, NOON, World, key

EN = {"Accept-Language": "en"}


def post(client: Client, case: Case, verb: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(
        f"/api/v1/cases/{case.reference}/{verb}", body, content_type="application/json", headers={**EN, **headers}
    )


def test_bram_sees_his_teams_cases_and_only_those(world: World) -> None:
    mine = world.report().case
    world.report(category="burenoverlast", text="Lawaai")
    world.report(at=(5.105, 52.005), category="anders")

    rows = world.client(world.bram).get("/api/v1/cases").json()["results"]

    assert [row["reference"] for row in rows] == [mine.reference]
    [row] = rows
    assert row["subject"] == "Er staat een bank naast de container"
    assert (row["team"]["slug"], row["assignee"]["name"], row["status"]) == ("reiniging", "Bram", "received")


def test_someone_without_an_account_gets_nothing(client: Client, world: World) -> None:
    case = world.report().case

    for url in ("/api/v1/cases", f"/api/v1/cases/{case.reference}", "/api/v1/streams", "/api/v1/desk"):
        answer = client.get(url)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json"), url


def test_carla_and_zoe_do_not_find_brams_case(world: World) -> None:
    case = world.report().case
    stream = f"team:{world.cleaning.pk}"

    for outsider in (world.carla, world.zoe):
        browser = world.client(outsider)
        absent = browser.get("/api/v1/cases/M-000000")
        for url in (
            f"/api/v1/cases/{case.reference}",
            f"/api/v1/cases/{case.reference}/events",
            f"/api/v1/streams/{stream}/events",
        ):
            answer = browser.get(url)
            assert answer.status_code == absent.status_code == 404
        for verb, body in (
            ("transitions", {"move": "start"}),
            ("messages", {"text": "?"}),
            ("notes", {"text": "?"}),
            ("assignments", {"professional": None}),
        ):
            assert post(browser, case, verb, body).status_code == 404
        assert browser.get("/api/v1/cases").json()["results"] == []
        assert stream not in browser.get("/api/v1/streams").json()["streams"]
    case.refresh_from_db()
    assert case.version == 1


def test_a_confidential_case_is_invisible_to_a_colleague_without_that_role(world: World) -> None:
    case = world.report(category="burenoverlast", text="Ruzie hiernaast").case
    assert case.assignee_id == world.carla.pk

    dirk, carla = world.client(world.dirk), world.client(world.carla)
    assert dirk.get(f"/api/v1/cases/{case.reference}").status_code == 404
    assert dirk.get("/api/v1/cases?q=Ruzie").json()["results"] == []
    assert dirk.get("/api/v1/streams").json()["streams"] == {f"team:{world.care.pk}": 0}

    assert carla.get(f"/api/v1/cases/{case.reference}").status_code == 200
    looked = carla.get(f"/api/v1/cases/{case.reference}/events").json()["views"]
    assert [view["by"]["name"] for view in looked] == ["Carla"]
    assert carla.get("/api/v1/streams").json()["streams"][f"team-confidential:{world.care.pk}"] == 1


def test_the_other_municipalitys_host_knows_no_case_of_ours(world: World) -> None:
    case = world.report().case

    assert world.client(world.bram, HTTP_HOST=HOST_B).get(f"/api/v1/cases/{case.reference}").status_code == 404


def test_a_case_shows_text_moves_and_why_it_came_here(world: World) -> None:
    case = world.report(category="straatverlichting", answers={"mast": "1234"}, text="Lamp stuk").case
    lotte = world.client(world.lotte)

    body = lotte.get(f"/api/v1/cases/{case.reference}", headers=EN).json()

    assert body["text"] == "Lamp stuk"
    assert body["answers"][0]["answer"] == "1234"
    assert body["reachableBy"] == {"email": True, "phone": False, "sms": False}
    assert "anna@" not in str(body)
    assert {one["move"] for one in body["moves"]} >= {"accept", "start", "resolve"}
    assert body["why"]


def test_the_road_from_received_to_resolved_is_told_in_order(world: World) -> None:
    case = world.report().case
    bram = world.client(world.bram)

    assert post(bram, case, "assignments", {"professional": world.bram.pk}).json()["status"] == "assigned"
    assert post(bram, case, "transitions", {"move": "start"}).json()["status"] == "in-progress"
    assert post(bram, case, "messages", {"text": "Wij komen morgen."}).status_code == 201
    assert post(bram, case, "notes", {"text": "Bus meenemen"}).status_code == 201
    resolved = post(bram, case, "transitions", {"to": "resolved", "message": "De bank is weg."})

    assert resolved.status_code == 201
    assert resolved.json()["status"] == "resolved"
    assert [line["type"] for line in resolved.json()["history"]] == [
        "case.received", "case.assigned", "case.transitioned", "case.message", "case.note", "case.transitioned",
    ]  # fmt: skip
    case.refresh_from_db()
    assert case.version == 6 == Event.objects.filter(subject=f"case/{case.reference}").count()
    assert case.closed_at and case.responded_at
    seqs = (
        StreamEntry.objects.filter(stream__name=f"team:{world.cleaning.pk}")
        .order_by("id")
        .values_list("seq", flat=True)
    )
    assert list(seqs) == [1, 2, 3, 4, 5, 6]


def test_the_residents_stream_holds_no_note(world: World) -> None:
    case = world.report().case
    bram = world.client(world.bram)
    post(bram, case, "notes", {"text": "Alleen voor ons"})
    post(bram, case, "messages", {"text": "Voor u"})

    types = (
        StreamEntry.objects.filter(stream__name=f"case:{case.reference}")
        .order_by("seq")
        .values_list("event__type", flat=True)
    )

    assert list(types) == ["case.received", "case.message"]


def test_resolving_without_a_word_to_the_resident_is_refused(world: World) -> None:
    case = world.report().case

    answer = post(world.client(world.bram), case, "transitions", {"move": "resolve"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "message"
    case.refresh_from_db()
    assert case.status == Status.RECEIVED


def test_a_step_that_does_not_fit_is_a_conflict_that_says_where_the_case_is(world: World) -> None:
    case = world.report().case
    bram = world.client(world.bram)
    post(bram, case, "transitions", {"move": "resolve", "message": "Klaar"})

    answer = post(bram, case, "transitions", {"move": "start"})

    assert answer.status_code == 409
    assert "Resolved" in answer.json()["detail"]


def test_a_stale_change_is_refused_with_what_changed(world: World) -> None:
    case = world.report().case
    bram, lotte = world.client(world.bram), world.client(world.lotte)
    seen = bram.get(f"/api/v1/cases/{case.reference}")["ETag"]
    post(lotte, case, "transitions", {"move": "start"})

    url = f"/api/v1/cases/{case.reference}"
    refused = bram.patch(url, {"priority": "high"}, content_type="application/json", headers={**EN, "If-Match": seen})

    assert refused.status_code == 412
    body = refused.json()
    assert body["version"] == 2
    assert [(one["type"], one["to"]) for one in body["changes"]] == [("case.transitioned", "in-progress")]
    again = bram.patch(url, {"priority": "high"}, content_type="application/json", headers={**EN, "If-Match": '"2"'})
    assert (again.status_code, again.json()["priority"], again["ETag"]) == (200, "high", '"3"')
    without = bram.patch(url, {"priority": "low"}, content_type="application/json", headers=EN)
    assert without.status_code == 428


def test_a_case_that_becomes_confidential_goes_where_someone_may_read_it(world: World) -> None:
    case = world.report(category="straatverlichting").case
    lotte, carla = world.client(world.lotte), world.client(world.carla)
    assert case.team_id == world.desk.pk
    world.care.organisation = world.desk.organisation  # another one would be asked first
    world.care.save()

    answer = lotte.patch(
        f"/api/v1/cases/{case.reference}",
        {"category": "burenoverlast"},
        content_type="application/json",
        headers={"If-Match": '"1"'},
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert lotte.get(f"/api/v1/cases/{case.reference}").status_code == 404
    assert carla.get(f"/api/v1/cases/{case.reference}").json()["assignee"]["name"] == "Carla"
    told = set(StreamEntry.objects.filter(event__type="case.updated").values_list("stream__name", flat=True))
    assert {f"team:{world.desk.pk}", f"team-confidential:{world.care.pk}"} <= told


def test_a_case_cannot_become_what_nobody_may_read(world: World) -> None:
    case = world.report().case
    world.carla.memberships.update(confidential=False)
    world.lotte.memberships.update(confidential=False)
    bram = world.client(world.bram)

    answer = bram.patch(
        f"/api/v1/cases/{case.reference}",
        {"category": "burenoverlast"},
        content_type="application/json",
        headers={"If-Match": "*"},
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "nobody-may-read"
    assert bram.get(f"/api/v1/cases/{case.reference}").json()["version"] == 1


def test_a_confidential_case_is_not_given_to_a_team_that_may_not_read_it(world: World) -> None:
    case = world.report(category="burenoverlast").case
    world.desk.organisation = world.care.organisation
    world.desk.save()

    answer = post(world.client(world.carla), case, "assignments", {"team": world.desk.pk})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "nobody-may-read"


def test_a_confidential_report_falls_to_the_catch_all_when_only_there_it_can_be_read(world: World) -> None:
    world.carla.memberships.update(confidential=False)
    world.lotte.memberships.filter(team=world.desk).update(confidential=True)

    case = world.report(category="burenoverlast").case

    assert (case.team_id, case.assignee_id) == (world.desk.pk, world.lotte.pk)


@pytest.mark.parametrize("way", ["patch", "note", "events"])
def test_every_way_to_read_a_confidential_case_leaves_a_trace(world: World, way: str) -> None:
    case = world.report(category="burenoverlast", text="Ruzie hiernaast").case
    carla, url = world.client(world.carla), f"/api/v1/cases/{case.reference}"
    assert "Ruzie" not in str(carla.get("/api/v1/cases").json())

    if way == "patch":
        carla.patch(url, {}, content_type="application/json", headers={"If-Match": "*"})
    elif way == "note":
        post(carla, case, "notes", {"text": "x"})
    else:
        carla.get(f"{url}/events")

    assert [view.professional_id for view in case.views.all()] == [world.carla.pk]


def test_why_me_tells_who_gave_it(world: World) -> None:
    case = world.report().case
    post(world.client(world.lotte), case, "assignments", {"professional": world.bram.pk})

    why = world.client(world.bram).get(f"/api/v1/cases/{case.reference}", headers=EN).json()["why"]

    assert why == ["Lotte gave it to Reiniging."]


def test_deeds_that_say_nothing_or_two_things_are_refused(world: World) -> None:
    case = world.report().case
    bram = world.client(world.bram)

    assert post(bram, case, "assignments", {}).status_code == 400
    assert post(bram, case, "transitions", {"move": "start", "to": "resolved"}).status_code == 400
    assert post(bram, case, "notes", {"text": "x"}, **{"If-Match": '"9"'}).status_code == 412
    post(bram, case, "transitions", {"move": "ask", "message": "Welke kleur?"})
    assert post(bram, case, "transitions", {"move": "answer"}).status_code == 400


def test_whoever_starts_an_unassigned_case_has_it(world: World) -> None:
    case = world.report().case
    bram = world.client(world.bram)
    post(bram, case, "assignments", {"professional": None})

    started = post(bram, case, "transitions", {"move": "start"}).json()

    assert started["assignee"]["name"] == "Bram"


def test_giving_a_case_to_another_team_takes_it_from_this_one(world: World) -> None:
    case = world.report().case
    bram, lotte = world.client(world.bram), world.client(world.lotte)

    answer = post(bram, case, "assignments", {"team": world.desk.pk})

    assert answer.status_code == 204
    assert bram.get(f"/api/v1/cases/{case.reference}").status_code == 404
    assert lotte.get(f"/api/v1/cases/{case.reference}").json()["team"]["slug"] == "kcc"
    told = StreamEntry.objects.filter(event__type="case.assigned").values_list("stream__name", flat=True)
    assert {f"team:{world.cleaning.pk}", f"team:{world.desk.pk}"} <= set(told)


@pytest.mark.parametrize("wrong", ["professional-elsewhere", "team-of-b"])
def test_a_case_cannot_be_given_to_someone_who_may_not_see_it(world: World, wrong: str) -> None:
    case = world.report().case
    body = {"professional": world.carla.pk} if wrong == "professional-elsewhere" else {"team": world.desk_b.pk}

    answer = post(world.client(world.bram), case, "assignments", body)

    assert answer.status_code == 400
    case.refresh_from_db()
    assert (case.team_id, case.version) == (world.cleaning.pk, 1)


def test_the_same_deed_sent_twice_happens_once(world: World) -> None:
    case = world.report().case
    bram, once = world.client(world.bram), key()

    answers = [post(bram, case, "messages", {"text": "Wij komen."}, **{"Idempotency-Key": once}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201] * 3
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_professionals_at_once_one_wins_and_the_other_is_told(committed_world: World) -> None:
    world = committed_world
    case = world.report().case
    answers, start = [], threading.Barrier(2)

    def take(browser: Client) -> None:
        try:
            start.wait()
            answers.append(post(browser, case, "transitions", {"move": "start"}, **{"If-Match": '"1"'}))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[world.client(one)]) for one in (world.bram, world.lotte)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [201, 412]
    case.refresh_from_db()
    assert case.version == 2


def test_the_inbox_takes_few_queries_for_any_number_of_rows(world: World, django_assert_max_num_queries: Any) -> None:
    bram = world.client(world.bram)
    for number in range(12):
        world.report(text=f"Bank {number}")
    bram.get("/api/v1/cases")

    for limit in (2, 12):
        with django_assert_max_num_queries(4):
            answer = bram.get(f"/api/v1/cases?limit={limit}")
        assert len(answer.json()["results"]) == limit


def test_paging_shows_every_case_once_while_new_ones_arrive(world: World) -> None:
    bram = world.client(world.bram)
    sent = {world.report(now=NOON + timedelta(minutes=number)).case.reference for number in range(7)}
    seen: list[str] = []
    url = "/api/v1/cases?limit=3"
    while url:
        page = bram.get(url).json()
        seen += [row["reference"] for row in page["results"]]
        url = page["next"]
        world.report()

    assert len(seen) == len(set(seen)) == 7
    assert set(seen) == sent


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("view=new", 2), ("view=mine", 1), ("view=late", 1), ("view=closed", 0), ("view=waiting", 0),
        ("status=received", 2), ("status=resolved", 0), ("kind=report", 2), ("kind=poll", 0),
        ("area=WK910101", 1), ("area=GM9101", 2), ("area=BU91010102", 0), ("category=grofvuil", 2),
        ("category=schoon", 2),
        ("category=heel", 0), ("team=reiniging", 2), ("assignee=me", 1), ("assignee=none", 0), ("late=true", 1),
        ("late=false", 1),
        ("q=bank", 2), ("q=xyz", 0), ("bbox=5.0,52.0,5.01,52.01", 1), ("bbox=6,52,7,53", 0),
    ],
)  # fmt: skip
def test_every_filter_narrows_the_inbox(world: World, query: str, found: int) -> None:
    world.report(now=timezone.now() - timedelta(days=30))
    world.report(at=(5.015, 52.005))

    rows = world.client(world.bram).get(f"/api/v1/cases?{query}").json()["results"]

    assert len(rows) == found


@pytest.mark.parametrize(
    "query",
    [
        "view=x",
        "status=x",
        "kind=x",
        "area=x",
        "assignee=x",
        "bbox=1,2",
        "limit=0",
        "limit=x",
        "cursor=x",
        "ordering=x",
        "late=x",
    ],
)
def test_a_wrong_filter_is_refused_and_says_so(world: World, query: str) -> None:
    answer = world.client(world.bram).get(f"/api/v1/cases?{query}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_references_fetch_many_at_once(world: World) -> None:
    wanted = [world.report().case.reference for _ in range(2)]
    world.report()

    rows = world.client(world.bram).get(f"/api/v1/cases?reference={','.join(wanted)}").json()["results"]

    assert {row["reference"] for row in rows} == set(wanted)


def test_catching_up_over_http_gives_what_the_socket_gives(world: World) -> None:
    case = world.report().case
    bram = world.client(world.bram)
    post(bram, case, "notes", {"text": "x"})

    stream = f"team:{world.cleaning.pk}"
    body = bram.get(f"/api/v1/streams/{stream}/events?after=1").json()

    assert [(one["seq"], one["event"]["type"], one["event"]["subject"]) for one in body["results"]] == [
        (2, "case.note", f"case/{case.reference}")
    ]
    assert body["head"] == 2 == Stream.objects.get(name=stream).head


def test_counts_match_the_groups(world: World) -> None:
    world.report()
    world.report(now=timezone.now() - timedelta(days=30))

    counts = world.client(world.bram).get("/api/v1/cases/_count").json()

    assert counts == {
        "new": 2, "mine": 2, "team": 2, "waiting": 0, "late": 1, "handovers": 0, "mentions": 0, "unread": 2,
    }  # fmt: skip


def test_a_note_with_nothing_in_it_is_refused(world: World) -> None:
    case = world.report().case

    assert post(world.client(world.bram), case, "notes", {"text": "   "}).status_code == 400
    assert not Note.objects.exists()


def test_every_open_status_can_be_resolved_and_every_closed_one_reopened() -> None:
    assert set(Status) == OPEN | CLOSED
    assert MOVES["resolve"].sources == OPEN
    assert MOVES["reopen"].sources == CLOSED - {Status.MERGED}
    reachable = {move.to for move in MOVES.values()} | {Status.RECEIVED}
    assert reachable == set(Status) - {Status.MERGED}
