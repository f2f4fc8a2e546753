"""Supporting and following an initiative, the group's tab about it, and the desk's sheets of paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from core.api.client import client_network
from core.api.throttles import check_throttle
from core.errors import DomainError, FieldError, Invalid, NotFound, Refused
from core.media.actions import store_upload
from core.media.urls import photo_url
from core.notify.moments import Frequency
from participation.initiatives.actions import following, supporting
from participation.initiatives.models import Follow, Initiative, InitiativeSettings
from participation.initiatives.pages.frame import frame, go, inside, insiders
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.queries.public import bar_of
from participation.initiatives.queries.settings import settings_of
from participation.initiatives.queries.support import sheets_of, support_of
from participation.initiatives.states import Act, allows
from participation.organisations.access import professional_of
from participation.residents.access import actor_of_resident, needs_resident, resident_of
from participation.texts.forms import mistakes_in, number_of, status_of
from participation.texts.keeping import needs_account, typed_in


@never_cache
@needs_resident
@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest, slug: str) -> HttpResponse:
    """Support it, hear of it, or no longer: for who is signed in, which proves that they are one person."""
    actor = actor_of_resident(request)
    initiative = get_initiative_for(actor, slug)
    problem: DomainError | None = None
    typed = typed_in(request)
    if request.method == "POST":
        check_throttle(request, "support")
        try:
            said = _do(request, slug)
        except Refused as refusal:
            problem, initiative = refusal, get_initiative_for(actor, slug)  # it may be no longer as it was
        else:
            messages.success(request, said)
            return go("initiative_support", slug)
    follow = Follow.objects.filter(initiative=initiative, resident_id=actor.resident_id or 0).first()
    resident = resident_of(request)
    context = {
        "initiative": initiative,
        "standing": support_of(initiative, actor),
        "often": Frequency.choices,
        "chosen": typed.get("often") or (follow.often if follow else Frequency.WEEKLY),
        "lives_here": typed.get("lives_here") == "1",
        "code": request.POST.get("code", "")[:80],
        "reachable": resident is not None and bool(resident.email),
        **mistakes_in(problem, {"livesHere": "#id_lives_here"}),
    }
    return render(request, "initiatives/support.html", context, status=status_of(problem))


def _do(request: HttpRequest, slug: str) -> str:
    """What the button says; answers what to tell."""
    actor, now = actor_of_resident(request), timezone.now()
    match request.POST.get("deed", ""):
        case "support":
            lives_here = request.POST.get("lives_here") == "1"
            code, network = request.POST.get("code", "")[:80], client_network(request)
            supporting.support(slug=slug, lives_here=lives_here, code=code, network=network, actor=actor, now=now)
            return _("Thank you. Your support counts.")
        case "withdraw":
            supporting.withdraw_support(slug=slug, actor=actor, now=now)
            return _("Your support counts no more.")
        case "follow":
            following.follow(slug=slug, often=request.POST.get("often", ""), actor=actor, now=now)
            return _("You hear of it by e-mail.")
        case "unfollow":
            following.stop_following(slug=slug, actor=actor, now=now)
            return _("You hear of it no more.")
    raise NotFound


@never_cache
@csrf_exempt  # the token is the permission: a mail program sends this by itself, without our cookies (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link at the bottom of each mail. A POST stops, also a second one; a GET shows the button."""
    check_throttle(request, "tracking")
    done = None
    if request.method == "POST":
        done = following.stop_by_mail(token=token, now=timezone.now())
    response = render(request, "initiatives/stop.html", {"done": done is not None})
    response["Referrer-Policy"] = "no-referrer"  # the address holds a token, which goes nowhere else
    return response


@insiders
@require_safe
def of_group(request: HttpRequest, slug: str) -> HttpResponse:
    """For the group: how much there is, and what is on paper."""
    here = inside(request, slug)
    sheets = [one for one in sheets_of(here.initiative) if not one.ended]
    opened = allows(here.initiative.stage, Act.SUPPORT)
    context = frame(here, "support", bar=bar_of(here.initiative), sheets=sheets, open=opened)
    return render(request, "initiatives/group/support.html", context)


class SheetForm(forms.Form):
    count = forms.IntegerField(
        label=gettext_lazy("Signatures"), min_value=1, max_value=supporting.MOST_ON_A_SHEET, widget=forms.NumberInput
    )
    scan = forms.FileField(
        label=gettext_lazy("Scan or photo of the sheet"),
        help_text=gettext_lazy(
            "JPEG, PNG, WebP or HEIC, no PDF: a photo with your phone is fine. Only you and your colleagues see it."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
    )
    remark = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """At the desk: sheets of signatures, each with its scan."""
    actor, now = professional_of(request), timezone.now()
    initiative = get_initiative_for(actor, slug, Deed.SEE_NOTES)
    form = SheetForm(initial=typed_in(request).dict())
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            if request.POST.get("deed") == "take-back":
                sheet_id = number_of(request.POST.get("sheet", ""))
                supporting.take_back_paper(slug=slug, sheet_id=sheet_id, actor=actor, now=now)
                messages.success(request, _("This sheet counts no more."))
                return go("desk_paper", slug)
            form = SheetForm(request.POST, request.FILES)
            if form.is_valid():
                _enter(form, initiative, request)
                return go("desk_paper", slug)
        except NotFound:
            raise
        except Invalid as refusal:
            for one in refusal.errors:
                form.add_error(one.field if one.field in form.fields else None, str(one.detail))
        except DomainError as refusal:
            problem = refusal
    initiative = get_initiative_for(actor, slug, Deed.SEE_NOTES)
    context = {
        "initiative": initiative,
        "bar": bar_of(initiative),
        "form": form,
        "open": allows(initiative.stage, Act.COUNT_PAPER),
        "letters": settings_of(initiative.gemeente_id).who_supports == InitiativeSettings.WhoSupports.LETTER,
        "problem": problem,
        "sheets": [(one, photo_url(one.scan_id, "large")) for one in sheets_of(initiative)],
    }
    status = 400 if form.errors else status_of(problem)
    return render(request, "desk/initiative_paper.html", context, status=status)


def _enter(form: SheetForm, initiative: Initiative, request: HttpRequest) -> None:
    check_throttle(request, "upload")
    now, given = timezone.now(), form.cleaned_data
    try:
        stored = store_upload(file=given["scan"], now=now)
    except Invalid as refusal:
        if all(one.code == "wrong-type" for one in refusal.errors):
            words = _("We cannot read this file. Send a photo of the sheet: JPEG, PNG, WebP or HEIC, no PDF.")
            raise Invalid(FieldError("scan", "wrong-type", words)) from None
        raise Invalid(*(FieldError("scan", one.code, one.detail) for one in refusal.errors)) from None
    supporting.count_paper(
        slug=initiative.slug,
        count=given["count"],
        scan=stored.photo.pk,
        remark=given["remark"],
        actor=professional_of(request),
        now=now,
    )
    words = ngettext("%(many)d signature is counted.", "%(many)d signatures are counted.", given["count"])
    messages.success(request, words % {"many": given["count"]})


urlpatterns: list[Any] = [
    path("initiatieven/stop/<str:token>/", stop, name="initiatives_stop"),
    path("initiatieven/<slug:slug>/steun/", support, name="initiative_support"),
    path("initiatieven/<slug:slug>/groep/steun/", of_group, name="initiative_group_support"),
    path("werk/initiatieven/<slug:slug>/papier/", paper, name="desk_paper"),
]
