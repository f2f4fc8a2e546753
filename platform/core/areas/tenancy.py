"""Which municipality a request is for, by host name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from rest_framework.request import Request

from core.areas.models import Tenant
from core.areas.queries import tree
from core.snapshots.snapshot import Snapshot
from core.ui.context import Municipality


@dataclass(frozen=True, slots=True)
class Scope:
    """`gemeente_id`: the municipality of this host. `bound`: the host belongs to it alone.

    An unbound host (the default one) shows the default municipality's pages, and its API
    answers for every municipality of the installation.
    """

    gemeente_id: int | None
    bound: bool

    @property
    def only(self) -> int | None:
        """The gemeente that every answer must be limited to, if this host belongs to one."""
        return self.gemeente_id if self.bound else None


@dataclass(frozen=True, slots=True)
class Tenants:
    by_host: Mapping[str, int]
    fallback: int | None


def host_name(host: str) -> str:
    """`Moerwijk.Example:8000` → `moerwijk.example`; `[::1]:8000` → `[::1]`."""
    name = host.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0].rstrip(".")


def scope_for_host(host: str) -> Scope:
    """The scope of a Host header; the port does not count.

    A host of no tenant falls back on the default tenant, or on the only tenant or gemeente there is.
    """
    tenants = _tenants.get()
    gemeente_id = tenants.by_host.get(host_name(host))
    if gemeente_id is not None:
        return Scope(gemeente_id, bound=True)
    if tenants.fallback is not None:
        return Scope(tenants.fallback, bound=False)
    gemeenten = tree().gemeenten()
    return Scope(gemeenten[0].id if len(gemeenten) == 1 else None, bound=False)


def host_of(gemeente_id: int) -> str | None:
    """The host name that belongs to a gemeente, if it has one."""
    return next((host for host, owner in _tenants.get().by_host.items() if owner == gemeente_id), None)


def site_of(gemeente_id: int) -> str:
    """The address of a municipality's site, without a slash at the end."""
    host = host_of(gemeente_id)
    scheme, _separator, rest = settings.BASE_URL.partition("://")
    if not host:
        return settings.BASE_URL
    port = rest.rpartition(":")[2]
    return f"{scheme}://{host}:{port}" if port.isdigit() else f"{scheme}://{host}"


def scope_of(request: HttpRequest | Request) -> Scope:
    """The scope that `ScopeMiddleware` put on this request."""
    scope: Scope = request.scope  # type: ignore[union-attr]
    return scope


def municipality_of(request: HttpRequest) -> Municipality | None:
    """What every page says about whose site it is; from memory."""
    scope: Scope | None = getattr(request, "scope", None)
    row = tree().by_id.get(scope.gemeente_id) if scope and scope.gemeente_id is not None else None
    return Municipality(name=row.name) if row else None


class ScopeMiddleware:
    """Sets `request.scope`; looked up at first use, so that what needs no municipality needs no database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.scope = SimpleLazyObject(lambda: _scope_of_host(request))  # type: ignore[attr-defined]
        token = _visited.set(request)
        try:
            return self.get_response(request)
        finally:
            _visited.reset(token)


_visited: ContextVar[HttpRequest | None] = ContextVar("visited", default=None)


def as_visited(address: str) -> str:
    """The address (scheme, host and port) of one of our sites, as who is looking at that host reached it just now.

    The port behind which we run may be another than the one that was set up.
    """
    request = _visited.get()
    try:
        host = request.get_host() if request else ""
    except DisallowedHost:
        return address
    return f"{request.scheme}://{host}" if request and host_name(host) == urlsplit(address).hostname else address


def _scope_of_host(request: HttpRequest) -> Scope:
    """A host that is not ours gets only the page that says so, and that page asks for the scope too."""
    try:
        return scope_for_host(request.get_host())
    except DisallowedHost:
        return Scope(None, bound=True)


def _load() -> Tenants:
    rows = list(Tenant.objects.order_by("pk").values_list("hostname", "gemeente_id", "is_default"))
    default = [gemeente_id for _hostname, gemeente_id, is_default in rows if is_default]
    return Tenants(
        {host_name(hostname): gemeente_id for hostname, gemeente_id, _default in rows if hostname},
        default[0] if default else rows[0][1] if len(rows) == 1 else None,
    )


_tenants = Snapshot("tenants", _load)
