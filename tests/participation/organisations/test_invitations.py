"""From an administrator's form to a colleague at work: invitation, mail, link, password, second factor."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, Invalid, NotFound
from core.work.worker import run_due_tasks
from participation.organisations.invitations import (
    Invitee,
    Place,
    Reach,
    accept,
    invitation_with,
    invite,
    reach_of,
    resend,
    rows,
    send_waiting,
    token_of,
    withdraw,
)
from participation.organisations.models import Invitation, Mandate, Membership, Professional
from participation.organisations.queries import roster
from tests.core.accounts.conftest import code_for
from tests.support.accounts import sign_in
from tests.support.world import World

pytestmark = pytest.mark.django_db
LIST, NEW = "/werk/uitnodigingen/", "/werk/uitnodigingen/nieuw/"
PASSWORD = "zeven-schapen-in-de-mist"


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def boss(world: World) -> Reach:
    """Lotte administers the municipality."""
    Mandate.objects.create(professional=world.lotte, role="municipality-admin")
    return _reach(world.lotte)


@pytest.fixture
def chief(world: World) -> Reach:
    """Carla administers the welfare organisation, with the one team `care`."""
    Mandate.objects.create(professional=world.carla, role="organisation-admin", organisation=world.care.organisation)
    return _reach(world.carla)


def _reach(professional: Professional) -> Reach:
    reach = reach_of(User.objects.get(pk=professional.user_id))
    assert reach is not None
    return reach


def _asked(*teams: Any, **changes: Any) -> Invitee:
    values: dict[str, Any] = {
        "email": "noor@corporatie.test",
        "name": "Noor van Dam",
        "role": "Opbouwwerker",
        "language": "en",
        "places": [Place(team_id=team.pk) for team in teams],
    }
    return Invitee(**(values | changes))


def _link() -> str:
    run_due_tasks()
    return re.findall(r"http://[^/\s]+(/account/invitation/\w+/)", mail.outbox[-1].body)[0]


# --- inviting ---------------------------------------------------------------------------------


def test_the_whole_way_from_the_form_to_the_workplace(boss: Reach, world: World) -> None:
    office = sign_in(Client(HTTP_ACCEPT_LANGUAGE="en"), world.lotte.user)
    assert office.get(LIST).status_code == 200
    form = office.get(NEW).context["form"]
    offered = {pk for _name, teams in form.fields["team1"].choices[1:] for pk, _team in teams}
    assert offered == {world.cleaning.pk, world.care.pk, world.desk.pk}
    values = {
        "email": "Noor@Corporatie.test",
        "name": "Noor van Dam",
        "called": "",
        "role": "Opbouwwerker",
        "language": "en",
        "team1": world.care.pk,
        "place1": "lead",
        "confidential1": "on",
        "team2": world.desk.pk,
        "place2": "member",
    }
    assert office.post(NEW, values).headers["Location"] == LIST
    noor = Professional.objects.get(user__email="noor@corporatie.test")
    assert (noor.name, noor.gemeente, noor.user.is_active) == ("Noor", world.a, False)
    places = {(one.team_id, one.role, one.confidential) for one in noor.memberships.all()}
    assert places == {(world.care.pk, "lead", True), (world.desk.pk, "member", False)}
    assert noor.pk not in roster().people  # gets no work while nobody reads it

    link = _link()
    (message,) = mail.outbox
    assert message.to == ["noor@corporatie.test"]
    assert message.subject == "Invitation to work on the platform of Waterstad"
    assert "Lotte invites you" in message.body and "Wijkteam (Welzijn Waterstad)" in message.body
    assert link in message.alternatives[0][0]
    assert [one.status for one in office.get(LIST).context["invitations"]] == ["sent"]

    browser = Client(HTTP_ACCEPT_LANGUAGE="en")
    opened = browser.get(link)
    assert opened.headers["Location"] == "/account/invitation/"  # the token leaves the address bar at once
    assert b"Welcome, Noor" in browser.get("/account/invitation/").content
    weak = browser.post("/account/invitation/", {"password1": "kort", "password2": "kort"})
    assert weak.status_code == 400 and weak.context["form"].errors["password1"]
    other = browser.post("/account/invitation/", {"password1": PASSWORD, "password2": "x" * 14})
    assert other.context["form"].errors["password2"]
    done = browser.post("/account/invitation/", {"password1": PASSWORD, "password2": PASSWORD})
    assert done.headers["Location"] == "/account/2fa/"
    assert browser.get("/werk/").headers["Location"] == "/account/2fa/"
    assert [one.status for one in office.get(LIST).context["invitations"]] == ["no-second-factor"]

    secret = browser.get("/account/2fa/totp/activate/").context["form"].secret
    assert browser.post("/account/2fa/totp/activate/", {"code": code_for(secret)}).status_code == 302
    assert noor.user.authenticator_set.filter(type="recovery_codes").exists()
    assert noor.pk in roster().people
    assert office.get(LIST).context["invitations"] == []


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(boss: Reach, world: World) -> None:
    office = sign_in(Client(HTTP_ACCEPT_LANGUAGE="en"), world.lotte.user)
    answer = office.post(NEW, {"email": world.bram.user.email, "name": "Bram", "role": "x", "language": "nl"})
    assert answer.status_code == 400
    assert "already" in str(answer.context["form"].errors["email"])
    assert b'value="Bram"' in answer.content
    assert Invitation.objects.count() == 0


def test_an_administrator_of_an_organisation_stays_within_it(chief: Reach, world: World) -> None:
    office = sign_in(Client(HTTP_ACCEPT_LANGUAGE="en"), world.carla.user)
    form = office.get(NEW).context["form"]
    assert [name for name, _teams in form.fields["team1"].choices[1:]] == ["Welzijn Waterstad"]
    for teams in ([world.cleaning], [world.care, world.cleaning], []):
        with pytest.raises(Invalid) as refused:
            invite(reach=chief, invitee=_asked(*teams), now=timezone.now())
        assert {one.field for one in refused.value.errors} == {"places"}
    invite(reach=chief, invitee=_asked(world.care), now=timezone.now())
    assert [row.name for row in rows(chief, now=timezone.now())] == ["Noor van Dam"]


def test_what_lies_outside_ones_reach_looks_absent(boss: Reach, chief: Reach, world: World) -> None:
    outside = invite(reach=boss, invitee=_asked(world.cleaning), now=timezone.now())
    both = invite(reach=boss, invitee=_asked(world.care, world.desk, email="b@x.test"), now=timezone.now())
    assert rows(chief, now=timezone.now()) == []
    for invitation in (outside, both):
        for deed in (resend, withdraw):
            with pytest.raises(NotFound):
                deed(reach=chief, invitation_id=invitation.pk, now=timezone.now())
    assert {row.id for row in rows(boss, now=timezone.now())} == {outside.pk, both.pk}


def test_nobody_invites_into_another_municipality(boss: Reach, world: World) -> None:
    with pytest.raises(Invalid):
        invite(reach=boss, invitee=_asked(world.desk_b), now=timezone.now())
    User.objects.filter(pk=world.zoe.user_id).update(email="zoe@duindorp.test")
    with pytest.raises(Invalid) as refused:
        invite(reach=boss, invitee=_asked(world.desk, email="Zoe@duindorp.test"), now=timezone.now())
    assert [one.code for one in refused.value.errors] == ["taken"]
    Mandate.objects.create(professional=world.zoe, role="municipality-admin")
    invitation = invite(reach=boss, invitee=_asked(world.desk), now=timezone.now())
    theirs = _reach(world.zoe)
    assert rows(theirs, now=timezone.now()) == []
    with pytest.raises(NotFound):
        withdraw(reach=theirs, invitation_id=invitation.pk, now=timezone.now())


def test_who_may_invite_whom(world: World) -> None:
    for professional in (world.bram, world.lotte, world.carla, world.dirk):  # members and leads
        assert reach_of(professional.user) is None
        client = sign_in(Client(), professional.user)
        assert client.get(LIST).status_code == client.get(NEW).status_code == 403
        assert client.post(f"{LIST}1/intrekken/").status_code == 403
    assert Client().get(LIST).status_code == 302
    Mandate.objects.create(professional=world.dirk, role="auditor")
    assert reach_of(world.dirk.user) is None
    world.bram.user.user_permissions.add(Permission.objects.get(codename="add_professional"))
    assert _reach(world.bram).gemeente_id == world.a.pk
    world.bram.user.is_active = False
    assert reach_of(world.bram.user) is None


def test_who_manages_the_platform_chooses_the_municipality_first(world: World) -> None:
    root = User.objects.create_superuser("root", "root@x.test")
    office = sign_in(Client(HTTP_HOST="testserver"), root)
    answer = office.get(f"{NEW}?municipality={world.b.pk}")
    assert [name for name, _teams in answer.context["form"].fields["team1"].choices[1:]] == ["Gemeente Duindorp"]
    values = {"email": "d@x.test", "name": "Daan", "role": "r", "language": "nl", "team1": world.desk_b.pk}
    assert office.post(f"{NEW}?municipality={world.b.pk}", values).status_code == 302
    assert Professional.objects.get(user__email="d@x.test").gemeente == world.b


# --- the link ---------------------------------------------------------------------------------


def test_looking_at_the_link_uses_nothing_up(boss: Reach, world: World) -> None:
    invite(reach=boss, invitee=_asked(world.desk), now=timezone.now())
    link = _link()
    for _scanner in range(3):
        assert Client().get(link).status_code == 302
    assert Invitation.objects.get().accepted_at is None


def test_a_link_works_once_for_a_week_and_only_the_newest(boss: Reach, world: World) -> None:
    now = timezone.now()
    invitation = invite(reach=boss, invitee=_asked(world.desk), now=now)
    first = _link()
    resend(reach=boss, invitation_id=invitation.pk, now=now)
    assert Client().get(first).status_code == 404  # at once, not when the new mail goes out
    second = _link()
    assert second != first and Client().get(first).status_code == 404
    token = second.split("/")[3]
    assert invitation_with(token, now + timedelta(days=6, hours=23)) is not None
    assert invitation_with(token, now + timedelta(days=7, hours=1)) is None
    browser = Client()
    browser.get(second)
    accept(invitation_id=invitation.pk, password=PASSWORD, now=now)
    assert Client().get(second).status_code == 404
    assert browser.get("/account/invitation/").status_code == 404
    with pytest.raises(NotFound):
        accept(invitation_id=invitation.pk, password=PASSWORD, now=now)
    with pytest.raises(Conflict):
        resend(reach=boss, invitation_id=invitation.pk, now=now)


def test_a_task_that_runs_twice_sends_the_same_link(boss: Reach, world: World) -> None:
    from participation.organisations.invitation_mail import mail_invitation

    invitation = invite(reach=boss, invitee=_asked(world.desk), now=timezone.now())
    first = _link()
    mail_invitation.func(invitation.pk, 1)
    assert first in mail.outbox[-1].body
    ids = {message.extra_headers["Message-ID"] for message in mail.outbox}
    assert len(mail.outbox) == 2 and len(ids) == 1


def test_the_token_lies_in_no_table_and_no_log(boss: Reach, world: World, caplog: Any) -> None:
    invitation = invite(reach=boss, invitee=_asked(world.desk), now=timezone.now())
    with caplog.at_level(logging.DEBUG):
        link = _link()
        Client().get(link)
    invitation.refresh_from_db()
    token = token_of(invitation)
    assert token in link
    assert token not in str(Invitation.objects.values().get()) and token not in caplog.text
    assert "noor@corporatie.test" not in caplog.text


def test_an_unknown_link_gets_a_page() -> None:
    for token in ("x", "0" * 40):
        answer = Client(HTTP_ACCEPT_LANGUAGE="en").get(f"/account/invitation/{token}/")
        assert answer.status_code == 404 and b"no longer works" in answer.content
    assert Client().get("/account/invitation/").status_code == 404


def test_accepting_ends_somebody_elses_session_in_this_browser(boss: Reach, world: World) -> None:
    invite(reach=boss, invitee=_asked(world.desk), now=timezone.now())
    browser = sign_in(Client(), world.bram.user)
    browser.get(_link())
    browser.post("/account/invitation/", {"password1": PASSWORD, "password2": PASSWORD})
    assert browser.get("/account/2fa/").wsgi_request.user.email == "noor@corporatie.test"


def test_an_invited_account_opens_by_no_other_way(boss: Reach, world: World) -> None:
    invite(reach=boss, invitee=_asked(world.desk), now=timezone.now())
    run_due_tasks()
    mail.outbox.clear()
    Client().post("/account/password/reset/", {"email": "noor@corporatie.test"})
    run_due_tasks()
    assert mail.outbox == []


def test_withdrawing_leaves_nothing_of_the_person(boss: Reach, world: World) -> None:
    invitation = invite(reach=boss, invitee=_asked(world.desk), now=timezone.now())
    link = _link()
    withdraw(reach=boss, invitation_id=invitation.pk, now=timezone.now())
    assert not User.objects.filter(email="noor@corporatie.test").exists()
    assert not Membership.objects.filter(team=world.desk, professional__name="Noor").exists()
    assert Client().get(link).status_code == 404
    office = sign_in(Client(), world.lotte.user)
    assert office.post(f"{LIST}{invitation.pk}/intrekken/").status_code == 302  # twice is no harm


def test_everything_that_was_not_sent_yet_goes_out_at_once_and_once(boss: Reach, chief: Reach, world: World) -> None:
    for number, team in enumerate((world.care, world.desk, world.desk)):
        invite(reach=boss, invitee=_asked(team, email=f"p{number}@x.test"), send=False, now=timezone.now())
    invite(reach=boss, invitee=_asked(world.desk), now=timezone.now())
    assert send_waiting(reach=chief, now=timezone.now()) == 1  # her organisation's own
    office = sign_in(Client(HTTP_ACCEPT_LANGUAGE="en"), world.lotte.user)
    assert sorted(one.status for one in office.get(LIST).context["invitations"]) == [
        "sending", "sending", "waiting", "waiting"
    ]  # fmt: skip
    office.post(LIST)
    office.post(LIST)
    run_due_tasks()
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        [*(f"p{number}@x.test" for number in range(3)), "noor@corporatie.test"]
    )


def test_the_list_costs_the_same_for_many(boss: Reach, world: World, django_assert_num_queries: Any) -> None:
    for number in range(8):
        invite(reach=boss, invitee=_asked(world.desk, email=f"p{number}@x.test"), now=timezone.now())
    with django_assert_num_queries(3):
        assert len(rows(boss, now=timezone.now())) == 8
