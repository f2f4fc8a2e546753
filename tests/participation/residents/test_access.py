"""Who is signed in: the cookie, the municipality it belongs to, and what an API asks besides."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from core.areas.models import Tenant
from participation.residents.access import (
    COOKIE,
    ResidentView,
    actor_of_resident,
    needs_resident,
    resident_of,
    safe_next,
)
from participation.residents.models import SignIn
from tests.support.residents import signed_in
from tests.support.world import HOST_A, HOST_B, World


@needs_resident
def whoami(request: HttpRequest) -> HttpResponse:
    resident = resident_of(request)
    assert resident is not None and resident_of(request) is resident
    return HttpResponse(f"{actor_of_resident(request).resident_id} {get_token(request)}")


class Thing(ResidentView):
    def get(self, request: Request) -> Response:
        return Response({"email": request.auth.email})

    post = get


class Open(ResidentView):
    optional = {"GET"}

    def get(self, request: Request) -> Response:
        return Response({"id": actor_of_resident(request).resident_id})

    post = get


class Shared(Open):
    optional = False
    staff_too = True


urlpatterns = [
    path("whoami/", whoami),
    path("api/v1/thing", Thing.as_view()),
    path("api/v1/open", Open.as_view()),
    path("api/v1/shared", Shared.as_view()),
    path("", include("config.urls")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.usefixtures("world")]


def browser(host: str = HOST_A, **more: Any) -> Client:
    return Client(headers={"host": host}, **more)


def test_a_resident_is_known_by_the_cookie_alone() -> None:
    client = browser()
    anna = signed_in(client)
    assert client.get("/whoami/").content.decode().split()[0] == str(anna.pk)
    assert client.get("/api/v1/thing").json() == {"email": "anna@example.nl"}


def test_who_is_not_signed_in_signs_in_and_comes_back_to_where_they_were() -> None:
    answer = browser().get("/whoami/?a=1&b=2")
    assert (answer.status_code, answer["Location"]) == (302, "/mijn/inloggen/?next=%2Fwhoami%2F%3Fa%3D1%26b%3D2")
    form = browser().post("/whoami/", headers={"referer": f"http://{HOST_A}/initiatieven/tuin/"})
    assert form["Location"] == "/mijn/inloggen/?next=%2Finitiatieven%2Ftuin%2F"
    elsewhere = browser().post("/whoami/", headers={"referer": "https://evil.test/x/"})
    assert elsewhere["Location"] == "/mijn/inloggen/?next=%2Fwhoami%2F"


def test_an_api_answers_401_with_a_problem_to_who_is_not_signed_in() -> None:
    answer = browser().get("/api/v1/thing")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == "Resident"
    assert browser().get("/api/v1/open").json() == {"id": None}
    assert browser().post("/api/v1/open").status_code == 401


def test_a_change_by_api_needs_the_token_against_forgery() -> None:
    client = browser(enforce_csrf_checks=True)
    signed_in(client)
    refused = client.post("/api/v1/thing", {}, "application/json")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2].rpartition(":")[2]) == (403, "csrf")
    token = client.get("/whoami/").content.decode().split()[1]
    assert client.post("/api/v1/thing", {}, "application/json", headers={"X-CSRFToken": token}).status_code == 200


def test_a_professional_shares_an_address_only_where_the_view_says_so(world: World) -> None:
    bram = world.client(world.bram, headers={"host": HOST_A})
    assert bram.get("/api/v1/shared").json() == {"id": None}
    assert bram.get("/api/v1/thing").status_code == 401


def test_a_cookie_is_worth_nothing_at_another_municipality() -> None:
    client = browser()
    signed_in(client)
    elsewhere = browser(HOST_B)
    elsewhere.cookies[COOKIE] = client.cookies[COOKIE].value
    assert elsewhere.get("/whoami/").status_code == 302
    assert elsewhere.get("/api/v1/thing").status_code == 401


def test_a_made_up_secret_and_the_hash_of_one_open_nothing() -> None:
    client = browser()
    signed_in(client)
    for value in ("x", "", "\0", "é", "a" * 5000, SignIn.objects.get().token_hash):
        other = browser()
        other.cookies[COOKIE] = value
        assert other.get("/whoami/").status_code == 302, value


def test_a_device_that_was_not_seen_for_a_season_is_signed_out() -> None:
    client = browser()
    signed_in(client)
    SignIn.objects.update(seen_at=timezone.now() - timedelta(days=89))
    assert client.get("/whoami/").status_code == 200, "and it is seen again"
    assert SignIn.objects.get().seen_at > timezone.now() - timedelta(minutes=5)
    SignIn.objects.update(seen_at=timezone.now() - timedelta(days=91))
    assert client.get("/whoami/").status_code == 302


def test_it_is_read_once_and_not_at_all_where_nobody_asks(django_assert_num_queries: Any) -> None:
    client = browser()
    signed_in(client)
    client.get("/whoami/")
    with django_assert_num_queries(1):
        client.get("/whoami/")
    with django_assert_num_queries(0):
        client.get("/healthz")


@pytest.mark.parametrize("good", ["/", "/initiatieven/tuin/?x=1#a", "/mijn/", "/a//b"])
def test_one_goes_on_to_a_page_of_this_site(good: str) -> None:
    assert safe_next(good) == good


@pytest.mark.parametrize(
    "bad",
    ["", "//evil.test", "///evil.test", "https://evil.test", "/\\evil.test", "\\\\evil.test", "javascript:alert(1)",
     "evil.test", " /x", "/\t/evil.test", "/\n/evil.test", "/x\r\nSet-Cookie: a=b", "/api/v1/me", "/mijn/inloggen/",
     "/" + "a" * 600, "http:///evil.test", "/\0"],
)  # fmt: skip
def test_one_is_led_nowhere_else(bad: str) -> None:
    assert safe_next(bad) == ""


def test_a_resident_of_the_demonstration_is_signed_in_by_command_and_nobody_else_is(
    world: World, settings: Any
) -> None:
    settings.DEMO = True
    Tenant.objects.filter(gemeente=world.a).update(is_demo=True)
    anna, real = browser(), browser(HOST_B)
    signed_in(anna, "anna@example.nl")
    signed_in(real, "echt@example.nl")
    out = StringIO()
    call_command("demo_session", "Anna@example.nl", stdout=out)
    other = browser()
    other.cookies[COOKIE] = out.getvalue().strip()
    assert other.get("/api/v1/thing").json() == {"email": "anna@example.nl"}
    with pytest.raises(CommandError, match="echt@"):
        call_command("demo_session", "echt@example.nl", stdout=StringIO())
