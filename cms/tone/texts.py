"""What a page says, field by field: every text an editor writes in its form, whatever the type of page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import RichText

NOT_READ = (models.SlugField, models.URLField, models.EmailField, models.UUIDField)
"""Fields of characters that say nothing."""
_NEW_LINE = re.compile(r"</(?:p|li|h[1-6]|blockquote|div)>|<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageText:
    """`name` is that of the field in the editor's form, without what stands for a block in it."""

    name: str
    text: str


def names_of(model: type[Page]) -> list[str]:
    """The fields of a type of page that hold text, and its child rows: what names in its form begin with."""
    form = model.get_edit_handler().get_form_class()
    own = [name for name in form.base_fields if name in _text_fields(model)]
    return own + [one.related_name for one in get_all_child_relations(model) if one.related_name in form.formsets]


def texts_of(page: Page) -> list[PageText]:
    """Everything there is to read on a page, in the order of its form."""
    found = []
    for name in names_of(type(page)):
        value = getattr(page, name)
        if isinstance(value, models.Manager) or hasattr(value, "get_object_list"):
            found += [PageText(name, text) for row in value.all() for text in _of_row(row)]
        else:
            found += [PageText(name, text) for text in _of_value(page._meta.get_field(name), value)]
    return [one for one in found if one.text.strip()]


def _text_fields(model: Any) -> set[str]:
    return {
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField | StreamField)
        and not isinstance(field, NOT_READ)
        and not getattr(field, "choices", None)
    }


def _of_row(row: Any) -> Iterator[str]:
    for name in sorted(_text_fields(type(row))):
        yield from _of_value(row._meta.get_field(name), getattr(row, name))


def _of_value(field: Any, value: Any) -> Iterator[str]:
    if isinstance(field, StreamField):
        yield from _of_block(field.stream_block, value)
    elif isinstance(field, RichTextField):
        yield plain_text(value or "")
    elif isinstance(value, str):
        yield value


def _of_block(block: Any, value: Any) -> Iterator[str]:
    if isinstance(value, RichText):
        yield plain_text(value.source)
    elif isinstance(block, blocks.BaseStreamBlock):
        for child in value:
            yield from _of_block(child.block, child.value)
    elif isinstance(block, blocks.BaseStructBlock):
        for name, inner in block.child_blocks.items():
            # What a photo with its own description gives is the photo.
            yield from _of_block(inner, value.get(name) if hasattr(value, "get") else None)
    elif isinstance(block, blocks.ListBlock):
        for item in value or ():
            yield from _of_block(block.child_block, item)
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock) and isinstance(value, str):
        yield value


def plain_text(rich: str) -> str:
    """Rich text without its marks, a paragraph on each line."""
    return html.unescape(strip_tags(_NEW_LINE.sub("\n", rich)))
