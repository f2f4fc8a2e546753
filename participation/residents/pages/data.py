"""Everything the platform holds about a resident: to read, to take along, and to erase."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.api.parsing import UtcEncoder
from core.api.throttles import check_throttle
from core.errors import NotAllowed, Text
from participation.residents import actions, codes
from participation.residents.access import needs_resident, take_back
from participation.residents.limits import network_limit
from participation.residents.models import Resident
from participation.residents.pages.account import here_of
from participation.residents.pages.signing_in import shown_address
from participation.residents.queries import everything_about, holders


@never_cache
@require_safe
@needs_resident
def read(request: HttpRequest) -> HttpResponse:
    """All of it in words."""
    held = everything_about(here_of(request).resident)
    known = holders()
    parts = [(known[key].label, _in_words(found, known[key].words)) for key, found in held.items()]
    return render(request, "residents/data.html", {"parts": parts})


@never_cache
@require_safe
@needs_resident
def take(request: HttpRequest) -> HttpResponse:
    """The same as one file, for another program to read."""
    now = timezone.now()
    told = {"madeAt": now, "site": request.get_host(), **everything_about(here_of(request).resident)}
    text = json.dumps(told, cls=UtcEncoder, ensure_ascii=False, indent=2)
    name = f"{_('my-data')}-{timezone.localdate(now)}.json"
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"' if name.isascii() else "attachment"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_resident
def erase(request: HttpRequest) -> HttpResponse:
    """What goes and what stays; a POST sends the code to do it with to their own address."""
    resident = here_of(request).resident
    if request.method != "POST":
        return _erase(request, resident)
    check_throttle(request, "sign-in-code")
    own = resident.email or resident.phone
    codes.send_code(
        purpose=codes.ERASE,
        address=own,
        gemeente_ids=[resident.gemeente_id],
        network=network_limit(request),
        language=translation.get_language() or "nl",
        about=str(resident.pk),
        now=timezone.now(),
    )
    return _erase(request, resident, asked=own)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_resident
def erase_for_good(request: HttpRequest) -> HttpResponseBase:
    """The code: with the right one everything is erased."""
    resident = here_of(request).resident
    if request.method != "POST":
        return redirect("my_data_erase")
    check_throttle(request, "sign-in")
    try:
        actions.erase(resident=resident, code=request.POST.get("code", ""), now=timezone.now())
    except NotAllowed as refusal:
        return _erase(request, resident, asked=resident.email or resident.phone, wrong_code=refusal.message)
    response = redirect("my_data_erased")
    take_back(response)
    return response


@never_cache
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    return render(request, "residents/erased.html")


def _erase(request: HttpRequest, resident: Resident, **more: Any) -> HttpResponse:
    known = holders().values()
    context = {
        "resident": resident,
        "goes": [one.goes for one in known if one.goes],
        "stays": [one.stays for one in known if one.stays],
        **shown_address(more.get("asked", "@")),
        **more,
    }
    return render(request, "residents/erase.html", context, status=400 if "wrong_code" in more else 200)


def _in_words(found: Any, words: Mapping[str, Text]) -> Any:
    """For the page: dicts as ("facts", [(label, value)]), lists as ("list", [value]), the rest as ("text", str)."""
    match found:
        case Mapping():
            facts = [(words.get(key, key), _in_words(value, words)) for key, value in found.items() if _says(value)]
            return "facts", facts
        case list() | tuple():
            return "list", [_in_words(one, words) for one in found if _says(one)]
        case datetime():
            return "text", date_format(timezone.localtime(found), "j F Y H:i")
        case date():
            return "text", date_format(found, "j F Y")
        case bool():
            return "text", _("yes") if found else _("no")
        case str() if (moment := _moment(found)) is not None:
            return "text", date_format(timezone.localtime(moment), "j F Y H:i")
        case _:
            return "text", str(found)


def _says(value: Any) -> bool:
    return value not in (None, "", [], {}, ())


def _moment(text: str) -> datetime | None:
    """A moment as JSON has it (`2026-11-22T09:30:00Z`)."""
    if len(text) < 20 or text[10] != "T":
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


urlpatterns = [
    path("mijn/inzien/", read, name="my_data"),
    path("mijn/inzien/bestand/", take, name="my_data_file"),
    path("mijn/wissen/", erase, name="my_data_erase"),
    path("mijn/wissen/code/", erase_for_good, name="my_data_erase_code"),
    path("mijn/gewist/", erased, name="my_data_erased"),
]
