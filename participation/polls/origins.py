"""Where a ballot comes from, as far as the watch over a poll needs to know (`voter.origin`, `patterns`)."""

from __future__ import annotations

from django.http import HttpRequest
from rest_framework.request import Request

from core.api.client import client_neighbourhood, client_network


def network_of(request: Request | HttpRequest) -> str:
    """The wider network (an IPv4 /24 or IPv6 /48) and the line (an IPv4 address or IPv6 /64: a household, or all of a
    library), parted by a bar. Kept as labels of one poll only."""
    asked = getattr(request, "_request", request)
    return f"{client_neighbourhood(asked)}|{client_network(asked)}"
