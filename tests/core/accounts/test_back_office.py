"""An administrator makes an account in /beheer/, changes it, switches it off; its owner signs in a first time."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from tests.core.accounts.conftest import PASSWORD
from tests.support.accounts import session_for
from tests.support.accounts import sign_in as signed_in

pytestmark = pytest.mark.django_db
NEW = {
    "username": "fenna",
    "name": "Fenna van Dijk",
    "email": "fenna@waterstad.test",
    "language": "en",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


@pytest.fixture
def administrator(db: None) -> Client:
    return signed_in(Client(HTTP_ACCEPT_LANGUAGE="en"), User.objects.create_superuser("root", "root@waterstad.test"))


def test_an_account_is_made_with_one_name_and_a_language(administrator: Client, sign_in: Any) -> None:
    page = administrator.get("/beheer/users/new/")
    fields = page.context["form"].fields
    assert {"name", "language"} <= fields.keys() and not {"first_name", "last_name", "is_demo"} & fields.keys()
    answer = administrator.post("/beheer/users/new/", NEW)
    assert answer.status_code == 302, answer.context["form"].errors
    fenna = User.objects.get(username="fenna")
    assert (fenna.name, fenna.language, fenna.is_demo, fenna.is_superuser) == ("Fenna van Dijk", "en", False, False)
    assert b"Fenna van Dijk" in administrator.get("/beheer/users/").content
    client = Client()
    assert sign_in(client, "fenna").status_code == 302
    assert client.get("/werk/").headers["Location"] == "/account/2fa/"


def test_an_administrator_who_is_no_professional_is_led_from_the_workplace_to_the_back_office(
    administrator: Client, anna: User
) -> None:
    assert administrator.get("/werk/").headers["Location"] == "/beheer/"
    assert administrator.get("/werk/M-ABC234/").status_code == 403
    assert signed_in(Client(), anna).get("/werk/").status_code == 403


def test_an_account_is_changed_and_keeps_its_password(administrator: Client, anna: User) -> None:
    address = f"/beheer/users/edit/{anna.pk}/"
    assert administrator.get(address).status_code == 200
    values = {"username": "anna", "name": "Anna Smit", "email": anna.email, "language": "nl", "is_active": "on"}
    assert administrator.post(address, values).status_code == 302
    anna.refresh_from_db()
    assert anna.name == "Anna Smit" and anna.check_password(PASSWORD)


def test_switching_an_account_off_ends_its_sessions(administrator: Client, anna: User) -> None:
    client = Client()
    client.cookies["sessionid"] = session_for(anna)
    values = {"username": "anna", "name": "Anna", "email": anna.email, "language": "nl"}
    assert administrator.post(f"/beheer/users/edit/{anna.pk}/", values).status_code == 302
    assert client.get("/api/v1/streams").status_code == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "anna"}, "username"),
        ({"email": "ANNA@waterstad.test"}, "email"),
        ({"email": ""}, "email"),
        ({"name": ""}, "name"),
        ({"password1": "kort", "password2": "kort"}, "password2"),
    ],
)
def test_what_is_not_right_is_said_at_its_field(
    administrator: Client, anna: User, change: dict[str, str], field: str
) -> None:
    answer = administrator.post("/beheer/users/new/", NEW | change)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not User.objects.filter(username="fenna").exists()


def test_the_administrators_own_account_pages_work(administrator: Client) -> None:
    for address in ("/beheer/account/", "/beheer/users/", "/beheer/users/history/1/", "/beheer/"):
        assert administrator.get(address).status_code in (200, 302, 404)
