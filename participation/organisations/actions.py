"""Every change of organisations that is not plain administration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.events.log import Happened, record
from participation.organisations.models import Absence, Organisation, Professional, Team
from participation.organisations.policies import absences_visible_to, get_plannable

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LONGEST_ABSENCE = timedelta(days=2 * 366)
after_absence: list[Callable[[], object]] = []
"""Called in the transaction that ends or changes an absence (to enqueue what is owed to who is back)."""


def create_team(
    *,
    organisation_id: int,
    name: str,
    slug: str = "",
    is_catch_all: bool = False,
    picks_person: bool = True,
    actor: Actor,
    now: datetime,
) -> Team:
    """A team of an organisation, with its streams. Raises `Invalid` on a double name or second catch-all."""
    with transaction.atomic():
        organisation = Organisation.objects.filter(pk=organisation_id).first()
        if organisation is None or (actor.kind != "system" and actor.gemeente_id != organisation.gemeente_id):
            raise NotFound
        team = Team(
            gemeente_id=organisation.gemeente_id,
            organisation=organisation,
            name=name.strip(),
            slug=slug or slugify(name)[:60],
            is_catch_all=is_catch_all,
            picks_person=picks_person,
        )
        teams = Team.objects.filter(gemeente_id=team.gemeente_id)
        errors = []
        if not team.name or not team.slug:
            errors.append(FieldError("name", "required", _("Give the team a name.")))
        elif teams.filter(slug=team.slug).exists():
            errors.append(FieldError("name", "taken", _("There is a team with this name already.")))
        if is_catch_all and teams.filter(is_catch_all=True).exists():
            errors.append(
                FieldError(
                    "isCatchAll", "taken", _("Another team of this municipality already receives what no rule covers.")
                )
            )
        if errors:
            raise Invalid(*errors)
        team.save()
        _record("team.created", f"team/{team.pk}", team.gemeente_id, actor, now)
    return team


def plan_absence(
    *,
    professional_id: int,
    starts_on: date,
    ends_on: date,
    replacement_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Absence:
    """Write down that someone is away, both days included. One's own, or as lead of their team."""
    with transaction.atomic():
        professional = get_plannable(actor, professional_id)
        Professional.objects.select_for_update().get(pk=professional.pk)
        errors = _wrong_days(professional, starts_on, ends_on, now) + _wrong_replacement(replacement_id, professional)
        if errors:
            raise Invalid(*errors)
        absence = Absence.objects.create(
            professional=professional, starts_on=starts_on, ends_on=ends_on, replacement_id=replacement_id
        )
        _record("absence.planned", f"absence/{absence.pk}", professional.gemeente_id, actor, now)
    return absence


def end_absence(*, absence_id: int, actor: Actor, now: datetime) -> None:
    """Back from today on. An absence that has not begun disappears; one that is over stays as it was."""
    with transaction.atomic():
        visible = absences_visible_to(actor).filter(pk=absence_id)
        gemeente_id = visible.values_list("professional__gemeente_id", flat=True).first()
        if gemeente_id is None:
            raise NotFound
        held = Absence.objects.select_for_update().get(pk=absence_id)
        today = now.astimezone(AMSTERDAM).date()
        if held.ends_on < today:
            return
        if held.starts_on >= today:
            held.delete()
        else:
            held.ends_on = today - timedelta(days=1)
            held.save(update_fields=["ends_on"])
        _record("absence.ended", f"absence/{absence_id}", gemeente_id, actor, now)
        for tell in after_absence:
            tell()


def change_absence(
    *, absence_id: int, ends_on: date, replacement_id: int | None, actor: Actor, now: datetime
) -> Absence:
    """Another last day or replacement of an absence that is not over."""
    with transaction.atomic():
        if not absences_visible_to(actor).filter(pk=absence_id).exists():
            raise NotFound
        held = Absence.objects.select_for_update(of=("self",)).select_related("professional").get(pk=absence_id)
        if held.ends_on < now.astimezone(AMSTERDAM).date():
            raise Conflict(_("This absence is over already. Plan a new one."))
        errors = _wrong_days(held.professional, held.starts_on, ends_on, now, held.pk)
        errors += _wrong_replacement(replacement_id, held.professional)
        if errors:
            raise Invalid(*errors)
        held.ends_on, held.replacement_id = ends_on, replacement_id
        held.save(update_fields=["ends_on", "replacement"])
        _record("absence.changed", f"absence/{absence_id}", held.professional.gemeente_id, actor, now)
        for tell in after_absence:
            tell()
    return held


def _wrong_days(
    professional: Professional, starts_on: date, ends_on: date, now: datetime, known: int | None = None
) -> list[FieldError]:
    """`known`: the absence itself, which may lie in its own days."""
    if ends_on < starts_on:
        return [FieldError("endsOn", "before-start", _("The last day away cannot be before the first."))]
    if ends_on < now.astimezone(AMSTERDAM).date():
        return [FieldError("endsOn", "past", _("This absence is over already. Choose days from today on."))]
    if starts_on > now.astimezone(AMSTERDAM).date() + LONGEST_ABSENCE:
        return [FieldError("startsOn", "out-of-reach", _("Choose a first day within two years."))]
    if ends_on - starts_on > LONGEST_ABSENCE:
        return [FieldError("endsOn", "too-long", _("An absence can last two years at most."))]
    others = Absence.objects.filter(professional=professional, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if others.exclude(pk=known or 0).exists():
        return [FieldError("startsOn", "overlap", _("There is an absence in these days already."))]
    return []


def _wrong_replacement(replacement_id: int | None, professional: Professional) -> list[FieldError]:
    if replacement_id is None:
        return []
    if replacement_id == professional.pk:
        return [FieldError("replacement", "self", _("Someone else must replace them."))]
    if not _can_replace(replacement_id, professional):
        problem = _("Choose a colleague who works in the same team as replacement.")
        return [FieldError("replacement", "unknown", problem)]
    return []


def _can_replace(replacement_id: int, professional: Professional) -> bool:
    """A replacement shares a team: only a member of the team can open its cases."""
    return Professional.objects.filter(
        pk=replacement_id,
        gemeente_id=professional.gemeente_id,
        user__is_active=True,
        memberships__team__memberships__professional=professional,
    ).exists()


def _record(what: str, subject: str, gemeente_id: int, actor: Actor, now: datetime) -> None:
    record(
        Happened(type=what, subject=subject, version=0, actor=actor, at=now, audience="team", gemeente_id=gemeente_id)
    )
