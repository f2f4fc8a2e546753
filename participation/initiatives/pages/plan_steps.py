"""The steps of a plan, each a page of its own, with a draft behind them from the first word.

Every GET shows what is kept; every POST keeps its own step and leads on with 303, so that back and reload are safe.
With a script the same POST goes out quietly while somebody types (`X-Save`). After it is sent the same pages change
what may still change.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from core.api.throttles import check_throttle
from core.errors import Conflict, DomainError, FieldError, Invalid, NotFound
from core.media.actions import store_upload
from core.media.uploads import receive_in_memory
from participation.initiatives import actions
from participation.initiatives.actions.drafting import MOST_PHOTOS
from participation.initiatives.actions.submitting import submit_initiative
from participation.initiatives.models import Initiative
from participation.initiatives.pages.frame import Inside, inside, insiders
from participation.initiatives.pages.plan import (
    ASKS,
    STEPS,
    WORDS,
    mark_of,
    missing_in,
    read_step,
    stored,
    typed,
)
from participation.initiatives.pages.plan_shown import (
    EDITS,
    SEARCH,
    address_of,
    approaches_of,
    is_quiet,
    not_saved,
    show,
)
from participation.initiatives.permissions import Deed
from participation.initiatives.queries.group import own_name
from participation.initiatives.queries.similar import similar_to
from participation.initiatives.states import is_unsent
from participation.texts.forms import SeeOther, uuid_of
from participation.texts.keeping import typed_in

STAYS = ("find", "pick", "clear", "drop")
"""Buttons that only change something on the same page."""


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
        if is_quiet(request):
            return not_saved(refusal)
        messages.error(request, str(refusal.message))
        return SeeOther(address_of("look", slug))
    if not here.is_member:
        raise NotFound
    said = typed_in(request)
    if request.method != "POST":
        values = read_step(said, step, stored(here.initiative, step))[0] if said and step in ASKS else None
        return show(request, here, step, values=values, said=said)
    if step == "look":
        return _send(request, here)
    return _take(request, here, step)


def _take(request: HttpRequest, here: Inside, step: str) -> HttpResponse:
    check_throttle(request, "draft-change")
    initiative, post, now = here.initiative, request.POST, timezone.now()
    was = stored(initiative, step)
    values, wrong = ({}, []) if step == "photos" else read_step(post, step, was)
    quietly = is_quiet(request)
    if "find" in post:
        request.session[SEARCH] = [initiative.slug, typed(post, "q")[:100]]
    elif step == "where" and not quietly:
        request.session.pop(SEARCH, None)
    if _changed_meanwhile(post, was, values):
        refusal = Conflict(_("Somebody else of your group changed this meanwhile."), code="changed-meanwhile")
        return not_saved(refusal) if quietly else show(request, here, step, values=values, theirs=was, status=409)
    try:
        wrong += _keep(request, here, step, values, now=now)
    except DomainError as refusal:
        if quietly:
            return not_saved(refusal)
        own = FieldError("", refusal.code, refusal.message)
        wrong += refusal.errors if isinstance(refusal, Invalid) else [own]
    if quietly:
        fresh = Initiative.objects.get(pk=initiative.pk)
        return JsonResponse({"saved": True, "mark": mark_of(stored(fresh, step))})
    stays = next((name for name in STAYS if name in post), "")
    if not stays and not wrong and "later" not in post:
        wrong = missing_in(step, values)
    if wrong:
        return show(request, inside(request, initiative.slug), step, values=values, wrong=wrong, status=400)
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
    return bool(similar_to(initiative)) or bool(approaches_of(initiative))


def _changed_meanwhile(post: QueryDict, was: dict[str, Any], values: dict[str, Any]) -> bool:
    """Whether somebody else put something there that this page does not show, and it is not the same."""
    seen = post.get("seen")
    return bool(seen) and seen != mark_of(was) and mark_of(was | values) != mark_of(was)


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


def _send(request: HttpRequest, here: Inside) -> HttpResponse:
    slug = here.initiative.slug
    try:
        submit_initiative(slug, here.actor, timezone.now())
    except NotFound:
        raise
    except Invalid as refusal:
        return show(request, inside(request, slug), "look", wrong=refusal.errors, status=400)
    except DomainError as refusal:
        wrong = [FieldError("", refusal.code, refusal.message)]
        return show(request, inside(request, slug), "look", wrong=wrong, status=409)
    messages.success(request, _("Your plan is sent. Somebody who works in your neighbourhood will look at it."))
    return SeeOther(reverse("initiative_group", args=[slug]))


urlpatterns = [
    path(f"initiatieven/beginnen/<slug:slug>/{word}/", one_step, {"step": step}, name=f"initiative_{step}")
    for step, word in WORDS.items()
]
