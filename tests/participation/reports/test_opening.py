"""Opening one's reports by what the device keeps: a token in the body of a POST, and the list of the device."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.areas.tenancy import Scope
from participation.reports.following import COOKIE, LIST_COOKIE
from participation.reports.holding import HeldBack, receive_report, release
from participation.reports.rules import Submission
from participation.reports.screening import Signs
from tests.support.world import HOST_A, HOST_B, IN_THE_WEST, World

HERE = f"http://{HOST_A}"
LINKS = "Gratis https://a.example https://b.example https://c.example https://d.example"


def device(**more: Any) -> Client:
    """A browser that keeps CSRF strictly and has no form token, as on a page that was kept for without a network."""
    return Client(enforce_csrf_checks=True, HTTP_HOST=HOST_A, HTTP_ACCEPT_LANGUAGE="en", **more)


def held() -> HeldBack:
    lon, lat = IN_THE_WEST
    submission = Submission(lon=lon, lat=lat, text=LINKS, category="grofvuil")
    done = receive_report(submission, scope=Scope(None, False), signs=Signs(), now=timezone.now())
    assert isinstance(done, HeldBack)
    return done


# --- by its token -----------------------------------------------------------------------------


def test_a_token_in_the_body_opens_the_report_and_stands_in_no_address(world: World) -> None:
    sent, browser = world.report(), device(HTTP_ORIGIN=HERE)
    answer = browser.post("/volgen/open/", {"token": sent.token})
    assert (answer.status_code, answer["Location"]) == (302, "/volgen/")
    assert (answer.cookies[COOKIE].value, answer.cookies[COOKIE]["httponly"]) == (sent.token, True)
    assert answer["Cache-Control"].startswith("max-age=0")
    assert sent.case.reference in browser.get("/volgen/").content.decode()


def test_a_report_that_waits_for_a_look_opens_too(world: World) -> None:
    waiting, browser = held(), device(HTTP_ORIGIN=HERE)
    assert browser.post("/volgen/open/", {"token": waiting.token}).status_code == 302
    assert waiting.held.reference in browser.get("/volgen/").content.decode()


@pytest.mark.parametrize("token", ["", "x", "A" * 22, "é" * 22, "A" * 5000])
def test_a_wrong_token_is_answered_as_a_wrong_link(world: World, token: str) -> None:
    world.report()
    posted = device(HTTP_ORIGIN=HERE).post("/volgen/open/", {"token": token})
    linked = device().get(f"/volgen/{'B' * 22}/")
    assert posted.status_code == linked.status_code == 404
    assert not posted.cookies
    assert "This link does not work." in posted.content.decode()
    assert "This link does not work." in linked.content.decode()


@pytest.mark.parametrize(
    "origin",
    [None, "null", "https://evil.example", f"https://{HOST_A}", f"http://{HOST_A}.evil.example", f"http://{HOST_B}"],
)
@pytest.mark.parametrize("path", ["/volgen/open/", "/volgen/meldingen/toestel/"])
def test_only_a_page_of_ours_may_open_or_ask(world: World, origin: str | None, path: str) -> None:
    sent = world.report()
    browser = device(**({"HTTP_ORIGIN": origin} if origin else {}))
    answer = browser.post(path, {"token": sent.token, "tokens": sent.token})
    assert answer.status_code == 403
    assert COOKIE not in answer.cookies
    assert sent.case.reference not in answer.content.decode()


def test_a_token_opens_nothing_at_another_municipality(world: World) -> None:
    sent = world.report()
    browser = Client(HTTP_HOST=HOST_B, HTTP_ORIGIN=f"http://{HOST_B}")
    assert browser.post("/volgen/open/", {"token": sent.token}).status_code == 404
    cards = browser.post("/volgen/meldingen/toestel/", {"tokens": sent.token})
    assert (cards.status_code, sent.case.reference in cards.content.decode()) == (200, False)


def test_guessing_is_limited(world: World, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"tracking": "3/minute"}
    browser = device(HTTP_ORIGIN=HERE)
    statuses = [browser.post("/volgen/open/", {"token": "x"}).status_code for _try in range(4)]
    assert statuses == [404, 404, 404, 429]


def test_coming_back_to_the_address_without_a_token_leads_to_the_page(world: World) -> None:
    assert device().get("/volgen/open/")["Location"] == "/volgen/"


# --- the list of the device -------------------------------------------------------------------


def cards(browser: Client, *tokens: str) -> str:
    answer = browser.post("/volgen/meldingen/toestel/", {"tokens": ".".join(tokens)})
    assert answer.status_code == 200
    assert COOKIE not in answer.cookies
    assert LIST_COOKIE not in answer.cookies
    return answer.content.decode()


def test_what_the_device_has_is_shown_as_what_the_cookie_has(world: World, django_assert_max_num_queries: Any) -> None:
    first, second, waiting, browser = world.report(), world.report(), held(), device(HTTP_ORIGIN=HERE)
    cards(browser, first.token)
    with django_assert_max_num_queries(2):
        html = cards(browser, first.token, second.token, "nonsense", waiting.token)
    positions = [
        html.index(f'data-reference="{one}"')
        for one in (waiting.held.reference, second.case.reference, first.case.reference)
    ]
    assert positions == sorted(positions), "newest first"
    assert "Being checked" in html
    assert "<html" not in html
    for sent in (first, second, waiting):
        assert sent.token not in html


def test_a_report_that_waits_stands_in_the_list_until_it_goes_its_way(world: World) -> None:
    waiting, browser = held(), device()
    browser.get(f"/volgen/{waiting.token}/")
    page = browser.get("/volgen/meldingen/").content.decode()
    assert page.count(f'data-reference="{waiting.held.reference}"') == 1
    assert "Being checked" in page
    release(waiting.held.pk, by=None, now=timezone.now())
    page = browser.get("/volgen/meldingen/").content.decode()
    assert page.count(f'data-reference="{waiting.held.reference}"') == 1
    assert "Being checked" not in page


def test_the_buttons_of_the_list_work_wherever_it_is_shown(world: World) -> None:
    sent, browser = world.report(), device()
    browser.get(f"/volgen/{sent.token}/")
    token = browser.cookies["csrftoken"].value if "csrftoken" in browser.cookies else None
    browser.get("/volgen/meldingen/")
    token = token or browser.cookies["csrftoken"].value
    page = browser.post("/volgen/meldingen/code/", {"address": "anna@example.nl", "csrfmiddlewaretoken": token})
    html = page.content.decode()
    assert html.count('action="/volgen/meldingen/"') == 2
    assert '<bdi dir="ltr">anna@example.nl</bdi>' in html
