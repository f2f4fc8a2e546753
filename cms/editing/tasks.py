"""Work of editing that is done later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django_tasks import task
from wagtail.models import Page

from cms.editing.asking import ask_due
from cms.editing.links import read_page, read_pages
from cms.editing.models import OutsideLink
from cms.editing.schedule import publish_due


@task()
def publish_on_time() -> list[int]:
    """Publish and take off what is due; returns the ids of the pages. Fails when a page failed, so that it is seen."""
    done = publish_due(now=timezone.now())
    if done.failed:
        raise RuntimeError(f"{len(done.failed)} scheduled pages failed")
    return [*done.published, *done.expired]


@task()
def read_links_of(page_id: int) -> None:
    """Read the links of a page that was published; one that is gone owes nothing."""
    page = Page.objects.filter(pk=page_id).first()
    if page is not None:
        with translation.override(settings.LANGUAGE_CODE):  # the places are kept in the editors' words
            read_page(page, now=timezone.now())


@task()
def read_links() -> int:
    """Read the links of all pages; returns how many pages."""
    with translation.override(settings.LANGUAGE_CODE):
        return read_pages(now=timezone.now())


@task()
def ask_links() -> int:
    """Ask the addresses elsewhere whose turn it is; returns how many."""
    return ask_due(now=timezone.now())


def any_link_due(now: datetime) -> bool:
    """Whether to ask now. One cheap query; none where links are not checked."""
    return settings.LINK_CHECKS and OutsideLink.objects.filter(due_at__lte=now).exists()


def follow_published(instance: Any, **_signal: Any) -> None:
    """A page was published: read its links soon."""
    read_links_of.enqueue(instance.pk)
