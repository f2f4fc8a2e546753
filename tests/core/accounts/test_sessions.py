"""Where am I signed in, and signing out there."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from core.accounts.models import User
from core.accounts.sessions import device
from tests.core.accounts.conftest import PASSWORD, code_for

pytestmark = pytest.mark.django_db
SESSIONS, MFA = "/account/sessions/", "/account/2fa/"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


@pytest.fixture
def two(bram: User, secret: str, sign_in: Any) -> tuple[Client, Client]:
    here = Client(HTTP_ACCEPT_LANGUAGE="en", HTTP_USER_AGENT=WINDOWS)
    there = Client(HTTP_ACCEPT_LANGUAGE="en", HTTP_USER_AGENT=IPHONE, REMOTE_ADDR="2001:db8:1:2::9")
    sign_in(here, "bram", secret=secret)
    sign_in(there, "bram")
    code = bram.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()[0]  # the app's works once
    assert there.post(f"{MFA}authenticate/", {"code": code}).headers["Location"] == "/werk/"
    return here, there


def _open(client: Client) -> bool:
    return client.get("/api/v1/streams").status_code != 401


def test_the_list_shows_each_device_and_which_is_this_one(two: tuple[Client, Client]) -> None:
    page = two[0].get(SESSIONS)
    assert [(one["device"], one["here"]) for one in page.context["sessions"]] == [
        ("Chrome on Windows", True),
        ("Safari on iPhone", False),
    ]
    assert b"2001:db8:1:2::" in page.content


def test_one_is_signed_out_and_this_one_stays(two: tuple[Client, Client]) -> None:
    here, there = two
    (other,) = (one["pk"] for one in here.get(SESSIONS).context["sessions"] if not one["here"])
    assert here.post(f"{SESSIONS}{other}/end/").headers["Location"] == SESSIONS
    assert _open(here) and not _open(there)
    assert len(here.get(SESSIONS).context["sessions"]) == 1


def test_all_others_are_signed_out_at_once(two: tuple[Client, Client]) -> None:
    here, there = two
    assert here.post(SESSIONS).headers["Location"] == SESSIONS
    assert _open(here) and not _open(there)


def test_ending_this_one_is_signing_out(two: tuple[Client, Client]) -> None:
    here, there = two
    (own,) = (one["pk"] for one in here.get(SESSIONS).context["sessions"] if one["here"])
    assert here.post(f"{SESSIONS}{own}/end/").headers["Location"] == "/account/login/"
    assert not _open(here) and _open(there)


def test_another_accounts_session_looks_absent(two: tuple[Client, Client], anna: User, sign_in: Any) -> None:
    client = Client()
    sign_in(client)
    session = UserSession.objects.exclude(user=anna).earliest("pk")
    assert client.post(f"{SESSIONS}{session.pk}/end/").status_code == 404
    assert client.get(f"{SESSIONS}{session.pk}/end/").status_code == 405
    assert all(map(_open, two))
    assert Client().get(SESSIONS).status_code == 302


def test_a_new_password_ends_the_others(two: tuple[Client, Client]) -> None:
    here, there = two
    values = {"oldpassword": PASSWORD, "password1": "zeven-schapen-in-de-mist", "password2": "zeven-schapen-in-de-mist"}
    assert here.post("/account/password/change/", values).status_code == 302
    assert _open(here) and not _open(there)
    assert UserSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor after the commit
def test_a_factor_added_or_removed_ends_the_others(two: tuple[Client, Client], secret: str, sign_in: Any) -> None:
    here, there = two
    assert here.post(f"{MFA}totp/deactivate/").status_code == 302
    assert UserSession.objects.count() == 1
    sign_in(there, "bram")
    form = here.get(f"{MFA}totp/activate/").context["form"]
    assert here.post(f"{MFA}totp/activate/", {"code": code_for(form.secret)}).status_code == 302
    assert _open(here) and not _open(there)
    assert UserSession.objects.count() == 1


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (WINDOWS, "Chrome on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox on Mac"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 SamsungBrowser/28 Chrome/130", "Samsung Internet on Android"),
        ("curl/8", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_device_is_named_as_its_owner_would(user_agent: str, name: str) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert device(user_agent) == name
