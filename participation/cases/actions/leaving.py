"""Someone leaves: everything they have goes to others in one go, and only then their account ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.models import User
from core.errors import FieldError, Invalid, NotAllowed, NotFound
from core.events.log import Happened, record
from participation.cases.actions.handover import Outcome, hand, settle
from participation.cases.handover_mail import GIVEN, mail_handover
from participation.cases.leaving import Group, Leaving, left_behind
from participation.cases.models import Case, Handover, HandoverItem, PushSubscription, StandIn
from participation.cases.permissions import Deed, reach
from participation.organisations.models import Absence, Mandate, Membership, Professional


@dataclass(frozen=True, slots=True, kw_only=True)
class Heirs:
    """Who gets what. Cases by `Group.key` (0: the team picks someone); replacements by absence (0: nobody);
    leads by team; and who will be able to open what by (team, confidential)."""

    cases: Mapping[str, int] = field(default_factory=dict)
    replacements: Mapping[int, int] = field(default_factory=dict)
    leads: Mapping[int, int] = field(default_factory=dict)
    openers: Mapping[tuple[int, bool], int] = field(default_factory=dict)


def may_end(actor: Actor, professional: Professional) -> bool:
    """Whether the actor may end this account: it reaches no further than they do, and is not their own.

    Who administers the municipality may end any of it. Who administers an organisation may end who belongs to that
    organisation only: by every team they work in and every mandate they hold, and by at least one of them.
    """
    managed = reach(actor, Deed.MANAGE, confidential=False)
    if professional.pk == actor.professional_id or professional.gemeente_id != actor.gemeente_id:
        return False
    if managed.everywhere or not managed.ids:
        return managed.everywhere
    teams = set(Membership.objects.filter(professional=professional).values_list("team_id", flat=True))
    own = Mandate.objects.filter(professional_id=actor.professional_id or 0, organisation__isnull=False)
    organisations = set(own.values_list("organisation_id", flat=True))
    mandates = set(Mandate.objects.filter(professional=professional).values_list("organisation_id", flat=True))
    return (
        bool(teams or mandates)
        and teams <= managed.ids
        and mandates <= organisations
        and not professional.user.is_superuser
    )


def may_arrange(actor: Actor, professional: Professional) -> bool:
    """Whether the actor may hand over anything of theirs: ends their account, or leads a team of theirs."""
    led = reach(actor, Deed.LEAD, confidential=False)
    teams = Membership.objects.filter(professional=professional).values_list("team_id", flat=True)
    return may_end(actor, professional) or any(pk in led for pk in teams)


def within_reach(actor: Actor, professional: Professional) -> Leaving:
    """What they would leave behind, as far as the actor may arrange it.

    Who may end the account arranges also confidential work, unseen: otherwise it could not be ended.
    """
    found = left_behind(professional)
    if may_end(actor, professional):
        return found
    led = {secret: reach(actor, Deed.LEAD, confidential=secret) for secret in (False, True)}
    return Leaving(
        professional=professional,
        cases=[group for group in found.cases if group.team_id in led[group.confidential]],
        lead_of=[],
        opens=[],
    )


def get_leaver(actor: Actor, professional_id: int) -> Professional:
    """Someone whose work the actor may arrange, or `NotFound`."""
    found = (
        Professional.objects.select_related("user")
        .filter(pk=professional_id, gemeente_id=actor.gemeente_id, gemeente_id__isnull=False)
        .first()
    )
    if found is None or not may_arrange(actor, found):
        raise NotFound
    return found


@transaction.atomic
def arrange_leaving(
    *, professional_id: int, heirs: Heirs, end_account: bool, note: str = "", actor: Actor, now: datetime
) -> Leaving:
    """Hand over what `heirs` names and, with `end_account`, end the account; answers what is left (to arrange)."""
    leaver = get_leaver(actor, professional_id)
    if end_account and not may_end(actor, leaver):
        raise NotAllowed(_("An administrator of the organisation ends an account. You can hand over the work."))
    User.objects.select_for_update().filter(pk=leaver.user_id).first()
    found = within_reach(actor, leaver)
    _refuse_missing(found, heirs, everything=end_account)
    if may_end(actor, leaver):
        _let_open(found, heirs, leaver)
        _let_lead(found, heirs, leaver)
        _replace(found, heirs, leaver)
    happened: list[Happened] = []
    for group in found.cases:
        if group.key in heirs.cases:
            happened += _give(leaver, group, heirs.cases[group.key] or None, note, actor, now)
    if end_account:
        _refuse_offers(leaver, actor, now)
        StandIn.objects.filter(absentee=leaver, ended_at=None).update(ended_at=now)
        PushSubscription.objects.filter(professional=leaver).delete()
        leaver.user.is_active = False
        leaver.user.save(update_fields=["is_active"])  # refuses what was overlooked
    if happened:
        record(*happened)
    return left_behind(leaver)


def _refuse_offers(leaver: Professional, actor: Actor, now: datetime) -> None:
    """What was offered to them stays with who offered it, who hears so."""
    waiting = Handover.objects.select_for_update(of=("self",)).filter(
        pk__in=HandoverItem.objects.filter(handover__to_professional=leaver, outcome=Outcome.PENDING).values(
            "handover_id"
        )
    )
    for handover in waiting.order_by("id"):
        handover.items.filter(outcome=Outcome.PENDING).update(
            outcome=Outcome.REFUSED, answer=_("They left."), answered_at=now
        )
        settle(handover, actor)


def _refuse_missing(found: Leaving, heirs: Heirs, *, everything: bool) -> None:
    errors = []
    for group in found.cases:
        if group.key not in heirs.cases:
            if everything:
                errors.append(FieldError(f"cases-{group.key}", "required", _("Choose who gets these cases.")))
            continue
        heir = heirs.cases[group.key]
        opener = heirs.openers.get((group.team_id, group.confidential))
        able = _able(group.team_id, group.confidential) - {found.professional.pk} | ({opener} if opener else set())
        if heir not in able and (heir or not able):
            wrong = _("Choose someone of the team who may open these cases.")
            errors.append(FieldError(f"cases-{group.key}", "may-not-open", wrong))
    if everything:
        missing = [
            (f"replaces-{one.pk}", _("Choose who replaces them, or nobody."))
            for one in found.replaces
            if one.pk not in heirs.replacements
        ]
        missing += [
            (f"leads-{team.pk}", _("Choose who leads the team."))
            for team in found.lead_of
            if team.pk not in heirs.leads
        ]
        missing += [
            (f"opens-{team.pk}-{'c' if secret else 'o'}", _("Choose who will open this work."))
            for team, secret in found.opens
            if (team.pk, secret) not in heirs.openers
        ]
        errors += [FieldError(field, "required", text) for field, text in missing]
    if errors:
        raise Invalid(*errors)


def _able(team_id: int, confidential: bool) -> set[int]:
    """Members with an account who may open such cases, as the tables say now."""
    rows = Membership.objects.filter(team_id=team_id, professional__user__is_active=True)
    if confidential:
        rows = rows.filter(confidential=True)
    return set(rows.values_list("professional_id", flat=True))


def _colleague(professional_id: int, leaver: Professional, where: str) -> Professional:
    """An active colleague of the same municipality."""
    found = (
        Professional.objects.filter(pk=professional_id, gemeente_id=leaver.gemeente_id, user__is_active=True)
        .exclude(pk=leaver.pk)
        .first()
    )
    if found is None:
        raise Invalid(FieldError(where, "unknown", _("Choose a colleague from the list.")))
    return found


def _let_open(found: Leaving, heirs: Heirs, leaver: Professional) -> None:
    for team, confidential in found.opens:
        chosen = heirs.openers.get((team.pk, confidential))
        if chosen is None:
            continue
        person = _colleague(chosen, leaver, f"opens-{team.pk}-{'c' if confidential else 'o'}")
        place = Membership.objects.filter(professional=person, team=team).first()
        if place is None:
            Membership.objects.create(professional=person, team=team, confidential=confidential)
        elif confidential and not place.confidential:
            place.confidential = True
            place.save(update_fields=["confidential"])


def _let_lead(found: Leaving, heirs: Heirs, leaver: Professional) -> None:
    for team in found.lead_of:
        chosen = heirs.leads.get(team.pk)
        if chosen is None:
            continue
        _colleague(chosen, leaver, f"leads-{team.pk}")
        place = Membership.objects.filter(professional_id=chosen, team=team).first()
        if place is None:
            raise Invalid(FieldError(f"leads-{team.pk}", "unknown", _("Choose a member of the team.")))
        place.role = Membership.Role.LEAD
        place.save(update_fields=["role"])


def _replace(found: Leaving, heirs: Heirs, leaver: Professional) -> None:
    for absence in found.replaces:
        if absence.pk not in heirs.replacements:
            continue
        chosen = heirs.replacements[absence.pk] or None
        if chosen is not None and _colleague(chosen, leaver, f"replaces-{absence.pk}").pk == absence.professional_id:
            raise Invalid(FieldError(f"replaces-{absence.pk}", "self", _("Someone else must replace them.")))
        Absence.objects.filter(pk=absence.pk).update(replacement_id=chosen)


def _give(
    leaver: Professional, group: Group, to_id: int | None, note: str, actor: Actor, now: datetime
) -> list[Happened]:
    """The cases of a group go over at once; whoever gets them hears of it. What was kept for someone stays kept."""
    cases = (
        Case.objects.select_for_update(of=("self",))
        .select_related("parent")
        .filter(assignee=leaver, team_id=group.team_id, closed_at__isnull=True)
    )
    secret = {"visibility": Case.Visibility.CONFIDENTIAL}
    held = list((cases.filter(**secret) if group.confidential else cases.exclude(**secret)).order_by("id"))
    handover = Handover.objects.create(
        gemeente_id=leaver.gemeente_id,
        from_professional=leaver,
        to_professional_id=to_id,
        professional_id=actor.professional_id,
        why=Handover.Why.LEAVING,
        note=note,
        at=now,
    )
    HandoverItem.objects.bulk_create(
        HandoverItem(handover=handover, case=case, outcome=Outcome.ACCEPTED, answered_at=now) for case in held
    )
    kept = dict(StandIn.objects.filter(case__in=held, ended_at=None).values_list("case_id", "absentee_id"))
    happened = [hand(case, handover, to_id, kept_for=kept.get(case.pk), actor=actor, now=now) for case in held]
    if to_id is not None:
        mail_handover.enqueue(handover.pk, to_id, GIVEN)
    return happened
