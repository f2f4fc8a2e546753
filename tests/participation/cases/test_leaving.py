"""Someone leaves: their account ends only when nothing is left behind, and everything goes over in one go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.accounts.leaving import StillResponsible, hindrances
from core.accounts.models import User
from core.errors import Invalid, NotAllowed, NotFound
from core.events.models import Event
from core.work.worker import run_due_tasks
from participation.cases.actions.handover import offer_handover
from participation.cases.actions.leaving import Heirs, arrange_leaving
from participation.cases.actions.returning import give_back
from participation.cases.leaving import left_behind
from participation.cases.models import Case, Handover, HandoverItem
from participation.cases.responsibility import check_responsibility
from participation.organisations.models import Mandate, Membership, Professional
from tests.participation.cases.people import administrator, away, colleague, fresh
from tests.support.accounts import sign_in
from tests.support.world import NOON, World, key


def codes(person: Professional) -> list[str]:
    return [one.code for one in hindrances(person.user_id) if one.code != "how"]


def leave(world: World, person: Professional, by: Professional, heirs: Heirs, *, end: bool = True) -> Any:
    return arrange_leaving(professional_id=person.pk, heirs=heirs, end_account=end, actor=world.actor(by), now=NOON)


@pytest.fixture
def chief(world: World) -> Professional:
    return administrator(world, "Gea")


@pytest.fixture
def bobs(world: World) -> list[Case]:
    found = [world.report(now=NOON).case for _number in range(3)]
    Case.objects.update(assignee=world.bram)
    return found


def test_an_account_with_open_cases_is_not_switched_off_by_any_way(world: World, bobs: list[Case]) -> None:
    user = world.bram.user
    user.is_active = False
    with pytest.raises(StillResponsible) as refused:
        user.save()
    assert "cases" in refused.value.extra["hindrances"]
    with pytest.raises(StillResponsible):
        user.save(update_fields=["is_active"])
    user.refresh_from_db()
    assert user.is_active


def test_the_back_office_form_says_why_it_refuses(world: World, bobs: list[Case], client: Client) -> None:
    chief = world.lotte.user
    chief.is_superuser = chief.is_staff = True
    chief.save()
    user = world.bram.user
    browser = sign_in(client, chief)
    body = {
        "username": user.username,
        "email": user.email,
        "name": user.name,
        "language": "nl",
        "password1": "",
        "password2": "",
    }
    answer = browser.post(f"/beheer/users/edit/{user.pk}/", body, headers={"Accept-Language": "en"})
    user.refresh_from_db()
    assert user.is_active
    assert answer.status_code == 200
    assert "3 open cases are theirs." in answer.content.decode()

    Case.objects.update(assignee=world.lotte)
    answer = browser.post(f"/beheer/users/edit/{user.pk}/", body)
    user.refresh_from_db()
    assert answer.status_code == 302
    assert not user.is_active


def test_who_has_nothing_and_who_is_no_professional_may_go(world: World) -> None:
    for user in (world.bram.user, User.objects.create(username="redacteur")):
        user.is_active = False
        user.save()
    assert codes(world.bram) == []


def test_everything_that_would_be_left_behind_is_named(world: World, bobs: list[Case]) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    offer_handover(from_id=world.bram.pk, to_id=world.lotte.pk, actor=world.actor(world.bram), now=NOON)
    away(kees, first=timezone.localdate() + timedelta(days=3), last=timezone.localdate() + timedelta(days=9))
    kees.absences.update(replacement=world.lotte)
    Case.objects.filter(pk=bobs[0].pk).update(assignee=world.lotte)

    assert codes(world.lotte) == ["cases", "handovers", "replaces", "leads", "opens"]
    found = left_behind(world.lotte)
    assert [(group.team_id, group.confidential, group.count) for group in found.cases] == [
        (world.cleaning.pk, False, 1)
    ]
    assert [team.slug for team in found.lead_of] == ["reiniging"]
    assert [(team.slug, secret) for team, secret in found.opens] == [("kcc", False)]  # the catch-all has only her


def test_the_only_one_who_may_read_confidential_work_is_not_lost(world: World) -> None:
    assert codes(world.carla) == ["opens"]  # a rule sends confidential cases there
    assert left_behind(world.carla).opens == [(world.care, True)]
    Membership.objects.filter(professional=world.dirk).update(confidential=True)
    assert codes(world.carla) == []


def test_all_goes_over_in_one_go_and_the_account_ends(world: World, chief: Professional, bobs: list[Case]) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    run_due_tasks()
    mail.outbox.clear()
    away(kees, last=timezone.localdate() + timedelta(days=30), replacement=world.bram)
    absence = kees.absences.get()

    left = leave(
        world,
        world.bram,
        chief,
        Heirs(cases={f"{world.cleaning.pk}-o": world.lotte.pk}, replacements={absence.pk: world.lotte.pk}),
    )

    assert left.is_clear
    world.bram.user.refresh_from_db()
    assert not world.bram.user.is_active
    assert {fresh(case).assignee for case in bobs} == {world.lotte}
    absence.refresh_from_db()
    assert absence.replacement == world.lotte
    handover = Handover.objects.get()
    assert (handover.why, handover.professional, handover.items.count()) == ("leaving", chief, 3)
    run_due_tasks()
    assert [one.to for one in mail.outbox] == [[world.lotte.user.email]]
    assert check_responsibility(now=NOON) == []


def test_whoever_leaves_is_signed_out_everywhere_at_once(world: World, chief: Professional) -> None:
    browsers = [world.client(world.bram), world.client(world.bram)]
    for browser in browsers:
        assert browser.get("/api/v1/cases").status_code == 200
        UserSession.objects.create(
            user=world.bram.user, session_key=browser.cookies["sessionid"].value, ip="127.0.0.1", user_agent="x"
        )
    leave(world, world.bram, chief, Heirs())
    assert not UserSession.objects.filter(user=world.bram.user).exists()
    assert not Session.objects.filter(pk__in=[one.cookies["sessionid"].value for one in browsers]).exists()
    for browser in browsers:
        assert browser.get("/api/v1/cases").status_code == 401


def test_nothing_happens_while_one_thing_has_no_heir(world: World, chief: Professional, bobs: list[Case]) -> None:
    Case.objects.filter(pk=bobs[0].pk).update(assignee=world.lotte)
    with pytest.raises(Invalid) as refused:
        leave(world, world.lotte, chief, Heirs(cases={f"{world.cleaning.pk}-o": world.bram.pk}))
    assert {one.field for one in refused.value.errors} == {
        f"leads-{world.cleaning.pk}",
        f"opens-{world.desk.pk}-o",
    }
    assert fresh(bobs[0]).assignee == world.lotte

    leave(
        world,
        world.lotte,
        chief,
        Heirs(
            cases={f"{world.cleaning.pk}-o": world.bram.pk},
            leads={world.cleaning.pk: world.bram.pk},
            openers={(world.desk.pk, False): world.bram.pk},
        ),
    )
    assert world.cleaning.memberships.get(professional=world.bram).role == "lead"
    assert world.desk.memberships.filter(professional=world.bram).exists()


def test_an_administrator_hands_over_confidential_work_unseen(world: World, chief: Professional) -> None:
    case = world.report(category="burenoverlast", now=NOON).case
    browser = world.client(chief)
    page = browser.get(f"/werk/team/vertrek/{world.carla.pk}/").content.decode()
    assert case.reference not in page
    key = f"{world.care.pk}-c"
    with pytest.raises(Invalid):  # Dirk may not read it
        leave(
            world,
            world.carla,
            chief,
            Heirs(cases={key: world.dirk.pk}, openers={(world.care.pk, True): world.carla.pk}),
        )
    leave(
        world,
        world.carla,
        chief,
        Heirs(cases={key: world.dirk.pk}, openers={(world.care.pk, True): world.dirk.pk}),
    )
    assert fresh(case).assignee == world.dirk
    assert check_responsibility(now=NOON) == []


def test_what_they_kept_for_someone_away_still_comes_back(world: World, chief: Professional) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    away(kees, replacement=world.bram)
    Membership.objects.filter(professional=world.lotte, team=world.cleaning).delete()
    kees.areas.set([world.west])
    world.bram.areas.clear()
    case = world.report(now=NOON).case
    assert case.assignee == world.bram
    els = colleague(world, "Els", world.cleaning)
    absence = kees.absences.get()
    leave(
        world,
        world.bram,
        chief,
        Heirs(cases={f"{world.cleaning.pk}-o": els.pk}, replacements={absence.pk: els.pk}),
    )
    assert fresh(case).assignee == els
    assert give_back(now=NOON + timedelta(days=10)) == 1
    assert fresh(case).assignee == kees


def test_what_was_offered_to_them_stays_with_who_offered_it(
    world: World, chief: Professional, bobs: list[Case]
) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    offer_handover(from_id=world.bram.pk, to_id=kees.pk, actor=world.actor(world.bram), now=NOON)
    assert codes(kees) == ["handovers"]
    leave(world, kees, chief, Heirs())
    assert set(HandoverItem.objects.values_list("outcome", flat=True)) == {"refused"}
    assert {fresh(case).assignee for case in bobs} == {world.bram}


def test_a_lead_hands_over_but_does_not_end_an_account_and_outsiders_see_nothing(
    world: World, bobs: list[Case]
) -> None:
    heirs = Heirs(cases={f"{world.cleaning.pk}-o": 0})
    with pytest.raises(NotAllowed):
        leave(world, world.bram, world.lotte, heirs)
    leave(world, world.bram, world.lotte, heirs, end=False)
    assert {fresh(case).assignee for case in bobs} == {None}
    for outsider in (world.carla, world.zoe, world.bram):
        with pytest.raises(NotFound):
            leave(world, world.bram, outsider, heirs, end=False)
        assert world.client(outsider).get(f"/werk/team/vertrek/{world.bram.pk}/").status_code == 404


def test_an_administrator_of_one_organisation_does_not_end_who_works_in_another(world: World) -> None:
    ada = administrator(world, "Ada", world.cleaning.organisation)
    Membership.objects.create(professional=world.bram, team=world.care)
    with pytest.raises(NotAllowed):
        leave(world, world.bram, ada, Heirs())
    Membership.objects.filter(team=world.care, professional=world.bram).delete()
    leave(world, world.bram, ada, Heirs())


def test_nobody_ends_their_own_account(world: World, chief: Professional) -> None:
    with pytest.raises((NotFound, NotAllowed)):
        leave(world, chief, chief, Heirs())


def test_the_screen_does_it_without_a_script(world: World, chief: Professional, bobs: list[Case]) -> None:
    browser, address = world.client(chief), f"/werk/team/vertrek/{world.bram.pk}/"
    assert b"M-" not in browser.get(address).content.split(b"<main")[1].split(b"</main")[0].replace(b"GM-", b"")
    refused = browser.post(address, {"deed": "end", "note": ""})
    assert refused.status_code == 200
    assert b'aria-invalid="true"' in refused.content
    done = browser.post(address, {"deed": "end", "note": "Succes!", f"cases-{world.cleaning.pk}-o": world.lotte.pk})
    assert done.status_code == 302
    world.bram.user.refresh_from_db()
    assert not world.bram.user.is_active
    assert Handover.objects.get().note == "Succes!"
    steps = {one.payload["step"] for one in Event.objects.filter(type="case.handed-over")}
    assert steps == {"accepted"}
    assert world.client(chief).get("/werk/team/").status_code == 200


def test_who_administers_an_organisation_ends_nobody_beyond_it(world: World) -> None:
    """Neither who holds a mandate elsewhere nor who belongs nowhere: to them those people are not there."""
    ada = administrator(world, "Ada", world.cleaning.organisation)
    auditor = colleague(world, "Otto")
    Mandate.objects.create(professional=auditor, role=Mandate.Role.AUDITOR)
    elsewhere = administrator(world, "Wim", world.care.organisation)
    nowhere = colleague(world, "Nora")
    browser = world.client(ada)
    for person in (administrator(world, "Gea"), auditor, elsewhere, nowhere, world.carla, ada):
        address = f"/werk/team/vertrek/{person.pk}/"
        assert browser.get(address).status_code == 404, person.name
        assert browser.post(address, {"deed": "end", "note": ""}).status_code == 404, person.name
        person.user.refresh_from_db()
        assert person.user.is_active, person.name


def test_a_mandate_beyond_the_administrator_keeps_the_account_of_a_member_of_their_team(world: World) -> None:
    ada = administrator(world, "Ada", world.cleaning.organisation)
    kees = colleague(world, "Kees", world.cleaning)
    mandate = Mandate.objects.create(professional=kees, role=Mandate.Role.AUDITOR)
    address = f"/werk/team/vertrek/{kees.pk}/"
    assert world.client(ada).post(address, {"deed": "end", "note": ""}).status_code == 200
    kees.user.refresh_from_db()
    assert kees.user.is_active

    mandate.delete()
    assert world.client(ada).post(address, {"deed": "end", "note": ""}).status_code == 302
    kees.user.refresh_from_db()
    assert not kees.user.is_active


def test_a_municipality_administrator_ends_accounts_of_their_own_municipality_only(
    world: World, chief: Professional
) -> None:
    auditor = colleague(world, "Otto")
    Mandate.objects.create(professional=auditor, role=Mandate.Role.AUDITOR)
    assert world.client(chief).post(f"/werk/team/vertrek/{world.zoe.pk}/", {"deed": "end"}).status_code == 404
    assert world.client(chief).post(f"/werk/team/vertrek/{auditor.pk}/", {"deed": "end"}).status_code == 302
    auditor.user.refresh_from_db()
    assert not auditor.user.is_active


def test_an_organisation_keeps_an_administrator(world: World, chief: Professional) -> None:
    city = world.cleaning.organisation
    ada = administrator(world, "Ada", city)
    browser, address = world.client(chief, headers={"Accept-Language": "en"}), f"/werk/team/vertrek/{ada.pk}/"
    refused = browser.post(address, {"deed": "end", "note": ""})
    assert "They are the only administrator of Gemeente Waterstad." in refused.content.decode()
    ada.user.refresh_from_db()
    assert ada.user.is_active
    assert codes(ada) == ["administers"]

    administrator(world, "Aldo", city)
    assert browser.post(address, {"deed": "end", "note": ""}).status_code == 302


def test_who_offered_work_to_someone_who_left_hears_so(world: World, chief: Professional, bobs: list[Case]) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    offered = offer_handover(from_id=world.bram.pk, to_id=kees.pk, actor=world.actor(world.bram), now=NOON)
    run_due_tasks()
    mail.outbox.clear()
    assert world.client(chief).post(f"/werk/team/vertrek/{kees.pk}/", {"deed": "end", "note": ""}).status_code == 302
    run_due_tasks()
    assert [one.to for one in mail.outbox] == [[world.bram.user.email]]
    offered.refresh_from_db()
    assert offered.remind_at is None


def test_a_lead_withdraws_one_case_of_a_handover_and_not_the_others(world: World, bobs: list[Case]) -> None:
    kees = colleague(world, "Kees", world.cleaning)
    offered = offer_handover(from_id=world.bram.pk, to_id=kees.pk, actor=world.actor(world.bram), now=NOON)
    answer = world.client(world.lotte).post(
        f"/api/v1/handovers/{offered.pk}/_withdraw",
        {"references": [bobs[1].reference]},
        content_type="application/json",
        headers={"Idempotency-Key": key()},
    )
    assert answer.status_code == 200, answer.content
    assert list(offered.items.order_by("case_id").values_list("outcome", flat=True)) == [
        "pending",
        "withdrawn",
        "pending",
    ]
