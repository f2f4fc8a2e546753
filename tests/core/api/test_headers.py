from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
THINGS = "/api/v1/things"


def test_every_answer_of_the_api_carries_its_version_and_the_safety_headers(api: Client) -> None:
    for response in (api.get(THINGS), api.post(THINGS), api.options(THINGS), api.get("/api/v1/openapi.json")):
        assert response["API-Version"] == "1.0.0"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_pages_keep_their_own_headers(api: Client) -> None:
    response = api.get("/form")
    assert "API-Version" not in response
    assert "X-Request-Id" in response


def test_answers_are_not_stored_unless_the_view_says_so(api: Client, signed_in: Client) -> None:
    assert api.get(THINGS)["Cache-Control"] == "public, max-age=60"
    assert signed_in.post(THINGS, {"text": "x"}, content_type="application/json")["Cache-Control"] == "no-store"


def test_public_reading_is_open_to_every_website_and_nothing_else_is(api: Client, signed_in: Client) -> None:
    assert api.get(THINGS, headers={"Origin": "https://a.example"})["Access-Control-Allow-Origin"] == "*"
    response = signed_in.post(THINGS, {"text": "x"}, content_type="application/json")
    assert "Access-Control-Allow-Origin" not in response
    assert "Access-Control-Allow-Credentials" not in api.get(THINGS)
    assert "Access-Control-Allow-Origin" not in api.post(
        "/api/v1/public-things", {"text": "x"}, content_type="application/json"
    )


def test_a_preflight_offers_reading_only(api: Client) -> None:
    response = api.options(THINGS, headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"})
    assert response.status_code == 204
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "Authorization" not in response["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in api.options("/api/v1/public-things")


def test_public_reading_ignores_a_session(signed_in: Client, django_assert_num_queries: Any) -> None:
    signed_in.get(THINGS)
    with django_assert_num_queries(0):
        assert signed_in.get(THINGS).status_code == 200


def test_head_answers_as_get_without_a_body(api: Client) -> None:
    response = api.head(THINGS)
    assert response.status_code == 200
    assert response.content == b""


@pytest.mark.parametrize(("proxies", "kept"), [(0, False), (1, True)])
def test_a_request_id_is_taken_from_our_own_proxy_only(api: Client, settings: Any, proxies: int, kept: bool) -> None:
    settings.TRUSTED_PROXIES = proxies
    response = api.get(THINGS, headers={"X-Request-Id": "abc-123-def"})
    assert (response["X-Request-Id"] == "abc-123-def") is kept
    assert api.get(THINGS, headers={"X-Request-Id": "a b\x01"})["X-Request-Id"].isalnum()
