"""The promise that no open case is without somebody who can act on it, checked over all of them.

The open cases are counted per team, person and confidentiality: as many rows as there are people with work, however
many cases there are. Who may open what is in memory. Only what is wrong is read case by case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participation.cases.models import Case, Forwarding, HandoverItem
from participation.cases.placing import able, instead_of
from participation.organisations.models import Professional
from participation.organisations.queries import roster

NAMED = 50
"""Cases named per finding; the number says how many there are."""
CONFIDENTIAL = Case.Visibility.CONFIDENTIAL


@dataclass(frozen=True, slots=True)
class Finding:
    """Cases that nobody can be held to, of one team, person and confidentiality. `references` names the first."""

    code: str
    gemeente_id: int
    team_id: int
    professional_id: int | None
    confidential: bool
    count: int
    references: tuple[str, ...]

    @property
    def words(self) -> str:
        """One sentence about what is wrong and what mends it."""
        team = roster().teams[self.team_id]
        person = roster().people.get(self.professional_id or 0)
        names = {"team": team.name, "name": person.name if person else _("A former colleague"), "count": self.count}
        return str(WORDS[self.code]) % names


WORDS: dict[str, str | Promise] = {
    "team-empty": gettext_lazy(
        "Nobody with an account works in %(team)s. Add someone, or give the cases to another team."
    ),
    "nobody-may-read": gettext_lazy(
        "Nobody in %(team)s may open confidential cases. Give someone that role, or give the cases to another team."
    ),
    "everyone-away": gettext_lazy("Everyone in %(team)s who may open these cases is away and nobody replaces them."),
    "assignee-gone": gettext_lazy("%(name)s has no account any more, but still has cases of %(team)s."),
    "assignee-elsewhere": gettext_lazy("%(name)s does not work in %(team)s, but has cases of that team."),
    "assignee-may-not-read": gettext_lazy("%(name)s has confidential cases of %(team)s, but may not open them."),
    "assignee-away": gettext_lazy(
        "%(name)s is away and nobody of %(team)s replaces them, while cases become late before they are back."
    ),
    "offer-unreachable": gettext_lazy("Cases were offered to %(team)s, but nobody there may open them."),
    "offer-unknown": gettext_lazy(
        "Cases of %(team)s are marked as offered, but there is no offer that waits for an answer."
    ),
    "part-of-closed": gettext_lazy("Parts in %(team)s are open while the case they belong to is closed."),
    "handover-unreachable": gettext_lazy(
        "Cases of %(team)s were offered to %(name)s, who may not open them or has no account any more."
    ),
}


def check_responsibility(gemeente_id: int | None = None, *, now: datetime) -> list[Finding]:
    """Everything that is wrong now, of one municipality or of all; at most a query per kind and per finding."""
    is_open = Case.objects.filter(closed_at__isnull=True)
    if gemeente_id is not None:
        is_open = is_open.filter(gemeente_id=gemeente_id)
    return [*_holders(is_open, now), *_offers(is_open), *_parts(is_open), *_handovers(is_open)]


def unreachable_cases(*, now: datetime) -> int:
    """How many open cases nobody can be held to: 0, or somebody must act. For the metrics."""
    return sum(one.count for one in check_responsibility(now=now))


def _holders(is_open: QuerySet[Case], now: datetime) -> Iterator[Finding]:
    secret = Q(visibility=CONFIDENTIAL)
    groups = (
        is_open.order_by()
        .values("gemeente_id", "team_id", "assignee_id", secret=secret)
        .annotate(many=Count("id"), first_due=Min("due_at"))
    )
    # Asked of the table: an account that was switched off past everything that tells memory is just what we look for.
    gone = set(Professional.objects.filter(user__is_active=False).values_list("id", flat=True))
    for row in groups:
        confidential, team_id, person_id = bool(row["secret"]), row["team_id"], row["assignee_id"]
        code, before = ("assignee-gone", None) if person_id in gone else _fault(team_id, person_id, confidential, now)
        if not code or (before is not None and (row["first_due"] is None or row["first_due"] >= before)):
            continue
        cases = is_open.filter(secret if confidential else ~secret, team_id=team_id, assignee_id=person_id)
        count = row["many"]
        if before is not None:
            cases = cases.filter(due_at__lt=before)
            count = cases.count()
        yield Finding(code, row["gemeente_id"], team_id, person_id, confidential, count, _named(cases))


def _fault(team_id: int, person_id: int | None, confidential: bool, now: datetime) -> tuple[str, datetime | None]:
    """What is wrong with work that this team and person hold (empty: nothing), and with which only: due before then."""
    team, people, today = roster().teams[team_id], roster().people, timezone.localdate(now)
    able_to = able(team, confidential=confidential)
    if not able_to:
        return "nobody-may-read" if able(team, confidential=False) else "team-empty", None
    if person_id is None:
        there = any(instead_of(team, pk, confidential=confidential, now=now) for pk in able_to)
        return ("" if there else "everyone-away"), None
    if person_id not in people:
        return "assignee-gone", None
    if person_id not in able_to:
        elsewhere = person_id not in {one.professional_id for one in team.members}
        return ("assignee-elsewhere" if elsewhere else "assignee-may-not-read"), None
    if instead_of(team, person_id, confidential=confidential, now=now) is None:
        away = roster().away(person_id, today)
        assert away is not None
        back = datetime.combine(away.ends_on + timedelta(days=1), datetime.min.time(), timezone.get_default_timezone())
        return "assignee-away", back
    return "", None


def _offers(is_open: QuerySet[Case]) -> Iterator[Finding]:
    offered = is_open.filter(offered_to__isnull=False)
    groups = offered.order_by().values("gemeente_id", "offered_to_id", secret=Q(visibility=CONFIDENTIAL))
    for row in groups.annotate(many=Count("id")):
        confidential, team_id = bool(row["secret"]), row["offered_to_id"]
        if able(roster().teams[team_id], confidential=confidential):
            continue
        visible = Q(visibility=CONFIDENTIAL) if confidential else ~Q(visibility=CONFIDENTIAL)
        cases = offered.filter(visible, offered_to_id=team_id)
        yield Finding("offer-unreachable", row["gemeente_id"], team_id, None, confidential, row["many"], _named(cases))
    asked = Forwarding.objects.filter(outcome=Forwarding.Outcome.PENDING)
    yield from _per_team("offer-unknown", offered.exclude(pk__in=asked.values("case_id")))


def _parts(is_open: QuerySet[Case]) -> Iterator[Finding]:
    yield from _per_team("part-of-closed", is_open.filter(parent__closed_at__isnull=False))


def _handovers(is_open: QuerySet[Case]) -> Iterator[Finding]:
    waiting = HandoverItem.objects.filter(outcome=HandoverItem.Outcome.PENDING, case__in=is_open)
    groups = waiting.order_by().values(
        person=F("handover__to_professional_id"),
        gemeente_id=F("case__gemeente_id"),
        team_id=F("case__team_id"),
        secret=Q(case__visibility=CONFIDENTIAL),
    )
    for row in groups.annotate(many=Count("id")):
        confidential, team = bool(row["secret"]), roster().teams[row["team_id"]]
        if row["person"] in able(team, confidential=confidential):
            continue
        visible = Q(visibility=CONFIDENTIAL) if confidential else ~Q(visibility=CONFIDENTIAL)
        cases = is_open.filter(
            visible,
            team_id=team.id,
            pk__in=waiting.filter(handover__to_professional_id=row["person"]).values("case_id"),
        )
        yield Finding(
            "handover-unreachable", row["gemeente_id"], team.id, row["person"], confidential, row["many"], _named(cases)
        )


def _per_team(code: str, cases: QuerySet[Case]) -> Iterator[Finding]:
    secret = Q(visibility=CONFIDENTIAL)
    for row in cases.order_by().values("gemeente_id", "team_id", secret=secret).annotate(many=Count("id")):
        confidential = bool(row["secret"])
        these = cases.filter(secret if confidential else ~secret, team_id=row["team_id"])
        yield Finding(code, row["gemeente_id"], row["team_id"], None, confidential, row["many"], _named(these))


def _named(cases: QuerySet[Case]) -> tuple[str, ...]:
    return tuple(cases.order_by("id").values_list("reference", flat=True)[:NAMED])
