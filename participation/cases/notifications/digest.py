"""The digest by e-mail: what is new, late or waits for an answer, as numbers and links.

Never what a resident wrote, and of a confidential case only that there is one. Who is away gets none: the work
goes to a replacement, who hears of it in their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks import task

from core.accounts.actor import Actor
from core.areas.queries import tree
from core.areas.tenancy import site_of
from core.notify.mail import send_mail
from participation.cases.inbox import CaseFilter, everything
from participation.cases.models import Case, DeskSettings, Mention, Signal
from participation.cases.notifications.quiet import digest_since, quiet_until
from participation.cases.notifications.signals import KEPT
from participation.organisations.access import actor_for
from participation.organisations.models import Professional
from participation.organisations.queries import roster
from participation.routing.queries import config

LOOK_EVERY = 300
"""Seconds between two looks at whose digest is due."""
NAMED = 10
"""Cases of a group that are named; of the rest only the number is told."""


@dataclass(frozen=True, slots=True)
class Group:
    """One heading of the digest. `fresh`: how many came in since the last one."""

    name: str
    count: int
    fresh: int
    cases: tuple[dict[str, str], ...]


@task()
def send_digests() -> int:
    """Enqueue every digest that is due now, each once whatever the number of workers; answers how many."""
    now = timezone.now()
    today, known = timezone.localdate(now), roster()
    Signal.objects.filter(due_at__lt=now - KEPT).delete()
    _give_everyone_settings()
    owed = 0
    wanted = DeskSettings.objects.exclude(digest=DeskSettings.Digest.OFF).order_by("pk")
    for one in wanted.only("digest", "digest_sent_at", "quiet_from", "quiet_until"):
        person = known.people.get(one.pk)
        if person is None or known.away(one.pk, today) or quiet_until(now, one.quiet_from, one.quiet_until):
            continue
        closed = config(person.gemeente_id).closed_days
        since = digest_since(one.digest, one.digest_sent_at, now, closed=closed)
        if since is None:
            continue
        with transaction.atomic():
            # Of two workers at once, one finds the moment as it was read.
            mine = DeskSettings.objects.filter(pk=one.pk, digest=one.digest)
            was = Q(digest_sent_at__isnull=True) if one.digest_sent_at is None else Q(digest_sent_at=one.digest_sent_at)
            if mine.filter(was).update(digest_sent_at=now):
                mail_digest.enqueue(one.pk, since.isoformat(), now.isoformat())
                owed += 1
    return owed


def _give_everyone_settings() -> None:
    """Whoever chose nothing gets what everyone gets. The accounts of a demonstration read no mail unless asked."""
    without = Professional.objects.filter(desk_settings__isnull=True, user__is_active=True, user__is_demo=False)
    DeskSettings.objects.bulk_create(
        [DeskSettings(professional_id=pk) for pk in without.values_list("pk", flat=True)], ignore_conflicts=True
    )


@task()
def mail_digest(professional_id: int, since: str, until: str) -> str:
    """One digest of what happened in this time; says what it did."""
    found = Professional.objects.select_related("user", "desk_settings").filter(pk=professional_id).first()
    if found is None or not found.user.is_active or not found.user.email:
        return "no address"
    if (actor := actor_for(found.user)) is None:
        return "no longer works here"
    groups = digest(actor, datetime.fromisoformat(since), datetime.fromisoformat(until))
    hourly = found.desk_settings.digest == DeskSettings.Digest.HOURLY
    if not any(one.fresh if hourly else one.count for one in groups):
        return "nothing to tell"
    site = site_of(found.gemeente_id)
    language = found.user.language
    send_mail(
        to=found.user.email,
        template="desk_digest",
        context={
            "name": found.name,
            "hourly": hourly,
            "groups": [one for one in groups if one.count],
            "site": site,
            "settings_address": f"{site}/werk/instellingen/",
        },
        language=language if language in dict(settings.STAFF_LANGUAGES) else settings.LANGUAGE_CODE,
        gemeente_id=found.gemeente_id,
        key=f"digest-{professional_id}-{until}",
    )
    return "sent"


def digest(actor: Actor, since: datetime, until: datetime) -> list[Group]:
    """What asks this person's attention at `until`; nine queries at most."""
    mine = Q(assignee_id=actor.professional_id) | Q(assignee__isnull=True)
    own = Case.objects.visible_to(actor).filter(mine, team_id__in=sorted(actor.team_ids), closed_at__isnull=True)
    offered = everything(actor, CaseFilter(view="handovers"), until)
    named = Mention.objects.filter(professional_id=actor.professional_id or 0, seen_at=None)
    mentioned = Case.objects.visible_to(actor).filter(pk__in=named.values("case_id"))
    fresh_mention = Q(pk__in=named.filter(note__created_at__gt=since).values("case_id"))
    return [
        _group("new", own.filter(created_at__gt=since, created_at__lte=until), Q(), "-created_at"),
        _group("late", own.filter(due_at__lt=until), Q(due_at__gt=since), "due_at"),
        _group("handovers", offered, Q(updated_at__gt=since), "-updated_at"),
        _group("mentions", mentioned, fresh_mention, "-updated_at"),
    ]


def _group(name: str, cases: QuerySet[Case], fresh: Q, ordering: str) -> Group:
    count = cases.count()
    if not count:
        return Group(name, 0, 0, ())
    rows = cases.order_by(ordering, "-id").values_list("reference", "visibility", "area_id")[:NAMED]
    return Group(name, count, cases.filter(fresh).count(), tuple(_named(*row) for row in rows))


def _named(reference: str, visibility: str, area_id: int) -> dict[str, Any]:
    confidential = visibility == Case.Visibility.CONFIDENTIAL
    place = next((row.name for row in tree().ancestors(area_id) if row.level != "buurt"), "")
    return {"reference": reference, "place": "" if confidential else place}
