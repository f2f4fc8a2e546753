"""What a step of a plan answers: its page, or quietly whether it is saved."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.areas.queries import tree
from core.errors import Conflict, DomainError, FieldError, Invalid
from core.media.urls import photo_url
from participation.initiatives.actions.drafting import MOST_PHOTOS, REQUIRED
from participation.initiatives.approaches import approach_of, approaches_for
from participation.initiatives.models import Initiative
from participation.initiatives.pages.frame import Inside
from participation.initiatives.pages.plan import (
    ASKS,
    STEP_OF,
    STEPS,
    TITLES,
    PlanForm,
    mark_of,
    places_to_pick,
    stored,
    typed,
    values_of,
)
from participation.initiatives.permissions import Deed, Role
from participation.initiatives.queries.group import own_name
from participation.initiatives.queries.similar import similar_to
from participation.initiatives.states import is_unsent
from participation.texts.checking import check_text

SEARCH = "initiative-search"
"""In the session: the place that was searched for last. An address is nothing for a URL."""
EDITS = frozenset({"what", "why", "where"})
"""Steps that change what neighbours support."""


def address_of(step: str, slug: str, anchor: str = "") -> str:
    return reverse(f"initiative_{step}", args=[slug]) + (f"#{anchor}" if anchor else "")


def show(
    request: HttpRequest,
    here: Inside,
    step: str,
    *,
    values: dict[str, Any] | None = None,
    wrong: list[FieldError] | None = None,
    theirs: dict[str, Any] | None = None,
    said: QueryDict | None = None,
    status: int = 200,
) -> HttpResponse:
    """`said`: what was typed and is not saved; `values`: the same, as the plan has it."""
    initiative, said = here.initiative, request.POST if said is None else said
    shown = values_of(initiative) | {"name": own_name(initiative, here.actor.resident_id)}
    was = stored(initiative, step)
    if values is not None:
        shown |= {name: value for name, value in values.items() if name != "point"}
        shown["lon"], shown["lat"] = (values.get("point") or (None, None)) if step == "where" else (None, None)
        if step == "who":
            shown["name"] = typed(said, "name")
    form = PlanForm(shown, gemeente_id=initiative.gemeente_id)
    context: dict[str, Any] = {
        "form": form,
        "step": step,
        "title": TITLES[step],
        "titles": TITLES,
        "initiative": initiative,
        "inside": here,
        "is_draft": is_unsent(initiative.stage),
        "gemeente": tree().by_id[initiative.gemeente_id],
        "problems": form.say(wrong or []),
        "theirs": [
            (str(form.fields[name].label), value) for name, value in (theirs or {}).items() if name in form.fields
        ],
        "action": address_of(step, initiative.slug),
        "seen": mark_of(was),
        **_way(initiative, step),
    }
    if step == "where":
        searched = request.session.get(SEARCH, ["", ""])
        found = searched[1] if searched[0] == initiative.slug else ""
        place = tree().by_id.get(initiative.area_id or 0)
        context |= places_to_pick(initiative.gemeente_id, found, initiative)
        context["place"] = place if initiative.lon is None else None
        context["spot"] = (shown["address"] or _("The place on the map")) if shown["lon"] is not None else ""
    if step in ("photos", "look"):
        context["photos"] = [
            {"id": one.photo_id, "url": photo_url(one.photo_id, "thumb"), "alt": one.alt}
            for one in initiative.photos.all()
        ]
        context["most_photos"] = MOST_PHOTOS
        context["waiting"] = said.getlist("photo") if request.method != "POST" else []
    if step == "similar":
        context["similar"] = similar_to(initiative)
        context["approaches"] = approaches_of(initiative)
        context["chosen"] = approach_of(initiative.approach, gemeente_id=initiative.gemeente_id)
    if step == "look":
        context |= _looked_at(here)
    return render(request, f"initiatives/start/{step}.html", context, status=status)


def _way(initiative: Initiative, step: str) -> dict[str, Any]:
    """The steps with how far each is: done, now or next; and where back leads."""
    steps = [one for one in STEPS if one != "similar" or is_unsent(initiative.stage)]
    filled = {one for one in steps if any(stored(initiative, one).values())}
    at = steps.index(step)
    rows = [
        {
            "key": one,
            "title": TITLES[one],
            "address": address_of(one, initiative.slug),
            "state": "now" if one == step else "done" if one in filled or place < at else "next",
        }
        for place, one in enumerate(steps)
    ]
    return {"way": rows, "number": at + 1, "all_steps": len(steps), "back": rows[at - 1]["address"] if at else ""}


def approaches_of(initiative: Initiative) -> list[Any]:
    text = f"{initiative.title}\n{initiative.what}"
    return approaches_for(gemeente_id=initiative.gemeente_id, text=text, theme_id=initiative.theme_id)


def _looked_at(here: Inside) -> dict[str, Any]:
    initiative = here.initiative
    values = values_of(initiative)
    area = tree().by_id.get(initiative.area_id or 0)
    chosen = approach_of(initiative.approach, gemeente_id=initiative.gemeente_id)
    shown = {
        "title": (_("Name"), initiative.title),
        "what": (_("What"), initiative.what),
        "why": (_("Why"), initiative.why),
        "area": (_("Where"), ", ".join(part for part in (initiative.address, area.name if area else "") if part)),
        "who": (_("For whom and with whom"), initiative.who),
        "wanted": (_("What is needed"), initiative.wanted),
        "when": (_("When"), initiative.when),
    }
    edits = {step: here.may(Deed.EDIT if step in EDITS else Deed.EDIT_PLAN) for step in ASKS}
    lines = [
        {
            "key": name,
            "label": label,
            "text": text,
            "change": address_of(STEP_OF[name], initiative.slug, f"id_{name}") if edits[STEP_OF[name]] else "",
            "needed": name in REQUIRED and not values.get(name),
        }
        for name, (label, text) in shown.items()
    ]
    return {
        "lines": lines,
        "complete": not any(one["needed"] for one in lines),
        "approach": chosen,
        "findings": _findings(initiative),
        "leads": Role.STARTER in here.roles,
        "photos_change": address_of("photos", initiative.slug) if here.may(Deed.EDIT_PLAN) else "",
    }


def _findings(initiative: Initiative) -> list[dict[str, Any]]:
    """What the writers may not want in public: personal data, and words from the list. It stops nobody."""
    text = "\n".join((initiative.title, initiative.what, initiative.why, initiative.who, initiative.wanted))
    return check_text(text[:3000], initiative.gemeente_id).shown()


def is_quiet(request: HttpRequest) -> bool:
    return request.headers.get("X-Save") == "draft"


def not_saved(refusal: DomainError) -> HttpResponse:
    words = refusal.errors[0].detail if isinstance(refusal, Invalid) and refusal.errors else refusal.message
    status = 409 if isinstance(refusal, Conflict) else 400
    return JsonResponse({"saved": False, "message": str(words)}, status=status)
