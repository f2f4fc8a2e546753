"""A description for the library, drafted from an initiative that was carried out. An editor finishes and publishes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.approaches.states import Evidence
from core.areas.queries import tree
from core.errors import Conflict
from participation.initiatives.approaches import Described, Practice

MOST_POINTS = 12


def draft_of(practice: Practice, user: Any, now: datetime) -> Described:
    """The draft about this initiative, made when there is none yet; the caller holds the initiative's row."""
    model = apps.get_model("cms_approaches.ApproachPage")
    found = model.objects.filter(initiative_id=practice.initiative_id).first()
    if found is not None:
        return Described(found.title, _edit_url(found, user), made=False)
    index = _index_of(practice.gemeente_id)
    with translation.override(settings.LANGUAGE_CODE):
        page = model(
            initiative_id=practice.initiative_id,
            live=False,
            has_unpublished_changes=True,
            title=practice.title[:120],
            slug=_free_slug(index, practice.title),
            goal=practice.goal[:300],
            audience=practice.audience[:200],
            needed=practice.needed[:300],
            theme_id=practice.theme_id,
            cost_from=practice.cost,
            cost_to=practice.cost,
            evidence=Evidence.PRACTICE,
            source=_("Residents who did it, and their coach"),
            steps=_points(practice.steps),
            ingredients=_points(practice.worked),
            warnings=_points(practice.otherwise),
            done=_places(practice),
            owner=user if getattr(user, "pk", None) else None,
        )
    index.add_child(instance=page)
    page.save_revision(user=page.owner)
    return Described(page.title, _edit_url(page, user), made=True)


def _index_of(gemeente_id: int) -> Any:
    home = apps.get_model("cms_home.HomePage").objects.filter(gemeente_id=gemeente_id).first()
    index = apps.get_model("cms_approaches.ApproachIndexPage").objects.child_of(home).first() if home else None
    if index is None:
        raise Conflict(_("There is no library yet. Ask your editor to make one first."))
    return index


def _points(lines: Sequence[str]) -> str:
    return json.dumps([{"type": "point", "value": line[:300]} for line in lines[:MOST_POINTS]])


def _places(practice: Practice) -> str:
    area = tree().by_id.get(practice.area_id or 0)
    if area is None:
        return json.dumps([])
    wijken = [one.id for one in tree().ancestors(area.id) if one.level == "wijk"]
    page = apps.get_model("cms_wijken.WijkPage").objects.filter(area_id__in=wijken).first()
    where = {"wijk": page.pk if page else None, "place": "" if page else area.name, "year": practice.year}
    return json.dumps([{"type": "place", "value": where}])


def _free_slug(index: Page, title: str) -> str:
    wanted, number = slugify(title)[:80] or "aanpak", 2
    taken = set(index.get_children().values_list("slug", flat=True))
    slug = wanted
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def _edit_url(page: Page, user: Any) -> str | None:
    return reverse("wagtailadmin_pages:edit", args=[page.pk]) if page.permissions_for_user(user).can_edit() else None
