"""Who else takes part: as everybody sees it, and as the desk does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from participation.initiatives.models import Initiative, Partner
from participation.organisations.queries import TeamRow, roster


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A team that takes part. `person` is who speaks for it, if they show their face; `state`: asked, in or kept."""

    id: int
    team_id: int
    team: str
    organisation: str
    person: str
    role: str
    promise: str
    promised_by: date | None
    kept_at: datetime | None
    accepted_at: datetime | None
    asked_at: datetime
    sees: str
    sees_label: str

    @property
    def late(self) -> bool:
        return self.kept_at is None and self.promised_by is not None and self.promised_by < timezone.localdate()


def partners_of(initiative: Initiative, *, also_asked: bool = False) -> list[PartnerLine]:
    """Those that take part now; `also_asked`: for the desk. One query."""
    rows = Partner.objects.filter(initiative=initiative, ended_at=None)
    if not also_asked:
        rows = rows.filter(accepted_at__isnull=False)
    return partners_in(rows, also_asked=also_asked)


def partners_in(rows: Iterable[Partner], *, also_asked: bool = False) -> list[PartnerLine]:
    """These, in words. From memory."""
    known, found = roster(), []
    for one in rows:
        team = known.teams.get(one.team_id)
        person = known.people.get(one.professional_id or 0)
        if team is None:
            continue
        found.append(
            PartnerLine(
                id=one.pk,
                team_id=one.team_id,
                team=team.name,
                organisation=team.organisation,
                person=person.name if person is not None and (also_asked or person.is_public) else "",
                role=one.role,
                promise=one.promise,
                promised_by=one.promised_by,
                kept_at=one.kept_at,
                accepted_at=one.accepted_at,
                asked_at=one.asked_at,
                sees=one.sees,
                sees_label=one.get_sees_display(),
            )
        )
    return found


def teams_to_ask(initiative: Initiative) -> list[TeamRow]:
    """Every other team of the municipality that does not take part yet, by organisation. One query."""
    taken = set(Partner.objects.filter(initiative=initiative, ended_at=None).values_list("team_id", flat=True))
    if initiative.case is not None:
        taken.add(initiative.case.team_id)
    rows = [one for one in roster().teams.values() if one.gemeente_id == initiative.gemeente_id and one.id not in taken]
    return sorted(rows, key=lambda one: (one.organisation, one.name))
