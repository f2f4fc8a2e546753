"""The model card in `/beheer/`: what proposes categories here, how well it does, and the switch."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import log

from core.areas.admin import OwnGemeentePolicy
from core.areas.models import Area
from core.areas.policies import workplace
from core.errors import NotFound
from participation.organisations.admin import NOTHING
from participation.routing.actions import allow_learned
from participation.routing.models import Category, LearnedModel
from participation.routing.proposals.training import FEWEST_PEOPLE, FEWEST_REPORTS
from participation.routing.proposals.vocabulary import default_words
from participation.routing.queries import config

POLICY = OwnGemeentePolicy(Category, never=NOTHING, superusers=NOTHING)


class CardMenuItem(MenuItem):
    """For whoever may see the categories."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(POLICY.user_has_any_permission(request.user, ["add", "change", "view"]))


class ModelCardViewSet(ViewSet):
    """One card per municipality one may see; the switch for whoever may change its categories."""

    name = "category-proposals"
    menu_label = _("Category proposals")
    icon = "clipboard-list"
    menu_item_class = CardMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.page, name="index"),
            path("<int:gemeente_id>/switch/", self.switch, name="switch"),
            path("<int:gemeente_id>/words/<slug:slug>/", self.words, name="words"),
        ]

    def page(self, request: HttpRequest) -> HttpResponse:
        rows = LearnedModel.objects.defer("weights").select_related("gemeente").order_by("gemeente__name")
        own = _own(request, "add", "change", "view")
        if own is not None:
            rows = rows.filter(gemeente_id=own)
        context = {
            "page_title": _("Category proposals"),
            "cards": [_card(row) for row in rows],
            "fewest_reports": FEWEST_REPORTS,
            "fewest_people": FEWEST_PEOPLE,
            "may_switch": POLICY.user_has_permission(request.user, "change"),
            "own": own,
            "mains": config(own).tree if own else (),
        }
        return render(request, "routing/model_card.html", context)

    def switch(self, request: HttpRequest, gemeente_id: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseRedirect(reverse("category-proposals:index"))
        own = _own(request, "change")
        if own not in (None, gemeente_id):
            raise PermissionDenied
        allowed = request.POST.get("allowed") == "yes"
        try:
            allow_learned(gemeente_id, allowed=allowed)
        except NotFound as nothing:
            messages.error(request, str(nothing))
            return HttpResponseRedirect(reverse("category-proposals:index"))
        log(
            instance=Area.objects.get(pk=gemeente_id),
            action="wagtail.edit",
            user=request.user,
            data={"learned proposals": "on" if allowed else "off"},
        )
        messages.success(
            request, _("What was learned may be used.") if allowed else _("What was learned is switched off.")
        )
        return HttpResponseRedirect(reverse("category-proposals:index"))

    def words(self, request: HttpRequest, gemeente_id: int, slug: str) -> HttpResponse:
        own = _own(request, "add", "change", "view")
        category = config(gemeente_id).reportable(slug) if own in (None, gemeente_id) else None
        if category is None:
            raise PermissionDenied
        context = {
            "page_title": category.name,
            "category": category,
            "ours": default_words().get(slug, ()),
            "theirs": category.keywords,
        }
        return render(request, "routing/category_words.html", context)


def _own(request: HttpRequest, *permissions: str) -> int | None:
    """The municipality one works for, None for whoever may see all; PermissionDenied."""
    if not POLICY.user_has_any_permission(request.user, list(permissions)):
        raise PermissionDenied
    return None if request.user.is_superuser else workplace(request.user) or 0


def _card(row: LearnedModel) -> dict[str, Any]:
    categories = config(row.gemeente_id).settings.by_slug
    words, learned = row.figures["words"], row.figures["learned"]
    nothing = {"top1": None, "top3": None}
    return {
        "row": row,
        "words": _percentages(words),
        "learned": _percentages(learned),
        "categories": [
            {
                "name": categories[slug].name if slug in categories else slug,
                "count": one["count"],
                "words": _percentages(words["categories"].get(slug, nothing)),
                "learned": _percentages(one),
            }
            for slug, one in sorted(learned["categories"].items(), key=lambda item: -item[1]["count"])
        ],
    }


def _percentages(figures: dict[str, Any]) -> dict[str, int | None]:
    return {key: None if figures[key] is None else round(figures[key] * 100) for key in ("top1", "top3")}
