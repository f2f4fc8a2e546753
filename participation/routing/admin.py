"""Categories, responsibilities and closed days in the back office (`/beheer/`), and "try it"."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from core.areas.admin import OwnGemeentePolicy, OwnIndexView
from core.areas.models import Area
from core.areas.policies import workplace
from core.areas.queries import AreaRow, locate, tree
from core.ui.languages import own_name
from participation.organisations.admin import (
    NOTHING,
    AbsenceViewSet,
    GroupRoleViewSet,
    OrganisationViewSet,
    ProfessionalViewSet,
    SetUpViewSet,
    TeamViewSet,
)
from participation.organisations.duty import choose_person
from participation.organisations.forms import LinesField, OwnChildForm, OwnForm, OwnInlinePanel, RowsField
from participation.routing import outside
from participation.routing.choose import Facts, choose
from participation.routing.deadlines import add_working_days
from participation.routing.explain import explain
from participation.routing.model_card import ModelCardViewSet
from participation.routing.models import Category, ClosedDay, Responsibility, Theme
from participation.routing.proposals import propose
from participation.routing.queries import config
from participation.routing.question_forms import QuestionForm, check_questions, preview


class TranslationForm(OwnChildForm):
    language = forms.ChoiceField(
        label=_("Language"), choices=[(code, own_name(code)) for code in settings.RESIDENT_LANGUAGES if code != "nl"]
    )
    advice = RowsField(
        keys=("kind", "text"),
        label=_("Who to call first"),
        required=False,
        help_text=_("One per line: kind | what people read. The kinds are those of the Dutch text."),
    )
    questions = RowsField(
        keys=("key", "text"),
        label=_("Extra questions"),
        required=False,
        help_text=_("One per line: key | question. For an explanation write key.help, for a choice key=value."),
    )


class CategoryForm(OwnForm):
    keywords = LinesField(
        label=_("Words that point here"),
        required=False,
        help_text=_(
            "One word or phrase per line, as residents say it. These come on top of the words we know already."
            " Strong word: lantern = 2. Not for this category: lantern = -1. Take away one of ours: lantern = 0."
        ),
    )
    advice = RowsField(
        keys=("kind", "phone", "text"),
        label=_("Who to call first"),
        required=False,
        help_text=_("One per line: kind | phone number | what people read"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "parent" in self.fields:
            mains = self.fields["parent"].queryset.filter(parent=None)
            self.fields["parent"].queryset = mains.exclude(pk=self.instance.pk) if self.instance.pk else mains

    def is_valid(self) -> bool:
        """The questions are judged together too: what one waits for must be another."""
        valid: bool = super().is_valid()
        formset = self.formsets.get("questions")
        return valid and (formset is None or check_questions(formset))


class CategoryIndexView(OwnIndexView):
    def get_base_queryset(self) -> QuerySet[Category]:
        rows: QuerySet[Category] = super().get_base_queryset()
        return rows.select_related("parent", "gemeente")


class CategoryViewSet(SetUpViewSet):
    model = Category
    name = "categories"
    icon = "list-ul"
    index_view_class = CategoryIndexView
    list_display = [
        "name",
        Column("parent", label=_("Main category"), accessor="parent.name"),
        "visibility",
        "response_days",
        "resolve_days",
        BooleanColumn("is_active", label=_("In use"), sort_key="is_active"),
    ]
    list_filter = ["visibility", "is_active"]
    search_fields = ["name", "slug", "description"]
    edit_handler = ObjectList(
        [
            FieldPanel("gemeente"),
            FieldPanel("parent"),
            FieldPanel("name"),
            FieldPanel("slug"),
            FieldPanel("description"),
            FieldRowPanel([FieldPanel("position"), FieldPanel("is_active")]),
            FieldRowPanel([FieldPanel("visibility"), FieldPanel("near_metres")]),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("response_days"), FieldPanel("resolve_days")]), FieldPanel("promise")],
                heading=_("What we promise"),
            ),
            FieldPanel("advice"),
            FieldPanel("keywords"),
            OwnInlinePanel(
                "questions",
                heading=_("Extra questions"),
                child_form=QuestionForm,
                panels=[
                    FieldPanel(name)
                    for name in ("label", "key", "help", "type", "choices", "required", "show_if", "position")
                ],
            ),
            HelpPanel(template="routing/preview_link.html", heading=_("Preview")),
            OwnInlinePanel(
                "translations",
                heading=_("In other languages"),
                help_text=_("What you leave empty is read in our own translation, or else in Dutch."),
                child_form=TranslationForm,
                panels=[
                    FieldPanel(name) for name in ("language", "name", "description", "promise", "advice", "questions")
                ],
            ),
        ],
        base_form_class=CategoryForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        """The screens of any model, and the questions as residents see them."""
        screens: list[URLPattern] = super().get_urlpatterns()
        return [*screens, path("questions/<int:pk>/", self.preview, name="questions")]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        return preview(request, pk, policy=POLICIES[Category])


class ResponsibilityIndexView(OwnIndexView):
    def get_base_queryset(self) -> QuerySet[Responsibility]:
        rows: QuerySet[Responsibility] = super().get_base_queryset()
        return rows.select_related("area", "category", "team__organisation", "gemeente")


class ResponsibilityViewSet(SetUpViewSet):
    model = Responsibility
    name = "responsibilities"
    icon = "resubmit"
    index_view_class = ResponsibilityIndexView
    list_display = ["__str__", "kind", Column("team", label=_("Team"), accessor="team.name")]
    list_filter = ["kind"]
    search_fields = ["category__name", "area__name", "team__name"]
    edit_handler = ObjectList(
        [
            FieldPanel("gemeente"),
            FieldPanel("category"),
            FieldPanel("area"),
            FieldPanel("kind"),
            FieldPanel("team"),
        ],
        base_form_class=OwnForm,
    )


class ClosedDayViewSet(SetUpViewSet):
    model = ClosedDay
    name = "closed-days"
    icon = "calendar"
    list_display = ["day", "name"]
    search_fields = ["name"]
    edit_handler = ObjectList([FieldPanel("gemeente"), FieldPanel("day"), FieldPanel("name")], base_form_class=OwnForm)


class ThemeViewSet(SetUpViewSet):
    """What the neighbourhoods work on for years."""

    model = Theme
    name = "themes"
    icon = "tag"
    list_display = ["name", "description", "position"]
    search_fields = ["name", "slug", "description"]
    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("gemeente", "name", "slug", "description", "icon", "position")],
        base_form_class=OwnForm,
    )


class TryForm(forms.Form):
    """A place (an area or a point) and what it is about (a category, or a text to propose one from)."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), required=False)
    lat = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    kind = forms.ChoiceField(label=_("Kind"), choices=Responsibility.Kind.choices, initial="report", required=False)
    category = forms.ModelChoiceField(Category.objects.none(), label=_("Category"), required=False)
    text = forms.CharField(label=_("Or what a resident writes"), required=False, max_length=3000, widget=forms.Textarea)

    def __init__(self, *args: Any, own: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        areas, categories = Area.objects.all(), Category.objects.filter(is_active=True).exclude(parent=None)
        if own is not None:
            areas, categories = areas.filter(gemeente_id=own), categories.filter(gemeente_id=own)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chain = self._chain(cleaned)
        if chain is None:
            return cleaned
        cleaned["chain"] = chain
        category = cleaned.get("category")
        if category is not None and category.gemeente_id != chain[-1].id:
            self.add_error("category", _("This category belongs to another municipality."))
        elif category is None and not cleaned.get("text") and cleaned.get("kind") in {"", "report"}:
            self.add_error("category", _("Choose a category, or write what a resident would write."))
        return cleaned

    def _chain(self, cleaned: dict[str, Any]) -> tuple[AreaRow, ...] | None:
        """The areas around the place, smallest first; None after adding an error."""
        area, lat, lon = cleaned.get("area"), cleaned.get("lat"), cleaned.get("lon")
        if area is not None:
            return tree().ancestors(area.pk)
        if lat is None or lon is None:
            if not {"lat", "lon"} & set(self.errors):
                self.add_error("area", _("Choose an area, or give latitude and longitude."))
            return None
        chain = locate(lon, lat)
        if chain is None:
            self.add_error("lat", outside.advice(lon, lat))
        elif self.own not in (None, chain[-1].id):
            self.add_error("lat", outside.elsewhere(chain[-1]))
            chain = None
        return chain


class TryMenuItem(MenuItem):
    """For whoever may see the rules."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(POLICIES[Responsibility].user_has_any_permission(request.user, ["add", "change", "view"]))


class TryViewSet(ViewSet):
    """Who gets it, and why: the rules as they stand, nothing is written."""

    name = "routing-try"
    menu_label = _("Try it")
    icon = "view"
    menu_item_class = TryMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", self.page, name="index")]

    def page(self, request: HttpRequest) -> HttpResponse:
        policy = POLICIES[Responsibility]
        if not policy.user_has_any_permission(request.user, ["add", "change", "view"]):
            raise PermissionDenied
        own = None if request.user.is_superuser else workplace(request.user) or 0
        form = TryForm(request.GET or None, own=own)
        answer = outcome(form.cleaned_data) if request.GET and form.is_valid() else None
        return render(request, "routing/try.html", {"form": form, "answer": answer, "page_title": _("Try it")})


def outcome(asked: dict[str, Any]) -> dict[str, Any]:
    """Team, person, sentences and terms for a filled-in `TryForm`. Open work is not counted here."""
    chain: tuple[AreaRow, ...] = asked["chain"]
    area_ids = tuple(area.id for area in chain)
    routing = config(chain[-1].id)
    proposals = propose(routing, asked["text"]) if asked.get("text") and not asked.get("category") else []
    category = asked.get("category") or (routing.category(proposals[0][0]) if proposals else None)
    facts = Facts(
        kind=asked.get("kind") or Responsibility.Kind.REPORT,
        category_ids=tuple(pk for pk in (category.pk, category.parent_id) if pk) if category else (),
        area_ids=area_ids,
    )
    if chain[-1].id not in routing.roster.catch_all:
        return {"missing": True}
    decision = choose(facts, routing.rules, routing.catch_all)
    team = routing.team(decision.team_id)
    confidential = category is not None and category.visibility == Category.Visibility.CONFIDENTIAL
    now = timezone.now()
    candidates = routing.roster.candidates(team.id, today=timezone.localdate(now), confidential=confidential)
    person = None
    reasons: list[dict[str, Any]] = [*decision.reasons]
    if team.picks_person:
        choice = choose_person(candidates, area_ids, lambda ids: {})
        person = routing.roster.people.get(choice.professional_id) if choice.professional_id else None
        reasons += [reason for reason in choice.reasons if reason["code"] != "lightest-load"]
    else:
        reasons.append({"code": "team-picks"})
    winner = decision.reasons[0].get("rule")
    return {
        "category": category,
        "proposals": [(routing.category(slug), round(score * 100)) for slug, score in proposals],
        "chain": chain,
        "team": team,
        "person": person,
        "sentences": explain({"reasons": reasons}),
        "rule_url": reverse("responsibilities:edit", args=[quote(winner)]) if winner else "",
        "unreadable": confidential and not any(member.confidential for member in team.members),
        "respond_by": add_working_days(now, category.response_days, routing.closed_days) if category else None,
        "resolve_by": (
            add_working_days(now, category.resolve_days, routing.closed_days)
            if category and category.resolve_days is not None
            else None
        ),
    }


class SetUpGroup(ViewSetGroup):
    """The menu "Set-up"."""

    menu_label = _("Set-up")
    menu_icon = "cogs"
    menu_name = "set-up"
    items = (
        OrganisationViewSet,
        TeamViewSet,
        ProfessionalViewSet,
        AbsenceViewSet,
        GroupRoleViewSet,
        CategoryViewSet,
        ResponsibilityViewSet,
        ClosedDayViewSet,
        ThemeViewSet,
        TryViewSet,
        ModelCardViewSet,
    )


POLICIES = {
    model: OwnGemeentePolicy(model, never=NOTHING, superusers=NOTHING)
    for model in (Category, Responsibility, ClosedDay, Theme)
}
