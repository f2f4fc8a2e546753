"""Sending a draft in: from then on it is a case, and somebody is responsible for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.areas.queries import tree
from core.errors import Conflict, FieldError, Invalid
from core.events.log import record
from participation.cases.actions import Opening, open_case, summary_of
from participation.cases.events import RECEIVED
from participation.cases.events import happened as case_happened
from participation.cases.models import Case
from participation.cases.search import index
from participation.initiatives.actions.drafting import NEEDED, REQUIRED
from participation.initiatives.actions.saving import save
from participation.initiatives.events import STEP, happened
from participation.initiatives.models import Initiative, StepTaken
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.queries.subject import written
from participation.initiatives.states import STEPS, Stage
from participation.initiatives.tasks.coaching import owe_to_group
from participation.routing.queries import config


@transaction.atomic
def submit_initiative(slug: str, actor: Actor, now: datetime) -> Initiative:
    """Send a draft to the professionals: it is an idea now, and a case that the rules give a team and maybe a person.

    Raises `Invalid` with everything that still has to be told, `Conflict` for one that was sent already.
    """
    initiative = get_initiative_for(actor, slug, Deed.SUBMIT, lock=True)
    if initiative.stage not in STEPS["submit"].sources:
        raise Conflict(_("This plan was sent already."))
    missing = [
        FieldError(name, "required", str(NEEDED[name]))
        for name in REQUIRED
        if not getattr(initiative, f"{name}_id" if name == "area" else name)
    ]
    if missing:
        raise Invalid(*missing)
    chain = tree().ancestors(initiative.area_id or 0)
    if not chain or chain[-1].id != initiative.gemeente_id:
        raise Invalid(FieldError("area", "unknown", _("Choose the quarter it is for.")))
    category = next(iter(config(initiative.gemeente_id).initiatives()), None)
    if category is None:
        raise Conflict(_("Initiatives cannot be sent here yet. Your draft is kept."))
    words = written(initiative)
    case = open_case(
        Opening(
            kind=Case.Kind.INITIATIVE,
            category=category,
            chain=chain,
            lat=initiative.lat,
            lon=initiative.lon,
            address=initiative.address,
            summary=summary_of(initiative.title),
            language=initiative.language,
            visibility=Case.Visibility.LIMITED,
        ),
        riders=lambda case: (index(case, texts=words.texts, contact=words.contact),),
        now=now,
    )
    initiative.case = case
    save(initiative, {"case": case, "stage": Stage.IDEA, "stage_since": now, "submitted_at": now}, now=now)
    StepTaken.objects.create(
        initiative=initiative,
        name="submit",
        from_stage=Stage.DRAFT,
        to_stage=Stage.IDEA,
        member=initiative.members.filter(resident_id=actor.resident_id or 0, left_at=None).first(),
        at=now,
    )
    step = {"step": "submit", "from": Stage.DRAFT.value, "to": Stage.IDEA.value}
    record(
        case_happened(case, RECEIVED, actor=actor, now=now, payload={"person": case.assignee_id}),
        happened(initiative, STEP, actor=actor, now=now, payload=step | {"along": True}),
    )
    owe_to_group("received", initiative, initiative.pk)
    return initiative
