"""Who is back gets back what a replacement kept for them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.accounts.actor import SYSTEM
from core.events.log import record
from participation.cases import events
from participation.cases.actions.saving import save
from participation.cases.models import Case, StandIn
from participation.cases.placing import Placement, able
from participation.organisations.queries import roster

AT_ONCE = 200
"""Cases given back in one transaction."""


def give_back(*, now: datetime) -> int:
    """Return what replacements keep for people who are back; answers how many cases went back."""
    today = timezone.localdate(now)
    waiting: dict[int, list[int]] = defaultdict(list)
    ahead = Q(absence__starts_on__gt=today)  # taken over before the absence begins
    for pk, absentee in StandIn.objects.filter(ended_at=None).exclude(ahead).values_list("id", "absentee_id"):
        if roster().away(absentee, today) is None:
            waiting[absentee].append(pk)
    back = 0
    for ids in waiting.values():
        for start in range(0, len(ids), AT_ONCE):
            back += _give_back(ids[start : start + AT_ONCE], now)
    return back


@transaction.atomic
def _give_back(ids: list[int], now: datetime) -> int:
    stood = {one.case_id: one for one in StandIn.objects.filter(pk__in=ids, ended_at=None)}
    cases = Case.objects.select_for_update(of=("self",)).filter(pk__in=stood).order_by("id")
    happened = []
    for case in cases:
        one = stood[case.pk]
        team = roster().teams[case.team_id]
        confidential = case.visibility == Case.Visibility.CONFIDENTIAL
        may_return = one.absentee_id in able(team, confidential=confidential)
        if case.closed_at is None and case.assignee_id == one.replacement_id and may_return:
            case.assignee_id = one.absentee_id
            reasons = ({"code": "returned", "professional": one.replacement_id},)
            case.decision = Placement(case.team_id, case.assignee_id, reasons).as_json()
            save(case, ["assignee", "decision"], now=now)
            payload = {"team": case.team_id, "person": case.assignee_id, "status": case.status, "back": True}
            happened.append(
                events.happened(
                    case, events.ASSIGNED, actor=SYSTEM, now=now, payload={**payload, "keeper": one.replacement_id}
                )
            )
    StandIn.objects.filter(pk__in=ids, ended_at=None).update(ended_at=now)
    if happened:
        record(*happened)
    return len(happened)
