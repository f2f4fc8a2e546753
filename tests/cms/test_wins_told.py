"""Who reported it or saw it too hears "this went well, thanks to you": once, in their language, and only while it is
there to be read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.wins.models import SmallWinPage
from core.notify.sms import segments
from core.work.worker import run_due_tasks
from participation.cases.actions import link_duplicate
from participation.reports.models import Celebrated, Supporter
from participation.reports.rules import ContactGiven
from tests.cms.celebrating import address_of, draft, reported, solve
from tests.cms.conftest import Sites
from tests.participation.reports.conftest import gateway
from tests.participation.reports.supporting import join, mails_to, say_yes
from tests.support.live.sms_gateway import SmsGateway
from tests.support.world import World

__all__ = ["gateway"]


def publish(page: SmallWinPage) -> None:
    page.refresh_from_db()
    page.save_revision().publish()


def good_news(address: str) -> list[str]:
    return [one for one in mails_to(address) if "thanks to you" in one]


def page_of(world: World, **values: Any) -> SmallWinPage:
    return draft(world, solve(world, reported(world, **{"photos": [], "language": "en"} | values).case))


def test_the_reporter_hears_it_with_the_address_of_the_page(sites: Sites) -> None:
    page = page_of(sites.world)
    assert good_news("anna@example.nl") == []

    publish(page)

    [text] = good_news("anna@example.nl")
    assert page.title in text
    assert address_of(page) in text
    assert text.startswith("Hello Annabella,")


def test_it_is_told_once_however_often_it_is_published(sites: Sites) -> None:
    page = page_of(sites.world)
    publish(page)
    publish(page)
    run_due_tasks()
    SmallWinPage.objects.get(pk=page.pk).unpublish()
    publish(page)

    assert len(good_news("anna@example.nl")) == 1


def test_what_was_taken_off_before_it_was_told_is_not_told_until_it_is_back(sites: Sites) -> None:
    page = page_of(sites.world)
    publish(page)
    SmallWinPage.objects.get(pk=page.pk).unpublish()
    assert good_news("anna@example.nl") == []

    publish(page)

    assert len(good_news("anna@example.nl")) == 1


def test_between_looking_up_and_telling_it_may_be_taken_off_too(sites: Sites) -> None:
    page = page_of(sites.world)
    run_due_tasks()
    publish(page)
    while not Celebrated.objects.exists():
        assert run_due_tasks(limit=1)
    assert Celebrated.objects.filter(told_at=None).count() == 1
    SmallWinPage.objects.get(pk=page.pk).unpublish()
    assert good_news("anna@example.nl") == []

    publish(page)

    assert len(good_news("anna@example.nl")) == 1


def test_a_draft_and_a_scheduled_page_tell_nobody(sites: Sites) -> None:
    page = page_of(sites.world)
    page.save_revision()
    run_due_tasks()

    assert not Celebrated.objects.exists()


def test_who_is_anonymous_or_stopped_hears_nothing(sites: Sites) -> None:
    world = sites.world
    nobody = page_of(world, contact=ContactGiven())
    sent = reported(world, photos=[], contact=ContactGiven(email="weg@example.nl"))
    stopped = draft(world, solve(world, sent.case))
    browser = Client()
    browser.get(f"/volgen/{sent.token}/")
    publish(nobody)
    publish(stopped)
    browser.post("/volgen/contact/", {"stop": "1"})

    assert good_news("weg@example.nl") == []
    assert Celebrated.objects.filter(told_at__isnull=False).count() == 0


def test_confirmed_supporters_hear_it_in_their_own_language_and_others_do_not(sites: Sites) -> None:
    world = sites.world
    case = reported(world, photos=[]).case
    for address in ("ja@example.nl", "misschien@example.nl"):
        join(Client(), case.reference, {"contact": {"email": address}, "language": "en"})
    say_yes("ja@example.nl")
    page = draft(world, solve(world, case))

    publish(page)

    [text] = good_news("ja@example.nl")
    assert "You told us that you saw it too" in text
    assert good_news("misschien@example.nl") == []
    assert Supporter.objects.filter(confirmed_at=None).exists()


def test_who_reported_the_same_hears_it_and_one_address_hears_it_once(sites: Sites) -> None:
    world = sites.world
    main = reported(world, photos=[], language="en").case
    for address in ("anna@example.nl", "buur@example.nl"):
        other = world.report(contact=ContactGiven(email=address), language="en").case
        link_duplicate(
            reference=other.reference, of=main.reference, actor=world.actor(world.bram), now=other.created_at
        )
    page = draft(world, solve(world, main))

    publish(page)

    assert len(good_news("anna@example.nl")) == 1
    assert len(good_news("buur@example.nl")) == 1


def test_a_number_gets_a_text_message(sites: Sites, gateway: SmsGateway) -> None:
    page = page_of(sites.world, contact=ContactGiven(phone="0612345678"))
    publish(page)
    run_due_tasks()

    texts = [one for one in gateway.taken if "thanks to you" in one.text]
    assert len(texts) == 1
    assert segments(texts[0].text) == 1
    found = re.search(r"https?://[^/]+(/deel/\S+)", texts[0].text)
    assert found is not None
    assert sites.visit(found[1]).headers["Location"] == address_of(page)
    SmallWinPage.objects.get(pk=page.pk).unpublish()
    assert sites.visit(found[1]).status_code == 404


def test_a_mail_server_that_is_down_loses_nobody(sites: Sites, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    page = page_of(sites.world)
    run_due_tasks()
    publish(page)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    run_due_tasks()
    assert Celebrated.objects.get().told_at is None

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())

    assert len(good_news("anna@example.nl")) == 1


def test_what_is_kept_of_it_names_nobody(sites: Sites) -> None:
    page = page_of(sites.world)
    publish(page)
    run_due_tasks()

    row = Celebrated.objects.get()
    assert row.to == f"report:{page.case_id}"
    assert not any("anna" in str(one.args_kwargs) for one in DBTaskResult.objects.all())
    assert len(mail.outbox) > 0
