"""Reports that wait for a look: held, released, refused, never lost.

What is suspicious (`screening`) does not become a case: no team, map, look-alike or stream knows of it. The resident
has an ordinary receipt and private link and reads that somebody looks at it. Released, it becomes a report like any
other, from then on promised and told of; refused, it can be taken back for thirty days and then is erased.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.areas.queries import locate
from core.areas.tenancy import Scope
from core.errors import Conflict, Invalid, NotFound
from core.media.actions import claim_photos, erase_photos, hand_back_photos
from participation.cases.models import Case
from participation.cases.references import new_reference
from participation.cases.shapes import moment_or_none
from participation.reports.actions import Submitted, judge_report, submit_report
from participation.reports.held import find_held
from participation.reports.models import Held
from participation.reports.rules import ContactGiven, Submission, worded_answers
from participation.reports.screening import Signs, reasons_to_hold
from participation.reports.tokens import hash_of, new_seed, token_of
from participation.texts.screening import words_of

State = Held.State
UNDO_FOR = timedelta(days=30)
"""How long a refusal can be taken back; then what was sent is erased."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A report that waits; `token` as of `Submitted`."""

    held: Held
    token: str


def receive_report(submission: Submission, *, scope: Scope, signs: Signs, now: datetime) -> Submitted | HeldBack:
    """What residents' pages and the API call: an ordinary report is taken in, a suspicious one held.

    Raises `Invalid` with every mistake at once, for both alike.
    """
    chain = locate(submission.lon, submission.lat)
    words = (words_of(chain[-1].id),) if chain else ()
    reasons = reasons_to_hold(submission, signs, *words)
    if not reasons:
        return submit_report(submission, scope=scope, now=now)
    return _hold(submission, reasons, scope=scope, now=now)


@transaction.atomic
def _hold(submission: Submission, reasons: list[dict[str, Any]], *, scope: Scope, now: datetime) -> HeldBack:
    judged = judge_report(submission, scope=scope, now=now)
    gemeente_id = judged.place.chain[-1].id
    seed = new_seed()
    token = token_of(seed)
    questions = judged.place.routing.questions_of(judged.category.pk)
    content = asdict(submission) | {
        "photos": [str(photo) for photo in submission.photos],
        "observed_at": moment_or_none(submission.observed_at),
        "about": judged.category.slug,
        "area": judged.place.chain[0].id,
        "worded": worded_answers(submission.answers, questions),
    }
    held = Held.objects.create(
        gemeente_id=gemeente_id,
        reference=_free_reference(),
        reasons=reasons,
        content=content,
        tracking_seed=seed,
        tracking_hash=hash_of(token),
        created_at=now,
    )
    photos = claim_photos(ids=list(submission.photos), gemeente_id=gemeente_id, now=now)
    held.photos.add(*photos)
    return HeldBack(held, token)


@transaction.atomic
def release(held_id: int, *, by: int | None, now: datetime) -> Submitted:
    """Let it go to the team, as a report that came in now; what we promise counts from now.

    A category or question that is gone meanwhile does not hold it back: a new category is proposed, and the answers
    follow the text.
    """
    held = _locked(held_id, State.WAITING)
    content = held.content
    assert content is not None  # by its state
    submission = replace(submission_of(content), observed_at=submission_of(content).observed_at or held.created_at)
    hand_back_photos(held.photos.values_list("pk", flat=True))
    held.photos.clear()
    scope = Scope(held.gemeente_id, True)
    try:
        judge_report(submission, scope=scope, now=now)
    except Invalid:
        said = [f"{one['question']}: {one['answer']}" for one in content["worded"]]
        text = "\n".join([submission.text.strip(), *said])
        submission = replace(submission, text=text[:3000], category="", answers={}, photos=submission.photos)
    done = submit_report(submission, scope=scope, now=now, seed=held.tracking_seed, reference=held.reference)
    _decide(held, State.RELEASED, by=by, now=now, content=None)
    return done


@transaction.atomic
def refuse(held_id: int, *, by: int | None, now: datetime) -> Held:
    """It does not go to a team. The resident reads so at their link; `take_back` undoes it."""
    return _decide(_locked(held_id, State.WAITING), State.REFUSED, by=by, now=now)


@transaction.atomic
def take_back(held_id: int) -> Held:
    """Undo a refusal: it waits again."""
    return _decide(_locked(held_id, State.REFUSED), State.WAITING, by=None, now=None)


@transaction.atomic
def withdraw(*, token: str, only: int | None, now: datetime) -> None:
    """The resident takes their own report away: what they sent is erased at once."""
    held = find_held(token, only=only)
    held = _locked(held.pk, State.WAITING)
    _erase_photos(held)
    _decide(held, State.WITHDRAWN, by=None, now=now, content=None)


def forget_held(*, now: datetime) -> int:
    """Erase what was refused, released or withdrawn more than thirty days ago; how many."""
    count = 0
    old = Held.objects.exclude(state=State.WAITING).filter(decided_at__lt=now - UNDO_FOR).values_list("pk", flat=True)
    for pk in list(old[:1000]):
        with transaction.atomic():
            held = Held.objects.select_for_update().exclude(state=State.WAITING).filter(pk=pk).first()
            if held is not None and held.decided_at is not None and held.decided_at < now - UNDO_FOR:
                _erase_photos(held)
                held.delete()
                count += 1
    return count


def submission_of(content: dict[str, Any]) -> Submission:
    """What was sent, out of `Held.content`."""
    known = {field.name for field in fields(Submission)}
    values = {name: value for name, value in content.items() if name in known}
    return Submission(
        **values
        | {
            "photos": tuple(UUID(photo) for photo in content["photos"]),
            "contact": ContactGiven(**content["contact"]),
            "observed_at": datetime.fromisoformat(content["observed_at"]) if content["observed_at"] else None,
        }
    )


def _locked(held_id: int, state: str) -> Held:
    held = Held.objects.select_for_update().filter(pk=held_id).first()
    if held is None:
        raise NotFound
    if held.state != state:
        raise Conflict(_("Somebody else dealt with this meanwhile."))
    return held


def _decide(held: Held, state: str, *, by: int | None, now: datetime | None, **changes: Any) -> Held:
    held.state, held.decided_by_id, held.decided_at = state, by, now
    for name, value in changes.items():
        setattr(held, name, value)
    held.save(update_fields=["state", "decided_by", "decided_at", *changes])
    return held


def _erase_photos(held: Held) -> None:
    photos: list[UUID] = list(held.photos.values_list("pk", flat=True))
    held.photos.clear()
    erase_photos(photos)


def _free_reference() -> str:
    while True:
        reference = new_reference(Case.Kind.REPORT)
        if not Case.objects.filter(reference=reference).exists():
            return reference
