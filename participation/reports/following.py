"""Following a report with its private token: the cookie, the photos and the live channel."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from core.areas.tenancy import scope_of
from core.errors import Conflict, NotFound
from participation.cases.events import case_stream
from participation.cases.models import CasePhoto
from participation.cases.references import tidy_reference
from participation.reports.held import find_held
from participation.reports.models import Held, Report
from participation.reports.queries import photos_for, reports_of_token
from participation.reports.tokens import hash_of

COOKIE = "volgen"
COOKIE_AGE = 60 * 24 * 3600
LIST_COOKIE, LIST_COOKIE_PATH = "meldingen", "/volgen/"
NOT_HERE = _("This browser no longer has the report of that page, so nothing was changed.")
MOST_KEPT = 15
"""Reports of one device that its list shows."""


def remember(request: HttpRequest, response: HttpResponse, *tokens: str) -> None:
    """Let the browser follow the first of these reports and have them all in its list; scripts cannot read either."""
    kept = list(dict.fromkeys([*tokens, *kept_tokens(request)]))[:MOST_KEPT]
    _keep(response, kept)


def _keep(response: HttpResponse, kept: list[str]) -> None:
    for name, value, path in ((COOKIE, kept[0], "/"), (LIST_COOKIE, ".".join(kept), LIST_COOKIE_PATH)):
        response.set_cookie(
            name, value, max_age=COOKIE_AGE, path=path, httponly=True, secure=settings.TLS, samesite="Lax"
        )


def forget(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Take one report from the browser's list, and stop following it there."""
    kept = [one for one in kept_tokens(request) if one != token]
    if kept:
        _keep(response, kept)
    else:
        response.delete_cookie(COOKIE)
        response.delete_cookie(LIST_COOKIE, path=LIST_COOKIE_PATH)


def kept_tokens(request: HttpRequest) -> list[str]:
    """The private tokens of the reports in this browser's list, the one it followed last first."""
    kept = [request.COOKIES.get(COOKIE, ""), *request.COOKIES.get(LIST_COOKIE, "").split(".")]
    return list(dict.fromkeys(one for one in kept if one))[:MOST_KEPT]


def token_of_page(request: HttpRequest) -> str:
    """The private token of the report that a page or form is about: `report` holds its reference.

    With several reports open in tabs the cookie is only about the last one. A page that names none is about that.
    Raises `Conflict` when this browser no longer has the report.
    """
    kept = kept_tokens(request)
    named = tidy_reference(request.POST.get("report") or request.GET.get("report", ""))
    if not named or not kept:
        return request.COOKIES.get(COOKIE, "")
    by_hash = {hash_of(token): token for token in kept}
    for there in (Report.objects.filter(case__reference=named), Held.objects.filter(reference=named)):
        found = there.filter(tracking_hash__in=by_hash).values_list("tracking_hash", flat=True).first()
        if found is not None:
            return by_hash[found]
    raise Conflict(NOT_HERE, code="not-here")


def may_view_photo(photo_id: UUID, request: HttpRequest) -> bool:
    """The reporter sees the photos of the report they follow, except those that are only for colleagues.

    Of a case that theirs was linked to, they see what a professional added since (`queries.photos_for`).
    """
    token = token_in_header(request) or request.COOKIES.get(COOKIE, "")
    if not token:
        return False
    report = reports_of_token(token, scope_of(request).only).select_related("case").first()
    if report is None:
        return False
    return CasePhoto.objects.filter(photos_for(report.case), photo_id=photo_id, for_resident=True).exists()


def token_in_header(request: HttpRequest | Request) -> str:
    """The token of `Authorization: Bearer <token>`; empty without one."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def streams_of_token(token: str, only: int | None) -> list[str]:
    """The one stream a tracking token opens on a host (of gemeente `only`); none for a wrong token.

    What happens to the case theirs was linked to is told there too.
    """
    references = list(reports_of_token(token, only).values_list("case__reference", flat=True))
    if not references:
        try:
            references = [find_held(token, only=only).reference]  # the stream of the case that it becomes when released
        except NotFound:
            return []
    return [case_stream(reference) for reference in references]
