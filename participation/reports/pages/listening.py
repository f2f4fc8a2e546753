"""Messages on the device about a report: switching them on and off, and the page that a message opens."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from core.notify.push import accept_browser, is_used
from participation.cases.references import tidy_reference
from participation.reports.following import kept_tokens, remember, token_of_page
from participation.reports.held import reports_and_held
from participation.reports.listening import actions
from participation.reports.pages import supporting
from participation.reports.supporting.queries import token_of_supporter


@require_POST
def listen_to_report(request: HttpRequest) -> HttpResponse:
    """`endpoint`, `key` and `secret` as the browser gives them; with `stop` no more messages."""
    return _listen(request, token_of_page(request), actions.listen_to_report, actions.stop_for_report)


@require_POST
def listen_as_supporter(request: HttpRequest) -> HttpResponse:
    """The same on a supporter's page."""
    return _listen(request, supporting.token_of_page(request), actions.listen_as_supporter, actions.stop_for_supporter)


def _listen(request: HttpRequest, token: str, start: Callable[..., None], stop: Callable[..., None]) -> HttpResponse:
    """Answers whether the browser is still needed, for another report or another part of the site."""
    check_throttle(request, "push")
    only = scope_of(request).only
    given = {name: request.POST.get(name, "")[:500] for name in ("endpoint", "key", "secret")}
    if "stop" in request.POST:
        stop(token=token, endpoint=given["endpoint"], only=only)
    else:
        language = translation.get_language() or settings.LANGUAGE_CODE
        start(token=token, browser=accept_browser(**given), language=language, only=only, now=timezone.now())
    return JsonResponse({"needed": is_used(given["endpoint"])})


@never_cache
@require_safe
def following_of(request: HttpRequest, reference: str) -> HttpResponse:
    """Follow this one of the reports the browser has a cookie of; else to their list, where a script may have it."""
    check_throttle(request, "tracking")
    wanted = tidy_reference(reference)
    kept = reports_and_held(kept_tokens(request), only=scope_of(request).only)
    token = next((one for one, shown in kept.items() if shown["reference"] == wanted), None)
    if token is None:
        return redirect(f"{reverse('my_reports')}?{urlencode({'melding': wanted})}")
    response = redirect("following")
    remember(request, response, token)
    return response


@never_cache
@require_safe
def supporting_of(request: HttpRequest, reference: str) -> HttpResponse:
    """Follow what this device joined; without it, to what it followed last."""
    check_throttle(request, "tracking")
    response = redirect("supporting_following")
    joined = supporting.joined_by_device(request, reference)
    if joined is not None:
        supporting.remember(response, token_of_supporter(joined.pk))
    return response


urlpatterns = [
    path("volgen/toestel/", listen_to_report, name="following_listen"),
    path("volgen/melding/<str:reference>/", following_of, name="following_of"),
    path("melden/ook/volgen/toestel/", listen_as_supporter, name="supporting_listen"),
    path("melden/ook/volgen/melding/<str:reference>/", supporting_of, name="supporting_of"),
]
