"""Getting a municipality ready to receive reports."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.areas.models import Area
from core.errors import NotFound
from participation.organisations.models import Organisation, Team
from participation.routing.default_categories import default_categories, default_themes
from participation.routing.models import Category, LearnedModel, Question, Theme

if TYPE_CHECKING:
    from participation.routing.proposals.training import Outcome

after_provision: list[Callable[[Collection[int]], object]] = []
"""Called with gemeente ids inside the transaction, when their categories are there."""


def provision(*gemeente_ids: int) -> None:
    """Give municipalities what no report can do without: an organisation, a catch-all team and categories; and themes.

    Makes only what is missing, so it can be repeated; a dozen queries for any number of municipalities.
    """
    with transaction.atomic():
        names = dict(Area.objects.filter(pk__in=gemeente_ids, parent=None).values_list("pk", "name"))
        caught = set(
            Team.objects.filter(gemeente_id__in=names, is_catch_all=True).values_list("gemeente_id", flat=True)
        )
        bare = {pk: name for pk, name in names.items() if pk not in caught}
        organisations = _municipal_organisations(bare)
        taken = set(Team.objects.filter(gemeente_id__in=bare).values_list("gemeente_id", "slug"))
        Team.objects.bulk_create(
            Team(
                gemeente_id=pk,
                organisation_id=organisations[pk],
                slug=_free_slug("klantcontact", {slug for owner, slug in taken if owner == pk}),
                name=f"Klantcontact {name}"[:120],
                is_catch_all=True,
                picks_person=False,
            )
            for pk, name in bare.items()
        )
        _make_missing_categories(names)
        make_first_themes(names)
        for hook in after_provision:
            hook(names)


def load_categories(gemeente_id: int) -> tuple[int, int]:
    """Add the default categories a municipality does not have yet; answers (made, already there).

    What is there keeps its local edits: name, promise, words, "in use" and all. A category that
    should not be offered is switched off, not deleted, or it comes back here.
    """
    with transaction.atomic():
        return _make_missing_categories([gemeente_id])


def keep_learned(gemeente_id: int, outcome: Outcome, *, now: datetime) -> LearnedModel:
    """Store what was learned in place of what was there; whether it may be used stays as it was set."""
    with transaction.atomic():
        row = LearnedModel.objects.select_for_update().filter(gemeente_id=gemeente_id).first()
        row = row or LearnedModel(gemeente_id=gemeente_id)
        row.trained_at = now
        row.learned_from, row.measured_on = len(outcome.learned_from), len(outcome.measured_on)
        row.learned_first, row.learned_last = outcome.learned_from[0].at, outcome.learned_from[-1].at
        row.measured_last = outcome.measured_on[-1].at
        row.figures = {"words": outcome.words.as_json(), "learned": outcome.learned.as_json()}
        row.weights = outcome.weights
        row.is_better = outcome.is_better
        row.save()
    return row


def allow_learned(gemeente_id: int, *, allowed: bool) -> None:
    """Let what was learned be used, or not."""
    with transaction.atomic():
        row = LearnedModel.objects.select_for_update().filter(gemeente_id=gemeente_id).first()
        if row is None:
            raise NotFound(_("Nothing was learned here yet."))
        row.is_on = allowed
        row.save()


def provision_imported(gemeente_ids: set[int]) -> None:
    """For `core.areas.importing.after_import`, inside the import's transaction."""
    provision(*sorted(gemeente_ids))


def _municipal_organisations(names: dict[int, str]) -> dict[int, int]:
    """The first municipal organisation of each, made where there is none; gemeente id → organisation id."""
    known = dict(
        Organisation.objects.filter(gemeente_id__in=names, kind=Organisation.Kind.MUNICIPALITY)
        .order_by("-pk")
        .values_list("gemeente_id", "pk")
    )
    taken = set(Organisation.objects.filter(gemeente_id__in=names).values_list("gemeente_id", "slug"))
    made = Organisation.objects.bulk_create(
        Organisation(
            gemeente_id=owner,
            slug=_free_slug(
                slugify(f"gemeente {name}")[:50] or "gemeente", {slug for other, slug in taken if other == owner}
            ),
            name=f"Gemeente {name}"[:120],
            kind=Organisation.Kind.MUNICIPALITY,
        )
        for owner, name in names.items()
        if owner not in known
    )
    return known | {one.gemeente_id: one.pk for one in made}


def _make_missing_categories(gemeente_ids: Collection[int]) -> tuple[int, int]:
    known: dict[tuple[int, str], int] = {
        (owner, slug): pk
        for pk, owner, slug in Category.objects.filter(gemeente_id__in=gemeente_ids).values_list(
            "pk", "gemeente_id", "slug"
        )
    }
    tree = default_categories()
    mains = Category.objects.bulk_create(
        [
            Category(gemeente_id=owner, slug=main.slug, **main.fields)
            for owner in gemeente_ids
            for main in tree
            if (owner, main.slug) not in known
        ],
        batch_size=500,
    )
    known |= {(one.gemeente_id, one.slug): one.pk for one in mains}
    wanted = [
        (sub, Category(gemeente_id=owner, slug=sub.slug, parent_id=known[owner, main.slug], **sub.fields))
        for owner in gemeente_ids
        for main in tree
        for sub in main.children
        if (owner, sub.slug) not in known
    ]
    subs = Category.objects.bulk_create([row for _sub, row in wanted], batch_size=500)
    Question.objects.bulk_create(
        [
            Question(category_id=row.pk, **question)
            for (sub, _row), row in zip(wanted, subs, strict=True)
            for question in sub.questions
        ],
        batch_size=500,
    )
    made = len(mains) + len(subs)
    wished = len(gemeente_ids) * sum(1 + len(main.children) for main in tree)
    return made, wished - made


def make_first_themes(gemeente_ids: Collection[int]) -> None:
    """The themes we start with, for who has none: whoever took one away does not get it back."""
    having = set(Theme.objects.filter(gemeente_id__in=gemeente_ids).values_list("gemeente_id", flat=True))
    first = [
        Theme(gemeente_id=owner, position=place, **fields)
        for owner in gemeente_ids
        if owner not in having
        for place, fields in enumerate(default_themes(), start=1)
    ]
    if first:
        Theme.objects.bulk_create(first, batch_size=500)


def _free_slug(wanted: str, taken: set[str]) -> str:
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug
