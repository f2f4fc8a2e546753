"""The poll itself: who asks, why, and the ballot. Works without a script: screen by screen, what was chosen stays in
the form of the voter and nowhere else, until it is in the box."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.api.device import Device, device_of
from core.api.device import hand_out as hand_out_device
from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from core.errors import Conflict, FieldError, Invalid, NotAllowed, NotFound, TooMany
from core.notify import sms
from participation.polls import filled_in
from participation.polls.actions import proving, voting
from participation.polls.actions.voting import Proof
from participation.polls.models import Poll
from participation.polls.origins import network_of
from participation.polls.pages.filling import CODE, PROOF, Filling, begin, elsewhere, question_of
from participation.polls.pages.showing import Streams, around, page_context
from participation.polls.passes import give_pass, read_pass
from participation.polls.queries.ballot import told
from participation.polls.queries.public import public_poll
from participation.polls.sealed_codes import seal, unseal
from participation.polls.states import Act, Level, Shows, allows
from participation.polls.voter import tidy_receipt
from participation.residents.access import actor_of_resident, hand_out, resident_of
from participation.residents.addresses import read_address
from participation.residents.limits import network_limit
from participation.residents.pages.signing_in import send_sign_in_code, shown_address, sign_in_with_code

PASS = "stempas"  # noqa: S105  (the name of a cookie)
"""Cookie of a voter whose code by mail was right: bound to one ballot, so that reloading the answer is no new try.
Encrypted: what stands in it together would lead from a voter to their receipt."""
PASS_AGE = 1800


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def poll_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The poll with its ballot; a POST goes a screen on or back, shows who you are, or votes."""
    check_throttle(request, "public")
    streams = around(request, slug)
    poll = public_poll(slug, only=scope_of(request).only)
    if request.method != "POST":
        filling = begin(poll) if voting_now(poll) else None
        return show(request, streams, poll, filling)
    filling = begin(poll, request.POST)
    if not voting_now(poll):
        return refused(request, poll, "closed")
    try:
        return _go_on(request, streams, filling)
    except Conflict as refusal:
        return refused(request, poll, refusal.code, str(refusal.message))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Fill in again, and put it in the place of the ballot with this receipt."""
    check_throttle(request, "public")
    streams = around(request, slug)
    poll = public_poll(slug, only=scope_of(request).only)
    if not voting_now(poll):
        return refused(request, poll, "closed")
    if not poll.can_change:
        return refused(request, poll, "unchangeable")
    filling = begin(poll, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return show(request, streams, poll, filling, changing=True)
    try:
        return _go_on(request, streams, filling, changing=True)
    except Conflict as refusal:
        return refused(request, poll, refusal.code, str(refusal.message))


def voting_now(poll: Poll) -> bool:
    return allows(poll.stage, Act.VOTE) and poll.closes_at is not None and poll.closes_at > timezone.now()


# --- going on ---------------------------------------------------------------------------------


def _go_on(request: HttpRequest, streams: Streams, filling: Filling, *, changing: bool = False) -> HttpResponse:
    """What the button says. Raises `Conflict` for what ends it: voted already, closed meanwhile."""

    def again(where: str, status: int = 200) -> HttpResponse:
        filling.at = where
        return show(request, streams, filling.poll, filling, changing=changing, status=status)

    if filling.form.get("go") == "again" and filling.at == CODE:
        return _send_code(request, filling, again)
    where, status = elsewhere(filling)
    if where:
        return again(where, status)
    here = filling.at if filling.at == CODE else filling.last_screen
    if filling.poll.declared and not changing and filling.form.get("declared") != "1":
        filling.wrong["declared"] = _("Only the people it is for can vote. Tick the box.")
        return again(here, 400)
    try:
        if changing:
            return _change(request, streams, filling)
        return _prove_and_vote(request, streams, filling, again)
    except NotFound as refusal:
        filling.wrong["receipt" if changing else "code"] = str(refusal.message)
    except NotAllowed as refusal:
        filling.wrong["code"] = str(refusal.message)
    except TooMany as refusal:
        filling.wrong["receipt" if changing else _field_of(filling)] = too_many(refusal)
        return again(here, 429)
    except Invalid as refusal:
        for one in refusal.errors:
            if question_of(one):
                filling.errors[question_of(one)] = str(one.detail)
            else:
                filling.wrong[one.field] = str(one.detail)
        if filling.errors:
            return again(str(filling.first_wrong() or 0), 400)
    return again(here, 400)


def _field_of(filling: Filling) -> str:
    if filling.poll.level == Level.LETTER or filling.at == CODE:
        return "code"
    return "address"


def too_many(refusal: TooMany) -> str:
    """Locked out, and for how long."""
    minutes = max(1, round(refusal.wait / 60))
    if minutes <= 1:
        return _("This was tried very often. Wait a minute, then try again. What you chose is kept on this page.")
    words = _("This was tried very often. Wait %(n)d minutes, then try again. What you chose is kept on this page.")
    return words % {"n": minutes}


# --- who votes --------------------------------------------------------------------------------


def _prove_and_vote(request: HttpRequest, streams: Streams, filling: Filling, again: Any) -> HttpResponse:
    """At the level that the poll asks; at each where something has to be sent first, that page."""
    poll = filling.poll
    if poll.level == Level.DEVICE:
        check_throttle(request, "ballot")
        device = device_of(request, filling.token)
        return _cast(request, streams, filling, proving.prove_device(poll, secret=device.secret), device=device)
    if poll.level == Level.LETTER:
        check_throttle(request, "ballot")
        code = filling.form.get("code", "").strip()
        if not code:
            raise Invalid(FieldError("code", "required", _("Type the code from your letter.")))
        proof = proving.prove_letter(poll, code=code, network=network_of(request))
        return _cast(request, streams, filling, proof)
    if poll.level == Level.RESIDENT and resident_of(request) is not None:
        return _cast(request, streams, filling, proving.prove_resident(poll, actor=actor_of_resident(request)))
    if filling.at != CODE:
        return _send_code(request, filling, again)
    return _with_code(request, streams, filling)


def _send_code(request: HttpRequest, filling: Filling, again: Any) -> HttpResponse:
    """To the address that was typed; the same answer for every address."""
    poll, typed = filling.poll, filling.form.get("address", "").strip()
    try:
        check_throttle(request, "sign-in-code")
        if not typed:
            raise Invalid(FieldError("address", "required", _("Type your address: we send a code there.")))
        if poll.level == Level.RESIDENT:
            address = read_address(typed)
            send_sign_in_code(request, address)
        else:
            address = proving.send_code(
                poll,
                address=typed,
                language=get_language() or "nl",
                network=network_limit(request),
                now=timezone.now(),
            )
    except Invalid as refusal:
        filling.wrong["address"] = str(refusal.errors[0].detail)
        return again(filling.last_screen, 400)
    except TooMany as refusal:
        filling.wrong["code" if filling.at == CODE else "address"] = too_many(refusal)
        return again(filling.at if filling.at == CODE else filling.last_screen, 429)
    filling.form = filling.form.copy()
    filling.form["address"] = address
    return again(CODE)


def _with_code(request: HttpRequest, streams: Streams, filling: Filling) -> HttpResponse:
    """The digits that came: right, and the ballot is in the box."""
    poll = filling.poll
    check_throttle(request, "ballot")
    address, code = filling.form.get("address", ""), filling.form.get("code", "").strip()
    if poll.level == Level.RESIDENT:
        if not code:
            raise Invalid(FieldError("code", "required", _("Type the code that we sent.")))
        resident, secret = sign_in_with_code(request, read_address(address), code)
        actor = actor_of_resident(request)
        proof = proving.prove_resident(
            poll, actor=type(actor)(kind=actor.kind, gemeente_id=actor.gemeente_id, resident_id=resident.pk)
        )
        response = _cast(request, streams, filling, proof)
        hand_out(request, response, secret)
        return response
    proof_before = _kept_pass(request, filling)
    if proof_before is not None:
        return _cast(request, streams, filling, proof_before, keep=True)
    if not code:
        raise Invalid(FieldError("code", "required", _("Type the code that we sent.")))
    proof = proving.prove_address(poll, address=address, code=code, now=timezone.now())
    return _cast(request, streams, filling, proof, keep=True)


def _kept_pass(request: HttpRequest, filling: Filling) -> Proof | None:
    """Of this very ballot."""
    try:
        token, _bar, given = unseal(request.COOKIES.get(PASS, "")).partition("|")
    except InvalidToken:
        return None
    return read_pass(filling.poll, given) if token == str(filling.token) else None


def _cast(
    request: HttpRequest,
    streams: Streams,
    filling: Filling,
    proof: Proof,
    *,
    device: Device | None = None,
    keep: bool = False,
) -> HttpResponse:
    """Into the box, and the receipt on the page: it is nowhere else."""
    poll = filling.poll
    cast = voting.cast_ballot(
        slug=poll.slug,
        gemeente_id=scope_of(request).only,
        choices=filling.given,
        proof=proof,
        token=filling.token,
        order=filling.order,
        network=network_of(request),
        now=timezone.now(),
    )
    response = _thank(request, streams, filling, cast.receipt)
    if device is not None:
        hand_out_device(response, device)
    if keep:
        response.set_cookie(
            PASS,
            seal(f"{filling.token}|{give_pass(poll, proof)}"),
            max_age=PASS_AGE,
            path=request.path,
            httponly=True,
            secure=settings.TLS,
            samesite="Lax",
        )
    return response


def _change(request: HttpRequest, streams: Streams, filling: Filling) -> HttpResponse:
    check_throttle(request, "ballot")
    receipt = filling.form.get("receipt", "")
    if not receipt.strip():
        raise Invalid(FieldError("receipt", "required", _("Type the receipt that you got when you voted.")))
    voting.change_ballot(
        slug=filling.poll.slug,
        gemeente_id=scope_of(request).only,
        receipt=receipt,
        choices=filling.given,
        order=filling.order,
        now=timezone.now(),
    )
    return _thank(request, streams, filling, tidy_receipt(receipt), changed=True)


# --- pages ------------------------------------------------------------------------------------


def show(
    request: HttpRequest,
    streams: Streams,
    poll: Poll,
    filling: Filling | None,
    *,
    changing: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = page_context(request, streams, poll)
    if filling is not None:
        context |= ballot_context(request, filling, changing=changing)
    template = "polls/change.html" if changing else "polls/poll.html"
    return render(request, template, context | {"changing": changing}, status=status)


def ballot_context(request: HttpRequest, filling: Filling, *, changing: bool) -> dict[str, Any]:
    """The form: what stands on this screen, what is carried along, and what is beside the questions."""
    at, screens = filling.at, filling.screens
    number = int(at) if at.isascii() and at.isdecimal() and int(at) < len(screens) else None
    if number is None and at not in {PROOF, CODE}:
        number, at = 0, "0"
    here = screens[number] if number is not None else []
    ids = {one.id for one in here}
    form = filling.form
    lines = filling.written.lines(form, only=ids, order=filling.order, errors=filling.errors)
    lines = [one for one in lines if one.id in filling.asked or not _depends(filling, one.id)] if here else []
    shown = {one.id for one in lines}
    carried = [one for one in filling.written.asked if one.id not in shown]
    is_last = number is None or filling.has_one_screen
    poll = filling.poll
    rest = filling.written.lines(form, only=[one.id for one in carried], order=filling.order, errors=filling.errors)
    problems = [(f"id_q{pk}", words) for pk, words in filling.errors.items() if pk in shown]
    problems += [(f"id_{name}", words) for name, words in filling.wrong.items()]
    return {
        "lines": lines,
        "rest": rest if number is not None and not filling.has_one_screen else [],
        "carried": filled_in.kept(carried, form),
        "told": told(_asked_lines(filling)) if at == PROOF else [],
        "at": at,
        "number": None if number is None else number + 1,
        "many_screens": len(screens),
        "has_one_screen": filling.has_one_screen,
        "is_last": is_last,
        "has_before": number is not None and filling.before(number) is not None,
        "token": filling.token,
        "order": filling.order,
        "wrong": filling.wrong,
        "problems": problems,
        "declared": form.get("declared") == "1",
        "address": form.get("address", "")[:254],
        "code_typed": form.get("code", "")[:80] if poll.level == Level.LETTER else "",
        "receipt_typed": form.get("receipt", "")[:60],
        "texts": sms.is_on(),
        "signed_in": poll.level == Level.RESIDENT and not changing and resident_of(request) is not None,
        "is_code": at == CODE,
        **(shown_address(form.get("address", "@")) if at == CODE else {}),
    }


def _depends(filling: Filling, question_id: int) -> bool:
    return any(one.id == question_id and one.if_question is not None for one in filling.written.asked)


def _asked_lines(filling: Filling) -> list[Any]:
    return filling.written.lines(filling.form, only=filling.asked, order=filling.order)


def _thank(
    request: HttpRequest, streams: Streams, filling: Filling, receipt: str, *, changed: bool = False
) -> HttpResponse:
    context = page_context(request, streams, filling.poll) | {
        "receipt": receipt,
        "changed": changed,
        "shows_now": filling.poll.shows != Shows.CLOSED,
    }
    return render(request, "polls/voted.html", context)


def refused(request: HttpRequest, poll: Poll, code: str, words: str = "") -> HttpResponse:
    """What ends it: voted already, closed or stopped meanwhile, not to be changed."""
    context = page_context(request, around(request, poll.slug), poll) | {
        "code": "closed" if code == "not-open" else code,
        "words": words,
    }
    return render(request, "polls/refused.html", context, status=409)


urlpatterns = [
    path("peilingen/<slug:slug>/wijzigen/", change_page, name="poll_change"),
    path("peilingen/<slug:slug>/", poll_page, name="poll"),
]
