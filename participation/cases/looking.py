"""Who looked at what is confidential, and why: the register, and what a team lead sees of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.actor import Actor
from core.errors import NotAllowed
from participation.cases.models import Case, Mention, View
from participation.cases.permissions import Deed, Teams, Tie, reach
from participation.cases.policies import may_do
from participation.cases.search import found_by_contact
from participation.organisations.models import Professional

ONE_LOOK = timedelta(minutes=10)
"""What an open page fetches again within this time is the same look."""


class Because(models.TextChoices):
    """How a confidential case concerns who opened it."""

    ASSIGNED = "assigned", _("it is theirs")
    HELD = "held", _("they decided whether it goes to a team")
    NAMED = "named", _("a colleague named them in a note")
    OFFERED = "offered", _("their team was asked to take it over")
    TEAM = "team", _("it is with their team")
    WHOLE = "whole", _("it is a part of their team’s case")


class Reason(models.TextChoices):
    """Why somebody asked for the resident's contact data."""

    CALL = "call", _("To call or write to the resident")
    VISIT = "visit", _("To visit the resident")
    SAFETY = "safety", _("Because somebody may be in danger")
    CHECK = "check", _("To check that it is the right person")
    OTHER = "other", _("Another reason")


def log_view(case: Case, *, actor: Actor, now: datetime, named: bool | None = None) -> None:
    """Remember that this person looked at a confidential case, and how it concerned them. One statement.

    `named`: a note names them; asked of the database when it is not known.
    """
    assert actor.professional_id is not None  # nobody else opens a case at the desk
    if named is None:
        named = Mention.objects.filter(case=case, professional_id=actor.professional_id).exists()
    table = connection.ops.quote_name(View._meta.db_table)
    at, since = (connection.ops.adapt_datetimefield_value(one) for one in (now, now - ONE_LOOK))
    same: list[int | str | datetime] = [case.pk, actor.professional_id, View.What.CASE.value]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (case_id, professional_id, what, why, remark, at) SELECT %s, %s, %s, %s, '', %s"  # noqa: S608
            f" WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE case_id = %s AND professional_id = %s AND what = %s"
            " AND at > %s)",
            [*same, _because(case, actor, named=named).value, at, *same, since],
        )


def log_looks_before(reference: str, looks: Iterable[tuple[int, datetime]]) -> None:
    """Take into the register who (a user's id) looked at a report, and when, before it was a case."""
    case = Case.objects.filter(reference=reference, visibility=Case.Visibility.CONFIDENTIAL).first()
    if case is None:
        return
    looked = list(looks)
    known = Professional.objects.filter(user__in={user for user, _at in looked})
    people = dict(known.values_list("user_id", "pk"))
    View.objects.bulk_create(
        View(case=case, professional_id=people[user], what=View.What.CASE, why=Because.HELD, remark="", at=at)
        for user, at in looked
        if user in people
    )


def log_found_by_contact(text: str, case_ids: Sequence[int], *, actor: Actor, now: datetime) -> None:
    """Remember of which of these cases this person knows by now whose they are: they searched by who reported them.

    Once per case and day. Two queries where contact data was found, else at most one.
    """
    found = found_by_contact(text, actor, case_ids)
    if not found or actor.professional_id is None:
        return
    today = _midnight(timezone.localdate(now))
    known = View.objects.filter(
        case__in=found, professional_id=actor.professional_id, what=View.What.PERSON, at__gte=today
    )
    fresh = sorted(found - set(known.values_list("case_id", flat=True)))
    View.objects.bulk_create(
        View(case_id=pk, professional_id=actor.professional_id, what=View.What.PERSON, why="", remark="", at=now)
        for pk in fresh
    )


def _because(case: Case, actor: Actor, *, named: bool) -> Because:
    if case.assignee_id == actor.professional_id:
        return Because.ASSIGNED
    if named:
        return Because.NAMED
    if case.team_id in actor.team_ids:
        return Because.TEAM
    return Because.OFFERED if case.offered_to_id in actor.team_ids else Because.WHOLE


def why_in_words(view: View) -> str:
    """The reason as a sentence: what the register says, and what the person added."""
    words = dict(Because.choices) if view.what == View.What.CASE else dict(Reason.choices)
    said = str(words.get(view.why, ""))
    return ": ".join(part for part in (said, view.remark) if part)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the register is narrowed to; days count whole, in Dutch time."""

    professional_id: int | None = None
    since: date | None = None
    until: date | None = None
    what: str = ""


def views_of(actor: Actor, wanted: Wanted) -> QuerySet[View]:
    """What was looked at in the cases of the teams this person answers for, newest first.

    Raises `NotAllowed` for someone who answers for no team. `hidden_from` says of which rows the case is not theirs
    to know.
    """
    teams = reach(actor, Deed.SEE_VIEWS, confidential=False)
    if not (teams.everywhere or teams.ids):
        raise NotAllowed(_("This page is for team leads and administrators."))
    cases = Q(case__gemeente_id=actor.gemeente_id) & _of(teams)
    if wanted.professional_id is not None:
        cases &= Q(professional_id=wanted.professional_id)
    if wanted.what:
        cases &= Q(what=wanted.what)
    if wanted.since:
        cases &= Q(at__gte=_midnight(wanted.since))
    if wanted.until:
        cases &= Q(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return View.objects.filter(cases).select_related("case__parent").order_by("-at", "-id")


def may_know(actor: Actor, view: View) -> bool:
    """Whether this person may know of which case a row speaks; for a confidential one that asks both roles."""
    return may_do(actor, Deed.SEE_VIEWS, view.case)


def _of(teams: Teams) -> Any:
    return Q() if teams.everywhere else Q(**{f"case__{Tie.HOLDER}__in": teams.ids})


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
