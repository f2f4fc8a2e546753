"""The whole API against its own description: generated requests, right and wrong, anonymous and signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.contrib.admindocs.views import simplify_regex
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, given, note, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.api.schema import PREFIX, build_document
from tests.support.world import World

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BOUNDED = settings(
    max_examples=6, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def document(world: World, session: dict[str, Any], settings: Any) -> Iterator[schemathesis.BaseSchema]:
    settings.THROTTLES = dict.fromkeys(settings.THROTTLES, "1000000000/day")
    world.report()
    request_started.disconnect(close_old_connections)  # as Django's own test client does: a test is one transaction
    request_finished.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", get_wsgi_application())
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def session(world: World) -> dict[str, Any]:
    """Cookies and headers of Bram's browser."""
    client: Client = world.client(world.bram)
    token = "a" * 32
    return {
        "cookies": {"sessionid": client.cookies["sessionid"].value, "csrftoken": token},
        "headers": {"X-CSRFToken": token},
    }


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_whatever_is_sent_is_answered_as_described(
    document: schemathesis.BaseSchema, session: dict[str, Any], mode: GenerationMode, subtests: pytest.Subtests
) -> None:
    """Each request twice: making one up takes longer than answering it, and both would get the same ones."""
    for result in document.get_all_operations():
        operation = result.ok()
        with subtests.test(operation.label):
            _try(operation, {"a stranger": {}, "a professional": session}, mode)


def test_the_document_is_valid_and_made_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    GENERATOR_STATS.reset()
    validate_schema(build_document())
    assert not capsys.readouterr().err


def test_every_route_of_the_api_is_in_the_document() -> None:
    described = {
        (f"{PREFIX}{path}", method) for path, operations in build_document()["paths"].items() for method in operations
    }
    routed = {
        (path, method)
        for path, view in _routes(get_resolver().url_patterns, "/")
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(view, method)
    }
    assert routed == described


def test_the_document_keeps_to_the_design_rules() -> None:
    """What the linter of the NL API Design Rules 2.2 checks as an error."""
    document = build_document()
    assert re.fullmatch(r"\d+\.\d+\.\d+", document["info"]["version"])
    assert {"name", "email", "url"} <= document["info"]["contact"].keys()
    assert all(re.search(r"/v\d", server["url"]) for server in document["servers"])
    operations = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    assert len({operation["operationId"] for _, _, operation in operations}) == len(operations)
    for path, method, operation in operations:
        segments = path.removeprefix("/").split("/")
        assert all(re.fullmatch(r"_?[a-z0-9-]+|\{\w+\}|openapi\.json", segment) for segment in segments), path
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                assert re.fullmatch(r"[a-z][a-z\d]*([A-Z][a-z\d]*)*", parameter["name"]), (path, parameter["name"])
        assert "400" in operation["responses"], (method, path)
        for status, answer in operation["responses"].items():
            if status < "400":
                assert "API-Version" in answer["headers"], (method, path, status)
            else:
                shared = answer.get("$ref", "").rpartition("/")[2]
                content = (document["components"]["responses"][shared] if shared else answer)["content"]
                assert list(content) == ["application/problem+json"], (method, path, status)
    for name, schema in document["components"]["schemas"].items():
        for field, described in schema.get("properties", {}).items():
            if re.search(r"(?:^|[a-z])(?:[dD]ate|[dD]atum)$", field):
                assert described.get("format") == "date", (name, field)


@pytest.mark.parametrize("signed_in", [False, True])
def test_no_address_is_found_with_a_slash_at_its_end(world: World, signed_in: bool) -> None:
    client = world.client(world.bram) if signed_in else Client()
    for path in build_document()["paths"]:
        response = client.get(f"{PREFIX}{re.sub(r'{[^}]+}', 'x', path)}/")
        assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json"), path


def _try(operation: Any, sessions: dict[str, dict[str, Any]], mode: GenerationMode) -> None:
    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def attempt(case: schemathesis.Case) -> None:
        for who, session in sessions.items():
            note(f"sent by {who}")
            response = case.call(**session)
            case.validate_response(response, checks=CHECKS)
            assert response.headers["api-version"]
            assert response.headers["x-request-id"]

    with suppress(Unsatisfiable):  # nothing can be wrong about an operation without input
        attempt()


def _routes(patterns: list[Any], prefix: str) -> list[tuple[str, Any]]:
    """(path as in the document, view class) of everything under /api/v1/ that is a REST view."""
    found: list[tuple[str, Any]] = []
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and (path + "/").startswith(("/api/v1/", "//")):
            found += _routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and path.startswith(PREFIX + "/"):
            view = getattr(pattern.callback, "cls", None)
            assert view is not None, f"{path} is not a REST view"
            found.append((re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", simplify_regex(path)), view))
    return found
