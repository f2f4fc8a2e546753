"""The panel "Tone" beside the checks of Wagtail's page editor, and what fills it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.viewsets.pages import PageViewSet, page_viewset_registry

from cms.base.models import SitePage
from cms.base.translations import is_translation
from cms.tone.queries import reading_of
from cms.tone.texts import PageText, names_of, texts_of
from cms.tone.wording import in_words, numbers


class ToneSidePanel(BaseSidePanel):
    """As the page was saved last; a script keeps it up with what is typed. It reads Dutch only."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = _("Toggle tone")
        icon_name = "openquote"

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, "count": len(self.panel.read().reading.marks)}

    name = "tone"
    title = _("Tone")
    template_name = "tone/panel.html"
    order = 360

    def __init__(self, *args: Any, below: Any = None) -> None:
        super().__init__(*args)
        self.below = below
        self._found: Found | None = None

    def read(self) -> Found:
        if self._found is None:
            self._found = found_in(self.object, texts_of(self.object), below=self.below)
        return self._found

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        if is_translation(self.object):
            return {**context, "off": True}
        return {
            **context,
            "found": self.read(),
            "names": names_of(self.model),
            "edit_url": reverse("tone_edit", args=[self.object.pk or 0]),
            "add_url": "" if self.object.pk else reverse("tone_add", args=[self.below.pk]),
        }


@dataclass(frozen=True, slots=True)
class Found:
    """`lines`: of each mark what its line in the panel shows. `kept`: whether "fine here" can be kept."""

    reading: Any
    lines: list[dict[str, Any]]
    fine: list[dict[str, Any]]
    verdict: str
    balance: list[tuple[str, str, int, int]]
    kept: bool


def found_in(page: Any, texts: list[PageText], *, below: Any = None) -> Found:
    """What the panel says about these texts of a page: nothing of a translation. Two queries."""
    texts = [] if is_translation(page) else texts
    reading, fine = reading_of(page, texts, below=below)
    lines, verdict = in_words(reading, [one.text for one in texts])
    kept = [{"kind": one.kind, "words": one.words} for one in fine]
    return Found(reading, lines, kept, verdict, numbers(reading.balance), bool(page.pk))


class WithTone:
    """Mixed into a view of Wagtail's page editor: one panel more."""

    page: Any
    request: Any

    def get_side_panels(self) -> MediaContainer:
        panels = super().get_side_panels()  # type: ignore[misc]  # of the view it is mixed into
        if getattr(self, "expects_json_response", False) or getattr(self, "hydrate_create_view", False):
            return panels  # an answer to what was saved in between: the panel stands there already
        below = None if self.page.pk else self.parent_page  # type: ignore[attr-defined]  # of the view that adds
        return MediaContainer([*panels, ToneSidePanel(self.page, self.request, below=below)])


class ToneCreateView(WithTone, CreateView):
    pass


class ToneEditView(WithTone, EditView):
    pass


class ToneRevertView(WithTone, RevisionsRevertView):
    pass


class SitePageViewSet(PageViewSet):
    """The editor of every page type of ours. A type with views of its own mixes `WithTone` into them."""

    add_view_class = ToneCreateView
    edit_view_class = ToneEditView
    revisions_revert_view_class = ToneRevertView

    def on_register(self) -> None:
        page_viewset_registry.register(SitePage, self)
