"""Push messages: who is told of what, held in quiet hours and then told in one.

An event makes work here only when somebody of its municipality listens: who does is kept in memory, so a report costs
nothing extra where nobody has push on. What is sent names a neighbourhood, and of a confidential case not even that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tasks import task

from core.areas.queries import tree
from core.events.models import Event
from core.notify.push import Browser, PushGone, PushRefused, send_push
from core.snapshots.snapshot import Snapshot
from participation.cases import events
from participation.cases.models import Case, DeskSettings, PushSubscription, Signal
from participation.cases.notifications.quiet import quiet_until
from participation.cases.placing import able
from participation.organisations.access import actor_for
from participation.organisations.queries import roster

STALE = timedelta(hours=4)
"""What could not be told for so long, quiet hours apart, is no news."""
KEPT = timedelta(days=7)
Why = Signal.Why
WORDS = {
    Why.NEW_FOR_ME: gettext_lazy("New report in %(place)s"),
    Why.NEW_FOR_TEAM: gettext_lazy("New report in %(place)s"),
    Why.ASSIGNED: gettext_lazy("You were given a case in %(place)s"),
    Why.ANSWERED: gettext_lazy("A resident answered in %(place)s"),
    Why.MENTIONED: gettext_lazy("A colleague named you in a note in %(place)s"),
    Why.LATE: gettext_lazy("A case in %(place)s is late"),
    Why.OFFERED: gettext_lazy("A case in %(place)s is offered to you"),
}


def _load() -> Mapping[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for person, gemeente in PushSubscription.objects.values_list("professional_id", "professional__gemeente_id"):
        found[gemeente or 0].add(person)  # never null; the stubs lose that on the way
    return MappingProxyType({gemeente: frozenset(people) for gemeente, people in found.items()})


_listeners: Snapshot[Mapping[int, frozenset[int]]] = Snapshot(PushSubscription.kept_in, _load)


def listeners(gemeente_id: int | None) -> frozenset[int]:
    """Professionals of this municipality with push on, from memory."""
    return _listeners.get().get(gemeente_id or 0, frozenset())


# --- what an event means to whom --------------------------------------------------------------


def owe_signals(event: Event) -> None:
    """In the event's transaction: enqueue the telling, when anybody who listens may be meant."""
    if not listeners(event.gemeente_id) or not _tells(event):
        return
    make_signals.enqueue(event.pk)


def _tells(event: Event) -> bool:
    match event.type:
        case events.RECEIVED | events.ASSIGNED | events.LATE:
            return True
        case events.MESSAGE | events.TRANSITIONED:
            return event.actor_kind == "resident"
        case events.NOTE:
            return bool(event.payload.get("mentions"))
        case events.OFFERED:
            return event.payload.get("deed") == "offered"
        case events.HANDED_OVER:
            return event.payload.get("step") == "offered" and bool(event.payload.get("to"))
    return False


TOLD_OF = (
    events.RECEIVED,
    events.ASSIGNED,
    events.LATE,
    events.MESSAGE,
    events.TRANSITIONED,
    events.NOTE,
    events.OFFERED,
    events.HANDED_OVER,
)


def meant(event: Event, case: Case) -> dict[int, str]:
    """Who is to hear of this event and why; whoever did it is not told. No query."""
    teams = roster().teams
    confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    team = able(teams[case.team_id], confidential=confidential)
    holder = case.assignee_id
    told: dict[int, str] = {}
    match event.type:
        case events.RECEIVED:
            told = {holder: Why.NEW_FOR_ME} if holder else dict.fromkeys(team, Why.NEW_FOR_TEAM)
        case events.ASSIGNED:
            told = {holder: Why.ASSIGNED} if holder else dict.fromkeys(team, Why.NEW_FOR_TEAM)
        case events.MESSAGE | events.TRANSITIONED:
            told = {holder: Why.ANSWERED} if holder else dict.fromkeys(team, Why.ANSWERED)
        case events.LATE:
            told = {holder: Why.LATE} if holder else dict.fromkeys(team, Why.LATE)
        case events.NOTE:
            told = dict.fromkeys(event.payload.get("mentions", ()), Why.MENTIONED)
        case events.OFFERED if (asked := teams.get(case.offered_to_id or 0)) is not None:
            told = dict.fromkeys(able(asked, confidential=confidential), Why.OFFERED)
        case events.HANDED_OVER:
            told = {event.payload["to"]: Why.OFFERED}
    told.pop(event.payload.get("by", 0), None)
    return {person: str(why) for person, why in told.items()}


@task()
def make_signals(event_id: int) -> int:
    """Write down who is told of this event, and enqueue the telling: now, or when their quiet hours end."""
    event = Event.objects.get(pk=event_id)
    case = Case.objects.filter(reference=event.subject.partition("/")[2]).first()
    now = timezone.now()
    if case is None or now - event.at > STALE:
        return 0
    today, known = timezone.localdate(now), roster()
    wanted = {
        person: why
        for person, why in meant(event, case).items()
        if person in listeners(event.gemeente_id) and person in known.people and not known.away(person, today)
    }
    hours = {
        one.professional_id: (one.quiet_from, one.quiet_until)
        for one in DeskSettings.objects.filter(professional_id__in=wanted)
    }
    with transaction.atomic():
        told = set(Signal.objects.filter(event_id=event_id).values_list("professional_id", flat=True))
        fresh = []
        for person in sorted(wanted.keys() - told):
            due = quiet_until(now, *hours.get(person, (None, None))) or now
            fresh.append(Signal(professional_id=person, case=case, event=event, why=wanted[person], due_at=due))
        Signal.objects.bulk_create(fresh, ignore_conflicts=True)
        for one in fresh:
            telling = tell_person if one.due_at <= now else tell_person.using(run_after=one.due_at)
            telling.enqueue(one.professional_id)
    return len(fresh)


@task()
def tell_person(professional_id: int) -> int:
    """Everything that waits for this person and may be told now, in one message to each of their browsers."""
    now = timezone.now()
    with transaction.atomic():
        waiting = Signal.objects.select_for_update().filter(
            professional_id=professional_id, sent_at=None, due_at__lte=now
        )
        ids = sorted(one.pk for one in waiting)
        if not ids:
            return 0
        Signal.objects.filter(pk__in=ids).update(sent_at=now)
        for browser in PushSubscription.objects.filter(professional_id=professional_id).order_by("pk"):
            push_signals.enqueue(browser.pk, ids)
    return len(ids)


@task()
def push_signals(subscription_id: int, signal_ids: list[int]) -> str:
    """One message to one browser; says what it did. Tried again while the push service is away, and not for long."""
    browser = PushSubscription.objects.select_related("professional__user").filter(pk=subscription_id).first()
    if browser is None:
        return "no longer listens"
    if (actor := actor_for(browser.professional.user)) is None:
        return "no longer works here"
    found = Signal.objects.filter(pk__in=signal_ids, professional_id=browser.professional_id).order_by("pk")
    signals = list(found.select_related("case"))
    if not signals or timezone.now() - max(one.sent_at or one.due_at for one in signals) > STALE:
        return "no longer news"
    # Between the event and now a case may have gone to others, or have become confidential.
    cases = Case.objects.visible_to(actor).filter(pk__in={one.case_id for one in signals}).in_bulk()
    signals = [one for one in signals if one.case_id in cases]
    if not signals:
        return "no longer theirs"
    language = browser.professional.user.language
    with translation.override(language if language in dict(settings.STAFF_LANGUAGES) else settings.LANGUAGE_CODE):
        message = message_for([(one.why, cases[one.case_id]) for one in signals])
    try:
        send_push(Browser(browser.endpoint, browser.key, browser.secret), message, topic=f"wijk-{signals[-1].pk}")
    except PushGone:
        browser.delete()
        return "gone"
    except PushRefused:
        return "refused"
    return "sent"


def message_for(told: list[tuple[str, Case]]) -> dict[str, Any]:
    """What the browser shows: a few words, a number, and the address behind it. Nothing of anybody."""
    if len({case.pk for _why, case in told}) > 1:
        many = len({case.pk for _why, case in told})
        return {
            "title": ngettext("%(many)d case asks your attention", "%(many)d cases ask your attention", many)
            % {"many": many},
            "body": "",
            "tag": "wijk-many",
            "url": "/werk/",
        }
    why, case = told[-1]
    if case.visibility == Case.Visibility.CONFIDENTIAL:
        title = _("New case") if why in {Why.NEW_FOR_ME, Why.NEW_FOR_TEAM, Why.ASSIGNED} else _("News of a case")
    else:
        place = next((row.name for row in tree().ancestors(case.area_id) if row.level != "buurt"), "")
        title = WORDS[Why(why)] % {"place": place}
    return {"title": str(title), "body": "", "tag": f"wijk-{case.reference}", "url": f"/werk/{case.reference}/"}
