"""After the report: photos in the conversation, a compliment, taking it back, asking again, and finding it back."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.errors import NotAllowed
from core.media.actions import store_upload
from core.media.models import Photo
from core.work.worker import run_due_tasks
from participation.cases.actions import move_case
from participation.cases.models import Case, CasePhoto
from participation.reports import actions, returning
from participation.reports.following import COOKIE, LIST_COOKIE
from participation.reports.models import Contact, Feedback, Report
from participation.reports.rules import ContactGiven
from participation.reports.tasks import owe_questions
from participation.residents import codes
from participation.residents.models import Code
from tests.participation.reports.browser import hidden, picture
from tests.support.world import HOST_A, HOST_B, World

ANNA = ContactGiven(email="anna@example.nl", name="Anna")


def following(world: World, client: Client, **changes: Any) -> Any:
    """A report that this browser follows."""
    sent = world.report(**changes)
    client.get(f"/volgen/{sent.token}/")
    return sent


def step(world: World, sent: Any, move: str) -> None:
    move_case(
        reference=sent.case.reference,
        move=move,
        message="Klaar" if move != "start" else "",
        actor=world.actor(world.bram),
        now=timezone.now(),
    )


def bearer(sent: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {sent.token}"}


# --- photos -----------------------------------------------------------------------------------


def test_a_photo_goes_along_with_a_message_without_a_script(client: Client, world: World) -> None:
    sent = following(world, client)
    body = {"text": "Het ligt er nog", "key": hidden(client.get("/volgen/"))["key"], "photos": picture()}
    assert client.post("/volgen/bericht/", body).status_code == 302
    photo = CasePhoto.objects.get(case=sent.case)
    assert (photo.from_resident, photo.for_resident, photo.message.text) == (True, True, "Het ligt er nog")
    assert Case.objects.get(pk=sent.case.pk).photo_count == 1
    assert f"/photos/{photo.photo_id}/" in client.get("/volgen/").content.decode()


def test_a_file_that_is_no_photo_keeps_the_text_and_the_other_photo(client: Client, world: World) -> None:
    sent = following(world, client)
    wrong = picture()
    wrong.name = "list.png"
    wrong.seek(0)
    broken = type(wrong)(b"<svg onload=alert(1)>")
    broken.name = "x.png"
    body = {"text": "Zie foto", "key": hidden(client.get("/volgen/"))["key"], "photos": [picture(), broken]}
    answer = client.post("/volgen/bericht/", body)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert ">Zie foto</textarea>" in page
    assert 'name="photo"' in page
    assert not CasePhoto.objects.filter(case=sent.case).exists()


def test_photos_go_along_over_the_api_and_only_once(client: Client, world: World) -> None:
    sent = world.report()
    photo = store_upload(file=picture(), now=timezone.now()).photo
    body = {"text": "Zo ziet het eruit", "photos": [str(photo.pk)]}
    answer = client.post("/api/v1/tracking/messages", body, "application/json", headers=bearer(sent))
    assert answer.status_code == 201
    assert [one["fromResident"] for one in answer.json()["photos"]] == [True]
    again = client.post("/api/v1/tracking/messages", body, "application/json", headers=bearer(sent))
    assert again.status_code == 400
    assert again.json()["errors"][0]["field"] == "photos"


# --- compliment and taking back ---------------------------------------------------------------


def test_a_compliment_reaches_the_team_once(client: Client, world: World) -> None:
    sent = following(world, client)
    step(world, sent, "start")
    assert client.post("/volgen/compliment/").status_code == 302
    assert client.post("/volgen/compliment/").status_code == 409
    path = f"/api/v1/cases/{sent.case.reference}/events"
    events = world.client(world.bram).get(path, headers={"accept-language": "en"}).json()["results"]
    assert [one["text"] for one in events if one["type"] == "case.message"] == ["The resident gave a compliment."]


def test_a_report_that_is_taken_back_is_closed_and_its_contact_erased(client: Client, world: World) -> None:
    sent = following(world, client, contact=ANNA)
    assert "unless others" in client.get("/volgen/intrekken/", headers={"accept-language": "en"}).content.decode()
    assert client.post("/volgen/intrekken/").status_code == 302
    assert client.post("/volgen/intrekken/").status_code == 302
    case = Case.objects.get(pk=sent.case.pk)
    assert (case.status, case.closed_at is not None) == ("unresolved", True)
    assert not Contact.objects.filter(report_id=case.pk).exists()
    found = world.client(world.bram).get("/api/v1/cases?q=anna@example.nl").json()["results"]
    assert found == []
    assert client.get("/api/v1/tracking", headers=bearer(sent)).json()["withdrawn"] is True
    run_due_tasks()
    assert [one.subject for one in mail.outbox if "Opgelost" in one.subject or "opgelost" in one.subject] == []


def test_taking_back_leaves_open_what_others_wait_for(client: Client, world: World) -> None:
    sent = world.report(contact=ANNA)
    other = Client(headers={"host": HOST_A})
    assert other.post(f"/api/v1/reports/{sent.case.reference}/supporters", {}, "application/json").status_code == 201
    answer = client.post("/api/v1/tracking/withdrawal", headers=bearer(sent))
    assert answer.status_code == 201
    case = Case.objects.get(pk=sent.case.pk)
    assert (case.status, case.closed_at) == ("received", None)
    assert not Contact.objects.exists()


# --- is it still good? ------------------------------------------------------------------------


def solved_weeks_ago(world: World, weeks: float = 4.2, **changes: Any) -> Any:
    sent = world.report(contact=ANNA, **changes)
    step(world, sent, "resolve")
    then = timezone.now() - timedelta(weeks=weeks)
    Case.objects.filter(pk=sent.case.pk).update(closed_at=then)
    return sent


def test_weeks_later_we_ask_once_whether_it_is_still_good(client: Client, world: World) -> None:
    sent = solved_weeks_ago(world)
    actions.give_feedback(token=sent.token, solved=True, now=timezone.now() - timedelta(weeks=4))
    run_due_tasks()
    mail.outbox.clear()
    assert owe_questions(now=timezone.now()) == 1
    assert owe_questions(now=timezone.now()) == 0
    run_due_tasks()
    [letter] = mail.outbox
    assert sent.case.reference in letter.subject
    assert f"/volgen/{sent.token}/" in letter.body
    client.get(f"/volgen/{sent.token}/")
    page = client.get("/volgen/", headers={"accept-language": "en"}).content.decode()
    assert "Is it still good?" in page
    assert client.post("/volgen/oordeel/", {"solved": "yes"}).status_code == 302
    assert Feedback.objects.get().confirmed_at is not None
    assert client.post("/volgen/oordeel/", {"solved": "yes"}).status_code == 409
    assert "Is it still good?" not in client.get("/volgen/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize("weeks", [3.9, 5.2])
def test_we_do_not_ask_too_early_or_too_late(world: World, weeks: float) -> None:
    solved_weeks_ago(world, weeks)
    assert owe_questions(now=timezone.now()) == 0


def test_a_no_after_weeks_opens_it_again(client: Client, world: World) -> None:
    sent = solved_weeks_ago(world)
    actions.give_feedback(token=sent.token, solved=True, now=timezone.now() - timedelta(weeks=4))
    client.get(f"/volgen/{sent.token}/")
    assert client.post("/volgen/oordeel/", {"solved": "no"}).status_code == 302
    assert Case.objects.get(pk=sent.case.pk).status == "reopened"


# --- my reports -------------------------------------------------------------------------------


def test_a_device_lists_its_reports_and_opens_the_one_chosen(client: Client, world: World) -> None:
    first, second = following(world, client), following(world, client)
    page = client.get("/volgen/meldingen/").content.decode()
    assert page.index(second.case.reference) < page.index(first.case.reference)
    assert first.token not in page
    assert client.post("/volgen/meldingen/", {"report": first.case.reference, "deed": "open"}).status_code == 302
    assert client.cookies[COOKIE].value == first.token
    client.post("/volgen/meldingen/", {"report": first.case.reference, "deed": "forget"})
    assert client.cookies[COOKIE].value == second.token
    client.post("/volgen/meldingen/", {"report": second.case.reference, "deed": "forget"})
    assert client.cookies[COOKIE].value == client.cookies[LIST_COOKIE].value == ""
    assert client.get("/volgen/meldingen/").status_code == 200


def test_the_list_of_another_municipality_stays_shut(world: World) -> None:
    sent = world.report()
    browser = Client(headers={"host": HOST_B})
    browser.cookies[COOKIE] = sent.token
    assert sent.case.reference not in browser.get("/volgen/meldingen/").content.decode()


def code_in_mail() -> str:
    [letter] = [one for one in mail.outbox if re.search(r"^\d{6}$", one.body, re.MULTILINE)]
    [digits] = re.findall(r"^(\d{6})$", letter.body, re.MULTILINE)
    return str(digits)


def test_a_code_by_mail_brings_the_reports_to_another_device(world: World) -> None:
    sent = world.report(contact=ANNA)
    run_due_tasks()
    mail.outbox.clear()
    other = Client(headers={"host": HOST_A})
    page = other.post("/volgen/meldingen/code/", {"address": "Anna@Example.nl"}).content.decode()
    assert "Anna@Example.nl" in page
    run_due_tasks()
    digits = code_in_mail()
    answer = other.post(
        "/volgen/meldingen/openen/", {"address": "anna@example.nl", "code": f" {digits[:3]} {digits[3:]} "}
    )
    assert sent.case.reference in answer.content.decode()
    assert other.cookies[COOKIE].value == sent.token
    again = Client(headers={"host": HOST_A}).post(
        "/volgen/meldingen/openen/", {"address": "anna@example.nl", "code": digits}
    )
    assert again.status_code == 400
    assert not Code.objects.exists()


def test_an_address_without_reports_gets_no_mail_and_the_same_answer(world: World) -> None:
    world.report(contact=ANNA)
    run_due_tasks()
    mail.outbox.clear()
    texts = set()
    for email in ("anna@example.nl", "bert@example.nl"):
        answer = Client(headers={"host": HOST_A}).post("/volgen/meldingen/code/", {"address": email})
        texts.add(re.sub(r'value="[^"]{20,}"', "", answer.content.decode()).replace(email, "…"))
    assert len(texts) == 1
    run_due_tasks()
    assert [one.to for one in mail.outbox] == [["anna@example.nl"]]
    assert codes.sweep(now=timezone.now() + timedelta(hours=1)) == 2


@pytest.mark.parametrize("code", ["", "000000x1", "12345", "١٢٣٤٥٦", "1" * 500])
def test_a_wrong_code_says_so(world: World, code: str) -> None:
    world.report(contact=ANNA)
    browser = Client(headers={"host": HOST_A})
    browser.post("/volgen/meldingen/code/", {"address": "anna@example.nl"})
    answer = browser.post("/volgen/meldingen/openen/", {"address": "anna@example.nl", "code": code})
    assert answer.status_code == 400
    assert COOKIE not in browser.cookies


@pytest.mark.django_db(transaction=True)
def test_fifty_guesses_at_once_are_five(committed_world: World) -> None:
    world = committed_world
    world.report(contact=ANNA)
    now = timezone.now()
    returning.send_code(
        address="anna@example.nl", network=("sms-network", "-"), only=world.a.pk, language="nl", now=now
    )
    right = codes.digits_of(Code.objects.get().seed)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"

    def guess(_number: int) -> None:
        try:
            with pytest.raises(NotAllowed):
                returning.redeem(address="anna@example.nl", code=wrong, only=world.a.pk, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(50)))
    assert Code.objects.get().attempts == 5
    with pytest.raises(NotAllowed):
        returning.redeem(address="anna@example.nl", code=right, only=world.a.pk, now=now)


def test_the_page_shows_a_code_for_a_camera_and_the_list_costs_few_queries(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    for _number in range(4):
        following(world, client)
    assert "<svg" in client.get("/volgen/").content.decode().split('class="qr"')[1]
    with django_assert_max_num_queries(2):
        client.get("/volgen/meldingen/")
    assert Report.objects.count() == 4
    assert Photo.objects.count() == 0
