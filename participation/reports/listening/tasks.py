"""Push messages to who follows a report or supports it: that there is news, and of which number. Nothing else.

The message holds no token: the page behind it opens with the cookie that the device has.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from core.events.models import Event
from core.notify.push import Browser, PushGone, PushRefused, send_push
from core.notify.sms import quiet_until
from participation.cases.models import Case
from participation.cases.states import Status
from participation.reports.listening import actions
from participation.reports.models import Listener
from participation.reports.supporting.queries import followed_case
from participation.reports.supporting.tasks import tells_supporters

STALE = timedelta(days=1)
"""What could not be told for so long is no news."""
KEPT_FOR = 2 * 24 * 3600
"""Seconds the push service keeps it for a phone that is off."""


def owe_push(event: Event) -> None:
    """In the event's transaction: when a browser is to be told, owe one task, however many they are."""
    if _meant(event).exists():
        tell_listeners.enqueue(event.pk)


@task()
def tell_listeners(event_id: int) -> int:
    """A task for each browser, so that one that does not answer holds up no other; answers how many."""
    event = Event.objects.get(pk=event_id)
    # A browser that follows it as its reporter and as a supporter of one that was linked hears it once.
    chosen: dict[str, int] = {}
    for pk, endpoint in _meant(event).order_by(F("report_id").asc(nulls_last=True), "pk").values_list("pk", "endpoint"):
        chosen.setdefault(endpoint, pk)
    with transaction.atomic():
        for listener_id in sorted(chosen.values()):
            push_news.enqueue(event_id, listener_id)
    return len(chosen)


@task()
def push_news(event_id: int, listener_id: int) -> str:
    """One message to one browser, unless it stopped or may no longer know; says what it did."""
    event = Event.objects.get(pk=event_id)
    listener = (
        _meant(event).select_related("report__case", "supporter__case__duplicate_of").filter(pk=listener_id).first()
    )
    if listener is None:
        return "no longer listens"
    now = timezone.now()
    if now - event.at > STALE:
        return "no longer news"
    if (until := quiet_until(now)) is not None:
        push_news.using(run_after=until).enqueue(event_id, listener_id)
        return "waits until the quiet hours end"
    if listener.supporter is not None and followed_case(listener.supporter.case) is None:
        return "no longer public"
    return _push(listener)


@task()
def ask_listeners(report_id: int) -> int:
    """Weeks after it was solved, ask whether it still is; a task for each browser, answers how many."""
    listening = Listener.objects.filter(report=report_id, report__case__status=Status.RESOLVED)
    with transaction.atomic():
        ids = list(listening.order_by("pk").values_list("pk", flat=True))
        for listener_id in ids:
            push_question.enqueue(listener_id)
    return len(ids)


@task()
def push_question(listener_id: int) -> str:
    """The question to one browser, unless it stopped or the report was opened again."""
    listening = Listener.objects.filter(report__case__status=Status.RESOLVED).select_related("report__case")
    listener = listening.filter(pk=listener_id).first()
    if listener is None:
        return "nothing to ask"
    if (until := quiet_until(timezone.now())) is not None:
        push_question.using(run_after=until).enqueue(listener_id)
        return "waits until the quiet hours end"
    return _push(listener, gettext_lazy("Is it still good?"))


def _push(listener: Listener, title: object = "") -> str:
    known = listener.language in dict(settings.LANGUAGES)
    with translation.override(listener.language if known else settings.LANGUAGE_CODE):
        message = message_for(listener, str(title))
    browser = Browser(listener.endpoint, listener.key, listener.secret)
    try:
        send_push(browser, message, topic=f"melding-{listener.pk}", kept_for=KEPT_FOR)
    except PushGone:
        Listener.objects.filter(endpoint=listener.endpoint).delete()
        return "gone"
    except PushRefused:
        return "refused"
    return "sent"


@task()
def sweep_listeners() -> int:
    """See `actions.sweep`; every day."""
    return actions.sweep(now=timezone.now())


def message_for(listener: Listener, title: str = "") -> dict[str, Any]:
    """What the browser shows, in the active language; without a title that there is news."""
    if listener.report is not None:
        reference, page = listener.report.case.reference, "following_of"
        title = title or _("There is news about your report")
    else:
        assert listener.supporter is not None  # by the constraint
        reference, page = listener.supporter.case.reference, "supporting_of"
        title = title or _("There is news about a report you follow")
    return {
        "title": title,
        "body": reference,
        "lang": translation.get_language(),
        "tag": f"melding-{reference}",
        "url": reverse(page, args=[reference]),
    }


def _meant(event: Event) -> QuerySet[Listener]:
    """Browsers of the reporter, not of what they did themselves, and of supporters for the steps they hear of.

    Of a case that others were linked to, theirs too.
    """
    reference = event.subject.partition("/")[2]
    own = Case.objects.filter(reference=reference).values("pk")
    cases = Case.objects.filter(Q(reference=reference) | Q(duplicate_of_id=Subquery(own))).values("pk")
    told = Q()
    if event.actor_kind != "resident":
        told |= Q(report_id__in=cases)
    if tells_supporters(event):
        told |= Q(supporter__case_id__in=cases)
    return Listener.objects.filter(told) if told else Listener.objects.none()
