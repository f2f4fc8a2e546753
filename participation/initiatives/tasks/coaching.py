"""What is owed between a group and its coach: mails, and a coach who follows whose case it is."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task

from core.events.models import Event
from core.notify.letters import send
from participation.cases.events import MESSAGE, TRANSITIONED
from participation.cases.references import PREFIX as PREFIXES
from participation.initiatives.letters.coaching import letter
from participation.initiatives.models import Initiative
from participation.initiatives.tasks.texting import owe_texts

PREFIX = f"{PREFIXES['initiative']}-"
TEXTED = frozenset({"step", "coach"})
"""What may be told by text message too (`letters.texts`)."""
AT_ONCE = 200
"""Initiatives marked in one go; the rest in the next."""


@task()
def mail_member(what: str, member_id: int, about_id: int) -> str:
    """Send one letter (`letters.coaching`); says what it did, without personal data."""
    return send(letter(what, member_id, about_id), key=f"initiative-{what}-{about_id}-{member_id}")


def owe_to_group(what: str, initiative: Initiative, about_id: int, *, but: int | None = None) -> None:
    """Enqueue a letter to everybody in the group who wants mail, but the resident `but`. In the transaction."""
    readers = initiative.members.filter(left_at=None, mailed=True, resident__isnull=False).exclude(resident__email="")
    if but is not None:
        readers = readers.exclude(resident_id=but)
    for member_id in readers.order_by("pk").values_list("pk", flat=True):
        mail_member.enqueue(what, member_id, about_id)
    if what in TEXTED:
        owe_texts(what, initiative, about_id, but=but)


# The tasks below need the actions, which owe what is above.


@task()
def follow_coach(initiative_id: int, event_id: int) -> str:
    """See `actions.coaching.follow_case`."""
    from participation.initiatives.actions.coaching import follow_case

    told = follow_case(initiative_id=initiative_id, event_id=event_id, now=timezone.now())
    return "told" if told is not None else "nothing changed"


@task()
def follow_words(initiative_id: int) -> str:
    """See `actions.coaching.follow_words`."""
    from participation.initiatives.actions import coaching

    coaching.follow_words(initiative_id=initiative_id, now=timezone.now())
    return "followed"


@task()
def let_off(initiative_id: int) -> str:
    """See `actions.coaching.let_coach_off`."""
    from participation.initiatives.actions.coaching import let_coach_off

    return "let off" if let_coach_off(initiative_id=initiative_id, now=timezone.now()) else "nothing to do"


@task()
def look_for_silence() -> int:
    """Mark the initiatives of which nothing was heard in time; answers how many."""
    return mark_silent(now=timezone.now())


def is_silent(now: datetime) -> bool:
    """Whether there is one of which nothing was heard in time. One query."""
    return _silent(now).exists()


def mark_silent(*, now: datetime) -> int:
    from participation.initiatives.actions.coaching import mark_stalled

    found = list(_silent(now).order_by("sign_by", "pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(mark_stalled(initiative_id=pk, now=now) for pk in found)


def _silent(now: datetime) -> QuerySet[Initiative]:
    return Initiative.objects.filter(sign_by__lte=now, stalled_at=None)


# --- in the transaction of what happened ------------------------------------------------------


def owe_following(event: Event) -> None:
    """The case of an initiative may have gone to somebody else, or somebody wrote to the group."""
    kind, _separator, reference = event.subject.partition("/")
    if kind != "case" or not reference.startswith(PREFIX) or event.payload.get("along"):
        return
    initiative = Initiative.objects.filter(case__reference=reference).first()
    if initiative is None:  # a part of its case, or a case of another kind
        return
    if event.type in {MESSAGE, TRANSITIONED} and event.actor_kind == "professional" and event.payload.get("message"):
        owe_to_group("message", initiative, event.payload["message"])
    if event.type != MESSAGE:
        follow_coach.enqueue(initiative.pk, event.pk)


def owe_words(event: Event) -> None:
    """The plan or its group changed."""
    if not event.payload.get("along"):
        found = Initiative.objects.filter(slug=event.subject.partition("/")[2], case__isnull=False)
        for pk in found.values_list("pk", flat=True):
            follow_words.enqueue(pk)
