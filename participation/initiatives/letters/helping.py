"""Mails about help: to the group at each turn of a request, to who decided, and to both sides of an offer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core.areas.tenancy import site_of
from core.notify.letters import Letter, spoken
from participation.cases.models import Message
from participation.initiatives.models import HelpRequest, Member, Offer
from participation.initiatives.queries.asked import asked
from participation.initiatives.queries.offers import reach_of
from participation.organisations.queries import public_person, roster
from participation.residents.models import Resident


def help_letter(what: str, member_id: int, request_id: int, message_id: int) -> Letter | None:
    """To one member. `what`: asked, message, extended, decided, withdrawn or follow-up; `message_id` of a message.

    None for who left, cannot be mailed or wants no mail.
    """
    known = Member.objects.select_related("initiative", "resident")
    reader = known.filter(pk=member_id, left_at=None, mailed=True).first()
    requests = HelpRequest.objects.select_related("case", "challenge", "member").prefetch_related("lines")
    request = requests.filter(pk=request_id).first()
    if reader is None or reader.resident is None or not reader.resident.email or request is None:
        return None
    message = Message.objects.filter(pk=message_id, case_id=request.case_id).first() if message_id else None
    if what == "message" and message is None:
        return None
    initiative, language = reader.initiative, spoken(reader.resident.language)
    with translation.override(language):
        own_side = f"{site_of(initiative.gemeente_id)}/initiatieven/{initiative.slug}/groep/"
        writer = roster().people.get((message.professional_id if message else request.professional_id) or 0)
        context = {
            "what": what,
            "name": reader.name,
            "title": initiative.title,
            "asked": asked(request),
            "text": message.text if message else "",
            "writer": public_person(writer) if writer else None,
            "address": f"{own_side}hulp/{request.case.reference}/",
            "mails": f"{own_side}gesprek/",
        }
    return Letter(
        to=reader.resident.email,
        template="initiative_help",
        context=context,
        language=language,
        gemeente_id=initiative.gemeente_id,
    )


def reminder_letter(request_id: int) -> Letter | None:
    """To who decided, or who has the case now where that one works here no more: time to ask how it went."""
    known = HelpRequest.objects.select_related("initiative", "case__assignee__user", "professional__user")
    request = known.filter(pk=request_id).first()
    if request is None:
        return None
    people = roster().people
    both = (request.professional, request.case.assignee)
    reader = next((one for one in both if one is not None and one.pk in people and one.user.email), None)
    if reader is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "name": reader.name,
            "title": request.initiative.title,
            "what": request.what,
            "kind": request.get_kind_display(),
            "went": request.went,
            "reference": request.case.reference,
            "address": f"{site_of(request.initiative.gemeente_id)}/werk/{request.case.reference}/",
        }
    return Letter(
        to=reader.user.email,
        template="initiative_help_reminder",
        context=context,
        language=settings.LANGUAGE_CODE,
        gemeente_id=request.initiative.gemeente_id,
    )


def offer_letters(what: str, offer_id: int) -> list[Letter]:
    """What this state of an offer owes. `made`: to who answers for the group; `declined`: to the neighbour;
    `accepted`: to both, each with the other's name and address. None of an offer that is in another state by now.
    """
    known = Offer.objects.select_related("initiative", "request", "resident", "member__resident")
    offer = known.filter(pk=offer_id, state="open" if what == "made" else what).first()
    if offer is None:
        return []
    neighbour, member = offer.resident, offer.member
    if what == "made":
        answers = offer.initiative.members.filter(left_at=None, role__in=(Member.Role.STARTER, Member.Role.CONTACT))
        readers = answers.filter(resident__isnull=False).select_related("resident").order_by("pk")
        found = [_offer(offer, "made", one.resident, one.name, neighbour.name, ()) for one in readers]
    elif what == "declined":
        found = [_offer(offer, "declined", neighbour, neighbour.name, "", ())]
    else:
        contact = member.resident if member is not None else None
        called = (member.name if member is not None else "") or (contact.name if contact is not None else "")
        found = [
            _offer(offer, "accepted", neighbour, neighbour.name, called, reach_of(contact)),
            _offer(offer, "accepted-group", contact, called, neighbour.name, reach_of(neighbour)),
        ]
    return [one for one in found if one is not None]


def _offer(
    offer: Offer, what: str, reader: Resident | None, name: str, other: str, reach: tuple[str, ...]
) -> Letter | None:
    if reader is None or not reader.email:
        return None
    initiative, language = offer.initiative, spoken(reader.language)
    to_group = what in {"made", "accepted-group"}
    with translation.override(language):
        page = f"{site_of(initiative.gemeente_id)}/initiatieven/{initiative.slug}/"
        context: dict[str, Any] = {
            "what": what,
            "to_group": to_group,
            "name": name,
            "other": other or _("a neighbour"),
            "reach": reach,
            "title": initiative.title,
            "request": offer.request.what if offer.request is not None else "",
            "kind": offer.get_kind_display(),
            "text": offer.text,
            "answer": offer.answer,
            "address": f"{page}groep/hulp/#offers" if to_group else f"{page}hulp/",
        }
    return Letter(
        to=reader.email,
        template="initiative_offer",
        context=context,
        language=language,
        gemeente_id=initiative.gemeente_id,
    )
