"""Following a report (`/volgen/`) with the private link. It works without JavaScript."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.api.client import same_origin
from core.api.errors import STATUS_OF
from core.api.idempotency import fingerprint, run_once
from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from core.errors import Conflict, DomainError, FieldError, Invalid, NotFound
from core.media.models import Photo
from core.media.uploads import receive_in_memory
from core.places.spot import spot_map
from core.ui.qr import qr_code
from core.ui.views import csrf_failure
from participation.reports import actions, queries
from participation.reports.following import COOKIE, remember, token_of_page
from participation.reports.held import BeingChecked, following_held
from participation.reports.holding import withdraw
from participation.reports.listening.queries import panel_of
from participation.reports.models import Held, Report
from participation.reports.pages.forms import CONTACT
from participation.reports.pages.photos import take_photos, with_tickets
from participation.reports.rules import MOST_PHOTOS


@never_cache
@require_safe
def exchange(request: HttpRequest, token: str) -> HttpResponse:
    """The private link: swap the token for a cookie and take it out of the address at once."""
    response = _open(request, token)
    if request.method == "GET":  # a mail scanner that asks for the head follows nothing
        remember(request, response, token)
    return response


@never_cache
@csrf_exempt  # a page that was kept for when there is no network has no form token: its origin counts
@require_http_methods(["GET", "HEAD", "POST"])
def open_here(request: HttpRequest) -> HttpResponse:
    """The same for a script that has the token: it stands in no address and in no history."""
    if request.method != "POST":  # the language switch on a refusal comes back here
        return redirect("following")
    if not same_origin(request):
        return csrf_failure(request)
    token = request.POST.get("token", "")
    response = _open(request, token)
    remember(request, response, token)
    return response


def _open(request: HttpRequest, token: str) -> HttpResponse:
    """On to the page; `NotFound` for a token that opens nothing."""
    check_throttle(request, "tracking")
    with suppress(BeingChecked):
        actions.find_by_token(token, only=scope_of(request).only)
    response = redirect("following")
    response["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """How it stands with the report; `?part=live` gives only the part that changes."""
    check_throttle(request, "tracking")
    try:
        token = token_of_page(request)
    except Conflict:
        token = ""
    try:
        report = actions.find_by_token(token, only=scope_of(request).only) if token else None
    except BeingChecked as waiting:
        return _show_held(request, token, waiting.held)
    except NotFound:
        report = None
    if report is None:
        return render(request, "reports/unknown.html", status=404)
    return _show_following(request, token, report)


def _show_following(
    request: HttpRequest,
    token: str,
    report: Report,
    *,
    problem: DomainError | None = None,
    photos: Sequence[Photo] = (),
    **typed: Any,
) -> HttpResponse:
    errors = {error.field: str(error.detail) for error in problem.errors} if isinstance(problem, Invalid) else {}
    link = request.build_absolute_uri(reverse("following_exchange", args=[token]))
    followed = queries.following(report)
    closed_at, now = followed["closedAt"], timezone.now()
    live = request.GET.get("part") == "live"
    photos_sent = with_tickets(photo.pk for photo in photos)
    template = "reports/following_live.html" if live else "reports/following.html"
    context = {
        "report": followed,
        "problem": problem.message if problem else "",
        "errors": errors,
        "stages": queries.stages(followed),
        "key": uuid.uuid4(),
        "link": link,
        "code": partial(qr_code, link),
        "ask_again": bool(closed_at) and now >= datetime.fromisoformat(closed_at) + queries.AGAIN_AFTER,
        "photos": photos_sent,
        "most_photos": MOST_PHOTOS,
        "listen": None if live or report.withdrawn_at else panel_of(report),
        "spot": spot_map(*followed["location"]["coordinates"]) if followed["location"] and not live else None,
        "reach": followed["contact"],
        "report_photos": [one for one in followed["photos"] if one["withReport"]],
        "talk_photos": [one for one in followed["photos"] if not one["withReport"]],
        **typed,
    }
    status = next((code for error, code in STATUS_OF.items() if isinstance(problem, error)), 200)
    return render(request, template, context, status=status)


def _show_held(request: HttpRequest, token: str, held: Held) -> HttpResponse:
    """A report that waits for a look: what was sent, how it stands, and a button to take it away."""
    link = request.build_absolute_uri(reverse("following_exchange", args=[token]))
    context = {"report": following_held(held), "waiting": held.state == Held.State.WAITING, "link": link}
    return render(request, "reports/held.html", context)


@require_POST
def withdraw_held(request: HttpRequest) -> HttpResponse:
    """Take back a report that waits for a look; what was sent is erased."""
    check_throttle(request, "tracking")
    try:
        token = token_of_page(request)
    except Conflict as gone:
        return _not_here(request, gone)
    with suppress(NotFound, Conflict):  # decided meanwhile: the page says how
        withdraw(token=token, only=scope_of(request).only, now=timezone.now())
    return _stay_with(request, token, redirect("following"))


def _deed(
    request: HttpRequest, do: Any, *, photos: Sequence[Photo] = (), done: object = "", **typed: Any
) -> HttpResponse:
    """Do something as the reporter and go back to the page, which says `done`; a refusal keeps what was typed."""
    check_throttle(request, "tracking")
    only = scope_of(request).only
    try:
        token = token_of_page(request)
    except Conflict as gone:
        return _not_here(request, gone)
    try:
        do(token=token, only=only)
    except NotFound:
        return render(request, "reports/unknown.html", status=404)
    except BeingChecked:
        pass  # the page says so
    except DomainError as problem:
        report = actions.find_by_token(token, only=only)
        shown = _show_following(request, token, report, problem=problem, photos=photos, **typed)
        return _stay_with(request, token, shown)
    else:
        if done:
            messages.success(request, str(done))
    return _stay_with(request, token, redirect("following"))


def _stay_with(request: HttpRequest, token: str, response: HttpResponse) -> HttpResponse:
    """Show the report that the page was about, also when another tab followed another one meanwhile."""
    if token != request.COOKIES.get(COOKIE):
        remember(request, response, token)
    return response


def _not_here(request: HttpRequest, gone: Conflict) -> HttpResponse:
    return render(request, "reports/unknown.html", {"problem": gone.message}, status=409)


@csrf_exempt  # checked by the inner view, after the photos are kept from touching the disk
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """A message to whoever handles the report, with photos if they like."""
    receive_in_memory(request, photos=MOST_PHOTOS)
    return _write(request)


@csrf_protect
def _write(request: HttpRequest) -> HttpResponse:
    text = request.POST.get("text", "").replace("\0", "")
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = None

    photos, refused = take_photos(request, most=MOST_PHOTOS)

    def send(*, token: str, only: int | None) -> None:
        if refused:
            actions.find_by_token(token, only=only)
            raise Invalid(*(FieldError("photos", "refused", one) for one in refused))
        report, now = actions.find_by_token(token, only=only), timezone.now()

        def act() -> dict[str, Any]:
            actions.send_message(token=token, only=only, text=text, photos=[photo.pk for photo in photos], now=now)
            return {}

        try:
            run_once(
                scope=f"tracking-message:{report.pk}",
                key=key,
                fingerprint=fingerprint({"text": text, "photos": sorted(str(photo.pk) for photo in photos)}),
                now=now,
                action=act,
            )
        except Conflict as refusal:
            if refusal.code != "idempotency-key-reused":
                raise
            again = _("You sent a message from this page already. Is this a new one? Then press “Send message” again.")
            raise Conflict(again) from None

    return _deed(request, send, photos=photos, typed=text, done=_("Your message was sent."))


@require_POST
def judge(request: HttpRequest) -> HttpResponse:
    """Is it solved?"""
    solved, text = request.POST.get("solved"), request.POST.get("text", "").replace("\0", "")

    def answer(*, token: str, only: int | None) -> None:
        if solved not in ("yes", "no"):
            actions.find_by_token(token, only=only)
            raise Invalid(FieldError("solved", "required", _("Choose yes or no: is it solved?")))
        actions.give_feedback(token=token, only=only, solved=solved == "yes", text=text, now=timezone.now())

    again = _("Thank you. Somebody looks at it again.")
    return _deed(request, answer, judged=text, done=again if solved == "no" else "")


@require_POST
def contact(request: HttpRequest) -> HttpResponse:
    """Change how we reach you, or stop it."""
    given = {name: request.POST.get(name, "").replace("\0", "").strip() for name in CONTACT}
    chosen = dict.fromkeys(given, "") if "stop" in request.POST else given
    done = _("We saved your details.") if any(chosen.values()) else _("We removed your details.")
    return _deed(request, partial(actions.change_contact, changes=chosen), reach=chosen, done=done)


@require_POST
def praise(request: HttpRequest) -> HttpResponse:
    """A compliment, in one tap."""
    done = _("You gave a compliment. We passed it on.")
    return _deed(request, partial(actions.praise, now=timezone.now()), done=done)


@require_POST
def agree(request: HttpRequest) -> HttpResponse:
    """May the neighbourhood see your photo, and as whom may we thank you?"""
    said = {"yes": True, "no": False}.get(request.POST.get("photos", ""))
    name = request.POST.get("name")
    done = {
        True: _("Thank you. We may show your photo."),
        False: _("We do not show your photo."),
        None: _("We saved your answer."),
    }[said]
    return _deed(request, partial(actions.agree, photos=said, name=name, now=timezone.now()), done=done, thanked=name)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take_back(request: HttpRequest) -> HttpResponse:
    """Take the report back; asks first what it means."""
    if request.method == "POST":
        return _deed(request, partial(actions.withdraw, now=timezone.now()))
    check_throttle(request, "tracking")
    try:
        report = actions.find_by_token(token_of_page(request), only=scope_of(request).only)
    except BeingChecked:
        return redirect("following")
    except (NotFound, Conflict):
        return render(request, "reports/unknown.html", status=404)
    if report.withdrawn_at is not None:
        return redirect("following")
    return render(request, "reports/take_back.html", {"report": queries.following(report)})
