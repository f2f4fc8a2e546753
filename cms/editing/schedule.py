"""Pages that go on or off at a moment an editor chose (Wagtail's `go_live_at` and `expire_at`)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.models import Page, Revision

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """Ids of the pages that went on, went off, or would not."""

    published: tuple[int, ...]
    expired: tuple[int, ...]
    failed: tuple[int, ...]


def anything_due(now: datetime) -> bool:
    """Whether a page must go on or off. Two cheap queries."""
    return _expired(now).exists() or _waiting(now).exists()


def publish_due(*, now: datetime) -> Done:
    """Take off what expired, then publish what was scheduled; each page by itself, held, and so once.

    A page that fails does not keep the others: it is logged by its number and tried again the next time.
    """
    published: list[int] = []
    expired: list[int] = []
    failed: list[int] = []
    for page_id in list(_expired(now).order_by("expire_at").values_list("pk", flat=True)):
        _try(page_id, _expire, now, expired, failed)
    for revision_id in list(_waiting(now).order_by("approved_go_live_at").values_list("pk", flat=True)):
        _try(revision_id, _publish, now, published, failed)
    return Done(tuple(published), tuple(expired), tuple(failed))


def _try(pk: int, deed: Any, now: datetime, done: list[int], failed: list[int]) -> None:
    try:
        with transaction.atomic():
            page_id = deed(pk, now)
    except Exception as error:  # whatever one page does, the others are due as well
        logger.error("scheduled page %d: %s", pk, type(error).__name__, exc_info=error)
        failed.append(pk)
    else:
        if page_id is not None:
            done.append(page_id)


def _expire(page_id: int, now: datetime) -> int | None:
    page = _expired(now).select_for_update(of=("self",)).filter(pk=page_id).first()
    if page is None:
        return None
    page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return page_id


def _publish(revision_id: int, now: datetime) -> int | None:
    revision = _waiting(now).select_for_update(of=("self",)).filter(pk=revision_id).first()
    if revision is None:
        return None
    revision.publish(log_action="wagtail.publish.scheduled")
    return int(revision.object_id)


def _expired(now: datetime) -> Any:
    return Page.objects.filter(live=True, expire_at__lt=now)


def _waiting(now: datetime) -> Any:
    return Revision.page_revisions.filter(approved_go_live_at__lt=now)
