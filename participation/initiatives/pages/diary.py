"""The diary, milestones and money: what everybody reads, and the group's tab where they are written."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from core.errors import DomainError, FieldError, Invalid, NotFound
from core.media.actions import store_upload
from participation.initiatives.actions import telling
from participation.initiatives.models import Entry
from participation.initiatives.money import read_euros
from participation.initiatives.pages.frame import Inside, frame, go, inside, insiders, status_of
from participation.initiatives.pages.viewing import actor_of_request
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.queries import telling as told
from participation.texts.checking import check_text, mark_of

ANCHORS = {
    "tell": {"text": "#id_text", "title": "#id_title", "photos": "#id_photos", "file": "#id_photos"},
    "milestone": {"title": "#id_milestone", "on": "#id_on"},
    "entry": {"label": "#id_label", "amount": "#id_amount", "direction": "#id_direction_out"},
    "change": {"text": "#id_text", "title": "#id_title"},
}
"""Where the field of a mistake stands, by the form."""


@require_safe
def public_diary(request: HttpRequest, slug: str) -> HttpResponse:
    """All of the diary, for everybody; some pages at a time."""
    check_throttle(request, "public")
    actor = actor_of_request(request)
    initiative = get_initiative_for(actor, slug)
    if initiative.gemeente_id != scope_of(request).gemeente_id:
        raise Http404
    page = _page(request)
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
    deed = request.POST.get("deed", "")
    photos: list[tuple[UUID, str]] = []
    if request.method == "POST":
        check_throttle(request, "support")
        try:
            if deed == "tell":
                photos = _photos(request)
                asked = _asks_again(request, here)
            if asked is None:
                said, anchor = _act(request, here, deed, photos)
                messages.success(request, said)
                return go("initiative_diary", slug, anchor=anchor)
        except NotFound:
            raise
        except DomainError as refusal:
            problem = refusal
    typed = request.POST if problem is not None or asked else {}
    today = timezone.localdate()
    context = frame(
        here,
        "diary",
        diary=told.diary_of(here.initiative, here.actor, page=_page(request), inside=True),
        page=_page(request),
        milestones=told.milestones_of(here.initiative, today),
        money=told.money_of(here.initiative),
        today=today,
        tells=here.may(Deed.TELL),
        ended=here.may(Deed.LOOK_BACK),
        moderates=here.may(Deed.MODERATE),
        asked=asked,
        deed=deed if typed else "",
        typed=typed,
        kept=photos if typed else [],
        most_photos=telling.MOST_PHOTOS,
        directions=Entry.Direction.choices,
        **_mistakes(problem, deed),
    )
    return render(request, "initiatives/group/diary.html", context, status=status_of(problem))


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
    if request.method == "POST":
        check_throttle(request, "support")
        post = request.POST
        try:
            if post.get("deed") == "remove":
                telling.remove_update(**common)
                messages.success(request, _("Removed."))
                return go("initiative_diary", slug)
            if post.get("drop"):
                telling.drop_update_photo(photo_id=_uuid(post["drop"]), **common)
                return go("initiative_diary_change", slug, update_id)
            asked = _asks_again(request, here)
            if asked is None:
                alts = {one.photo_id: post.get(f"alt_{one.photo_id}", one.alt) for one in row.photos}
                telling.change_update(text=post.get("text", ""), title=post.get("title", ""), alts=alts, **common)
                messages.success(request, _("Saved."))
                return go("initiative_diary", slug, anchor=f"d{update_id}")
        except NotFound:
            raise
        except DomainError as refusal:
            problem = refusal
    typed = request.POST if problem is not None or asked else {"title": row.title, "text": row.text}
    context = frame(
        here,
        "diary",
        row=row,
        typed=typed,
        asked=asked,
        sure=request.GET.get("weg") == "ja",
        tells=here.may(Deed.TELL),
        **_mistakes(problem, "change"),
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
                on=day_of(post.get("on", "")) if post.get("on") else None,
                **common,
            )
            return _("Saved."), "money"
        case "entry-remove":
            telling.remove_entry(entry_id=number_of(post.get("entry", "")), **common)
            return _("Removed."), "money"
    raise NotFound


def _photos(request: HttpRequest) -> list[tuple[UUID, str]]:
    """Those kept from an earlier try, and those that come along now; each with what is on it."""
    post = request.POST
    found = [(_uuid(one), post.get(f"alt_{one}", "")) for one in post.getlist("photo")[: telling.MOST_PHOTOS]]
    files = request.FILES.getlist("photos")
    if len(found) + len(files) > telling.MOST_PHOTOS:
        words = _("You can add %(most)d photos at most.") % {"most": telling.MOST_PHOTOS}
        raise Invalid(FieldError("photos", "too-many", words))
    for file in files:
        check_throttle(request, "upload")
        found.append((store_upload(file=file, now=timezone.now()).photo.pk, ""))
    return found


def _asks_again(request: HttpRequest, here: Inside) -> dict[str, Any] | None:
    """What the writer may want to look at first: personal data, rude words. Asked once per text; None: nothing."""
    text = "\n".join([request.POST.get("title", ""), request.POST.get("text", "")]).strip()
    if request.POST.get("guarded") == mark_of(text):
        return None
    checked = check_text(text, here.initiative.gemeente_id)
    return {"findings": checked.shown(), "mark": mark_of(text)} if checked.findings else None


def _mistakes(problem: DomainError | None, deed: str) -> dict[str, Any]:
    wrong = {one.field: str(one.detail) for one in problem.errors} if isinstance(problem, Invalid) else {}
    anchors = ANCHORS.get(deed, {})
    if "file" in wrong:
        wrong["photos"] = wrong.pop("file")
    return {
        "wrong": wrong,
        "problems": [(anchors.get(name, ""), words) for name, words in wrong.items()]
        or ([("", str(problem.message))] if problem else []),
    }


def day_of(typed: str) -> date | None:
    try:
        day = parse_date(typed)
    except ValueError:
        return None
    return day if day is not None and 2000 <= day.year <= 2100 else None


def _page(request: HttpRequest) -> int:
    typed = request.GET.get("pagina", "")
    return min(max(int(typed), 1), 500) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1


def number_of(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 18):
        raise NotFound
    return int(typed)


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None


urlpatterns: list[Any] = [
    path("initiatieven/<slug:slug>/dagboek/", public_diary, name="initiative_updates"),
    path("initiatieven/<slug:slug>/groep/dagboek/", diary, name="initiative_diary"),
    path("initiatieven/<slug:slug>/groep/dagboek/<int:update_id>/", change, name="initiative_diary_change"),
]
