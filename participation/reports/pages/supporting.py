""" "I see this too" (`/melden/ook/`): join a report of somebody else, and follow it. It works without JavaScript."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.api.device import device_of, hand_out
from core.api.errors import STATUS_OF
from core.api.idempotency import fingerprint, run_once
from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from core.errors import Conflict, DomainError, FieldError, Invalid, NotFound, TooMany
from core.media.models import Photo
from core.media.uploads import receive_in_memory
from core.notify import sms
from participation.cases.models import Case
from participation.cases.references import tidy_reference
from participation.reports import queries as reports
from participation.reports.admission import admit_supporter
from participation.reports.channels import may_text
from participation.reports.following import COOKIE as FOLLOWING
from participation.reports.following import COOKIE_AGE, NOT_HERE
from participation.reports.listening.queries import panel_of
from participation.reports.models import Supporter
from participation.reports.pages.photos import take_photos, with_tickets
from participation.reports.rules import tidy_phone
from participation.reports.supporting import actions, queries

COOKIE = "ook"
COOKIE_PATH = "/melden/ook/"
NO_MOBILE = _("This is not a mobile number. Example: 06 12345678")
TOO_MANY_TEXTS = _("Too many text messages were asked for here today. Give an e-mail address, or try again tomorrow.")


class JoinForm(forms.Form):
    """All of it may stay empty; the photos come beside it."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    email = forms.CharField(
        label=_("E-mail address"),
        help_text=_("Only if you want to hear how it goes on. We ask you once more by e-mail whether you want that."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
    phone = forms.CharField(
        label=_("Or your mobile number"),
        help_text=_("Then we ask you by text message."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sms.is_on():
            del self.fields["phone"]


def remember(response: HttpResponse, token: str) -> None:
    """Keep a supporter's token in a cookie that scripts cannot read."""
    response.set_cookie(
        COOKIE, token, max_age=COOKIE_AGE, path=COOKIE_PATH, httponly=True, secure=settings.TLS, samesite="Lax"
    )


# --- joining ----------------------------------------------------------------------------------


@never_cache
@csrf_exempt  # checked by the inner view, after the photos are kept from touching the disk
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, reference: str) -> HttpResponse:
    """What it is about, and the one button."""
    if request.method == "POST":
        receive_in_memory(request, photos=actions.MOST_PHOTOS)
    return _join(request, reference)


@csrf_protect
def _join(request: HttpRequest, reference: str) -> HttpResponse:
    only = scope_of(request).only
    case = queries.public_case(reference, only)
    if request.method != "POST":
        return _show(request, case, JoinForm(initial={"key": uuid.uuid4()}))
    form = JoinForm(request.POST)
    photos, refused = take_photos(request, most=actions.MOST_PHOTOS)
    phone = ""
    if form.is_valid():
        given = form.cleaned_data
        try:
            phone = _phone(request, email=given["email"], typed=given.get("phone", ""))
        except Invalid as refusal:
            form.add_error("phone", str(refusal.errors[0].detail))
    for one in refused:
        form.add_error(None, one)
    if form.errors:
        return _show(request, case, form, photos=photos, status=400)
    key = form.cleaned_data["key"]
    device = device_of(request, key)
    try:
        check_throttle(request, "support")
        counts = admit_supporter(request, case=case, device=device, key=key)
    except TooMany as refusal:
        form.add_error(None, str(refusal.message))
        return _show(request, case, form, photos=photos, status=429)
    joining = actions.Joining(
        reference=case.reference,
        device=device.hash_in(case.gemeente_id),
        email=form.cleaned_data["email"],
        phone=phone,
        photos=tuple(photo.pk for photo in photos),
        language=translation.get_language() or settings.LANGUAGE_CODE,
        own_token=request.COOKIES.get(FOLLOWING, ""),
        counts=counts,
    )
    now = timezone.now()

    def act() -> dict[str, Any]:
        return {"supporter": actions.support_report(joining, only=only, now=now).supporter.pk}

    try:
        once = run_once(
            scope=f"supporter-form:{case.pk}:{joining.device[:32]}",
            key=key,
            fingerprint=fingerprint(
                {"contact": [joining.email, joining.phone], "photos": [str(one) for one in joining.photos]}
            ),
            now=now,
            action=act,
        )
    except Invalid as refusal:
        for mistake in refusal.errors:
            name = mistake.field.removeprefix("contact.")
            form.add_error(name if name in form.fields else None, str(mistake.detail))
        return _show(request, case, form, photos=photos, status=400)
    except DomainError as refusal:
        own = refusal.code == "own-report"
        if not own:
            form.add_error(None, str(refusal.message))
        return _show(request, case, form, photos=photos, own=own, status=200 if own else 409)
    response = redirect("supporting_following")
    remember(response, queries.token_of_supporter(once.body["supporter"]))
    hand_out(response, device)
    return response


def _phone(request: HttpRequest, *, email: str, typed: str) -> str:
    """The mobile number that somebody wants updates on. Raises `Invalid`."""
    if not typed.strip() or not sms.is_on():
        return ""
    if not sms.can_receive(tidy_phone(typed) or ""):
        raise Invalid(FieldError("contact.phone", "invalid", NO_MOBILE))
    if not may_text(request, email=email, phone=typed):
        raise Invalid(FieldError("contact.phone", "too-many", TOO_MANY_TEXTS))
    return typed


def _show(
    request: HttpRequest,
    case: Case,
    form: JoinForm,
    *,
    photos: list[Photo] | None = None,
    own: bool = False,
    status: int = 200,
) -> HttpResponse:
    main = queries.followed_case(case) or case
    context = {
        "form": form,
        "case": reports.public_receipt(main) | {"reference": case.reference},
        "solved": main.status == "resolved",
        "own": own,
        "photos": with_tickets(photo.pk for photo in photos or ()),
        "most_photos": actions.MOST_PHOTOS,
    }
    return render(request, "reports/supporting/join.html", context, status=status)


# --- following it -----------------------------------------------------------------------------


@never_cache
@require_safe
def exchange(request: HttpRequest, token: str) -> HttpResponse:
    """The private link: swap the token for a cookie and take it out of the address at once."""
    check_throttle(request, "tracking")
    queries.find_supporter(token, scope_of(request).only)
    response = redirect("supporting_following")
    response["Referrer-Policy"] = "no-referrer"
    if request.method == "GET":  # a mail scanner that asks for the head follows nothing
        remember(response, token)
    return response


@never_cache
@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """How it stands with what they saw too."""
    check_throttle(request, "tracking")
    return _show_following(request, request.COOKIES.get(COOKIE, ""))


def joined_by_device(request: HttpRequest, reference: str) -> Supporter | None:
    """As whom this device joined the report; None when it did not."""
    device, only = device_of(request), scope_of(request).only
    cases = Case.objects.filter(reference=tidy_reference(reference))
    case = (cases if only is None else cases.filter(gemeente_id=only)).first()
    if case is None or not device.known:
        return None
    return Supporter.objects.filter(case=case, device_hash=device.hash_in(case.gemeente_id)).first()


def token_of_page(request: HttpRequest) -> str:
    """The private token of the support that a form is about: `report` holds the report's reference.

    The cookie is about the one followed last, perhaps in another tab. A form that names none is about that.
    Raises `Conflict` when this browser did not join that report.
    """
    token, named = request.COOKIES.get(COOKIE, ""), tidy_reference(request.POST.get("report", ""))
    followed = queries.supporters_of_token(token, scope_of(request).only)
    if not token or not named or followed.filter(case__reference=named).exists():
        return token
    joined = joined_by_device(request, named)
    if joined is None:
        raise Conflict(NOT_HERE, code="not-here")
    return queries.token_of_supporter(joined.pk)


def _show_following(
    request: HttpRequest, token: str, *, problem: DomainError | None = None, **typed: str
) -> HttpResponse:
    try:
        supporter = queries.find_supporter(token, scope_of(request).only) if token else None
    except NotFound:
        supporter = None
    if supporter is None:
        return render(request, "reports/unknown.html", status=404)
    shown = queries.supported(supporter)
    context = {
        "supported": shown,
        "stages": [] if shown["hidden"] else reports.stages(shown, label=reports.public_status),
        "problem": problem.message if problem else "",
        "mistakes": [str(one.detail) for one in problem.errors] if isinstance(problem, Invalid) else [],
        "photos_left": actions.MOST_PHOTOS - supporter.photo_count,
        "link": queries.following_url(supporter.case.gemeente_id, token),
        "listen": None if shown["hidden"] else panel_of(supporter),
        "texts": sms.is_on(),
        **typed,
    }
    status = next((code for error, code in STATUS_OF.items() if isinstance(problem, error)), 200)
    return render(request, "reports/supporting/following.html", context, status=status)


def _deed(request: HttpRequest, do: Any, **typed: str) -> HttpResponse:
    """Do something as a supporter and go back to the page; a refusal keeps what was typed."""
    check_throttle(request, "tracking")
    try:
        token = token_of_page(request)
    except Conflict as gone:
        return render(request, "reports/unknown.html", {"problem": gone.message}, status=409)
    response: HttpResponse = redirect("supporting_following")
    try:
        do(token=token, only=scope_of(request).only)
    except DomainError as problem:
        response = _show_following(request, token, problem=problem, **typed)
    if token:
        remember(response, token)
    return response


@require_POST
def updates(request: HttpRequest) -> HttpResponse:
    """Hear of it by e-mail or text message, or no longer."""
    if "stop" in request.POST:
        return _deed(request, lambda *, token, only: actions.stop_updates(token=token, only=only))
    email, phone = (request.POST.get(name, "").replace("\0", "") for name in ("email", "phone"))

    def ask(*, token: str, only: int | None) -> None:
        check_throttle(request, "support")
        number = _phone(request, email=email, typed=phone)
        actions.ask_for_updates(token=token, email=email, phone=number, only=only, now=timezone.now())

    return _deed(request, ask, typed=email, typed_phone=phone)


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """ "Not after all": taken out of the count, and forgotten. The report can be joined again."""
    undone: list[Case] = []

    def take_back(*, token: str, only: int | None) -> None:
        undone.append(actions.undo_support(token=token, only=only, now=timezone.now()))

    response = _deed(request, take_back)
    if not undone:
        return response
    case = undone[0]
    seen = queries.followed_case(case) is not None
    response = render(request, "reports/supporting/undone.html", {"reference": case.reference if seen else ""})
    response.delete_cookie(COOKIE, path=COOKIE_PATH)
    return response


@csrf_exempt  # checked by the inner view, after the photos are kept from touching the disk
@require_POST
def photo(request: HttpRequest) -> HttpResponse:
    """A photo afterwards."""
    receive_in_memory(request, photos=actions.MOST_PHOTOS)
    return _photo(request)


@csrf_protect
def _photo(request: HttpRequest) -> HttpResponse:
    def send(*, token: str, only: int | None) -> None:
        queries.find_supporter(token, only)  # before anything is stored
        photos, refused = take_photos(request, most=actions.MOST_PHOTOS)
        if refused:
            raise Invalid(*(FieldError("photos", "refused", one) for one in refused))
        actions.add_photo(token=token, photos=[one.pk for one in photos], only=only, now=timezone.now())

    return _deed(request, send)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, supporter_id: int, proof: str) -> HttpResponse:
    """The link in the message asks; only the button answers, for mail scanners open links too."""
    check_throttle(request, "tracking")
    if request.method != "POST":
        actions.read_consent(supporter_id=supporter_id, proof=proof)
        # Not "no-referrer" here: a browser would then say of the form that it comes from nowhere.
        return render(request, "reports/supporting/consent.html", {})
    if "no" in request.POST:
        actions.refuse_updates(supporter_id=supporter_id, proof=proof)
        return render(request, "reports/supporting/consent.html", {"refused": True})
    supporter = actions.confirm_updates(supporter_id=supporter_id, proof=proof, now=timezone.now())
    response = redirect("supporting_following")
    remember(response, queries.token_of_supporter(supporter.pk))
    return response


urlpatterns = [
    path("melden/ook/volgen/", following, name="supporting_following"),
    path("melden/ook/volgen/e-mail/", updates, name="supporting_updates"),
    path("melden/ook/volgen/foto/", photo, name="supporting_photo"),
    path("melden/ook/volgen/toch-niet/", undo, name="supporting_undo"),
    path("melden/ook/volgen/<str:token>/", exchange, name="supporting_exchange"),
    path("melden/ook/bevestig/<int:supporter_id>/<str:proof>/", consent, name="supporting_consent"),
    path("melden/ook/<str:reference>/", join, name="supporting"),
]
