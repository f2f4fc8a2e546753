"""How much of what we send anybody can have sent to an address: each costs money, or somebody's rest."""

from __future__ import annotations

from django.http import HttpRequest
from rest_framework.request import Request

from core.api.client import client_neighbourhood
from core.api.throttles import waiting_times


def network_limit(request: HttpRequest | Request) -> tuple[str, str]:
    """The limit of text messages asked for from one network, and who that is: anybody may type any number."""
    return "sms-network", client_neighbourhood(request._request if isinstance(request, Request) else request)


def over_limit(number: str) -> bool:
    """Counts a message that anybody could have asked for; True when this number, or all together, had enough."""
    return any(wait is not None for wait in waiting_times([("sms", number), ("sms-total", "all")]))
