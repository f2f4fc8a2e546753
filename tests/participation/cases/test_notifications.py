"""Being told of work: push messages and the digest; who, when, once, and nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.accounts.actor import RESIDENT
from core.work.worker import Worker, run_due_tasks
from participation.cases.actions import add_note, answer_as_resident, assign_case, move_case
from participation.cases.actions.telling import change_settings, listen
from participation.cases.models import Case, DeskSettings, PushSubscription, Signal
from participation.cases.notifications import digest as digests
from participation.cases.notifications import signals
from participation.cases.notifications.digest import send_digests
from participation.cases.notifications.quiet import digest_since, quiet_until
from participation.organisations.models import Absence, Professional, Team
from tests.support.push_service import FakeBrowser, PushService, push_service
from tests.support.world import NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Any, tmp_path: Path) -> Iterator[PushService]:
    with push_service() as running:
        settings.PUSH_SERVICES = [running.origin]
        settings.DATA_DIR = tmp_path
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        yield running


def _listens(world: World, service: PushService, person: Professional, name: str = "") -> FakeBrowser:
    browser = service.browser(name or person.name)
    keys = browser.subscription["keys"]
    listen(
        endpoint=browser.subscription["endpoint"],
        key=keys["p256dh"],
        secret=keys["auth"],
        device="Firefox",
        actor=world.actor(person),
        now=timezone.now(),
    )
    return browser


def _titles(browser: FakeBrowser) -> list[str]:
    return [one["title"] for one in browser.messages()]


def _quiet_now(person: Professional) -> None:
    """Quiet hours around this moment."""
    local = timezone.localtime()
    DeskSettings.objects.update_or_create(
        professional=person,
        defaults={
            "quiet_from": (local - timedelta(hours=1)).time(),
            "quiet_until": (local + timedelta(hours=1)).time(),
        },
    )


# --- push -------------------------------------------------------------------------------------


def test_a_new_report_reaches_the_one_who_has_it_with_the_wijk_and_nothing_else(
    world: World, service: PushService
) -> None:
    bram, carla = _listens(world, service, world.bram), _listens(world, service, world.carla)
    case = world.report(text="Anna de Vries, Molenweg 3, belt op 0612345678", address="Molenweg 3").case
    assert case.assignee_id == world.bram.pk
    run_due_tasks()
    [message] = bram.messages()
    assert "Westerwijk" in message["title"] and message["url"] == f"/werk/{case.reference}/"
    assert not {"Anna", "Molenweg", "061234"} & set(str(message).replace(",", " ").split())
    assert carla.messages() == []


def test_without_anyone_listening_a_report_costs_no_query_more(
    world: World, service: PushService, django_assert_num_queries: Any
) -> None:

    signals.listeners(world.a.pk)
    world.report()
    with CaptureQueriesContext(connection) as without:
        world.report()
    assert not any("cases_pushsubscription" in one["sql"] for one in without.captured_queries)
    assert not DBTaskResult.objects.filter(task_path__contains="signals").exists()
    _listens(world, service, world.zoe)  # of the other municipality
    world.report()
    assert not DBTaskResult.objects.filter(task_path__contains="signals").exists()


def test_of_a_confidential_case_the_message_names_not_even_the_wijk(world: World, service: PushService) -> None:
    carla, dirk = _listens(world, service, world.carla), _listens(world, service, world.dirk)
    case = world.report(category="burenoverlast", text="Ruzie met de buren").case
    run_due_tasks()
    [message] = carla.messages()
    assert message["title"] in {"Nieuwe zaak", "New case"} and message["url"].endswith(f"{case.reference}/")
    assert dirk.messages() == []  # of the team, without the role


def test_a_case_nobody_has_yet_reaches_the_team(world: World, service: PushService) -> None:
    Team.objects.filter(pk=world.cleaning.pk).update(picks_person=False)
    bram, lotte, carla = (_listens(world, service, one) for one in (world.bram, world.lotte, world.carla))
    world.report()
    run_due_tasks()
    assert len(bram.messages()) == len(lotte.messages()) == 1
    assert carla.messages() == []


def test_whoever_did_it_is_not_told(world: World, service: PushService) -> None:
    bram, lotte = _listens(world, service, world.bram), _listens(world, service, world.lotte)
    case = world.report().case
    run_due_tasks()
    before = len(bram.messages())
    assign_case(
        reference=case.reference, professional_id=world.lotte.pk, actor=world.actor(world.bram), now=timezone.now()
    )
    run_due_tasks()
    assert len(bram.messages()) == before and len(lotte.messages()) == 1
    assign_case(
        reference=case.reference, professional_id=world.lotte.pk, actor=world.actor(world.lotte), now=timezone.now()
    )
    run_due_tasks()
    assert len(lotte.messages()) == 1


def test_an_answer_of_the_resident_reaches_the_one_who_has_the_case(world: World, service: PushService) -> None:
    bram = _listens(world, service, world.bram)
    case = world.report().case
    move_case(reference=case.reference, move="ask", message="Welke?", actor=world.actor(world.bram), now=timezone.now())
    run_due_tasks()
    before = len(bram.messages())
    with transaction.atomic():
        answer_as_resident(case_id=case.pk, text="De groene", actor=RESIDENT, now=timezone.now())
    run_due_tasks()
    [told] = bram.messages()[before:]
    assert "Westerwijk" in told["title"] and "groene" not in str(told)


def test_a_colleague_who_is_named_hears_of_it(world: World, service: PushService) -> None:
    lotte = _listens(world, service, world.lotte)
    case = world.report().case
    run_due_tasks()
    add_note(
        reference=case.reference,
        text="Kijk jij even?",
        mentions=[world.lotte.pk],
        actor=world.actor(world.bram),
        now=timezone.now(),
    )
    run_due_tasks()
    assert Signal.objects.get(professional=world.lotte).why == "mentioned"
    assert len(lotte.messages()) == 1


def test_every_browser_of_a_person_shows_it_and_one_that_is_gone_is_forgotten(
    world: World, service: PushService
) -> None:
    phone, laptop, old = (_listens(world, service, world.bram, name) for name in ("phone", "laptop", "old"))
    service.answers[old.path] = [410]
    world.report()
    run_due_tasks()
    assert len(phone.messages()) == len(laptop.messages()) == 1
    assert PushSubscription.objects.count() == 2
    world.report()
    run_due_tasks()
    assert old.deliveries() == []


def test_a_service_that_asks_to_wait_is_tried_again_and_the_others_are_not(world: World, service: PushService) -> None:
    phone, laptop = (_listens(world, service, world.bram, name) for name in ("phone", "laptop"))
    service.answers[phone.path] = [429]
    world.report()
    run_due_tasks()
    assert (len(phone.messages()), len(laptop.messages())) == (0, 1)
    waiting = DBTaskResult.objects.filter(task_path__endswith="push_signals", status="READY")
    assert waiting.update(run_after=timezone.now()) == 1
    run_due_tasks()
    assert (len(phone.messages()), len(laptop.messages())) == (1, 1)


def test_in_quiet_hours_messages_wait_and_then_come_as_one(world: World, service: PushService) -> None:
    bram = _listens(world, service, world.bram)
    _quiet_now(world.bram)
    for _number in range(3):
        world.report()
    run_due_tasks()
    assert bram.messages() == [] and Signal.objects.filter(sent_at=None).count() == 3
    soon = timezone.now() + timedelta(hours=1, minutes=1)
    assert DBTaskResult.objects.filter(task_path__endswith="tell_person", run_after__lte=soon).count() == 3
    Signal.objects.update(due_at=timezone.now())
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    run_due_tasks()
    [message] = bram.messages()
    assert "3" in message["title"] and message["url"] == "/werk/"


def test_two_workers_tell_once(world: World, service: PushService) -> None:
    bram = _listens(world, service, world.bram)
    world.report()
    run_due_tasks()
    event = Signal.objects.get().event_id
    for again in (
        lambda: signals.make_signals.enqueue(event),
        lambda: signals.tell_person.enqueue(world.bram.pk),
    ):
        again()
        again()
        one, other = Worker(), Worker()
        while one.run_one() or other.run_one():
            pass
    assert len(bram.messages()) == 1


def test_who_is_away_hears_nothing(world: World, service: PushService) -> None:
    bram = _listens(world, service, world.bram)
    Team.objects.filter(pk=world.cleaning.pk).update(picks_person=False)
    today = timezone.localdate()
    Absence.objects.create(professional=world.bram, starts_on=today, ends_on=today, replacement=world.lotte)
    world.report()
    run_due_tasks()
    assert bram.messages() == []


def test_what_is_no_longer_theirs_by_then_is_not_told(world: World, service: PushService) -> None:
    bram = _listens(world, service, world.bram)
    _quiet_now(world.bram)
    case = world.report().case
    run_due_tasks()
    Case.objects.filter(pk=case.pk).update(team=world.care, assignee=None)
    Signal.objects.update(due_at=timezone.now())
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    run_due_tasks()
    assert bram.messages() == []


# --- over HTTP --------------------------------------------------------------------------------

SUBSCRIPTIONS = "/api/v1/desk/push-subscriptions"


def test_a_browser_is_registered_moved_to_another_person_and_forgotten(world: World, service: PushService) -> None:
    given = service.browser("laptop").subscription
    for person in (world.bram, world.bram, world.lotte):
        answer = world.client(person).post(SUBSCRIPTIONS, given, content_type="application/json")
        assert answer.status_code == 204
        assert [one.professional_id for one in PushSubscription.objects.all()] == [person.pk]
    body = {"endpoint": given["endpoint"]}
    for person, left in ((world.bram, 1), (world.lotte, 0)):
        world.client(person).post(f"{SUBSCRIPTIONS}/_forget", body, content_type="application/json")
        assert PushSubscription.objects.count() == left


def test_an_address_of_no_push_service_is_refused(world: World, service: PushService) -> None:
    given = service.browser("laptop").subscription
    client = world.client(world.bram)
    for endpoint in ("http://127.0.0.1:6379/", "https://intranet.example/x"):
        answer = client.post(SUBSCRIPTIONS, {**given, "endpoint": endpoint}, content_type="application/json")
        assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "endpoint"
    answer = client.post(
        SUBSCRIPTIONS, {**given, "keys": {"p256dh": "AAAA", "auth": "AAAA"}}, content_type="application/json"
    )
    assert answer.status_code == 400
    assert not PushSubscription.objects.exists()


def test_the_desk_asks_what_was_chosen(world: World, service: PushService) -> None:
    body = world.client(world.bram).get("/api/v1/desk/settings").json()
    assert body | {"pushKey": ""} == {
        "sound": False,
        "digest": "daily",
        "mailMentions": True,
        "quietFrom": None,
        "quietUntil": None,
        "pushKey": "",
        "pushBrowsers": 0,
    }
    assert len(body["pushKey"]) == 87


FORM = {"sound": "on", "digest": "hourly", "quiet_from": "18:00", "quiet_until": "08:00", "language": "en"}


def test_settings_are_saved_whole_and_shown_again(world: World, service: PushService) -> None:
    client = world.client(world.bram)
    assert client.get("/werk/instellingen/").status_code == 200
    answer = client.post("/werk/instellingen/", FORM)
    assert answer.status_code == 302
    chosen = DeskSettings.objects.get(professional=world.bram)
    assert (chosen.sound, chosen.digest, chosen.mail_mentions) == (True, "hourly", False)
    assert (chosen.quiet_from, chosen.quiet_until) == (time(18), time(8))
    world.bram.user.refresh_from_db()
    assert world.bram.user.language == "en" and client.cookies["language"].value == "en"
    page = client.get("/werk/instellingen/").content.decode()
    assert 'value="18:00"' in page


def test_half_of_the_quiet_hours_is_refused_and_nothing_is_lost(world: World, service: PushService) -> None:
    answer = world.client(world.bram).post("/werk/instellingen/", {**FORM, "quiet_until": ""})
    assert answer.status_code == 400 and 'value="18:00"' in answer.content.decode()
    assert not DeskSettings.objects.filter(digest="hourly").exists()


def test_a_person_removes_their_own_browser_and_not_another_ones(world: World, service: PushService) -> None:
    _listens(world, service, world.bram)
    path = f"/werk/instellingen/browsers/{PushSubscription.objects.get().pk}/"
    world.client(world.lotte).post(path)
    assert PushSubscription.objects.exists()
    page = world.client(world.bram).get("/werk/instellingen/").content.decode()
    assert "Firefox" in page and path in page
    world.client(world.bram).post(path)
    assert not PushSubscription.objects.exists()


# --- the digest -------------------------------------------------------------------------------


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[datetime]:
    """The moment at which digests are sent; a Wednesday at noon unless changed."""
    moment = [NOON]
    monkeypatch.setattr(digests.timezone, "now", lambda: moment[0])
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return moment


def _digests(*, to: Professional) -> list[Any]:
    run_due_tasks()
    return [one for one in mail.outbox if one.to == [to.user.email]]


def test_the_digest_tells_numbers_and_links_and_nothing_a_resident_wrote(world: World, noon: list[datetime]) -> None:
    new = world.report(now=NOON - timedelta(hours=2), text="Anna belt 0612345678", address="Molenweg 3").case
    old = world.report(now=NOON - timedelta(days=20)).case
    send_digests.call()
    [message] = _digests(to=world.bram)
    assert new.reference in message.body and old.reference in message.body and "Westerwijk" in message.body
    html = str(message.alternatives[0].content)
    for text in (message.body, html, message.subject):
        assert "Anna" not in text and "0612345678" not in text and "Molenweg" not in text
    assert f"/werk/{new.reference}/" in html


def test_a_confidential_case_is_a_link_without_a_place(world: World, noon: list[datetime]) -> None:
    case = world.report(now=NOON - timedelta(hours=2), category="burenoverlast").case
    send_digests.call()
    [message] = _digests(to=world.carla)
    assert case.reference in message.body and "Westerwijk" not in message.body
    assert _digests(to=world.dirk) == []


def test_a_digest_goes_out_once_with_two_workers_and_only_with_something_in_it(
    world: World, noon: list[datetime]
) -> None:
    world.report(now=NOON - timedelta(hours=2))
    send_digests.enqueue()
    send_digests.enqueue()
    one, other = Worker(), Worker()
    while one.run_one() or other.run_one():
        pass
    assert len(_digests(to=world.bram)) == 1
    assert _digests(to=world.carla) == []
    noon[0] = NOON + timedelta(hours=3)
    send_digests.call()
    assert len(_digests(to=world.bram)) == 1
    noon[0] = NOON + timedelta(days=1)
    send_digests.call()
    assert len(_digests(to=world.bram)) == 1  # nothing new, nothing late yet


def test_an_hourly_digest_tells_only_what_is_new(world: World, noon: list[datetime]) -> None:
    DeskSettings.objects.create(professional=world.bram, digest="hourly")
    world.report(now=NOON - timedelta(days=20))  # late for long
    send_digests.call()
    assert _digests(to=world.bram) == []
    noon[0] = NOON + timedelta(hours=1)
    world.report(now=NOON + timedelta(minutes=30))
    send_digests.call()
    assert len(_digests(to=world.bram)) == 1


def test_no_digest_in_quiet_hours_while_away_or_switched_off(world: World, noon: list[datetime]) -> None:
    world.report(now=NOON - timedelta(hours=2))
    chosen = DeskSettings.objects.create(
        professional=world.bram, quiet_from=time(9), quiet_until=time(13), digest="daily"
    )
    send_digests.call()
    assert _digests(to=world.bram) == []
    absence = Absence.objects.create(
        professional=world.bram, starts_on=NOON.date(), ends_on=NOON.date(), replacement=world.lotte
    )
    DeskSettings.objects.update(quiet_from=None, quiet_until=None)
    send_digests.call()
    assert _digests(to=world.bram) == []
    absence.delete()
    chosen.refresh_from_db()
    actor = world.actor(world.bram)
    common: dict[str, Any] = {"sound": False, "mail_mentions": True, "quiet_from": None, "quiet_until": None}
    change_settings(**common, digest="off", language="nl", actor=actor, now=NOON)
    send_digests.call()
    assert _digests(to=world.bram) == []


def test_the_digest_costs_the_same_queries_for_any_number_of_cases(
    world: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        world.report(now=NOON - timedelta(days=20, minutes=number))
    actor = world.actor(world.bram)
    with django_assert_max_num_queries(9):
        groups = digests.digest(actor, NOON - timedelta(days=1), NOON)
    late = next(one for one in groups if one.name == "late")
    assert late.count == 12 and len(late.cases) == digests.NAMED


# --- the pure rules ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "start", "end", "until"),
    [
        ("2026-11-18T19:00", time(18), time(8), "2026-11-19T08:00"),
        ("2026-11-19T07:59", time(18), time(8), "2026-11-19T08:00"),
        ("2026-11-19T08:00", time(18), time(8), None),
        ("2026-11-18T12:30", time(12), time(13), "2026-11-18T13:00"),
        ("2026-11-18T13:00", time(12), time(13), None),
        ("2026-11-18T11:59", time(12), time(13), None),
        ("2026-11-18T12:30", None, None, None),
        ("2026-11-18T12:30", time(12), time(12), None),
        ("2026-10-24T23:00", time(22), time(7), "2026-10-25T07:00"),  # the night summer time ends
    ],
)
def test_quiet_hours_may_run_past_midnight(now: str, start: time | None, end: time | None, until: str | None) -> None:
    def local(text: str) -> datetime:
        return timezone.make_aware(datetime.fromisoformat(text), timezone.get_default_timezone())

    assert quiet_until(local(now), start, end) == (None if until is None else local(until))


WEDNESDAY = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)  # half past nine in Amsterdam


@pytest.mark.parametrize(
    ("kind", "last", "now", "due"),
    [
        ("off", None, WEDNESDAY, False),
        ("daily", None, WEDNESDAY, True),
        ("daily", WEDNESDAY - timedelta(days=1), WEDNESDAY, True),
        ("daily", WEDNESDAY - timedelta(minutes=30), WEDNESDAY, False),
        ("daily", WEDNESDAY.replace(hour=1), WEDNESDAY, True),  # something sent in the night does not count
        ("daily", None, WEDNESDAY.replace(hour=6, minute=59), False),
        ("daily", None, WEDNESDAY + timedelta(days=3), False),  # a Saturday
        ("hourly", WEDNESDAY - timedelta(minutes=29), WEDNESDAY, False),
        ("hourly", WEDNESDAY - timedelta(minutes=31), WEDNESDAY, True),
        ("hourly", None, WEDNESDAY + timedelta(days=3), True),
    ],
)
def test_a_digest_is_due_once_a_working_day_or_once_an_hour(
    kind: str, last: datetime | None, now: datetime, due: bool
) -> None:
    since = digest_since(kind, last, now)
    assert (since is not None) == due
    if due and last:
        assert since == last
    assert digest_since("daily", None, WEDNESDAY, closed={date(2026, 11, 18)}) is None
