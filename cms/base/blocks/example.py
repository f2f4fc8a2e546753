"""Pictures for the previews in the block chooser: drawings of our own, so that no editor's photo is needed for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.forms.utils import flatatt
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.images.blocks import ImageBlock

WIDTH, HEIGHT = 1000, 750


def image_block(**options: Any) -> ImageBlock:
    """A photo with its description. Wagtail names its first field after the code, in English alone."""
    block = ImageBlock(**options)
    block.child_blocks["image"].label = _("Photo")
    return block


@dataclass(frozen=True, slots=True)
class ExamplePicture:
    """Takes the place of an image, and of its one size, in Wagtail's tags. `name`: a file of `public/examples/`."""

    name: str

    @property
    def url(self) -> str:
        return static(f"app/examples/{self.name}.webp")

    @property
    def width(self) -> int:
        return WIDTH

    def get_rendition(self, _filter: Any) -> ExamplePicture:
        return self

    def get_renditions(self, *_filters: Any) -> dict[str, ExamplePicture]:
        return {"": self}

    def img_tag(self, attributes: dict[str, Any] | None = None) -> SafeString:
        drawn = {"src": self.url, "width": WIDTH, "height": HEIGHT, "alt": "", **(attributes or {})}
        return format_html("<img{}>", flatatt(drawn))


class WithPicture:
    """A block whose preview shows drawings: `Meta.preview_pictures = {field: name}`."""

    def get_preview_value(self) -> Any:
        value = super().get_preview_value()  # type: ignore[misc]  # of the block it is mixed into
        for field, name in self.meta.preview_pictures.items():  # type: ignore[attr-defined]
            value[field] = ExamplePicture(name)
        return value
