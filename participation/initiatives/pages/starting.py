"""Beginning an initiative: the first step, and the draft that comes of it.

Who is not signed in does so after this step: until then the words wait in the session. The other steps: `plan_steps`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.api.throttles import check_throttle
from core.areas.queries import tree
from core.areas.tenancy import scope_of
from core.errors import DomainError, FieldError, Invalid, NotFound
from participation.initiatives import actions
from participation.initiatives.models import Initiative
from participation.initiatives.pages.plan import (
    STEPS,
    TITLES,
    PlanForm,
    mark_of,
    missing_in,
    stored,
    typed,
)
from participation.initiatives.pages.plan_shown import (
    address_of,
    is_quiet,
    not_saved,
)
from participation.initiatives.queries.group import drafts_of
from participation.residents.access import actor_of_resident, resident_of
from participation.texts.forms import SeeOther
from participation.texts.keeping import forget_typed, keep_typed, kept_for


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """What it is about and the first step, with the drafts there are already."""
    gemeente_id = _gemeente(request)
    if request.method == "POST":
        return _begin(request, gemeente_id)
    resident = resident_of(request)
    values = _kept(request) or {"area": request.GET.get("wijk", "")}
    form = PlanForm({name: values.get(name, "") for name in ("title", "what")}, gemeente_id=gemeente_id)
    drafts = drafts_of(resident.pk) if resident is not None else []
    return _first_page(request, form, gemeente_id, drafts=drafts, area=values.get("area", ""))


def _begin(request: HttpRequest, gemeente_id: int) -> HttpResponse:
    check_throttle(request, "draft-change")
    values = _read_first(request.POST)
    _drop_elsewhere(values, gemeente_id)
    quietly = is_quiet(request)
    missing = [] if quietly else missing_in("what", values)
    if missing:
        form = PlanForm(values, gemeente_id=gemeente_id)
        problems = form.say(missing)
        return _first_page(request, form, gemeente_id, problems=problems, area=values.get("area", ""), status=400)
    if resident_of(request) is None:
        keep_typed(request, request.path)
        if quietly:
            return JsonResponse({"saved": True})
        onward = urlencode({"next": reverse("initiative_begin_on")})
        return SeeOther(f"{reverse('resident_sign_in')}?{onward}")
    if quietly and not (values["title"] or values["what"]):
        return JsonResponse({"saved": True})
    try:
        initiative = _start(request, values)
    except DomainError as refusal:
        if quietly:
            return not_saved(refusal)
        form = PlanForm(values, gemeente_id=gemeente_id)
        errors = refusal.errors if isinstance(refusal, Invalid) else [FieldError("", refusal.code, refusal.message)]
        return _first_page(request, form, gemeente_id, problems=form.say(errors), status=400)
    if quietly:
        address = address_of("what", initiative.slug)
        return JsonResponse({"saved": True, "address": address, "mark": mark_of(stored(initiative, "what"))})
    return SeeOther(address_of("why", initiative.slug))


@never_cache
@require_http_methods(["GET", "HEAD"])
def begin_on(request: HttpRequest) -> HttpResponse:
    """Back from signing in: what was typed becomes a draft."""
    gemeente_id = _gemeente(request)
    values = _kept(request)
    if values is None or resident_of(request) is None:
        return SeeOther(reverse("initiative_begin"))
    _drop_elsewhere(values, gemeente_id)
    try:
        initiative = _start(request, values)
    except DomainError as refusal:
        form = PlanForm(values, gemeente_id=gemeente_id)
        return _first_page(request, form, gemeente_id, problems=[("", str(refusal.message))], status=409)
    return SeeOther(address_of("why", initiative.slug))


def _start(request: HttpRequest, values: dict[str, Any]) -> Initiative:
    resident = resident_of(request)
    check_throttle(request, "draft")
    initiative = actions.start_draft(
        values=values,
        name=resident.name if resident is not None else "",
        language=translation.get_language() or "nl",
        actor=actor_of_resident(request),
        now=timezone.now(),
    )
    forget_typed(request, reverse("initiative_begin"))
    return initiative


def _first_page(
    request: HttpRequest,
    form: PlanForm,
    gemeente_id: int,
    *,
    problems: list[tuple[str, str]] | None = None,
    drafts: list[dict[str, Any]] | None = None,
    area: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "step": "what",
        "titles": TITLES,
        "gemeente": tree().by_id[gemeente_id],
        "drafts": drafts or [],
        "area": area,
        "problems": problems or [],
        "action": reverse("initiative_begin"),
        "number": 1,
        "all_steps": len(STEPS),
        "signed_in": resident_of(request) is not None,
    }
    return render(request, "initiatives/start/begin.html", context, status=status)


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    """What was typed before signing in."""
    said = kept_for(request, reverse("initiative_begin"))
    return None if said is None else _read_first(said)


def _read_first(said: QueryDict) -> dict[str, Any]:
    values = {name: typed(said, name) for name in ("title", "what", "theme", "area")}
    return {name: value for name, value in values.items() if value or name in ("title", "what")}


def _drop_elsewhere(values: dict[str, Any], gemeente_id: int) -> None:
    area = tree().by_code.get(values.get("area", ""))
    if area is None or area.gemeente_id != gemeente_id:
        values.pop("area", None)


def _gemeente(request: HttpRequest) -> int:
    gemeente_id = scope_of(request).gemeente_id
    if gemeente_id is None:
        raise NotFound
    return gemeente_id


urlpatterns = [
    path("initiatieven/beginnen/", begin, name="initiative_begin"),
    path("initiatieven/beginnen/verder/", begin_on, name="initiative_begin_on"),
]
