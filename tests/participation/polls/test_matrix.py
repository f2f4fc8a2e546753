"""Who may do what in which stage: every role, stage and deed, tried over HTTP and in the policies.

What is expected follows from the tables alone (`permissions.MATRIX`, `states.STEPS`, `states.ALLOWS`); the answers come
from the addresses people use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from core.accounts.actor import Actor
from core.errors import Conflict, NotAllowed, NotFound
from participation.cases.models import Case
from participation.organisations.models import Mandate, Membership
from participation.polls.models import Poll
from participation.polls.permissions import MATRIX, Deed, Role, may
from participation.polls.policies import deeds_for, get_poll_for, roles_of
from participation.polls.states import ENDED, OVER, PUBLIC, STEPS, Stage
from tests.participation.polls.conftest import prepared
from tests.support.residents import signed_in
from tests.support.world import HOST_A, World

pytestmark = pytest.mark.django_db

BUDGET = {
    "kind": "budget",
    "title": "Wat doen we?",
    "cents": 100_000,
    "form": "approval",
    "rule": "equal-shares",
    "options": [{"label": "Bankjes", "cents": 20_000}],
}
STAFF = ("colleague", "municipality admin", "other team", "auditor", "other municipality")
OF_TEAM = {"colleague", "municipality admin"}


@dataclass
class People:
    """Who there is: the browser of each, who they are to an action, and the roles the tables give them."""

    poll: Poll
    world: World
    browsers: dict[str, Client] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    roles: dict[str, set[Role]] = field(default_factory=dict)

    def put(self, stage: Stage) -> Poll:
        """Set the stage, and the case as it goes with it."""
        now = timezone.now()
        ended = now if stage in ENDED else None
        status = {Stage.PROPOSED: "received", Stage.ANSWERED: "resolved"}.get(stage, "assigned")
        status = "unresolved" if stage in {Stage.DECLINED, Stage.STOPPED} else status
        Case.objects.filter(pk=self.poll.case_id).update(status=status, closed_at=ended)
        Poll.objects.filter(pk=self.poll.pk).update(
            stage=stage,
            salt="5" * 32 if stage == Stage.OPEN else "",
            published_at=now if stage in PUBLIC else None,
            closed_at=now if stage in OVER else None,
            answered_at=now if stage == Stage.ANSWERED else None,
        )
        self.poll = Poll.objects.select_related("case").get(pk=self.poll.pk)
        return self.poll


@pytest.fixture
def people(neighbourhood: World) -> People:
    world = neighbourhood
    now = timezone.now()
    poll = prepared(
        world, questions=[BUDGET], opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=20), at_desk=True
    )
    here = People(poll, world)
    for name in ("neighbour", "proposer"):
        browser = Client()
        row = signed_in(browser, f"{name}@example.nl", name=name.title())
        here.browsers[name] = browser
        here.actors[name] = Actor(kind="resident", gemeente_id=world.a.pk, resident_id=row.pk)
        here.roles[name] = {Role.VISITOR, Role.RESIDENT} | ({Role.PROPOSER} if name == "proposer" else set())
        if name == "proposer":
            Poll.objects.filter(pk=poll.pk).update(proposer=row)
    here.browsers["nobody"] = Client(headers={"host": HOST_A})
    here.actors["nobody"] = Actor(kind="resident", gemeente_id=world.a.pk)
    here.roles["nobody"] = {Role.VISITOR}
    return here


def staff(here: People, name: str) -> None:
    """Bram as somebody at another desk; one at a time, for he is one person."""
    world, bram = here.world, here.world.bram
    pro = {"colleague": world.dirk, "other municipality": world.zoe}.get(name, bram)
    Mandate.objects.filter(professional=bram).delete()
    Membership.objects.filter(professional=bram).delete()
    Membership.objects.create(professional=bram, team=world.desk, role="member")
    if name in {"auditor", "municipality admin"}:
        Mandate.objects.create(professional=bram, role=name.replace(" ", "-"))
    here.browsers[name], here.actors[name] = world.client(pro), world.actor(pro)
    here.roles[name] = {Role.VISITOR} | ({Role.TEAM} if name in OF_TEAM else set())
    if name != "other municipality":
        here.roles[name].add(Role.DESK)


def everybody(here: People) -> Iterator[str]:
    yield from ("nobody", "neighbour", "proposer")
    for name in STAFF:
        staff(here, name)
        yield name


@pytest.mark.parametrize("stage", Stage)
def test_the_policies_say_what_the_table_says(people: People, stage: Stage) -> None:
    poll = people.put(stage)
    for name in everybody(people):
        who, roles = people.actors[name], people.roles[name]
        if name != "other municipality":
            assert roles_of(who, poll) == roles, name
            assert set(deeds_for(who, poll)) == {one.value for one in Deed if may(roles, one, stage)}, name
        sees = name != "other municipality" and (poll.is_public or not MATRIX[Deed.SEE_INSIDE].isdisjoint(roles))
        for deed in Deed:
            wanted: type[Exception] | None = NotFound
            if sees:
                wanted = None if may(roles, deed, stage) else NotAllowed if MATRIX[deed].isdisjoint(roles) else Conflict
            try:
                get_poll_for(who, poll.slug, deed)
                got: type[Exception] | None = None
            except (NotFound, NotAllowed, Conflict) as refusal:
                got = type(refusal)
            assert got is wanted, (name, deed)


@pytest.mark.parametrize("stage", Stage)
def test_every_step_over_the_api_is_for_whom_the_table_says(people: People, stage: Stage) -> None:
    poll = people.put(stage)
    for name in everybody(people):
        for step in STEPS:
            if step == "answer":
                continue
            mark = transaction.savepoint()
            answer = people.browsers[name].post(
                f"/api/v1/polls/{poll.slug}/steps", {"step": step, "reason": "Daarom."}, content_type="application/json"
            )
            transaction.savepoint_rollback(mark)
            wanted = _step(people, name, step, stage)
            assert answer.status_code == wanted, (name, step, answer.content)


def _step(people: People, name: str, step: str, stage: Stage) -> int:
    if name in {"nobody", "neighbour", "proposer"}:
        return 401
    if name == "other municipality" or (Role.TEAM not in people.roles[name] and stage not in PUBLIC):
        return 404
    if Role.TEAM not in people.roles[name]:
        return 403
    if stage not in STEPS[step].sources:
        return 409
    # An administrator of the municipality is in no team, and whoever accepts must be able to have the case.
    return 409 if name == "municipality admin" and step == "accept" else 201


PAGES: dict[str, tuple[Deed, ...]] = {
    "": (Deed.SEE_INSIDE,),
    "gegevens/": (Deed.REWORD,),
    "vragen/": (Deed.REWORD,),
    "projecten/": (Deed.CHECK_PROJECT,),
    "voorbeeld/": (Deed.SEE_INSIDE,),
    "antwoord/": (Deed.ANSWER,),
}


@pytest.mark.parametrize("stage", Stage)
def test_the_pages_of_a_poll_at_the_desk_are_for_its_team_when_the_stage_has_them(people: People, stage: Stage) -> None:
    poll = people.put(stage)
    for name in everybody(people):
        for page, (deed,) in PAGES.items():
            answer = people.browsers[name].get(f"/werk/peilingen/{poll.slug}/{page}")
            wanted = 404
            if name in {"nobody", "neighbour", "proposer"}:
                wanted = 302  # to the sign-in of professionals
            elif Role.TEAM in people.roles[name]:
                wanted = 200 if may(people.roles[name], deed, stage) else 409
            assert answer.status_code == wanted, (name, page)


WRITES: dict[str, tuple[Deed, dict[str, Any]]] = {
    "gegevens/": (Deed.REWORD, {"title": "", "intro": "Anders"}),
    "vragen/": (Deed.EDIT, {"kind": "open", "title": "Nog iets?"}),
    "projecten/": (Deed.PROPOSE_PROJECT, {"title": "Boom", "what": "Een boom."}),
    "antwoord/": (Deed.ANSWER, {"row": ["whole"], "do-whole": "yes", "why-whole": "Daarom.", "day": []}),
}


@pytest.mark.parametrize("stage", Stage)
def test_nobody_writes_what_the_tables_keep_from_them(people: People, stage: Stage) -> None:
    poll = people.put(stage)
    for name in everybody(people):
        for page, (deed, body) in WRITES.items():
            mark = transaction.savepoint()
            before = (Poll.objects.get(pk=poll.pk).version, poll.questions.count(), poll.projects.count())
            answer = people.browsers[name].post(f"/werk/peilingen/{poll.slug}/{page}", body)
            after = (Poll.objects.get(pk=poll.pk).version, poll.questions.count(), poll.projects.count())
            transaction.savepoint_rollback(mark)
            allowed = Role.TEAM in people.roles[name] and may(people.roles[name], deed, stage)
            if not allowed:
                assert before == after, (name, page)
                assert answer.status_code in {302, 404, 409}, (name, page)
            elif page != "gegevens/":  # its form says more than this
                assert answer.status_code == 303, (name, page, answer.content.decode()[-2000:])
