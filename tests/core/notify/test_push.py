"""Web push against a service on this machine that decrypts what it got, refuses, is slow or gone."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured

from core.notify import push
from core.notify.push import Browser, PushFailed, PushGone, PushRefused, is_browser_key, is_known, public_key, send_push
from tests.support.push_service import FakeBrowser, PushService, push_service, sender_of

MESSAGE = {"title": "Nieuwe melding in Westerwijk", "url": "/werk/"}


@pytest.fixture
def service(settings: Any, tmp_path: Path) -> Iterator[PushService]:
    with push_service() as running:
        settings.PUSH_SERVICES = [running.origin]
        settings.DATA_DIR = tmp_path
        settings.VAPID_PRIVATE_KEY = ""
        yield running


def _browser(fake: FakeBrowser) -> Browser:
    given = fake.subscription
    return Browser(given["endpoint"], given["keys"]["p256dh"], given["keys"]["auth"])


def test_a_browser_reads_what_was_sent_and_nobody_on_the_way_can(service: PushService) -> None:
    anna, other = service.browser("anna"), service.browser("other")
    send_push(_browser(anna), MESSAGE, topic="wijk-1")
    assert anna.messages() == [MESSAGE]
    [delivery] = anna.deliveries()
    assert b"Westerwijk" not in delivery.body
    with pytest.raises(InvalidTag):
        other.decrypt(delivery.body)
    assert delivery.headers["content-encoding"] == "aes128gcm"
    assert delivery.headers["topic"] == "wijk-1" and 0 < int(delivery.headers["ttl"]) <= 4 * 3600


def test_a_message_is_signed_with_the_key_that_browsers_are_given(service: PushService) -> None:
    anna = service.browser("anna")
    send_push(_browser(anna), MESSAGE, topic="t")
    claims = sender_of(anna.deliveries()[0], service.origin)
    assert claims["key"].rstrip("=") == public_key() and claims["sub"].startswith("mailto:")


def test_the_key_is_made_once_kept_to_ourselves_and_the_same_in_every_process(
    service: PushService, tmp_path: Path
) -> None:
    first = public_key()
    push._key.cache_clear()
    assert public_key() == first
    assert [path.name for path in tmp_path.iterdir()] == ["vapid_key"]
    assert stat.S_IMODE((tmp_path / "vapid_key").stat().st_mode) == 0o600


def test_a_key_from_the_environment_is_used_and_a_wrong_one_is_named(service: PushService, settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = "A" * 42 + "E"
    given = public_key()
    assert len(given) == 87
    settings.VAPID_PRIVATE_KEY = "nonsense"
    with pytest.raises(ImproperlyConfigured, match="VAPID_PRIVATE_KEY"):
        public_key()


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(410, PushGone), (404, PushGone), (429, PushFailed), (503, PushFailed), (400, PushRefused), (403, PushRefused)],
)
def test_what_the_service_answers_decides_what_becomes_of_it(
    service: PushService, status: int, outcome: type[Exception]
) -> None:
    anna = service.browser("anna")
    service.answers[anna.path] = [status]
    with pytest.raises(outcome) as raised:
        send_push(_browser(anna), MESSAGE, topic="t")
    assert anna.path not in str(raised.value) and "127.0.0.1" not in str(raised.value)


def test_a_slow_service_holds_nobody_up_for_long(service: PushService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "TIME_OUT", (1.0, 0.2))
    service.slow = 1.0
    with pytest.raises(PushFailed, match="Timeout"):
        send_push(_browser(service.browser("anna")), MESSAGE, topic="t")


def test_a_service_that_is_away_is_tried_again(service: PushService, settings: Any) -> None:
    settings.PUSH_SERVICES = ["http://127.0.0.1:9"]
    given = _browser(service.browser("anna"))
    with pytest.raises(PushFailed):
        send_push(Browser("http://127.0.0.1:9/x", given.key, given.secret), MESSAGE, topic="t")


def test_a_redirect_is_not_followed(service: PushService) -> None:
    anna = service.browser("anna")
    service.answers[anna.path] = [307]
    with pytest.raises(PushRefused):
        send_push(_browser(anna), MESSAGE, topic="t")
    assert service.deliveries == []


def test_our_server_talks_to_no_address_that_is_no_push_service(settings: Any) -> None:
    settings.PUSH_SERVICES = ["https://fcm.googleapis.com", "https://*.push.services.mozilla.com"]
    for endpoint in (
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
    ):
        assert is_known(endpoint), endpoint
    for endpoint in (
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://evil.example/.push.services.mozilla.com",
        "https://evil.example\\.push.services.mozilla.com/x",
        "https://.push.services.mozilla.com/x",
        "https://fcm.googleapis.com:8443/x",
        "http://127.0.0.1:6379/",
        "https://[::1]/x",
        "file:///etc/passwd",
        "nonsense",
        "https://fcm.googleapis.com:port/",
    ):
        assert not is_known(endpoint), endpoint
        with pytest.raises(PushRefused):
            send_push(Browser(endpoint, "x", "y"), MESSAGE, topic="t")


def test_keys_no_browser_can_have_are_refused(service: PushService) -> None:
    given = service.browser("anna").subscription["keys"]
    assert is_browser_key(given["p256dh"], given["auth"])
    for key, secret in (
        ("", given["auth"]),
        (given["auth"], given["auth"]),
        (given["p256dh"], "c2hvcnQ"),
        ("é", "é"),
        ("A" * 87, given["auth"]),
    ):
        assert not is_browser_key(key, secret)
