"""The field that nobody sees, on the road of the API, which our own pages with a script take too."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from participation.reports.models import Held, Report
from tests.support.world import World, report_body

pytestmark = pytest.mark.django_db


def send(**more: Any) -> Any:
    return Client().post(
        "/api/v1/reports",
        report_body(**more),
        content_type="application/json",
        headers={"idempotency-key": str(uuid4())},
    )


def test_what_fills_it_in_is_taken_and_looked_at_by_a_person_first(world: World) -> None:
    answer = send(website="https://spam.example")
    assert answer.status_code == 201, answer.content
    assert Held.objects.get().reasons == [{"code": "trap"}]
    assert not Report.objects.exists()


def test_who_leaves_it_out_or_empty_is_an_ordinary_sender_however_fast(world: World) -> None:
    """A report that waited for the network is sent at once when its page opens."""
    for more in ({}, {"website": ""}):
        assert send(**more).status_code == 201
    assert Report.objects.count() == 2
    assert not Held.objects.exists()
