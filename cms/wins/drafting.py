"""A small win drafted from a solved case, and what else the cases ask of the pages. An editor checks and publishes."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.core.files.images import ImageFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.images import get_image_model
from wagtail.models import Page

from cms.base.files import collection_of
from cms.base.reading import path_read, title_read
from cms.base.share_image import forget
from core.areas.models import Area
from core.areas.queries import tree
from core.areas.tenancy import site_of
from core.errors import Conflict
from core.media import files
from participation.cases.wins import Told, Win, WinFacts, WinPhoto, pair_of


def draft_of(facts: WinFacts, user: Any, now: datetime) -> Win:
    """The draft of this case, made when there is none yet. The case's row is held, so there is never a second one."""
    model = apps.get_model("cms_wins.SmallWinPage")
    found = model.objects.filter(case_id=facts.case_id).first()
    if found is not None:
        return Win(title=found.title, edit_url=_edit_url(found, user), made=False)
    wijk = _page_of(facts.area_id)
    with translation.override(settings.LANGUAGE_CODE):
        page = model(case_id=facts.case_id, live=False, has_unpublished_changes=True, **_words(facts))
        shown = {"category": facts.category or _("report"), "place": tree().by_id[facts.area_id].name}
        what = _("Before: %(category)s, %(place)s") % shown, _("After: %(category)s, %(place)s") % shown
    before, after = pair_of(facts.photos)
    page.photo_before = _image(before, what[0], facts)
    page.photo_after = _image(after, what[1], facts)
    page.slug = _free_slug(wijk, page.title)
    page.owner = user if getattr(user, "pk", None) else None
    wijk.add_child(instance=page)
    asks = _keep_in_mind(facts, (before, page.photo_before), (after, page.photo_after))
    _thank(page, facts)
    page.save_revision(user=page.owner)
    return Win(
        title=page.title, edit_url=_edit_url(page, user), made=True, warnings=_warnings(before, after, facts), asks=asks
    )


def may_make(user: Any, area_id: int) -> bool:
    """Whether this account writes below the page of the wijk that holds this area; somebody else may publish it."""
    wijk = _find_page(area_id)
    return wijk is not None and wijk.permissions_for_user(user).can_add_subpage()


def hide_photos(case_id: int) -> bool:
    """Take what the resident of this case made off every page, also those that are drafts or will be published."""
    images = [one.image for one in _resident_photos().filter(case_id=case_id).select_related("image")]
    for page_id in apps.get_model("cms_wins.SmallWinPage").objects.filter(case_id=case_id).values_list("pk", flat=True):
        transaction.on_commit(partial(forget, page_id))
    for image in images:
        image.delete()
    return bool(images)


def told(case_id: int) -> Told | None:
    """The page about this case that everybody can read."""
    page = apps.get_model("cms_wins.SmallWinPage").objects.live().filter(case_id=case_id).first()
    parts = page.get_url_parts() if page is not None else None
    if page is None or parts is None or page.area_id not in tree().by_id:
        return None
    site = site_of(tree().by_id[page.area_id].gemeente_id)
    title, path = title_read(page.translation_key, page.title)[0], path_read(page.translation_key, parts[2])
    return Told(title, f"{site}{path}", f"{site}{reverse('short', args=[page.pk])}")


def _resident_photos() -> Any:
    return apps.get_model("cms_wins.ResidentPhoto").objects


def _find_page(area_id: int) -> Any:
    chain = tree().ancestors(area_id)
    wijken = [one.id for one in chain if one.level == "wijk"]
    return apps.get_model("cms_wijken.WijkPage").objects.filter(area_id__in=wijken).first()


def _page_of(area_id: int) -> Any:
    """The page of the wijk that holds this area; `Conflict` when there is none."""
    page = _find_page(area_id)
    if page is None:
        raise Conflict(_("This neighbourhood has no page yet. Ask your editor to make one first."))
    return page


def _keep_in_mind(facts: WinFacts, *copies: tuple[WinPhoto | None, Any]) -> bool:
    """Write down which images a resident made; whether there are any."""
    rows = [
        _resident_photos().model(image=image, case_id=facts.case_id)
        for photo, image in copies
        if photo is not None and photo.from_resident
    ]
    _resident_photos().bulk_create(rows)
    return bool(rows)


def _thank(page: Any, facts: WinFacts) -> None:
    """Whoever reported or did it, whose case it was, and their team."""
    model = apps.get_model("cms_wins.Thanked")
    rows = [model(kind="group", name=facts.group[:80]) if facts.group else model(kind="reporter")]
    if facts.person_id is not None:
        rows.append(model(kind="professional", professional_id=facts.person_id))
    rows.append(model(kind="group", name=f"{facts.team} ({facts.organisation})"[:80]))
    for order, row in enumerate(rows):
        row.sort_order = order
    page.thanked.set(rows)
    page.save()


def _words(facts: WinFacts) -> dict[str, Any]:
    """Title and texts from the facts alone: nothing a resident wrote, and no address."""
    place = tree().by_id[facts.area_id].name
    days = (timezone.localdate(facts.solved_at) - timezone.localdate(facts.reported_at)).days
    values = {"category": facts.category or _("report"), "place": place, "team": facts.team}
    took = (
        _("It was solved on the very day of the report.")
        if days == 0
        else ngettext(
            "It was solved within a day of the report.", "It was solved %(days)d days after the report.", days
        )
        % {"days": days}
    )
    if facts.title:
        return _words_of_residents(facts, place, days)
    said = [_("A resident reported it, and %(team)s took it up.") % values, took]
    if facts.supporters:
        said.append(
            ngettext("%(many)d neighbour saw it too.", "%(many)d neighbours saw it too.", facts.supporters)
            % {"many": facts.supporters}
        )
    return {
        "title": (_("Solved in %(place)s: %(category)s") % values)[:120],
        "lead": took,
        "date": timezone.localdate(facts.solved_at),
        "place": place[:80],
        "category": facts.category[:120],
        "days": days,
        "supporters": facts.supporters,
        "body": json.dumps([{"type": "text", "value": f"<p>{escape(' '.join(said))}</p>"}]),
    }


def _words_of_residents(facts: WinFacts, place: str, days: int) -> dict[str, Any]:
    """Of what residents did themselves: their own name for it, and what they say of it."""
    took = _("Residents of %(place)s did this themselves. It took %(days)d days from plan to result.")
    lead = (took if days > 1 else _("Residents of %(place)s did this themselves.")) % {"place": place, "days": days}
    story = "".join(f"<p>{escape(part)}</p>" for part in facts.story.split("\n") if part.strip())
    return {
        "title": facts.title[:120],
        "lead": lead,
        "date": timezone.localdate(facts.solved_at),
        "place": place[:80],
        "category": facts.category[:120],
        "days": days,
        "supporters": facts.supporters,
        "body": json.dumps([{"type": "text", "value": story or f"<p>{escape(lead)}</p>"}]),
    }


def _image(photo: WinPhoto | None, shown: str, facts: WinFacts) -> Any:
    """A copy among the pages' images, under a name nobody can guess while it is a draft.

    `shown`: what it shows, as far as the facts tell, for who cannot see it; the editor says it better.
    """
    if photo is None:
        return None
    path = files.ensure(photo.id, "large")
    gemeente = Area.objects.defer("geometry").get(pk=facts.gemeente_id)
    image = get_image_model()(title=shown, description=shown, collection=collection_of(gemeente))
    with path.open("rb") as file:
        image.file = ImageFile(file, name=f"{uuid4().hex}{path.suffix}")
        image.save()
    return image


def _warnings(before: WinPhoto | None, after: WinPhoto | None, facts: WinFacts) -> tuple[str, ...]:
    said = []
    if before or after:
        said.append(_("Look at the photos: no faces and no number plates without permission."))
    theirs = (before and before.from_resident) or (after and after.from_resident)
    if theirs and not facts.group:  # a group has agreed already, or its photos are not here
        said.append(_("A photo was made by the resident. We asked them whether it may be shown."))
    return tuple(said)


def _free_slug(wijk: Page, title: str) -> str:
    wanted, number = slugify(title)[:80] or "succes", 2
    taken = set(wijk.get_children().values_list("slug", flat=True))
    slug = wanted
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def _edit_url(page: Page, user: Any) -> str | None:
    return reverse("wagtailadmin_pages:edit", args=[page.pk]) if page.permissions_for_user(user).can_edit() else None
