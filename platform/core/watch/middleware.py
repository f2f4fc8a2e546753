"""Counts requests and answers `/metrics`; not there at all while no monitor is let in."""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import ip_address
from secrets import compare_digest

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from core.watch.metrics import DURATION, REQUESTS, registry

PATH = "/metrics"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")
"""A proxy of ours adds at least one of these: such a request came from the world."""


class MeasureMiddleware:
    """Stands outermost: a monitor asks a process by its own address, which is none of ALLOWED_HOSTS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not (settings.METRICS_TOKEN or settings.METRICS_FROM):
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == PATH and may_scrape(request):
            answer = HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
            answer.headers["Cache-Control"] = "no-store"
            return answer
        began = time.perf_counter()
        status = "500"
        try:
            response = self.get_response(request)
            status = str(response.status_code)
            return response
        finally:
            match = request.resolver_match
            route = match.view_name if match else "none"
            method = request.method if request.method in METHODS else "other"
            REQUESTS.labels(route, method, status).inc()
            DURATION.labels(route).observe(time.perf_counter() - began)


def may_scrape(request: HttpRequest) -> bool:
    """Straight to this process, and from an address or with the token of the settings."""
    if any(name in request.META for name in PASSED_ON) or request.method != "GET":
        return False
    given = request.META.get("HTTP_AUTHORIZATION", "")
    if settings.METRICS_TOKEN and compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return True
    try:
        peer = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(peer in network for network in settings.METRICS_FROM)
