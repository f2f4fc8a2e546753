"""Partners: other teams that take part in an initiative, each with its own person, role and promise."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotAllowed, NotFound
from participation.initiatives import events
from participation.initiatives.actions.drafting import clean_text
from participation.initiatives.actions.saving import save
from participation.initiatives.models import Initiative, Partner
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.tasks.partnering import owe_asking
from participation.organisations.queries import roster

LONGEST_PROMISE = 1000


@transaction.atomic
def involve(*, slug: str, team_id: int, role: str, sees: str, actor: Actor, now: datetime) -> Partner:
    """Ask a team to take part. It sees what everybody sees until it accepts; then as much as `sees` says."""
    initiative = get_initiative_for(actor, slug, Deed.INVOLVE, lock=True)
    if initiative.ended_at is not None:
        raise Conflict(_("This initiative has ended. Nobody can join it any more."))
    if not initiative.is_public:
        raise Conflict(_("Everybody must be able to read it first. Take the next step with the group."))
    team = roster().teams.get(team_id)
    wrong = []
    if team is None or team.gemeente_id != initiative.gemeente_id:
        wrong.append(FieldError("team", "unknown", _("Choose a team from the list.")))
    if sees not in Partner.Sees.values:
        wrong.append(FieldError("sees", "unknown", _("Choose one from the list.")))
    if wrong:
        raise Invalid(*wrong)
    if initiative.case is not None and initiative.case.team_id == team_id:
        raise Conflict(_("This team coaches the group already."))
    row = Partner(
        initiative=initiative, team_id=team_id, role=clean_text(role, lines=False)[:120], sees=sees, asked_at=now
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_("This team takes part already, or was asked to.")) from None
    _tell(initiative, row, "asked", actor=actor, now=now)
    owe_asking(row)
    return row


@transaction.atomic
def accept_partnership(*, slug: str, partner_id: int, actor: Actor, now: datetime) -> Partner:
    """The team takes part, and whoever says so is its contact. Again changes nothing but the contact."""
    initiative, row = _own(slug, partner_id, actor)
    if row.accepted_at is not None and row.professional_id == actor.professional_id:
        return row
    row.accepted_at = row.accepted_at or now
    row.professional_id = actor.professional_id
    row.save(update_fields=["accepted_at", "professional"])
    _tell(initiative, row, "accepted", actor=actor, now=now)
    return row


@transaction.atomic
def promise(*, slug: str, partner_id: int, text: str, by: date | None, actor: Actor, now: datetime) -> Partner:
    """Say what the team will do, and by when; everybody reads it. Another promise takes the place of the one before."""
    initiative, row = _own(slug, partner_id, actor)
    if row.accepted_at is None:
        raise Conflict(_("Say first that your team takes part."))
    text = clean_text(text, lines=True)
    wrong = []
    if not text:
        wrong.append(FieldError("promise", "required", _("Say what your team will do.")))
    elif len(text) > LONGEST_PROMISE:
        words = _("Use at most %(most)d characters.") % {"most": LONGEST_PROMISE}
        wrong.append(FieldError("promise", "too-long", words))
    if by is None:
        wrong.append(FieldError("by", "required", _("Choose a day.")))
    if wrong:
        raise Invalid(*wrong)
    row.promise, row.promised_by, row.kept_at = text, by, None
    row.save(update_fields=["promise", "promised_by", "kept_at"])
    _tell(initiative, row, "promised", actor=actor, now=now)
    return row


@transaction.atomic
def keep_promise(*, slug: str, partner_id: int, kept: bool, actor: Actor, now: datetime) -> Partner:
    """It is done, or not after all. Again changes nothing."""
    initiative, row = _own(slug, partner_id, actor)
    if not row.promise:
        raise Conflict(_("Nothing was promised yet."))
    if (row.kept_at is not None) != kept:
        row.kept_at = now if kept else None
        row.save(update_fields=["kept_at"])
        _tell(initiative, row, "kept" if kept else "promised", actor=actor, now=now)
    return row


@transaction.atomic
def change_sight(*, slug: str, partner_id: int, sees: str, actor: Actor, now: datetime) -> Partner:
    """The coach's side decides how much a partner sees."""
    initiative = get_initiative_for(actor, slug, Deed.INVOLVE, lock=True)
    row = _find(initiative, partner_id)
    if sees not in Partner.Sees.values:
        raise Invalid(FieldError("sees", "unknown", _("Choose one from the list.")))
    if row.sees != sees:
        row.sees = sees
        row.save(update_fields=["sees"])
        _tell(initiative, row, "changed", actor=actor, now=now)
    return row


@transaction.atomic
def end_partnership(*, slug: str, partner_id: int, actor: Actor, now: datetime) -> None:
    """By the partner itself, also as a no to the asking, or by the coach's side."""
    try:
        initiative, row = _own(slug, partner_id, actor)
    except NotAllowed:  # no partner of it: somebody of the team that helps the group
        initiative = get_initiative_for(actor, slug, Deed.INVOLVE, lock=True)
        row = _find(initiative, partner_id)
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    _tell(initiative, row, "ended", actor=actor, now=now)


def _own(slug: str, partner_id: int, actor: Actor) -> tuple[Initiative, Partner]:
    """The partnership of one of the actor's own teams; `NotFound` for that of another."""
    initiative = get_initiative_for(actor, slug, Deed.PROMISE, lock=True)
    row = _find(initiative, partner_id)
    if row.team_id not in actor.team_ids:
        raise NotFound
    return initiative, row


def _find(initiative: Initiative, partner_id: int) -> Partner:
    row = initiative.partners.filter(pk=partner_id, ended_at=None).first()
    if row is None:
        raise NotFound
    return row


def _tell(initiative: Initiative, row: Partner, what: str, *, actor: Actor, now: datetime) -> None:
    save(initiative, now=now)
    events.tell(
        initiative, events.PARTNER, actor=actor, now=now, payload={"partner": row.pk, "team": row.team_id, "what": what}
    )
