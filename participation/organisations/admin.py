"""Organisations, teams, professionals and absences in the back office (`/beheer/`)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Prefetch, ProtectedError, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button

from core.accounts.actor import Actor
from core.areas.admin import OwnDeleteView, OwnGemeentePolicy, OwnIndexView, OwnViewSet
from core.areas.policies import workplace
from core.media.actions import claim_photos, erase_photos
from core.media.models import Photo
from core.media.urls import photo_url
from participation.organisations.forms import HoursField, LanguagesField, OwnForm, OwnInlinePanel, PhotoField
from participation.organisations.import_pages import may_import
from participation.organisations.models import Absence, GroupRole, Membership, Organisation, Professional, Team
from participation.organisations.own_card import tell_changed

NOTHING: frozenset[str] = frozenset()
CARD = ("name", "role", "portrait", "about", "languages", "hours", "place", "reach", "is_public")
"""What residents see of a professional, in the order of their own card's form."""


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
    hours = HoursField(label=_("Hours"), required=False, help_text=_("For instance 09:00 to 12:00. Empty: no hours."))
    languages = LanguagesField(label=_("Languages"), required=False)
    portrait = PhotoField(
        label=_("Photo"), required=False, help_text=_("Residents see it. Ask whether the person agrees.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages, portrait = self.fields.get("languages"), self.fields.get("portrait")
        if isinstance(languages, LanguagesField):
            languages.keep(self.instance.languages)
        if portrait is not None and self.instance.photo_id:
            portrait.widget.current = photo_url(self.instance.photo_id, "thumb")

    def save(self, commit: bool = True) -> Any:
        """A new photo is theirs from now on, and shown as long as they are; the one before it goes."""
        given = self.cleaned_data.get("portrait")
        before = self.instance.photo_id
        with transaction.atomic():
            if isinstance(given, Photo):
                claim_photos(ids=[given.pk], gemeente_id=self.instance.gemeente_id, now=timezone.now())
                self.instance.photo = given
            elif given is False:
                self.instance.photo = None
            saved = super().save(commit)
            if before and before != self.instance.photo_id and commit:
                erase_photos([before])
            if commit:
                tell_changed(saved, Actor(kind="professional", user_id=self.for_user.pk), timezone.now())
        return saved

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


class InviteInstead(generic.CreateView):
    """A new professional is invited: the account comes with it."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("invite")


class ProfessionalIndexView(OwnIndexView):
    @cached_property
    def header_more_buttons(self) -> list[Any]:
        more = [Button(_("Invitations"), url=reverse("invitations"), icon_name="mail", priority=20)]
        if may_import(self.request.user):
            more.append(Button(_("Import a list"), url=reverse("people_imports"), icon_name="upload", priority=30))
        return [*super().header_more_buttons, *more]

    def get_base_queryset(self) -> QuerySet[Professional]:
        rows: QuerySet[Professional] = super().get_base_queryset()
        return rows.select_related("user", "gemeente", "invitation").prefetch_related(
            Prefetch("memberships", Membership.objects.select_related("team"))
        )


class TeamsColumn(Column):
    def get_value(self, instance: Professional) -> str:
        return ", ".join(sorted(one.team.name for one in instance.memberships.all()))


class AccountColumn(Column):
    """Whether this person can work here, in a word."""

    def get_value(self, instance: Professional) -> str:
        if instance.user.is_active:
            return ""
        invitation = getattr(instance, "invitation", None)
        waits = invitation is not None and invitation.accepted_at is None
        return str(_("invited") if waits else _("switched off"))


class ProfessionalViewSet(SetUpViewSet):
    model = Professional
    name = "professionals"
    icon = "user"
    index_view_class = ProfessionalIndexView
    add_view_class = InviteInstead
    list_display = [
        "name",
        "role",
        TeamsColumn("teams", label=_("Teams")),
        AccountColumn("account", label=_("Account")),
        BooleanColumn("is_public", label=_("On neighbourhood pages"), sort_key="is_public"),
    ]
    list_filter = ["is_public"]
    search_fields = ["name", "role", "user__username"]
    edit_handler = ObjectList(
        [
            FieldPanel("gemeente"),
            FieldPanel("user", read_only=True),
            MultiFieldPanel(
                [
                    FieldPanel(name)
                    for name in (
                        "name",
                        "role",
                        "portrait",
                        "about",
                        "place",
                        "reach",
                        "hours",
                        "languages",
                        "is_public",
                    )
                ],
                heading=_("What residents see"),
            ),
            FieldPanel("areas"),
            OwnInlinePanel(
                "memberships",
                heading=_("Teams"),
                panels=[FieldPanel("team"), FieldPanel("role"), FieldPanel("confidential")],
            ),
            OwnInlinePanel(
                "mandates", heading=_("More than one team"), panels=[FieldPanel("role"), FieldPanel("organisation")]
            ),
        ],
        base_form_class=ProfessionalForm,
    )


class GroupRoleViewSet(SetUpViewSet):
    """What groups of the organisation's own sign-in give here."""

    model = GroupRole
    name = "sign-in-groups"
    icon = "group"
    list_display = ["group", Column("get_role_display", label=_("Gives")), "team", "organisation", "gemeente"]
    list_filter = ["role"]
    search_fields = ["group"]
    edit_handler = ObjectList(
        [
            FieldPanel("gemeente"),
            FieldPanel("group"),
            FieldPanel("role"),
            FieldPanel("team"),
            FieldPanel("confidential"),
            FieldPanel("organisation"),
            FieldPanel("job"),
        ],
        base_form_class=OwnForm,
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
    GroupRole: OwnGemeentePolicy(GroupRole, never=NOTHING, superusers=NOTHING),
    Absence: AbsencePolicy(Absence, never=NOTHING, superusers=NOTHING),
}
