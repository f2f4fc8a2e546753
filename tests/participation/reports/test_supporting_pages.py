"""I see this too, in a browser without JavaScript."""

from __future__ import annotations

from typing import Any

from django.core import mail
from django.test import Client

from participation.cases.models import Case, CasePhoto
from participation.reports.models import Supporter
from participation.reports.rules import ContactGiven
from tests.participation.reports.browser import hidden, picture
from tests.participation.reports.supporting import consent_path, count, mails_to
from tests.support.world import HOST_A, World


def neighbour() -> Client:
    return Client(enforce_csrf_checks=True, HTTP_HOST=HOST_A, HTTP_ACCEPT_LANGUAGE="en")


def send(browser: Client, url: str, **fields: Any) -> Any:
    """Open a page, fill in its form and press its button."""
    return browser.post(url, hidden(browser.get(url)) | fields)


def token_of(browser: Client) -> str:
    return hidden(browser.get("/melden/ook/volgen/"))["csrfmiddlewaretoken"]


def test_one_press_joins_and_leads_to_a_page_that_follows_it(world: World) -> None:
    case = world.report(text="Ottokar dumpt zijn bank", address="Rozemarijnlaan 271").case
    browser, url = neighbour(), f"/melden/ook/{case.reference}/"
    page = browser.get(url).content.decode()
    assert "Westerwijk" in page

    answer = send(browser, url)
    assert (answer.status_code, answer["Location"]) == (302, "/melden/ook/volgen/")
    shown = browser.get(answer["Location"]).content.decode()
    assert "Thank you, you are counted" in shown
    assert count(case) == 1
    for text in (page, shown):
        assert "Ottokar" not in text
        assert "Rozemarijnlaan" not in text


def test_a_slip_of_the_thumb_is_taken_back_on_the_page_and_may_be_made_again(world: World) -> None:
    case, browser = world.report().case, neighbour()
    url = f"/melden/ook/{case.reference}/"
    send(browser, url)
    following = "/melden/ook/volgen/"

    gone = browser.post(f"{following}toch-niet/", {"report": case.reference, "csrfmiddlewaretoken": token_of(browser)})
    assert (gone.status_code, url in gone.content.decode()) == (200, True)
    assert (count(case), Supporter.objects.count()) == (0, 0)
    assert browser.get(following).status_code == 404

    send(browser, url)
    assert count(case) == 1


def test_pressing_twice_or_going_back_counts_once(world: World) -> None:
    case, browser = world.report().case, neighbour()
    url = f"/melden/ook/{case.reference}/"
    form = hidden(browser.get(url))
    for _press in range(3):
        assert browser.post(url, form).status_code == 302
    assert send(browser, url).status_code == 302

    assert count(case) == 1


def test_a_photo_and_an_address_may_come_along_and_what_is_wrong_is_kept(world: World) -> None:
    case, browser = world.report(contact=ContactGiven()).case, neighbour()
    url = f"/melden/ook/{case.reference}/"
    wrong = send(browser, url, email="buur@", photos=[picture()])
    assert wrong.status_code == 400
    assert 'value="buur@"' in wrong.content.decode()
    assert "photo" in hidden(wrong)
    assert count(case) == 0

    assert browser.post(url, hidden(wrong) | {"email": "buur@example.nl"}).status_code == 302
    assert CasePhoto.objects.get(case=case).from_supporter
    assert Supporter.objects.get().email == "buur@example.nl"
    assert len(mails_to("buur@example.nl")) == 1


def test_updates_and_a_photo_can_be_asked_for_later_and_stopped(world: World) -> None:
    case, browser = world.report(contact=ContactGiven()).case, neighbour()
    send(browser, f"/melden/ook/{case.reference}/")
    form = {"csrfmiddlewaretoken": token_of(browser)}

    assert browser.post("/melden/ook/volgen/e-mail/", form | {"email": "geen"}).status_code == 400
    assert browser.post("/melden/ook/volgen/e-mail/", form | {"email": "buur@example.nl"}).status_code == 302
    assert browser.post("/melden/ook/volgen/foto/", form).status_code == 400
    assert browser.post("/melden/ook/volgen/foto/", form | {"photos": [picture()]}).status_code == 302
    assert Case.objects.get().photo_count == 1

    link = consent_path(mails_to("buur@example.nl")[0])
    reader = neighbour()
    assert reader.get(link)["Referrer-Policy"] == "same-origin"  # without any, a browser's form comes from nowhere
    yes = send(reader, link, yes="1")
    assert (yes.status_code, yes["Location"]) == (302, "/melden/ook/volgen/")
    assert "We e-mail you" in reader.get("/melden/ook/volgen/").content.decode()
    assert "buur@example.nl" not in reader.get("/melden/ook/volgen/").content.decode()
    assert browser.post("/melden/ook/volgen/e-mail/", form | {"stop": "1"}).status_code == 302
    assert Supporter.objects.get().email == ""
    assert len(mail.outbox) == 1


def test_the_private_link_leaves_the_address_at_once(world: World) -> None:
    case, browser = world.report().case, neighbour()
    send(browser, f"/melden/ook/{case.reference}/")
    token = browser.cookies["ook"].value

    other = neighbour()
    opened = other.get(f"/melden/ook/volgen/{token}/")
    assert (opened.status_code, opened["Location"], opened["Referrer-Policy"]) == (
        302, "/melden/ook/volgen/", "no-referrer",
    )  # fmt: skip
    assert other.get("/melden/ook/volgen/").status_code == 200
    assert neighbour().get(f"/melden/ook/volgen/{token[:-2]}xx/").status_code == 404
    assert neighbour().get("/melden/ook/volgen/").status_code == 404


def test_your_own_report_is_answered_kindly(world: World) -> None:
    sent, anna = world.report(), neighbour()
    anna.get(f"/volgen/{sent.token}/")

    answer = send(anna, f"/melden/ook/{sent.case.reference}/")
    assert answer.status_code == 200
    assert "This is your own report" in answer.content.decode()
    assert count(sent.case) == 0


def test_a_form_from_elsewhere_joins_nothing(world: World) -> None:
    case = world.report().case
    assert neighbour().post(f"/melden/ook/{case.reference}/", {}).status_code == 403
    assert count(case) == 0


def test_the_pages_cost_few_statements(world: World, django_assert_max_num_queries: Any) -> None:
    case, browser = world.report().case, neighbour()
    send(browser, f"/melden/ook/{case.reference}/")
    with django_assert_max_num_queries(2):
        browser.get(f"/melden/ook/{case.reference}/")
    with django_assert_max_num_queries(3):
        browser.get("/melden/ook/volgen/")
