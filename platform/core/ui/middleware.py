"""The language of a request, messages on pages, and error pages for what a domain refuses."""

from __future__ import annotations

from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation.trans_real import parse_accept_lang_header

from core.errors import DomainError
from core.ui.languages import languages_of
from core.ui.views import bad_request, domain_error


class LanguageMiddleware:
    """The chosen language (cookie), else the first of the browser's that we have, else the default."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class PagePolicyMiddleware(CSPMiddleware):
    """The Content-Security-Policy of pages; where settings exclude it, it is not worked out first (twice)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(tuple(settings.CONTENT_SECURITY_POLICY["EXCLUDE_URL_PREFIXES"])):
            return response
        return super().process_response(request, response)


class PageMessageMiddleware(MessageMiddleware):
    """Messages are for pages; the API shows none, and to make a place for them takes time in every request."""

    def process_request(self, request: HttpRequest) -> None:
        if not request.path_info.startswith("/api/"):
            super().process_request(request)


class ErrorPageMiddleware:
    """A domain error that no page caught becomes a page that says what to do; the API has its own.

    So does a form that was sent without a field its page put into it, as by an old tab or a half-loaded editor.
    An address with a NUL in it names nothing here: PostgreSQL can store, and look up, none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        hollow = "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
        if hollow and not request.path_info.startswith("/api/"):
            raise Http404
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if request.path_info.startswith("/api/"):
            return None
        if isinstance(exception, MultiValueDictKeyError):
            return bad_request(request, exception)
        return domain_error(request, exception) if isinstance(exception, DomainError) else None


def language_of(request: HttpRequest) -> str:
    """The code of the language to answer this request in; reads only its cookies and its header."""
    offered = languages_of(request)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in offered:
        return chosen
    for accepted, quality in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        for candidate in (accepted, accepted.split("-")[0]):
            if quality > 0 and candidate in offered:
                return candidate
    return str(settings.LANGUAGE_CODE)
