"""Who may plan whose absence."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from core.accounts.actor import Actor
from core.errors import NotFound
from participation.organisations.models import Absence, Professional


def colleagues_led_by(actor: Actor) -> QuerySet[Professional]:
    """The actor, and everyone in the teams that the actor leads or administers."""
    everyone = Professional.objects.filter(gemeente_id=actor.gemeente_id)
    if "municipality-admin" in actor.mandates:
        return everyone
    teams = actor.lead_team_ids | actor.organised_team_ids
    return everyone.filter(Q(pk=actor.professional_id) | Q(memberships__team_id__in=teams)).distinct()


def absences_visible_to(actor: Actor) -> QuerySet[Absence]:
    """One's own absences, and for a team lead or administrator those of their teams."""
    if actor.kind == "system":
        return Absence.objects.all()
    if actor.professional_id is None:
        return Absence.objects.none()
    return Absence.objects.filter(professional__in=colleagues_led_by(actor))


def get_plannable(actor: Actor, professional_id: int) -> Professional:
    """The professional whose absence the actor may plan, or `NotFound`."""
    found = (
        Professional.objects.filter(pk=professional_id)
        if actor.kind == "system"
        else colleagues_led_by(actor).filter(pk=professional_id)
    ).first()
    if found is None or (actor.kind != "system" and actor.professional_id is None):
        raise NotFound
    return found
