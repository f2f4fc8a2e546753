"""The blocks that the text of a page is built from. Each says in the editor what it is for and shows an example."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock

INLINE = ["bold", "italic", "link"]
FEATURES = [*INLINE, "ol", "ul", "document-link"]
"""What rich text may hold: nothing that makes its own layout."""


class HeadingBlock(blocks.CharBlock):
    class Meta:
        label = _("Heading")
        icon = "title"
        template = "cms/blocks/heading.html"
        description = _("A short line that says what follows.")
        preview_value = "Wat gaan we doen?"


class TextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": FEATURES, **kwargs})

    class Meta:
        label = _("Text")
        icon = "pilcrow"
        template = "cms/blocks/text.html"
        description = _("Paragraphs, lists and links. Short sentences read best.")
        preview_value = "<p>We ruimen samen op. Doet u ook mee? <b>Iedereen is welkom.</b></p>"


class PhotoBlock(blocks.StructBlock):
    photo = ImageBlock(label=_("Photo"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        label = _("Photo")
        icon = "image"
        template = "cms/blocks/photo.html"
        description = _("A photo of people or a place, with a caption if it helps.")
        preview_value = {"photo": None, "caption": "De nieuwe bank in het park"}


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("What was said"), rows=3, max_length=400)
    name = blocks.CharBlock(label=_("Who said it"), required=False, max_length=100)

    class Meta:
        label = _("Quote")
        icon = "openquote"
        template = "cms/blocks/quote.html"
        description = _("What somebody said, in their own words and with their permission.")
        preview_value = {"text": "Ik ken nu al mijn buren.", "name": "Een bewoner"}


class NoticeBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80)
    text = blocks.RichTextBlock(label=_("Text"), features=[*INLINE])

    class Meta:
        label = _("Notice")
        icon = "info-circle"
        template = "cms/blocks/notice.html"
        description = _("Something that must not be missed, such as a date or a change.")
        preview_value = {"title": "Let op", "text": "<p>Op maandag is het buurthuis dicht.</p>"}


class ButtonBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("What the button says"), max_length=60, help_text=_("Begin with a verb."))
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    address = blocks.URLBlock(label=_("Or an address elsewhere"), required=False)

    class Meta:
        label = _("Button")
        icon = "link"
        template = "cms/blocks/button.html"
        description = _("One clear next step: a page of this site or an address elsewhere.")
        preview_value = {"label": "Doe mee", "page": None, "address": "https://example.org/"}


class BodyBlock(blocks.StreamBlock):
    """Everything a body may hold. Renaming or removing one orphans what editors made with it."""

    heading = HeadingBlock(max_length=120)
    text = TextBlock()
    photo = PhotoBlock()
    quote = QuoteBlock()
    notice = NoticeBlock()
    button = ButtonBlock()


class BodyField(StreamField):
    """A `StreamField` of `BodyBlock`, of which migrations know only that it is one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(BodyBlock(), **{"blank": True, "verbose_name": _("text"), **kwargs})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _blocks, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
