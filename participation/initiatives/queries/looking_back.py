"""What the group says afterwards, for the page; and for those who tell others of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from participation.cases.models import Case
from participation.cases.wins import Maker, Told, WinFacts, WinPhoto, told_of
from participation.initiatives.approaches import Practice
from participation.initiatives.models import Initiative, InitiativePhoto, LookingBack, Member, Milestone, UpdatePhoto
from participation.initiatives.queries.telling import money_of
from participation.initiatives.states import ENDED, Stage


def looking_back_of(initiative: Initiative) -> LookingBack | None:
    """None as long as it runs. No query for one that was read to be looked at (`get_initiative_for`)."""
    return getattr(initiative, "looking_back", None) if initiative.stage in ENDED else None


def win_of(initiative: Initiative) -> Told | None:
    """The small win that tells of it, once everybody can read that. A query or two for what succeeded."""
    if initiative.stage != Stage.DONE or initiative.case_id is None:
        return None
    return told_of(initiative.case_id)


def makers_of(case_id: int) -> Iterator[Maker]:
    """The group of an initiative with this case, as it is now: who can be mailed and wants that. One query."""
    group = Member.objects.filter(initiative__case_id=case_id, left_at=None, mailed=True, resident__isnull=False)
    for one in group.exclude(resident__email="").select_related("resident").order_by("pk"):
        if one.resident is not None:
            yield Maker(to=f"member:{one.pk}", email=one.resident.email, language=one.resident.language, name=one.name)


def public_of_case(case_id: int) -> tuple[str, str] | None:
    """Title and address of the initiative with this case, if everybody may read it. One query."""
    found = Initiative.objects.filter(case_id=case_id, published_at__isnull=False)
    row = found.values_list("title", "slug").first()
    return (row[0], reverse("initiative", args=[row[1]])) if row is not None else None


def facts_of(case: Case, facts: WinFacts) -> WinFacts:
    """What may be told of an initiative: its name, what the group says for everybody, and its photos if they agreed."""
    initiative = Initiative.objects.filter(case=case).first()
    if initiative is None:
        return facts
    row = LookingBack.objects.filter(initiative=initiative).first()
    photos: tuple[WinPhoto, ...] = ()
    if row is not None and row.photos_agreed:
        shown = list(InitiativePhoto.objects.filter(initiative=initiative).values_list("photo_id", flat=True))
        latest = _latest_of_diary(initiative)
        if latest is not None:
            photos = (WinPhoto(latest, "after", True),)
            photos = (WinPhoto(shown[0], "before", True), *photos) if shown else photos
        elif shown:
            photos = (WinPhoto(shown[-1], "after", True),)
    parts = [row.worked, row.for_whom, row.thanks] if row is not None else []
    return replace(
        facts,
        title=initiative.title,
        story="\n".join(part for part in parts if part),
        group=_("the group of “%(title)s”") % {"title": Truncator(initiative.title).chars(50)},
        supporters=initiative.support,
        photos=photos,
    )


def _latest_of_diary(initiative: Initiative) -> UUID | None:
    there = UpdatePhoto.objects.filter(update__initiative=initiative, update__hidden_at=None)
    return there.order_by("-update_id", "position", "id").values_list("photo_id", flat=True).first()


def practice_of(initiative: Initiative) -> Practice:
    """What others can take over. Three queries."""
    row = LookingBack.objects.filter(initiative=initiative).first()
    money = money_of(initiative)
    return Practice(
        initiative_id=initiative.pk,
        gemeente_id=initiative.gemeente_id,
        area_id=initiative.area_id,
        title=initiative.title,
        goal=Truncator(" ".join((initiative.why or initiative.what).split())).chars(300),
        audience=Truncator(" ".join((row.for_whom if row else initiative.who).split())).chars(200),
        needed=Truncator(" ".join(initiative.wanted.split())).chars(300),
        theme_id=initiative.theme_id,
        cost=round(money.went_out / 100) if money is not None and money.went_out else None,
        worked=_lines(row.worked if row else ""),
        otherwise=_lines(row.otherwise if row else ""),
        steps=tuple(Milestone.objects.filter(initiative=initiative).values_list("title", flat=True)),
        year=timezone.localdate(initiative.ended_at or initiative.changed_at).year,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(Truncator(line.strip(" -•*")).chars(300) for line in text.splitlines() if line.strip(" -•*"))


def due_again(now: datetime) -> list[int]:
    """Initiatives whose coach is asked again, the oldest first. One query."""
    rows = LookingBack.objects.filter(until__lte=timezone.localdate(now), asked_at=None)
    return list(rows.order_by("until", "pk").values_list("pk", flat=True)[:200])
