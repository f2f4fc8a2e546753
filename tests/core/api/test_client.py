from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from core.api.client import client_address, client_network


def address_of(remote: str, forwarded: str | None = None) -> str:
    extra = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **extra))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.1", "192.0.2.9"),
        (1, None, "192.0.2.9"),
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "10.0.0.1, 203.0.113.1", "203.0.113.1"),
        (2, "6.6.6.6, 203.0.113.1, 198.51.100.7", "203.0.113.1"),
        (2, "203.0.113.1", "192.0.2.9"),
        (1, "203.0.113.1, ", "192.0.2.9"),
        (1, "unknown", "192.0.2.9"),
        (1, "203.0.113.1:5432", "203.0.113.1"),
        (1, "[2001:db8::1]:5432", "2001:db8::1"),
        (1, "2001:DB8:0::1", "2001:db8::1"),
        (1, "::ffff:203.0.113.1", "203.0.113.1"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    settings: Any, proxies: int, forwarded: str | None, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert address_of("192.0.2.9", forwarded) == expected


def test_a_unix_socket_has_no_address() -> None:
    assert address_of("") == "unknown"


def test_one_ipv6_customer_is_one_client() -> None:
    networks = {
        client_network(RequestFactory().get("/", REMOTE_ADDR=address))
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::", "2001:db8:1:3::1")
    }
    assert networks == {"2001:db8:1:2::/64", "2001:db8:1:3::/64"}


@given(st.text(max_size=60))
def test_a_caller_cannot_choose_an_address(forged: str) -> None:
    from django.test import override_settings

    with override_settings(TRUSTED_PROXIES=1):
        assert address_of("192.0.2.9", f"{forged},203.0.113.1") == "203.0.113.1"
