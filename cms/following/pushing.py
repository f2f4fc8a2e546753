"""Messages on a device when something new is published: which, when, and never more than a few a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from cms.base.publishing import gemeente_of
from cms.following.choices import ON_DEVICES, Topic
from cms.following.letters import known_language
from cms.following.models import MOST_PUSHES, Device, DeviceWijk, Push
from cms.following.queries import home_of, told_of, wijken_of
from core.areas.queries import tree
from core.errors import FieldError, Invalid
from core.notify.moments import day_around
from core.notify.push import Browser
from core.notify.sms import quiet_until

BUNDLE = timedelta(minutes=10)
"""An editor who publishes three things makes one message of them."""
FRESH = timedelta(hours=12)
"""What was first published longer ago is no news."""
KEPT = timedelta(days=30)
NAMED = 2
"""Titles that a message about several pages names."""
TOPIC_OF = {"smallwinpage": Topic.WINS, "newspage": Topic.NEWS, "eventpage": Topic.AGENDA}


# --- switching on and off ---------------------------------------------------------------------


@transaction.atomic
def listen(*, area_id: int, browser: Browser, topics: Sequence[str], language: str, now: datetime) -> None:
    """This browser tells of these topics of this wijk, and of nothing else of it. `Invalid` without a topic."""
    chosen = [str(one) for one in ON_DEVICES if one in topics]
    if not chosen:
        raise Invalid(FieldError("topics", "required", _("Choose at least one thing to hear of.")))
    Device.objects.bulk_create(
        [Device(endpoint=browser.endpoint, key=browser.key, secret=browser.secret, language=language, created_at=now)],
        update_conflicts=True,
        unique_fields=["endpoint"],
        update_fields=["key", "secret", "language"],
    )
    device = Device.objects.select_for_update().get(endpoint=browser.endpoint)
    DeviceWijk.objects.bulk_create(
        [DeviceWijk(device=device, area_id=area_id, topics=chosen)],
        update_conflicts=True,
        unique_fields=["device", "area"],
        update_fields=["topics"],
    )


@transaction.atomic
def stop_listening(*, area_id: int, endpoint: str) -> None:
    """No more messages of this wijk here; a browser that hears of nothing is forgotten."""
    device = Device.objects.select_for_update().filter(endpoint=endpoint).first()
    if device is None:
        return
    DeviceWijk.objects.filter(device=device, area_id=area_id).delete()
    if not DeviceWijk.objects.filter(device=device).exists():
        device.delete()


# --- telling ----------------------------------------------------------------------------------


def owe(*, page_id: int, now: datetime) -> list[tuple[int, datetime]]:
    """Note this page for each device that wants it; returns whom to tell and when.

    Nothing for a page that was published before, that not everybody may read, or of another kind.
    """
    page = Page.objects.live().public().filter(pk=page_id).first()
    topic = page and TOPIC_OF.get(page.specific_class._meta.model_name if page.specific_class else "")
    if page is None or topic is None or page.first_published_at is None or now - page.first_published_at > FRESH:
        return []
    place = _place(page)
    if place is None:
        return []
    gemeente_id, area_id = place
    listening = DeviceWijk.objects.filter(device__created_at__lte=page.first_published_at)
    if area_id is not None:
        listening = listening.filter(area_id__in=told_of(area_id))
    else:
        listening = listening.filter(area__gemeente_id=gemeente_id)
    wanted = sorted({device for device, topics in listening.values_list("device_id", "topics") if topic in topics})
    due = now + BUNDLE
    due = quiet_until(due) or due
    with transaction.atomic():
        told = set(Push.objects.filter(page=page).values_list("device_id", flat=True))
        fresh = [Push(device_id=one, page=page, due_at=due) for one in wanted if one not in told]
        Push.objects.bulk_create(fresh, ignore_conflicts=True)
    return [(one.device_id, one.due_at) for one in fresh]


def claim(*, device_id: int, now: datetime) -> tuple[list[int], datetime | None]:
    """What this device is told now, marked as told; or, when it had enough for today, when to come again."""
    with transaction.atomic():
        device = Device.objects.select_for_update().filter(pk=device_id).first()
        if device is None:
            return [], None
        waiting = Push.objects.filter(device=device, sent_at=None, due_at__lte=now)
        ids = sorted(waiting.values_list("pk", flat=True))
        if not ids:
            return [], None
        today = timezone.localdate(now)
        told = device.told if device.day == today else 0
        if told >= MOST_PUSHES:
            later = day_around(now)[1]
            later = quiet_until(later) or later
            waiting.update(due_at=later)
            return [], later
        Device.objects.filter(pk=device.pk).update(day=today, told=told + 1)
        Push.objects.filter(pk__in=ids).update(sent_at=now)
        return ids, None


def message_of(device: Device, pushes: Sequence[Push]) -> dict[str, Any] | None:
    """What the browser shows: what stands on the pages themselves, for everybody. None when none is left."""
    pages = list(Page.objects.live().public().filter(pk__in=[one.page_id for one in pushes]).order_by("pk"))
    placed = [(page, place) for page in pages if (place := _place(page)) is not None]
    if not placed:
        return None
    with translation.override(known_language(device.language)):
        return _several(placed) if len(placed) > 1 else _single(*placed[0])


def sweep(*, now: datetime) -> None:
    Push.objects.filter(due_at__lt=now - KEPT).delete()


def _single(page: Page, place: tuple[int, int | None]) -> dict[str, Any]:
    gemeente_id, area_id = place
    name = tree().by_id[area_id or gemeente_id].name
    words = {
        Topic.WINS: _("This went well in %(place)s"),
        Topic.NEWS: _("News from %(place)s"),
        Topic.AGENDA: _("To do in %(place)s"),
    }
    kind = TOPIC_OF[page.specific_class._meta.model_name]
    return _message(words[kind] % {"place": name}, page.title, f"wijk-{page.pk}", _path(page, gemeente_id))


def _several(placed: Sequence[tuple[Page, tuple[int, int | None]]]) -> dict[str, Any]:
    many = len(placed)
    title = ngettext("%(many)d new message", "%(many)d new messages", many) % {"many": many}
    body = " · ".join(page.title for page, _place in placed[:NAMED])
    gemeente_id = placed[0][1][0]
    areas = {area_id for _page, (_gemeente, area_id) in placed}
    wijk = wijken_of(gemeente_id).get(next(iter(areas)) or 0) if len(areas) == 1 else None
    return _message(title, body, "wijk-many", wijk.address if wijk else "/")


def _message(title: str, body: str, tag: str, url: str) -> dict[str, Any]:
    return {"title": title, "body": body[:300], "lang": translation.get_language(), "tag": tag, "url": url}


def _place(page: Page) -> tuple[int, int | None] | None:
    """Of which municipality and wijk a page is; None for a page of no site, or of an area that is no more."""
    gemeente_id, area_id = gemeente_of(page), page.specific.wijk_area_id
    if gemeente_id not in tree().by_id or (area_id is not None and area_id not in tree().by_id):
        return None
    assert gemeente_id is not None
    return gemeente_id, area_id


def _path(page: Page, gemeente_id: int) -> str:
    home = home_of(gemeente_id)
    return "/" + page.url_path.removeprefix(home.url_path if home else "")
