from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import RequestFactory

from core.areas.models import Tenant
from core.areas.tenancy import Scope, ScopeMiddleware, host_name, scope_for_host, scope_of
from tests.core.areas.conftest import make_area

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    a, b = make_area("GM0001"), make_area("GM0002")
    Tenant.objects.create(gemeente=a, hostname="a.test")
    Tenant.objects.create(gemeente=b, hostname="b.test")
    return a, b


@pytest.mark.parametrize("host", ["a.test", "A.Test", "a.test:8000", "a.test."])
def test_a_host_is_bound_to_its_municipality_whatever_the_port_and_case(two, host) -> None:
    assert scope_for_host(host) == Scope(two[0].pk, bound=True)


@pytest.mark.parametrize("host", ["", "evil.test", "a.test.evil.test", "[::1]:8000", "127.0.0.1", "::::", "\x00"])
def test_an_unknown_host_is_bound_to_nobody(two, host) -> None:
    assert scope_for_host(host) == Scope(None, bound=False)
    Tenant.objects.filter(gemeente=two[1]).update(is_default=True)
    assert scope_for_host(host) == Scope(two[1].pk, bound=False)


def test_the_only_gemeente_answers_on_every_host() -> None:
    assert scope_for_host("x.test") == Scope(None, bound=False)
    only = make_area("GM0001")
    assert scope_for_host("x.test") == Scope(only.pk, bound=False)
    assert scope_for_host("x.test").only is None


def test_an_address_in_brackets_keeps_its_colons() -> None:
    assert host_name("[::1]:8000") == "[::1]"


def test_a_request_that_needs_no_municipality_asks_no_database(django_assert_num_queries) -> None:
    request = RequestFactory().get("/healthz", headers={"host": "a.test"})
    with django_assert_num_queries(0):
        ScopeMiddleware(lambda _request: HttpResponse())(request)


def test_a_request_carries_the_scope_of_its_host(two) -> None:
    request = RequestFactory().get("/", headers={"host": "b.test:8000"})
    ScopeMiddleware(lambda _request: HttpResponse())(request)
    assert scope_of(request) == Scope(two[1].pk, bound=True)


@pytest.mark.parametrize("wrong", ["https://a.test", "a.test:80", "a b", "-a"])
def test_a_host_name_that_is_an_address_is_refused_in_the_back_office(wrong) -> None:
    tenant = Tenant(gemeente=make_area("GM0001"), hostname=wrong)
    with pytest.raises(ValidationError):
        tenant.full_clean()
