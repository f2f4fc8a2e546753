"""Signing in: an address, the six digits that were sent there, and on to where one was."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.accounts.sessions import device
from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from core.errors import Invalid, NotAllowed, NotFound
from core.notify import sms
from participation.residents import actions, codes
from participation.residents.access import COOKIE, hand_out, resident_of, safe_next, sign_in_of, take_back
from participation.residents.addresses import LONGEST, is_email, read_address
from participation.residents.limits import network_limit
from participation.residents.models import Resident
from participation.texts.keeping import forget_typed, kept_for


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponseBase:
    """Which address; a POST sends it a code, and the answer is the same for every address."""
    gemeente_of(request)
    if request.method != "POST":
        back = safe_next(request.GET.get("next", ""))
        return redirect(back or "my_account") if resident_of(request) else _show(request, back=back)
    check_throttle(request, "sign-in-code")
    typed, back = request.POST.get("address", ""), safe_next(request.POST.get("next", ""))
    try:
        address = read_address(typed)
    except Invalid as refusal:
        return _show(request, back=back, wrong_address=refusal.errors[0].detail, typed=typed[:LONGEST])
    send_sign_in_code(request, address)
    return _show(request, back=back, asked=address, again="again" in request.POST)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code_page(request: HttpRequest) -> HttpResponseBase:
    """The digits: with the right ones this browser is signed in."""
    if request.method != "POST":
        return redirect("resident_sign_in")
    check_throttle(request, "sign-in")
    back = safe_next(request.POST.get("next", ""))
    try:
        address = read_address(request.POST.get("address", ""))
    except Invalid:  # the address stood in the page: somebody changed it there
        return redirect("resident_sign_in")
    try:
        _resident, secret = sign_in_with_code(request, address, request.POST.get("code", ""))
    except NotAllowed as refusal:
        return _show(request, back=back, asked=address, wrong_code=refusal.message)
    response = redirect(back or "my_account")
    response.status_code = 303
    hand_out(request, response, secret)
    if back and kept_for(request, back) is not None:
        messages.info(request, _("You are signed in. What you typed is still here: look once more, and send it."))
    return response


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseRedirect:
    """This browser is signed out."""
    here = sign_in_of(request)
    if here is not None:
        actions.end_sign_in(resident_id=here.resident_id, sign_in_id=here.pk)
    forget_typed(request)
    response = HttpResponseRedirect("/")
    take_back(response)
    return response


def gemeente_of(request: HttpRequest) -> int:
    """Whose residents sign in on this host; `NotFound` where that is not clear."""
    gemeente_id = scope_of(request).gemeente_id
    if gemeente_id is None:
        raise NotFound
    return gemeente_id


def send_sign_in_code(request: HttpRequest, address: str) -> None:
    """Owe this address a code to sign in with here."""
    codes.send_code(
        purpose=codes.SIGN_IN,
        address=address,
        gemeente_ids=[gemeente_of(request)],
        network=network_limit(request),
        language=translation.get_language() or "nl",
        now=timezone.now(),
    )


def sign_in_with_code(request: HttpRequest, address: str, code: str) -> tuple[Resident, str]:
    """Who it is, and the secret for the cookie of this browser; `NotAllowed` for a code that is not right."""
    now = timezone.now()
    gemeente_id = codes.redeem(
        purpose=codes.SIGN_IN, address=address, code=code, gemeente_ids=[gemeente_of(request)], now=now
    )
    return actions.sign_in(
        address=address,
        gemeente_id=gemeente_id,
        language=translation.get_language() or "nl",
        device=device(request.headers.get("User-Agent", "")),
        now=now,
        instead_of=request.COOKIES.get(COOKIE, ""),
    )


def _show(request: HttpRequest, **more: Any) -> HttpResponse:
    wrong = any(name.startswith("wrong") for name in more)
    kept = kept_for(request, more.get("back", "")) is not None
    context = {"texts": sms.is_on(), "kept": kept, **shown_address(more.get("asked", "@")), **more}
    return render(request, "residents/sign_in.html", context, status=400 if wrong else 200)


def shown_address(asked: str) -> dict[str, Any]:
    """How a page says to which address a code went."""
    return {"asked_shown": format_html('<bdi dir="ltr">{}</bdi>', asked), "by_text": not is_email(asked)}


urlpatterns = [
    path("mijn/inloggen/", sign_in_page, name="resident_sign_in"),
    path("mijn/inloggen/code/", code_page, name="resident_code"),
    path("mijn/uitloggen/", sign_out, name="resident_sign_out"),
]
