"""The permission matrix, role by role and deed by deed, over everything that gives or does something.

Generated from `permissions.MATRIX`: `allowed` reads the tables in words of "which team", the checks ask over HTTP.
Everyone stands in team Reiniging of the municipality's organisation (or administers it); the case lies with that
team, a sister team, a team of another organisation, or in another municipality.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from core.accounts.models import User
from core.media.actions import claim_photos, store_upload
from participation.cases.models import Case, CasePhoto
from participation.cases.permissions import CONFIDENTIAL_MATRIX, MATRIX, Deed, Reach, Role
from participation.organisations.models import Mandate, Membership, Professional, Team
from tests.support.accounts import sign_in
from tests.support.world import World, key

WHERE = ("own", "sister", "foreign", "abroad")
REACHES = {Reach.TEAM: {"own"}, Reach.ORGANISATION: {"own", "sister"}, Reach.MUNICIPALITY: {"own", "sister", "foreign"}}

PEOPLE: dict[str, frozenset[Role]] = {
    "member": frozenset({Role.PROFESSIONAL}),
    "confidential member": frozenset({Role.PROFESSIONAL, Role.CONFIDENTIAL}),
    "lead": frozenset({Role.PROFESSIONAL, Role.TEAM_LEAD}),
    "confidential lead": frozenset({Role.PROFESSIONAL, Role.TEAM_LEAD, Role.CONFIDENTIAL}),
    "organisation admin": frozenset({Role.ORGANISATION_ADMIN}),
    "municipality admin": frozenset({Role.MUNICIPALITY_ADMIN}),
    "auditor": frozenset({Role.AUDITOR}),
    "nobody yet": frozenset(),
}


def allowed(deed: Deed, roles: frozenset[Role], where: str, *, confidential: bool) -> bool:
    """What the tables say of a case that only its team is tied to."""
    if where == "abroad":
        return False
    if confidential:
        needed = CONFIDENTIAL_MATRIX.get(deed)
        return needed is not None and where == "own" and needed <= roles
    return any(where in REACHES[far] for role, far in MATRIX[deed].items() if role in roles)


@dataclass(frozen=True)
class Stage:
    """The people by name with their browsers, and the cases by (where, confidential)."""

    clients: dict[str, Client]
    people: dict[str, Professional]
    cases: dict[tuple[str, bool], Case]
    teams: dict[str, Team]

    def each(self) -> Iterator[tuple[str, str, bool]]:
        for name in PEOPLE:
            for where in WHERE:
                for confidential in (False, True):
                    yield name, where, confidential


@pytest.fixture
def stage(world: World) -> Stage:
    teams = {"own": world.cleaning, "sister": world.desk, "foreign": world.care, "abroad": world.desk_b}
    clients, people = {}, {}
    for number, (name, roles) in enumerate(PEOPLE.items()):
        user = User.objects.create(username=f"p{number}", name=name, email=f"p{number}@example.nl")
        person = Professional.objects.create(user=user, gemeente=world.a, name=name.title(), role=name)
        if Role.PROFESSIONAL in roles:
            Membership.objects.create(
                professional=person,
                team=world.cleaning,
                confidential=Role.CONFIDENTIAL in roles,
                role="lead" if Role.TEAM_LEAD in roles else "member",
            )
        for role in (Role.MUNICIPALITY_ADMIN, Role.AUDITOR):
            if role in roles:
                Mandate.objects.create(professional=person, role=role)
        if Role.ORGANISATION_ADMIN in roles:
            Mandate.objects.create(
                professional=person, role="organisation-admin", organisation=teams["own"].organisation
            )
        people[name] = person
        clients[name] = sign_in(Client(), user)
    cases = {}
    now = timezone.now()
    for where, team in teams.items():
        for confidential in (False, True):
            place = {} if where != "abroad" else {"at": (5.105, 52.005), "category": "anders"}
            case = world.report(text=f"Zeldzaamwoord {where} {confidential}", **place).case
            Case.objects.filter(pk=case.pk).update(
                team=team,
                assignee=None,
                visibility="confidential" if confidential else "limited",
                created_at=now - timedelta(hours=1),
            )
            case.refresh_from_db()
            cases[where, confidential] = case
    return Stage(clients, people, cases, teams)


def expected_status(deed: Deed, name: str, where: str, *, confidential: bool) -> str:
    """`done`, `refused` (they see the case, but this is not theirs to do) or `absent`."""
    roles = PEOPLE[name]
    if not allowed(Deed.SEE, roles, where, confidential=confidential):
        return "absent"
    return "done" if allowed(deed, roles, where, confidential=confidential) else "refused"


def outcome(status: int) -> str:
    return {200: "done", 201: "done", 202: "done", 204: "done", 403: "refused", 404: "absent"}.get(status, str(status))


Ask = Callable[[Client, Case, Stage], Any]


def post(path: str, body: dict[str, Any] | Callable[[Case, Stage], dict[str, Any]]) -> Ask:
    def ask(client: Client, case: Case, stage: Stage) -> Any:
        said = body(case, stage) if callable(body) else body
        return client.post(
            f"/api/v1/cases/{case.reference}/{path}",
            said,
            content_type="application/json",
            headers={"Idempotency-Key": key()},
        )

    return ask


def get(path: str = "") -> Ask:
    return lambda client, case, stage: client.get(f"/api/v1/cases/{case.reference}{path}")


def change(client: Client, case: Case, stage: Stage) -> Any:
    return client.patch(
        f"/api/v1/cases/{case.reference}",
        {"priority": "high"},
        content_type="application/json",
        headers={"If-Match": f'"{case.version}"'},
    )


def elsewhere(**words: str) -> Callable[[Case, Stage], dict[str, Any]]:
    """To another team of the municipality, in which someone may read every case."""

    def body(case: Case, stage: Stage) -> dict[str, Any]:
        team = next(one for one in (stage.teams["foreign"], stage.teams["own"]) if one.pk != case.team_id)
        return {"team": team.pk, **words}

    return body


def beside(case: Case, stage: Stage) -> dict[str, Any]:
    """To a case of the same team, as confidential as this one."""
    main = Case.objects.get(pk=case.pk)
    main.pk, main.reference = None, "M-000000"
    main.save(force_insert=True)
    return {"of": main.reference}


ASKS: list[tuple[Deed, str, Ask]] = [
    (Deed.SEE, "the case", get()),
    (Deed.SEE, "its history", get("/events")),
    (Deed.NOTE, "a note", post("notes", {"text": "Even kijken"})),
    (Deed.HANDLE, "a message", post("messages", {"text": "Wij komen langs"})),
    (Deed.HANDLE, "a step", post("transitions", {"move": "start"})),
    (Deed.CHANGE, "another priority", change),
    (Deed.ASSIGN, "back to the team", post("assignments", {"professional": None})),
    (Deed.FORWARD, "an offer", post("forwardings", elsewhere(reason="Voor jullie"))),
    (Deed.FORWARD, "a part", post("parts", elsewhere(instruction="Kijk even"))),
    (Deed.MERGE, "a link", post("duplicates", beside)),
]


@pytest.mark.parametrize(("deed", "what", "ask"), ASKS, ids=[f"{deed}: {what}" for deed, what, _ask in ASKS])
def test_each_deed_is_for_those_the_matrix_names(deed: Deed, what: str, ask: Ask, stage: Stage) -> None:
    wrong = []
    for name, where, confidential in stage.each():
        with transaction.atomic():
            answer = ask(stage.clients[name], stage.cases[where, confidential], stage)
            transaction.set_rollback(True)
        wanted = expected_status(deed, name, where, confidential=confidential)
        if outcome(answer.status_code) != wanted:
            wrong.append(
                (name, where, confidential, "expected", wanted, "got", answer.status_code, answer.content[:120])
            )
    assert not wrong


def test_lists_searches_and_counts_show_what_may_be_seen_and_nothing_else(stage: Stage) -> None:
    for name, client in stage.clients.items():
        roles = PEOPLE[name]
        visible = {
            case.reference
            for (where, confidential), case in stage.cases.items()
            if allowed(Deed.SEE, roles, where, confidential=confidential)
        }
        every = ",".join(case.reference for case in stage.cases.values())
        for query in ("", "view=open", "q=Zeldzaamwoord", f"reference={every}", "view=new", "ordering=createdAt"):
            answer = client.get(f"/api/v1/cases?limit=200&{query}")
            assert {row["reference"] for row in answer.json()["results"]} == visible, (name, query)
        counted = client.get("/api/v1/cases/_count")
        assert counted.json()["new"] == len(visible), name


def test_a_photo_is_served_to_who_may_see_its_case(stage: Stage) -> None:
    now = timezone.now()
    picture = BytesIO()
    Image.new("RGB", (80, 60), "teal").save(picture, "JPEG")
    for case in stage.cases.values():
        picture.seek(0)
        stored = store_upload(file=picture, now=now)
        [photo] = claim_photos(ids=[stored.photo.pk], gemeente_id=case.gemeente_id, now=now)
        CasePhoto.objects.create(case=case, photo=photo)
    for name, where, confidential in stage.each():
        case = stage.cases[where, confidential]
        photo = case.photos.get().photo_id
        answer = stage.clients[name].get(f"/photos/{photo}/thumb")
        answer.getvalue()  # reads the file to its end and closes it
        seen = allowed(Deed.SEE, PEOPLE[name], where, confidential=confidential)
        assert answer.status_code == (200 if seen else 404), (name, where, confidential)


def test_a_stream_is_open_to_who_may_see_its_cases(stage: Stage) -> None:
    for name, where, confidential in stage.each():
        stream = f"team{'-confidential' if confidential else ''}:{stage.teams[where].pk}"
        client = stage.clients[name]
        answer = client.get(f"/api/v1/streams/{stream}/events?after=0")
        seen = allowed(Deed.SEE, PEOPLE[name], where, confidential=confidential)
        assert answer.status_code == (200 if seen else 404), (name, stream)
        assert (stream in client.get("/api/v1/streams").json()["streams"]) == seen, (name, stream)


WORDS = {
    "note": Deed.NOTE, "assign": Deed.ASSIGN, "see": Deed.SEE, "forward": Deed.FORWARD, "accept": Deed.ACCEPT,
    "handle": Deed.HANDLE, "change": Deed.CHANGE, "merge": Deed.MERGE, "reveal contact data": Deed.REVEAL,
    "export": Deed.EXPORT, "see who looked": Deed.SEE_VIEWS, "see the team's load": Deed.SEE_TEAM,
    "plan absence and hand over for others": Deed.LEAD, "invite people": Deed.MANAGE, "end accounts": Deed.MANAGE,
}  # fmt: skip
COLUMNS = (
    {Role.PROFESSIONAL},
    {Role.PROFESSIONAL, Role.TEAM_LEAD},
    {Role.ORGANISATION_ADMIN},
    {Role.MUNICIPALITY_ADMIN},
    {Role.AUDITOR},
)


def test_the_domains_page_shows_the_matrix_as_it_is() -> None:
    page = (Path(__file__).parents[3] / "participation" / "README.md").read_text()
    lines = page.partition("| Deed |")[2].partition("\n\n")[0].splitlines()[2:]
    shown = set()
    for line in lines:
        deeds, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        for word in deeds.split(", "):
            shown.add(WORDS[word])
            for roles, cell in zip(COLUMNS, cells, strict=True):
                far = max((MATRIX[WORDS[word]].get(role, 0) for role in roles), default=0)
                assert cell == (Reach(far).name.lower() if far else "–"), (word, roles)
    assert shown == set(Deed)
