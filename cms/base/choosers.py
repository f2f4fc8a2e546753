"""Choosing somebody or a place in the editor: only those of the municipality whose pages one edits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

from core.areas.policies import workplace


class NameFilterForm(BaseFilterForm):
    q = forms.CharField(
        label=_("Search"), required=False, widget=forms.TextInput(attrs={"placeholder": _("Search by name")})
    )

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        query = self.cleaned_data["q"].strip()
        if query:
            self.is_searching, self.search_query = True, query
            objects = objects.filter(name__icontains=query)
        return super().filter(objects)


class Own:
    """Rows of one's own municipality; superusers choose from all."""

    request: Any
    model_class: Any
    filter_form_class = NameFilterForm
    construct_queryset_hook_name = None

    def get_object_list(self) -> QuerySet[Any]:
        rows = self.model_class._default_manager.filter(self.may_be_chosen)  # type: ignore[attr-defined]
        user = self.request.user
        found: QuerySet[Any] = rows if user.is_superuser else rows.filter(gemeente_id=workplace(user) or 0)
        return found

    def get_object(self, pk: Any) -> Any:
        """Also the name of what was chosen is told only of one's own."""
        found = self.get_object_list().filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def get_objects(self, pks: Any) -> Any:
        return self.get_object_list().filter(pk__in=pks)


class OfPeople(Own):
    may_be_chosen = Q(is_public=True, user__is_active=True)


class OfAreas(Own):
    may_be_chosen = Q(level__in=("wijk", "buurt"))

    def get_object_list(self) -> QuerySet[Any]:
        return super().get_object_list().defer("geometry").order_by("code")


def _views(part: type[Own]) -> dict[str, Any]:
    """The four views of a chooser, each limited to what `part` allows."""
    return {
        f"{name}_view_class": type(f"{part.__name__}{base.__name__}", (part, base), {})
        for name, base in (
            ("choose", chooser.ChooseView),
            ("choose_results", chooser.ChooseResultsView),
            ("chosen", chooser.ChosenView),
            ("chosen_multiple", chooser.ChosenMultipleView),
        )
    }


people = ChooserViewSet(
    "choose_people",
    model="organisations.Professional",
    icon="user",
    choose_one_text=_("Choose somebody"),
    choose_another_text=_("Choose somebody else"),
    register_widget=False,
    **_views(OfPeople),
)
areas = ChooserViewSet(
    "choose_areas",
    model="areas.Area",
    icon="site",
    choose_one_text=_("Choose a neighbourhood or quarter"),
    choose_another_text=_("Choose another"),
    register_widget=False,
    **_views(OfAreas),
)
