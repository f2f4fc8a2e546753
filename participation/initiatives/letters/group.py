"""Mails about a group: to who is invited, and to the group when something changes in it."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils import translation
from django.utils.text import capfirst

from core.areas.tenancy import site_of
from core.notify.letters import Letter, spoken
from participation.initiatives.models import Initiative, Invitation, Member
from participation.initiatives.queries.group import address_of, name_of
from participation.residents.models import Resident

LINK = re.compile(r"[/@]|www\.", re.IGNORECASE)
"""In a mail to a stranger nobody but us leads anywhere."""
BEGINS = frozenset({"joined", "took-over", "succeeded"})
"""What is told in a sentence that begins with a name."""


def invitation_letter(invitation_id: int) -> Letter | None:
    """In the language of who is known here, else of who invites. None when it ended or was used meanwhile,
    and for who is in the group already: that is theirs to tell, so nobody hears that nothing was sent."""
    known = Invitation.objects.select_related("initiative", "member")
    invitation = known.filter(pk=invitation_id, accepted_at=None, ended_at=None).exclude(email="").first()
    if invitation is None:
        return None
    initiative = invitation.initiative
    if initiative.members.filter(left_at=None, resident__email__iexact=invitation.email).exists():
        return None
    here = Resident.objects.filter(gemeente_id=initiative.gemeente_id, email__iexact=invitation.email)
    theirs = here.values_list("language", flat=True).first()
    language = spoken(theirs or invitation.language)
    with translation.override(language):
        context = {
            "by": name_of(invitation.member) if invitation.member is not None else "",
            "title": "" if LINK.search(initiative.title) else initiative.title,
            "address": address_of(invitation, initiative.gemeente_id),
            "until": invitation.expires_at,
        }
    return Letter(
        to=invitation.email,
        template="initiative_invitation",
        context=context,
        language=language,
        gemeente_id=initiative.gemeente_id,
    )


def group_letter(reader_id: int, what: str, member_id: int) -> Letter | None:
    """To one member (`reader_id`): what happened in their group, to whom (`member_id`).

    None for who cannot be mailed, or left meanwhile; who was taken out is told so.
    """
    reader = Member.objects.select_related("initiative", "resident").filter(pk=reader_id).first()
    about = Member.objects.filter(pk=member_id).first()
    if reader is None or about is None or reader.resident is None or not reader.resident.email:
        return None
    is_me = reader.pk == about.pk
    if reader.left_at is not None and not (is_me and what == "taken-out"):
        return None
    initiative, language = reader.initiative, spoken(reader.resident.language)
    with translation.override(language):
        members = initiative.members.filter(left_at=None).order_by("seat")
        context = {
            "what": what,
            "is_me": is_me,
            "name": reader.name,
            "who": capfirst(name_of(about)) if what in BEGINS else name_of(about),
            "role": about.get_role_display(),
            "title": initiative.title,
            "members": [name_of(one) for one in members],
            "address": f"{site_of(initiative.gemeente_id)}{_place(initiative, outside=reader.left_at is not None)}",
        }
    return Letter(
        to=reader.resident.email,
        template="initiative_group",
        context=context,
        language=language,
        gemeente_id=initiative.gemeente_id,
    )


def _place(initiative: Initiative, *, outside: bool) -> str:
    """Where the mail leads: who is out of the group sees what everybody sees."""
    if not outside:
        return f"/initiatieven/{initiative.slug}/groep/mensen/"
    return f"/initiatieven/{initiative.slug}/" if initiative.is_public else "/initiatieven/"


def coach_letter(initiative_id: int, what: str, member_id: int) -> Letter | None:
    """To the professional who has its case: somebody else leads the group, or nobody is left in it."""
    known = Initiative.objects.select_related("case__assignee__user").filter(pk=initiative_id)
    initiative = known.first()
    coach = initiative.case.assignee if initiative is not None and initiative.case is not None else None
    about = Member.objects.filter(pk=member_id).first()
    if initiative is None or initiative.case is None or coach is None or not coach.user.email or about is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "what": what,
            "name": coach.name,
            "who": capfirst(name_of(about)),
            "title": initiative.title,
            "reference": initiative.case.reference,
            "address": f"{site_of(initiative.gemeente_id)}/werk/{initiative.case.reference}/",
        }
    return Letter(
        to=coach.user.email,
        template="initiative_group_coach",
        context=context,
        language=settings.LANGUAGE_CODE,
        gemeente_id=initiative.gemeente_id,
    )
