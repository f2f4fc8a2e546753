"""Messages on a device about a wijk: what was chosen, once, bundled, a few a day, and never at night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.following import pushing
from cms.following.models import MOST_PUSHES, Device, DeviceWijk, Push
from core.work.worker import run_due_tasks
from participation.reports.models import Listener
from tests.cms.conftest import HOST_A, HOST_B, Sites
from tests.cms.following import browser, event, news, publish, win
from tests.support.push_service import FakeBrowser, PushService, push_service, sender_of

HERE = ZoneInfo("Europe/Amsterdam")
NOON = datetime(2026, 11, 23, 12, tzinfo=HERE)


@pytest.fixture
def service(settings: Any, tmp_path: Path) -> Iterator[PushService]:
    with push_service() as running:
        settings.PUSH_SERVICES = [running.origin]
        settings.DATA_DIR = tmp_path
        settings.SMS_QUIET_HOURS = None
        yield running


def press(client: Client, phone: FakeBrowser, *topics: str, code: str = "WK910101", **more: str) -> Any:
    """As the script sends it."""
    keys = phone.subscription["keys"]
    given = {"endpoint": phone.subscription["endpoint"], "key": keys["p256dh"], "secret": keys["auth"]}
    return client.post(f"/volg/toestel/{code}/", given | {"topics": topics} | more)


def listening(service: PushService, *topics: str, name: str = "phone", code: str = "WK910101") -> FakeBrowser:
    phone = service.browser(name)
    assert press(browser(), phone, *(topics or ("gelukt", "nieuws", "agenda")), code=code).status_code == 200
    return phone


def deliver() -> None:
    """What waits for the end of the bundle or of the night comes now."""
    Push.objects.filter(sent_at=None).update(due_at=timezone.now())
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    run_due_tasks()


def test_devices_have_a_limit_of_their_own(sites: Sites, service: PushService, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"push": "1/minute", "tracking": "1/minute"}
    phone = service.browser("phone")
    assert [press(browser(), phone, "nieuws").status_code for _turn in range(2)] == [200, 429]
    assert browser().get("/volg/mijn/").status_code == 404, "who asks for the own page need not wait for devices"


def test_a_device_hears_of_what_it_chose_of_its_wijk(sites: Sites, service: PushService) -> None:
    world = sites.world
    phone = listening(service, "gelukt", "nieuws")
    other = listening(service, name="other", code="WK910102")
    win(sites, world.west)
    event(sites, world.west, timezone.now() + timedelta(days=2))
    run_due_tasks()
    assert phone.messages() == [], "it waits for what else is published"
    deliver()
    assert phone.messages() == [
        {
            "title": "This went well in Westerwijk",
            "body": "De lamp doet het weer",
            "lang": "en",
            "tag": f"wijk-{Push.objects.get().page_id}",
            "url": "/wijken/westerwijk/de-lamp-doet-het-weer/",
        }
    ]
    [delivery] = phone.deliveries()
    sender_of(delivery, service.origin)
    assert browser().get(phone.messages()[0]["url"]).status_code == 200
    assert other.messages() == []


def test_news_for_everyone_reaches_every_wijk_of_the_municipality_only(sites: Sites, service: PushService) -> None:
    phone, other = listening(service), service.browser("elders")
    assert press(browser(HOST_B), other, "nieuws", code="WK910201").status_code == 200
    news(sites, "De kermis komt")
    run_due_tasks()
    deliver()
    assert [one["title"] for one in phone.messages()] == ["News from Waterstad"]
    assert other.messages() == []


def test_what_is_published_together_is_one_message(sites: Sites, service: PushService) -> None:
    phone = listening(service)
    for title in ("Een", "Twee", "Drie"):
        news(sites, title, area=sites.world.west)
    run_due_tasks()
    deliver()
    [message] = phone.messages()
    assert (message["title"], message["body"], message["url"]) == (
        "3 new messages",
        "Een · Twee",
        "/wijken/westerwijk/",
    )


def test_a_page_is_told_once_however_often_it_is_published(sites: Sites, service: PushService) -> None:
    phone = listening(service)
    page = news(sites, area=sites.world.west)
    run_due_tasks()
    deliver()
    page.title = "Verbeterd"
    publish(page)
    run_due_tasks()
    deliver()
    late = listening(service, name="late")
    publish(page)
    run_due_tasks()
    deliver()
    assert len(phone.messages()) == 1
    assert late.messages() == [], "it is no news for who came later"


def test_what_was_taken_back_meanwhile_is_not_told(sites: Sites, service: PushService) -> None:
    phone = listening(service)
    page = news(sites, area=sites.world.west)
    run_due_tasks()
    page.unpublish()
    deliver()
    assert phone.messages() == []


def test_nothing_comes_at_night(sites: Sites, service: PushService, settings: Any) -> None:
    settings.SMS_QUIET_HOURS = (21, 8)
    listening(service)
    night = datetime(2026, 11, 22, 23, tzinfo=HERE)
    Device.objects.update(created_at=night - timedelta(days=1))
    page = news(sites, at=night, area=sites.world.west)
    [(_device, due)] = pushing.owe(page_id=page.pk, now=night)
    assert due == datetime(2026, 11, 23, 8, tzinfo=HERE)


def test_a_few_a_day_and_the_rest_together_the_next(sites: Sites, service: PushService) -> None:
    listening(service)
    device = Device.objects.get()
    Device.objects.update(created_at=NOON - timedelta(days=1))
    told: list[int] = []
    for number in range(MOST_PUSHES + 2):
        at = NOON + timedelta(minutes=30 * number)
        page = news(sites, f"Bericht {number}", at=at, area=sites.world.west)
        pushing.owe(page_id=page.pk, now=at)
        ids, later = pushing.claim(device_id=device.pk, now=at + pushing.BUNDLE)
        told.append(len(ids))
        assert (later is None) == bool(ids)
    assert told == [1] * MOST_PUSHES + [0, 0]
    ids, later = pushing.claim(device_id=device.pk, now=NOON + timedelta(days=1))
    assert (len(ids), later) == (2, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Device.objects.update(told=MOST_PUSHES + 1)


def test_a_topic_and_a_wijk_go_off_by_themselves(sites: Sites, service: PushService) -> None:
    client, phone = browser(), service.browser("phone")
    press(client, phone, "nieuws", "gelukt")
    press(client, phone, "agenda", code="WK910102")
    asked = press(client, phone, ask="1").json()
    assert asked == {"topics": ["gelukt", "nieuws"], "needed": True}
    press(client, phone, "gelukt")
    assert press(client, phone, ask="1").json()["topics"] == ["gelukt"]
    assert press(client, phone, stop="1").json() == {"topics": [], "needed": True}
    assert press(client, phone, code="WK910102", stop="1").json() == {"topics": [], "needed": False}
    assert not Device.objects.exists() and not DeviceWijk.objects.exists()


def test_stopping_here_leaves_messages_about_a_report_on_and_the_other_way(sites: Sites, service: PushService) -> None:
    client, phone = browser(), service.browser("phone")
    press(client, phone, "nieuws")
    sent = sites.world.report()
    endpoint, now = phone.subscription["endpoint"], timezone.now()
    Listener.objects.create(report=sent.report, endpoint=endpoint, key="k", secret="s", language="nl", created_at=now)
    assert press(client, phone, stop="1").json()["needed"] is True
    press(client, phone, "nieuws")
    client.get(f"/volgen/{sent.token}/")
    assert client.post("/volgen/toestel/", {"endpoint": endpoint, "stop": "1"}).json()["needed"] is True


@pytest.mark.parametrize("topics", [[], ["meldingen"], ["onzin"]])
def test_a_device_chooses_something_it_can_be_told(sites: Sites, service: PushService, topics: list[str]) -> None:
    assert press(browser(), service.browser("phone"), *topics).status_code == 400
    assert not Device.objects.exists()


def test_a_browser_of_an_unknown_service_and_a_wijk_of_elsewhere_are_refused(
    sites: Sites, service: PushService, settings: Any
) -> None:
    phone = service.browser("phone")
    assert press(browser(HOST_A), phone, "nieuws", code="WK910201").status_code == 404
    settings.PUSH_SERVICES = ["https://push.example"]
    assert press(browser(), phone, "nieuws").status_code == 400


def test_a_browser_that_is_gone_is_forgotten(sites: Sites, service: PushService) -> None:
    phone = listening(service)
    service.answers[phone.path] = [410]
    news(sites, area=sites.world.west)
    run_due_tasks()
    deliver()
    assert not Device.objects.exists()


def test_publishing_owes_nothing_where_nobody_listens(sites: Sites) -> None:
    news(sites, area=sites.world.west)
    assert not DBTaskResult.objects.filter(task_path__contains="owe_pushes").exists()
