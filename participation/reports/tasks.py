"""Mail owed to the reporter. Each task takes ids only and is enqueued in the transaction that owes it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django_tasks import task

from core.api.throttles import waiting_time
from core.events.models import Event
from core.notify.mail import send_mail
from participation.cases.models import Case
from participation.cases.states import Status
from participation.reports import drafts, returning
from participation.reports.letters import letter_about, letter_asking_again
from participation.reports.models import Contact, Feedback, Report, ReturnCode
from participation.reports.queries import AGAIN_AFTER


@task()
def send_update(event_id: int, report_id: int | None = None) -> str:
    """Mail the reporter what this event means to them; says what it did, without personal data.

    `report_id`: another who reported the same; not mailed when the link was undone meanwhile.
    """
    event = Event.objects.get(pk=event_id)
    letter = letter_about(event, report_id)
    if letter is None:
        return "no address"
    if event.type == "case.received" and waiting_time("mail", letter.to.lower()) is not None:
        return "too many to this address"
    send_mail(
        to=letter.to,
        template=letter.template,
        context=letter.context,
        language=letter.language,
        gemeente_id=letter.gemeente_id,
        key=f"event-{event.pk}",
    )
    return letter.template


@task()
def send_return_code(code_id: int) -> str:
    """Mail the digits of a return code, when its address has reports; says what it did, without personal data."""
    code = ReturnCode.objects.filter(pk=code_id).first()
    if code is None:
        return "forgotten"
    if not returning.tokens_of_address(code.email, code.gemeente_id):
        return "no reports"
    send_mail(
        to=code.email,
        template="return_code",
        context={"digits": returning.digits_of(code.seed), "minutes": returning.VALID.seconds // 60},
        language=code.language if code.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
        gemeente_id=code.gemeente_id,
        key=f"return-code-{code.seed}",
    )
    return "return_code"


@task()
def sweep_return_codes() -> int:
    """See `returning.sweep`; every hour."""
    return returning.sweep(now=timezone.now())


@task()
def ask_again() -> int:
    """Weeks after a report was solved, owe the question whether it still is; once for each closing. Every hour."""
    return owe_questions(now=timezone.now())


def owe_questions(*, now: datetime) -> int:
    """Enqueue the mails of `ask_again`; answers how many. After another week it is too late to ask."""
    due = now - AGAIN_AFTER
    asked = Q(asked_again_at=F("case__closed_at"))
    unsolved = Feedback.objects.filter(report=OuterRef("pk"), closed_at=OuterRef("case__closed_at"), solved=False)
    with transaction.atomic():
        found = list(
            Report.objects.select_for_update(of=("self",))
            .filter(case__status=Status.RESOLVED, case__closed_at__range=(due - timedelta(weeks=1), due))
            .filter(contact__email__gt="")
            .exclude(asked & Q(asked_again_at__isnull=False))
            .exclude(Exists(unsolved))
            .select_related("case")
        )
        for report in found:
            report.asked_again_at = report.case.closed_at
            send_question.enqueue(report.pk)
        Report.objects.bulk_update(found, ["asked_again_at"], batch_size=500)
    return len(found)


@task()
def send_question(report_id: int) -> str:
    """Mail one reporter: is it still good?"""
    letter = letter_asking_again(report_id)
    if letter is None:
        return "no address"
    send_mail(
        to=letter.to,
        template=letter.template,
        context=letter.context,
        language=letter.language,
        gemeente_id=letter.gemeente_id,
        key=f"again-{report_id}-{letter.context['case']['reference']}",
    )
    return letter.template


@task()
def sweep_drafts() -> int:
    """See `drafts.sweep`; every hour."""
    return drafts.sweep(now=timezone.now())


@task()
def sweep_held() -> int:
    """See `holding.forget_held`; to be run every day."""
    from participation.reports.holding import forget_held  # sends reports, that enqueue the tasks above

    return forget_held(now=timezone.now())


def owe_mail(event: Event) -> None:
    """Enqueue the mail of what we did, unless the reporter did it themselves or left no address.

    Everyone whose report was linked to this one gets it too; an address that reported twice gets it once.
    """
    if event.actor_kind == "resident":
        return
    reference = event.subject.partition("/")[2]
    own = Case.objects.filter(reference=reference).values("pk")
    cases = Case.objects.filter(Q(reference=reference) | Q(duplicate_of_id=Subquery(own)))
    reached = Contact.objects.filter(report_id__in=cases.values("pk")).exclude(email="")
    found = list(reached.order_by("report_id").values_list("report_id", "email", "report__case__reference"))
    told: set[str] = set()
    for report_id, email, of in sorted(found, key=lambda one: one[2] != reference):  # the case's own reporter first
        if email.lower() not in told:
            told.add(email.lower())
            send_update.enqueue(event.pk, *(() if of == reference else (report_id,)))
