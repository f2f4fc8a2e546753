"""What happened to a poll, as one reads it in the history of its case. The rest is said where it shows."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.events.models import Event
from participation.cases.telling import register_told
from participation.polls import events
from participation.polls.states import Stage


def tell_in_history() -> None:
    """Told once, when the app is ready. That people vote is in the figures, not in the history."""
    register_told(events.BALLOTS, lambda _event: "")
    register_told(events.STEP, _step)
    register_told(events.CHANGED, lambda _event: _("The poll was changed."))
    register_told(events.PROJECT, lambda _event: _("An idea was proposed, or checked."))
    register_told(events.CODES, lambda _event: _("Something was done with the codes for letters."))
    register_told(events.WORDS, lambda _event: _("An answer in somebody’s own words was shown or hidden."))
    register_told(events.ASIDE, lambda _event: _("Ballots were set aside, or proposed to be."))
    register_told(events.OUTCOME, lambda _event: _("The outcome was worked out."))
    register_told(events.ANSWERED, lambda _event: _("The answer was changed. What it said before can still be read."))


def _step(event: Event) -> str:
    match event.payload.get("step"):
        case "begin":
            return ""
        case "accept":
            return _("The proposal was taken up.")
        case "decline":
            return _("The proposal was not taken up, with the reason.")
        case "open":
            return _("People can vote.")
        case "close":
            return _("It was closed, and the key of who voted was destroyed.")
        case "answer":
            return _("The answer was given.")
        case "stop":
            return _("It was stopped, with the reason.")
    stages = {
        name: Stage(event.payload[name]).label for name in ("from", "to") if event.payload.get(name) in Stage.values
    }
    if len(stages) < 2:
        return _("The stage was changed.")
    return _("It went from the stage “%(from)s” to “%(to)s”.") % stages
