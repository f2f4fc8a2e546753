"""What supporters hear: only who said yes, in their own language, and each once when reports are linked."""

from __future__ import annotations

from django.core import mail
from django.test import Client
from django.utils import timezone

from participation.cases.actions import link_duplicate, unlink_duplicate
from participation.cases.models import Case
from participation.reports.models import Supporter
from participation.reports.rules import ContactGiven
from tests.participation.reports.supporting import consent_path, count, handle, join, mails_to, say_yes
from tests.support.world import HOST_A, World

ANONYMOUS = ContactGiven()


# --- mail -------------------------------------------------------------------------------------


def test_an_address_is_asked_first_and_told_nothing_before_it_says_yes(world: World) -> None:
    case = world.report(contact=ANONYMOUS, text="Ottokar dumpt zijn bank", address="Rozemarijnlaan 271").case
    join(Client(), case.reference, {"contact": {"email": "buur@example.nl"}, "language": "en"})
    handle(world, case, "start")

    [asked] = mails_to("buur@example.nl")
    assert "I see this too" in asked
    for theirs in ("Ottokar", "Rozemarijnlaan", "Klaar.", case.reference):
        assert theirs not in asked


def test_opening_the_link_is_not_saying_yes(world: World) -> None:
    case = world.report(contact=ANONYMOUS).case
    join(Client(), case.reference, {"contact": {"email": "buur@example.nl"}})
    path = consent_path(mails_to("buur@example.nl")[0])

    assert Client().get(path).status_code == 200
    assert Supporter.objects.get().confirmed_at is None
    assert Client().get(path[:-3] + "xx/").status_code == 404


def test_who_said_yes_hears_every_step_without_a_word_of_others(world: World) -> None:
    case = world.report(contact=ANONYMOUS).case
    join(Client(), case.reference, {"contact": {"email": "buur@example.nl"}, "language": "en"})
    say_yes("buur@example.nl")
    handle(world, case, "start", "ask", "start", "resolve")

    told = mails_to("buur@example.nl")[1:]
    assert [line for text in told for line in text.splitlines() if line.startswith("It is now")] == [
        "It is now: Working on it.", "It is now: Resolved.",
    ]  # fmt: skip
    assert not [text for text in told if "Klaar." in text]


def test_a_supporter_writes_and_reads_in_their_own_language(world: World) -> None:
    case = world.report(contact=ANONYMOUS).case
    join(Client(), case.reference, {"contact": {"email": "buur@example.nl"}, "language": "nl"})
    join(Client(), case.reference, {"contact": {"email": "nachbar@example.nl"}, "language": "en"})
    run = {address: mails_to(address) for address in ("buur@example.nl", "nachbar@example.nl")}

    assert {one.extra_headers["Content-Language"] for one in mail.outbox} == {"nl", "en"}
    assert all(len(told) == 1 for told in run.values())


def test_who_did_not_ask_for_it_presses_no_and_is_forgotten(world: World) -> None:
    case = world.report(contact=ANONYMOUS).case
    join(Client(), case.reference, {"contact": {"email": "vreemde@example.nl"}})
    path = consent_path(mails_to("vreemde@example.nl")[0])

    assert Client().post(path, {"no": "1"}).status_code == 200
    assert Supporter.objects.get().email == ""
    assert Client().get(path).status_code == 404
    assert count(case) == 1
    handle(world, case, "resolve")
    assert len(mails_to("vreemde@example.nl")) == 1


def test_the_tracking_link_alone_cannot_say_yes_for_an_address(world: World) -> None:
    case = world.report(contact=ANONYMOUS).case
    told = join(Client(), case.reference, {"contact": {"email": "vreemde@example.nl"}}).json()

    token = told["tracking"]["token"]
    assert Client().post(f"/melden/ook/bevestig/{Supporter.objects.get().pk}/{token}/", {"yes": "1"}).status_code == 404


def test_stopping_erases_the_address_and_no_mail_follows(world: World) -> None:
    case = world.report(contact=ANONYMOUS).case
    join(Client(), case.reference, {"contact": {"email": "buur@example.nl"}})
    browser = say_yes("buur@example.nl")

    assert browser.post("/melden/ook/volgen/e-mail/", {"stop": "1"}).status_code == 302
    handle(world, case, "resolve")

    assert len(mails_to("buur@example.nl")) == 1
    assert "buur@example.nl" not in repr(list(Supporter.objects.values()))
    assert count(case) == 1


def test_mail_already_on_its_way_is_not_sent_after_stopping(world: World) -> None:
    case = world.report(contact=ANONYMOUS).case
    join(Client(), case.reference, {"contact": {"email": "buur@example.nl"}})
    browser = say_yes("buur@example.nl")
    handle(world, case, "resolve")
    browser.post("/melden/ook/volgen/e-mail/", {"stop": "1"})

    assert len(mails_to("buur@example.nl")) == 1


def test_no_supporter_hears_of_a_report_that_is_no_longer_public(world: World) -> None:
    case = world.report(contact=ANONYMOUS).case
    phone = Client(HTTP_HOST=HOST_A)
    link = join(phone, case.reference, {"contact": {"email": "buur@example.nl"}}).json()["tracking"]["token"]
    say_yes("buur@example.nl")
    Case.objects.filter(pk=case.pk).update(visibility="limited")
    handle(world, case, "resolve")

    assert len(mails_to("buur@example.nl")) == 1
    phone.get(f"/melden/ook/volgen/{link}/")
    page = phone.get("/melden/ook/volgen/")
    assert page.status_code == 200
    assert "Grofvuil" not in page.content.decode()


# --- duplicates -------------------------------------------------------------------------------


def linked(world: World, double: Case, main: Case) -> None:
    actor = world.actor(world.bram)
    link_duplicate(reference=double.reference, of=main.reference, actor=actor, now=timezone.now())


def unlinked(world: World, double: Case) -> None:
    unlink_duplicate(reference=double.reference, actor=world.actor(world.bram), now=timezone.now())


def test_supporters_come_along_with_a_duplicate_are_told_and_go_back(world: World) -> None:
    main, double = (world.report(contact=ANONYMOUS).case for _number in range(2))
    join(Client(), double.reference, {"contact": {"email": "buur@example.nl"}, "language": "en"})
    say_yes("buur@example.nl")
    join(Client(), main.reference)

    linked(world, double, main)
    assert count(main) == 3
    join(Client(), double.reference)
    assert (count(main), count(double)) == (4, 2)
    handle(world, main, "resolve")
    assert "It is now: Resolved." in mails_to("buur@example.nl")[-1]
    handle(world, main, "reopen")

    unlinked(world, double)
    assert (count(main), count(double)) == (1, 2)


def test_who_supports_both_of_two_duplicates_counts_once(world: World) -> None:
    main, double, phone = world.report().case, world.report(contact=ANONYMOUS).case, Client()
    join(phone, main.reference)
    linked(world, double, main)

    assert join(phone, double.reference).json()["again"] is True
    assert count(main) == 2


def test_who_supported_both_before_they_were_linked_counts_once_and_undoing_is_exact(world: World) -> None:
    main, double, phone = world.report().case, world.report(contact=ANONYMOUS).case, Client()
    for case in (main, double):
        join(phone, case.reference)
        join(Client(), case.reference)
        join(Client(), case.reference, {"contact": {"email": "buur@example.nl"}})

    linked(world, double, main)
    assert count(main) == 3 + 1 + 1, "three supporters, the other reporter and their one neighbour nobody counted yet"

    unlinked(world, double)
    assert (count(main), count(double)) == (3, 3)


def test_one_address_is_told_once_of_two_linked_reports(world: World) -> None:
    main, double = world.report().case, world.report(contact=ANONYMOUS).case
    for case in (main, double):
        join(Client(), case.reference, {"contact": {"email": "buur@example.nl"}, "language": "en"})
        say_yes("buur@example.nl")
    join(Client(), double.reference, {"contact": {"email": "anna@example.nl"}})
    say_yes("anna@example.nl")
    linked(world, double, main)
    before = len(mails_to("buur@example.nl")), len(mails_to("anna@example.nl"))

    handle(world, main, "resolve")

    assert (len(mails_to("buur@example.nl")), len(mails_to("anna@example.nl"))) == (before[0] + 1, before[1] + 1)
