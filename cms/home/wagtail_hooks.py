"""Tells Wagtail what the history calls it when a group gets rights."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from cms.home.actions import GIVEN


@hooks.register("register_log_actions")
def register_actions(actions: Any) -> None:
    actions.register_action(GIVEN, _("Give rights"), _("Got rights over new kinds of rows"))
