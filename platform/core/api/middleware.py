"""What every answer carries: a request id everywhere, and under /api/ the API's own headers and errors."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from core.api.errors import MEDIA_TYPE, problem
from core.watch.request_id import id_for, request_id

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class ApiMiddleware:
    """Stands outermost, so that refusals of other middleware (wrong host, CSRF) take the same shape."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        own_id = id_for(request.META.get("HTTP_X_REQUEST_ID", ""), trusted=settings.TRUSTED_PROXIES > 0)
        request.META["REQUEST_ID"] = own_id
        token = request_id.set(own_id)
        try:
            response = self.get_response(request)
            if f"{request.path_info}/".startswith("/api/"):
                response = _dress(request, response)
            response.headers["X-Request-Id"] = own_id
            return response
        finally:
            request_id.reset(token)


def _dress(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code >= 400 and response.headers.get("Content-Type") != MEDIA_TYPE:
        response = _as_problem(request, response)
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["API-Version"] = settings.API_VERSION
    return response


def _as_problem(request: HttpRequest, original: HttpResponseBase) -> HttpResponse:
    """The error page of Django or of another middleware as a problem document, in the person's language."""
    kept = {name: original.headers[name] for name in ("Allow", "Retry-After", "Vary") if name in original.headers}
    members = {"reference": request_id.get()} if original.status_code >= 500 else {}
    # The language middleware may not have run: without this, the thread's previous language would speak.
    language = getattr(request, "LANGUAGE_CODE", None) or translation.get_language_from_request(request)
    with translation.override(language):
        response = problem(original.status_code, headers=kept, members=members)
    original.close()
    response.cookies = original.cookies
    return response
