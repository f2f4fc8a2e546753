"""The page of an invitation: what it is, and a button to take part. Nothing happens by opening it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from core.errors import DomainError, Invalid, NotFound
from core.ui.views import keep_language
from participation.initiatives import actions
from participation.initiatives.pages.frame import go
from participation.initiatives.queries.group import invited_by
from participation.residents.access import actor_of_resident, resident_of
from participation.texts.cleaning import cleaned
from participation.texts.forms import SeeOther


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    check_throttle(request, "public")
    resident, now, problem = resident_of(request), timezone.now(), ""
    scope = scope_of(request)
    if request.method == "POST":
        if request.POST.get("deed") == "decline":
            actions.decline_invitation(token=token, actor=actor_of_resident(request), now=now)
            return render(request, "initiatives/group/invitation.html", {"declined": True})
        if resident is None:
            return SeeOther(f"{reverse('resident_sign_in')}?{urlencode({'next': request.path})}")
        name = cleaned(request.POST.get("name", "")) or resident.name
        try:
            joined = actions.accept_invitation(token=token, name=name, actor=actor_of_resident(request), now=now)
        except NotFound:
            pass
        except Invalid as refusal:
            problem = str(refusal.errors[0].detail)
        except DomainError as refusal:
            problem = str(refusal.message)
        else:
            messages.success(request, _("Welcome in the group!"))
            return go("initiative_group", joined.slug)
    found = invited_by(token, gemeente_id=scope.gemeente_id, resident_id=resident.pk if resident else None, now=now)
    context = {"invited": found, "resident": resident, "problem": problem, "here": request.path}
    status = 404 if found is None else 410 if found.state == "over" else 409 if problem else 200
    mailed_in = found.language if found is not None else ""
    if mailed_in not in dict(settings.LANGUAGES) or settings.LANGUAGE_COOKIE_NAME in request.COOKIES or resident:
        return render(request, "initiatives/group/invitation.html", context, status=status)
    translation.activate(mailed_in)  # who comes from the mail reads on in its language, also while signing in
    response = render(request, "initiatives/group/invitation.html", context, status=status)
    keep_language(response, mailed_in)
    return response


urlpatterns = [path("initiatieven/uitnodiging/<str:token>/", invitation, name="initiative_invitation")]
