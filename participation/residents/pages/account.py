"""The account: what is shown of it, name, language, addresses and devices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.api.throttles import check_throttle
from core.errors import Conflict, Invalid, NotAllowed
from core.notify import sms
from core.ui.languages import own_name
from core.ui.views import keep_language
from participation.residents import actions, codes
from participation.residents.access import needs_resident, sign_in_of
from participation.residents.addresses import LONGEST, read_address
from participation.residents.holdings import sections
from participation.residents.limits import network_limit
from participation.residents.models import Resident, SignIn
from participation.residents.pages.signing_in import shown_address
from participation.residents.queries import devices_of
from participation.texts.keeping import typed_in


class DetailsForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        required=False,
        max_length=actions.LONGEST_NAME,
        help_text=gettext_lazy("As you like to be called. Others see it where you take part. You may leave it empty."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=lambda: [(code, own_name(code)) for code, _name in settings.LANGUAGES]
    )


def here_of(request: HttpRequest) -> SignIn:
    """The sign-in of this browser, behind `needs_resident`."""
    here = sign_in_of(request)
    assert here is not None
    return here


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_resident
def account(request: HttpRequest) -> HttpResponse:
    """Everything about the account on one page; a POST changes name and language."""
    here = here_of(request)
    resident = here.resident
    typed = typed_in(request)
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=vars(resident) | typed.dict())
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.change(resident_id=resident.pk, **form.cleaned_data)
        except Invalid as refusal:
            for error in refusal.errors:
                form.add_error(error.field, str(error.detail))
        else:
            with translation.override(saved.language):
                messages.success(request, _("Saved."))
            response = redirect("my_account")
            keep_language(response, saved.language)
            return response
    context = {
        "resident": resident,
        "form": form,
        "sections": [card for of in sections.values() if (card := of(request, resident)) is not None],
        "devices": devices_of(resident, here=here.pk),
        "here": here.pk,
        "texts": sms.is_on(),
        "unused_for": actions.UNUSED_FOR,
    }
    return render(request, "residents/account.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_resident
def address(request: HttpRequest) -> HttpResponse:
    """Another address: a POST sends a code there."""
    resident = here_of(request).resident
    typed = typed_in(request).get("address", "")
    if request.method != "POST":
        return _address(request, resident, typed=typed[:LONGEST])
    check_throttle(request, "sign-in-code")
    try:
        wanted = read_address(typed)
    except Invalid as refusal:
        return _address(request, resident, wrong_address=refusal.errors[0].detail, typed=typed[:LONGEST])
    codes.send_code(
        purpose=codes.NEW_ADDRESS,
        address=wanted,
        gemeente_ids=[resident.gemeente_id],
        network=network_limit(request),
        language=translation.get_language() or "nl",
        about=str(resident.pk),
        now=timezone.now(),
    )
    return _address(request, resident, asked=wanted)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_resident
def address_code(request: HttpRequest) -> HttpResponse:
    """The code that went to the new address."""
    resident = here_of(request).resident
    if request.method != "POST":
        return redirect("my_address")
    check_throttle(request, "sign-in")
    try:
        wanted = read_address(request.POST.get("address", ""))
    except Invalid:
        return redirect("my_address")
    try:
        code = request.POST.get("code", "")
        actions.change_address(resident=resident, address=wanted, code=code, now=timezone.now())
    except NotAllowed as refusal:
        return _address(request, resident, asked=wanted, wrong_code=refusal.message)
    except Conflict as refusal:
        return _address(request, resident, wrong_address=refusal.message, typed=wanted)
    messages.success(request, _("Your new address is saved."))
    return redirect("my_account")


@never_cache
@require_POST
@needs_resident
def drop_address(request: HttpRequest) -> HttpResponseBase:
    """One of two addresses is kept no more: `kind` is `email` or `phone`."""
    resident = here_of(request).resident
    gone = resident.phone if request.POST.get("kind") == "phone" else resident.email
    actions.drop_address(resident_id=resident.pk, address=gone)
    messages.success(request, _("That address is erased."))
    return redirect("my_account")


@never_cache
@require_POST
@needs_resident
def end_devices(request: HttpRequest) -> HttpResponseBase:
    """Sign out one other device (`device`), or all others."""
    here = here_of(request)
    chosen = request.POST.get("device", "")
    if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19:
        if int(chosen) != here.pk:
            actions.end_sign_in(resident_id=here.resident_id, sign_in_id=int(chosen))
            messages.success(request, _("That device is signed out."))
    elif "all" in request.POST:
        actions.end_other_sign_ins(resident_id=here.resident_id, here=here.pk)
        messages.success(request, _("You are signed out everywhere else."))
    return redirect("my_account")


def _address(request: HttpRequest, resident: Resident, **more: Any) -> HttpResponse:
    wrong = any(name.startswith("wrong") for name in more)
    context = {"resident": resident, "texts": sms.is_on(), **shown_address(more.get("asked", "@")), **more}
    return render(request, "residents/address.html", context, status=400 if wrong else 200)


urlpatterns = [
    path("mijn/", account, name="my_account"),
    path("mijn/adres/", address, name="my_address"),
    path("mijn/adres/code/", address_code, name="my_address_code"),
    path("mijn/adres/weg/", drop_address, name="my_address_drop"),
    path("mijn/apparaten/", end_devices, name="my_devices_end"),
]
