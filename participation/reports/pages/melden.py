"""Reporting (`/melden/`). It works without JavaScript."""

from __future__ import annotations

import math
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from core.api.idempotency import fingerprint, run_once
from core.api.throttles import check_throttle
from core.areas.queries import AreaRow, tree
from core.areas.tenancy import scope_of
from core.errors import DomainError, Invalid, NotFound
from core.media.access import photo_of_ticket, ticket_of_upload
from core.media.actions import store_upload
from core.media.models import Photo
from core.media.uploads import receive_in_memory
from core.media.urls import upload_thumbnail_url
from participation.reports import actions, queries
from participation.reports.pages.following import remember
from participation.reports.rules import MOST_PHOTOS, ContactGiven, Submission, mistakes_in_contact
from participation.routing.proposals import safety_advice
from participation.routing.queries import RoutingConfig, config

FIELD_OF = {"contact.name": "name", "contact.email": "email", "contact.phone": "phone", "location": "area"}
"""Where the form shows an error of the domain."""


class ReportForm(forms.Form):
    """What /melden/ asks. The place is a point from the map, or an area with an address in words."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What do you see?"),
        help_text=_("For example: there is a sofa next to the container."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Tell us what you see. One sentence is enough.")},
    )
    area = forms.ChoiceField(label=_("In which quarter is it?"), required=False)
    address = forms.CharField(
        label=_("Where exactly?"),
        help_text=_("A street and house number, or something nearby that we will recognise."),
        max_length=200,
        required=False,
    )
    lon = forms.FloatField(widget=forms.HiddenInput, required=False)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False)
    category = forms.ChoiceField(
        label=_("What is it about?"), help_text=_("Not sure? Leave this to us."), required=False
    )
    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, *args: Any, routing: RoutingConfig, areas: list[AreaRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.routing = routing
        choices = self.fields["category"], self.fields["area"]
        choices[0].choices = [  # type: ignore[attr-defined]
            ("", _("Choose for me")),
            *[(main.category.name, [(one.slug, one.name) for one in main.children]) for main in routing.tree],
        ]
        choices[1].choices = [("", _("Choose a quarter")), *_area_choices(areas)]  # type: ignore[attr-defined]
        self.questions = self._question_fields()
        if not self.data.get("name"):
            self.fields["name"].widget.attrs["autocomplete"] = "name"

    def _question_fields(self) -> list[str]:
        """A field per extra question of the chosen category; nothing before one is chosen."""
        category = self.routing.reportable(self.data.get("category", "") or self.initial.get("category", ""))
        names = []
        for question in self.routing.questions_of(category.pk) if category else ():
            name = f"answer_{question.key}"
            shared: dict[str, Any] = {
                "label": question.label,
                "help_text": question.help,
                "required": question.required,
            }
            pairs = [(choice["value"], choice["label"]) for choice in question.choices]
            match question.type:
                case "choice":
                    field: forms.Field = forms.ChoiceField(choices=[("", _("Choose")), *pairs], **shared)
                case "multi":
                    field = forms.MultipleChoiceField(choices=pairs, widget=forms.CheckboxSelectMultiple, **shared)
                case "date":
                    field = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **shared)
                case "number":
                    field = forms.FloatField(**shared)
                case _:
                    field = forms.CharField(max_length=500, **shared)
            self.fields[name] = field
            names.append(name)
        return names

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        lon, lat = cleaned.get("lon"), cleaned.get("lat")
        if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
            area = tree().by_code.get(cleaned.get("area", ""))
            if area is None:
                if "area" not in self.errors:
                    self.add_error("area", _("Choose the quarter where you see it."))
            else:
                cleaned["lon"], cleaned["lat"] = area.point
        contact = ContactGiven(**{name: cleaned.get(name, "") for name in ("name", "email", "phone")})
        for mistake in mistakes_in_contact(contact):
            if (field := FIELD_OF[mistake.field]) not in self.errors:
                self.add_error(field, str(mistake.detail))
        return cleaned

    def answers(self) -> dict[str, Any]:
        given = {name.removeprefix("answer_"): self.cleaned_data.get(name) for name in self.questions}
        return {
            key: value.isoformat() if hasattr(value, "isoformat") else value
            for key, value in given.items()
            if value not in (None, "", [])
        }


def _area_choices(areas: list[AreaRow]) -> list[Any]:
    """The quarters grouped by wijk; a wijk without quarters stands by itself."""
    known = tree()
    choices: list[Any] = []
    for area in areas:
        below = [(one.code, one.name) for one in known.children(area.id)]
        choices.append((area.name, below) if below else (area.code, area.name))
    return choices


@never_cache
@csrf_exempt  # checked by the inner view, after the photos are kept from touching the disk
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form, and what becomes of it."""
    if request.method == "POST":
        receive_in_memory(request, photos=MOST_PHOTOS)
    return _report(request)


@csrf_protect
def _report(request: HttpRequest) -> HttpResponse:
    gemeente_id = scope_of(request).gemeente_id
    if gemeente_id is None:
        raise NotFound
    routing = config(gemeente_id)
    wijken = sorted(
        (row for row in tree().by_id.values() if row.gemeente_id == gemeente_id and row.level == "wijk"),
        key=lambda row: row.name,
    )
    if request.method != "POST":
        wijk = tree().by_code.get(request.GET.get("wijk", ""))
        initial = {"key": uuid.uuid4(), "area": wijk.code if wijk else "", "category": request.GET.get("onderwerp", "")}
        form = ReportForm(initial=initial, routing=routing, areas=wijken)
        return _show(request, form, photos=[], wijk=wijk)
    form = ReportForm(request.POST, routing=routing, areas=wijken)
    photos, refused = _photos(request)
    form.is_valid()
    for error in refused:
        form.add_error(None, error)
    if form.errors:
        return _show(request, form, photos=photos, status=400)
    try:
        check_throttle(request, "report")
        token = _submit(request, form, photos)
    except Invalid as refusal:
        for mistake in refusal.errors:
            field = FIELD_OF.get(mistake.field, mistake.field.replace("answers.", "answer_"))
            form.add_error(field if field in form.fields else None, str(mistake.detail))
        return _show(request, form, photos=photos, status=400)
    except DomainError as refusal:
        if refusal.code == "idempotency-key-reused":
            # Sent, gone back, changed and sent again: a second report, if they want one, has a key of its own.
            renewed = request.POST.copy()
            renewed["key"] = str(uuid.uuid4())
            form = ReportForm(renewed, routing=routing, areas=wijken)
            return _show(request, form, photos=photos, sent_already=True, status=409)
        form.add_error(None, str(refusal.message))
        return _show(request, form, photos=photos, status=429 if refusal.code == "too-many" else 409)
    response = redirect("following")
    remember(response, token)
    return response


def _submit(request: HttpRequest, form: ReportForm, photos: list[Photo]) -> str:
    """Send it, once per form shown however often the button is pressed; answers the tracking token."""
    data, now = form.cleaned_data, timezone.now()
    submission = Submission(
        text=data["text"],
        lon=data["lon"],
        lat=data["lat"],
        address=data["address"],
        category=data["category"],
        answers=form.answers(),
        photos=tuple(photo.pk for photo in photos),
        contact=ContactGiven(name=data["name"], email=data["email"], phone=data["phone"]),
        language=translation.get_language() or settings.LANGUAGE_CODE,
    )

    def act() -> dict[str, Any]:
        done = actions.submit_report(submission, scope=scope_of(request), now=now)
        return {"reference": done.case.reference}

    once = run_once(
        scope=f"report-form:{scope_of(request).only or 'all'}:{_browser(request)}",
        key=data["key"],
        fingerprint=fingerprint({name: str(value) for name, value in sorted(data.items())}),
        now=now,
        action=act,
    )
    return queries.token_of_reference(once.body["reference"])


def _browser(request: HttpRequest) -> str:
    """What tells browsers apart: the secret of their CSRF cookie, so that nobody else's key opens a report."""
    return salted_hmac(
        "participation.reports.form", request.META.get("CSRF_COOKIE", ""), algorithm="sha256"
    ).hexdigest()[:32]


def _photos(request: HttpRequest) -> tuple[list[Photo], list[str]]:
    """Photos sent earlier (their tickets ride along in the form) and those sent now; and what was wrong with them.

    An id alone is not enough: the form that comes back shows the photo.
    """
    refused: list[object] = []
    tickets = request.POST.getlist("photo")[:MOST_PHOTOS]
    kept = [photo_id for ticket in tickets if (photo_id := photo_of_ticket(ticket)) is not None]
    photos = list(Photo.objects.filter(pk__in=kept, claimed_at=None).order_by("created_at"))
    for file in request.FILES.getlist("photos"):
        if len(photos) >= MOST_PHOTOS:
            refused.append(_("You can add 5 photos at most. The others were left out."))
            break
        try:
            check_throttle(request, "upload")
            photos.append(store_upload(file=file, now=timezone.now()).photo)
        except Invalid as refusal:
            refused += [mistake.detail for mistake in refusal.errors]
        except DomainError as refusal:
            refused.append(refusal.message)
    return photos, [str(one) for one in refused]


def _show(
    request: HttpRequest,
    form: ReportForm,
    *,
    photos: list[Photo],
    wijk: AreaRow | None = None,
    sent_already: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "question_fields": [form[name] for name in form.questions],
        "photos": [
            {"ticket": ticket_of_upload(photo.pk), "thumbnail_url": upload_thumbnail_url(photo.pk)} for photo in photos
        ],
        "most_photos": MOST_PHOTOS,
        "advice": safety_advice(form.data.get("text", "")),
        "wijk": wijk,
        "sent_already": sent_already,
        "gemeente": tree().by_id[form.routing.gemeente_id],
    }
    return render(request, "reports/form.html", context, status=status)
