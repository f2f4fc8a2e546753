"""Guessing is slow, says how long to wait and tells nobody who has an account; the owner hears of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from core.accounts.models import User
from core.work.worker import run_due_tasks
from tests.core.accounts.conftest import PASSWORD, code_for
from tests.support.live.servers import free_port

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "/account/2fa/authenticate/"


def _words(answer: Any) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", answer.content.decode().split('class="error-summary"')[1].split("</div>")[0])


def test_all_names_of_an_account_and_all_hosts_count_together(anna: User, sign_in: Any) -> None:
    for number in range(5):
        name = ("anna", "ANNA@waterstad.test", "Anna")[number % 3]
        sign_in(Client(HTTP_HOST=("testserver", "waterstad.test")[number % 2]), name, "wrong")
    answer = sign_in(Client(HTTP_ACCEPT_LANGUAGE="en"), "anna@waterstad.test")
    assert answer.status_code == 200
    assert "Wait 5 minutes and try again." in _words(answer)


def test_a_locked_unknown_name_is_told_the_same(anna: User, sign_in: Any) -> None:
    told = set()
    for name in ("anna", "nobody"):
        client = Client(HTTP_ACCEPT_LANGUAGE="en", REMOTE_ADDR=f"192.0.2.{len(name)}")
        for _count in range(6):
            answer = sign_in(client, name, "wrong")
        told.add(_words(answer).replace(name, ""))
    assert len(told) == 1


def test_one_address_cannot_try_many_accounts(sign_in: Any, anna: User) -> None:
    client = Client(HTTP_ACCEPT_LANGUAGE="en", REMOTE_ADDR="192.0.2.9")
    for number in range(20):
        sign_in(client, f"somebody{number}", "wrong")
    assert "Wait 5 minutes" in _words(sign_in(client, "anna"))
    assert sign_in(Client(REMOTE_ADDR="192.0.2.10"), "anna").headers["Location"] == "/werk/"


def test_the_owner_gets_one_mail_and_an_unknown_name_costs_as_much(
    anna: User, sign_in: Any, django_assert_num_queries: Any
) -> None:
    for _count in range(7):
        sign_in(Client(), "anna", "wrong")
    for _count in range(7):
        sign_in(Client(), "nobody", "wrong")
    assert run_due_tasks() == 2
    (message,) = mail.outbox
    assert message.to == ["anna@waterstad.test"]
    assert message.subject == "Somebody tried to sign in to your account"
    assert "Anna de Vries" in message.body and "/account/password/reset/" in message.body


def test_wrong_codes_count_per_account_and_the_mail_says_that_the_password_is_known(
    bram: User, secret: str, sign_in: Any
) -> None:
    for number in range(5):
        client = Client(HTTP_ACCEPT_LANGUAGE="en", REMOTE_ADDR=f"192.0.2.{number}")
        sign_in(client, "bram")
        assert "Type the six digits" in _words(client.post(CODE, {"code": "000000"}))
    client = Client(HTTP_ACCEPT_LANGUAGE="en", REMOTE_ADDR="192.0.2.77")
    sign_in(client, "bram")
    assert "Wait 5 minutes" in _words(client.post(CODE, {"code": code_for(secret)}))
    run_due_tasks()
    assert [message.subject for message in mail.outbox] == ["Somebody knows your password"]


def test_the_code_of_half_a_minute_ago_still_works(bram: User, sign_in: Any, secret: str) -> None:
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    client = Client()
    sign_in(client, "bram", PASSWORD)
    before = format_hotp_value(hotp_value(secret, int(time.time()) // 30 - 1))
    assert client.post(CODE, {"code": before}).headers["Location"] == "/werk/"


def test_without_the_shared_cache_people_sign_in_and_guessing_is_still_slow(
    anna: User, bram: User, secret: str, sign_in: Any, settings: Any, caplog: Any, monkeypatch: Any
) -> None:
    redis = {"BACKEND": "core.api.cache.ForgivingRedisCache", "LOCATION": f"redis://localhost:{free_port()}"}
    settings.CACHES = {"default": redis}
    monkeypatch.setattr("core.api.cache._down_until", 0.0)
    assert sign_in(Client(), "bram", secret=secret).headers["Location"] == "/werk/"
    for _count in range(5):
        sign_in(Client(), "anna", "wrong")
    assert "Wait 5 minutes" in _words(sign_in(Client(HTTP_ACCEPT_LANGUAGE="en"), "anna"))
    assert caplog.text.count("The cache does not answer") == 1
