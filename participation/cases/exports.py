"""A list of cases as a file for a spreadsheet, made in the background for one person and gone after a day.

It holds what the inbox shows and no contact data; only cases with which the person may do `Deed.EXPORT`, at the
moment the file is made. Asking for one is written in the event log.
"""

from __future__ import annotations

import csv
import logging
import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from core.accounts.actor import Actor
from core.areas.queries import tree
from core.errors import Conflict, NotAllowed, NotFound
from core.events.log import Happened, record
from core.events.models import Event
from participation.cases.filters import filter_of
from participation.cases.inbox import everything
from participation.cases.models import Case, Export
from participation.cases.permissions import Deed, reach
from participation.cases.queries import category_of, is_late
from participation.cases.states import Status
from participation.organisations.access import actor_for
from participation.organisations.queries import roster

logger = logging.getLogger(__name__)
KEPT = timedelta(hours=24)
MOST_WAITING = 3
MOST_ROWS = 200_000
CHUNK = 2000
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""


def may_export(actor: Actor) -> bool:
    """Whether there are cases at all with which this person may do it."""
    ordinary, confidential = (reach(actor, Deed.EXPORT, confidential=value) for value in (False, True))
    return ordinary.everywhere or bool(ordinary.ids | confidential.ids)


@transaction.atomic
def ask_export(*, query: Mapping[str, str], actor: Actor, now: datetime) -> Export:
    """Have the cases of this filter written to a file; work for later."""
    if actor.professional_id is None or not may_export(actor):
        raise NotAllowed(_("Your role may not export cases. Ask your team lead."))
    waiting = Export.objects.filter(professional_id=actor.professional_id, state=Export.State.WAITING)
    if waiting.filter(created_at__gt=now - KEPT).count() >= MOST_WAITING:
        raise Conflict(_("Your earlier exports are still being made. Wait until they are ready."))
    export = Export.objects.create(
        id=uuid4(),
        professional_id=actor.professional_id,
        query=dict(query),
        created_at=now,
        expires_at=now + KEPT,
    )
    record(
        Happened(
            type="cases.exported",
            subject=f"export/{export.pk}",
            version=1,
            actor=actor,
            at=now,
            audience=Event.Audience.TEAM,
            gemeente_id=actor.gemeente_id,
            payload={"by": actor.professional_id, "filters": sorted(query)},
        )
    )
    make_export.enqueue(str(export.pk))
    return export


@task()
def make_export(export_id: str) -> str:
    """Write the file; says what it did. Run again it writes the same file anew."""
    export = Export.objects.select_related("professional__user").filter(pk=UUID(export_id)).first()
    now = timezone.now()
    if export is None or export.expires_at <= now:
        return "too late"
    actor = actor_for(export.professional.user)
    if actor is None or not may_export(actor):
        Export.objects.filter(pk=export.pk).update(state=Export.State.FAILED)
        return "no longer allowed"
    path = file_of(export)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        with translation.override(export.professional.user.language or settings.LANGUAGE_CODE):
            rows = _write(unfinished, _cases(actor, export, now), now)
        unfinished.replace(path)
    except Exception:
        unfinished.unlink(missing_ok=True)
        Export.objects.filter(pk=export.pk).update(state=Export.State.FAILED)
        raise
    Export.objects.filter(pk=export.pk).update(state=Export.State.READY, row_count=rows)
    return f"{rows} rows"


@task()
def remove_old_exports() -> int:
    """Remove the files whose term is over; how many."""
    old = list(
        Export.objects.filter(expires_at__lte=timezone.now())
        .exclude(state=Export.State.EXPIRED)
        .values_list("pk", flat=True)
    )
    for pk in old:
        file_of(Export(pk=pk)).unlink(missing_ok=True)
    return Export.objects.filter(pk__in=old).update(state=Export.State.EXPIRED, query={})


def has_old_exports(now: datetime) -> bool:
    """Whether `remove_old_exports` has anything to do."""
    return _old(now).exists()


def _old(now: datetime) -> QuerySet[Export]:
    return Export.objects.filter(expires_at__lte=now).exclude(state=Export.State.EXPIRED)


def exports_of(actor: Actor, now: datetime) -> list[Export]:
    """This person's exports of the last day, the newest first."""
    own = Export.objects.filter(professional_id=actor.professional_id or 0, expires_at__gt=now)
    return list(own.order_by("-created_at", "pk")[:50])


def export_of(actor: Actor, pk: UUID, now: datetime) -> Export:
    """One of this person's own, while it is kept; `NotFound` for any other."""
    export = Export.objects.filter(pk=pk, professional_id=actor.professional_id or 0, expires_at__gt=now).first()
    if export is None or export.state == Export.State.EXPIRED:
        raise NotFound
    return export


def file_of(export: Export) -> Path:
    return Path(settings.DATA_DIR) / "exports" / f"{export.pk}.csv"


def _cases(actor: Actor, export: Export, now: datetime) -> Iterator[Case]:
    allowed = Case.objects.within(actor, Deed.EXPORT).values("pk")
    found = everything(actor, filter_of(export.query), now).filter(pk__in=allowed)
    return found.order_by("-created_at", "-id")[:MOST_ROWS].iterator(chunk_size=CHUNK)


def _write(path: Path, cases: Iterator[Case], now: datetime) -> int:
    """UTF-8 with a mark, semicolons and decimal commas: what a Dutch spreadsheet program opens as it is."""
    rows = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        path.chmod(0o600)
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        header = None
        for case in cases:
            rows += 1
            cells = _row(case, now)
            if header is None:
                header = list(cells)
                writer.writerow(header)
            writer.writerow([_cell(one) for one in cells.values()])
        if header is None:
            writer.writerow([_("Nothing found")])
    return rows


def _row(case: Case, now: datetime) -> dict[str, Any]:
    area, category, team = tree().by_id[case.area_id], category_of(case), roster().teams[case.team_id]
    person = roster().people.get(case.assignee_id) if case.assignee_id else None
    confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    return {
        _("Reference"): case.reference,
        _("Kind"): str(Case.Kind(case.kind).label),
        _("Status"): str(Status(case.status).label),
        _("Priority"): str(Case.Priority(case.priority).label),
        _("Confidentiality"): str(Case.Visibility(case.visibility).label),
        _("Category"): category.name if category else "",
        _("Subject"): _("Confidential report") if confidential else case.summary,
        _("Address"): case.address,
        _("Area code"): area.code,
        _("Area"): area.name,
        _("Organisation"): team.organisation,
        _("Team"): team.name,
        _("Person"): person.name if person else "",
        _("Received"): case.created_at,
        _("First answer by"): case.respond_by,
        _("First answer"): case.responded_at,
        _("Solved by"): case.resolve_by,
        _("Closed"): case.closed_at,
        _("Late"): _("yes") if is_late(case, now) else _("no"),
        _("Supporters"): case.supporter_count,
        _("Photos"): case.photo_count,
        _("Latitude"): case.lat,
        _("Longitude"): case.lon,
    }


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
        case float():
            return f"{value:.6f}".replace(".", ",")
        case str():
            tidy = " ".join(value.split("\n"))
            return f"'{tidy}" if tidy.startswith(DANGEROUS) else tidy
    return str(value)
