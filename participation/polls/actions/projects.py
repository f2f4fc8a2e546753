"""Projects for a budget: proposed by residents, checked by the team; what can be done is voted on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.media.actions import claim_photos
from participation.polls.actions.adopting import budget_of
from participation.polls.actions.making import tidy, too_long
from participation.polls.actions.saving import clean, hold_both, save
from participation.polls.events import PROJECT, tell
from participation.polls.models import Project
from participation.polls.permissions import Deed
from participation.polls.tasks import telling
from participation.texts.screening import marks_of

TEXTS = {"title": 120, "what": 2000, "alt": 160, "name": 60}
MOST_OF_ONE = 5
"""Projects one resident proposes for one budget."""


@transaction.atomic
def propose_project(
    *, slug: str, values: Mapping[str, Any], photo: UUID | None = None, actor: Actor, now: datetime
) -> Project:
    """Propose a project. `values`: `title`, `what`, maybe `cents` (an estimate), `name` (how the resident is called in
    public), `alt`, and `initiative` (the slug of a public one)."""
    poll, _case = hold_both(actor, slug, Deed.PROPOSE_PROJECT)
    wrong: list[FieldError] = []
    fields: dict[str, Any] = {}
    for name, most in TEXTS.items():
        fields[name] = tidy(values.get(name, ""))
        if len(fields[name]) > most:
            wrong.append(too_long(name, most))
    for name, told in (("title", _("Give the idea a name.")), ("what", _("Tell what you want to do."))):
        if not fields[name]:
            wrong.append(FieldError(name, "required", told))
        elif actor.resident_id is not None and marks_of(poll.gemeente_id, fields[name]):
            wrong.append(FieldError(name, "blocked", _("There are words in it that we do not show to everybody.")))
    budget = budget_of(poll)
    cents = values.get("cents")
    if cents is not None and budget is not None and cents > (budget.cents or 0):
        wrong.append(FieldError("cents", "too-much", _("This costs more than there is to divide.")))
    initiative = str(values.get("initiative") or "")
    if initiative and not _is_public(initiative, poll.gemeente_id):
        wrong.append(FieldError("initiative", "unknown", _("We cannot find this initiative.")))
    if wrong:
        raise Invalid(*wrong)
    if actor.resident_id is not None:
        if poll.projects.filter(resident_id=actor.resident_id).count() >= MOST_OF_ONE:
            raise Conflict(_("You proposed %(many)d ideas already. Leave room for others.") % {"many": MOST_OF_ONE})
    else:
        fields["name"] = ""
    photos = claim_photos(ids=[photo] if photo else [], gemeente_id=poll.gemeente_id, now=now)
    project = Project.objects.create(
        poll=poll,
        resident_id=actor.resident_id,
        cents=cents,
        initiative=initiative,
        photo=photos[0] if photos else None,
        created_at=now,
        **fields,
    )
    save(poll, now=now)
    tell(poll, PROJECT, actor=actor, now=now, payload={"project": project.pk})
    return project


@transaction.atomic
def check_project(
    *,
    slug: str,
    project_id: int,
    state: str,
    reason: str = "",
    cents: int | None = None,
    actor: Actor,
    now: datetime,
) -> Project:
    """Say whether it can be done: with what it costs, or with the reason why not. Both can be said again."""
    poll, _case = hold_both(actor, slug, Deed.CHECK_PROJECT)
    project = Project.objects.select_for_update(of=("self",)).filter(poll=poll, pk=project_id).first()
    if project is None:
        raise NotFound
    if state not in {Project.State.FITS, Project.State.REFUSED}:
        raise Invalid(FieldError("state", "unknown", _("Choose from the list.")))
    refused = state == Project.State.REFUSED
    reason = clean(reason, "reason", needed=_("Say why. Everybody can read it.") if refused else "", longest=1000)
    cents = cents if cents is not None else project.cents
    if not refused:
        budget = budget_of(poll)
        if cents is None:
            raise Invalid(FieldError("cents", "required", _("Say what it costs.")))
        if budget is not None and cents > (budget.cents or 0):
            raise Invalid(FieldError("cents", "too-much", _("This costs more than there is to divide.")))
    project.state, project.reason, project.cents, project.checked_at = state, reason, cents, now
    project.save(update_fields=["state", "reason", "cents", "checked_at"])
    save(poll, now=now)
    tell(poll, PROJECT, actor=actor, now=now, payload={"project": project.pk, "state": state})
    telling.owe_checked(project)
    return project


def _is_public(slug: str, gemeente_id: int) -> bool:
    """Whether there is such an initiative that everybody may read; a room beside this one, so by its name."""
    known = apps.get_model("initiatives", "Initiative")._default_manager
    return bool(known.filter(slug=slug, gemeente_id=gemeente_id, published_at__isnull=False).exists())
