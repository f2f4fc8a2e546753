"""Which municipality a request is for, by host name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """`gemeente_id`: the municipality of this host. `bound`: the host belongs to it alone.

    An unbound host (the default one) shows the default municipality's pages, and its API
    answers for every municipality of the installation.
    """

    gemeente_id: int | None
    bound: bool


class ScopeMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.scope = Scope(None, False)
        return self.get_response(request)
