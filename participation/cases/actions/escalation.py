"""A case becomes late: its team sees it at that moment, and who must act is reminded, a step higher each time.

Claimed and told in one transaction: a reminder belongs to exactly one step of one deadline, whatever the number of
workers, and one that dies halfway leaves nothing behind. The mails are owed as rows (`Reminder`), gathered in one
message per person.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import F

from core.accounts.actor import SYSTEM
from core.errors import Conflict
from core.events.log import record
from participation.cases import events
from participation.cases.answerable import administrators, hears
from participation.cases.deadlines import escalates_at
from participation.cases.models import Case, Reminder

AT_ONCE = 200
"""Cases told of in one transaction."""


def is_due(now: datetime) -> bool:
    """Whether there is anything to tell. One query on an index that holds open cases only."""
    return Case.objects.filter(escalate_at__lte=now).exists() or Reminder.objects.filter(digest="").exists()


def escalate(*, now: datetime) -> int:
    """Tell of every deadline that passed; answers how many cases. Who is told follows from `answerable.hears`."""
    told = 0
    while some := _escalate_some(now):
        told += some
    return told


@transaction.atomic
def _escalate_some(now: datetime) -> int:
    due = list(
        Case.objects.select_related("parent")
        .select_for_update(of=("self",), skip_locked=True)
        .filter(escalate_at__lte=now)
        .order_by("escalate_at", "id")[:AT_ONCE]
    )
    if not due:
        return 0
    admins = administrators({case.gemeente_id for case in due})
    steps: dict[tuple[int, datetime | None], list[Case]] = defaultdict(list)
    reminders, happened = [], []
    for case in due:
        assert case.due_at is not None  # there is nothing to tell of a case without a deadline (`renew_due`)
        step = case.escalation + 1
        following = escalates_at(case, case.due_at, step)
        if following is not None and following <= now:
            following = escalates_at(case, now, 1)  # told late (nothing ran): who hears it gets a working day as well
        steps[case.escalation, following].append(case)
        reminders += [
            Reminder(case=case, professional_id=pk, step=step, due_at=case.due_at, at=now)
            for pk in sorted(hears(case, step, admins, now))
        ]
        if step == 1:
            happened.append(events.happened(case, events.LATE, actor=SYSTEM, now=now))
    for (told, following), cases in steps.items():
        claimed = Case.objects.filter(pk__in=[case.pk for case in cases], escalation=told, escalate_at__lte=now).update(
            escalation=told + 1, escalate_at=following, escalated_for=F("due_at")
        )
        if claimed != len(cases):
            raise Conflict  # another worker was first; it told, and this transaction leaves nothing
    Reminder.objects.bulk_create(reminders)
    if happened:
        record(*happened)
    return len(due)


def people_to_remind() -> list[int]:
    """Professionals who have not been sent all they must hear."""
    return list(Reminder.objects.filter(digest="").order_by().values_list("professional_id", flat=True).distinct())


def take_reminders(professional_id: int, digest: str) -> list[Reminder]:
    """What this person must hear now, most urgent first; once taken, no other mail tells it.

    What was answered, moved or closed meanwhile is left out.
    """
    Reminder.objects.filter(professional_id=professional_id, digest="").update(digest=digest)
    mine = Reminder.objects.filter(professional_id=professional_id, digest=digest).select_related("case")
    still = [one for one in mine if one.case.due_at == one.due_at]
    latest = {one.case_id: one for one in sorted(still, key=lambda one: one.step)}
    return sorted(latest.values(), key=lambda one: (-one.step, one.due_at, one.case_id))
