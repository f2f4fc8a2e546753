"""Facts: figures, years, downloads, and before and after."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from cms.base.blocks.example import WithPicture, image_block
from cms.base.blocks.text import FACTS, PICTURES
from cms.base.trends import TRENDS


class BeforeAfterBlock(WithPicture, blocks.StructBlock):
    before = image_block(label=_("Before"))
    after = image_block(label=_("After"), help_text=_("From the same place, as far as possible."))
    label_before = blocks.CharBlock(
        label=_("Word for before"), max_length=30, required=False, help_text=_("Empty: “Before”. Or a year.")
    )
    label_after = blocks.CharBlock(label=_("Word for after"), max_length=30, required=False)
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        label = _("Before and after")
        icon = "sliders"
        group = PICTURES
        template = "cms/blocks/before_after.html"
        description = _("Two photos of the same place. Visitors slide from one to the other.")
        preview_value = {
            "before": None,
            "after": None,
            "label_before": "Eerst",
            "label_after": "Nu",
            "caption": "Bewoners en gemeente knapten de stoep samen op.",
        }
        preview_pictures = {"before": "before", "after": "after"}


class FigureValue(blocks.StructValue):
    @property
    def said(self) -> str:
        """The trend in words; empty when there is none."""
        said = TRENDS.get((self.get("trend") or "", self.get("judgement") or ""))
        return str(said) if said else ""


class FigureBlock(blocks.StructBlock):
    label = blocks.CharBlock(
        label=_("In words"), max_length=120, help_text=_("What it says about the neighbourhood, in one short sentence.")
    )
    number = blocks.CharBlock(label=_("Number"), max_length=12, help_text=_("As you would write it: 7,2 or 1.340."))
    unit = blocks.CharBlock(label=_("Of what"), max_length=40, required=False, help_text=_("For instance: % or homes."))
    trend = blocks.ChoiceBlock(
        label=_("It goes"),
        choices=[("up", _("up")), ("down", _("down")), ("same", _("stays the same"))],
        required=False,
    )
    judgement = blocks.ChoiceBlock(
        label=_("And that is"), choices=[("good", _("good")), ("bad", _("not good"))], required=False
    )
    source = blocks.CharBlock(label=_("Source"), max_length=100)
    source_address = blocks.URLBlock(label=_("Address of the source"), required=False)
    measured_on = blocks.DateBlock(label=_("Measured on"), required=False)

    class Meta:
        label = _("Figure")
        icon = "order"
        label_format = "{label}"
        value_class = FigureValue


class FiguresBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80, required=False)
    items = blocks.ListBlock(FigureBlock(), label=_("Figures"))

    class Meta:
        label = _("Figures")
        icon = "order"
        group = FACTS
        template = "cms/blocks/figures.html"
        description = _("How it goes here: first the words, then the number, where it goes and who counted.")
        preview_value = {
            "title": "Zo gaat het hier",
            "items": [
                {
                    "label": "Bewoners geven hun buurt een ruime voldoende",
                    "number": "7,2",
                    "unit": "gemiddeld",
                    "trend": "up",
                    "judgement": "good",
                    "source": "Wijkpeiling",
                    "measured_on": date(2026, 5, 1),
                },
                {
                    "label": "Meer mensen helpen een buur",
                    "number": "38",
                    "unit": "%",
                    "trend": "same",
                    "source": "Wijkpeiling",
                    "measured_on": date(2026, 5, 1),
                },
            ],
        }


class MomentValue(blocks.StructValue):
    @property
    def when(self) -> str:
        """ "maart 2024", or the year alone; empty without one."""
        month = MONTHS.get(int(self.get("month") or 0))
        return " ".join(str(part) for part in (month, self.get("year")) if part)

    @property
    def order(self) -> tuple[int, int]:
        return self.get("year") or 0, int(self.get("month") or 0)


class MomentBlock(blocks.StructBlock):
    year = blocks.IntegerBlock(label=_("Year"), min_value=1000, max_value=2200)
    month = blocks.ChoiceBlock(
        label=_("Month"), choices=[(str(number), name) for number, name in MONTHS.items()], required=False
    )
    title = blocks.CharBlock(label=_("What happened"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), rows=2, max_length=400, required=False)
    planned = blocks.BooleanBlock(label=_("This is still planned"), required=False)
    page = blocks.PageChooserBlock(label=_("Page that tells more"), required=False)

    class Meta:
        label = _("Moment")
        icon = "date"
        label_format = "{year} {title}"
        value_class = MomentValue


class TimelineBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80, required=False)
    items = blocks.ListBlock(MomentBlock(), label=_("Moments"), help_text=_("The oldest comes first by itself."))

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        moments = sorted((one for one in value.get("items") or () if one.get("title")), key=lambda one: one.order)
        return context | {"moments": moments}

    class Meta:
        label = _("Timeline")
        icon = "history"
        group = FACTS
        template = "cms/blocks/timeline.html"
        description = _("What happened over the years, and what is planned.")
        preview_value = {
            "title": "Van plan naar park",
            "items": [
                {"year": 2024, "month": "3", "title": "Bewoners maken een plan", "text": "Veertig buren denken mee."},
                {"year": 2025, "month": "", "title": "De eerste bomen staan"},
                {"year": 2027, "month": "5", "title": "Het park gaat open", "planned": True},
            ],
        }


class DownloadBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(
        label=_("Title"), max_length=120, required=False, help_text=_("Empty: the document's own title.")
    )

    class Meta:
        label = _("Document")
        icon = "doc-full"
        label_format = "{title}"


class DownloadsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80, required=False)
    items = blocks.ListBlock(DownloadBlock(), label=_("Documents"))

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """A document that was taken away is not listed, nor one whose file is gone."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        lines = value.get("example") or [_line(one) for one in value.get("items") or ()]
        return context | {"files": [line for line in lines if line]}

    def get_preview_value(self) -> Any:
        value = super().get_preview_value()
        value["example"] = [{"title": "Plan voor het park", "kind": "PDF", "bytes": 1_240_000, "address": "#"}]
        return value

    class Meta:
        label = _("Downloads")
        icon = "download"
        group = FACTS
        template = "cms/blocks/downloads.html"
        description = _("Documents to open or keep. A page is easier to read: use it only for what must be a document.")
        preview_value = {"title": "Lees het hele plan", "items": []}


def _line(one: Any) -> dict[str, Any] | None:
    document = one.get("document")
    if document is None or not document.file.storage.exists(document.file.name):
        return None
    size = document.get_file_size()
    title = one.get("title") or document.title
    return {"title": title, "kind": document.file_extension.upper(), "bytes": size, "address": document.url}
