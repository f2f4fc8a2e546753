"""I see this too: counted once per device and per contact, told only who said yes, and nothing given away."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from core.events.models import Event, StreamEntry
from participation.cases.actions import link_duplicate
from participation.cases.models import Case, CasePhoto
from participation.reports.models import Supporter
from participation.reports.rules import ContactGiven
from tests.participation.reports.browser import picture, status_of
from tests.participation.reports.supporting import count, handle, join, say_yes, supporters
from tests.support.world import HOST_A, HOST_B, World, key

ANONYMOUS = ContactGiven()


def upload(client: Client) -> str:
    answer = client.post("/api/v1/uploads", {"file": picture()})
    assert answer.status_code == 201
    return str(answer.json()["id"])


# --- counting ---------------------------------------------------------------------------------


def test_a_device_counts_once_however_often_it_says_so(world: World) -> None:
    case, phone = world.report().case, Client()

    first, second = join(phone, case.reference), join(phone, case.reference)

    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.json()["again"], second.json()["again"]) == (False, True)
    assert first.json()["tracking"] == second.json()["tracking"]
    assert (count(case), supporters(case)) == (1, 1)


def test_everybody_on_a_device_of_their_own_counts(world: World) -> None:
    case = world.report().case
    for _neighbour in range(3):
        assert join(Client(), case.reference).status_code == 201

    assert (count(case), supporters(case)) == (3, 3)


def test_the_device_is_known_by_a_cookie_no_script_can_read_and_only_its_hash_is_kept(world: World) -> None:
    case, phone = world.report().case, Client()
    join(phone, case.reference)

    cookie = phone.cookies["toestel"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie.value not in repr(Supporter.objects.values().get())


def test_a_device_has_another_hash_in_each_municipality(world: World) -> None:
    here = world.report().case
    there = world.report(at=(5.105, 52.005), category="anders").case
    phone = Client()
    join(phone, here.reference)
    join(phone, there.reference)

    assert len(set(Supporter.objects.values_list("device_hash", flat=True))) == 2


def test_an_answer_that_was_lost_is_sent_again_and_counts_once(world: World) -> None:
    case, once = world.report().case, key()

    first = join(Client(), case.reference, once=once)
    again = join(Client(), case.reference, once=once)
    other = join(Client(), case.reference, {"language": "tr"}, once=once)

    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert first.cookies["toestel"].value == again.cookies["toestel"].value
    assert other.status_code == 409
    assert (count(case), supporters(case)) == (1, 1)


@pytest.mark.parametrize("second", ["buur@example.nl", "BUUR@Example.nl "])
def test_an_address_counts_once_on_two_devices_and_the_answer_does_not_tell(world: World, second: str) -> None:
    case = world.report().case

    one = join(Client(), case.reference, {"contact": {"email": "buur@example.nl"}})
    two = join(Client(), case.reference, {"contact": {"email": second}})

    assert count(case) == 1
    assert two.json() == one.json() | {"tracking": two.json()["tracking"]}
    assert two.json()["tracking"]["token"] != one.json()["tracking"]["token"]
    assert sorted(Supporter.objects.values_list("email", "counted")) == [("", False), ("buur@example.nl", True)]


def test_a_phone_number_counts_once_on_two_devices(world: World) -> None:
    case = world.report().case
    for typed in ("06 12345678", "06-12345678"):
        assert join(Client(), case.reference, {"contact": {"phone": typed}}).status_code == 201

    assert count(case) == 1


def test_the_reporter_does_not_support_themselves_from_another_device(world: World) -> None:
    case = world.report().case

    answer = join(Client(), case.reference, {"contact": {"email": "ANNA@example.nl"}})

    assert (answer.status_code, answer.json()["again"]) == (201, False)
    assert count(case) == 0
    assert not Supporter.objects.exclude(email="").exists()


def test_who_follows_their_own_report_is_told_kindly(world: World) -> None:
    sent = world.report()
    anna = Client(HTTP_HOST=HOST_A, HTTP_ACCEPT_LANGUAGE="en")
    anna.get(f"/volgen/{sent.token}/")

    answer = join(anna, sent.case.reference)

    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "own-report")
    assert answer.json()["detail"] == "This is your own report. You follow it already."
    assert count(sent.case) == 0


def test_somebody_who_counted_on_two_devices_counts_once_when_they_say_who_they_are(world: World) -> None:
    case, phone, laptop = world.report().case, Client(), Client()
    join(phone, case.reference)
    join(laptop, case.reference, {"contact": {"email": "buur@example.nl"}})
    assert count(case) == 2

    join(phone, case.reference, {"contact": {"email": "buur@example.nl"}})

    assert count(case) == 1


def test_the_table_itself_refuses_a_second_row_of_a_device_or_a_contact(world: World) -> None:
    case = world.report().case
    columns = {"case": case, "created_at": timezone.now(), "tracking_seed": "x"}
    Supporter.objects.create(device_hash="a", email="buur@example.nl", phone="0612345678", tracking_hash="1", **columns)
    twice: list[dict[str, str]] = [
        {"device_hash": "a"},
        {"device_hash": "b", "email": "BUUR@example.nl"},
        {"device_hash": "b", "phone": "0612345678"},
    ]
    for number, values in enumerate(twice):
        with pytest.raises(IntegrityError), transaction.atomic():
            Supporter.objects.create(tracking_hash=f"x{number}", **columns, **values)
    Supporter.objects.create(device_hash="b", tracking_hash="2", **columns)
    Supporter.objects.create(device_hash="c", tracking_hash="3", **columns)


def _together(case: Case, clients: list[Client]) -> list[int]:
    start, answers = threading.Barrier(len(clients)), []

    def press(client: Client) -> None:
        try:
            start.wait()
            answers.append(join(client, case.reference, once=key()).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_twenty_at_once_from_one_device_are_one(committed_world: World) -> None:
    case, phone = committed_world.report().case, Client()
    join(phone, committed_world.report(at=(5.015, 52.005)).case.reference)
    clients = []
    for _press in range(20):
        clients.append(Client())
        clients[-1].cookies["toestel"] = phone.cookies["toestel"].value

    assert set(_together(case, clients)) == {201}
    assert (count(case), supporters(case)) == (1, 1)


def test_twenty_at_once_from_twenty_devices_are_twenty(committed_world: World) -> None:
    case = committed_world.report().case

    neighbours = [Client(REMOTE_ADDR=f"10.0.{number}.1") for number in range(20)]
    assert set(_together(case, neighbours)) == {201}
    assert (count(case), supporters(case)) == (20, 20)
    assert Event.objects.filter(type="case.supported").count() == 20


# --- what cannot be joined --------------------------------------------------------------------


def test_a_report_that_is_not_public_looks_as_if_it_is_not_there(world: World) -> None:
    hidden = world.report(category="burenoverlast").case
    limited = world.report(category="anders").case
    absent = join(Client(), "M-000000")

    for case in (hidden, limited):
        answer = join(Client(), case.reference)
        assert (answer.status_code, answer.json()) == (404, absent.json())
        assert Client().get(f"/melden/ook/{case.reference}/").status_code == 404
    assert join(Client(HTTP_HOST=HOST_B), world.report().case.reference).status_code == 404
    assert not Supporter.objects.exists()


def test_what_was_closed_long_ago_is_to_be_reported_again(world: World) -> None:
    lately, long_ago, refused = (world.report().case for _number in range(3))
    handle(world, lately, "resolve")
    handle(world, long_ago, "resolve")
    handle(world, refused, "decline")
    Case.objects.filter(pk=long_ago.pk).update(closed_at=timezone.now() - timedelta(days=29))

    answers = [join(Client(), case.reference) for case in (lately, long_ago, refused)]

    assert [answer.status_code for answer in answers] == [201, 409, 409]
    assert answers[1].json()["type"].endswith("closed")
    assert "report it again" in answers[1].json()["detail"]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"contact": {"email": "geen adres"}}, "contact.email", "invalid"),
        ({"contact": {"phone": "12"}}, "contact.phone", "invalid"),
        ({"language": "xx"}, "language", "unknown"),
        ({"photos": ["3fa85f64-5717-4562-b3fc-2c963f66afa6"]}, "photos", "unknown-photo"),
        ({"photos": ["x"]}, "photos.0", "invalid"),
        ({"photos": [f"00000000-0000-0000-0000-00000000000{number}" for number in range(4)]}, "photos", "too-many"),
    ],
)
def test_what_is_wrong_is_named(world: World, body: dict[str, Any], field: str, code: str) -> None:
    case = world.report().case
    answer = join(Client(), case.reference, body)

    assert answer.status_code == 400
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]
    assert (count(case), supporters(case)) == (0, 0)


def test_joining_is_limited_per_network(world: World, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"support": "2/hour"}
    case = world.report().case

    assert [join(Client(), case.reference).status_code for _press in range(3)] == [201, 201, 429]
    settings.THROTTLES = settings.THROTTLES | {"support": "60/hour", "support-network": "2/day"}
    presses = [Client(REMOTE_ADDR=f"192.0.2.{number}") for number in range(3)]
    assert [join(one, case.reference).status_code for one in presses] == [201, 201, 429]


def test_a_count_is_not_made_by_one_who_presses_forty_times(world: World) -> None:
    case, other = world.report().case, world.report().case

    answers = [join(Client(), case.reference) for _press in range(40)]

    assert {answer.status_code for answer in answers} == {201}
    assert {tuple(sorted(answer.json())) for answer in answers} == {tuple(sorted(answers[0].json()))}
    assert (count(case), supporters(case)) == (3, 40)
    assert Event.objects.filter(type="case.supported").count() == 3, "the team is not called for the rest"
    join(Client(), other.reference)
    join(Client(REMOTE_ADDR="198.51.100.7"), case.reference)
    assert (count(case), count(other)) == (4, 1)


def test_a_device_that_somebody_made_up_counts_as_a_new_one(world: World) -> None:
    case = world.report().case
    for number in range(10):
        made_up = Client()
        made_up.cookies["toestel"] = f"{number:022}"
        join(made_up, case.reference)

    assert count(case) == 3


def test_neighbours_whose_devices_we_know_count_behind_one_address_up_to_a_street(world: World, settings: Any) -> None:
    case, known = world.report().case, [Client() for _neighbour in range(8)]
    for device in known:
        join(device, world.report().case.reference)
    settings.THROTTLES = settings.THROTTLES | {"support-report": "6/day"}
    for device in known:
        join(device, case.reference)

    assert count(case) == 6


def test_who_sends_again_what_arrived_is_not_counted_against_the_address(world: World) -> None:
    case, once = world.report().case, key()
    for _again in range(5):
        join(Client(), case.reference, once=once)
    for _neighbour in range(2):
        join(Client(), case.reference, once=key())

    assert count(case) == 3


def test_one_too_many_at_an_address_counts_when_they_confirm_who_they_are(world: World) -> None:
    case = world.report().case
    for _press in range(5):
        join(Client(), case.reference)
    join(Client(), case.reference, {"contact": {"email": "buur@example.nl"}})
    assert count(case) == 3

    say_yes("buur@example.nl")

    assert count(case) == 4
    shown = world.client(world.bram).get(f"/api/v1/cases/{case.reference}").json()
    assert (shown["supporters"], shown["supportersConfirmed"]) == (4, 1)


def test_the_page_without_a_script_keeps_to_the_same_count(world: World) -> None:
    case = world.report().case
    for _press in range(6):
        press = Client(HTTP_HOST=HOST_A)
        answer = press.post(f"/melden/ook/{case.reference}/", {"key": key(), "email": ""})
        assert (answer.status_code, answer["Location"]) == (302, "/melden/ook/volgen/")

    assert (count(case), supporters(case)) == (3, 6)


def test_joining_costs_few_statements(world: World, django_assert_max_num_queries: Any) -> None:
    case = world.report().case
    join(Client(), case.reference)
    with django_assert_max_num_queries(20):
        assert join(Client(), case.reference, {"contact": {"email": "b@example.nl"}}, once=key())


# --- the team ---------------------------------------------------------------------------------


def test_the_team_sees_the_count_at_once_and_nobody_outside_it(world: World) -> None:
    case = world.report().case
    join(Client(), case.reference)

    event = Event.objects.get(type="case.supported")
    assert event.audience == Event.Audience.TEAM
    assert list(StreamEntry.objects.filter(event=event).values_list("stream__name", flat=True)) == [
        f"team:{world.cleaning.pk}"
    ]
    bram = world.client(world.bram)
    shown = bram.get(f"/api/v1/cases/{case.reference}").json()
    assert shown["supporters"] == 1
    assert shown["history"][-1]["type"] == "case.supported"
    rows = bram.get("/api/v1/cases?supporters=1&view=team").json()["results"]
    assert [(row["reference"], row["supporters"]) for row in rows] == [(case.reference, 1)]


def test_supporters_stand_in_nobodys_way_who_saves_the_case(world: World) -> None:
    case, bram = world.report().case, world.client(world.bram)
    url = f"/api/v1/cases/{case.reference}/notes"
    join(Client(), case.reference)

    def note(version: int) -> int:
        body = {"text": "Ik ga kijken"}
        return bram.post(url, body, content_type="application/json", headers={"If-Match": f'"{version}"'}).status_code

    assert note(1) == 201
    assert note(1) == 412, "the note itself is a change"
    assert note(99) == 412


def test_a_supporters_photo_is_for_professionals_alone(world: World) -> None:
    sent = world.report()
    case, phone = sent.case, Client(HTTP_HOST=HOST_A)
    photo = upload(phone)

    assert join(phone, case.reference, {"photos": [photo]}).status_code == 201

    bram = world.client(world.bram)
    [shown] = bram.get(f"/api/v1/cases/{case.reference}").json()["photos"]
    assert (shown["id"], shown["fromSupporter"], shown["fromResident"], shown["forResident"]) == (
        photo, True, False, False,
    )  # fmt: skip
    assert status_of(bram, f"/photos/{photo}/thumb") == 200
    anna = Client(HTTP_HOST=HOST_A)
    anna.get(f"/volgen/{sent.token}/")
    assert anna.get(f"/photos/{photo}/thumb").status_code == 404
    assert photo not in anna.get("/volgen/").content.decode()
    assert phone.get(f"/photos/{photo}/thumb").status_code == 404
    assert Client().get(f"/photos/{photo}/thumb").status_code == 404
    url = f"/api/v1/cases/{case.reference}/photos/{photo}"
    assert bram.patch(url, {"forResident": True}, content_type="application/json").status_code == 400
    assert bram.patch(url, {"stage": "before"}, content_type="application/json").status_code == 200


def test_the_same_device_may_add_a_photo_later_but_not_without_end(world: World) -> None:
    case, phone = world.report().case, Client()
    join(phone, case.reference)
    for _photo in range(3):
        assert join(phone, case.reference, {"photos": [upload(phone)]}).status_code == 201

    assert join(phone, case.reference, {"photos": [upload(phone)]}).status_code == 400
    assert count(case) == 1
    assert CasePhoto.objects.filter(case=case, from_supporter=True).count() == 3
    assert Case.objects.get(pk=case.pk).photo_count == 3


# --- not after all ----------------------------------------------------------------------------


def undo(reference: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return Client().delete(f"/api/v1/reports/{reference}/supporters", headers=headers).status_code


def test_who_joined_by_mistake_is_taken_out_of_the_count_and_forgotten(world: World) -> None:
    case, phone, once = world.report().case, Client(), key()
    join(Client(), case.reference)
    token = join(phone, case.reference, {"contact": {"email": "buur@example.nl"}}, once=once).json()["tracking"][
        "token"
    ]
    bram = world.client(world.bram)
    version = bram.get(f"/api/v1/cases/{case.reference}").json()["version"]

    assert [undo(case.reference, one) for one in ("x", token, token)] == [404, 204, 404]

    assert (count(case), supporters(case)) == (1, 1)
    shown = bram.get(f"/api/v1/cases/{case.reference}").json()
    assert (shown["supporters"], shown["history"][-1]["type"]) == (1, "case.supported")
    note = bram.post(
        f"/api/v1/cases/{case.reference}/notes",
        {"text": "Ik ga kijken"},
        content_type="application/json",
        headers={"If-Match": f'"{version}"'},
    )
    assert note.status_code == 201, "it stands in nobody's way"
    again = join(Client(), case.reference, {"contact": {"email": "buur@example.nl"}}, once=once)
    assert again.status_code == 404, "an old request that comes in late does not join anew"
    assert join(phone, case.reference).status_code == 201
    assert count(case) == 2


def test_taking_it_back_counts_less_with_the_report_that_is_worked_on_too(world: World) -> None:
    main, double = world.report().case, world.report(contact=ANONYMOUS).case
    link_duplicate(reference=double.reference, of=main.reference, actor=world.actor(world.bram), now=timezone.now())
    token = join(Client(), double.reference).json()["tracking"]["token"]
    assert (count(main), count(double)) == (2, 1)

    assert undo(double.reference, token) == 204
    assert (count(main), count(double)) == (1, 0)
