"""Reporting step by step, as a browser without JavaScript does: four pages and a draft between them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.media.models import Photo
from participation.cases.models import Case
from participation.reports import drafts
from participation.reports.models import Contact, Draft, Report
from participation.routing.models import Category, Question
from participation.routing.wording import words_of
from tests.participation.reports.browser import follow, form_of, go_on, picture, press, step_of
from tests.support.world import HOST_A, HOST_B, World

SOFA = "Er staat een bank naast de container"
PLACE = {"area": "BU91010101", "address": "Havenstraat 12"}


def text_of(page: Any) -> str:
    return str(page.content.decode())


def fresh(other: Client) -> Client:
    """The same browser in another tab: the same cookies."""
    tab = Client(enforce_csrf_checks=True, HTTP_HOST=HOST_A, HTTP_ACCEPT_LANGUAGE="en")
    tab.cookies = other.cookies
    return tab


# --- the road ---------------------------------------------------------------------------------


def test_a_resident_walks_the_steps_and_follows_the_report(anna: Client, world: World) -> None:
    page = anna.get("/melden/")
    assert not Draft.objects.exists()
    page = go_on(anna, page, text=SOFA, photos=[picture()])
    assert step_of(page) == "where"
    about = words_of(Category.objects.get(gemeente=world.a, slug="grofvuil"), "en").name
    assert about in text_of(page)  # proposed from the words
    page = go_on(anna, page, **PLACE)
    assert step_of(page) == "reach"  # this category asks nothing more
    for words in (SOFA, "Havenstraat 12, Haven", about, "proof="):
        assert words in text_of(page)

    sent = press(anna, page, email="anna@example.nl", language="pl")

    assert (sent.status_code, sent["Location"]) == (303, "/volgen/")
    report = Report.objects.get()
    assert (report.text, report.proposed, report.case.language) == (SOFA, True, "pl")
    assert (report.case.area.code, report.case.photo_count, report.case.category.slug) == ("BU91010101", 1, "grofvuil")
    assert Contact.objects.get().email == "anna@example.nl"
    assert report.case.reference in text_of(anna.get("/volgen/"))
    assert not Draft.objects.exists()
    assert anna.cookies["melden"].value == ""


def test_nothing_is_written_before_the_first_post(anna: Client, world: World, django_assert_num_queries: Any) -> None:
    anna.get("/melden/")
    with django_assert_num_queries(0):
        assert anna.get("/melden/?wijk=WK910101&onderwerp=straatverlichting").status_code == 200


def test_the_steps_cost_few_queries(anna: Client, world: World, django_assert_num_queries: Any) -> None:
    go_on(anna, anna.get("/melden/"), text=SOFA)  # now configuration is in memory
    page = anna.get("/melden/?nieuw=1")
    with django_assert_num_queries(1):
        answer = press(anna, page, text=SOFA)
    with django_assert_num_queries(1):
        page = follow(anna, answer)
    with django_assert_num_queries(2):
        answer = press(anna, page, **PLACE)
    with django_assert_num_queries(1):
        page = follow(anna, answer)
    assert step_of(page) == "reach"
    with django_assert_num_queries(1):
        anna.get("/melden/")


def test_back_and_reload_show_what_was_typed(anna: Client, world: World) -> None:
    where = go_on(anna, anna.get("/melden/"), text=SOFA)
    first = anna.get("/melden/")
    assert SOFA in text_of(first)
    assert "This is the report you were busy with." in text_of(first)
    once_more = form_of(anna.get(where.wsgi_request.get_full_path()))[1]
    assert once_more | {"csrfmiddlewaretoken": []} == form_of(where)[1] | {"csrfmiddlewaretoken": []}
    reach = go_on(anna, where, **PLACE)
    again = anna.get(re.search(r'id="to-previous" href="([^"]+)"', text_of(reach))[1])  # type: ignore[index]
    assert form_of(again)[1]["area"] == ["BU91010101"]


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [("/melden/waar/", "what"), ("/melden/vragen/", "what"), ("/melden/bereiken/", "what")],
)
def test_a_step_without_a_draft_leads_to_the_first(anna: Client, world: World, address: str, leads_to: str) -> None:
    answer = anna.get(address)
    assert answer.status_code == 303
    assert step_of(anna.get(answer["Location"])) == leads_to


def test_a_step_out_of_order_leads_to_the_first_incomplete_one(anna: Client, world: World) -> None:
    go_on(anna, anna.get("/melden/"), text=SOFA)
    page = anna.get("/melden/bereiken/", follow=True)
    assert step_of(page) == "where"
    assert "error-summary" not in text_of(page)
    page = go_on(anna, page, **PLACE)
    assert step_of(anna.get("/melden/vragen/", follow=True)) == "reach"


def test_links_of_a_neighbourhood_page_fill_in_the_place(anna: Client, world: World) -> None:
    page = go_on(anna, anna.get("/melden/?wijk=WK910101"), text=SOFA)
    assert form_of(page)[1]["area"] == ["WK910101"]
    refused = press(anna, page)
    assert (refused.status_code, "Tell us where in Westerwijk it is" in text_of(refused)) == (400, True)
    assert step_of(go_on(anna, refused, address="Bij de speeltuin")) == "reach"
    page = anna.get("/melden/?onderwerp=straatverlichting&nieuw=1")
    assert form_of(page)[1]["category"] == ["straatverlichting"]


# --- mistakes ---------------------------------------------------------------------------------


def test_each_step_says_all_its_mistakes_and_keeps_what_was_typed(anna: Client, world: World) -> None:
    page = press(anna, anna.get("/melden/"), text="", photos=[picture()])
    assert page.status_code == 400
    assert 'href="#id_text"' in text_of(page)
    assert "One sentence is enough." in text_of(page)
    assert Photo.objects.count() == 1
    page = go_on(anna, page, text=SOFA)
    page = press(anna, page, address="Ergens")
    assert (page.status_code, step_of(page)) == (400, "where")
    assert form_of(page)[1]["address"] == ["Ergens"]
    page = go_on(anna, page, **PLACE)
    page = press(anna, page, email="fout", phone="12", name="http://x.example")
    assert page.status_code == 400
    for anchor in ("id_email", "id_phone", "id_name"):
        assert f'href="#{anchor}"' in text_of(page)
    assert press(anna, page, email="anna@example.nl", phone="", name="").status_code == 303
    assert Case.objects.get().photo_count == 1


def test_a_place_outside_is_explained(anna: Client, world: World) -> None:
    where = go_on(anna, anna.get("/melden/"), text=SOFA)
    sea = press(anna, where, lon="3.5", lat="52.6", plain=None)
    assert sea.status_code == 400
    assert "0800-8002" in text_of(sea)
    elsewhere = press(anna, where, lon="5.105", lat="52.005", plain=None)
    assert HOST_B in text_of(elsewhere)


def test_danger_shows_whom_to_call_and_blocks_nothing(anna: Client, world: World) -> None:
    page = go_on(anna, anna.get("/melden/"), text="Er is nu een steekpartij, iemand wordt neergestoken")
    assert step_of(page) == "where"
    assert 'class="notice warn"' in text_of(page)
    assert 'href="tel:112"' in text_of(page).partition('class="notice warn"')[2].partition("</div>")[0]


def test_a_category_that_was_chosen_stays_and_one_that_was_proposed_follows_the_text(
    anna: Client, world: World
) -> None:
    page = go_on(anna, anna.get("/melden/"), text=SOFA)
    first = anna.get("/melden/")
    assert form_of(first)[1]["category"] == ["grofvuil"]
    go_on(anna, first, text="De lantaarn doet het niet, het is donker")
    assert Draft.objects.get().values["category"] == "straatverlichting"
    go_on(anna, anna.get("/melden/"), category="burenoverlast")
    go_on(anna, anna.get("/melden/"), text=SOFA)
    values = Draft.objects.get().values
    assert (values["category"], values["proposed"]) == ("burenoverlast", "")
    assert step_of(page) == "where"


def test_photos_can_be_taken_out_and_stay_with_the_step(anna: Client, world: World) -> None:
    go_on(anna, anna.get("/melden/"), text=SOFA, photos=[picture(), picture("red")])
    page = anna.get("/melden/")
    one, two = form_of(page)[1]["photo"]
    page = go_on(anna, page, ("drop", one.partition(":")[0]))
    assert form_of(page)[1]["photo"] == [two]
    assert step_of(page) == "what"


def test_a_photo_that_was_swept_is_said(anna: Client, world: World) -> None:
    go_on(anna, anna.get("/melden/"), text=SOFA, photos=[picture()])
    Photo.objects.all().delete()
    assert "A photo that you added is gone" in text_of(anna.get("/melden/"))


# --- extra questions --------------------------------------------------------------------------


@pytest.fixture
def asking(world: World) -> Category:
    """Bulky waste asks what it is; of something else, what then; and of a fridge a photo."""
    category = Category.objects.get(gemeente=world.a, slug="grofvuil")
    choices = [{"value": one, "label": one.title()} for one in ("bank", "koelkast", "anders")]
    make = Question.objects.create
    make(category=category, key="wat", label="Wat ligt er?", type="choice", choices=choices, required=True, position=1)
    only_other = {"key": "wat", "values": ["anders"]}
    make(category=category, key="dan", label="Wat dan?", type="text", required=True, show_if=only_other, position=2)
    only_fridge = {"key": "wat", "values": ["koelkast"]}
    make(
        category=category, key="foto", label="De sticker", type="photo", required=True, show_if=only_fridge, position=3
    )
    return category


def questions_page(anna: Client) -> Any:
    page = go_on(anna, go_on(anna, anna.get("/melden/"), text=SOFA), **PLACE)
    assert step_of(page) == "more"
    return page


def test_a_question_appears_when_an_earlier_answer_asks_for_it(anna: Client, asking: Category) -> None:
    page = questions_page(anna)
    assert "Wat dan?" not in text_of(page)
    refused = press(anna, page)
    assert (refused.status_code, "Please answer this question." in text_of(refused)) == (400, True)
    page = go_on(anna, refused, answer_wat="anders")
    assert step_of(page) == "more"  # once more, with the question that came up
    assert "Wat dan?" in text_of(page)
    assert "error-summary" not in text_of(page)
    assert press(anna, page).status_code == 400
    page = go_on(anna, page, answer_dan="Een piano")
    assert step_of(page) == "reach"
    assert "Een piano" in text_of(page)
    assert press(anna, page).status_code == 303
    assert [one["value"] for one in Report.objects.get().answers] == ["anders", "Een piano"]


def test_an_answer_to_a_question_that_went_away_is_left_out(anna: Client, asking: Category) -> None:
    page = go_on(anna, questions_page(anna), answer_wat="anders")
    reach = go_on(anna, page, answer_dan="Een piano")
    page = anna.get(re.search(r'id="to-previous" href="([^"]+)"', text_of(reach))[1])  # type: ignore[index]
    reach = go_on(anna, page, answer_wat="bank")
    assert step_of(reach) == "reach"
    assert press(anna, reach).status_code == 303
    assert [one["value"] for one in Report.objects.get().answers] == ["bank"]


def test_a_question_for_a_photo_is_answered_by_a_photo(anna: Client, asking: Category) -> None:
    page = go_on(anna, questions_page(anna), answer_wat="koelkast")
    assert "De sticker" in text_of(page)
    refused = press(anna, page)
    assert (refused.status_code, "We cannot do without it here" in text_of(refused)) == (400, True)
    page = go_on(anna, refused, photos=[picture()])
    assert press(anna, page).status_code == 303
    assert Case.objects.get().photo_count == 1


# --- drafts -----------------------------------------------------------------------------------


def test_two_tabs_do_not_mix(anna: Client, world: World) -> None:
    tab = fresh(anna)
    blank_one, blank_two = anna.get("/melden/"), tab.get("/melden/")
    one = go_on(anna, blank_one, text=SOFA)
    two = go_on(tab, blank_two, text="De lantaarn is stuk, het is donker")
    assert Draft.objects.count() == 2
    assert step_of(anna.get(one.wsgi_request.get_full_path())) == "where"
    one = go_on(anna, anna.get(one.wsgi_request.get_full_path()), **PLACE)
    two = go_on(tab, two, area="BU91010102", address="Plein 1")
    two = go_on(tab, two)  # its question needs no answer
    assert press(anna, one).status_code == 303
    assert press(tab, two).status_code == 303
    told = {report.text: report.case.address for report in Report.objects.all()}
    assert told == {SOFA: "Havenstraat 12", "De lantaarn is stuk, het is donker": "Plein 1"}


def test_pressing_send_twice_is_one_report(anna: Client, world: World) -> None:
    page = go_on(anna, go_on(anna, anna.get("/melden/"), text="Een bank\nen een matras", photos=[picture()]), **PLACE)
    answers = [press(anna, page, email="anna@example.nl") for _ in range(2)]
    assert [(one.status_code, one["Location"]) for one in answers] == [(303, "/volgen/")] * 2
    assert Case.objects.count() == 1


def test_a_draft_that_is_gone_costs_nothing_that_was_typed(anna: Client, world: World) -> None:
    page = go_on(anna, go_on(anna, anna.get("/melden/"), text=SOFA, photos=[picture()]), **PLACE)
    assert drafts.sweep(now=timezone.now() + timedelta(hours=23)) == 0
    assert drafts.sweep(now=timezone.now() + timedelta(hours=25)) == 1
    refused = press(anna, page, email="fout")
    assert (refused.status_code, SOFA in text_of(refused)) == (400, True)
    assert press(anna, refused, email="").status_code == 303
    assert (Case.objects.get().photo_count, Case.objects.get().address) == (1, "Havenstraat 12")


def test_a_browser_without_cookies_is_told_and_loses_nothing(world: World) -> None:
    careful = Client(enforce_csrf_checks=True, HTTP_HOST=HOST_A, HTTP_ACCEPT_LANGUAGE="en")
    page = careful.get("/melden/")
    careful.cookies.clear()
    told = press(careful, page, text=SOFA)
    assert told.status_code == 403
    assert SOFA in text_of(told)
    assert "Allow cookies for this site" in text_of(told)
    assert not Draft.objects.exists()


def test_a_form_of_another_site_shows_none_of_its_words(anna: Client, world: World) -> None:
    page = anna.get("/melden/")
    answer = anna.post("/melden/", form_of(page)[1] | {"text": "Words of others"}, HTTP_ORIGIN="https://evil.example")
    assert answer.status_code == 403
    assert "Words of others" not in text_of(answer)


def test_a_draft_opens_with_its_secret_only_and_not_at_another_municipality(anna: Client, world: World) -> None:
    go_on(anna, anna.get("/melden/"), text=SOFA)
    draft = Draft.objects.get()
    assert draft.secret_hash not in str(anna.cookies)
    for cookie in (draft.secret_hash, draft.secret_hash[:8], "x" * 22, "....", "é"):
        other = Client(HTTP_HOST=HOST_A)
        other.cookies["melden"] = cookie
        assert SOFA not in text_of(other.get(f"/melden/?c={draft.secret_hash[:8]}"))
    neighbour = Client(HTTP_HOST=HOST_B)
    neighbour.cookies["melden"] = anna.cookies["melden"].value
    assert SOFA not in text_of(neighbour.get("/melden/"))
    flags = anna.cookies["melden"]
    assert (flags["httponly"], flags["samesite"], flags["path"]) == (True, "Lax", "/melden/")


def test_a_new_report_can_be_started_beside_the_one_being_written(anna: Client, world: World) -> None:
    go_on(anna, anna.get("/melden/"), text=SOFA)
    page = anna.get("/melden/?nieuw=1")
    assert SOFA not in text_of(page)
    go_on(anna, page, text="De lantaarn is stuk")
    assert Draft.objects.count() == 2


def test_very_many_drafts_of_one_network_are_not_kept_but_carried_on(anna: Client, world: World, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"draft": "1/hour"}
    go_on(anna, anna.get("/melden/"), text=SOFA)
    answer = press(anna, anna.get("/melden/?nieuw=1"), text="De lantaarn is stuk")
    assert answer.status_code == 429
    assert "De lantaarn is stuk" in text_of(answer)


def test_somebody_who_changes_a_draft_all_the_time_is_asked_to_wait_and_keeps_what_was_typed(
    anna: Client, world: World, settings: Any
) -> None:
    settings.THROTTLES = settings.THROTTLES | {"draft-change": "2/hour"}
    page = anna.get("/melden/")
    for text in ("Er ligt een bank", "Er ligt een blauwe bank"):
        assert go_on(anna, page, text=text).status_code == 200
    answer = press(anna, page, text="Er ligt een rode bank")
    assert answer.status_code == 429
    assert "Er ligt een rode bank" in text_of(answer)


def test_changing_what_was_sent_is_told_and_may_be_a_second_report(anna: Client, world: World) -> None:
    page = go_on(anna, go_on(anna, anna.get("/melden/"), text=SOFA), **PLACE)
    assert press(anna, page).status_code == 303
    told = press(anna, page, email="anna@example.nl")
    assert told.status_code == 409
    assert "You sent this report already" in text_of(told)
    assert press(anna, told).status_code == 303
    assert Case.objects.count() == 2


def test_look_alikes_are_shown_once_before_going_on(anna: Client, world: World) -> None:
    world.report()
    place = Case.objects.get()
    where = go_on(anna, anna.get("/melden/"), text=SOFA)
    point = {"lon": str(place.lon), "lat": str(place.lat), "plain": None}
    page = go_on(anna, where, **point)
    assert step_of(page) == "where"
    assert place.reference in text_of(page)
    page = go_on(anna, page, plain=None)
    assert step_of(page) == "reach"


def test_look_alikes_cost_few_queries(anna: Client, world: World, django_assert_num_queries: Any) -> None:
    world.report()
    where = go_on(anna, anna.get("/melden/"), text=SOFA)
    with django_assert_num_queries(6):  # the draft, twice kept; open ones, solved ones, their photos
        answer = press(anna, where, lon="5.002", lat="52.005", plain=None)
    with django_assert_num_queries(4):
        assert step_of(follow(anna, answer)) == "where"
