"""Carrying out an import that was looked at: in the background, some people at a time, each time compared anew."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django_tasks import task

from core.accounts.actor import Actor
from core.accounts.models import User
from core.errors import Invalid
from core.events.log import Happened, record
from participation.organisations.imports import Person, changes_of, compare, differences
from participation.organisations.invitations import Invitee, Place, Reach, invite
from participation.organisations.joining import PeopleImport
from participation.organisations.models import Membership, Professional, WorksIn

BATCH = 50
"""People per transaction: short enough that nobody waits for the locks."""
KEEP_PREVIEWS = timedelta(days=7)


def start(*, import_id: int, sends_invitations: bool) -> None:
    """Owe the work. Once: a second click finds it running."""
    with transaction.atomic():
        waiting = PeopleImport.objects.select_for_update().filter(pk=import_id, state=PeopleImport.State.PREVIEW)
        if held := waiting.first():
            held.state, held.sends_invitations, held.done = PeopleImport.State.RUNNING, sends_invitations, 0
            held.counts = {}
            held.total = len(held.rows)
            held.save(update_fields=["state", "sends_invitations", "done", "counts", "total"])
            carry_out.enqueue(held.pk)


@task()
def carry_out(import_id: int) -> None:
    """From where it was; a task that died goes on with the next batch."""
    found = PeopleImport.objects.select_related("uploaded_by").filter(pk=import_id).first()
    if found is None:
        return
    with translation.override(found.uploaded_by.language):
        while _carry_out_some(import_id):
            pass


def _carry_out_some(import_id: int) -> bool:
    """One batch, in one transaction with how far it got; False when all is done."""
    with transaction.atomic():
        held = PeopleImport.objects.select_for_update().get(pk=import_id)
        if held.state != PeopleImport.State.RUNNING:
            return False
        people = [Person(**row) for row in held.rows[held.done : held.done + BATCH]]
        compare(people, held.gemeente_id)
        counts = Counter({name: number for name, number in held.counts.items() if name != "wrongs"})
        wrongs = held.counts.get("wrongs", [])
        for person in people:
            if person.outcome == "new":
                _invite(person, held)
            elif person.outcome == "changed":
                _change(person, held)
            counts[person.outcome] += 1
            if person.outcome == "wrong":
                wrongs.append({"lines": person.lines, "notes": person.notes})
        held.counts, held.done = dict(counts) | {"wrongs": wrongs}, held.done + len(people)
        if not people:
            # Whoever came in is in the tables now; of the others only the lines and reasons stay.
            held.state, held.rows = PeopleImport.State.DONE, []
        held.save(update_fields=["counts", "done", "rows", "state"] if not people else ["counts", "done"])
    return bool(people)


def _invite(person: Person, held: PeopleImport) -> None:
    reach = Reach(actor=_actor(held), gemeente_id=held.gemeente_id, team_ids=None)
    invitee = Invitee(
        email=person.email,
        name=person.name,
        called=person.called,
        role=person.role,
        places=[
            Place(team_id=place["team_id"], role=place["role"], confidential=place["confidential"])
            for place in person.places
        ],
    )
    try:
        with transaction.atomic():
            invitation = invite(reach=reach, invitee=invitee, send=held.sends_invitations, now=timezone.now())
    except Invalid as error:
        person.outcome, person.notes = "wrong", [str(one.detail) for one in error.errors]
        return
    _facts(person, invitation.professional)


def _change(person: Person, held: PeopleImport) -> None:
    user = User.objects.select_for_update().get(email__iexact=person.email)
    professional = Professional.objects.select_for_update().get(user=user)
    members = {one.team_id: one for one in Membership.objects.filter(professional=professional)}
    works = set(WorksIn.objects.filter(professional=professional).values_list("area_id", flat=True))
    if not differences(person, user, professional, members, works):
        person.outcome, person.notes = "unchanged", []
        return
    if person.name and person.name != user.name:
        user.name = person.name
        user.save(update_fields=["name"])
    professional.name, professional.role = person.called or professional.name, person.role or professional.role
    professional.save(update_fields=["name", "role"])
    for place in person.places:
        member = members.get(place["team_id"])
        if member is None:
            Membership.objects.create(
                professional=professional,
                team_id=place["team_id"],
                role=place["role"],
                confidential=place["confidential"],
            )
        elif changes := changes_of(place, member):
            Membership.objects.filter(pk=member.pk).update(**changes)
    _facts(person, professional)
    _record(professional, held, timezone.now())


def _facts(person: Person, professional: Professional) -> None:
    """Languages, areas and whether residents see them; empty cells change nothing."""
    if person.languages:
        professional.languages = person.languages
    if person.public is not None:
        professional.is_public = person.public
    professional.save(update_fields=["languages", "is_public"])
    if person.areas:
        professional.areas.set(person.areas)


def _actor(held: PeopleImport) -> Actor:
    return Actor(kind="professional", user_id=held.uploaded_by_id, gemeente_id=held.gemeente_id)


def _record(professional: Professional, held: PeopleImport, now: datetime) -> None:
    record(
        Happened(
            type="professional.changed",
            subject=f"professional/{professional.pk}",
            version=0,
            actor=_actor(held),
            at=now,
            audience="team",
            gemeente_id=professional.gemeente_id,
        )
    )


@task()
def forget_previews() -> int:
    """Delete files that nobody carried out within a week; returns how many."""
    old = PeopleImport.objects.filter(state=PeopleImport.State.PREVIEW, created_at__lt=timezone.now() - KEEP_PREVIEWS)
    return old.delete()[0]
