"""A list of people from a spreadsheet: what would happen, and what does."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from core.accounts.models import User
from core.areas.models import Area
from core.errors import Invalid
from core.work.worker import run_due_tasks
from participation.organisations.imports import Places, compare, people_in, read, template
from participation.organisations.models import Invitation, Mandate, Membership, PeopleImport, Professional
from tests.support.accounts import sign_in
from tests.support.world import World

pytestmark = pytest.mark.django_db
SEND = "/beheer/professionals-import/"
HEAD = "E-mail;Naam;Functie;Team;Plaats in team;Vertrouwelijk;Gebieden;Talen\r\n"


@pytest.fixture
def office(world: World) -> Client:
    """Who manages the whole installation."""
    User.objects.create_superuser("root", "root@x.test", language="en")
    return sign_in(Client(HTTP_ACCEPT_LANGUAGE="en"), User.objects.get(username="root"))


def _people(world: World, *lines: str, head: str = HEAD) -> list[Any]:
    with translation.override("en"):
        people = people_in(read((head + "\r\n".join(lines)).encode()), Places.of(world.a.pk))
        compare(people, world.a.pk)
    return people


def _send(office: Client, world: World, data: bytes) -> Any:
    return office.post(SEND, {"municipality": world.a.pk, "file": SimpleUploadedFile("x.csv", data)})


# --- reading ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["utf-8", "utf-8-sig", "cp1252", "utf-16"], ids=["utf-8", "excel-utf-8", "excel-windows", "unicode-text"]
)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_what_spreadsheets_write_is_understood(code: str, separator: str) -> None:
    text = (
        separator.join(["E-mail", "Naam", "Functie"]) + "\r\n" + separator.join(["a@x.nl", "Zoë Çelik", "Coördinator"])
    )
    assert read((text + "\r\n\r\n").encode(code)) == [
        {"email": "a@x.nl", "name": "Zoë Çelik", "role": "Coördinator", "line": "2"}
    ]


def test_cells_with_separators_and_lines_in_them_stay_whole() -> None:
    rows = read(b'e-mail;naam;functie;onbekend\r\na@x.nl;"Jansen; ""Jan""";"a\r\nb";z\r\n')
    assert rows == [{"email": "a@x.nl", "name": 'Jansen; "Jan"', "role": "a\r\nb", "line": "2"}]


def test_the_template_can_be_sent_back_with_people(world: World) -> None:
    rows = read(template() + b"noor@x.test;Noor Dam;;Opbouwwerker;kcc;lid;nee;;;\r\n")
    assert rows[0]["team"] == "kcc" and rows[0]["role"] == "Opbouwwerker"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\r\n;;\r\n", "empty"),
        (b"e-mail;naam\r\n", "empty"),
        (b"naam;functie\r\nx;y\r\n", "headings"),
        (b"e-mail;email\r\na@x.nl;b\r\n", "headings"),
        (b"PK\x03\x04\x00\x00\x00", "not-text"),
        (b'e-mail;naam\r\na@x.nl;"never closed\r\n', "not-csv"),
        (b"x" * (5 * 1024 * 1024 + 1), "too-large"),
        (b"e-mail\r\n" + b"a\r\n" * 20_001, "too-long"),
    ],
)
def test_a_file_that_is_not_right_is_refused_with_advice(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(data)
    assert [one.code for one in refused.value.errors] == [code]


# --- what would happen ------------------------------------------------------------------------


def test_of_every_person_it_is_said_what_would_happen(world: World) -> None:
    User.objects.filter(pk=world.bram.user_id).update(email="bram@x.test", name="Bram Bos")
    User.objects.filter(pk=world.lotte.user_id).update(email="lotte@x.test", name="Lotte")
    new, same, changed = _people(
        world,
        "Noor@x.test;Noor Dam;Opbouwwerker;Wijkteam;teamleider;ja;WK910101;nl, tr",
        "bram@x.test;Bram Bos;Wijkbeheerder;reiniging;lid;nee;Westerwijk;",
        "lotte@x.test;;Coördinator;Gemeente Waterstad / Reiniging;lid;;;",
        "noor@x.test;;;kcc;;;;",
    )
    assert (new.outcome, new.lines, new.email) == ("new", [2, 5], "noor@x.test")
    assert [(one["team"], one["role"], one["confidential"]) for one in new.places] == [
        ("Wijkteam", "lead", True),
        ("Klantcontact", "member", False),
    ]
    assert new.areas == [world.west.pk] and new.languages == ["nl", "tr"]
    assert same.outcome == "unchanged" and same.notes == []
    assert changed.outcome == "changed"
    assert changed.notes == ["role: Teamleider → Coördinator", "Reiniging (member)"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (";Noor;x;;;;;", "The e-mail address is missing."),
        ("noor;Noor;x;;;;;", "This is not an e-mail address"),
        ("n@x.test;;x;;;;;", "The name is missing."),
        ("n@x.test;Noor;;;;;;", "Say under “functie” what this person does."),
        ("n@x.test;Noor;x;Groen;;;;", "There is no team “Groen”. Write its name as it stands under Teams."),
        ("n@x.test;Noor;x;kcc;baas;;;", "“baas” is no place in a team. Write “lid” or “teamleider”."),
        ("n@x.test;Noor;x;kcc;lid;soms;;", "Write “ja” or “nee” under “vertrouwelijk”, not “soms”."),
        ("n@x.test;Noor;x;;;;Duinwijk;", "There is no area “Duinwijk” in this municipality."),
        ("n@x.test;Noor;x;;;;;frysk", "“frysk” is no language we know."),
        (f"n@x.test;{'N' * 121};x;;;;;", "“naam” is longer than 120 characters."),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(world: World, line: str, said: str) -> None:
    (person,) = _people(world, line)
    assert person.outcome == "wrong"
    assert any(note.startswith(said) for note in person.notes), person.notes


def test_rows_of_one_person_must_agree_and_name_a_team_once(world: World) -> None:
    (person,) = _people(world, "n@x.test;Noor;x;kcc;;;;", "N@X.test;Noortje;x;kcc;;;;")
    assert person.outcome == "wrong" and len(person.notes) == 2 and person.lines == [2, 3]


def test_accounts_elsewhere_and_of_managers_cannot_be_taken(world: World) -> None:
    User.objects.filter(pk=world.zoe.user_id).update(email="zoe@x.test")
    User.objects.create_superuser("root", "root@x.test")
    for person in _people(world, "Zoe@x.test;Zoë;x;kcc;;;;", "root@x.test;Root;x;kcc;;;;"):
        assert person.outcome == "wrong" and "cannot be used here" in person.notes[0]


def test_comparing_costs_the_same_for_many(world: World, django_assert_max_num_queries: Any) -> None:
    people = people_in(
        read((HEAD + "\r\n".join(f"p{n}@x.test;P;x;kcc;;;;" for n in range(400))).encode()), Places.of(world.a.pk)
    )
    with django_assert_max_num_queries(5):
        compare(people, world.a.pk)
    assert {person.outcome for person in people} == {"new"}


# --- through the back office --------------------------------------------------------------------


def test_a_file_is_looked_at_confirmed_and_carried_out_once(office: Client, world: World) -> None:
    assert office.get(SEND).status_code == 200
    users = User.objects.count()
    data = (
        HEAD + "noor@x.test;Noor Dam;Opbouwwerker;wijkteam;teamleider;ja;Westerwijk;nl,tr\r\nfout;F;x;;;;;\r\n"
    ).encode("cp1252")
    preview = _send(office, world, data).headers["Location"]
    page = office.get(preview)
    assert {name: number for name, _label, number in page.context["outcomes"]} == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "wrong": 1,
    }
    assert b"This is not an e-mail address" in page.content
    assert User.objects.count() == users  # nothing is written until it is confirmed
    assert office.post(f"{preview}confirm/", {"invite": "on"}).status_code == 302
    assert office.get(preview).headers["Refresh"] == "3"
    office.post(f"{preview}confirm/", {"invite": "on"})  # a second click
    assert run_due_tasks() >= 2
    noor = Professional.objects.get(user__email="noor@x.test")
    assert (noor.name, noor.role, noor.user.name, noor.user.is_active) == ("Noor", "Opbouwwerker", "Noor Dam", False)
    assert noor.languages == ["nl", "tr"] and list(noor.areas.all()) == [world.west]
    (place,) = noor.memberships.all()
    assert (place.team, place.role, place.confidential) == (world.care, "lead", True)
    assert [message.to for message in mail.outbox] == [["noor@x.test"]]
    held = PeopleImport.objects.get()
    assert held.state == "done" and held.rows == []
    assert (held.counts["new"], held.counts["wrong"], held.counts["wrongs"][0]["lines"]) == (1, 1, [3])
    assert "x.test" not in str(held.counts)
    assert office.get(preview).status_code == 200


def test_the_same_file_again_changes_nothing(office: Client, world: World) -> None:
    data = (HEAD + "noor@x.test;Noor Dam;Opbouwwerker;wijkteam;lid;nee;Westerwijk;nl\r\n").encode()
    preview = _send(office, world, data).headers["Location"]
    office.post(f"{preview}confirm/")
    run_due_tasks()
    again = _send(office, world, data).headers["Location"]
    assert b"Nothing would change." in office.get(again).content
    office.post(f"{again}confirm/")
    run_due_tasks()
    assert [one.counts.get("unchanged") for one in PeopleImport.objects.all()] == [1, None]
    assert Professional.objects.filter(user__email="noor@x.test").count() == 1
    assert mail.outbox == []
    assert Invitation.objects.get().sent_at is None  # it waits in the list of invitations


def test_what_is_not_in_the_file_stays(office: Client, world: World) -> None:
    User.objects.filter(pk=world.lotte.user_id).update(email="lotte@x.test", name="Lotte")
    Membership.objects.filter(professional=world.lotte, team=world.desk).update(by_group=True)
    data = (HEAD + "lotte@x.test;;Coördinator;reiniging;;;;\r\nlotte@x.test;;;kcc;teamleider;ja;;\r\n").encode()
    preview = _send(office, world, data).headers["Location"]
    office.post(f"{preview}confirm/")
    run_due_tasks()
    places = Membership.objects.filter(professional=world.lotte).values_list("team", "role", "confidential")
    # An empty cell says nothing, and what follows the groups of the sign-in provider is left to them.
    assert set(places) == {(world.cleaning.pk, "lead", True), (world.desk.pk, "member", False)}
    world.lotte.refresh_from_db()
    assert world.lotte.role == "Coördinator" and list(world.lotte.areas.all()) == [world.east]


def test_the_world_may_change_between_looking_and_confirming(office: Client, world: World) -> None:
    data = (HEAD + "noor@x.test;Noor Dam;x;wijkteam;;;;\r\n").encode()
    preview = _send(office, world, data).headers["Location"]
    User.objects.create_user("noor", "noor@x.test")
    office.post(f"{preview}confirm/")
    run_due_tasks()
    assert PeopleImport.objects.get().counts["wrong"] == 1


def test_a_file_can_be_thrown_away(office: Client, world: World) -> None:
    preview = _send(office, world, (HEAD + "noor@x.test;Noor;x;;;;;\r\n").encode()).headers["Location"]
    assert office.post(f"{preview}discard/").headers["Location"] == SEND
    assert not PeopleImport.objects.exists() and office.get(preview).status_code == 404


def test_a_wrong_file_is_refused_at_its_field(office: Client, world: World) -> None:
    answer = _send(office, world, b"naam\r\nNoor\r\n")
    assert answer.status_code == 400 and answer.context["form"].errors["file"]


def test_only_administrators_of_the_municipality_import_and_only_there(world: World) -> None:
    from django.contrib.auth.models import Permission

    def client_of(professional: Professional) -> Client:
        professional.user.user_permissions.add(Permission.objects.get(codename="access_admin"))
        return sign_in(Client(), professional.user)

    assert Client().get(SEND).status_code == 302
    assert client_of(world.bram).get(SEND).status_code == 302  # back to the start of /beheer/, with a message
    Mandate.objects.create(professional=world.carla, role="organisation-admin", organisation=world.care.organisation)
    assert client_of(world.carla).get(SEND).status_code == 302
    Mandate.objects.create(professional=world.lotte, role="municipality-admin")
    Mandate.objects.create(professional=world.zoe, role="municipality-admin")
    ours, theirs = client_of(world.lotte), client_of(world.zoe)
    data = (HEAD + "noor@x.test;Noor;x;kcc;;;;\r\n").encode()
    sent = ours.post(SEND, {"municipality": world.b.pk, "file": SimpleUploadedFile("x.csv", data)})
    preview = sent.headers["Location"]
    assert PeopleImport.objects.get().gemeente == world.a  # whatever the form says
    for address in (preview, f"{preview}confirm/", f"{preview}discard/"):
        assert (theirs.get(address) if address == preview else theirs.post(address)).status_code == 404
    assert theirs.get(SEND).status_code == 200 and list(theirs.get(SEND).context["recent"]) == []


def test_five_thousand_rows_are_looked_at_in_seconds_and_carried_out_in_the_background(
    office: Client, world: World
) -> None:
    Area.objects.filter(pk=world.west.pk).update(name="Westerwijk")
    lines = "\r\n".join(f"p{n}@x.test;Persoon {n};Wijkbeheerder;kcc;lid;nee;Westerwijk;nl" for n in range(5000))
    began = time.process_time()
    preview = _send(office, world, (HEAD + lines).encode()).headers["Location"]
    page = office.get(f"{preview}?p=3")
    assert time.process_time() - began < 15
    assert page.context["page"].paginator.count == 5000 and len(page.context["page"].object_list) == 100
    held = PeopleImport.objects.get()
    held.rows = held.rows[:120]  # more than two batches
    held.save(update_fields=["rows"])
    office.post(f"{preview}confirm/")
    run_due_tasks()
    held.refresh_from_db()
    assert (held.state, held.done, held.counts["new"]) == ("done", 120, 120)
