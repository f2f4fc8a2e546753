"""Seeing who the resident is: asked for with a reason, and written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import FieldError, Invalid, NotFound
from participation.cases.looking import Reason
from participation.cases.models import Case, View
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for
from participation.cases.subjects import Person, source_of

REMARK_LENGTH = 200


@transaction.atomic
def reveal_contact(*, reference: str, why: str, remark: str = "", actor: Actor, now: datetime) -> Person:
    """The resident's name and how to reach them; the register keeps who asked, when and why."""
    remark = remark.strip()
    if why not in Reason.values:
        raise Invalid(FieldError("why", "unknown", _("Choose a reason from the list.")))
    if why == Reason.OTHER and not remark:
        raise Invalid(FieldError("remark", "required", _("Say in a few words why you need it.")))
    if len(remark) > REMARK_LENGTH:
        raise Invalid(FieldError("remark", "too-long", _("Use at most %(most)d characters.") % {"most": REMARK_LENGTH}))
    case = get_case_for(actor, reference, Deed.REVEAL)
    person = source_of(case.kind).person(case.pk)
    if person is None:
        raise NotFound(_("The resident is anonymous: there is no name, e-mail address or phone number."))
    _write_down(case, View.What.CONTACT, why=why, remark=remark, actor=actor, now=now)
    return person


@transaction.atomic
def find_same_person(*, reference: str, actor: Actor, now: datetime) -> list[Case]:
    """Other cases of the same e-mail address or phone number, newest first, where this person may do the same.

    Looking is written down like seeing the contact data. Empty when the resident is anonymous.
    """
    case = get_case_for(actor, reference, Deed.REVEAL)
    _write_down(case, View.What.PERSON, actor=actor, now=now)
    same = source_of(case.kind).same_person(case.pk)
    if same is None:
        return []
    cases = Case.objects.within(actor, Deed.REVEAL).filter(pk__in=same).exclude(pk=case.pk)
    return list(cases.order_by("-created_at", "-id")[:20])


def _write_down(case: Case, what: str, *, why: str = "", remark: str = "", actor: Actor, now: datetime) -> None:
    View.objects.create(case=case, professional_id=actor.professional_id, what=what, why=why, remark=remark, at=now)
