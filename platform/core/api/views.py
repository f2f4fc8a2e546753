"""`ApiView`, the base of every endpoint, and the answer for addresses under /api/ that do not exist."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer, ValidationError
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from core.api.errors import BadRequest, CsrfRefused, PreconditionRequired, problem, problem_handler
from core.api.parsing import JsonParser, UtcEncoder
from core.api.throttles import throttle

SAFE = ("GET", "HEAD")
_ETAG = re.compile(r'"(\d{1,15})"\Z')
_staff_throttle, _public_throttle = throttle("staff"), throttle("public")


class Session(SessionAuthentication):
    """Professionals' session cookie, with CSRF checked on every change. Without one: 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:  # looking for the token reads the body, which may be wrong in itself
            raise CsrfRefused from error


class JsonRenderer(JSONRenderer):
    encoder_class = UtcEncoder


class GeoJsonRenderer(JsonRenderer):
    """For views that answer GeoJSON: `renderer_classes = [GeoJsonRenderer, JsonRenderer]`."""

    media_type = "application/geo+json"
    format = "geojson"


class Negotiation(DefaultContentNegotiation):
    """The Accept header decides; `?format=` is an ordinary unknown parameter."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return super().select_renderer(request, renderers, None)

    def filter_renderers(self, renderers: Any, format: str) -> Any:  # noqa: A002
        return renderers


class ApiView(APIView):
    """JSON in and out; default deny.

    `public`: True for anonymous endpoints, or the methods that are (`{"GET"}`). A public method looks at no
    session, so it needs no CSRF token, and its GET may be read from any website (CORS `*`).
    `throttle_classes`: `[throttle("report", "POST"), throttle("public", "GET")]`; without any, "public"
    counts per address and "staff" per account.
    """

    public: ClassVar[bool | Collection[str]] = False
    renderer_classes = [JsonRenderer]
    parser_classes = [JsonParser]
    throttle_classes: Sequence[type[BaseThrottle]] = ()
    content_negotiation_class = Negotiation

    @classmethod
    def is_public(cls, method: str | None) -> bool:
        if isinstance(cls.public, bool):
            return cls.public
        return ("GET" if method in {"HEAD", "OPTIONS"} else method) in cls.public

    def get_authenticators(self) -> list[BaseAuthentication]:
        request = getattr(self, "request", None)  # None while the schema is made
        return [] if request is not None and self.is_public(request.method) else [Session()]

    def get_permissions(self) -> list[Any]:
        if self.is_public(self.request.method):
            return []
        own = list(super().get_permissions())
        return own if any(isinstance(one, IsAuthenticated) for one in own) else [IsAuthenticated(), *own]

    def get_throttles(self) -> list[BaseThrottle]:
        classes = self.throttle_classes or [
            _public_throttle if self.is_public(self.request.method) else _staff_throttle
        ]
        return [cls() for cls in classes]

    def get_exception_handler(self) -> Any:
        return problem_handler

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest(_("The address holds a character that cannot be stored. Remove it and try again."))

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """What this address can do; for public reading also the answer to a browser's CORS preflight."""
        response = HttpResponse(status=204)
        if self.is_public("GET") and hasattr(self, "get"):
            response["Access-Control-Allow-Methods"] = "GET, HEAD"
            response["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type, If-None-Match"
            response["Access-Control-Max-Age"] = "86400"
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method in {"GET", "HEAD", "OPTIONS"} and self.is_public("GET") and hasattr(self, "get"):
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "API-Version, Link, ETag, Retry-After, X-Request-Id"
        return response

    def read(self, serializer_class: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """The body through a serializer; raises with every error at once."""
        return validated(serializer_class, self.request.data)

    def query(self, serializer_class: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """The query parameters through a serializer; parameters it does not know are ignored."""
        return validated(serializer_class, self.request.query_params)


def etag(version: int) -> str:
    """A row's version as a strong ETag."""
    return f'"{version}"'


def expected_version(request: HttpRequest | Request) -> int | None:
    """The version in If-Match: a number, or None for `*` (any version). Missing is 428, unreadable 400."""
    given = request.headers.get("If-Match")
    if given is None:
        raise PreconditionRequired
    if given.strip() == "*":
        return None
    if (match := _ETAG.match(given.strip())) is None:
        raise BadRequest(_('If-Match is not right. Send one ETag as you received it, for instance "3".'))
    return int(match[1])


@csrf_exempt
def no_such_address(request: HttpRequest) -> HttpResponse:
    """Every address under /api/ that no route knows, among them those with a slash too many."""
    return problem(404, detail=_("This address does not exist. Mind that addresses do not end in a slash."))


def validated(serializer_class: type[BaseSerializer[Any]], data: Any) -> dict[str, Any]:
    """Our serializers know no request, so one reads for all: to copy its fields takes longer than to read."""
    try:
        validated: dict[str, Any] = _reader(serializer_class).run_validation(data)  # type: ignore[arg-type]  # a class hashes
    except ValidationError:
        serializer_class(data=data).is_valid(raise_exception=True)  # which puts the errors in their final shape
        raise
    return validated


@cache
def _reader(serializer_class: type[BaseSerializer[Any]]) -> BaseSerializer[Any]:
    return serializer_class()
