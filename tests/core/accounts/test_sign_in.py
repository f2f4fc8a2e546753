"""Signing in, and everything that must not get anyone in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client

from core.accounts.models import User
from core.work.worker import run_due_tasks
from tests.core.accounts.conftest import PASSWORD, code_for
from tests.support.accounts import session_for

pytestmark = pytest.mark.django_db
MFA = "/account/2fa/"


def _open(client: Client) -> bool:
    """Whether the API takes this browser for somebody."""
    status = client.get("/api/v1/streams").status_code
    assert status in (200, 401, 403, 404)
    return status != 401


def test_a_username_and_an_e_mail_address_in_any_case_both_sign_in(anna: User, sign_in: Any) -> None:
    for name in ("anna", "anna@waterstad.test", "ANNA@Waterstad.Test"):
        client = Client()
        assert sign_in(client, name).headers["Location"] == "/werk/"
        assert client.get(MFA).status_code == 200


def test_a_wrong_password_says_the_same_for_known_and_unknown_names(anna: User, sign_in: Any, visitor: Client) -> None:
    told = set()
    for name in ("anna", "nobody", "anna@waterstad.test", "nobody@waterstad.test"):
        answer = sign_in(visitor, name, "wrong")
        assert answer.status_code == 200
        told.add(re.findall(r'class="error-summary".*?</div>', answer.content.decode(), re.DOTALL)[0])
    assert len(told) == 1
    assert "Check both and try again." in told.pop()


def test_five_failures_close_the_door_for_that_name_and_say_what_to_do(
    anna: User, bram: User, secret: str, sign_in: Any, visitor: Client
) -> None:
    for _count in range(5):
        sign_in(visitor, "anna", "wrong")
    answer = sign_in(visitor, "anna")
    assert b"Wait 5 minutes" in answer.content
    assert not visitor.get(MFA).context
    assert sign_in(Client(), "bram", secret=secret).headers["Location"] == "/werk/"


def test_guessed_codes_close_the_door_as_well(bram: User, secret: str, sign_in: Any, visitor: Client) -> None:
    sign_in(visitor, "bram")
    for _count in range(5):
        assert b"code is not right" in visitor.post(f"{MFA}authenticate/", {"code": "000000"}).content
    answer = visitor.post(f"{MFA}authenticate/", {"code": code_for(secret)})
    assert answer.status_code == 200 and b"Wait 5 minutes" in answer.content
    assert not _open(visitor)


def test_nobody_signs_up(visitor: Client) -> None:
    values = {"email": "x@example.test", "username": "x", "password1": PASSWORD, "password2": PASSWORD}
    assert b"<form" not in visitor.get("/account/signup/").content.split(b"<main")[1].split(b"</main")[0]
    visitor.post("/account/signup/", values)
    visitor.post("/account/2fa/webauthn/signup/", values)
    assert not User.objects.exists()


@pytest.mark.parametrize("address", ["/account/email/", "/account/3rdparty/", "/account/login/code/"])
def test_what_an_administrator_does_is_no_account_page(address: str, visitor: Client) -> None:
    assert visitor.get(address).status_code == 404


def test_a_professional_without_a_second_factor_is_nobody(anna: User, sign_in: Any) -> None:
    client = Client()
    sign_in(client)
    assert not _open(client)
    for address in ("/werk/", "/beheer/", "/beheer/users/"):
        assert client.get(address).headers["Location"] == MFA
    assert not client.get("/melden/").wsgi_request.user.is_authenticated


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_opens_the_door_with_the_next_request(anna: User, sign_in: Any) -> None:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    sign_in(client)
    asked = client.get(f"{MFA}totp/activate/")
    secret = asked.context["form"].secret
    assert secret in asked.content.decode()
    assert b"code is not right" in client.post(f"{MFA}totp/activate/", {"code": "000000"}).content
    done = client.post(f"{MFA}totp/activate/", {"code": code_for(secret)})
    assert done.headers["Location"] == f"{MFA}recovery-codes/"
    assert len(client.get(f"{MFA}recovery-codes/").context["unused_codes"]) == 10
    assert _open(client)
    assert client.get("/werk/").status_code != 302


def test_a_code_of_the_app_is_asked_and_enough(bram: User, secret: str, sign_in: Any) -> None:
    client = Client()
    assert sign_in(client, "bram").headers["Location"] == f"{MFA}authenticate/"
    assert not _open(client)
    assert client.get(MFA).status_code == 302
    assert client.post(f"{MFA}authenticate/", {"code": code_for(secret)}).headers["Location"] == "/werk/"
    assert _open(client)


def test_a_recovery_code_works_once(bram: User, secret: str, sign_in: Any) -> None:
    client = Client()
    code = bram.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()[0]
    sign_in(client, "bram")
    assert client.post(f"{MFA}authenticate/", {"code": code}).status_code == 302
    assert _open(client)
    again = Client()
    sign_in(again, "bram")
    assert again.post(f"{MFA}authenticate/", {"code": code}).status_code == 200
    assert not _open(again)


def test_removing_the_last_factor_locks_out_at_once_in_every_browser(bram: User, secret: str, sign_in: Any) -> None:
    here, elsewhere = Client(), Client()
    sign_in(here, "bram", secret=secret)
    elsewhere.cookies["sessionid"] = session_for(bram)
    assert _open(here) and _open(elsewhere)
    assert here.post(f"{MFA}totp/deactivate/").status_code == 302
    assert not bram.authenticator_set.exists()
    for client in (here, elsewhere):
        assert not _open(client)
        assert client.get("/werk/").headers["Location"] == MFA


def test_who_signed_in_long_ago_shows_once_more_who_it_is(bram: User, secret: str, sign_in: Any) -> None:
    client = Client()
    sign_in(client, "bram", secret=secret)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 600
    session.save()
    assert client.post(f"{MFA}totp/deactivate/").headers["Location"].startswith("/account/reauthenticate/")
    assert bram.authenticator_set.filter(type="totp").exists()
    assert client.post("/account/reauthenticate/", {"password": "wrong"}).status_code == 200
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302
    assert client.get(f"{MFA}totp/deactivate/").status_code == 200


def test_a_session_that_only_knew_the_password_stays_outside_when_its_owner_sets_up_a_factor(
    anna: User, sign_in: Any
) -> None:
    thief = Client()
    sign_in(thief)
    session_for(anna)  # Anna sets up a factor in her own browser
    assert not _open(thief)
    assert thief.get("/werk/").headers["Location"] == "/account/login/?next=/werk/"
    assert thief.get(MFA).headers["Location"].startswith("/account/login/")
    assert thief.get(f"{MFA}totp/deactivate/").headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("address", ["/beheer/login/", "/_util/login/"])
def test_the_back_offices_own_login_is_no_way_around_the_second_factor(address: str, bram: User, secret: str) -> None:
    client = Client()
    answer = client.post(f"{address}?next=/beheer/users/", {"username": "bram", "password": PASSWORD})
    assert answer.headers["Location"] == "/account/login/?next=/beheer/users/"
    assert "sessionid" not in client.cookies
    assert client.get("/beheer/password_reset/").status_code == 404


def test_the_back_office_wants_the_second_factor_and_turns_others_away_kindly(anna: User, visitor: Client) -> None:
    assert visitor.get("/beheer/", follow=True).redirect_chain[-1][0] == "/account/login/?next=/beheer/"
    visitor.cookies["sessionid"] = session_for(anna)
    answer = visitor.get("/beheer/", follow=True)
    assert answer.status_code == 403
    assert b"no access to this part" in answer.content
    anna.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert visitor.get("/beheer/").status_code == 200


def test_demo_accounts_need_no_second_factor_while_the_demonstration_is_on(settings: Any, sign_in: Any) -> None:
    settings.DEMO = True
    User.objects.create_user("fatima", "f@example.test", PASSWORD, is_demo=True)
    client = Client()
    assert sign_in(client, "fatima").headers["Location"] == "/werk/"
    assert _open(client)


def test_without_the_demonstration_a_demo_account_and_its_session_are_worthless(
    settings: Any, sign_in: Any, visitor: Client
) -> None:
    settings.DEMO = True
    User.objects.create_user("fatima", "f@example.test", PASSWORD, is_demo=True)
    client = Client()
    sign_in(client, "fatima")
    settings.DEMO = False
    assert not _open(client)
    assert client.get("/werk/").headers["Location"].startswith("/account/login/")
    assert client.get(MFA).headers["Location"].startswith("/account/login/")
    assert b"Check both and try again." in sign_in(visitor, "fatima").content


def test_a_switched_off_account_ends_at_once_and_looks_like_a_wrong_password(
    anna: User, sign_in: Any, visitor: Client
) -> None:
    client = Client()
    client.cookies["sessionid"] = session_for(anna)
    assert _open(client)
    anna.is_active = False
    anna.save()
    assert not _open(client)
    assert b"Check both and try again." in sign_in(visitor, "anna").content


def test_signing_out_takes_a_post(anna: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["sessionid"] = key = session_for(anna)
    page = client.get("/account/logout/")
    assert page.status_code == 200 and _open(client)
    assert client.post("/account/logout/").status_code == 403
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[-1]
    assert client.post("/account/logout/", {"csrfmiddlewaretoken": token}).headers["Location"] == "/"
    assert not _open(client)
    stolen = Client()
    stolen.cookies["sessionid"] = key
    assert not _open(stolen)


def test_signing_in_gives_a_new_session_with_a_guarded_cookie(anna: User, sign_in: Any, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    client = Client()
    client.cookies["sessionid"] = planted = session_for(User.objects.create_user("thief"), second_factor=False)
    client.get("/account/2fa/")
    client.post("/account/logout/")
    answer = sign_in(client)
    cookie = answer.cookies["sessionid"]
    assert cookie.value != planted
    assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Lax" and not cookie["max-age"]


def test_a_session_kept_from_before_signing_in_gets_another_key(bram: User, secret: str, sign_in: Any) -> None:
    client = Client()
    sign_in(client, "bram")
    before = client.cookies["sessionid"].value
    client.post(f"{MFA}authenticate/", {"code": code_for(secret)})
    assert client.cookies["sessionid"].value != before


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.test/", "//evil.test/", "/\\evil.test/", "javascript:alert(1)", "http:evil.test"]
)
def test_next_cannot_leave_the_site(elsewhere: str, anna: User, sign_in: Any) -> None:
    client = Client()
    assert sign_in(client, next=elsewhere).headers["Location"] == "/werk/"
    assert client.post("/account/logout/", {"next": elsewhere}).headers["Location"] == "/"
    assert sign_in(Client(), next="/werk/?view=mine").headers["Location"] == "/werk/?view=mine"


# --- a new password ---------------------------------------------------------------------------


def _ask(client: Client, address: str, captured: Any) -> Any:
    with captured(execute=True):
        answer = client.post("/account/password/reset/", {"email": address})
    run_due_tasks()
    return answer


def test_a_new_password_comes_by_mail_and_the_second_factor_stays(
    bram: User, secret: str, sign_in: Any, visitor: Client, django_capture_on_commit_callbacks: Any
) -> None:
    other = Client()
    other.cookies["sessionid"] = session_for(bram)
    answer = _ask(visitor, "BRAM@waterstad.test", django_capture_on_commit_callbacks)
    assert answer.headers["Location"] == "/account/password/reset/done/"
    (message,) = mail.outbox
    assert message.to == ["bram@waterstad.test"]
    assert message.subject == "Choose a new password"
    assert "Hello Bram Bos," in message.body
    html = message.alternatives[0][0]
    link = re.findall(r"http://testserver(/account/password/reset/key/\S+)", message.body)[0]
    assert f'class="button" href="http://testserver{link}"' in html

    form = visitor.get(link, follow=True)
    where = form.redirect_chain[-1][0]
    weak = visitor.post(where, {"password1": "kort", "password2": "kort"})
    assert weak.status_code == 200 and weak.context["form"].errors
    fresh = "zeven-schapen-in-de-mist"
    assert visitor.post(where, {"password1": fresh, "password2": fresh}).status_code == 302
    assert not _open(visitor) and not _open(other)
    assert sign_in(Client(), "bram", fresh).headers["Location"] == f"{MFA}authenticate/"
    again = Client(HTTP_ACCEPT_LANGUAGE="en").get(link, follow=True)
    assert again.context["token_fail"]


def test_asking_for_an_unknown_address_says_the_same_and_mails_nobody(
    anna: User, visitor: Client, django_capture_on_commit_callbacks: Any
) -> None:
    User.objects.create_user("gone", "gone@waterstad.test", PASSWORD, is_active=False)
    pages = set()
    for address in ("anna@waterstad.test", "nobody@waterstad.test", "gone@waterstad.test"):
        answer = _ask(visitor, address, django_capture_on_commit_callbacks)
        pages.add((answer.status_code, answer.headers["Location"]))
    assert len(pages) == 1
    assert [message.to for message in mail.outbox] == [["anna@waterstad.test"]]


def test_who_asked_for_a_new_password_can_still_set_up_a_second_factor(
    anna: User, sign_in: Any, visitor: Client, django_capture_on_commit_callbacks: Any
) -> None:
    _ask(visitor, "anna@waterstad.test", django_capture_on_commit_callbacks)
    client = Client()
    sign_in(client)
    assert client.get(f"{MFA}totp/activate/").status_code == 200
    assert client.get(f"{MFA}webauthn/add/").status_code == 200
