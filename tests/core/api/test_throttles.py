from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from core.api import throttles
from core.api.throttles import parse_rate, waiting_time

pytestmark = pytest.mark.django_db
THINGS = "/api/v1/public-things"


def post(client: Client, **extra: str) -> int:
    return client.post(THINGS, {"text": "x"}, content_type="application/json", **extra).status_code


@pytest.fixture(autouse=True)
def three_a_day(settings: Any) -> None:
    settings.THROTTLES = {**settings.THROTTLES, "report": "3/day", "staff": "2/day"}


def test_over_the_limit_one_hears_how_long_to_wait(api: Client) -> None:
    assert [post(api) for _ in range(4)] == [201, 201, 201, 429]
    response = api.post(THINGS, {"text": "x"}, content_type="application/json")
    assert response["Content-Type"] == "application/problem+json"
    assert 1 <= int(response["Retry-After"]) <= 86_400


def test_each_address_has_its_own_limit(api: Client) -> None:
    assert [post(api) for _ in range(3)] == [201] * 3
    assert post(api, REMOTE_ADDR="192.0.2.1") == 201


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_forged_forwarding_headers_do_not_dodge_the_limit(api: Client, settings: Any, proxies: int) -> None:
    """What the proxies append is fixed; everything a caller can write differs with every request."""
    settings.TRUSTED_PROXIES = proxies
    appended = ["203.0.113.5", "198.51.100.1"][:proxies]
    answers = [
        post(
            api,
            HTTP_X_FORWARDED_FOR=", ".join([f"10.0.0.{n}", f"10.9.{n}.1", *appended]),
            HTTP_FORWARDED=f"for=10.0.0.{n}",
            HTTP_X_REAL_IP=f"10.0.0.{n}",
            HTTP_CLIENT_IP=f"10.0.0.{n}",
            HTTP_X_FORWARDED_HOST=f"h{n}.example",
        )
        for n in range(5)
    ]
    assert answers == [201, 201, 201, 429, 429]


def test_people_behind_the_same_proxy_are_told_apart(api: Client, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    assert [post(api, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}") for n in range(5)] == [201] * 5


def test_professionals_are_counted_by_account(signed_in: Client) -> None:
    answers = [
        signed_in.post("/api/v1/things", {"text": "x"}, content_type="application/json", REMOTE_ADDR=f"192.0.2.{n}")
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 429]


def test_forms_share_the_limit_with_the_api(api: Client) -> None:
    assert [post(api) for _ in range(2)] == [201, 201]
    assert [api.post("/form").status_code for _ in range(2)] == [200, 429]


def test_a_new_window_starts_afresh() -> None:
    waits = [waiting_time("report", "someone", now=86_400.0 * 10 + 100) for _ in range(4)]
    assert waits == [None, None, None, 86_300]
    assert waiting_time("report", "someone", now=86_400.0 * 11) is None


def test_parallel_requests_cannot_slip_through() -> None:
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda _: waiting_time("report", "someone", now=1000.0), range(64)))
    assert waits.count(None) == 3


def test_a_dead_cache_costs_nothing_but_precision(api: Client, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
        }
    }
    assert [post(api) for _ in range(4)] == [201, 201, 201, 429]
    warnings = [record for record in caplog.records if record.name == "core.api.throttles"]
    assert len(warnings) == 1, "asked once, not by every request"


def test_a_cache_that_comes_back_is_used_again() -> None:
    throttles._cache_down_until = 0.0
    assert waiting_time("report", "someone", now=1000.0) is None
    assert len(cache._cache) == 1


def test_no_address_is_written_in_a_cache_key(api: Client) -> None:
    post(api, REMOTE_ADDR="192.0.2.77")
    assert cache._cache and not any("192.0.2.77" in key for key in cache._cache)


@pytest.mark.parametrize("rate", ["", "3", "3/", "x/day", "-1/day", "3/fortnight", "1.5/day"])
def test_a_wrong_rate_stops(rate: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        parse_rate(rate)
