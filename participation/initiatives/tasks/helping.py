"""What asking for and offering help owe: mails, the question how it went, and an end when the initiative ends."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task

from core.events.models import Event
from core.notify.letters import send
from participation.cases.references import PREFIX as PREFIXES
from participation.initiatives.letters.helping import help_letter, offer_letters, reminder_letter
from participation.initiatives.models import HelpRequest, Initiative, Member
from participation.initiatives.states import ENDED
from participation.initiatives.tasks.texting import owe_texts

PREFIX = f"{PREFIXES['help-request']}-"
AT_ONCE = 200
"""Requests followed up in one go; the rest in the next."""


@task()
def mail_about_help(what: str, member_id: int, request_id: int, message_id: int) -> str:
    """One letter to one of the group (`letters.helping`)."""
    letter = help_letter(what, member_id, request_id, message_id)
    return send(letter, key=f"help-{what}-{request_id}-{message_id}-{member_id}")


@task()
def mail_offer(what: str, offer_id: int) -> int:
    """Each letter that this state of an offer owes, in a task of its own; how many."""
    letters = offer_letters(what, offer_id)
    for at in range(len(letters)):
        mail_one_offer.enqueue(what, offer_id, at)
    return len(letters)


@task()
def mail_one_offer(what: str, offer_id: int, at: int) -> str:
    letters = offer_letters(what, offer_id)
    return send(letters[at] if at < len(letters) else None, key=f"offer-{what}-{offer_id}-{at}")


@task()
def remind_decider(request_id: int) -> str:
    return send(reminder_letter(request_id), key=f"help-reminder-{request_id}")


def owe_about_help(what: str, request: HelpRequest, *, message_id: int = 0, but: int | None = None) -> None:
    """Enqueue a letter to everybody in the group who wants mail, but the resident `but`. In the transaction."""
    readers = Member.objects.filter(initiative_id=request.initiative_id, left_at=None, mailed=True)
    readers = readers.filter(resident__isnull=False).exclude(resident__email="")
    if but is not None:
        readers = readers.exclude(resident_id=but)
    for member_id in readers.order_by("pk").values_list("pk", flat=True):
        mail_about_help.enqueue(what, member_id, request.pk, message_id)
    if what == "decided":
        owe_texts(what, request.initiative, request.pk, but=but)


# The tasks below need the actions, which owe what is above.


@task()
def follow_up_help() -> int:
    """Ask the groups how it went where the day for that has come; answers how many."""
    return follow_up_now(now=timezone.now())


def is_due(now: datetime) -> bool:
    """Whether there is one to ask about. One query."""
    return _due(now).exists()


def follow_up_now(*, now: datetime) -> int:
    from participation.initiatives.actions.deciding import ask_how_it_went

    found = list(_due(now).order_by("follow_up_on", "pk").values_list("case__reference", flat=True)[:AT_ONCE])
    return sum(ask_how_it_went(reference=reference, now=now) for reference in found)


def _due(now: datetime) -> QuerySet[HelpRequest]:
    return HelpRequest.objects.filter(follow_up_on__lte=timezone.localdate(now), followed_up_at=None)


@task()
def end_help(initiative_id: int) -> int:
    """See `actions.asking.end_help`."""
    from participation.initiatives.actions import asking

    return asking.end_help(initiative_id=initiative_id, now=timezone.now())


# --- in the transaction of what happened ------------------------------------------------------


def owe_words_about_help(event: Event) -> None:
    """Somebody who answers a request wrote to the group."""
    kind, _separator, reference = event.subject.partition("/")
    if kind != "case" or not reference.startswith(PREFIX) or event.payload.get("along"):
        return
    if event.actor_kind == "professional" and event.payload.get("message"):
        for request in HelpRequest.objects.filter(case__reference=reference):  # none for a part of its case
            owe_about_help("message", request, message_id=event.payload["message"])


def owe_end(event: Event) -> None:
    """An initiative that ended asks for nothing any more."""
    if event.payload.get("to") in ENDED:
        for pk in Initiative.objects.filter(slug=event.subject.partition("/")[2]).values_list("pk", flat=True):
            end_help.enqueue(pk)
