"""A case that was solved, the draft made from it, and what an editor sends to publish it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from cms.wins.models import SmallWinPage
from core.media.actions import store_upload
from participation.cases.actions import add_photos, move_case
from participation.cases.models import Case
from participation.reports.actions import Submitted
from participation.reports.rules import ContactGiven
from tests.participation.reports.browser import picture
from tests.support.world import World

TEXT = "Er staat een oude bank naast de container, en mijn buurman Piet doet niets"


def reported(world: World, **values: Any) -> Submitted:
    """A report with a photo of the resident, three days ago."""
    now = timezone.now()
    values = {
        "text": TEXT,
        "address": "Havenkade 12",
        "photos": [store_upload(file=picture(), now=now).photo.pk],
        "contact": ContactGiven(name="Annabella", email="anna@example.nl"),
    } | values
    return world.report(now=now - timedelta(days=3), **values)


def solve(world: World, case: Case, **how: Any) -> Case:
    """Bram adds a photo for everybody and one for colleagues, and resolves it."""
    now, bram = timezone.now(), world.actor(world.bram)
    after = store_upload(file=picture("olive"), now=now).photo.pk
    add_photos(reference=case.reference, photos=[after], stage="after", actor=bram, now=now)
    inside = store_upload(file=picture("red"), now=now).photo.pk
    add_photos(reference=case.reference, photos=[inside], for_resident=False, actor=bram, now=now)
    return move_case(reference=case.reference, move="resolve", message="Weg!", actor=bram, now=now, **how)


def solved(world: World, **values: Any) -> Case:
    """A case with a photo of the resident and one of Bram, resolved after three days."""
    return solve(world, reported(world, **values).case)


def make(client: Client, case: Case) -> Any:
    return client.post(
        f"/api/v1/cases/{case.reference}/small-win", headers={"accept-language": "en"}, content_type="application/json"
    )


def form_of(page: SmallWinPage, **changes: Any) -> dict[str, Any]:
    """What the editor's form sends to publish."""
    thanked = list(page.thanked.all())
    rows: dict[str, Any] = {
        "thanked-TOTAL_FORMS": len(thanked),
        "thanked-INITIAL_FORMS": len(thanked),
        "thanked-MIN_NUM_FORMS": "0",
        "thanked-MAX_NUM_FORMS": "1000",
    }
    for number, one in enumerate(thanked):
        rows |= {
            f"thanked-{number}-id": one.pk,
            f"thanked-{number}-kind": one.kind,
            f"thanked-{number}-professional": one.professional_id or "",
            f"thanked-{number}-name": one.name,
            f"thanked-{number}-agreed": one.agreed,
            f"thanked-{number}-ORDER": number + 1,
        }
    return {
        "title": page.title,
        "slug": page.slug,
        "lead": page.lead,
        "photo_before": page.photo_before_id or "",
        "photo_after": page.photo_after_id or "",
        "photos_checked": "on",
        "photo_consent": page.photo_consent,
        "photo_consent_on": page.photo_consent_on or "",
        "date": page.date.isoformat(),
        "days": page.days,
        "supporters": page.supporters,
        "category": page.category,
        "place": page.place,
        "theme": "",
        "body-count": "0",
        "seo_title": "",
        "search_description": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
        "go_live_at": "",
        "expire_at": "",
        "action-publish": "1",
        **rows,
    } | changes


BY_HAND = {"photo_consent": "Zei ja tegen Bram, aan de deur", "photo_consent_on": "2026-11-20"}


def draft(world: World, case: Case) -> SmallWinPage:
    """Bram makes the draft."""
    assert make(world.client(world.bram), case).status_code == 201
    return SmallWinPage.objects.get(case=case)


def address_of(page: SmallWinPage) -> str:
    """Where residents find it."""
    address = page.get_url()
    assert address is not None
    return "/" + address.removeprefix("http://").partition("/")[2]
