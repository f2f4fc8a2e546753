"""Pages of no domain: errors, the language switch, the scripts' texts, the app's manifest."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template import TemplateDoesNotExist, loader
from django.utils.html import escape
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, Stale, TooMany
from core.ui.catalogue import catalogue
from core.ui.languages import address_in

STATUS_OF: tuple[tuple[type[DomainError], HTTPStatus], ...] = (
    (Invalid, HTTPStatus.BAD_REQUEST),
    (NotFound, HTTPStatus.NOT_FOUND),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (Stale, HTTPStatus.PRECONDITION_FAILED),
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS),
)
PAGES = {400, 403, 404, 429, 500}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Also when the database, the templates or the build are what broke."""
    try:
        return _error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR)
    except Exception:  # the page about an error must not be one
        text = escape(_("Something went wrong on our side. Please try again in a few minutes."))
        return HttpResponse(f"<!doctype html><meta charset=utf-8><title>500</title><p>{text}</p>", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or cookies that are off: says how to go on."""
    return _error_page(
        request,
        HTTPStatus.FORBIDDEN,
        heading=_("We could not check that this form came from you"),
        message=_(
            "This page was open for a long time, or your browser does not accept cookies. "
            "Go back, reload the page and send it again."
        ),
    )


def domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page for a refusal that reached the top; `message` is written for people."""
    status = next((code for kind, code in STATUS_OF if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)
    response = _error_page(request, status, message=str(error.message))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.wait)
    return response


def _error_page(request: HttpRequest, status: HTTPStatus, **context: Any) -> HttpResponse:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        context["reference"] = request.META.get("REQUEST_ID", "")
    if "text/html" not in request.headers.get("Accept", "text/html") and "*/*" not in request.headers.get("Accept", ""):
        return HttpResponse(status=status)
    template = f"{status}.html" if status in PAGES else "400.html"
    try:
        body = loader.render_to_string(template, context, request)
    except TemplateDoesNotExist:
        body = escape(status.phrase)
    return HttpResponse(body, status=status)


@csrf_exempt  # harmless when forged, and a token in every header would keep pages out of caches
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """POST `language` and `next` (a path of ours): remember the language and go back."""
    language = request.POST.get("language", "")
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None, require_https=False):
        target = "/"
    if language in dict(settings.LANGUAGES) and target.startswith("/"):
        target = address_in(request, target, language)
    response = HttpResponseRedirect(target)
    if language in dict(settings.LANGUAGES):
        keep_language(response, language)
    return response


def keep_language(response: HttpResponse, language: str) -> None:
    """This browser reads in this language from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


@require_GET
def text_catalogue(request: HttpRequest, language: str) -> HttpResponse:
    """GET the scripts' texts; with the right `v` in the address kept for a year."""
    body = catalogue(language) if language in dict(settings.LANGUAGES) else None
    if body is None:
        raise Http404
    response = HttpResponse(body, content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.GET else "no-cache"
    return response


def app_icons() -> list[dict[str, str]]:
    """For a manifest: with our own round corners, and filling their square for phones that cut a shape of their own."""
    at = f"{settings.STATIC_URL}app"
    drawn = [
        {"src": f"{at}/{name}-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, purpose in (("mark", "any"), ("mask", "maskable"))
        for size in (192, 512)
    ]
    return [{"src": f"{at}/mark.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}, *drawn]


@require_GET
def web_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the site on its home screen."""
    response = JsonResponse(
        {
            "id": "/",
            "name": "Wijkplatform",
            "short_name": "Wijk",
            "description": _("Report something in your street, also without a network."),
            "lang": get_language() or settings.LANGUAGE_CODE,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "dir": "rtl" if get_language_bidi() else "ltr",
            "shortcuts": [
                {"name": _("Report something"), "url": "/melden/"},
                {"name": _("My reports"), "url": "/volgen/meldingen/"},
            ],
            "background_color": "#faf8f3",
            "theme_color": "#0b6350",
            "icons": app_icons(),
        }
    )
    response.headers["Content-Type"] = "application/manifest+json"
    response.headers["Cache-Control"] = "private, max-age=86400"  # in the reader's language
    return response
