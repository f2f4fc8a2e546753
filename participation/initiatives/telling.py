"""What happened to an initiative, as one reads it in the history of its case. The rest is said where it shows."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.events.models import Event
from participation.cases.telling import register_told
from participation.initiatives import events
from participation.initiatives.models import Coaching
from participation.initiatives.states import Stage
from participation.organisations.queries import roster


def tell_in_history() -> None:
    """Told once, when the app is ready. What neighbours do is in the figures, not in the history."""
    for event_type in (events.SUPPORT, events.COMMENT):
        register_told(event_type, lambda _event: "")
    register_told(events.STEP, _step)
    register_told(events.COACH, _coach)
    register_told(events.MEMBER, _member)
    register_told(events.CHANGED, lambda _event: _("The plan was changed."))
    register_told(events.UPDATE, lambda _event: _("Something was added to the diary, the milestones or the money."))
    register_told(events.HELP, _help)
    register_told(events.OFFER, lambda _event: _("A neighbour offered help, or got an answer."))
    register_told(events.PARTNER, lambda _event: _("Something changed in who takes part."))
    register_told(events.STALLED, lambda _event: _("Nothing was heard of the group in the days that were agreed."))
    register_told(events.CHECK, lambda _event: _("It was written down how the group stands."))


def _step(event: Event) -> str:
    stages = {
        name: Stage(event.payload[name]).label for name in ("from", "to") if event.payload.get(name) in Stage.values
    }
    if len(stages) < 2:
        return _("The stage was changed.")
    match event.payload.get("step"):
        case "accept":
            return _("The idea was accepted, and the group has a coach.")
        case "refuse":
            return _("The idea was refused, with the reason and what was learned.")
        case "stop":
            return _("It was stopped in the stage “%(from)s”, with the reason and what was learned.") % stages
        case "finish":
            return _("It has succeeded.")
        case "rest":
            return _("It rests, in the stage “%(from)s”.") % stages
    return _("It went from the stage “%(from)s” to “%(to)s”.") % stages


def _member(event: Event) -> str:
    match event.payload.get("what"):
        case "joined":
            return _("Somebody joined the group.")
        case "left" | "taken-out":
            return _("Somebody left the group.")
        case "took-over" | "succeeded":
            return _("Somebody else leads the group now.")
        case "empty":
            return _("Nobody is left in the group.")
    return _("Something changed in the group.")


def _help(event: Event) -> str:
    if event.payload.get("asked"):
        return _("The group asked for help.")
    if event.payload.get("decision"):
        return _("A request for help was decided.")
    return _("Something happened with a request for help.")


def _coach(event: Event) -> str:
    people, payload = roster().people, event.payload
    if "person" in payload:
        person, giver = people.get(payload["person"] or 0), people.get(payload.get("giver") or 0)
        if person is None:
            return _("Nobody coaches the group now.")
        if giver is None:
            return _("%(name)s coaches the group from now on.") % {"name": person.name}
        return _("%(giver)s handed the coaching over to %(name)s.") % {"giver": giver.name, "name": person.name}
    said = []
    if payload.get("role") in Coaching.Role.values:
        said.append(_("The coach’s role became: %(role)s.") % {"role": Coaching.Role(payload["role"]).label})
    if payload.get("rhythm"):
        said.append(_("A sign of life was agreed every %(days)d days.") % {"days": payload["rhythm"]})
    if payload.get("public"):
        said.append(_("Everybody can read it from now on."))
    return " ".join(said) or _("Coach and group were in touch.")
