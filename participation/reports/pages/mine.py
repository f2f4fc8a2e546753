"""My reports (`/volgen/meldingen/`): those of this device and of who is signed in, and with a code those of another."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from core.api.client import same_origin
from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from core.errors import Invalid, NotAllowed
from core.notify import sms
from core.ui.views import csrf_failure
from participation.reports import returning
from participation.reports.following import forget, kept_tokens, remember
from participation.reports.held import reports_and_held
from participation.reports.own_data import tokens_of
from participation.residents.access import resident_of
from participation.residents.addresses import is_email, read_address
from participation.residents.limits import network_limit

MOST_OF_DEVICE = 50
"""Reports that a script may ask for at once."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The list; a POST opens one or takes it from the list."""
    check_throttle(request, "tracking")
    listed = _listed(request)
    if request.method != "POST":
        return _show(request, listed)
    token = next((one for one, shown in listed.items() if shown["reference"] == request.POST.get("report")), None)
    if token is None:
        return redirect("my_reports")
    if request.POST.get("deed") == "forget":
        response = redirect("my_reports")
        forget(request, response, token)
        return response
    response = redirect("following")
    remember(request, response, token)
    return response


@never_cache
@csrf_exempt  # reads only, and for a page of ours
@require_POST
def of_device(request: HttpRequest) -> HttpResponse:
    """Cards of the reports with these `tokens` (with points between), which a script found on the device."""
    check_throttle(request, "tracking")
    if not same_origin(request):
        return csrf_failure(request)
    tokens = request.POST.get("tokens", "").split(".")[:MOST_OF_DEVICE]
    listed = reports_and_held(tokens, only=scope_of(request).only)
    return render(request, "reports/mine_cards.html", {"reports": _newest_first(listed)})


def _listed(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """By token; what is here because of the account (`ofAccount`) cannot be taken from the list."""
    kept, resident = kept_tokens(request), resident_of(request)
    more = [] if resident is None else [token for token in tokens_of(resident) if token not in kept]
    listed = reports_and_held([*kept, *more], only=scope_of(request).only)
    return {token: shown | {"ofAccount": token in more} for token, shown in listed.items()}


def _newest_first(listed: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(listed.values(), key=lambda one: one["createdAt"], reverse=True)


@never_cache
@require_POST
def ask_code(request: HttpRequest) -> HttpResponse:
    """Send a code to the address, when there are reports of it; the answer is the same when there are none."""
    check_throttle(request, "tracking")
    typed = _typed(request)
    try:
        address = read_address(typed)
    except Invalid as refusal:
        return _show(request, wrong_address=str(refusal.errors[0].detail), typed=typed)
    returning.send_code(
        address=address,
        network=network_limit(request),
        only=scope_of(request).only,
        language=translation.get_language() or "nl",
        now=timezone.now(),
    )
    return _show(request, asked=address)


def _typed(request: HttpRequest) -> str:
    return request.POST.get("address", "").replace("\0", "").strip()


@never_cache
@require_POST
def redeem(request: HttpRequest) -> HttpResponse:
    """The code: with the right one the reports of the address stand in this device's list."""
    check_throttle(request, "tracking")
    address = _typed(request)
    try:
        tokens = returning.redeem(
            address=address, code=request.POST.get("code", ""), only=scope_of(request).only, now=timezone.now()
        )
    except NotAllowed as refusal:
        return _show(request, asked=address, wrong_code=str(refusal.message))
    response = _show(
        request, reports_and_held([*tokens, *kept_tokens(request)], only=scope_of(request).only), found=len(tokens)
    )
    if tokens:
        remember(request, response, *tokens)
    return response


def _show(request: HttpRequest, listed: dict[str, dict[str, Any]] | None = None, **more: Any) -> HttpResponse:
    listed = _listed(request) if listed is None else listed
    wrong = any(name.startswith("wrong") for name in more)
    context = {
        "reports": _newest_first(listed),
        "texts": sms.is_on(),
        "resident": resident_of(request),
        "asked_shown": format_html('<bdi dir="ltr">{}</bdi>', more.get("asked", "")),
        "by_text": not is_email(more.get("asked", "@")),
        **more,
    }
    return render(request, "reports/mine.html", context, status=400 if wrong else 200)
