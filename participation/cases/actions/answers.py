"""The standard answers a municipality starts with."""

from __future__ import annotations

from collections.abc import Collection

from participation.cases.answers import default_answers
from participation.cases.models import StandardAnswer
from participation.routing.models import Category


def load_answers(gemeente_ids: Collection[int]) -> int:
    """Give municipalities that have no standard answers yet the default ones; answers how many rows were made.

    A municipality with any answer of its own is left alone: what it deleted does not come back.
    """
    having = set(StandardAnswer.objects.filter(gemeente_id__in=gemeente_ids).values_list("gemeente_id", flat=True))
    bare = [pk for pk in gemeente_ids if pk not in having]
    if not bare:
        return 0
    slugs = {one.category for one in default_answers()} - {""}
    categories = {
        (owner, slug): pk
        for pk, owner, slug in Category.objects.filter(gemeente_id__in=bare, slug__in=slugs).values_list(
            "pk", "gemeente_id", "slug"
        )
    }
    rows = [
        StandardAnswer(
            gemeente_id=owner,
            category_id=categories[owner, answer.category] if answer.category else None,
            move=answer.move,
            language=language,
            title=answer.title,
            text=text,
            position=answer.position,
        )
        for owner in bare
        for answer in default_answers()
        if not answer.category or (owner, answer.category) in categories
        for language, text in answer.texts.items()
    ]
    return len(StandardAnswer.objects.bulk_create(rows, batch_size=500))
