"""Builders of requests for help, made through the real actions."""

from __future__ import annotations

from typing import Any

from django.core import mail
from django.utils import timezone

from core.work.worker import run_due_tasks
from participation.initiatives.actions import take_step
from participation.initiatives.actions.asking import ask_help
from participation.initiatives.actions.deciding import decide_help
from participation.initiatives.models import HelpRequest, Initiative
from participation.residents.models import Resident
from participation.routing.models import Responsibility
from tests.participation.initiatives.conftest import actor, submitted
from tests.support.world import World

CHALLENGE = {"task": "Het plein schoonhouden", "better": "Wij zijn er elke dag", "able": "Met tien buren", "costs": ""}


def rules(world: World) -> World:
    """Initiatives go to the wijkteam of Welzijn, requests for help to Reiniging of the municipality."""
    Responsibility.objects.create(gemeente=world.a, kind="initiative", team=world.care)
    Responsibility.objects.create(gemeente=world.a, kind="help-request", team=world.cleaning)
    return world


def coached(world: World, starter: Resident) -> Initiative:
    """One that Dirk of the wijkteam accepted, with all its mails behind it."""
    made = submitted(starter)
    take_step(slug=made.slug, name="accept", actor=world.actor(world.dirk), now=timezone.now())
    run_due_tasks()
    mail.outbox.clear()
    return Initiative.objects.get(pk=made.pk)


def ask(plan: Initiative, who: Resident, kind: str = "money", **values: Any) -> HelpRequest:
    given: dict[str, Any] = {"what": "Aarde en planten voor de tuin"} | (
        {"lines": [("Aarde", 20000), ("Planten", 30000)]} if kind == "money" else {}
    )
    given |= {"challenge": CHALLENGE} if kind == "challenge" else {}
    return ask_help(slug=plan.slug, kind=kind, **(given | values), actor=actor(who), now=timezone.now())


def decide(here: World, request: HelpRequest, decision: str, **values: Any) -> HelpRequest:
    given: dict[str, Any] = {"reasons": "Het past bij de wijk."} | values
    return decide_help(
        reference=request.case.reference,
        decision=decision,
        **given,
        actor=here.actor(here.bram),
        now=timezone.now(),
    )
