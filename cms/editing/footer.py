"""The buttons below the editor: what comes after writing is in sight, not behind an arrow."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.action_menu import ActionMenuItem, SubmitForModerationMenuItem

NEXT = ("approve", "action-publish", "action-submit")
"""What an editor most likely wants after saving; the first that this page and this account have."""


class AskForCheck(SubmitForModerationMenuItem):
    """Said in two words: the name of the workflow means nothing to who asks."""

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        return {**context, "label": _("Ask for the check")}


class SaveAndNext(ActionMenuItem):
    """Two buttons side by side."""

    name = "save-and-next"

    def __init__(self, save: Any, following: Any) -> None:
        super().__init__(order=save.order)
        self.both = (save, following)

    def render_html(self, parent_context: Any) -> SafeString:
        save, following = (one.render_html(parent_context) for one in self.both)
        return format_html('{}<span class="next-step">{}</span>', save, following)

    @property
    def media(self) -> Any:
        return self.both[0].media + self.both[1].media


def show_next_step(items: list[Any]) -> None:
    """Puts the next step beside the first button; the others stay behind the arrow."""
    items[:] = [AskForCheck(order=one.order) if type(one) is SubmitForModerationMenuItem else one for one in items]
    if not items or items[0].name != "action-save-draft":
        return
    following = next((one for name in NEXT for one in items[1:] if one.name == name), None)
    if following is not None:
        items.remove(following)
        items[0] = SaveAndNext(items[0], following)
