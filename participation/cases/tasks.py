"""Work that comes round: deadlines that pass, handovers nobody answers, people who are back, the promise checked.

Each looks first whether there is anything to do (`is_due` and its like), so an idle installation writes no task rows.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from core.areas.tenancy import site_of
from core.events.models import Event
from core.notify.mail import send_mail
from core.work.worker import current_task
from participation.cases.actions.escalation import escalate, people_to_remind, take_reminders
from participation.cases.actions.forwarding import remind_of_offers
from participation.cases.actions.handover import remind_of_handovers
from participation.cases.actions.holding import take_from_who_left
from participation.cases.actions.returning import give_back
from participation.cases.actions.small_win import consider_win
from participation.cases.models import Case, StandIn
from participation.cases.queries import category_of
from participation.cases.responsibility import unreachable_cases
from participation.cases.states import Status
from participation.organisations.models import Professional

logger = logging.getLogger(__name__)
LISTED = 20
"""Cases named in one mail; the rest is a number."""


@task()
def escalate_late_cases() -> int:
    """Tell of the deadlines that passed, then owe each person one mail; answers how many cases."""
    told = escalate(now=timezone.now())
    for professional_id in people_to_remind():
        mail_late.enqueue(professional_id)
    return told


@task()
def mail_late(professional_id: int) -> str:
    """One mail with everything this person must hear; says what it did. The same attempt sends the same message."""
    reminders = take_reminders(professional_id, current_task() or f"by-hand-{timezone.now().isoformat()}")
    person = Professional.objects.select_related("user").filter(pk=professional_id).first()
    if person is None or not person.user.is_active or not person.user.email:
        return "no address"
    if not reminders:
        return "nothing left"
    user, site = person.user, site_of(person.gemeente_id)
    rows = []
    for one in reminders[:LISTED]:
        confidential = one.case.visibility == Case.Visibility.CONFIDENTIAL
        category = category_of(one.case)
        rows.append(
            {
                "reference": one.case.reference,
                "about": category.name if category and not confidential else "",
                "due_at": timezone.localtime(one.due_at),
                "mine": one.case.assignee_id == professional_id,
                "step": one.step,
                "address": f"{site}/werk/{one.case.reference}/",
            }
        )
    send_mail(
        to=user.email,
        template="late_cases",
        context={
            "name": person.name,
            "rows": rows,
            "count": len(reminders),
            "more": len(reminders) - len(rows),
            "address": f"{site}/werk/?view=late",
        },
        language=user.language if user.language in dict(settings.STAFF_LANGUAGES) else settings.LANGUAGE_CODE,
        gemeente_id=person.gemeente_id,
    )
    return f"{len(reminders)} cases"


@task()
def remind_of_unanswered() -> int:
    """Bring handovers to mind that nobody answered; answers how many."""
    return remind_of_handovers(now=timezone.now())


@task()
def remind_of_unanswered_offers() -> int:
    """Tell both teams of offers between them that were not answered in time; answers how many."""
    return remind_of_offers(now=timezone.now())


@task()
def bring_work_back() -> int:
    """Give people who are back what was kept for them; answers how many cases."""
    return give_back(now=timezone.now())


@task()
def move_what_slipped_in() -> int:
    """Give open cases that reached an ended account to someone else; answers how many."""
    return take_from_who_left(now=timezone.now())


@task()
def watch_responsibility() -> int:
    """Say in the log how many open cases nobody can be held to; answers the number."""
    count = unreachable_cases(now=timezone.now())
    logger.log(logging.WARNING if count else logging.INFO, "responsibility: %d open cases without anyone", count)
    return count


def someone_is_replaced(now: datetime) -> bool:
    """Whether a replacement keeps anything."""
    return StandIn.objects.filter(ended_at=None).exists()


@task()
def look_for_win(event_id: int) -> str:
    """Propose the case that was just solved as a small win, when it is worth telling."""
    event = Event.objects.get(pk=event_id)
    verdict = consider_win(reference=event.subject.partition("/")[2], now=timezone.now())
    if verdict is None:
        return "not to be told"
    return "proposed" if verdict.is_win else "nothing special"


def owe_look_for_win(event: Event) -> None:
    """In the transaction that solves a case: look later whether it is worth telling."""
    if event.payload.get("to") == Status.RESOLVED:
        look_for_win.enqueue(event.pk)
