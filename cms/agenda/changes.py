"""After an editor changed an event: who signed up hears what is different."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from cms.agenda.models import EventPage
from cms.agenda.tasks import settle_event


def owe_news(sender: type[EventPage], instance: EventPage, **_kwargs: Any) -> None:
    """When it was published or taken off the site: owe one task, if anybody still comes."""
    if instance.attendances.filter(ends_at__gt=timezone.now(), erased_at=None).exists():
        settle_event.enqueue(instance.pk)
