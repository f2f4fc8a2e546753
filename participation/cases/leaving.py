"""What someone would leave behind: everything that must be handed over before their account can be ended.

Read from the tables, not from memory: it is asked again at the end of the transaction that hands it over.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.accounts.leaving import Hindrance
from participation.cases.models import Case, HandoverItem
from participation.organisations.models import Absence, Mandate, Membership, Organisation, Professional, Team
from participation.routing.models import Category, Responsibility

CONFIDENTIAL = Case.Visibility.CONFIDENTIAL


@dataclass(frozen=True, slots=True)
class Group:
    """Open cases of one team, ordinary or confidential."""

    team_id: int
    confidential: bool
    count: int

    @property
    def key(self) -> str:
        return f"{self.team_id}-{'c' if self.confidential else 'o'}"


@dataclass(frozen=True, slots=True)
class Leaving:
    """`lead_of`: teams they alone lead; `opens`: teams whose ordinary or confidential cases only they can open."""

    professional: Professional
    cases: list[Group] = field(default_factory=list)
    offered: int = 0
    replaces: list[Absence] = field(default_factory=list)
    lead_of: list[Team] = field(default_factory=list)
    opens: list[tuple[Team, bool]] = field(default_factory=list)
    administers: list[Organisation] = field(default_factory=list)
    """Organisations they alone administer. The back office names another; nothing else can be done about it here."""

    @property
    def is_clear(self) -> bool:
        return not (self.cases or self.offered or self.replaces or self.lead_of or self.opens or self.administers)


def left_behind(professional: Professional) -> Leaving:
    """Everything of this person that would be without anyone; about nine queries."""
    is_open = Case.objects.filter(closed_at__isnull=True)
    secret = Q(visibility=CONFIDENTIAL)
    groups = (
        is_open.filter(assignee=professional)
        .order_by("team__name", "team_id")
        .values("team_id", secret=secret)
        .annotate(many=Count("id"))
    )
    absences = Absence.objects.filter(replacement=professional, ends_on__gte=timezone.localdate())
    places = list(Membership.objects.filter(professional=professional).select_related("team").order_by("team__name"))
    others: dict[int, list[Membership]] = {}
    for one in Membership.objects.filter(
        team__in=[place.team_id for place in places], professional__user__is_active=True
    ).exclude(professional=professional):
        others.setdefault(one.team_id, []).append(one)
    lead_of = [
        place.team
        for place in places
        if place.role == Membership.Role.LEAD
        and others.get(place.team_id)
        and not any(one.role == Membership.Role.LEAD for one in others[place.team_id])
    ]
    return Leaving(
        professional=professional,
        cases=[Group(row["team_id"], bool(row["secret"]), row["many"]) for row in groups],
        offered=HandoverItem.objects.filter(
            handover__to_professional=professional, outcome=HandoverItem.Outcome.PENDING
        ).count(),
        replaces=list(absences.select_related("professional").order_by("starts_on", "id")),
        lead_of=lead_of,
        opens=_only_opener(places, others),
        administers=_only_administrator(professional),
    )


def _only_administrator(professional: Professional) -> list[Organisation]:
    """Organisations that nobody with an account would administer without this person."""
    others = Mandate.objects.filter(organisation=OuterRef("pk"), professional__user__is_active=True).exclude(
        professional=professional
    )
    mine = Organisation.objects.filter(mandates__professional=professional).order_by("name", "id")
    return list(mine.exclude(Exists(others)))


def _only_opener(places: list[Membership], others: dict[int, list[Membership]]) -> list[tuple[Team, bool]]:
    """Teams that receive work which nobody but this person could open."""
    last = [one.team for one in places if not others.get(one.team_id)]
    last_confidential = [
        one.team
        for one in places
        if one.confidential and not any(other.confidential for other in others.get(one.team_id, ()))
    ]
    if not last and not last_confidential:
        return []
    ids = [team.pk for team in {*last, *last_confidential}]
    is_open = Case.objects.filter(team__in=ids, closed_at__isnull=True)
    held = set(is_open.order_by().values_list("team_id", "visibility").distinct())
    working = {team_id for team_id, _visibility in held}
    working_confidential = {team_id for team_id, visibility in held if visibility == CONFIDENTIAL}
    rules = Responsibility.objects.filter(team__in=ids)
    named = set(rules.values_list("team_id", flat=True))
    secret = Category.objects.filter(is_active=True, visibility=Category.Visibility.CONFIDENTIAL)
    secret_ids = {pk for pair in secret.values_list("id", "parent_id") for pk in pair if pk}
    named_confidential = set(rules.filter(category__in=secret_ids).values_list("team_id", flat=True))
    found = [(team, False) for team in last if team.is_catch_all or team.pk in working | named]
    return found + [(team, True) for team in last_confidential if team.pk in working_confidential | named_confidential]


def work_in_hand(user_id: int) -> list[Hindrance]:
    """For `core.accounts.leaving`: why this account cannot be ended yet, each in a sentence."""
    professional = Professional.objects.filter(user_id=user_id).first()
    if professional is None:
        return []
    found = left_behind(professional)
    hindrances = []
    if count := sum(group.count for group in found.cases):
        text = ngettext_lazy("%(count)d open case is theirs.", "%(count)d open cases are theirs.", count)
        hindrances.append(Hindrance("cases", text % {"count": count}))
    if found.offered:
        text = ngettext_lazy(
            "%(count)d case was offered to them and waits for an answer.",
            "%(count)d cases were offered to them and wait for an answer.",
            found.offered,
        )
        hindrances.append(Hindrance("handovers", text % {"count": found.offered}))
    if found.replaces:
        hindrances.append(Hindrance("replaces", _("They replace a colleague who is away or will be.")))
    if found.lead_of:
        names = ", ".join(team.name for team in found.lead_of)
        hindrances.append(Hindrance("leads", _("They are the only lead of %(teams)s.") % {"teams": names}))
    if found.opens:
        names = ", ".join(dict.fromkeys(team.name for team, _confidential in found.opens))
        hindrances.append(
            Hindrance("opens", _("Without them nobody can open the work of %(teams)s.") % {"teams": names})
        )
    if found.administers:
        names = ", ".join(one.name for one in found.administers)
        words = _("They are the only administrator of %(organisations)s. First give a colleague that role.")
        hindrances.append(Hindrance("administers", words % {"organisations": names}))
    if hindrances:
        hindrances.append(Hindrance("how", _("Hand everything over in one go: Workplace, Team, “Leaves”.")))
    return hindrances
