"""What an editor of a page sees; of a translation only what it holds itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)

from cms.base.translations import is_translation

GROUPS = (MultiFieldPanel, FieldRowPanel)


class PageTabs(TabbedInterface):
    """The tabs that Wagtail makes of a page type's panels, twice: for a page, and for its texts in another language."""

    texts: TabbedInterface

    def on_model_bound(self) -> None:
        model: Any = self.model
        tabs = [
            (model.content_panels, _("Content")),
            (model.promote_panels, _("Promote")),
            (model.settings_panels, _("Settings")),
        ]
        self.base_form_class = model.base_form_class
        self.children = [ObjectList(panels, heading=heading) for panels, heading in tabs if panels]
        super().on_model_bound()
        note = HelpPanel(template="cms/editing/texts_only.html")
        texts = [ObjectList(list(_of_texts(panels)), heading=heading) for panels, heading in tabs if panels]
        texts[0].children.insert(0, note)
        self.texts = TabbedInterface(texts).bind_to_model(model)

    def get_bound_panel(
        self, instance: Any = None, request: Any = None, form: Any = None, prefix: str = "panel"
    ) -> Any:
        if instance is not None and is_translation(instance):
            return self.texts.get_bound_panel(instance=instance, request=request, form=form, prefix=prefix)
        return super().get_bound_panel(instance=instance, request=request, form=form, prefix=prefix)


def _of_texts(panels: Iterable[Any]) -> Iterable[Any]:
    """Without rows and advice that are about the page itself; its form leaves out the fields (`forms.SitePageForm`)."""
    for panel in panels:
        if isinstance(panel, InlinePanel | HelpPanel):
            continue
        if type(panel) in GROUPS:
            children = list(_of_texts(panel.children))
            if children:
                yield type(panel)(**{**panel.clone_kwargs(), "children": children})
        else:
            yield panel
