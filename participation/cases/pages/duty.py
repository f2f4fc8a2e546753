"""My duty: on duty or away, who replaces whom; for leads also the team's. Made for a phone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.accounts.actor import Actor
from core.errors import DomainError, Invalid, NotFound
from core.media.urls import photo_url
from participation.cases.actions.handover import may_hand_over, offer_handover
from participation.cases.load import open_cases_of
from participation.cases.models import Handover
from participation.cases.pages.forms import put_errors
from participation.cases.permissions import Deed, reach
from participation.organisations import hours
from participation.organisations.access import professional_of
from participation.organisations.actions import change_absence, end_absence, plan_absence
from participation.organisations.models import Absence
from participation.organisations.policies import absences_visible_to
from participation.organisations.queries import Person, TeamRow, absences_from, roster
from participation.texts.keeping import needs_account, typed_in

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
FIELDS = {"startsOn": "starts_on", "endsOn": "ends_on", "replacement": "replacement"}


class AbsenceForm(forms.Form):
    """When someone is away, and who is there instead."""

    professional = forms.TypedChoiceField(label=gettext_lazy("Who is away?"), coerce=int)
    starts_on = forms.DateField(label=gettext_lazy("First day away"), widget=DAY)
    ends_on = forms.DateField(label=gettext_lazy("Last day away"), widget=DAY)
    replacement = forms.TypedChoiceField(
        label=gettext_lazy("Who replaces you?"),
        help_text=gettext_lazy("New work goes to them, and comes back to you when you return."),
        coerce=int,
        required=False,
        empty_value=None,
    )
    hand_over = forms.BooleanField(
        label=gettext_lazy("Also offer the open cases to the replacement"),
        required=False,
    )

    def __init__(self, *args: Any, people: list[Person], colleagues: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["professional"].choices = [(one.id, one.name) for one in people]  # type: ignore[attr-defined]
        self.fields["replacement"].choices = [  # type: ignore[attr-defined]
            ("", _("Nobody")),
            *((one.id, f"{one.name}, {one.role}") for one in colleagues),
        ]
        if len(people) == 1:
            self.fields["professional"].widget = forms.HiddenInput()
        else:
            self.fields["replacement"].label = _("Who replaces them?")
            self.fields["replacement"].help_text = _("New work goes there, and comes back when the absence ends.")


class ChangeForm(forms.Form):
    """Another last day or replacement."""

    ends_on = forms.DateField(label=gettext_lazy("Last day away"), widget=DAY)
    replacement = forms.TypedChoiceField(
        label=gettext_lazy("Replacement"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args: Any, colleagues: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replacement"].choices = [  # type: ignore[attr-defined]
            ("", _("Nobody")),
            *((one.id, f"{one.name}, {one.role}") for one in colleagues),
        ]


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: HttpRequest) -> HttpResponse:
    """Who is there today, and planning to be away."""
    actor = professional_of(request)
    today = timezone.localdate()
    team = chosen_team(request, actor)
    me = _me(actor)
    people = [me, *(one for one in members(team) if one.id != me.id)] if team else [me]
    colleagues = sorted({one.id: one for one in [*_colleagues(me), *people]}.values(), key=lambda one: one.name)
    form = AbsenceForm(
        typed_in(request) or None,
        people=people,
        colleagues=[one for one in colleagues if team or one.id != me.id],
        initial={"professional": me.id, "starts_on": today, "ends_on": today},
    )
    if request.method == "POST" and form.is_valid() and _plan(request, form, actor):
        return redirect(request.get_full_path())
    absences = absences_from(actor, today)
    replaced = {pk for pk, _away in _replaced_by(me.id, today)}
    open_cases = open_cases_of(actor, [me.id, *replaced])
    mine = [one for one in absences if one.professional_id == me.id]
    return render(
        request,
        "desk/duty.html",
        {
            "actor": actor,
            "me": me,
            "today": today,
            "now": next((one for one in mine if one.starts_on <= today), None),
            "hours_today": hours.on(me.hours, today),
            "week": _week(me, today),
            "coming": [_with_gap(one, today) for one in mine if one.starts_on > today],
            "replaces": [
                {
                    "person": roster().people[pk],
                    "photo": face(roster().people[pk]),
                    "away": away,
                    "now": away.starts_on <= today,
                    "open": open_cases.get(pk, 0),
                }
                for pk, away in _replaced_by(me.id, today)
            ],
            "open": open_cases.get(me.id, 0),
            "form": form,
            "team": team,
            "teams": led_teams(actor),
            "members": [_member(one, today) for one in members(team)] if team else [],
            "absences": [_with_gap(one, today) for one in absences if team and one.professional_id in _ids(team)],
        },
    )


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest, absence_id: int) -> HttpResponse:
    """One absence: another last day or replacement."""
    actor = professional_of(request)
    row = absences_visible_to(actor).select_related("professional", "replacement").filter(pk=absence_id).first()
    if row is None:
        raise NotFound
    person = roster().people.get(row.professional_id)
    form = ChangeForm(
        typed_in(request) or None,
        colleagues=_colleagues(person) if person else [],
        initial={"ends_on": row.ends_on, "replacement": row.replacement_id or ""},
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_absence(
                absence_id=row.pk,
                ends_on=form.cleaned_data["ends_on"],
                replacement_id=form.cleaned_data["replacement"],
                actor=actor,
                now=timezone.now(),
            )
        except Invalid as error:
            put_errors(form, error, FIELDS)
        else:
            messages.success(request, _("The absence is changed."))
            return redirect("desk_duty")
    return render(request, "desk/absence.html", {"absence": row, "form": form})


@login_required
@require_POST
def back(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Back from today on, or not going after all."""
    end_absence(absence_id=absence_id, actor=professional_of(request), now=timezone.now())
    messages.success(request, _("Welcome back. Work that was kept comes back by itself within a few minutes."))
    return redirect("desk_duty")


def face(person: Person) -> str | None:
    """The address of someone's photo."""
    return photo_url(person.photo_id, "thumb") if person.photo_id else None


def led_teams(actor: Actor) -> list[TeamRow]:
    """The teams whose absences this person plans, by name."""
    return teams_within(actor, Deed.LEAD)


def teams_within(actor: Actor, deed: Deed) -> list[TeamRow]:
    """The teams with whose work this person may do `deed`, by organisation and name."""
    within = reach(actor, deed, confidential=False)
    rows = [one for one in roster().teams.values() if one.gemeente_id == actor.gemeente_id and one.id in within]
    return sorted(rows, key=lambda one: (one.organisation, one.name, one.id))


def chosen_team(request: HttpRequest, actor: Actor, deed: Deed = Deed.LEAD) -> TeamRow | None:
    """The team named in the address, else the first one; None for who leads none."""
    teams = teams_within(actor, deed)
    wanted = request.GET.get("team", "")
    if wanted and all(one.slug != wanted for one in teams):
        raise NotFound
    own = sorted(teams, key=lambda one: (one.id not in actor.lead_team_ids, one.id not in actor.team_ids))
    return next((one for one in teams if one.slug == wanted), own[0] if own else None)


def members(team: TeamRow) -> list[Person]:
    """The team's people with an account, by name."""
    people = roster().people
    found = [people[one.professional_id] for one in team.members if one.professional_id in people]
    return sorted(found, key=lambda one: (one.name, one.id))


def _plan(request: HttpRequest, form: AbsenceForm, actor: Actor) -> bool:
    """Plan it, and offer the open cases when asked; False leaves the errors with the form."""
    wanted, now = form.cleaned_data, timezone.now()
    try:
        plan_absence(
            professional_id=wanted["professional"],
            starts_on=wanted["starts_on"],
            ends_on=wanted["ends_on"],
            replacement_id=wanted["replacement"],
            actor=actor,
            now=now,
        )
    except Invalid as error:
        put_errors(form, error, FIELDS)
        return False
    messages.success(request, _("The absence is planned."))
    instead = roster().people.get(wanted["replacement"] or 0)
    if instead and (away := roster().away(instead.id, wanted["starts_on"])):
        messages.warning(
            request,
            _("%(name)s is away then too, until %(day)s. Whoever replaces them gets the work; else the team.")
            % {"name": instead.name, "day": date_format(away.ends_on, "j F")},
        )
    if instead and wanted["hand_over"]:
        _offer_all(request, wanted["professional"], instead, actor)
    return True


def _offer_all(request: HttpRequest, professional_id: int, instead: Person, actor: Actor) -> None:
    if not may_hand_over(actor, professional_id).exists():
        return
    try:
        handover = offer_handover(
            from_id=professional_id,
            to_id=instead.id,
            why=Handover.Why.ABSENCE,
            actor=actor,
            now=timezone.now(),
        )
    except DomainError as error:
        detail = " ".join(str(one.detail) for one in error.errors) if isinstance(error, Invalid) else error.message
        messages.warning(request, _("The open cases were not offered: %(why)s") % {"why": detail})
        return
    count = handover.items.count()
    messages.success(
        request,
        ngettext(
            "%(count)d open case is offered to %(name)s. Until they accept, it stays where it is.",
            "%(count)d open cases are offered to %(name)s. Until they accept, they stay where they are.",
            count,
        )
        % {"count": count, "name": instead.name},
    )


def _me(actor: Actor) -> Person:
    me = roster().people.get(actor.professional_id or 0)
    if me is None:
        raise NotFound
    return me


def _colleagues(person: Person) -> list[Person]:
    """Who shares a team with this person: only they can open its cases."""
    people = roster().people
    ids = {
        other.professional_id
        for team in roster().teams.values()
        if any(one.professional_id == person.id for one in team.members)
        for other in team.members
    }
    return sorted((people[pk] for pk in ids - {person.id} if pk in people), key=lambda one: (one.name, one.id))


def _ids(team: TeamRow) -> set[int]:
    return {one.professional_id for one in team.members}


def _replaced_by(professional_id: int, today: date) -> list[tuple[int, Any]]:
    """Whom this person replaces, now or later; soonest first."""
    found = [
        (pk, away)
        for pk, rows in roster().absences.items()
        if pk in roster().people
        for away in rows
        if away.replacement_id == professional_id and away.ends_on >= today
    ]
    return sorted(found, key=lambda one: (one[1].starts_on, one[0]))


def _week(person: Person, today: date) -> list[dict[str, Any]]:
    """The hours of the week that today lies in."""
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    return [
        {"name": WEEKDAYS[day.weekday()], "day": day, "hours": hours.on(person.hours, day), "today": day == today}
        for day in days
        if day.weekday() < 5 or hours.on(person.hours, day)
    ]


def _member(person: Person, today: date) -> dict[str, Any]:
    away = roster().away(person.id, today)
    return {
        "person": person,
        "hours": hours.on(person.hours, today),
        "works": hours.works_on(person.hours, today),
        "away": away,
        "instead": roster().replacement(person.id, today) if away else None,
    }


def _with_gap(row: Absence, today: date) -> dict[str, Any]:
    """An absence, and whether its replacement is away in those days too."""
    gaps = [
        away
        for away in roster().absences.get(row.replacement_id or 0, ())
        if away.starts_on <= row.ends_on and away.ends_on >= max(row.starts_on, today)
    ]
    return {"row": row, "now": row.starts_on <= today, "gap": gaps[0] if gaps else None}
