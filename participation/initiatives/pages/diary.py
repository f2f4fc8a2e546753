"""The diary, milestones and money: what everybody reads, and the group's tab where they are written."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from core.errors import DomainError, FieldError, Invalid, NotFound, Refused
from core.media.actions import store_upload
from core.ui.days import day_of
from core.ui.money import euros, read_euros
from participation.initiatives.actions import telling
from participation.initiatives.models import Entry
from participation.initiatives.pages.frame import Inside, frame, go, inside, insiders
from participation.initiatives.pages.viewing import actor_of_request
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.queries import telling as told
from participation.texts.forms import (
    day_in,
    looks_twice,
    mistakes_in,
    number_in,
    number_of,
    page_of,
    status_of,
    uuid_of,
)
from participation.texts.keeping import typed_in


@require_safe
def public_diary(request: HttpRequest, slug: str) -> HttpResponse:
    """All of the diary, for everybody; some pages at a time."""
    check_throttle(request, "public")
    actor = actor_of_request(request)
    initiative = get_initiative_for(actor, slug)
    if initiative.gemeente_id != scope_of(request).gemeente_id:
        raise Http404
    page = page_of(request)
    diary = told.diary_of(initiative, page=page)
    if page > 1 and not diary.told:
        raise Http404
    return render(request, "initiatives/diary.html", {"initiative": initiative, "diary": diary, "page": page})


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def diary(request: HttpRequest, slug: str) -> HttpResponse:
    """The group's tab: write, keep milestones, and keep the money in the open."""
    here = inside(request, slug)
    problem: DomainError | None = None
    asked = None
    typed = typed_in(request)
    deed = typed.get("deed", "")
    photos = _kept_photos(typed) if deed == "tell" else []
    if request.method == "POST":
        check_throttle(request, "support")
        try:
            if deed == "tell":
                _take_photos(request, photos)
                asked = looks_twice(typed, _words(typed), here.initiative.gemeente_id)
            if asked is None:
                said, anchor = _act(request, here, deed, photos)
                messages.success(request, said)
                return go("initiative_diary", slug, anchor=anchor)
        except Refused as refusal:
            problem = refusal
    about = number_in(typed.get("milestone", "") or typed.get("update", ""))
    context = frame(
        here,
        "diary",
        diary=told.diary_of(here.initiative, here.actor, page=page_of(request), inside=True),
        page=page_of(request),
        milestones=told.milestones_of(here.initiative, timezone.localdate()),
        money=told.money_of(here.initiative, inside=True),
        grants=_grants(here) if here.may(Deed.TELL) else [],
        tells=here.may(Deed.TELL),
        ended=here.may(Deed.LOOK_BACK),
        moderates=here.may(Deed.MODERATE),
        asked=asked,
        deed=deed,
        about=about,
        typed=typed,
        kept=photos,
        most_photos=telling.MOST_PHOTOS,
        directions=[(Entry.Direction.OUT, _("It goes out")), (Entry.Direction.IN, _("It comes in"))],
        **mistakes_in(problem, _anchors(deed, about)),
    )
    return render(request, "initiatives/group/diary.html", context, status=status_of(problem))


def _grants(here: Inside) -> list[tuple[str, str]]:
    """What an amount that comes in may be from: the requests that were granted, and nothing of the kind. One query."""
    rows = told.grants_of(here.initiative)
    found = [(one.case.reference, f"{euros(one.granted_cents or 0)}: {Truncator(one.what).words(12)}") for one in rows]
    return [("", _("No, it is other money")), *found] if found else []


def _anchors(deed: str, about: int | None) -> dict[str, str]:
    """Where the fields of this form stand, when it is not `#id_<field>`."""
    match deed:
        case "milestone":
            return {"title": "#id_milestone"}
        case "milestone-change":
            return {"title": f"#id_milestone_{about}", "on": f"#id_on_{about}"}
        case "hide":
            return {"why": f"#id_why_{about}"}
        case "entry":
            return {"on": "#id_entry_on"}
    return {}


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str, update_id: int) -> HttpResponse:
    """One's own page of the diary: other words, what is on the photos, or away with it."""
    here = inside(request, slug)
    row = told.update_of(here.initiative, update_id, here.actor)
    if row is None or not row.mine:
        raise Http404
    problem: DomainError | None = None
    asked = None
    common: dict[str, Any] = {"slug": slug, "update_id": update_id, "actor": here.actor, "now": timezone.now()}
    typed = post = typed_in(request)
    if request.method == "POST":
        check_throttle(request, "support")
        try:
            if post.get("deed") == "remove":
                telling.remove_update(**common)
                messages.success(request, _("Removed."))
                return go("initiative_diary", slug)
            if post.get("drop"):
                telling.drop_update_photo(photo_id=uuid_of(str(post["drop"])), **common)
                return go("initiative_diary_change", slug, update_id)
            asked = looks_twice(post, _words(post), here.initiative.gemeente_id)
            if asked is None:
                alts = {one.photo_id: post.get(f"alt_{one.photo_id}", one.alt) for one in row.photos}
                telling.change_update(text=post.get("text", ""), title=post.get("title", ""), alts=alts, **common)
                messages.success(request, _("Saved."))
                return go("initiative_diary", slug, anchor=f"d{update_id}")
        except Refused as refusal:
            problem = refusal
    context = frame(
        here,
        "diary",
        row=row,
        typed=typed or {"title": row.title, "text": row.text},
        photos=[(one, typed.get(f"alt_{one.photo_id}", one.alt)) for one in row.photos],
        asked=asked,
        sure=request.GET.get("weg") == "ja",
        tells=here.may(Deed.TELL),
        **mistakes_in(problem),
    )
    return render(request, "initiatives/group/diary_change.html", context, status=status_of(problem))


def _act(request: HttpRequest, here: Inside, deed: str, photos: list[tuple[UUID, str]]) -> tuple[str, str]:
    """What the button says; answers what to tell, and where on the page."""
    post = request.POST
    common: dict[str, Any] = {"slug": here.initiative.slug, "actor": here.actor, "now": timezone.now()}
    match deed:
        case "tell":
            row = telling.tell_update(
                text=post.get("text", ""), title=post.get("title", ""), photos=photos, **common
            )  # fmt: skip
            return _("It stands in the diary."), f"d{row.pk}"
        case "hide" | "show":
            hide = deed == "hide"
            update_id = number_of(post.get("update", ""))
            telling.hide_update(update_id=update_id, hide=hide, why=post.get("why", ""), **common)
            return (_("Hidden. The group sees why.") if hide else _("Everybody can read it.")), f"d{update_id}"
        case "milestone":
            telling.add_milestone(title=post.get("title", ""), on=day_of(post.get("on", "")), **common)
            return _("Saved."), "milestones"
        case "milestone-change":
            milestone_id = number_of(post.get("milestone", ""))
            telling.change_milestone(
                milestone_id=milestone_id, title=post.get("title", ""), on=day_of(post.get("on", "")), **common
            )
            return _("Saved."), "milestones"
        case "milestone-done" | "milestone-undone":
            done = deed == "milestone-done"
            telling.finish_milestone(milestone_id=number_of(post.get("milestone", "")), done=done, **common)
            return (_("Well done! Everybody can see it.") if done else _("Saved.")), "milestones"
        case "milestone-remove":
            telling.remove_milestone(milestone_id=number_of(post.get("milestone", "")), **common)
            return _("Removed."), "milestones"
        case "entry":
            telling.add_entry(
                direction=post.get("direction", ""),
                planned=post.get("planned") == "1",
                label=post.get("label", ""),
                cents=read_euros(post.get("amount", "")),
                on=day_in(post.get("on", ""), "on"),
                request=post.get("request", "")[:12],
                **common,
            )
            return _("Saved."), "money"
        case "entry-remove":
            telling.remove_entry(entry_id=number_of(post.get("entry", "")), **common)
            return _("Removed."), "money"
    raise NotFound


def _words(typed: QueryDict) -> str:
    """What is looked at twice before everybody reads it."""
    return "\n".join([typed.get("title", ""), typed.get("text", "")]).strip()


def _kept_photos(typed: QueryDict) -> list[tuple[UUID, str]]:
    """Those that came along earlier and were kept, each with what is on it."""
    return [(uuid_of(one), typed.get(f"alt_{one}", "")) for one in typed.getlist("photo")[: telling.MOST_PHOTOS]]


def _take_photos(request: HttpRequest, photos: list[tuple[UUID, str]]) -> None:
    """Add to `photos` those that come along now. One too many, or one that cannot be read, leaves the others kept."""
    refused: DomainError | None = None
    for file in request.FILES.getlist("photos"):
        if len(photos) == telling.MOST_PHOTOS:
            words = _("You can add %(most)d photos at most. The others were left out.") % {"most": telling.MOST_PHOTOS}
            refused = Invalid(FieldError("photos", "too-many", words))
            break
        check_throttle(request, "upload")
        try:
            photos.append((store_upload(file=file, now=timezone.now()).photo.pk, ""))
        except Invalid as refusal:
            refused = Invalid(*(FieldError("photos", one.code, one.detail) for one in refusal.errors))
    if refused is not None:
        raise refused


urlpatterns: list[Any] = [
    path("initiatieven/<slug:slug>/dagboek/", public_diary, name="initiative_updates"),
    path("initiatieven/<slug:slug>/groep/dagboek/", diary, name="initiative_diary"),
    path("initiatieven/<slug:slug>/groep/dagboek/<int:update_id>/", change, name="initiative_diary_change"),
]
