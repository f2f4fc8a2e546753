"""My card (`/werk/mijn-kaart/`): what residents see of a professional, changed by themselves. No JavaScript needed."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.accounts.actor import Actor
from core.errors import DomainError, Invalid, NotFound
from core.media.models import Photo
from core.media.urls import photo_url
from participation.organisations import hours
from participation.organisations.access import professional_of
from participation.organisations.cards import PersonLine
from participation.organisations.cards import card as card_on
from participation.organisations.forms import HoursField, HoursWidget, LanguagesField, PhotoField
from participation.organisations.models import Professional
from participation.organisations.own_card import Card, card_of, change_card, change_portrait, remove_portrait
from participation.organisations.queries import Extra, Face, Person, roster
from participation.texts.keeping import needs_account, typed_in

WAITING = "portrait"
"""In the session: the photo somebody sent and has not yet chosen a part of."""
BEFORE = "card_before"
"""In the session: what the card said before the last save."""


class DeskHoursWidget(HoursWidget):
    template_name = "organisations/widgets/hours_desk.html"


class ClockField(forms.CharField):
    """A time of day, "" for none; typed or picked."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def to_python(self, value: Any) -> str:
        return hours.clock(str(value)) if value else ""


class CardForm(forms.Form):
    """What the card says. Lengths are those of the model."""

    name = forms.CharField(label=_("Name, as residents know you"), max_length=80)
    role = forms.CharField(label=_("Your work, in a few words"), max_length=80)
    about = forms.CharField(
        label=_("About you, in one sentence"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What can residents come to you for?"),
    )
    languages = LanguagesField(label=_("Languages you speak"), required=False)
    hours = HoursField(
        label=_("Usual hours in the neighbourhood"),
        required=False,
        widget=DeskHoursWidget,
        help_text=_("New work comes to you on the days you are here. Leave a day empty if you are not."),
    )
    place = forms.CharField(
        label=_("Where to find you"),
        max_length=120,
        required=False,
        help_text=_("A place everybody may come, such as the community centre."),
    )
    reach = forms.CharField(
        label=_("How to reach you"),
        max_length=200,
        required=False,
        help_text=_("A number or address for your work. Never a private one."),
    )
    today_from = ClockField(label=_("From"), max_length=5, required=False)
    today_until = ClockField(label=_("Until"), max_length=5, required=False)
    today_place = forms.CharField(label=_("Where"), max_length=120, required=False)
    is_public = forms.BooleanField(label=_("Show my card to residents"), required=False)

    def __init__(self, *args: Any, own: Professional, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = self.fields["languages"]
        assert isinstance(languages, LanguagesField)
        languages.keep(own.languages)


class PhotoForm(forms.Form):
    photo = PhotoField(
        label=_("Your photo"),
        help_text=_("Your face, without other people. We take out where and when it was made."),
        error_messages={"required": _("Choose a photo first.")},
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )


class CropForm(forms.Form):
    """Which square of the photo: as percentages of the room that is left, and how close."""

    x = forms.IntegerField(label=_("From left to right"), min_value=0, max_value=100, initial=50)
    y = forms.IntegerField(label=_("From top to bottom"), min_value=0, max_value=100, initial=50)
    zoom = forms.IntegerField(label=_("Closer"), min_value=100, max_value=400, initial=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget = forms.NumberInput(
                attrs={
                    "type": "range",
                    "min": getattr(field, "min_value", 0),
                    "max": getattr(field, "max_value", 100),
                    "step": 5 if name == "zoom" else 1,
                    "dir": "ltr",
                }
            )


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def my_card(request: HttpRequest) -> HttpResponse:
    """The form and the card as residents see it; with `preview` only looked at, not saved."""
    actor, now = professional_of(request), timezone.now()
    own = _own(actor)
    form = CardForm(typed_in(request) or None, own=own, initial=asdict(card_of(own, now)))
    looking = "preview" in request.POST
    if request.method == "POST" and form.is_valid() and not looking:
        try:
            before = change_card(card=Card(**form.cleaned_data), actor=actor, now=now)
        except Invalid as error:
            for one in error.errors:
                form.add_error(one.field if one.field in form.fields else None, str(one.detail))
        else:
            request.session[BEFORE] = asdict(before)
            messages.success(request, _("Your card is saved."))
            return redirect("my_card")
    person = roster().people.get(own.pk)
    if person is None:
        raise NotFound
    today = timezone.localdate(now)
    away = roster().away(own.pk, today)
    context = {
        "form": form,
        "one": _looks_like(person, form, now),
        "looking": looking,
        "hidden": not (form["is_public"].value() if form.is_bound else own.is_public),
        "photo": own.photo_id,
        "away": away,
        "instead": roster().replacement(own.pk, today) if away else None,
        "may_undo": BEFORE in request.session and not form.is_bound,
    }
    return render(request, "desk/card.html", context, status=400 if form.errors and not looking else 200)


@login_required
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """The card says again what it said before the last save."""
    actor = professional_of(request)
    before = request.session.pop(BEFORE, None)
    if before is not None:
        try:
            change_card(card=Card(**before), actor=actor, now=timezone.now())
        except Invalid as error:
            messages.error(request, " ".join(str(one.detail) for one in error.errors))
        else:
            messages.success(request, _("Your card says again what it said before."))
    return redirect("my_card")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def portrait(request: HttpRequest) -> HttpResponse:
    """First a photo, then which part of it; the photo itself is not kept."""
    actor, now = professional_of(request), timezone.now()
    waiting = _waiting(request)
    sent = "photo" in request.FILES or waiting is None
    upload = PhotoForm(request.POST if request.method == "POST" and sent else None, request.FILES or None)
    crop = CropForm(request.POST if request.method == "POST" and not sent else None)
    if upload.is_bound and upload.is_valid():
        request.session[WAITING] = str(upload.cleaned_data["photo"].pk)
        return redirect("my_card_photo")
    if waiting is not None and crop.is_bound and crop.is_valid():
        chosen = crop.cleaned_data
        try:
            change_portrait(
                photo_id=waiting.pk,
                x=chosen["x"] / 100,
                y=chosen["y"] / 100,
                zoom=chosen["zoom"] / 100,
                actor=actor,
                now=now,
            )
        except DomainError as error:
            details = [str(one.detail) for one in error.errors] if isinstance(error, Invalid) else [str(error.message)]
            for detail in details:
                crop.add_error(None, detail)
        else:
            request.session.pop(WAITING, None)
            messages.success(request, _("Your photo is saved."))
            return redirect("my_card")
    context = {
        "upload": upload,
        "crop": crop,
        "waiting": waiting,
        "address": photo_url(waiting.pk, "medium") if waiting else None,
    }
    return render(request, "desk/card_photo.html", context, status=400 if upload.errors or crop.errors else 200)


@login_required
@require_POST
def other_portrait(request: HttpRequest) -> HttpResponse:
    """Not this photo: begin again."""
    professional_of(request)
    request.session.pop(WAITING, None)
    return redirect("my_card_photo")


@login_required
@require_POST
def no_portrait(request: HttpRequest) -> HttpResponse:
    """Without a photo from now on."""
    remove_portrait(actor=professional_of(request), now=timezone.now())
    messages.success(request, _("Your photo is removed."))
    return redirect("my_card")


def may_view_waiting_portrait(photo_id: UUID, request: HttpRequest) -> bool:
    """Who sent a photo sees it while choosing a part of it."""
    return bool(request.session.get(WAITING) == str(photo_id))


def _own(actor: Actor) -> Professional:
    own = Professional.objects.filter(pk=actor.professional_id or 0).first()
    if own is None:
        raise NotFound
    return own


def _waiting(request: HttpRequest) -> Photo | None:
    kept = request.session.get(WAITING)
    return Photo.objects.filter(pk=kept, claimed_at=None).first() if kept else None


def _looks_like(person: Person, form: CardForm, now: Any) -> PersonLine:
    """The card with what stands in the form, as far as that is right; else as it is."""
    today = timezone.localdate(now)
    away = roster().away(person.id, today)
    if form.is_bound:
        form.is_valid()
        said = {key: value for key, value in form.cleaned_data.items() if not key.startswith("today_")}
        said["languages"] = tuple(said.get("languages", person.languages))
        start, end = form.cleaned_data.get("today_from", ""), form.cleaned_data.get("today_until", "")
        whole = not hours.faults({"mon": [[start, end]]})
        extra = Extra(today, start, end, form.cleaned_data.get("today_place", "")) if whole else None
        person = replace(person, **said, extra=extra)
    return card_on(
        Face(person, away_until=away.ends_on, back_on=roster().back_on(person.id, today)) if away else Face(person),
        today,
    )


urlpatterns = [
    path("", my_card, name="my_card"),
    path("terug/", undo, name="my_card_undo"),
    path("foto/", portrait, name="my_card_photo"),
    path("foto/andere/", other_portrait, name="my_card_other_photo"),
    path("foto/weg/", no_portrait, name="my_card_no_photo"),
]
