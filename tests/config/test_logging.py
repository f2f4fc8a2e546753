"""What the log of a real installation holds, through the handler that settings.LOGGING made."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client, override_settings

TOKEN = "kT7wYzq0SECRETnobodyMayRead_-9x"
TRACKING = f"/volgen/{TOKEN}/"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    [console] = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    written = io.StringIO()
    before = console.setStream(written)
    yield written
    console.setStream(before)


def test_every_handler_hides_tokens() -> None:
    assert all("tokens" in handler["filters"] for handler in settings.LOGGING["handlers"].values())
    assert not logging.getLogger("django").handlers
    assert not logging.getLogger("django.server").handlers


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("HEAD", TRACKING),
        ("POST", TRACKING),
        ("PUT", TRACKING),
        ("GET", TRACKING),
        ("GET", f"{TRACKING}nowhere/"),
        ("GET", f"/Volgen//{TOKEN}"),
        ("GET", f"/api/v1/volgen/{TOKEN}"),
    ],
)
def test_no_request_on_a_tracking_address_leaves_the_token_in_the_log(
    log: io.StringIO, method: str, address: str
) -> None:
    Client(enforce_csrf_checks=True).generic(method, address)
    assert TOKEN not in log.getvalue()


@pytest.mark.django_db
def test_a_refusal_is_still_logged_with_the_rest_of_its_address(log: io.StringIO) -> None:
    Client().get(f"/nowhere{TRACKING}")
    assert "Not Found: /nowhere/volgen/•••/" in log.getvalue()


def test_the_servers_own_lines_and_tracebacks_hide_tokens_too(log: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "::1", "GET", TRACKING, "1.1", 500)
    try:
        raise RuntimeError(f"<WSGIRequest: GET '{TRACKING}'>")
    except RuntimeError:
        logging.getLogger("uvicorn.error").exception("failed: %s", {"path": TRACKING}, stack_info=True)
    logging.getLogger("own").warning("%d is no number of %s", "none", TRACKING)
    assert TOKEN not in log.getvalue()
    assert log.getvalue().count("•••") == 4


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/healthz", "/melden/", "/nowhere"])
@pytest.mark.parametrize("tls", [False, True])
def test_a_wrong_host_gets_a_small_400_and_one_line_in_the_log(log: io.StringIO, address: str, tls: bool) -> None:
    with override_settings(SECURE_SSL_REDIRECT=tls):
        response = Client(raise_request_exception=True).get(address, headers={"host": "evil.nl"})
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/html")
    assert "ERROR" not in log.getvalue()
    assert "Traceback" not in log.getvalue()
    assert "WARNING django.security.DisallowedHost" in log.getvalue()


@pytest.mark.django_db
def test_a_wrong_host_under_the_api_gets_a_problem() -> None:
    response = Client().get("/api/v1/areas", headers={"host": "evil.nl"})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response["API-Version"]
