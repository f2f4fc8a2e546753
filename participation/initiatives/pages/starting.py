"""Beginning an initiative: plain steps, each a page of its own, with a draft behind them from the first word.

Every GET shows what is kept; every POST keeps its own step and leads on with 303, so that back and reload are safe.
Who is not signed in does so after the first step: until then the words wait in the session. With a script the same POST
goes out quietly while somebody types (`X-Save`). After it is sent the same pages change what may still change.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from core.api.throttles import check_throttle
from core.areas.queries import tree
from core.areas.tenancy import scope_of
from core.errors import Conflict, DomainError, FieldError, Invalid, NotFound
from core.media.actions import store_upload
from core.media.uploads import receive_in_memory
from core.media.urls import photo_url
from participation.initiatives import actions
from participation.initiatives.actions.drafting import MOST_PHOTOS, NEEDED, REQUIRED
from participation.initiatives.actions.submitting import submit_initiative
from participation.initiatives.approaches import approach_of, approaches_for
from participation.initiatives.models import Initiative
from participation.initiatives.pages.frame import Inside, inside, insiders
from participation.initiatives.pages.plan import (
    ASKS,
    REQUIRED_IN,
    STEP_OF,
    STEPS,
    TITLES,
    WORDS,
    PlanForm,
    mark_of,
    places_to_pick,
    read_step,
    stored,
    typed,
    values_of,
)
from participation.initiatives.permissions import Deed, Role
from participation.initiatives.queries.group import drafts_of, own_name
from participation.initiatives.queries.similar import similar_to
from participation.initiatives.states import is_unsent
from participation.residents.access import actor_of_resident, resident_of
from participation.texts.checking import check_text
from participation.texts.forms import SeeOther, uuid_of
from participation.texts.keeping import forget_typed, keep_typed, kept_for, typed_in

SEARCH = "initiative-search"
"""In the session: the place that was searched for last. An address is nothing for a URL."""
EDITS = frozenset({"what", "why", "where"})
STAYS = ("find", "pick", "clear", "drop")
"""Buttons that only change something on the same page."""


def address_of(step: str, slug: str, anchor: str = "") -> str:
    return reverse(f"initiative_{step}", args=[slug]) + (f"#{anchor}" if anchor else "")


# --- the first step ---------------------------------------------------------------------------


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
    quietly = _is_quiet(request)
    missing = [] if quietly else _missing("what", values)
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
            return _not_saved(refusal)
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


# --- the steps of a draft ---------------------------------------------------------------------


@csrf_exempt  # checked by the inner view, after the photos are kept from touching the disk
@require_http_methods(["GET", "HEAD", "POST"])
def one_step(request: HttpRequest, slug: str, step: str) -> HttpResponseBase:
    if request.method == "POST" and step == "photos":
        receive_in_memory(request, photos=MOST_PHOTOS)
    return _one_step(request, slug, step)


@csrf_protect
@insiders
def _one_step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    deed = Deed.SEE_INSIDE if step == "look" else Deed.EDIT if step in EDITS else Deed.EDIT_PLAN
    try:
        here = inside(request, slug, deed)
    except Conflict as refusal:
        if _is_quiet(request):
            return _not_saved(refusal)
        messages.error(request, str(refusal.message))
        return SeeOther(address_of("look", slug))
    if not here.is_member:
        raise NotFound
    said = typed_in(request)
    if request.method != "POST":
        values = read_step(said, step, stored(here.initiative, step))[0] if said and step in ASKS else None
        return _show(request, here, step, values=values, said=said)
    if step == "look":
        return _send(request, here)
    return _take(request, here, step)


def _take(request: HttpRequest, here: Inside, step: str) -> HttpResponse:
    check_throttle(request, "draft-change")
    initiative, post, now = here.initiative, request.POST, timezone.now()
    was = stored(initiative, step)
    values, wrong = ({}, []) if step == "photos" else read_step(post, step, was)
    quietly = _is_quiet(request)
    if "find" in post:
        request.session[SEARCH] = [initiative.slug, typed(post, "q")[:100]]
    elif step == "where" and not quietly:
        request.session.pop(SEARCH, None)
    if _changed_meanwhile(post, was, values):
        refusal = Conflict(_("Somebody else of your group changed this meanwhile."), code="changed-meanwhile")
        return _not_saved(refusal) if quietly else _show(request, here, step, values=values, theirs=was, status=409)
    try:
        wrong += _keep(request, here, step, values, now=now)
    except DomainError as refusal:
        if quietly:
            return _not_saved(refusal)
        own = FieldError("", refusal.code, refusal.message)
        wrong += refusal.errors if isinstance(refusal, Invalid) else [own]
    if quietly:
        fresh = Initiative.objects.get(pk=initiative.pk)
        return JsonResponse({"saved": True, "mark": mark_of(stored(fresh, step))})
    stays = next((name for name in STAYS if name in post), "")
    if not stays and not wrong and "later" not in post:
        wrong = _missing(step, values)
    if wrong:
        return _show(request, inside(request, initiative.slug), step, values=values, wrong=wrong, status=400)
    if stays:
        return SeeOther(address_of(step, initiative.slug, "found" if step == "where" else "id_photos"))
    if "later" in post:
        return SeeOther(reverse("initiative_group", args=[initiative.slug]))
    return SeeOther(address_of(_next(inside(request, initiative.slug).initiative, step), initiative.slug))


def _keep(request: HttpRequest, here: Inside, step: str, values: dict[str, Any], *, now: datetime) -> list[FieldError]:
    """Write this step down; answers what was wrong with photos."""
    slug, name = here.initiative.slug, typed(request.POST, "name")
    if values:
        actions.change_initiative(slug=slug, values=values, actor=here.actor, now=now)
    if step == "who" and name != own_name(here.initiative, here.actor.resident_id):
        actions.call_me(slug=slug, name=name, actor=here.actor, now=now)
    return _take_photos(request, here, now=now) if step == "photos" else []


def _next(initiative: Initiative, step: str) -> str:
    if not is_unsent(initiative.stage):
        return "look"
    after = STEPS[STEPS.index(step) + 1]
    if after == "similar" and not _likes(initiative):
        return "look"
    return after


def _likes(initiative: Initiative) -> bool:
    return bool(similar_to(initiative)) or bool(_approaches(initiative))


def _approaches(initiative: Initiative) -> list[Any]:
    text = f"{initiative.title}\n{initiative.what}"
    return approaches_for(gemeente_id=initiative.gemeente_id, text=text, theme_id=initiative.theme_id)


def _changed_meanwhile(post: QueryDict, was: dict[str, Any], values: dict[str, Any]) -> bool:
    """Whether somebody else put something there that this page does not show, and it is not the same."""
    seen = post.get("seen")
    return bool(seen) and seen != mark_of(was) and mark_of(was | values) != mark_of(was)


def _missing(step: str, values: dict[str, Any]) -> list[FieldError]:
    """What has to be there before one goes on. A place on the map tells its quarter itself."""
    return [
        FieldError(name, "required", NEEDED[name])
        for name in REQUIRED_IN.get(step, ())
        if not values.get(name) and not (name == "area" and values.get("point"))
    ]


def _take_photos(request: HttpRequest, here: Inside, *, now: datetime) -> list[FieldError]:
    slug, post, wrong = here.initiative.slug, request.POST, list[FieldError]()
    common: dict[str, Any] = {"slug": slug, "actor": here.actor, "now": now}
    waiting = [uuid_of(one) for one in post.getlist("photo")]
    if waiting:  # they came along before somebody signed in
        actions.add_photos(ids=waiting, **common)
    there = {str(one.photo_id): one for one in here.initiative.photos.all()}
    if post.get("drop") in there:
        actions.drop_photo(photo_id=UUID(post["drop"]), **common)
        del there[post["drop"]]
    for photo_id, one in there.items():
        if f"alt_{photo_id}" in post and typed(post, f"alt_{photo_id}") != one.alt:
            actions.describe_photo(photo_id=one.photo_id, alt=typed(post, f"alt_{photo_id}"), **common)
    for at, file in enumerate(request.FILES.getlist("photos")):
        if len(there) + at >= MOST_PHOTOS:
            words = _("You can add %(most)d photos at most. The others were left out.") % {"most": MOST_PHOTOS}
            wrong.append(FieldError("photos", "too-many", words))
            break
        try:
            check_throttle(request, "upload")
            actions.add_photos(ids=[store_upload(file=file, now=now).photo.pk], **common)
        except Invalid as refusal:
            wrong += [FieldError("photos", mistake.code, mistake.detail) for mistake in refusal.errors]
    return wrong


def _show(
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
        context["approaches"] = _approaches(initiative)
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


# --- looking once more, and sending -----------------------------------------------------------


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


def _send(request: HttpRequest, here: Inside) -> HttpResponse:
    slug = here.initiative.slug
    try:
        submit_initiative(slug, here.actor, timezone.now())
    except NotFound:
        raise
    except Invalid as refusal:
        return _show(request, inside(request, slug), "look", wrong=refusal.errors, status=400)
    except DomainError as refusal:
        wrong = [FieldError("", refusal.code, refusal.message)]
        return _show(request, inside(request, slug), "look", wrong=wrong, status=409)
    messages.success(request, _("Your plan is sent. Somebody who works in your neighbourhood will look at it."))
    return SeeOther(reverse("initiative_group", args=[slug]))


# --- saving while typing ----------------------------------------------------------------------


def _is_quiet(request: HttpRequest) -> bool:
    return request.headers.get("X-Save") == "draft"


def _not_saved(refusal: DomainError) -> HttpResponse:
    words = refusal.errors[0].detail if isinstance(refusal, Invalid) and refusal.errors else refusal.message
    status = 409 if isinstance(refusal, Conflict) else 400
    return JsonResponse({"saved": False, "message": str(words)}, status=status)


urlpatterns = [
    path("initiatieven/beginnen/", begin, name="initiative_begin"),
    path("initiatieven/beginnen/verder/", begin_on, name="initiative_begin_on"),
    *(
        path(f"initiatieven/beginnen/<slug:slug>/{word}/", one_step, {"step": step}, name=f"initiative_{step}")
        for step, word in WORDS.items()
    ),
]
