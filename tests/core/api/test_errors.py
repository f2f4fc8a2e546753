from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from rest_framework.exceptions import ErrorDetail

from core.accounts.models import User
from core.api.errors import flatten

pytestmark = pytest.mark.django_db
BASE = "/api/v1"


def problem_of(response: HttpResponse, status: int) -> dict[str, Any]:
    """The problem document, after what holds for each of them."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response["API-Version"] == "1.0.0"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    document: dict[str, Any] = json.loads(response.content)
    assert document["status"] == status
    assert document["type"].startswith("urn:problem-type:wijkplatform:")
    assert document["title"] and document["detail"]
    return document


@pytest.mark.parametrize(
    ("kind", "status", "code", "extra"),
    [
        ("not-found", 404, "not-found", {}),
        ("not-allowed", 403, "not-allowed", {}),
        ("conflict", 409, "already-closed", {}),
        ("stale", 412, "stale", {"version": 4, "changes": [{"field": "status"}]}),
        ("too-many", 429, "too-many", {}),
        ("bad", 400, "bad-request", {"detail": "So not."}),
    ],
)
def test_a_domain_refusal_becomes_a_problem_document(
    api: Client, kind: str, status: int, code: str, extra: dict[str, Any]
) -> None:
    document = problem_of(api.get(f"{BASE}/refusing/{kind}"), status)
    assert document["type"].rpartition(":")[2] == code
    assert extra.items() <= document.items()


def test_invalid_input_names_every_field_at_once(api: Client) -> None:
    document = problem_of(api.get(f"{BASE}/refusing/invalid"), 400)
    assert document["errors"] == [
        {"field": "location", "code": "outside", "detail": "Outside"},
        {"field": "photos.1", "code": "claimed", "detail": "Taken"},
    ]


def test_waiting_time_is_told(api: Client) -> None:
    assert api.get(f"{BASE}/refusing/too-many")["Retry-After"] == "17"


def test_a_wrong_body_names_every_field_with_its_path(api: Client) -> None:
    body = {
        "contact": {"email": "no", "phone": "1"},
        "photos": ["6f1c2a34-0000-4000-8000-000000000000", "x"],
        "members": [{}, {"email": "no"}],
        "observedAt": "2026-01-01T10:00:00",
        "nickname": "?",
    }
    response = api.post(f"{BASE}/public-things", body, content_type="application/json")
    errors = {(error["field"], error["code"]) for error in problem_of(response, 400)["errors"]}
    assert errors == {
        ("text", "required"),
        ("contact.email", "invalid"),
        ("contact.phone", "unknown"),
        ("photos.1", "invalid"),
        ("members.1.email", "invalid"),
        ("observedAt", "no-offset"),
        ("nickname", "unknown"),
    }


def test_errors_of_the_whole_sit_at_their_parents_path() -> None:
    nested = {
        "contact": {"non_field_errors": [ErrorDetail("x", code="one_needed")]},
        "message": [ErrorDetail("y", code="invalid")],
    }
    assert [(error["field"], error["code"]) for error in flatten(nested)] == [
        ("contact", "one-needed"),
        ("message", "invalid"),
    ]


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/things", f"{BASE}/things/", f"{BASE}/nothing"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_address_is_404_and_never_a_redirect(api: Client, path: str, method: str) -> None:
    problem_of(getattr(api, method)(path), 404)


def test_a_wrong_method_is_405_with_what_is_allowed(api: Client) -> None:
    response = api.delete(f"{BASE}/public-things")
    problem_of(response, 405)
    assert "POST" in response["Allow"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/*;q=x/y", ","])
def test_an_accept_header_we_cannot_meet_is_406(api: Client, accept: str) -> None:
    response = api.get(f"{BASE}/things", headers={"Accept": accept})
    if response.status_code != 200:
        problem_of(response, 406)
    assert response.status_code == (406 if "/" in accept and ";" not in accept else response.status_code)


def test_format_is_an_ordinary_unknown_parameter(api: Client) -> None:
    assert api.get(f"{BASE}/things?format=xml").status_code == 200


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "", "nonsense"]
)
def test_a_body_of_another_type_is_415(api: Client, content_type: str) -> None:
    problem_of(api.generic("POST", f"{BASE}/public-things", b"text=x", content_type=content_type), 415)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"text": "\xff"}',
        b'{"text": NaN}',
        b'{"text": "a\\u0000b"}',
        b'{"answers": {"\\u0000": "x"}, "text": "a"}',
        b'{"answers": {"x": ["\\ud800"]}, "text": "a"}',
        b'{"text": "a\x00b"}',
        b"[" * 100_000,
        b'{"text": ' + b"9" * 10_000 + b"}",
        b"\x1f\x8b",
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"1",
    ],
)
def test_a_body_that_cannot_be_read_or_stored_is_400(api: Client, body: bytes) -> None:
    problem_of(api.generic("POST", f"{BASE}/public-things", body, content_type="application/json"), 400)


@pytest.mark.parametrize("charset", ["utf-16", "base64", "zlib", "idna", "nonsense"])
def test_json_is_utf_8_whatever_charset_is_claimed(api: Client, charset: str) -> None:
    response = api.generic(
        "POST", f"{BASE}/public-things", b'{"text": "hoi"}', content_type=f"application/json; charset={charset}"
    )
    assert response.status_code == 201


def test_text_outside_ascii_survives(api: Client) -> None:
    response = api.post(f"{BASE}/public-things", {"text": "\U0001f333 خ é"}, content_type="application/json")
    assert response.json()["text"] == "\U0001f333 خ é"


def test_moments_are_answered_in_utc(api: Client) -> None:
    body = {"text": "x", "observedAt": "2026-07-01T12:00:00.123456+02:00"}
    response = api.post(f"{BASE}/public-things", body, content_type="application/json")
    assert response.json()["observedAt"] == "2026-07-01T10:00:00.123Z"
    assert api.get(f"{BASE}/things").json()["now"].endswith("Z")


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", 5, []]
)
def test_an_impossible_moment_is_400(api: Client, moment: Any) -> None:
    body = {"text": "x", "observedAt": moment}
    document = problem_of(api.post(f"{BASE}/public-things", body, content_type="application/json"), 400)
    assert {error["field"].partition(".")[0] for error in document["errors"]} == {"observedAt"}


def test_a_body_over_the_limit_is_413(api: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    body = json.dumps({"text": "x" * 200}).encode()
    problem_of(api.generic("POST", f"{BASE}/public-things", body, content_type="application/json"), 413)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"rubbish", "multipart/form-data; boundary=x"),
        (b"rubbish", "multipart/form-data"),
        (b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n", "multipart/form-data; boundary=x"),
        (
            b"--x\r\n" + b"Content-Disposition: form-data; name=a\r\n\r\n1\r\n--x\r\n" * 1200,
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_a_broken_multipart_body_is_never_a_failure_of_ours(api: Client, body: bytes, content_type: str) -> None:
    response = api.generic("POST", f"{BASE}/uploads", body, content_type=content_type)
    assert response.status_code in {204, 400}
    if response.status_code == 400:
        problem_of(response, 400)


@pytest.mark.parametrize("path", [f"{BASE}/things?q=%00", f"{BASE}/refusing/a%00b", f"{BASE}/keys?cursor=%00"])
def test_a_nul_in_the_address_is_400(api: Client, path: str) -> None:
    problem_of(api.get(path), 400)


def test_without_a_session_a_professionals_address_is_401(api: Client) -> None:
    response = api.post(f"{BASE}/things", {}, content_type="application/json")
    problem_of(response, 401)
    assert response["WWW-Authenticate"] == "Session"


def test_a_change_without_csrf_token_is_refused_for_a_session_only(settings: Any) -> None:
    settings.DEMO = True
    client = Client(enforce_csrf_checks=True)
    assert client.post(f"{BASE}/public-things", {"text": "x"}, content_type="application/json").status_code == 201
    client.force_login(User.objects.create_user(username="anna", is_demo=True))
    document = problem_of(client.post(f"{BASE}/things", {"text": "x"}, content_type="application/json"), 403)
    assert document["type"].endswith(":csrf")
    problem_of(client.post(f"{BASE}/csrf-protected"), 403)


def test_a_host_that_is_not_ours_is_a_problem_document(api: Client) -> None:
    problem_of(api.get(f"{BASE}/things", headers={"Host": "evil.example"}), 400)
    problem_of(api.get(f"{BASE}/things", headers={"Host": "a b"}), 400)


def test_a_crash_shows_a_reference_that_is_in_the_log_and_nothing_else(
    api: Client, caplog: pytest.LogCaptureFixture
) -> None:
    from core.watch.request_id import RequestIdFilter

    caplog.handler.addFilter(RequestIdFilter())
    with caplog.at_level(logging.ERROR, logger="django.request"):
        response = api.get(f"{BASE}/refusing/crash")
    document = problem_of(response, 500)
    assert b"secret" not in response.content and b"Traceback" not in response.content
    assert document["reference"] == response["X-Request-Id"]
    [record] = [record for record in caplog.records if record.exc_info]
    assert getattr(record, "request_id", None) == document["reference"]


def test_a_busy_database_asks_to_come_back(api: Client, caplog: pytest.LogCaptureFixture) -> None:
    response = api.get(f"{BASE}/refusing/busy")
    assert problem_of(response, 503)["reference"] == response["X-Request-Id"]
    assert response["Retry-After"] == "2"


def test_refusals_speak_the_persons_language_also_outside_views(api: Client) -> None:
    english = problem_of(api.get(f"{BASE}/refusing/not-found"), 404)["title"]
    assert english == "Not found"
    assert api.get(f"{BASE}/refusing/not-found", headers={"Accept-Language": "nl"}).headers["Content-Language"] == "nl"
    # A request that never reaches the language middleware must not get the language of the one before it.
    assert (
        problem_of(api.get(f"{BASE}/things", headers={"Host": "evil.example"}), 400)["title"]
        == "This request is not right"
    )


@pytest.mark.parametrize(
    ("given", "status", "version"),
    [
        ('"3"', 200, 3),
        ("*", 200, None),
        (None, 428, 0),
        ("3", 400, 0),
        ('W/"3"', 400, 0),
        ('"x"', 400, 0),
        ('"1", "2"', 400, 0),
    ],
)
def test_if_match_is_needed_and_read_strictly(
    signed_in: Client, given: str | None, status: int, version: int | None
) -> None:
    headers = {"If-Match": given} if given is not None else {}
    response = signed_in.patch(f"{BASE}/versioned/A", {}, content_type="application/json", headers=headers)
    if status == 200:
        assert response.json() == {"version": version}
        assert response["ETag"] == '"3"'
    else:
        problem_of(response, status)
