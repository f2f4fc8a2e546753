from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.api.models import IdempotencyKey

pytestmark = pytest.mark.django_db
KEYS = "/api/v1/keys"
START = datetime(2026, 1, 1, tzinfo=UTC)


def make(number: int) -> list[IdempotencyKey]:
    """Rows of which three at a time share a moment."""
    return IdempotencyKey.objects.bulk_create(
        IdempotencyKey(
            scope=f"s{n % 2}",
            key=UUID(int=n),
            fingerprint=b"",
            answer="{}",
            created_at=START + timedelta(microseconds=n // 3),
        )
        for n in range(number)
    )


def walk(api: Client, query: str) -> list[list[int]]:
    url, pages = f"{KEYS}?{query}", []
    while url:
        response = api.get(url)
        assert response.status_code == 200, response.content
        body = response.json()
        pages.append(body["results"])
        assert ("Link" in response) == bool(body["next"])
        if body["next"]:
            assert response["Link"] == f'<{body["next"]}>; rel="next"'
        url = body["next"]
    return pages


@pytest.mark.parametrize(
    "ordering",
    ["-created_at,-id", "created_at,id", "id", "-id", "-created_at,id", "scope,-created_at,id", "-key", "scope,id"],
)
@pytest.mark.parametrize("limit", [1, 4, 50])
def test_walking_the_pages_gives_every_row_once_in_order(api: Client, ordering: str, limit: int) -> None:
    make(20)
    expected = list(IdempotencyKey.objects.order_by(*ordering.split(",")).values_list("id", flat=True))
    pages = walk(api, f"ordering={ordering}&limit={limit}")
    assert [row for page in pages for row in page] == expected
    assert all(len(page) == limit for page in pages[:-1])


def test_rows_that_arrive_meanwhile_shift_nothing(api: Client) -> None:
    rows = make(10)
    first = api.get(f"{KEYS}?limit=5").json()
    IdempotencyKey.objects.create(scope="new", key=UUID(int=99), fingerprint=b"", created_at=START + timedelta(days=1))
    second = api.get(first["next"]).json()
    assert first["results"] + second["results"] == [row.id for row in reversed(rows)]


def test_the_next_link_keeps_the_other_parameters(api: Client) -> None:
    make(3)
    query = parse_qs(urlsplit(api.get(f"{KEYS}?limit=1&status=a&status=b&q=%C3%A9%20%26").json()["next"]).query)
    assert query["status"] == ["a", "b"]
    assert query["q"] == ["é &"]
    assert query["limit"] == ["1"]


def test_a_page_is_one_query_that_uses_the_index(api: Client) -> None:
    make(6)
    url = api.get(f"{KEYS}?limit=2&ordering=-id").json()["next"]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        api.get(url)
    [page] = [query["sql"] for query in queries if "core_api_idempotencykey" in query["sql"]]
    assert '("core_api_idempotencykey"."id") <' in page
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + page)
            assert "SEARCH" in " ".join(str(row) for row in cursor.fetchall())


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "", "1.5", "9" * 5000])
def test_a_limit_outside_1_to_200_is_refused(api: Client, limit: str) -> None:
    response = api.get(f"{KEYS}?limit={limit}")
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == ["limit"]


def test_the_limit_is_50_unless_told(api: Client) -> None:
    make(60)
    assert len(api.get(KEYS).json()["results"]) == 50


def test_a_cursor_of_another_list_is_refused(api: Client) -> None:
    make(3)
    cursor = parse_qs(urlsplit(api.get(f"{KEYS}?limit=1&ordering=created_at,id").json()["next"]).query)["cursor"][0]
    assert api.get(f"{KEYS}?cursor={cursor}").status_code == 400


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize("ordering", ["-created_at,-id", "-created_at,id", "scope,id", "-key"])
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(json_values, max_size=3))
def test_a_forged_cursor_is_answered_or_refused_but_never_a_failure(
    api: Client, ordering: str, values: list[Any]
) -> None:
    import zlib

    packed = json.dumps([zlib.crc32(ordering.encode()), *values]).encode()
    cursor = base64.urlsafe_b64encode(packed).decode()
    assert api.get(KEYS, {"cursor": cursor, "ordering": ordering}).status_code in {200, 400}


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cursor=st.text(min_size=1, max_size=40))
def test_a_cursor_of_rubbish_is_refused(api: Client, cursor: str) -> None:
    assert api.get(KEYS, {"cursor": cursor}).status_code == 400
