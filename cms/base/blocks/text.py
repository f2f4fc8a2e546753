"""Words: headings, text, quotes, notices, buttons, questions and answers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from cms.base.blocks.example import WithPicture, image_block
from cms.base.blocks.links import LinkBlock, report_address

INLINE = ["bold", "italic", "link"]
FEATURES = [*INLINE, "ol", "ul", "document-link"]
"""What rich text may hold: nothing that makes its own layout."""

TEXT, PICTURES, PEOPLE, FACTS = _("Text"), _("Pictures and film"), _("People and places"), _("Facts and years")
"""The parts of the block chooser."""


class HeadingBlock(blocks.CharBlock):
    class Meta:
        label = _("Heading")
        icon = "title"
        group = TEXT
        template = "cms/blocks/heading.html"
        description = _("A short line that says what follows.")
        preview_value = "Wat gaan we doen?"


class SubheadingBlock(blocks.CharBlock):
    class Meta:
        label = _("Smaller heading")
        icon = "h3"
        group = TEXT
        template = "cms/blocks/subheading.html"
        description = _("For a part of what stands under a heading.")
        preview_value = "Zo doet u mee"


class TextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": FEATURES, "required": False, **kwargs})

    def render(self, value: Any, context: Any = None) -> Any:
        """Nothing for what was left empty."""
        return super().render(value, context) if strip_tags(value.source).strip() else ""

    class Meta:
        label = _("Text")
        icon = "pilcrow"
        group = TEXT
        template = "cms/blocks/text.html"
        description = _("Paragraphs, lists and links. Short sentences read best.")
        preview_value = "<p>We ruimen samen op. Doet u ook mee? <b>Iedereen is welkom.</b></p>"


class PhotoBlock(WithPicture, blocks.StructBlock):
    photo = image_block(label=_("Photo"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        label = _("Photo")
        icon = "image"
        group = PICTURES
        template = "cms/blocks/photo.html"
        description = _("A photo of people or a place, with a caption if it helps.")
        preview_value = {"photo": None, "caption": "De bloembakken staan er"}
        preview_pictures = {"photo": "after"}


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("What was said"), rows=3, max_length=400)
    name = blocks.CharBlock(label=_("Who said it"), required=False, max_length=100)

    class Meta:
        label = _("Quote")
        icon = "openquote"
        group = TEXT
        template = "cms/blocks/quote.html"
        description = _("What somebody said, in their own words and with their permission.")
        preview_value = {"text": "Ik ken nu al mijn buren.", "name": "Een bewoner"}


class NoticeBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80)
    text = blocks.RichTextBlock(label=_("Text"), features=[*INLINE])

    class Meta:
        label = _("Notice")
        icon = "info-circle"
        group = TEXT
        template = "cms/blocks/notice.html"
        description = _("Something that must not be missed, such as a date or a change.")
        preview_value = {"title": "Let op", "text": "<p>Op maandag is het buurthuis dicht.</p>"}


class ButtonBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("What the button says"), max_length=60, help_text=_("Begin with a verb."))
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    address = blocks.URLBlock(label=_("Or an address elsewhere"), required=False)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not (cleaned.get("page") or cleaned.get("address") or self.is_deferred_validation):
            said = ValidationError(_("Choose a page, or fill in an address: else nobody sees this button."))
            raise StructBlockValidationError(block_errors={"page": said, "address": said})
        return cleaned

    class Meta:
        label = _("Button")
        icon = "link"
        group = TEXT
        template = "cms/blocks/button.html"
        description = _("One clear next step: a page of this site or an address elsewhere.")
        preview_value = {"label": "Doe mee", "page": None, "address": "https://example.org/"}


class CallToActionBlock(LinkBlock):
    """A next step that must stand out: to report something, a page, or an address elsewhere."""

    title = blocks.CharBlock(label=_("Title"), max_length=80)
    text = blocks.TextBlock(label=_("Text"), rows=2, max_length=300, required=False)
    label = blocks.CharBlock(label=_("What the button says"), max_length=60, help_text=_("Begin with a verb."))
    goes_to = blocks.ChoiceBlock(
        label=_("Where the button goes"),
        choices=[
            ("report", _("Report something")),
            ("page", _("A page of this site")),
            ("address", _("An address elsewhere")),
        ],
        default="report",
    )
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    address = blocks.URLBlock(label=_("Address"), required=False)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        if value.get("goes_to") == "report":
            context["report_address"] = report_address(context.get("page"))
        return context

    class Meta:
        label = _("Call to action")
        icon = "arrow-right-full"
        group = TEXT
        template = "cms/blocks/call_to_action.html"
        description = _("One thing you ask of people, large and clear. Use it once on a page.")
        preview_value = {
            "title": "Ziet u iets dat beter kan?",
            "text": "Laat het ons weten. U hoort wie ermee aan de slag gaat.",
            "label": "Doe een melding",
            "goes_to": "report",
        }


class AnswerBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"), max_length=160)
    answer = blocks.RichTextBlock(label=_("Answer"), features=FEATURES)

    class Meta:
        label = _("Question and answer")
        icon = "help"
        label_format = "{question}"


class AccordionBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80, required=False)
    items = blocks.ListBlock(AnswerBlock(), label=_("Questions and answers"))

    class Meta:
        label = _("Questions and answers")
        icon = "list-ul"
        group = TEXT
        template = "cms/blocks/accordion.html"
        description = _("Questions people often ask; each opens when somebody chooses it.")
        preview_value = {
            "title": "Veel gestelde vragen",
            "items": [
                {"question": "Kost het iets?", "answer": "<p>Nee, meedoen is gratis.</p>"},
                {"question": "Moet ik me opgeven?", "answer": "<p>Dat hoeft niet. U kunt gewoon komen.</p>"},
            ],
        }
