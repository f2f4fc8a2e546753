"""What happened to a case, in plain and whole sentences. One place for every type of event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.api.parsing import moment
from core.events.models import Event
from participation.cases.models import Case
from participation.cases.states import Status
from participation.organisations.queries import roster
from participation.routing.queries import config


def history_line(event: Event) -> dict[str, Any]:
    """One event in plain words, with its codes beside it."""
    return {
        "type": event.type,
        "version": event.version,
        "at": moment(event.at),
        "by": _by(event),
        "text": sentence(event),
        "from": event.payload.get("from"),
        "to": event.payload.get("to"),
    }


def history_lines(history: Iterable[Event]) -> list[dict[str, Any]]:
    """These events in plain words, without those of which another one tells."""
    return [line for event in history if (line := history_line(event))["text"]]


_told: dict[str, Callable[[Event], str]] = {}


def register_told(event_type: str, teller: Callable[[Event], str]) -> None:
    """Put events of this type in words; empty when there is nothing to say."""
    _told[event_type] = teller


def _by(event: Event) -> str:
    if event.actor_kind == "resident":
        return _("Resident")
    if event.actor_kind == "system":
        return _("Wijkplatform")
    return _name(event.payload.get("by")) or _("A former colleague")


def sentence(event: Event) -> str:
    """What happened; who did it stands beside it. Empty for an event that only came along with another (`along`)."""
    if event.payload.get("along"):
        return ""
    if event.type in _told:
        return _told[event.type](event)
    told = {
        "case.received": _received,
        "case.assigned": _assigned,
        "case.transitioned": _transitioned,
        "case.message": _message,
        "case.note": _note,
        "case.updated": _updated,
        "case.late": lambda _event: _("The case became late: we did not keep our promise in time."),
        "case.handed-over": _handed_over,
        "case.part": _part,
        "case.merged": _merged,
        "case.offered": _offered,
        "case.supported": _supported,
    }.get(event.type)
    return told(event) if told else _("Something changed in this case.")


def _received(event: Event) -> str:
    if event.payload.get("part"):
        return _("This part was split off from the whole case.")
    name = _name(event.payload.get("person"))
    if not event.subject.startswith("case/M-"):
        return _("It came in and went to %(name)s.") % {"name": name} if name else _("It came in.")
    if name:
        return _("The report came in and went to %(name)s.") % {"name": name}
    return _("The report came in.")


def _assigned(event: Event) -> str:
    name, team = _name(event.payload.get("person")), _team(event)
    if event.payload.get("accepted"):
        if name:
            return _("The team %(team)s accepted the case; it went to %(name)s.") % {"team": team, "name": name}
        return _("The team %(team)s accepted the case.") % {"team": team}
    if name and event.payload.get("back"):
        return _("%(name)s is back and has the case again.") % {"name": name}
    if name and (absent := _name(event.payload.get("replaces"))):
        return _("%(absent)s is away, so the case went to %(name)s, who replaces them.") % {
            "absent": absent,
            "name": name,
        }
    if name:
        return _("The case was given to %(name)s.") % {"name": name}
    return _("The case was given to the team %(team)s.") % {"team": team}


def _transitioned(event: Event) -> str:
    steps = {"from": Status(event.payload["from"]).label, "to": Status(event.payload["to"]).label}
    with_message = event.payload.get("message") is not None
    match event.payload.get("move"):
        case "withdraw":
            return _("This part was withdrawn: it is no longer needed.")
        case "take-back":
            return _("The resident took the report back.")
        case "answer":
            return _("The resident answered, so the case went from “%(from)s” to “%(to)s”.") % steps
        case "reopen" if event.actor_kind == "resident":
            return _("The resident says that it is not solved, so the case was reopened.")
        case "reopen":
            return _("The case was reopened.")
        case _ if with_message:
            return _("The case went from “%(from)s” to “%(to)s”, with a message to the resident.") % steps
        case _:
            return _("The case went from “%(from)s” to “%(to)s”.") % steps


def _message(event: Event) -> str:
    if event.payload.get("compliment"):
        return _("The resident gave a compliment.")
    if event.payload.get("withdrawn"):
        return _("The resident took the report back. Others still wait for it.")
    if event.payload.get("solved"):
        return _("The resident says that it is solved.")
    if event.actor_kind == "resident":
        return _("The resident wrote a message.")
    if event.payload.get("resolveBy"):
        return f"{_promised(event)} {_('The resident was told why.')}"
    return _("A message was sent to the resident.")


def _note(event: Event) -> str:
    names = [name for pk in event.payload.get("mentions", ()) if (name := _name(pk))]
    if names:
        return _("A note for colleagues was written, which names %(names)s.") % {"names": ", ".join(names)}
    return _("A note for colleagues was written.")


def _updated(event: Event) -> str:
    """A payload such as `{"category": "graffiti", "priority": "high", "address": true}` in words."""
    payload, said = event.payload, []
    if "category" in payload and event.gemeente_id is not None:
        category = config(event.gemeente_id).category(payload["category"])
        said.append(_("The category became “%(name)s”.") % {"name": category.name if category else payload["category"]})
    if "priority" in payload:
        said.append(_("The priority became “%(priority)s”.") % {"priority": Case.Priority(payload["priority"]).label})
    if "address" in payload:
        said.append(_("The address was corrected."))
    if payload.get("resolveBy"):
        said.append(_promised(event))
    if many := payload.get("photos"):
        said.append(
            ngettext("%(many)d photo was added.", "%(many)d photos were added.", many) % {"many": many}
            if payload.get("forResident")
            else ngettext(
                "%(many)d photo was added, only for colleagues.",
                "%(many)d photos were added, only for colleagues.",
                many,
            )
            % {"many": many}
        )
    if payload.get("photo"):
        said.append(_("The details of a photo were changed."))
    if payload.get("smallWin"):
        said.append(_("A small win was drafted from this case for the neighbourhood’s page."))
    if "consent" in payload:
        said.append(str(_CONSENT[payload["consent"]]))
    return " ".join(said) or _("Details of the case were changed.")


_CONSENT = {
    True: gettext_lazy("The resident agrees: their photo may be shown."),
    False: gettext_lazy("The resident does not agree: their photo is not shown."),
    None: gettext_lazy("The resident said as whom we may thank them."),
}


def _handed_over(event: Event) -> str:
    giver = _name(event.payload.get("giver")) or _("A former colleague")
    names = {"giver": giver, "name": _name(event.payload.get("person")) or _("a colleague")}
    match event.payload.get("step"):
        case "offered":
            return _("%(giver)s offered the case to %(name)s. Until they accept it stays where it is.") % names
        case "refused":
            return _("%(name)s did not take the case over from %(giver)s.") % names
        case "withdrawn":
            return _("The offer of the case to %(name)s was withdrawn.") % names
        case "accepted" if event.payload.get("person") is None:
            return _("%(giver)s gave the case back to the team.") % names
        case _:
            return _("%(name)s took the case over from %(giver)s.") % names


def _part(event: Event) -> str:
    values = {"reference": event.payload.get("part", ""), "team": _team(event)}
    match event.payload.get("deed"):
        case "split":
            return _("The team %(team)s was asked to do a part: %(reference)s.") % values
        case "withdrawn":
            return _("Part %(reference)s of the team %(team)s was withdrawn.") % values
        case "moved" if event.payload.get("status"):
            values["to"] = Status(event.payload["status"]).label
            return _("Part %(reference)s of the team %(team)s is now “%(to)s”.") % values
        case _:
            return _("Something happened in part %(reference)s.") % values


def _merged(event: Event) -> str:
    values = {"reference": event.payload.get("of") or event.payload.get("duplicate", "")}
    undone, linked = event.payload.get("undone"), "of" in event.payload
    if linked and undone:
        return _("The link with case %(reference)s was undone; this is a case of its own again.") % values
    if linked:
        return _("This was reported before: the case was linked to %(reference)s.") % values
    if undone:
        return _("Case %(reference)s is no longer linked to this one.") % values
    return _("Case %(reference)s is about the same and was linked to this one.") % values


def _offered(event: Event) -> str:
    values = {"team": _team(event)}
    match event.payload.get("deed"):
        case "offered":
            return _("The case was offered to the team %(team)s, which has to answer.") % values
        case "withdrawn":
            return _("The offer to the team %(team)s was withdrawn.") % values
        case "stuck":
            return _("The team %(team)s has not answered the offer in time.") % values
        case _:
            return _("The team %(team)s gave the case back.") % values


def _supported(event: Event) -> str:
    many = event.payload.get("photos", 0)
    photos = ngettext("A supporter sent a photo.", "A supporter sent %(many)d photos.", many) % {"many": many}
    if event.payload.get("fewer"):
        return _("One of the residents who see this too took that back.")
    if not event.payload.get("more"):
        return photos
    return f"{_('Somebody else sees this too.')} {photos}" if many else _("Somebody else sees this too.")


def _promised(event: Event) -> str:
    said = {"day": _day(event.payload["resolveBy"]), "was": _day(event.payload.get("was"))}
    if said["was"]:
        return _("We now promise to handle it before the end of %(day)s; that was %(was)s.") % said
    return _("We now promise to handle it before the end of %(day)s.") % said


def _day(iso: str | None) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(iso)), "l j F") if iso else ""


def _name(professional_id: int | None) -> str:
    row = roster().people.get(professional_id) if professional_id is not None else None
    return row.name if row else ""


def _team(event: Event) -> str:
    row = roster().teams.get(event.payload.get("team") or 0)
    return row.name if row else ""
