"""Every refusal under /api/ as `application/problem+json` (RFC 9457), in the person's language.

The one place that gives domain errors their HTTP status. `problem_handler` is DRF's exception handler;
`ApiMiddleware` turns what never reached a view (no such address, wrong host, a crash) into the same shape.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.serializers.json import DjangoJSONEncoder
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.log import log_response
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf

from core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, ProofRequired, Stale, Text, TooMany
from core.watch.request_id import request_id

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:problem-type:wijkplatform:"
MOST_ERRORS = 100
"""Told of at once: nobody reads more, and an answer must not grow to many times what was sent."""

EXPLANATIONS: dict[int, tuple[str, Text, Text]] = {
    # status: code, title, what a person can do
    400: ("bad-request", _("This request is not right"), _("We cannot read this request. Check what you sent.")),
    401: ("not-signed-in", _("Not signed in"), _("Sign in first, then try again.")),
    403: ("not-allowed", _("Not allowed"), NotAllowed.message),
    404: ("not-found", _("Not found"), NotFound.message),
    405: (
        "method-not-allowed",
        _("Method not allowed"),
        _("This address does not do that. The Allow header says what it does."),
    ),
    406: (
        "not-acceptable",
        _("Not acceptable"),
        _("We answer in JSON. Ask for that in the Accept header."),
    ),
    408: (
        "too-slow",
        _("Took too long"),
        _("Sending this took too long. Check your connection and try again."),
    ),
    409: ("conflict", _("Conflict"), Conflict.message),
    412: ("stale", _("Changed meanwhile"), Stale.message),
    413: ("too-large", _("Too large"), _("What you sent is too large. Send less at once.")),
    415: ("unsupported-media-type", _("Unsupported content type"), _("We cannot read this Content-Type here.")),
    428: (
        "precondition-required",
        _("If-Match is missing"),
        _("Send the version you are changing in the If-Match header, as you received it in ETag."),
    ),
    429: ("too-many", _("Too many requests"), TooMany.message),
    500: (
        "failure",
        _("Something went wrong"),
        _("Something went wrong on our side and we noted it. Try again later. If it stays, mention the reference."),
    ),
    503: ("busy", _("Too busy"), _("It is very busy right now. Please try again in a moment.")),
}

STATUS_OF: dict[type[DomainError], int] = {
    Invalid: 400,
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    Stale: 412,
    TooMany: 429,
    ProofRequired: 429,
}


class PreconditionRequired(drf.APIException):
    """If-Match is missing on a change that needs it (RFC 6585)."""

    status_code = 428
    default_code = "precondition-required"
    default_detail = ""


class BadRequest(drf.APIException):
    """The request as a whole cannot be read: JSON, cursor, header. `detail` says what to mend."""

    status_code = 400
    default_code = "bad-request"
    default_detail = ""


class CsrfRefused(drf.APIException):
    """A change by a signed-in browser without its CSRF token."""

    status_code = 403
    default_code = "csrf"
    default_detail = _("For your safety we could not accept this. Reload the page and try again.")


def problem(
    status: int,
    *,
    code: str | None = None,
    detail: Text | None = None,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """A problem document; what is left out follows from the status. `members` are added to it."""
    known = status if status in EXPLANATIONS else (500 if status >= 500 else 400)
    own_code, title, advice = EXPLANATIONS[known]
    document = {
        **(members or {}),
        "type": TYPE_PREFIX + (code or own_code),
        "title": title,
        "status": status,
        "detail": detail or advice,
    }
    body = json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False).encode("utf-8", "replace")
    return HttpResponse(body, status=status, content_type=MEDIA_TYPE, headers=headers)


def problem_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """DRF's EXCEPTION_HANDLER: every exception of a view as a problem document."""
    match exc:
        case DomainError():
            return domain_problem(exc)
        case drf.ValidationError():
            errors = list(islice(flatten(exc.detail), MOST_ERRORS))
            return problem(400, code="invalid", detail=Invalid.message, members={"errors": errors})
        case drf.Throttled():
            return _wait(math.ceil(getattr(exc, "wait", None) or 1))
        case drf.NotAuthenticated() | drf.AuthenticationFailed():
            return problem(401, headers={"WWW-Authenticate": getattr(exc, "auth_header", None) or "Session"})
        case drf.ParseError():
            return problem(400)
        case BadRequest() | CsrfRefused() | PreconditionRequired():
            return problem(exc.status_code, code=str(exc.get_codes()), detail=str(exc.detail))
        case drf.APIException():
            return problem(exc.status_code)
        case Http404():
            return problem(404)
        case PermissionDenied():
            return problem(403)
        case RequestDataTooBig():
            return problem(413)
        case SuspiciousOperation() | UnreadablePostError():
            return problem(400)
        case OperationalError() if _is_busy(exc):
            logger.error("The database did not answer in time", exc_info=exc)
            return problem(503, headers={"Retry-After": "2"}, members={"reference": request_id.get()})
    return _failure(exc, context["request"])


def _failure(exc: Exception, request: Any) -> HttpResponse:
    """A fault of ours: in the log as Django does it, and a reference to it for the person.

    Not left to Django, whose 500 page is HTML that would be made for nothing, and could fail in its turn.
    """
    response = problem(500, members={"reference": request_id.get()})
    got_request_exception.send(sender=None, request=request)
    log_response("Internal Server Error: %s", request.path, response=response, request=request, exception=exc)
    return response


def domain_problem(error: DomainError) -> HttpResponse:
    """A domain error with its status, its own code and message, and what it carries."""
    if isinstance(error, TooMany):
        return _wait(error.wait)
    members = dict(error.extra)
    if isinstance(error, Invalid):
        told = error.errors[:MOST_ERRORS]
        members["errors"] = [{"field": e.field, "code": e.code, "detail": e.detail} for e in told]
    status = next((status for cls, status in STATUS_OF.items() if isinstance(error, cls)), 409)
    wait = error.wait if isinstance(error, ProofRequired) else 2
    headers = {"Retry-After": str(wait)} if status in (429, 503) else None
    return problem(status, code=error.code, detail=error.message, headers=headers, members=members)


def flatten(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested errors as one list of `{field, code, detail}`; `field` is dotted, with list indexes."""
    if isinstance(detail, Mapping):
        for name, nested in detail.items():
            own = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            yield from flatten(nested, own)
    elif isinstance(detail, list):
        for index, nested in enumerate(detail):
            yield from flatten(nested, path if isinstance(nested, str) else f"{path}.{index}".lstrip("."))
    else:
        code = str(getattr(detail, "code", None) or "invalid").replace("_", "-")
        yield {"field": path, "code": code, "detail": str(detail)}


def _wait(seconds: int) -> HttpResponse:
    return problem(429, headers={"Retry-After": str(max(1, seconds))})


def _is_busy(exc: OperationalError) -> bool:
    """A lock or statement time-out, a deadlock, a lost connection; not a mistake in our SQL."""
    cause = exc.__cause__
    if (state := getattr(cause, "sqlstate", None)) is not None:
        return state in {"40001", "40P01", "55P03", "57014", "57P01"} or state.startswith(("08", "53"))
    if (sqlite_code := getattr(cause, "sqlite_errorcode", None)) is not None:
        return sqlite_code & 0xFF in {5, 6}  # SQLITE_BUSY, SQLITE_LOCKED
    return "connect" in str(exc)
