"""The workplace: one page; everything on it comes over the API and the live channel."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie

from participation.organisations.access import actor_of, professional_of


@never_cache
@login_required
@ensure_csrf_cookie
def desk(request: HttpRequest, reference: str = "") -> HttpResponse:
    """The page for every address of the desk; which case is open follows from the address."""
    if not reference and actor_of(request) is None and request.user.has_perm("wagtailadmin.access_admin"):
        return redirect("wagtailadmin_home")  # signing in leads here, and an administrator need not be a professional
    return render(request, "desk/desk.html", {"actor": professional_of(request)})
