"""Drawings of the demonstration among the images of a municipality."""

from __future__ import annotations

from typing import Any

from django.core.files.images import ImageFile
from wagtail.images import get_image_model

from cms.base.files import collection_of
from config.demo import content
from core.areas.models import Area


def drawing(name: str, alt: str, gemeente: Area) -> Any:
    """`alt`: what it shows, also its title."""
    path = content.street_picture(name)
    with path.open("rb") as file:
        image = get_image_model()(
            title=alt, description=alt, collection=collection_of(gemeente), file=ImageFile(file, name=path.name)
        )
        image.save()
    return image
