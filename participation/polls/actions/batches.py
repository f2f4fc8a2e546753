"""Codes of letters: made in batches, handed to the printer, forgotten; replaced and withdrawn one by one.

A batch is handed over in two steps. The file can be fetched until somebody says that they have it and that it opens,
so that a download that breaks costs nothing; then its codes are forgotten in one transaction. Nobody says so: they are
forgotten after `HANDED_FOR`, and at the latest when the poll is over.

Who replaces or withdraws a letter hears whether it was voted with: that number must not get a second vote. It tells
the team *that* somebody voted, if they look up whose letter it was, never what. So it is answered to the team alone, a
few times an hour (limit `poll-letter`), and noted nowhere: only what was done is recorded, without the number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.accounts.actor import SYSTEM, Actor
from core.areas.queries import tree
from core.errors import Conflict, FieldError, Invalid, NotFound
from participation.polls import voter as voters
from participation.polls.actions.saving import clean
from participation.polls.events import CODES, tell
from participation.polls.models import Batch, Code, Poll, RollEntry
from participation.polls.permissions import Deed
from participation.polls.policies import get_poll_for
from participation.polls.sealed_codes import seal, unseal
from participation.polls.states import Act, Level, Stage, allows
from participation.residents.letter_codes import new_code

MOST = 50_000
MOST_IN_POLL = 200_000
IN_THE_REQUEST = 500
"""More are made in the background."""
PART = 2500
"""Codes made in one transaction."""
HANDED_FOR = timedelta(days=3)
"""After this a file that was fetched is forgotten, whether or not anybody said that it opens."""
LONGEST_NAME = 80
_WITHOUT_CODES = [stage for stage in Stage if not allows(stage, Act.CODES)]


@dataclass(frozen=True, slots=True)
class Line:
    """One letter. `code` as it is stored, without dashes."""

    number: int
    code: str


@transaction.atomic
def make_batch(
    *,
    slug: str,
    name: str,
    count: int,
    area_code: str = "",
    replace_from: date | None = None,
    actor: Actor,
    now: datetime,
) -> Batch:
    """So many new codes; a large batch is made in the background. `area_code`: where these letters go."""
    from participation.polls.tasks.batches import make_codes  # it makes what is here

    poll = get_poll_for(actor, slug, Deed.CODES, lock=True)
    _refuse_without_letters(poll)
    name = clean(name, "name", needed=_("Give this batch a name."), longest=LONGEST_NAME)
    if not 1 <= count <= MOST:
        text = _("Choose 1 to %(most)d.") % {"most": MOST}
        raise Invalid(FieldError("count", "invalid", text))
    if Code.objects.filter(batch__poll=poll).count() + count > MOST_IN_POLL:
        raise Conflict(_("One poll has room for %(most)d codes.") % {"most": MOST_IN_POLL})
    batch = Batch.objects.create(
        poll=poll,
        name=name,
        area_id=_area_of(poll, area_code),
        wanted=count,
        replace_from=replace_from,
        created_by_id=actor.professional_id,
        created_at=now,
    )
    if count <= IN_THE_REQUEST:
        _write(batch, count)
    else:
        make_codes.enqueue(batch.pk)
    tell(poll, CODES, actor=actor, now=now, payload={"batch": batch.pk})
    return batch


@transaction.atomic
def make_more(batch_id: int, *, now: datetime) -> bool:
    """The next part of a batch; whether there is more to make. A poll that ended meanwhile gets no more."""
    batch = (
        Batch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("poll__case")
        .filter(pk=batch_id)
        .first()
    )
    if batch is None or batch.codes_made >= batch.wanted:
        return False
    if not allows(batch.poll.stage, Act.CODES):
        batch.wanted = batch.codes_made
        batch.save(update_fields=["wanted"])
        return False
    _write(batch, min(PART, batch.wanted - batch.codes_made))
    tell(batch.poll, CODES, actor=SYSTEM, now=now, payload={"batch": batch.pk})
    return batch.codes_made < batch.wanted


@transaction.atomic
def hand_over(*, slug: str, batch_id: int, actor: Actor, now: datetime) -> tuple[Batch, list[Line]]:
    """The letters of a batch, for the printer. Can be asked again until `forget_codes`; then it is refused."""
    poll, batch = _hold(actor, slug, batch_id)
    _refuse_handed(batch)
    rows = Code.objects.filter(batch=batch, voided_at=None).exclude(sealed="").values_list("number", "sealed")
    lines = [Line(number, unseal(sealed)) for number, sealed in rows.order_by("number")]
    if not lines:
        raise Conflict(_("There are no codes in this batch to hand over."))
    if batch.handed_at is None:
        batch.handed_at = now
        batch.save(update_fields=["handed_at"])
    tell(poll, CODES, actor=actor, now=now, payload={"batch": batch.pk, "handed": True})
    return batch, lines


@transaction.atomic
def forget_codes(*, slug: str, batch_id: int, actor: Actor, now: datetime) -> Batch:
    """Somebody has the file and it opens: from now on only hashes are kept."""
    poll, batch = _hold(actor, slug, batch_id)
    _refuse_handed(batch)
    if batch.handed_at is None:
        raise Conflict(_("Fetch the file first, and look whether it opens."))
    _forget(batch, now)
    tell(poll, CODES, actor=actor, now=now, payload={"batch": batch.pk, "forgotten": True})
    return batch


def forgettable(now: datetime) -> list[int]:
    """Batches whose codes have been readable for too long."""
    late = Q(handed_at__lte=now - HANDED_FOR) | Q(poll__stage__in=_WITHOUT_CODES)
    rows = Batch.objects.filter(late, exported_at=None, at_desk=False)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def forget_in_time(batch_id: int, *, now: datetime) -> None:
    batch = Batch.objects.select_for_update(of=("self",), no_key=True).select_related("poll__case").get(pk=batch_id)
    if batch.exported_at is None:
        _forget(batch, now)
        tell(batch.poll, CODES, actor=SYSTEM, now=now, payload={"batch": batch.pk, "forgotten": True})


@transaction.atomic
def replace_code(*, slug: str, batch_id: int, number: int, actor: Actor, now: datetime) -> tuple[Code, str]:
    """A new code for a letter that was not voted with, which works no more. The new one is told this once.

    Raises `Conflict`: `used` when the letter was voted with, `too-early` while letters may still come.
    """
    poll, batch = _hold(actor, slug, batch_id)
    if batch.replace_from is not None and timezone.localdate(now) < batch.replace_from:
        day = date_format(batch.replace_from, "j F")
        raise Conflict(_("Letters may still come. New codes are given from %(day)s.") % {"day": day}, code="too-early")
    [old] = _hold_unused(poll, batch, [number])
    old.voided_at = now
    old.save(update_fields=["voided_at"])
    made, text = _write_one(batch, replaces=old)
    tell(poll, CODES, actor=actor, now=now, payload={"batch": batch.pk, "replaced": 1})
    return made, text


@transaction.atomic
def withdraw_code(*, slug: str, batch_id: int, number: int, actor: Actor, now: datetime) -> None:
    """This letter works no more, and nobody gets another one for it. Raises as `replace_code`."""
    poll, batch = _hold(actor, slug, batch_id)
    [code] = _hold_unused(poll, batch, [number])
    code.voided_at = now
    code.save(update_fields=["voided_at"])
    tell(poll, CODES, actor=actor, now=now, payload={"batch": batch.pk, "withdrawn": 1})


@transaction.atomic
def withdraw_batch(*, slug: str, batch_id: int, actor: Actor, now: datetime) -> None:
    """The whole batch went astray: every letter that was not voted with works no more.

    How many is said nowhere, because the rest voted; and a file of the rest would say which: the codes are forgotten.
    """
    poll, batch = _hold(actor, slug, batch_id)
    working = Code.objects.filter(batch=batch, voided_at=None)
    held = list(working.select_for_update(no_key=True).order_by("number").values_list("number", flat=True))
    used = sorted(_used_of(poll, batch, held))
    working.update(voided_at=now)
    for at in range(0, len(used), PART):
        Code.objects.filter(batch=batch, number__in=used[at : at + PART]).update(voided_at=None)
    if not batch.at_desk and batch.exported_at is None:
        _forget(batch, now)
    tell(poll, CODES, actor=actor, now=now, payload={"batch": batch.pk, "withdrawn": True})


@transaction.atomic
def issue_code(*, slug: str, seen: bool, actor: Actor, now: datetime) -> tuple[Code, str]:
    """A code for somebody no letter goes to, such as who has a secret address; told this once.

    `seen`: a professional saw who they are. Nothing about them is kept; how many were given is counted openly.
    """
    poll = get_poll_for(actor, slug, Deed.CODES, lock=True)
    _refuse_without_letters(poll)
    if not seen:
        raise Invalid(FieldError("seen", "required", _("Look first at a proof of who they are and where they live.")))
    batch = Batch.objects.select_for_update(no_key=True).filter(poll=poll, at_desk=True).first()
    if batch is None:
        batch = Batch.objects.create(poll=poll, at_desk=True, created_by_id=actor.professional_id, created_at=now)
    made, text = _write_one(batch)
    tell(poll, CODES, actor=actor, now=now, payload={"batch": batch.pk, "given": 1})
    return made, text


def forget_old_rows() -> None:
    """Let the database clear away what it keeps of rows that held codes; outside any transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM {connection.ops.quote_name(Code._meta.db_table)}")


def _hold(actor: Actor, slug: str, batch_id: int) -> tuple[Poll, Batch]:
    """Both are held so that a vote with a letter of this batch can still point to them: it waits for its code only."""
    poll = get_poll_for(actor, slug, Deed.CODES, lock=True)
    batch = Batch.objects.select_for_update(no_key=True).filter(poll=poll, pk=batch_id).first()
    if batch is None:
        raise NotFound
    if batch.codes_made < batch.wanted:
        raise Conflict(_("The codes of this batch are still being made. Wait until all are there."))
    return poll, batch


def _hold_unused(poll: Poll, batch: Batch, numbers: list[int]) -> list[Code]:
    """These codes, held: who votes with one at this moment was first, or finds it void."""
    held = list(Code.objects.select_for_update(no_key=True).filter(batch=batch, number__in=numbers).order_by("number"))
    if len(held) != len(numbers):
        raise Invalid(FieldError("number", "unknown", _("This batch has no letter with this number.")))
    for one in held:
        if one.voided_at is not None:
            newer = Code.objects.filter(replaces=one).values_list("number", flat=True).first()
            words = (
                _("This letter was replaced before, by number %(number)d.") % {"number": newer}
                if newer
                else _("This letter was withdrawn before.")
            )
            raise Conflict(words, code="voided")
    if _used(poll, batch, numbers):
        raise Conflict(_("This letter was voted with. It cannot be replaced or withdrawn."), code="used")
    return held


def _used(poll: Poll, batch: Batch, numbers: Iterable[int]) -> set[int]:
    """Those that are on the roll. Before the poll opens there is no key, and no roll."""
    if not poll.salt:
        return set()
    by_voter = {voters.letter(poll.salt, batch.pk, number): number for number in numbers}
    found = RollEntry.objects.filter(poll=poll, voter__in=by_voter).values_list("voter", flat=True)
    return {by_voter[voter] for voter in found}


def _used_of(poll: Poll, batch: Batch, numbers: Iterable[int]) -> set[int]:
    """The same for a whole batch."""
    voted = set(RollEntry.objects.filter(poll=poll, batch=batch).values_list("voter", flat=True))
    return {one for one in numbers if voters.letter(poll.salt, batch.pk, one) in voted} if voted else set()


def _write(batch: Batch, many: int) -> None:
    """So many sealed codes, numbered on from the last; `batch` is held or new."""
    first = batch.codes_made + 1
    made = [new_code() for _unused in range(many)]
    Code.objects.bulk_create(
        [
            Code(batch=batch, number=number, hash=voters.code_hash(code), sealed=seal(code))
            for number, code in enumerate(made, first)
        ],
        batch_size=500,
    )
    batch.codes_made += many
    batch.save(update_fields=["codes_made"])


def _write_one(batch: Batch, *, replaces: Code | None = None) -> tuple[Code, str]:
    """One that is told at once and never sealed."""
    text = new_code()
    batch.codes_made += 1
    batch.wanted = batch.codes_made
    batch.save(update_fields=["codes_made", "wanted"])
    made = Code.objects.create(batch=batch, number=batch.codes_made, hash=voters.code_hash(text), replaces=replaces)
    return made, text


def _forget(batch: Batch, now: datetime) -> None:
    from participation.polls.tasks.batches import clear_away

    Code.objects.filter(batch=batch).exclude(sealed="").update(sealed="")
    batch.exported_at = now
    batch.save(update_fields=["exported_at"])
    clear_away.enqueue()


def _refuse_handed(batch: Batch) -> None:
    if batch.at_desk or batch.exported_at is not None:
        raise Conflict(
            _("The codes of this batch are forgotten: only their hashes are kept, and nobody can read them again."),
            code="exported",
        )


def _refuse_without_letters(poll: Poll) -> None:
    if poll.level != Level.LETTER:
        raise Conflict(_("In this poll people do not vote with a letter."), code="other-level")


def _area_of(poll: Poll, code: str) -> int | None:
    if not code:
        return None
    area = tree().by_code.get(code)
    if area is None or poll.area_id not in {one.id for one in tree().ancestors(area.id)}:
        raise Invalid(FieldError("area", "unknown", _("Choose a part of the area the poll is for.")))
    return area.id
