"""Sending a report from a page with all its steps in it, as a script shows them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.test import Client

from core.media.models import Photo
from participation.cases.models import Case, CasePhoto
from participation.reports.following import COOKIE
from participation.reports.models import Contact, Report
from tests.participation.reports.browser import WHOLE, filled, hidden, picture, status_of
from tests.support.world import HOST_A, HOST_B, World


def test_a_resident_reports_with_a_photo_and_follows_it(anna: Client, world: World) -> None:
    form = anna.get("/melden/")
    sent = anna.post(WHOLE, filled(form, photos=[picture()]))

    assert (sent.status_code, sent["Location"]) == (303, "/volgen/")
    case = Case.objects.get()
    assert (case.assignee_id, case.photo_count, case.area.code) == (world.bram.pk, 1, "BU91010101")
    page = anna.get("/volgen/").content.decode()
    assert case.reference in page
    assert "Bram" in page
    photo = CasePhoto.objects.get()
    assert status_of(anna, f"/photos/{photo.photo_id}/large") == 200
    assert status_of(Client(HTTP_HOST=HOST_A), f"/photos/{photo.photo_id}/large") == 404
    assert status_of(world.client(world.bram), f"/photos/{photo.photo_id}/thumb") == 200
    assert status_of(world.client(world.carla), f"/photos/{photo.photo_id}/thumb") == 404


def test_mistakes_keep_what_was_typed_and_the_photo(anna: Client, world: World) -> None:
    form = anna.get("/melden/")
    wrong = anna.post(
        WHOLE, filled(form, text="Bank <b>naast</b> container", area="", email="fout", photos=[picture()])
    )

    assert wrong.status_code == 400
    html = wrong.content.decode()
    assert "Bank &lt;b&gt;naast&lt;/b&gt; container" in html
    assert not Case.objects.exists()
    kept = hidden(wrong)
    assert kept["photo"].startswith(f"{Photo.objects.get().pk}:")

    right = anna.post(WHOLE, filled(wrong, photo=kept["photo"]))
    assert right.status_code == 303
    assert Case.objects.get().photo_count == 1


def test_pressing_the_button_twice_is_one_report(anna: Client, world: World) -> None:
    form = anna.get("/melden/")
    body = filled(form)

    assert [anna.post(WHOLE, body).status_code for _ in range(2)] == [303, 303]
    assert Case.objects.count() == 1


def test_a_file_that_is_no_photo_is_refused_and_the_text_stays(anna: Client, world: World) -> None:
    form = anna.get("/melden/")
    file = BytesIO(b"%PDF-1.4 not a photo")
    file.name = "photo.jpg"

    answer = anna.post(WHOLE, filled(form, photos=[file]))

    assert answer.status_code == 400
    assert "Er staat een bank" in answer.content.decode()


def test_a_post_without_csrf_token_is_refused_with_an_explanation(anna: Client, world: World) -> None:
    answer = anna.post(WHOLE, {"text": "x"})

    assert answer.status_code == 403
    assert not Case.objects.exists()


def test_a_chosen_category_asks_its_questions(anna: Client, world: World) -> None:
    page = anna.get("/melden/?onderwerp=straatverlichting")
    assert 'name="answer_mast"' in page.content.decode()

    sent = anna.post(WHOLE, filled(page, category="straatverlichting", answer_mast="1234"))

    assert sent.status_code == 303
    question = "Welk nummer staat op de mast?"
    assert Report.objects.get().answers == [{"key": "mast", "question": question, "answer": "1234", "value": "1234"}]


def test_a_name_alone_is_refused_on_every_form(anna: Client, world: World) -> None:
    words = "Give an e-mail address or a phone number as well"
    form = anna.get("/melden/")
    refused = anna.post(WHOLE, filled(form, email="", area="", text=""))

    assert refused.status_code == 400
    html = refused.content.decode()
    assert words in html
    assert "Tell us the place" in html
    assert "One sentence is enough." in html
    sent = world.report()
    browser = Client(HTTP_ACCEPT_LANGUAGE="en")
    browser.cookies[COOKIE] = sent.token
    answer = browser.post("/volgen/contact/", {"name": "Anna", "email": "", "phone": ""})
    assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert Contact.objects.get().email == "anna@example.nl"


def test_going_back_and_changing_the_text_is_told_and_may_be_a_second_report(anna: Client, world: World) -> None:
    body = filled(anna.get("/melden/"))
    assert anna.post(WHOLE, body).status_code == 303

    told = anna.post(WHOLE, body | {"text": "Er ligt nu ook een matras"})

    assert told.status_code == 409
    html = told.content.decode()
    assert "You sent this report already" in html
    assert "Idempotency" not in html
    assert 'href="/volgen/"' in html
    assert "Er ligt nu ook een matras" in html
    assert anna.post(WHOLE, filled(told, text="Er ligt nu ook een matras")).status_code == 303
    assert Case.objects.count() == 2


def test_invalid_input_does_not_burn_the_key_of_the_form(anna: Client, world: World) -> None:
    form = anna.get("/melden/")
    assert anna.post(WHOLE, filled(form, text="")).status_code == 400
    assert anna.post(WHOLE, filled(form)).status_code == 303


def test_the_other_municipality_has_its_own_form(world: World) -> None:
    page = Client(HTTP_HOST=HOST_B).get("/melden/").content.decode()

    assert "Duinwijk" in page
    assert "Westerwijk" not in page


def test_a_photo_that_is_too_large_costs_no_words(anna: Client, world: World, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 2000
    form = anna.get("/melden/")

    answer = anna.post(WHOLE, filled(form, photos=[picture()]))

    assert answer.status_code == 400
    html = answer.content.decode()
    assert "Er staat een bank naast de container" in html
    assert "Havenstraat 12" in html
    assert "MB" in html
