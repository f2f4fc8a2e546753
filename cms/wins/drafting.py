"""A small win drafted from a solved case. An editor checks and publishes it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.core.files.images import ImageFile
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.images import get_image_model
from wagtail.models import Page

from cms.home.actions import collection_of
from cms.wijken.models import WijkPage
from core.areas.models import Area
from core.areas.queries import tree
from core.errors import Conflict
from core.media import files
from participation.cases.wins import Win, WinFacts, WinPhoto


def draft_of(facts: WinFacts, user: Any, now: datetime) -> Win:
    """The draft of this case, made when there is none yet. The case's row is held, so there is never a second one."""
    model = apps.get_model("cms_wins.SmallWinPage")
    found = model.objects.filter(case_id=facts.case_id).first()
    if found is not None:
        return Win(title=found.title, edit_url=_edit_url(found, user), made=False)
    wijk = _page_of(facts.area_id)
    with translation.override(settings.LANGUAGE_CODE):
        page = model(case_id=facts.case_id, live=False, has_unpublished_changes=True, **_words(facts))
    before, after = _photos(facts)
    page.photo_before, page.photo_after = _image(before, page.title, facts), _image(after, page.title, facts)
    page.slug = _free_slug(wijk, page.title)
    page.owner = user if getattr(user, "pk", None) else None
    wijk.add_child(instance=page)
    page.save_revision(user=page.owner)
    return Win(title=page.title, edit_url=_edit_url(page, user), made=True, warnings=_warnings(before, after))


def _page_of(area_id: int) -> WijkPage:
    """The page of the wijk that holds this area; `Conflict` when there is none."""
    chain = tree().ancestors(area_id)
    page: WijkPage | None = WijkPage.objects.filter(
        area_id__in=[one.id for one in chain if one.level == "wijk"]
    ).first()
    if page is None:
        raise Conflict(_("This neighbourhood has no page yet. Ask your editor to make one first."))
    return page


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
    said = [_("A resident reported it, and %(team)s took it up.") % values, took]
    if facts.supporters:
        said.append(
            ngettext("%(many)d neighbour saw it too.", "%(many)d neighbours saw it too.", facts.supporters)
            % {"many": facts.supporters}
        )
    thanked = ", ".join(one for one in (facts.person, f"{facts.team} ({facts.organisation})") if one)
    return {
        "title": (_("Solved in %(place)s: %(category)s") % values)[:120],
        "lead": took,
        "date": timezone.localdate(facts.solved_at),
        "place": place[:80],
        "category": facts.category[:120],
        "days": days,
        "supporters": facts.supporters,
        "thanks": (_("the resident who reported it, %(others)s") % {"others": thanked})[:200],
        "body": json.dumps([{"type": "text", "value": f"<p>{escape(' '.join(said))}</p>"}]),
    }


def _photos(facts: WinFacts) -> tuple[WinPhoto | None, WinPhoto | None]:
    """Before and after, as the professional marked them; else the resident's first, and our last."""
    marked = {one.stage: one for one in reversed(facts.photos) if one.stage}
    before = marked.get("before") or next((one for one in facts.photos if one.from_resident and not one.stage), None)
    after = marked.get("after") or next((one for one in reversed(facts.photos) if not one.from_resident), None)
    return before, None if after is before else after


def _image(photo: WinPhoto | None, title: str, facts: WinFacts) -> Any:
    """A copy among the pages' images, under a name nobody can guess while it is a draft."""
    if photo is None:
        return None
    path = files.ensure(photo.id, "large")
    gemeente = Area.objects.defer("geometry").get(pk=facts.gemeente_id)
    image = get_image_model()(title=title, collection=collection_of(gemeente))
    with path.open("rb") as file:
        image.file = ImageFile(file, name=f"{uuid4().hex}{path.suffix}")
        image.save()
    return image


def _warnings(before: WinPhoto | None, after: WinPhoto | None) -> tuple[str, ...]:
    said = []
    if before or after:
        said.append(_("Look at the photos: no faces and no number plates without permission."))
    if (before and before.from_resident) or (after and after.from_resident):
        said.append(_("A photo was made by the resident: ask whether it may be shown."))
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
