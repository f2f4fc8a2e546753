"""Reports to learn proposals from: those whose category a person set or confirmed."""

from __future__ import annotations

from collections.abc import Iterator

from core.events.models import Event
from participation.cases.events import UPDATED
from participation.cases.states import ANSWERED
from participation.reports.models import Report
from participation.routing.proposals.training import MOST_REPORTS, Example


def examples(gemeente_id: int) -> Iterator[Example]:
    """Newest first. A professional changed the category, or the resident chose it and it was handled as such.

    What we proposed and nobody touched is left out: we would only learn our own opinion. Who they are is not known of
    anonymous reports: those of one day and place count as of one person.
    """
    corrected = {
        subject.removeprefix("case/")
        for subject in Event.objects.filter(
            gemeente_id=gemeente_id, type=UPDATED, actor_kind="professional", payload__has_key="category"
        ).values_list("subject", flat=True)
    }
    rows = (
        Report.objects.filter(case__gemeente_id=gemeente_id, case__parent=None, case__category__isnull=False)
        .exclude(text="")
        .order_by("-case__created_at", "-case_id")
        .values_list(
            "text", "proposed", "case__reference", "case__status", "case__created_at", "case__category__slug",
            "contact__name", "contact__email", "contact__phone", "case__area_id",
        )
    )  # fmt: skip
    given = 0
    for text, proposed, reference, status, at, slug, name, email, phone, area_id in rows.iterator(chunk_size=2000):
        if reference in corrected or (not proposed and status in ANSWERED):
            yield Example(
                text=text,
                slug=slug,
                at=at,
                person=(email or phone or f"{at:%Y-%m-%d} {area_id}").casefold(),
                names=tuple(one for one in (name, (email or "").partition("@")[0]) if one),
            )
            given += 1
            if given == MOST_REPORTS:
                return
