"""What the tests of the inbox share: asking the API, and people with a role beyond one team."""

from __future__ import annotations

from typing import Any

from django.test import Client

from core.accounts.models import User
from participation.organisations.models import Mandate, Professional
from tests.support.world import World

EN = {"Accept-Language": "en"}


def rows(browser: Client, query: str = "") -> list[dict[str, Any]]:
    answer = browser.get(f"/api/v1/cases?{query}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def references(browser: Client, query: str = "") -> list[str]:
    return [row["reference"] for row in rows(browser, query)]


def send(browser: Client, url: str, body: Any = None, method: str = "post", status: int = 200) -> Any:
    answer = getattr(browser, method)(f"/api/v1/{url}", body or {}, content_type="application/json", headers=EN)
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def mandated(world: World, role: str, **values: Any) -> Professional:
    """Someone with a role beyond one team and a place in none."""
    user = User.objects.create(username=f"{role}-{world.a.code}", name=role)
    person = Professional.objects.create(user=user, gemeente=world.a, name=role, role=role)
    Mandate.objects.create(professional=person, role=role, **values)
    return person
