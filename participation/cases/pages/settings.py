"""Settings of the workplace: how a person is told of work, and in which language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Invalid
from core.notify.push import public_key
from participation.cases.actions import telling
from participation.cases.models import DeskSettings, PushSubscription
from participation.organisations.access import professional_of
from participation.texts.keeping import needs_account, typed_in

A_YEAR = 365 * 24 * 3600


class SettingsForm(forms.Form):
    sound = forms.BooleanField(label=_("Play a sound when a new case comes in"), required=False)
    digest = forms.ChoiceField(
        label=_("An e-mail with what is new, late or waits for you"),
        choices=DeskSettings.Digest.choices,
        widget=forms.RadioSelect,
    )
    mail_mentions = forms.BooleanField(label=_("An e-mail when a colleague names me in a note"), required=False)
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=_("Until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    language = forms.ChoiceField(label=_("Language of the workplace and of these e-mails"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = [(code, get_language_info(code)["name_local"]) for code, _name in settings.STAFF_LANGUAGES]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]


@never_cache
@needs_account
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def desk_settings(request: HttpRequest) -> HttpResponse:
    """The form; saved whole."""
    actor = professional_of(request)
    chosen = DeskSettings.objects.filter(pk=actor.professional_id).first() or DeskSettings()
    form = SettingsForm(
        typed_in(request) or None,
        initial={
            "sound": chosen.sound,
            "digest": chosen.digest,
            "mail_mentions": chosen.mail_mentions,
            "quiet_from": chosen.quiet_from,
            "quiet_until": chosen.quiet_until,
            "language": getattr(request.user, "language", settings.LANGUAGE_CODE),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            telling.change_settings(**form.cleaned_data, actor=actor, now=timezone.now())
        except Invalid as error:
            for one in error.errors:
                form.add_error(one.field if one.field in form.fields else None, str(one.detail))
        else:
            messages.success(request, _("Your settings are saved."))
            response = redirect("desk_settings")
            # The pages follow the cookie, mail and messages the account.
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                form.cleaned_data["language"],
                max_age=A_YEAR,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
            )
            return response
    browsers = PushSubscription.objects.filter(professional_id=actor.professional_id or 0).order_by("-created_at")
    context = {"form": form, "browsers": browsers, "push_key": public_key()}
    return render(request, "desk/settings.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def forget_browser(request: HttpRequest, pk: int) -> HttpResponse:
    """No messages to that browser any more."""
    telling.stop_listening(subscription_id=pk, actor=professional_of(request))
    messages.success(request, _("That browser gets no messages any more."))
    return redirect("desk_settings")


urlpatterns = [
    path("instellingen/", desk_settings, name="desk_settings"),
    path("instellingen/browsers/<int:pk>/", forget_browser, name="desk_forget_browser"),
]
