"""Codes of letters to addresses in the area, where a municipality wants them to support: made at the desk.

A code is told once, to who makes it; only its hash is kept. A file that got lost is no harm: its batch is withdrawn and
made anew. Who replaces a letter hears whether somebody supports with it, for that number must not count twice; so it is
answered to the desk alone, a few times an hour (limit `support-letter`), and the number is noted nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotFound
from participation.initiatives.actions.drafting import clean_text
from participation.initiatives.actions.saving import save
from participation.initiatives.events import CODES, tell
from participation.initiatives.models import CodeBatch, Initiative, InitiativeSettings, SupportCode
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.queries.settings import settings_of
from participation.initiatives.tokens import hash_of_code
from participation.residents.letter_codes import new_code

MOST = 10_000
"""In one batch; a wijk has about that many people."""
MOST_IN_ALL = 50_000
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Line:
    """One letter. `code` as it is hashed, without dashes."""

    number: int
    code: str


@transaction.atomic
def make_codes(*, slug: str, name: str, count: int, actor: Actor, now: datetime) -> tuple[CodeBatch, list[Line]]:
    """So many new codes, told this once; numbered on from the last of this initiative."""
    initiative = get_initiative_for(actor, slug, Deed.SEND_CODES, lock=True)
    if settings_of(initiative.gemeente_id).who_supports != InitiativeSettings.WhoSupports.LETTER:
        raise Conflict(_("In this municipality people support without a letter."), code="no-letters")
    name = clean_text(name, lines=False)
    wrong = []
    if not name:
        wrong.append(FieldError("name", "required", _("Give this batch a name.")))
    elif len(name) > LONGEST_NAME:
        wrong.append(FieldError("name", "too-long", _("Use at most %(most)d characters.") % {"most": LONGEST_NAME}))
    if not 1 <= count <= MOST:
        wrong.append(FieldError("count", "invalid", _("Choose 1 to %(most)d.") % {"most": MOST}))
    if wrong:
        raise Invalid(*wrong)
    last = _last_number(initiative)
    if last + count > MOST_IN_ALL:
        raise Conflict(_("One initiative has room for %(most)d codes.") % {"most": MOST_IN_ALL})
    batch = CodeBatch.objects.create(
        initiative=initiative, name=name, count=count, created_by_id=actor.professional_id, created_at=now
    )
    lines = [Line(number, new_code()) for number in range(last + 1, last + count + 1)]
    SupportCode.objects.bulk_create(
        [SupportCode(batch=batch, number=one.number, hash=hash_of_code(one.code)) for one in lines], batch_size=1000
    )
    _tell(initiative, batch, "made", actor=actor, now=now)
    return batch, lines


@transaction.atomic
def replace_code(*, slug: str, number: int, actor: Actor, now: datetime) -> Line:
    """A new code for a letter that nobody supports with, which works no more. Told this once.

    Raises `Conflict`: `used` when somebody supports with it, `voided` when it was replaced or withdrawn before.
    """
    initiative, old = _hold_unused(slug, number, actor)
    line = Line(_last_number(initiative) + 1, new_code())
    old.voided_at = now
    old.save(update_fields=["voided_at"])
    SupportCode.objects.create(batch=old.batch, number=line.number, hash=hash_of_code(line.code), replaces=old)
    _tell(initiative, old.batch, "replaced", actor=actor, now=now)
    return line


@transaction.atomic
def withdraw_batch(*, slug: str, batch_id: int, actor: Actor, now: datetime) -> None:
    """It went astray: every letter of it that nobody supports with works no more."""
    initiative = get_initiative_for(actor, slug, Deed.SEND_CODES, lock=True)
    batch = CodeBatch.objects.filter(pk=batch_id, initiative=initiative, withdrawn_at=None).first()
    if batch is None:
        raise NotFound
    batch.withdrawn_at = now
    batch.save(update_fields=["withdrawn_at"])
    SupportCode.objects.filter(batch=batch, voided_at=None, support=None).update(voided_at=now)
    _tell(initiative, batch, "withdrawn", actor=actor, now=now)


def _hold_unused(slug: str, number: int, actor: Actor) -> tuple[Initiative, SupportCode]:
    """Whoever supports with it at this moment holds the initiative too, and was first or finds it void."""
    initiative = get_initiative_for(actor, slug, Deed.SEND_CODES, lock=True)
    found = SupportCode.objects.select_related("batch", "support", "replaced_by")
    code = found.filter(batch__initiative=initiative, number=number).first()
    if code is None:
        raise Invalid(FieldError("number", "unknown", _("There is no letter with this number.")))
    if code.voided_at is not None:
        newer = getattr(code, "replaced_by", None)
        words = (
            _("This letter was replaced before, by number %(number)d.") % {"number": newer.number}
            if newer is not None
            else _("This letter was withdrawn before.")
        )
        raise Conflict(words, code="voided")
    if hasattr(code, "support"):
        raise Conflict(_("Somebody supports with this letter. It cannot be replaced."), code="used")
    return initiative, code


def _last_number(initiative: Initiative) -> int:
    last: int | None = SupportCode.objects.filter(batch__initiative=initiative).aggregate(last=Max("number"))["last"]
    return last or 0


def _tell(initiative: Initiative, batch: CodeBatch, what: str, *, actor: Actor, now: datetime) -> None:
    save(initiative, now=now)
    tell(initiative, CODES, actor=actor, now=now, payload={"batch": batch.pk, "what": what})
