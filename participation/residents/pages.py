"""Signing in and `/mijn/`: the resident's own account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache


@never_cache
def sign_in_page(request: HttpRequest) -> HttpResponse:
    return render(request, "residents/sign_in.html", {})


urlpatterns = [path("mijn/inloggen/", sign_in_page, name="resident_sign_in")]
