"""Who stands behind an initiative, in numbers, and what the one who looks did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Min, OuterRef

from core.accounts.actor import Actor
from participation.initiatives.models import Follow, Initiative, Member, PaperSheet, Support
from participation.initiatives.queries.public import Bar, bar_of
from participation.initiatives.queries.settings import settings_of
from participation.initiatives.states import Act, allows


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`open`: whether it can be supported now. `mine`, `follows`: of the one who looks, `carries`: they are in its
    group, and so not a supporter. `asks`: who may support, and
    how they show it (`InitiativeSettings.WhoSupports`)."""

    bar: Bar
    open: bool
    may_follow: bool
    mine: bool
    follows: bool
    carries: bool
    asks: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Signatures on paper, as the desk sees them."""

    id: int
    count: int
    remark: str
    by: str
    at: datetime
    scan_id: UUID
    ended: bool


@dataclass(frozen=True, slots=True)
class CodeLine:
    """Letters with codes that went out together. `first`, `last`: their numbers, without those given out since."""

    id: int
    name: str
    count: int
    first: int
    last: int
    by: str
    at: datetime
    withdrawn: bool


def support_of(initiative: Initiative, actor: Actor) -> Standing:
    """For the page of the initiative. No query for one that was read for this very actor (`get_initiative_for`)."""
    mine, follows = getattr(initiative, "own_support", False), getattr(initiative, "own_follow", False)
    carries = getattr(initiative, "own_role", None) is not None
    if actor.resident_id is not None and not hasattr(initiative, "own_support"):
        of_me = {"initiative": OuterRef("pk"), "resident_id": actor.resident_id}
        row = Initiative.objects.filter(pk=initiative.pk).values_list(
            Exists(Support.objects.filter(**of_me)),
            Exists(Follow.objects.filter(**of_me)),
            Exists(Member.objects.filter(**of_me, left_at=None)),
        )
        mine, follows, carries = row.get()
    return Standing(
        bar=bar_of(initiative),
        open=allows(initiative.stage, Act.SUPPORT),
        may_follow=allows(initiative.stage, Act.FOLLOW),
        mine=mine,
        follows=follows,
        carries=carries,
        asks=settings_of(initiative.gemeente_id).who_supports,
    )


def sheets_of(initiative: Initiative) -> list[Sheet]:
    """Every sheet, also those that count no more; oldest first. One query."""
    rows = initiative.sheets.select_related("professional")
    return [
        Sheet(
            id=one.pk,
            count=one.count,
            remark=one.remark,
            by=one.professional.name if one.professional else "",
            at=one.at,
            scan_id=one.scan_id,
            ended=one.ended_at is not None,
        )
        for one in rows
    ]


def code_batches_of(initiative: Initiative) -> list[CodeLine]:
    """Every batch, oldest first. Which were used is not asked here. One query."""
    rows = initiative.code_batches.select_related("created_by").annotate(first=Min("codes__number"))
    return [
        CodeLine(
            id=one.pk,
            name=one.name,
            count=one.count,
            first=one.first,
            last=one.first + one.count - 1,
            by=one.created_by.name if one.created_by else "",
            at=one.created_at,
            withdrawn=one.withdrawn_at is not None,
        )
        for one in rows
    ]


def sheet_of_scan(photo_id: UUID) -> PaperSheet | None:
    """The sheet that this photo is a scan of, with its initiative and case."""
    return PaperSheet.objects.select_related("initiative__case").filter(scan_id=photo_id).first()
