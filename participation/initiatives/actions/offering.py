"""Neighbours who offer help, and the group that answers. Who offers agrees to be reached; who accepts does too."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.events.log import Happened
from participation.initiatives.actions.asking import GROUP
from participation.initiatives.actions.drafting import clean_text
from participation.initiatives.actions.saving import save
from participation.initiatives.events import OFFER, tell
from participation.initiatives.models import HelpRequest, Initiative, Offer
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for, roles_of
from participation.initiatives.tasks.helping import mail_offer
from participation.residents.models import Resident
from participation.residents.names import mistake_in_name
from participation.texts.cleaning import cleaned

LONGEST_OFFER = 1000
MOST_OPEN = 100
"""Offers to one initiative that wait for an answer."""


def offer_help(
    *, slug: str, kind: str, text: str, reference: str = "", name: str = "", actor: Actor, now: datetime
) -> Offer:
    """ "I can help with …", to a request that everybody sees (`reference` of its case) or in general.

    One that waits per person and request. With it they agree that the group, if it says yes, reads their name and
    address. `name`: how they want to be called, where their account does not say so yet.
    """
    try:
        with transaction.atomic():
            return _offer(slug, kind, text, reference, name, actor, now)
    except IntegrityError:
        raise Conflict(_("You offered this already. The group answers you.")) from None


def _offer(slug: str, kind: str, text: str, reference: str, name: str, actor: Actor, now: datetime) -> Offer:
    initiative = get_initiative_for(actor, slug, Deed.OFFER, lock=True)
    if not GROUP.isdisjoint(roles_of(actor, initiative)):
        raise Conflict(_("You are in this group yourself. Talk about it with the others."))
    resident = Resident.objects.filter(pk=actor.resident_id or 0).first()  # not held: who erases holds it first
    if resident is None:
        raise NotFound
    text, name = clean_text(text, lines=True), clean_text(name, lines=False)
    wrong = []
    if kind not in Offer.Kind.values:
        wrong.append(FieldError("kind", "unknown", _("Choose what you can help with.")))
    if not text:
        wrong.append(FieldError("text", "required", _("Say what you can do, in a sentence.")))
    elif len(text) > LONGEST_OFFER:
        most = {"most": LONGEST_OFFER}
        wrong.append(FieldError("text", "too-long", _("Use at most %(most)d characters.") % most))
    if mistake := mistake_in_name(name):
        wrong.append(mistake)
    if not (resident.name or name):
        wrong.append(FieldError("name", "required", _("Say how you want to be called. The group sees that name.")))
    if wrong:
        raise Invalid(*wrong)
    if not resident.name:
        Resident.objects.filter(pk=resident.pk, name="").update(name=name)
    request = _shown(initiative, reference) if reference else None
    if initiative.offers.filter(state=Offer.State.OPEN).count() >= MOST_OPEN:
        raise Conflict(_("So many people offered help already. Try again when the group has answered."))
    offer = Offer.objects.create(
        initiative=initiative,
        request=request,
        resident=resident,
        kind=kind,
        text=text,
        consented_at=now,
        created_at=now,
    )
    _tell(initiative, offer, actor=actor, now=now)
    mail_offer.enqueue("made", offer.pk)
    return offer


@transaction.atomic
def withdraw_offer(*, slug: str, offer_id: int, actor: Actor, now: datetime) -> Offer:
    """The neighbour thinks better of it, before the group answered. What they wrote is gone."""
    initiative = get_initiative_for(actor, slug, lock=True)
    offer = initiative.offers.filter(pk=offer_id, resident_id=actor.resident_id or 0).first()
    if offer is None:
        raise NotFound
    if offer.state != Offer.State.OPEN:
        raise Conflict(_("This offer has an answer already."))
    offer.state, offer.text = Offer.State.WITHDRAWN, ""
    offer.save(update_fields=["state", "text"])
    _tell(initiative, offer, actor=actor, now=now)
    return offer


@transaction.atomic
def answer_offer(*, slug: str, offer_id: int, accept: bool, answer: str = "", actor: Actor, now: datetime) -> Offer:
    """The group says yes, and both get the other's name and address; or thanks, with a few words if it likes."""
    initiative = get_initiative_for(actor, slug, Deed.ANSWER_OFFER, lock=True)
    offer = initiative.offers.filter(pk=offer_id).exclude(state=Offer.State.WITHDRAWN).first()
    if offer is None:
        raise NotFound
    if offer.state != Offer.State.OPEN:
        raise Conflict(_("This offer has an answer already."))
    answer = cleaned(answer)
    if len(answer) > LONGEST_OFFER:
        most = {"most": LONGEST_OFFER}
        raise Invalid(FieldError("answer", "too-long", _("Use at most %(most)d characters.") % most))
    offer.state = Offer.State.ACCEPTED if accept else Offer.State.DECLINED
    offer.answer, offer.answered_at = answer, now
    offer.member = initiative.members.filter(resident_id=actor.resident_id or 0, left_at=None).first()
    offer.save(update_fields=["state", "answer", "answered_at", "member"])
    _tell(initiative, offer, actor=actor, now=now)
    mail_offer.enqueue(str(offer.state), offer.pk)
    return offer


def forget_offers(resident: Resident, now: datetime) -> list[Happened]:
    """Who erases their account offers nothing any more. In the transaction of the erasure. Nobody is told."""
    Offer.objects.filter(resident=resident).delete()
    return []


def _shown(initiative: Initiative, reference: str) -> HelpRequest:
    """A request that everybody sees and that the group did not withdraw."""
    there = initiative.help_requests.filter(case__reference=reference, seen_by=HelpRequest.SeenBy.EVERYBODY)
    request = there.exclude(decision=HelpRequest.Decision.WITHDRAWN).first()
    if request is None:
        raise NotFound
    return request


def _tell(initiative: Initiative, offer: Offer, *, actor: Actor, now: datetime) -> None:
    save(initiative, now=now)
    tell(initiative, OFFER, actor=actor, now=now, payload={"offer": offer.pk, "state": str(offer.state)})
