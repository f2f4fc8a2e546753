"""The blocks that the text of a page is built from. Each says in the editor what it is for and shows an example."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.fields import StreamField

from cms.base.blocks.facts import BeforeAfterBlock, DownloadsBlock, FiguresBlock, TimelineBlock
from cms.base.blocks.initiatives import InitiativesBlock
from cms.base.blocks.place import ContactBlock, MapBlock, PeopleBlock
from cms.base.blocks.polls import PollsBlock
from cms.base.blocks.text import (
    FEATURES,
    INLINE,
    AccordionBlock,
    ButtonBlock,
    CallToActionBlock,
    HeadingBlock,
    NoticeBlock,
    PhotoBlock,
    QuoteBlock,
    SubheadingBlock,
    TextBlock,
)
from cms.base.blocks.video import VideoBlock

__all__ = ["FEATURES", "INLINE", "BodyBlock", "BodyField"]


class BodyBlock(blocks.StreamBlock):
    """Everything a body may hold. Renaming or removing one orphans what editors made with it."""

    heading = HeadingBlock(max_length=120)
    subheading = SubheadingBlock(max_length=120)
    text = TextBlock()
    quote = QuoteBlock()
    notice = NoticeBlock()
    button = ButtonBlock()
    call_to_action = CallToActionBlock()
    accordion = AccordionBlock()
    photo = PhotoBlock()
    before_after = BeforeAfterBlock()
    video = VideoBlock()
    people = PeopleBlock()
    contact = ContactBlock()
    map = MapBlock()
    initiatives = InitiativesBlock()
    polls = PollsBlock()
    figures = FiguresBlock()
    timeline = TimelineBlock()
    downloads = DownloadsBlock()


class BodyField(StreamField):
    """A `StreamField` of `BodyBlock`, of which migrations know only that it is one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(BodyBlock(), **{"blank": True, "verbose_name": _("text"), **kwargs})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _blocks, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
