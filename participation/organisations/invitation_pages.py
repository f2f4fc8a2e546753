"""Inviting colleagues (`/werk/uitnodigingen/`) and accepting an invitation (`/account/invitation/`). No JavaScript."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.api.throttles import check_throttle
from core.areas.models import Area, Tenant
from core.areas.tenancy import scope_of
from core.errors import DomainError, Invalid, NotAllowed
from participation.organisations.invitations import (
    Invitee,
    Place,
    Reach,
    accept,
    invitation_with,
    invite,
    open_invitations,
    reach_of,
    resend,
    rows,
    send_waiting,
    withdraw,
)
from participation.organisations.models import Membership, Team
from participation.texts.keeping import needs_account, typed_in

PLACES = 3
"""Teams that the form offers; more are given under Professionals."""
IN_SESSION = "invitation"


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254, help_text=_("The address they use for work."))
    name = forms.CharField(label=_("Name"), max_length=120)
    called = forms.CharField(
        label=_("First name, as residents know it"),
        max_length=80,
        required=False,
        help_text=_("Leave empty for the first word of the name."),
    )
    role = forms.CharField(label=_("Role"), max_length=80, help_text=_("Neighbourhood manager, youth worker, …"))
    language = forms.ChoiceField(label=_("Language of e-mails"), choices=settings.STAFF_LANGUAGES)

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_organisation: dict[str, list[tuple[int, str]]] = {}
        for team in teams:
            by_organisation.setdefault(team.organisation.name, []).append((team.pk, team.name))
        for number in range(1, PLACES + 1):
            self.fields[f"team{number}"] = forms.TypedChoiceField(
                label=_("Team"),
                choices=[("", _("– no team –")), *by_organisation.items()],
                coerce=int,
                empty_value=None,
                required=False,
            )
            self.fields[f"place{number}"] = forms.ChoiceField(
                label=_("Place in the team"), choices=Membership.Role.choices, required=False
            )
            self.fields[f"confidential{number}"] = forms.BooleanField(
                label=_("Handles confidential cases"), required=False
            )

    @property
    def place_rows(self) -> list[list[Any]]:
        """The fields of each team, for the template."""
        return [
            [self[f"team{number}"], self[f"place{number}"], self[f"confidential{number}"]]
            for number in range(1, PLACES + 1)
        ]

    def invitee(self) -> Invitee:
        values = self.cleaned_data
        return Invitee(
            email=values["email"],
            name=values["name"],
            called=values["called"],
            role=values["role"],
            language=values["language"],
            places=[
                Place(
                    team_id=values[f"team{number}"],
                    role=values[f"place{number}"] or Membership.Role.MEMBER,
                    confidential=values[f"confidential{number}"],
                )
                for number in range(1, PLACES + 1)
                if values[f"team{number}"]
            ],
        )


class MunicipalityForm(forms.Form):
    """For who manages the whole installation."""

    municipality = forms.ModelChoiceField(label=_("Municipality"), queryset=Area.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["municipality"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Area.objects.filter(pk__in=Tenant.objects.values("gemeente")).order_by("name")


class AcceptForm(forms.Form):
    password1 = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("password1") and values.get("password2") and values["password1"] != values["password2"]:
            self.add_error("password2", gettext("The two passwords are not the same."))
        return values


# --- for administrators -----------------------------------------------------------------------


def _reach(request: HttpRequest) -> Reach:
    reach = reach_of(request.user)
    if reach is None:
        raise NotAllowed(gettext("Your account has no access to this part. Ask your administrator if you need it."))
    only = scope_of(request).only
    if reach.gemeente_id is not None and only not in (None, reach.gemeente_id):
        raise NotAllowed(gettext("Your account has no access to this part. Ask your administrator if you need it."))
    return reach


@never_cache
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    reach = _reach(request)
    if request.method == "POST":
        number = send_waiting(reach=reach, now=timezone.now())
        messages.success(
            request,
            ngettext("%(number)d invitation is on its way.", "%(number)d invitations are on their way.", number)
            % {"number": number},
        )
        return redirect("invitations")
    invitations = rows(reach, now=timezone.now())
    waiting = sum(one.status == "waiting" for one in invitations)
    return render(request, "organisations/invitations.html", {"invitations": invitations, "waiting": waiting})


@never_cache
@needs_account
def new(request: HttpRequest) -> HttpResponse:
    reach = _reach(request)
    typed = typed_in(request)
    which = None
    home = reach.gemeente_id
    if home is None:
        which = MunicipalityForm(request.GET or typed or {"municipality": scope_of(request).gemeente_id})
        home = which.cleaned_data["municipality"].pk if which.is_valid() else None
    teams = list(reach.teams().filter(gemeente_id=home)) if home is not None else []
    form = InviteForm(typed or None, teams=teams, initial={"language": settings.LANGUAGE_CODE})
    if request.method == "POST" and form.is_valid():
        try:
            invite(reach=reach, invitee=form.invitee(), gemeente_id=home, now=timezone.now())
        except Invalid as error:
            for one in error.errors:
                form.add_error(one.field if one.field in form.fields else "team1", str(one.detail))
        else:
            messages.success(request, gettext("The invitation is on its way."))
            return redirect("invitations")
    return render(
        request,
        "organisations/invite.html",
        {"form": form, "which": which, "home": home},
        status=400 if form.errors else 200,
    )


@require_POST
@login_required
def change(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    reach = _reach(request)
    try:
        if deed == "resend":
            resend(reach=reach, invitation_id=pk, now=timezone.now())
            messages.success(request, gettext("A new link is on its way. The old one no longer works."))
        else:
            withdraw(reach=reach, invitation_id=pk, now=timezone.now())
            messages.success(request, gettext("The invitation is withdrawn."))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("invitations")


# --- for who is invited -----------------------------------------------------------------------


@never_cache
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The token leaves the address at once; looking at the link, as mail scanners do, uses nothing up."""
    check_throttle(request, "tracking")
    invitation = invitation_with(token, timezone.now())
    if invitation is None:
        return render(request, "organisations/invitation_gone.html", status=404)
    request.session[IN_SESSION] = invitation.pk
    return redirect("invitation_accept")


@never_cache
def accept_page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    invitation = open_invitations(now).filter(pk=request.session.get(IN_SESSION, 0)).first()
    if invitation is None:
        return render(request, "organisations/invitation_gone.html", status=404)
    form = AcceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = accept(invitation_id=invitation.pk, password=form.cleaned_data["password1"], now=now)
        except Invalid as error:
            for one in error.errors:
                form.add_error("password1", str(one.detail))
        else:
            if request.user.is_authenticated:
                get_adapter(request).logout(request)  # somebody else's browser session ends here
            request.session.pop(IN_SESSION, None)
            record_authentication(request, user, "password", username=user.username)
            answer: HttpResponse = perform_login(request, user, redirect_url=reverse("mfa_index"))
            return answer
    professional = invitation.professional
    places = professional.memberships.select_related("team__organisation").order_by("team__name")
    values = {"form": form, "invitation": invitation, "professional": professional, "places": places}
    return render(request, "organisations/invitation.html", values, status=400 if form.errors else 200)


urlpatterns = [
    path("", listing, name="invitations"),
    path("nieuw/", new, name="invite"),
    path("<int:pk>/opnieuw/", change, {"deed": "resend"}, name="invitation_resend"),
    path("<int:pk>/intrekken/", change, {"deed": "withdraw"}, name="invitation_withdraw"),
]
public_urlpatterns = [
    path("", accept_page, name="invitation_accept"),
    path("<str:token>/", open_link, name="invitation_open"),
]
