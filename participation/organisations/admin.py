"""Organisations, teams, professionals and absences in the back office (`/beheer/`)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import Count, Prefetch, ProtectedError, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from core.areas.admin import OwnDeleteView, OwnGemeentePolicy, OwnIndexView, OwnViewSet
from core.areas.policies import workplace
from participation.organisations.forms import HoursField, LinesField, OwnForm, OwnInlinePanel
from participation.organisations.models import Absence, Membership, Organisation, Professional, Team

NOTHING: frozenset[str] = frozenset()


class KeptDeleteView(OwnDeleteView):
    """Says what still uses a row instead of failing on it."""

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().post(request, *args, **kwargs)
        except ProtectedError as error:
            kinds = sorted({str(one._meta.verbose_name_plural) for one in error.protected_objects})
            messages.error(
                request,
                _("“%(name)s” cannot be deleted: %(kinds)s still use it. Change those first.")
                % {"name": self.object, "kinds": ", ".join(kinds)},
            )
            return redirect(self.index_url_name)
        return response


class SetUpViewSet(OwnViewSet):
    """Rows of one municipality, searchable by the database."""

    delete_view_class = KeptDeleteView
    copy_view_enabled = False
    search_backend_name = None


class OrganisationViewSet(SetUpViewSet):
    model = Organisation
    name = "organisations"
    icon = "group"
    list_display = ["name", "kind", "website", "gemeente"]
    list_filter = ["kind"]
    search_fields = ["name"]
    edit_handler = ObjectList(
        [FieldPanel("gemeente"), FieldPanel("name"), FieldPanel("slug"), FieldPanel("kind"), FieldPanel("website")],
        base_form_class=OwnForm,
    )


class TeamIndexView(OwnIndexView):
    def get_base_queryset(self) -> QuerySet[Team]:
        rows: QuerySet[Team] = super().get_base_queryset()
        return rows.select_related("organisation", "gemeente").annotate(
            people=Count("memberships", filter=Q(memberships__professional__user__is_active=True))
        )


class TeamViewSet(SetUpViewSet):
    model = Team
    name = "teams"
    icon = "group"
    index_view_class = TeamIndexView
    list_display = [
        "name",
        Column("organisation", label=_("Organisation"), accessor="organisation.name"),
        Column("people", label=_("People")),
        BooleanColumn("is_catch_all", label=_("Safety net"), sort_key="is_catch_all"),
        BooleanColumn("picks_person", label=_("Assigns at once"), sort_key="picks_person"),
    ]
    list_filter = ["is_catch_all", "picks_person"]
    search_fields = ["name"]
    edit_handler = ObjectList(
        [
            FieldPanel("gemeente"),
            FieldPanel("organisation"),
            FieldPanel("name"),
            FieldPanel("slug"),
            FieldPanel("is_catch_all"),
            FieldPanel("picks_person"),
        ],
        base_form_class=OwnForm,
    )


class ProfessionalForm(OwnForm):
    hours = HoursField(
        label=_("Hours"), required=False, help_text=_("One weekday per line, for instance: mon 09:00-12:00 13:00-17:00")
    )
    languages = LinesField(label=_("Languages"), required=False, help_text=_("One code per line: nl, en, tr, …"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:
            free = Q(professional=None) | Q(pk=self.instance.user_id)
            self.fields["user"].queryset = get_user_model().objects.filter(free, is_active=True).order_by("username")

    def is_valid(self) -> bool:
        """Also compares teams and areas with the municipality, which is known only now."""
        valid = bool(super().is_valid())
        gemeente = self.cleaned_data.get("gemeente") if hasattr(self, "cleaned_data") else None
        if gemeente is None:
            return valid
        if any(area.gemeente_id != gemeente.pk for area in self.cleaned_data.get("areas", ())):
            self.add_error("areas", _("One of these areas lies in another municipality."))
            valid = False
        for row in self.formsets["memberships"].forms if "memberships" in self.formsets else ():
            team = getattr(row, "cleaned_data", {}).get("team")
            if team is not None and team.gemeente_id != gemeente.pk:
                row.add_error("team", _("This team works in another municipality."))
                valid = False
        return valid


class ProfessionalIndexView(OwnIndexView):
    def get_base_queryset(self) -> QuerySet[Professional]:
        rows: QuerySet[Professional] = super().get_base_queryset()
        return rows.select_related("user", "gemeente").prefetch_related(
            Prefetch("memberships", Membership.objects.select_related("team"))
        )


class TeamsColumn(Column):
    def get_value(self, instance: Professional) -> str:
        return ", ".join(sorted(one.team.name for one in instance.memberships.all()))


class ProfessionalViewSet(SetUpViewSet):
    model = Professional
    name = "professionals"
    icon = "user"
    index_view_class = ProfessionalIndexView
    list_display = [
        "name",
        "role",
        TeamsColumn("teams", label=_("Teams")),
        BooleanColumn("is_public", label=_("On neighbourhood pages"), sort_key="is_public"),
    ]
    list_filter = ["is_public"]
    search_fields = ["name", "role", "user__username"]
    edit_handler = ObjectList(
        [
            FieldPanel("gemeente"),
            FieldPanel("user"),
            MultiFieldPanel(
                [FieldPanel(name) for name in ("name", "role", "about", "reach", "hours", "languages", "is_public")],
                heading=_("What residents see"),
            ),
            FieldPanel("areas"),
            OwnInlinePanel(
                "memberships",
                heading=_("Teams"),
                panels=[FieldPanel("team"), FieldPanel("role"), FieldPanel("confidential")],
            ),
        ],
        base_form_class=ProfessionalForm,
    )


class AbsencePolicy(OwnGemeentePolicy):
    """An absence belongs to the municipality of its professional."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_permission(user, action) and (
            user.is_superuser or instance.professional.gemeente_id == (workplace(user) or 0)
        )

    def visible_to(self, user: Any) -> QuerySet[Any]:
        rows = Absence.objects.select_related("professional", "replacement")
        return rows if user.is_superuser else rows.filter(professional__gemeente_id=workplace(user) or 0)


class AbsenceViewSet(SetUpViewSet):
    model = Absence
    name = "absences"
    icon = "calendar-alt"
    list_display = ["professional", "starts_on", "ends_on", "replacement"]
    list_filter = ["starts_on", "ends_on"]
    search_fields = ["professional__name"]
    edit_handler = ObjectList(
        [FieldPanel("professional"), FieldPanel("starts_on"), FieldPanel("ends_on"), FieldPanel("replacement")],
        base_form_class=OwnForm,
    )


POLICIES = {
    Organisation: OwnGemeentePolicy(Organisation, never=NOTHING, superusers=NOTHING),
    Team: OwnGemeentePolicy(Team, never=NOTHING, superusers=NOTHING),
    Professional: OwnGemeentePolicy(Professional, never=NOTHING, superusers=NOTHING),
    Absence: AbsencePolicy(Absence, never=NOTHING, superusers=NOTHING),
}
