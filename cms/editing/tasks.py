"""Work of editing that is done later."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from cms.editing.schedule import publish_due


@task()
def publish_on_time() -> list[int]:
    """Publish and take off what is due; returns the ids of the pages. Fails when a page failed, so that it is seen."""
    done = publish_due(now=timezone.now())
    if done.failed:
        raise RuntimeError(f"{len(done.failed)} scheduled pages failed")
    return [*done.published, *done.expired]
