"""Letters: made, handed over in two steps, forgotten, replaced by number."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from core.areas.models import Area
from core.errors import Conflict
from core.events.models import Event
from core.snapshots.snapshot import Snapshot
from core.work.worker import run_due_tasks
from participation.polls.actions import batches
from participation.polls.actions.stepping import take_step
from participation.polls.models import Batch, Code, Poll, RollEntry
from participation.polls.queries.batches import batches_of, by_area, use_of, uses_of
from participation.polls.states import Level
from participation.residents import letter_codes
from tests.participation.polls.conftest import open_poll, prepared, send, visitor
from tests.participation.polls.letters import codes_of, letters, make, replace
from tests.support.world import World

pytestmark = pytest.mark.django_db


def desk(world: World, poll: Poll, *rest: object) -> str:
    return f"/werk/peilingen/{poll.slug}/brieven/" + "".join(f"{one}/" for one in rest)


# --- through the pages ------------------------------------------------------------------------


def test_a_batch_is_made_fetched_confirmed_and_then_nobody_can_read_it_again(world: World) -> None:
    poll, browser = letters(world), world.client(world.dirk)
    made = browser.post(
        desk(world, poll), {"deed": "make", "name": "Eerste brieven", "count": "12", "area": "BU91010101"}
    )
    batch = Batch.objects.get()
    assert (made.status_code, made["Location"]) == (303, desk(world, poll, batch.pk))
    assert (batch.codes_made, batch.wanted, batch.area and batch.area.name) == (12, 12, "Haven")
    stored = Code.objects.first()
    assert stored is not None
    assert stored.sealed

    page = desk(world, poll, batch.pk)
    early = browser.post(page, {"deed": "forget"})
    assert early.status_code == 409, "nobody fetched it yet"
    first, again = browser.post(page, {"deed": "file"}), browser.post(page, {"deed": "file"})
    assert first.content == again.content, "a download that broke is fetched again"
    assert "no-store" in first["Cache-Control"]
    rows = list(csv.reader(io.StringIO(first.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 13
    number, code, area, name, address, for_square = rows[1]
    assert (number, area, name) == ("1", "Haven", "Eerste brieven")
    assert re.fullmatch(r"([0-9A-Z]{4}-){2}[0-9A-Z]{4}", code)
    assert address.endswith(f"/peilingen/{poll.slug}/")
    assert for_square == f"{address}#code={code}", "what stands behind # reaches no server"
    assert send(visitor(), poll, code=code).status_code == 201

    assert browser.post(page, {"deed": "forget"}).status_code == 303
    assert set(Code.objects.values_list("sealed", flat=True)) == {""}
    for deed in ("file", "paper", "forget"):
        refused = browser.post(page, {"deed": deed})
        assert refused.status_code == 409
        assert code.encode() not in refused.content
    assert send(visitor(), poll, code=rows[2][1].lower()).status_code == 201, "the hash is enough to vote"


def test_letters_are_printed_here_with_a_square_that_only_the_phone_reads(world: World) -> None:
    poll = letters(world)
    batch = make(world, poll, 3)
    page = world.client(world.dirk).post(desk(world, poll, batch.pk), {"deed": "paper"})
    assert page.status_code == 200
    assert page.content.count(b"<svg") >= 3
    for code in codes_of(world, batch).values():
        assert letter_codes.printed(code).encode() in page.content


def test_who_is_not_of_the_team_finds_no_letters(world: World) -> None:
    poll = letters(world, at_desk=True)
    batch = make(world, poll)
    for person in (world.bram, world.zoe):
        for address in (desk(world, poll), desk(world, poll, batch.pk)):
            assert world.client(person).get(address).status_code == 404
            assert world.client(person).post(address, {"deed": "file"}).status_code == 404
    assert visitor().get(desk(world, poll)).status_code == 302
    other = letters(world)
    assert world.client(world.dirk).get(desk(world, other, batch.pk)).status_code == 404, "a batch of another poll"


def test_what_is_wrong_with_a_batch_is_said_beside_its_field(world: World) -> None:
    poll, browser = letters(world), world.client(world.dirk)
    for values, field in (
        ({"name": " ", "count": "5"}, "name"),
        ({"name": "x", "count": "0"}, "count"),
        ({"name": "x", "count": "50001"}, "count"),
        ({"name": "x", "count": "many"}, "count"),
        ({"name": "x", "count": "5", "area": "WK910102"}, "area"),
        ({"name": "x", "count": "5", "replace_from": "2026-13-01"}, "replace_from"),
    ):
        answer = browser.post(desk(world, poll), {"deed": "make", **values})
        assert answer.status_code == 400
        assert f'id="id_{field}_error"'.encode() in answer.content
    assert not Batch.objects.exists()
    with pytest.raises(Conflict):
        make(world, open_poll(world, level=Level.DEVICE))


def test_a_lost_letter_is_replaced_by_its_number_and_the_old_one_works_no_more(world: World) -> None:
    poll, browser = letters(world), world.client(world.dirk)
    batch = make(world, poll)
    old = codes_of(world, batch)[4]
    page = browser.post(desk(world, poll, batch.pk), {"deed": "replace", "number": "4"})
    assert page.status_code == 200
    found = re.search(r"data-code>([0-9A-Z-]{14})<", page.content.decode())
    assert found is not None
    assert browser.post(desk(world, poll, batch.pk), {"deed": "replace", "number": "4"}).status_code == 409, (
        "sent twice"
    )
    refused = send(visitor(), poll, code=old)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "voided")
    assert send(visitor(), poll, code=found[1]).status_code == 201
    assert send(visitor(), poll, code=found[1]).status_code == 409
    line = batches_of(poll)[0]
    assert (line.made, line.voided, line.letters) == (13, 1, 12)


def test_a_letter_that_was_voted_with_is_neither_replaced_nor_withdrawn_and_nothing_tells_which(world: World) -> None:
    poll = letters(world)
    batch = make(world, poll)
    code = codes_of(world, batch)[7]
    assert send(visitor(), poll, code=code).status_code == 201
    before = Event.objects.count()
    for deed in ("replace", "withdraw"):
        page = world.client(world.dirk).post(desk(world, poll, batch.pk), {"deed": deed, "number": "7"})
        assert page.status_code == 409
    assert Event.objects.count() == before, "that it was asked, and the answer, are written nowhere"
    assert Code.objects.get(batch=batch, number=7).voided_at is None


def test_whoever_looks_letters_up_is_stopped_after_a_while(world: World, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"poll-letter": "3/hour"}
    cache.clear()
    poll, browser = letters(world), world.client(world.dirk)
    batch = make(world, poll)
    codes = [
        browser.post(desk(world, poll, batch.pk), {"deed": "withdraw", "number": "99"}).status_code for _n in range(5)
    ]
    assert codes[:3] == [400] * 3
    assert set(codes[3:]).isdisjoint({200, 303}), "no answer any more"
    browser.post(desk(world, poll, batch.pk), {"deed": "withdraw", "number": "1"})
    browser.post(desk(world, poll, batch.pk), {"deed": "withdraw-all"})
    assert not Code.objects.filter(voided_at__isnull=False).exists()


def test_new_codes_are_given_from_the_day_that_letters_must_have_come(world: World) -> None:
    poll = letters(world)
    now = timezone.now()
    batch = make(world, poll, replace_from=timezone.localdate(now) + timedelta(days=3))
    with pytest.raises(Conflict) as refusal:
        replace(world, batch, 1)
    assert refusal.value.code == "too-early"
    later = now + timedelta(days=3)
    batches.replace_code(slug=poll.slug, batch_id=batch.pk, number=1, actor=world.actor(world.dirk), now=later)
    batches.withdraw_code(slug=poll.slug, batch_id=batch.pk, number=2, actor=world.actor(world.dirk), now=now)


def test_who_has_a_secret_address_gets_a_code_at_the_desk_once_for_each_form(world: World) -> None:
    poll, browser = letters(world), world.client(world.dirk)
    page = browser.get(desk(world, poll)).content.decode()
    token = re.search(r'name="form_token" value="(\w+)"', page)
    assert token is not None
    given = {"deed": "give", "form_token": token[1]}
    assert browser.post(desk(world, poll), given).status_code == 400, "proof was not looked at"
    first, again = (browser.post(desk(world, poll), given | {"seen": "1"}) for _n in range(2))
    assert (first.status_code, again.status_code) == (200, 409)
    code = re.search(r"data-code>([0-9A-Z-]{14})<", first.content.decode())
    assert code is not None
    assert send(visitor(), poll, code=code[1]).status_code == 201
    [line] = batches_of(poll)
    assert (line.state, line.made, line.use.hidden) == ("desk", 1, True)


def test_a_batch_that_went_astray_is_withdrawn_but_for_who_voted(world: World) -> None:
    poll = letters(world)
    batch = make(world, poll)
    codes = codes_of(world, batch)
    assert send(visitor(), poll, code=codes[3]).status_code == 201
    answer = world.client(world.dirk).post(desk(world, poll, batch.pk), {"deed": "withdraw-all"})
    assert answer.status_code == 303
    assert Code.objects.filter(voided_at=None).count() == 1
    assert send(visitor(), poll, code=codes[4]).status_code == 400
    assert RollEntry.objects.count() == 1
    event = Event.objects.filter(type="poll.codes").last()
    assert event is not None
    assert event.payload["withdrawn"] is True
    with pytest.raises(Conflict):  # a file of what is left would say who voted
        codes_of(world, batch)


def test_withdrawing_all_letters_does_not_tell_how_many_voted(world: World) -> None:
    poll, browser = letters(world), world.client(world.dirk)
    said = []
    for voted in (1, 4, 11):
        batch = make(world, poll, 40 if voted > 10 else 10, name="Brieven")
        for code in list(codes_of(world, batch).values())[:voted]:
            assert send(visitor(), poll, code=code).status_code == 201
        assert browser.post(desk(world, poll, batch.pk), {"deed": "withdraw-all"}).status_code == 303
        line = batches_of(poll)[-1]
        said.append((line.letters, line.voided, line.use.letters, line.use.used, line.use.hidden, line.use.few))
    assert said == [(0, 10, 0, 0, True, False)] * 2 + [(10, 30, 10, 0, True, False)]
    page = browser.get(desk(world, poll)).content.decode()
    assert page.count("minder dan tien") == 2 and "niet meer werk" not in page


def test_codes_are_made_before_it_opens_and_work_when_it_is_open(world: World) -> None:
    poll = prepared(world, level=Level.LETTER)
    batch = make(world, poll)
    codes = codes_of(world, batch)
    fresh = replace(world, batch, 2)
    take_step(slug=poll.slug, name="open", actor=world.actor(world.dirk), now=timezone.now())
    assert send(visitor(), poll, code=codes[1]).status_code == 201
    assert send(visitor(), poll, code=codes[2]).status_code == 400
    assert send(visitor(), poll, code=fresh).status_code == 201


# --- in the background ------------------------------------------------------------------------


def test_a_large_batch_is_made_in_parts_and_shows_how_far_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "IN_THE_REQUEST", 5)
    monkeypatch.setattr(batches, "PART", 8)
    poll, browser = letters(world), world.client(world.dirk)
    batch = make(world, poll, 20)
    assert batch.codes_made == 0
    assert batches.make_more(batch.pk, now=timezone.now()) is True
    assert b'max="20" value="8"' in browser.get(desk(world, poll)).content
    assert browser.post(desk(world, poll, batch.pk), {"deed": "file"}).status_code == 409, "not all are there"
    run_due_tasks()
    batch.refresh_from_db()
    assert batch.codes_made == 20
    numbers = list(Code.objects.filter(batch=batch).values_list("number", flat=True))
    assert numbers == list(range(1, 21))
    assert batches.make_more(batch.pk, now=timezone.now()) is False


def test_codes_that_nobody_confirmed_are_forgotten_after_three_days_and_when_the_poll_is_over(world: World) -> None:
    now, poll = timezone.now(), letters(world)
    fetched, left = make(world, poll, 3), make(world, poll, 3, name="Plantsoen")
    codes_of(world, fetched)
    assert batches.forgettable(now + timedelta(days=2)) == []
    assert batches.forgettable(now + timedelta(days=3, minutes=1)) == [fetched.pk]
    take_step(slug=poll.slug, name="close", actor=world.actor(world.dirk), now=now)
    assert batches.forgettable(now) == [fetched.pk, left.pk]
    for batch_id in batches.forgettable(now):
        batches.forget_in_time(batch_id, now=now)
    assert not Code.objects.exclude(sealed="").exists()
    assert batches.forgettable(now + timedelta(days=9)) == []


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letters_there", "used", "rounded", "said"),
    [
        (9, 4, True, "hidden"),
        (40, 9, True, "few"),
        (40, 13, True, 10),
        (40, 13, False, 13),
        (0, 0, False, "hidden"),
        (40, 31, False, "hidden"),
        (40, 30, False, 30),
    ],
)
def test_small_numbers_are_not_told(letters_there: int, used: int, rounded: bool, said: object) -> None:
    use = use_of(letters_there, used, rounded=rounded)
    assert ("hidden" if use.hidden else "few" if use.few else use.used) == said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(100, 50), (80, 40)], [50, 40]),
        ([(100, 50), (90, 30), (12, 3)], [50, None, None]),  # the rest of the total would be the third
        ([(100, 50), (90, 30), (40, 31)], [50, None, None]),  # everybody of the third but nine
        ([(100, 50), (30, 4), (30, 3)], [None, None, None]),  # seven together is few too
        ([(100, 50), (30, 6), (30, 7)], [50, None, None]),
        ([(30, 3)], [None]),
    ],
)
def test_what_is_not_told_cannot_be_found_by_subtracting(rows: list[tuple[int, int]], said: list[int | None]) -> None:
    uses = uses_of(rows, rounded=False)
    assert [None if one.hidden or one.few else one.used for one in uses] == said


def test_turnout_of_a_small_wijk_is_not_the_total_without_the_others(world: World) -> None:
    poll = letters(world)
    Poll.objects.filter(pk=poll.pk).update(area=world.a)
    for code, many, voted in (("WK910101", 60, 30), ("WK910102", 12, 2)):
        batch = make(world, poll, many, area_code=code)
        RollEntry.objects.bulk_create(RollEntry(poll=poll, voter=f"{code}-{at}", batch=batch) for at in range(voted))
    assert [(use.letters, use.used, use.hidden or use.few) for _area, use in by_area(poll)] == [
        (12, 0, True),
        (60, 0, True),
    ]


def test_turnout_by_wijk_stays_the_same_when_the_poll_is_over(world: World) -> None:
    poll = letters(world)
    batch = make(world, poll, 30, area_code="BU91010101")
    for code in list(codes_of(world, batch).values())[:12]:
        assert send(visitor(), poll, code=code).status_code == 201
    [(area, use)] = by_area(poll)
    assert (area.name, use.letters, use.used) == ("Westerwijk", 30, 10)
    take_step(slug=poll.slug, name="close", actor=world.actor(world.dirk), now=timezone.now())
    poll.refresh_from_db()
    [(area, use)] = by_area(poll)
    assert (area.name, use.used, use.percent) == ("Westerwijk", 12, 40)


def test_turnout_stands_next_to_the_inhabitants_of_the_area(world: World) -> None:
    poll = letters(world)
    Poll.objects.filter(pk=poll.pk).update(area=world.a)
    Area.objects.filter(code="WK910101").update(inhabitants=2350)
    Area.objects.filter(pk=world.a.pk).update(inhabitants=5200)
    Snapshot.forget_all()
    batch = make(world, poll, 30, area_code="WK910101")
    for code in list(codes_of(world, batch).values())[:12]:
        assert send(visitor(), poll, code=code).status_code == 201
    address = f"/api/v1/polls/{poll.slug}/results"
    take_step(slug=poll.slug, name="close", actor=world.actor(world.dirk), now=timezone.now())
    told = visitor().get(address).json()
    assert told["inhabitants"] == 5200
    assert [(one["area"], one["inhabitants"], one["voted"]) for one in told["turnout"]] == [("Westerwijk", 2350, 12)]
    page = visitor().get(f"/peilingen/{poll.slug}/uitslag/", headers={"Accept-Language": "en"}).content.decode()
    assert "5,200" in page
    assert "2,350" in page


def test_the_page_of_letters_takes_as_many_queries_for_ten_batches_as_for_one(
    world: World, django_assert_max_num_queries: Any
) -> None:
    poll, browser = letters(world), world.client(world.dirk)
    for number in range(10):
        make(world, poll, 2, name=f"Batch {number}")
    browser.get(desk(world, poll))
    with django_assert_max_num_queries(14):
        assert browser.get(desk(world, poll)).status_code == 200
