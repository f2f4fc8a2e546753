"""Where the images and documents of a municipality are kept."""

from __future__ import annotations

from wagtail.models import Collection

from core.areas.models import Area


def collection_of(gemeente: Area) -> Collection:
    """The folder of a municipality's images and documents; `set_up_site` makes it."""
    return Collection.objects.get(name=collection_name(gemeente))


def collection_name(gemeente: Area) -> str:
    return f"{gemeente.name} ({gemeente.code})"
