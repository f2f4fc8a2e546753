"""Who may do what in which stage: every role, stage and deed, tried over HTTP and in the policies.

What is expected follows from the tables alone (`permissions.MATRIX`, `states.STEPS`, `states.ALLOWS`); the answers come
from the addresses people use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from core.accounts.actor import Actor
from core.errors import Conflict, NotAllowed, NotFound
from core.media.models import Photo
from participation.cases.models import Case
from participation.initiatives.actions import take_step
from participation.initiatives.models import Initiative, InitiativeSettings, Member, PaperSheet, Partner, SupportCode
from participation.initiatives.permissions import MATRIX, Deed, Role, carries, may
from participation.initiatives.policies import get_initiative_for, roles_of
from participation.initiatives.states import ENDED, STEPS, By, Stage
from participation.organisations.models import Mandate, Membership
from participation.routing.models import Responsibility
from tests.participation.initiatives.conftest import actor, join, submitted
from tests.support.residents import resident, signed_in
from tests.support.world import World

pytestmark = pytest.mark.django_db

WHY = {"reason": "Daarom.", "learned": "Dit."}
GROUP = {"starter": Role.STARTER, "contact": Role.CONTACT, "member": Role.MEMBER}
DESK = {"coach": {Role.COACH}, "colleague": {Role.TEAM}, "municipality admin": {Role.TEAM}}
OUTSIDE = ("nobody", "neighbour", "other team", "asked to take over", "auditor", "other municipality")
PARTNERS = {
    "partner": {Role.PARTNER},
    "partner inside": {Role.PARTNER, Role.INSIDE_PARTNER},
    "partner not yet inside": {Role.PARTNER},
}


@dataclass
class People:
    """Who there is: the browser of each, who they are to an action, and the roles the tables give them."""

    initiative: Initiative
    world: World
    browsers: dict[str, Client] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    roles: dict[str, set[Role]] = field(default_factory=dict)

    def put(self, stage: Stage, *, public: bool) -> None:
        """Set the stage, and the case as it goes with it."""
        now = timezone.now()
        status = {Stage.DONE: "resolved", Stage.STOPPED: "unresolved", Stage.IDEA: "received"}.get(stage, "assigned")
        ended = now if stage in ENDED else None
        Case.objects.filter(pk=self.initiative.case_id or 0).update(status=status, closed_at=ended)
        Initiative.objects.filter(pk=self.initiative.pk).update(
            stage=stage,
            stage_before=Stage.GATHERING if stage == Stage.RESTING else "",
            ended_at=ended,
            published_at=now if public else None,
        )


@pytest.fixture
def people(neighbourhood: World) -> People:
    world = neighbourhood
    Responsibility.objects.create(gemeente=world.a, kind="initiative", team=world.care)
    found: dict[str, Any] = {}
    browsers = {name: Client() for name in (*GROUP, "neighbour")}
    for name, browser in browsers.items():
        found[name] = signed_in(browser, f"{name}@example.nl", name=name.title())
    initiative = submitted(found["starter"])
    join(initiative, found["contact"])
    join(initiative, found["member"])
    Member.objects.filter(initiative=initiative, resident=found["contact"]).update(role="contact")
    take_step(slug=initiative.slug, name="accept", actor=world.actor(world.carla), now=timezone.now())
    for pro in (world.bram, world.lotte):
        Membership.objects.filter(professional=pro).delete()
    here = People(Initiative.objects.get(pk=initiative.pk), world)
    for name in (*GROUP, "neighbour"):
        here.browsers[name], here.actors[name] = browsers[name], actor(found[name])
        here.roles[name] = {Role.VISITOR, Role.RESIDENT} | ({GROUP[name]} if name in GROUP else set())
    here.browsers["nobody"] = Client(headers={"host": "waterstad.test"})
    here.actors["nobody"] = Actor(kind="resident", gemeente_id=world.a.pk)
    here.roles["nobody"] = {Role.VISITOR}
    for name, pro in (("coach", world.carla), ("colleague", world.dirk)):
        here.browsers[name], here.actors[name] = world.client(pro), world.actor(pro)
        here.roles[name] = {Role.VISITOR} | DESK[name]
    return here


def staff(here: People, name: str) -> None:
    """Bram as somebody at another desk; one at a time, for he is one person."""
    world, bram = here.world, here.world.bram
    team = world.desk if name != "asked to take over" else world.cleaning
    Membership.objects.filter(professional=bram).delete()
    Mandate.objects.filter(professional=bram).delete()
    Partner.objects.filter(initiative=here.initiative).delete()
    Case.objects.filter(pk=here.initiative.case_id or 0).update(offered_to=None)
    Membership.objects.create(professional=bram, team=team, role="member")
    if name == "asked to take over":
        Case.objects.filter(pk=here.initiative.case_id or 0).update(offered_to=team)
    if name in {"auditor", "municipality admin"}:
        Mandate.objects.create(professional=bram, role=name.replace(" ", "-"))
    if name in PARTNERS:
        Partner.objects.create(
            initiative=here.initiative,
            team=team,
            sees="public" if name == "partner" else "inside",
            asked_at=timezone.now(),
            accepted_at=None if name == "partner not yet inside" else timezone.now(),
        )
    pro = world.zoe if name == "other municipality" else bram
    here.browsers[name], here.actors[name] = world.client(pro), world.actor(pro)
    here.roles[name] = {Role.VISITOR} | DESK.get(name, set()) | PARTNERS.get(name, set())


def everybody(here: People) -> Iterator[str]:
    yield from ("nobody", "neighbour", *GROUP, "coach", "colleague")
    for name in ("municipality admin", *OUTSIDE[2:], *PARTNERS):
        staff(here, name)
        yield name


STAGES = [stage for stage in Stage if stage != Stage.DRAFT]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("public", [True, False], ids=["public", "not public"])
def test_the_policies_say_what_the_table_says(people: People, stage: Stage, public: bool) -> None:
    people.put(stage, public=public)
    for name in everybody(people):
        who, roles = people.actors[name], people.roles[name]
        if name != "other municipality":
            assert roles_of(who, Initiative.objects.select_related("case").get()) == roles, name
        sees = name != "other municipality" and (public or not MATRIX[Deed.SEE_INSIDE].isdisjoint(roles))
        for deed in Deed:
            wanted: type[Exception] | None = NotFound
            if sees:
                wanted = None if may(roles, deed, stage) else NotAllowed if MATRIX[deed].isdisjoint(roles) else Conflict
            try:
                get_initiative_for(who, people.initiative.slug, deed)
                got: type[Exception] | None = None
            except (NotFound, NotAllowed, Conflict) as refusal:
                got = type(refusal)
            assert got is wanted, (name, deed)


@pytest.mark.parametrize("stage", STAGES)
def test_every_step_over_the_api_is_for_whom_the_table_says(people: People, stage: Stage) -> None:
    people.put(stage, public=True)
    steps = [name for name in STEPS if name != "submit"]
    for name in everybody(people):
        roles = people.roles[name]
        side = By.COACH if roles & {Role.COACH, Role.TEAM} else By.GROUP
        for step in steps:
            mark = transaction.savepoint()
            answer = people.browsers[name].post(
                f"/api/v1/initiatives/{people.initiative.slug}/steps",
                {"step": step, **WHY},
                content_type="application/json",
            )
            transaction.savepoint_rollback(mark)
            assert answer.status_code == _expected(name, roles, side, step, stage), (name, step, answer.content)


def _expected(name: str, roles: set[Role], side: By, step: str, stage: Stage) -> int:
    if name == "nobody":
        return 401
    if name == "other municipality":
        return 404
    if not may(roles, Deed.STEP, stage):
        return 403
    if STEPS[step].by not in (side, By.EITHER):
        return 403
    if stage not in STEPS[step].sources:
        return 409
    # An administrator of the municipality is in no team, and whoever accepts must be able to have the case.
    return 409 if name == "municipality admin" and step in {"accept", "resume"} else 201


@pytest.mark.parametrize("stage", [Stage.TALKING, Stage.GATHERING, Stage.RESTING, Stage.DONE, Stage.STOPPED])
def test_support_and_paper_are_counted_by_whom_and_when_the_tables_say(people: People, stage: Stage) -> None:
    people.put(stage, public=True)
    photo = Photo.objects.create(gemeente=people.world.a, width=1, height=1, bytes=1, created_at=timezone.now())
    sheet = PaperSheet.objects.create(initiative=people.initiative, scan=photo, count=3, at=timezone.now())
    Initiative.objects.update(paper_count=3)
    slug = people.initiative.slug
    for name in everybody(people):
        roles, browser = people.roles[name], people.browsers[name]
        cache.clear()  # none of them comes too often
        mark = transaction.savepoint()
        answer = browser.post(f"/api/v1/initiatives/{slug}/supporters", {}, content_type="application/json")
        transaction.savepoint_rollback(mark)
        wanted = 201 if may(roles, Deed.SUPPORT, stage) and not carries(roles) else 409
        assert answer.status_code == (wanted if Role.RESIDENT in roles else 401), name
        mark = transaction.savepoint()
        paper = browser.post(f"/werk/initiatieven/{slug}/papier/", {"deed": "take-back", "sheet": sheet.pk})
        shown = browser.get(f"/werk/initiatieven/{slug}/papier/")
        transaction.savepoint_rollback(mark)
        at_the_desk = may(roles, Deed.SEE_NOTES, stage) and name != "other municipality"
        if at_the_desk:
            counts = may(roles, Deed.COUNT_PAPER, stage)
            assert (paper.status_code, shown.status_code) == (303 if counts else 409, 200), name
            assert ('name="scan"' in shown.content.decode()) is counts, name
        else:
            assert paper.status_code in {302, 403, 404}, name


@pytest.mark.parametrize("stage", [Stage.IDEA, Stage.TALKING, Stage.GATHERING, Stage.DONE])
def test_codes_of_letters_are_made_by_whom_and_when_the_tables_say(people: People, stage: Stage) -> None:
    people.put(stage, public=True)
    InitiativeSettings.objects.create(gemeente=people.world.a, who_supports="letter")
    address = f"/werk/initiatieven/{people.initiative.slug}/brieven/"
    for name in everybody(people):
        mark = transaction.savepoint()
        made = people.browsers[name].post(address, {"deed": "make", "name": "Haven", "count": "2"})
        there = SupportCode.objects.count()
        transaction.savepoint_rollback(mark)
        makes = may(people.roles[name], Deed.SEND_CODES, stage) and name != "other municipality"
        assert there == (2 if makes else 0), name
        sees = may(people.roles[name], Deed.SEE_NOTES, stage) and name != "other municipality"
        assert made.status_code == (200 if makes else 409) if sees else made.status_code in {302, 403, 404}, name


INSIDE = ("", "gesprek/", "mensen/", "instellingen/")


@pytest.mark.parametrize("stage", [Stage.IDEA, Stage.PLAN, Stage.STOPPED])
def test_the_pages_of_the_group_are_for_who_is_on_the_inside(people: People, stage: Stage) -> None:
    people.put(stage, public=True)
    for name in everybody(people):
        inside = may(people.roles[name], Deed.SEE_INSIDE, stage) and name != "other municipality"
        for part in INSIDE:
            answer = people.browsers[name].get(f"/initiatieven/{people.initiative.slug}/groep/{part}")
            wanted = 302 if name == "nobody" else 200 if inside else 404
            assert answer.status_code == wanted, (name, part)


DESK_ONLY = {"checks": {"energy": 3}, "coaching": {"rhythm": 7}}


@pytest.mark.parametrize("stage", [Stage.IDEA, Stage.GATHERING, Stage.STOPPED])
def test_checks_and_agreements_are_written_by_who_guides(people: People, stage: Stage) -> None:
    people.put(stage, public=True)
    for name in everybody(people):
        for part, body in DESK_ONLY.items():
            mark = transaction.savepoint()
            answer = people.browsers[name].post(
                f"/api/v1/initiatives/{people.initiative.slug}/{part}", body, content_type="application/json"
            )
            transaction.savepoint_rollback(mark)
            wanted = 401 if name in {"nobody", "neighbour", *GROUP} else 404 if name == "other municipality" else 403
            if may(people.roles[name], Deed.GUIDE, stage):
                wanted = 201 if part == "checks" or stage == Stage.GATHERING else 409
            assert answer.status_code == wanted, (name, part)


def test_what_only_the_desk_knows_is_nowhere_else(people: People) -> None:
    from participation.cases.actions import add_note
    from participation.initiatives.actions import add_check

    people.put(Stage.GATHERING, public=True)
    initiative = Initiative.objects.select_related("case").get()
    assert initiative.case is not None
    now, carla = timezone.now(), people.actors["coach"]
    add_note(reference=initiative.case.reference, text="GEHEIM-NOTITIE", actor=carla, now=now)
    add_check(slug=initiative.slug, scores={"energy": 1}, remark="GEHEIM-CHECK", actor=carla, now=now)
    addresses = [
        f"/initiatieven/{initiative.slug}/",
        "/initiatieven/",
        f"/initiatieven/{initiative.slug}/groep/gesprek/",
        f"/api/v1/initiatives/{initiative.slug}",
        "/api/v1/initiatives",
    ]
    for name in ("nobody", "neighbour", *GROUP):
        for address in addresses:
            shown = people.browsers[name].get(address).content.decode()
            assert "GEHEIM" not in shown, (name, address)
            assert "starter@example.nl" not in shown, (name, address)
    resident("late@example.nl")
    staff(people, "auditor")
    page = people.browsers["auditor"].get(f"/api/v1/cases/{initiative.case.reference}").json()
    assert page["initiative"]["checks"] == []
    assert page["initiative"]["steps"] == []
