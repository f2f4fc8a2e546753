"""What a municipality sets for its initiatives, in the back office (`/beheer/`)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.viewsets.base import ViewSetGroup

from core.areas.admin import OwnGemeentePolicy
from participation.initiatives.models import InitiativeSettings, Threshold
from participation.organisations.admin import NOTHING, SetUpViewSet
from participation.organisations.forms import OwnForm

POLICIES = {
    Threshold: OwnGemeentePolicy(Threshold, never=NOTHING, superusers=NOTHING),
    InitiativeSettings: OwnGemeentePolicy(InitiativeSettings, never=frozenset({"delete"}), superusers=NOTHING),
}


class ThresholdViewSet(SetUpViewSet):
    model = Threshold
    name = "thresholds"
    icon = "tick"
    list_display = ["__str__", "needed"]
    edit_handler = ObjectList(
        [FieldPanel("gemeente"), FieldRowPanel([FieldPanel("area"), FieldPanel("needed")])], base_form_class=OwnForm
    )


class InitiativeSettingsViewSet(SetUpViewSet):
    model = InitiativeSettings
    name = "initiative-settings"
    icon = "cog"
    list_display = ["__str__", "moderation", "who_supports"]
    edit_handler = ObjectList(
        [
            FieldPanel("gemeente"),
            FieldRowPanel([FieldPanel("who_supports"), FieldPanel("rhythm")]),
            MultiFieldPanel([FieldPanel("moderation"), FieldPanel("house_rules")], heading=_("Conversation in public")),
            MultiFieldPanel(
                [
                    FieldPanel("challenge_on"),
                    FieldRowPanel([FieldPanel("challenge_weeks"), FieldPanel("challenge_longer")]),
                    FieldPanel("challenge_criteria"),
                ],
                heading=_("Right to challenge"),
            ),
        ],
        base_form_class=OwnForm,
    )


class InitiativesGroup(ViewSetGroup):
    """The menu "Initiatives"."""

    menu_label = _("Initiatives")
    menu_icon = "group"
    menu_name = "initiatives"
    items = (InitiativeSettingsViewSet, ThresholdViewSet)
