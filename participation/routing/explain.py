"""A stored decision in sentences: "why did this come to me?"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.areas.queries import tree
from participation.organisations.queries import roster
from participation.routing.models import Responsibility
from participation.routing.queries import config


def explain(decision: Mapping[str, Any]) -> list[str]:
    """Sentences for `Case.decision`, first why this team, then why this person; from memory (no query).

    What a decision names may be gone since; the sentence then says "something that no longer exists".
    An unknown code is left out: decisions are kept longer than this code.
    """
    return list(_sentences(decision))


def first_reason(decision: Mapping[str, Any]) -> str:
    """The first of these sentences, for a list; "" when there is none."""
    return next(_sentences(decision), "")


def _sentences(decision: Mapping[str, Any]) -> Iterator[str]:
    return (sentence for reason in decision.get("reasons", ()) if (sentence := _sentence(reason)))


_PLAIN = {
    "not-today": gettext_lazy("Nobody who fits works today; the work waits for this colleague's next day."),
    "works-today": gettext_lazy("This colleague works today."),
    "only-one": gettext_lazy("This was the only colleague of the team who is there."),
    "team-picks": gettext_lazy("This team divides its work itself."),
    "team-empty": gettext_lazy("Nobody in this team can take it yet."),
    "nobody-on-duty": gettext_lazy("Everyone in this team is away, so the team has to pick someone."),
}
"""Codes that name nothing else."""


def _sentence(reason: Mapping[str, Any]) -> str:
    if sentence := _PLAIN.get(reason.get("code", "")):
        return str(sentence)
    match reason.get("code"):
        case "rule":
            return _("%(team)s handles %(what)s.") % {"team": _team(reason), "what": _scope(reason)}
        case "less-specific":
            return _("A more general rule came second: %(team)s for %(what)s.") % {
                "team": _team(reason),
                "what": _scope(reason),
            }
        case "catch-all":
            return _("No rule covers this, so it went to %(team)s, the team that receives everything else.") % {
                "team": _team(reason)
            }
        case "nobody-may-read":
            return _("%(team)s handles this, but nobody there may open confidential cases.") % {"team": _team(reason)}
        case "given":
            return _("%(name)s gave it to %(team)s.") % {"name": _person(reason), "team": _team(reason)}
        case "accepted":
            return _("%(name)s took it over for %(team)s.") % {"name": _person(reason), "team": _team(reason)}
        case "part":
            return _("%(name)s asked %(team)s to do this part.") % {"name": _person(reason), "team": _team(reason)}
        case "knows-area":
            return _("This colleague works in %(area)s.") % {"area": _area(reason)}
        case "replaces":
            return _("%(name)s is away; this colleague replaces them.") % {"name": _person(reason)}
        case "returned":
            return _("%(name)s kept this while this colleague was away.") % {"name": _person(reason)}
        case "handed-over":
            return _("%(name)s handed this over.") % {"name": _person(reason)}
        case "lightest-load":
            return _("This colleague had the least open work: %(open)d.") % {"open": reason.get("open", 0)}
    return ""


def _team(reason: Mapping[str, Any]) -> str:
    team = roster().teams.get(reason.get("team", 0))
    return team.name if team else _("a team that no longer exists")


def _area(reason: Mapping[str, Any]) -> str:
    area = tree().by_id.get(reason.get("area", 0))
    return area.name if area else _("an area that no longer exists")


def _person(reason: Mapping[str, Any]) -> str:
    person = roster().people.get(reason.get("professional", 0))
    return person.name if person else _("A colleague")


def _scope(reason: Mapping[str, Any]) -> str:
    """ "litter in Moerwijk", "every report", "everything in Moerwijk"."""
    if reason.get("category"):
        category = _category(reason)
        what = f"“{category}”"
    elif reason.get("kind"):
        what = {
            Responsibility.Kind.REPORT: _("every report"),
            Responsibility.Kind.INITIATIVE: _("every initiative"),
            Responsibility.Kind.HELP: _("every request for help"),
            Responsibility.Kind.POLL: _("every poll"),
        }.get(reason["kind"], _("everything"))
    else:
        what = _("everything")
    if reason.get("area"):
        return _("%(what)s in %(area)s") % {"what": what, "area": _area(reason)}
    return what


def _category(reason: Mapping[str, Any]) -> str:
    team = roster().teams.get(reason.get("team", 0))
    category = config(team.gemeente_id).settings.categories.get(reason["category"]) if team else None
    return category.name if category else _("a category that no longer exists")
