"""Signing up for an event (`/aanmelden/…`) and one's own place (`/aanmelding/`). They work without JavaScript."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.agenda import actions, feeds, queries
from cms.agenda.letters import sure_until
from cms.agenda.models import EventPage
from cms.agenda.queries import SURE
from cms.agenda.recurrence import Occurrence
from cms.base.publishing import gemeente_of
from cms.base.views import MOST_PAGES
from core.api.client import client_neighbourhood
from core.api.throttles import check_throttle, waiting_time
from core.areas.tenancy import scope_of
from core.errors import Conflict, DomainError, Invalid, NotFound, TooMany
from core.notify import sms
from participation.reports.channels import may_text

COOKIE, COOKIE_PATH, COOKIE_AGE = "aanmelding", "/aanmelding/", 60 * 24 * 3600
TRAP = "website"
"""A field that nobody sees; what fills it in is no person, and is told that all went well."""
TOO_MANY_TEXTS = _("Too many text messages were asked for here today. Give an e-mail address, or try again tomorrow.")


class SignUpForm(forms.Form):
    """What `actions.SignUp` holds; judged there."""

    people = forms.TypedChoiceField(label=_("With how many people do you come?"), coerce=int)
    name = forms.CharField(
        label=_("Your name"),
        max_length=actions.NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    email = forms.CharField(
        label=_("E-mail address"),
        help_text=_("We send you a link, with which you confirm and can cancel."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
    phone = forms.CharField(
        label=_("Or your mobile number"),
        help_text=_("Then the link comes by text message."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, event: EventPage, left: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = min(event.most_people, left) if left else event.most_people
        self.fields["people"].choices = [(number, str(number)) for number in range(1, most + 1)]  # type: ignore[attr-defined]
        if most == 1:
            self.fields["people"].widget = forms.HiddenInput()
        if sms.is_on():
            self.fields["email"].required = False
        else:
            del self.fields["phone"]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest, event_id: int, on: str) -> HttpResponse:
    """The form for one time of one event."""
    event, at = _event(request, event_id, on)
    now = timezone.now()
    signing = queries.signing_up(event, at, now)
    if request.method != "POST":
        form = SignUpForm(event=event, left=signing.left, initial={"people": 1})
        return _show(request, event, at, form)
    form = SignUpForm(request.POST, event=event, left=signing.left)
    if request.POST.get(TRAP):
        return _sent(event, at, waits=signing.full)
    if not form.is_valid():
        return _show(request, event, at, form, status=400)
    typed = {name: form.cleaned_data.get(name, "") for name in ("name", "email", "phone")}
    given = actions.SignUp(
        people=form.cleaned_data["people"],
        language=translation.get_language() or settings.LANGUAGE_CODE,
        **typed,
    )
    try:
        check_throttle(request, "sign-up")
        if (wait := waiting_time("sign-up-network", client_neighbourhood(request))) is not None:
            raise TooMany(wait)
        if not may_text(request, email=given.email, phone=given.phone):
            form.add_error("phone", TOO_MANY_TEXTS)
            return _show(request, event, at, form, status=429)
        held = actions.sign_up(
            given, event_id=event.pk, on=at.on, gemeente_id=scope_of(request).gemeente_id, now=timezone.now()
        )
    except TooMany as refusal:
        form.add_error(None, str(refusal.message))
        return _show(request, event, at, form, status=429)
    except Invalid as refusal:
        for mistake in refusal.errors:
            name = mistake.field.removeprefix("contact.")
            form.add_error(name if name in form.fields else None, str(mistake.detail))
        return _show(request, event, at, form, status=400)
    except Conflict as refusal:
        form.add_error(None, str(refusal.message))
        return _show(request, event, at, form, status=409)
    return _sent(event, at, waits=not held)


def _sent(event: EventPage, at: Occurrence, *, waits: bool) -> HttpResponse:
    response = redirect("sign_up_sent", event.pk, at.on.isoformat())
    if waits:
        response["Location"] += "?wacht=1"
    return response


@never_cache
@require_safe
def sent(request: HttpRequest, event_id: int, on: str) -> HttpResponse:
    """What to do now: look at your messages. It says nothing of who signed up."""
    event, at = _event(request, event_id, on)
    waits = request.GET.get("wacht") == "1"
    context = {"event": event, "at": at, "waits": waits, "texts": sms.is_on(), "minutes": SURE.seconds // 60}
    return render(request, "agenda/sent.html", context)


def _event(request: HttpRequest, event_id: int, on: str) -> tuple[EventPage, Occurrence]:
    """A live event of this host's municipality with signing up here, and the time that the address names."""
    if event_id >= MOST_PAGES:
        raise Http404
    day = queries.read_date(on)
    event = EventPage.objects.live().filter(pk=event_id, sign_up=EventPage.SignUp.HERE).first()
    if event is None or day is None or gemeente_of(event) != scope_of(request).gemeente_id:
        raise Http404
    at = event.occurrence_on(day)
    if at is None:
        raise Http404
    return event, at


def _show(
    request: HttpRequest, event: EventPage, at: Occurrence, form: SignUpForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "event": event,
        "at": at,
        "form": form,
        "signing": queries.signing_up(event, at, timezone.now()),
        "kept_days": actions.KEPT.days,
        "trap": TRAP,
    }
    return render(request, "agenda/sign_up.html", context, status=status)


# --- one's own place --------------------------------------------------------------------------


@never_cache
@require_safe
def exchange(request: HttpRequest, token: str) -> HttpResponse:
    """The private link: swap the token for a cookie and take it out of the address at once."""
    check_throttle(request, "tracking")
    try:
        queries.attendance_of(token, scope_of(request).gemeente_id)
    except NotFound:
        return _unknown(request)
    response = redirect("my_place")
    response["Referrer-Policy"] = "no-referrer"
    if request.method == "GET":  # a mail scanner that asks for the head gets nothing
        response.set_cookie(
            COOKIE, token, max_age=COOKIE_AGE, path=COOKIE_PATH, httponly=True, secure=settings.TLS, samesite="Lax"
        )
    return response


@never_cache
@require_safe
def my_place(request: HttpRequest) -> HttpResponse:
    """What they signed up for, and how it stands."""
    check_throttle(request, "tracking")
    return _show_place(request)


def _show_place(request: HttpRequest, *, problem: DomainError | None = None, done: str = "") -> HttpResponse:
    try:
        row = queries.attendance_of(request.COOKIES.get(COOKIE, ""), scope_of(request).gemeente_id)
    except NotFound:
        return _unknown(request)
    at = row.event.occurrence_on(row.on)
    now = timezone.now()
    gone = row.until is not None and row.until <= now
    context = {
        "row": row,
        "event": row.event,
        "at": at,
        "off": at is None or at.cancelled or not row.event.live,
        "over": row.ends_at <= now,
        "gone": gone,
        "until": row.until,
        "sure_until": sure_until(row),
        "problem": problem.message if problem else "",
        "done": done,
    }
    return render(request, "agenda/place.html", context, status=409 if problem else 200)


def _unknown(request: HttpRequest, problem: str = "") -> HttpResponse:
    return render(request, "agenda/unknown.html", {"problem": problem}, status=404)


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """The button in answer to the message: they come."""
    check_throttle(request, "tracking")
    try:
        actions.confirm(**_named(request))
    except NotFound as gone:
        return _unknown(request, str(gone.message))
    except Conflict as full:
        return _show_place(request, problem=full)
    return redirect("my_place")


@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """They do not come; all that we had of them is gone."""
    check_throttle(request, "tracking")
    try:
        event = actions.cancel(**_named(request))
    except NotFound as gone:
        return _unknown(request, str(gone.message))
    response = render(request, "agenda/cancelled.html", {"event": event})
    response.delete_cookie(COOKIE, path=COOKIE_PATH)
    return response


def _named(request: HttpRequest) -> dict[str, Any]:
    """The sign-up that the form is about: the cookie may be about another one meanwhile, opened in another tab."""
    return {
        "token": request.COOKIES.get(COOKIE, ""),
        "place": request.POST.get("place", ""),
        "gemeente_id": scope_of(request).gemeente_id,
        "now": timezone.now(),
    }


urlpatterns = [
    path("aanmelden/<int:event_id>/<str:on>/", sign_up, name="sign_up"),
    path("aanmelden/<int:event_id>/<str:on>/verstuurd/", sent, name="sign_up_sent"),
    path("aanmelding/", my_place, name="my_place"),
    path("aanmelding/bevestigen/", confirm, name="my_place_confirm"),
    path("aanmelding/afmelden/", cancel, name="my_place_cancel"),
    path("aanmelding/<str:token>/", exchange, name="my_place_exchange"),
    path("feeds/agenda.ics", feeds.town, name="agenda_calendar"),
    path("feeds/wijk/<str:code>/agenda.ics", feeds.wijk, name="wijk_calendar"),
    path("feeds/evenement/<int:event_id>.ics", feeds.event, name="event_calendar"),
]
