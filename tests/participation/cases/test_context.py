"""What stands around a case: contact data with a reason, who looked, what is near, and how few queries it takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from core.areas.queries import tree
from core.snapshots.snapshot import Snapshot
from participation.cases.models import Case, View
from participation.organisations.models import Mandate, Membership
from participation.reports.overview import town_overview, wijk_overview
from participation.reports.rules import ContactGiven
from tests.participation.cases.test_talk import EN, post
from tests.support.world import HOST_A, World


def moved(case: Case, *, north: float = 0, **values: Any) -> Case:
    """The case a few metres to the north, and otherwise as said."""
    for name, value in values.items():
        setattr(case, name, value)
    case.lat = (case.lat or 0) + north / 111_320
    case.save()
    return case


# --- contact data -----------------------------------------------------------------------------


def test_contact_data_are_shown_for_a_reason_and_the_register_keeps_it(world: World) -> None:
    case = world.report(contact=ContactGiven(name="Anna", email="anna@example.nl", phone="0612345678")).case

    found = post(world.client(world.bram), case, "contact", {"why": "call", "remark": "Over morgen"})

    assert found.json() == {"name": "Anna", "email": "anna@example.nl", "phone": "+31612345678"}
    view = View.objects.get()
    assert (view.professional, view.what, view.why, view.remark) == (world.bram, "contact", "call", "Over morgen")


def test_without_a_good_reason_nothing_is_shown_or_written_down(world: World) -> None:
    case = world.report().case
    anonymous = world.report(contact=ContactGiven()).case
    bram = world.client(world.bram)

    assert post(bram, case, "contact", {}).status_code == 400
    assert post(bram, case, "contact", {"why": "nieuwsgierig"}).status_code == 400
    assert post(bram, case, "contact", {"why": "other"}).status_code == 400
    assert post(bram, anonymous, "contact", {"why": "call"}).status_code == 404
    assert not View.objects.exists()


@pytest.mark.parametrize("role", ["municipality-admin", "auditor"])
def test_who_does_not_handle_the_case_never_sees_contact_data(world: World, role: str) -> None:
    case = world.report().case
    Mandate.objects.create(professional=world.dirk, role=role)

    assert post(world.client(world.dirk), case, "contact", {"why": "call"}).status_code == 403
    assert post(world.client(world.carla), case, "contact", {"why": "call"}).status_code == 404
    assert post(world.client(world.zoe), case, "contact", {"why": "call"}).status_code == 404
    assert not View.objects.exists()


def test_other_cases_of_the_same_person_are_found_where_i_may_see_their_contact_data(world: World) -> None:
    both = ContactGiven(email="anna@example.nl", phone="0612345678")
    case = world.report(contact=both).case
    by_mail = world.report(contact=ContactGiven(email="ANNA@example.nl")).case
    by_phone = world.report(contact=ContactGiven(phone="06 12345678")).case
    world.report(contact=ContactGiven(email="ben@example.nl"))
    world.report(contact=ContactGiven())
    world.report(contact=both, category="burenoverlast", text="Ruzie")

    found = world.client(world.bram).get(f"/api/v1/cases/{case.reference}/same-person").json()["results"]

    assert {one["reference"] for one in found} == {by_mail.reference, by_phone.reference}
    assert [(one.what, one.professional) for one in View.objects.all()] == [("person", world.bram)]


# --- who looked -------------------------------------------------------------------------------


def test_opening_a_confidential_case_is_written_down_with_why_it_was_theirs(world: World) -> None:
    Membership.objects.filter(professional=world.dirk).update(confidential=True)
    Snapshot.forget_all()
    case = world.report(category="burenoverlast", text="Ruzie").case
    Case.objects.filter(pk=case.pk).update(assignee=world.carla)

    for person in (world.carla, world.dirk, world.carla):
        world.client(person).get(f"/api/v1/cases/{case.reference}")
    post(world.client(world.carla), case, "notes", {"text": "@Dirk kijk"})
    View.objects.update(at=timezone.now() - timedelta(hours=1))
    world.client(world.dirk).get(f"/api/v1/cases/{case.reference}")

    assert [(one.professional, one.why) for one in View.objects.all()] == [
        (world.carla, "assigned"),
        (world.dirk, "team"),
        (world.dirk, "named"),
    ]


def test_the_lead_sees_the_register_of_the_team_and_others_do_not(world: World) -> None:
    case = world.report().case
    post(world.client(world.bram), case, "contact", {"why": "visit"})
    lotte = world.client(world.lotte, HTTP_HOST=HOST_A)

    page = lotte.get("/werk/team/inzage/", headers=EN).content.decode()
    seen = lotte.get(f"/api/v1/cases/{case.reference}/views").json()["results"]

    assert case.reference in page
    assert "Bram" in page
    assert [(one["by"]["name"], one["what"]) for one in seen] == [("Bram", "contact")]
    for person in (world.bram, world.carla, world.dirk):
        assert world.client(person, HTTP_HOST=HOST_A).get("/werk/team/inzage/").status_code == 403
    assert world.client(world.bram).get(f"/api/v1/cases/{case.reference}/views").status_code == 403
    assert Client(HTTP_HOST=HOST_A).get("/werk/team/inzage/").status_code == 302


def test_a_lead_without_the_confidential_role_sees_that_somebody_looked_but_not_at_what(world: World) -> None:
    Membership.objects.filter(professional=world.dirk).update(role="lead")
    Snapshot.forget_all()
    case = world.report(category="burenoverlast", text="Ruzie").case
    carla = world.client(world.carla)
    carla.get(f"/api/v1/cases/{case.reference}")
    post(carla, case, "contact", {"why": "other", "remark": "moeder van Piet"})

    page = world.client(world.dirk, HTTP_HOST=HOST_A).get("/werk/team/inzage/", headers=EN).content.decode()

    assert page.count("Carla") >= 2
    assert case.reference not in page
    assert "moeder van Piet" not in page
    Mandate.objects.create(professional=world.bram, role="auditor")
    audited = world.client(world.bram, HTTP_HOST=HOST_A).get("/werk/team/inzage/").content.decode()
    assert "Carla" in audited
    assert case.reference not in audited


def test_the_register_is_narrowed_by_person_and_period(world: World) -> None:
    case = world.report().case
    post(world.client(world.bram), case, "contact", {"why": "visit"})
    lotte = world.client(world.lotte, HTTP_HOST=HOST_A)
    today = timezone.localdate()

    def rows(query: str) -> int:
        return lotte.get(f"/werk/team/inzage/?{query}").content.decode().count(case.reference + "</span>")

    assert rows("") == rows(f"who={world.bram.pk}") == rows(f"since={today}&until={today}") == 1
    assert rows(f"who={world.lotte.pk}") == rows(f"until={today - timedelta(days=1)}") == rows("what=case") == 0


def test_the_register_costs_the_same_for_one_row_and_for_many(world: World, django_assert_max_num_queries: Any) -> None:
    case = world.report().case
    for minutes in range(60):
        View.objects.create(
            case=case, professional=world.bram, what="contact", at=timezone.now() - timedelta(minutes=minutes)
        )
    lotte = world.client(world.lotte, HTTP_HOST=HOST_A)
    lotte.get("/werk/team/inzage/")
    with django_assert_max_num_queries(8):
        assert lotte.get("/werk/team/inzage/?pagina=2").status_code == 200


# --- what is near -----------------------------------------------------------------------------


def test_what_is_near_and_alike_is_shown_with_how_far_and_why(world: World) -> None:
    case = world.report().case
    near = moved(world.report(text="Een bank naast de container, al dagen").case, north=30)
    farther = moved(world.report(text="Matras").case, north=300)
    moved(world.report(text="Ver weg").case, north=900)
    moved(world.report(category="straatverlichting", text="Lamp").case, north=10)
    old = moved(world.report().case, north=5, status="resolved", closed_at=timezone.now() - timedelta(days=200))

    found = world.client(world.bram).get(f"/api/v1/cases/{case.reference}/similar", headers=EN).json()["results"]

    assert [one["reference"] for one in found] == [near.reference, farther.reference]
    assert (found[0]["metres"], found[1]["metres"]) == (30, 300)
    assert "the same subject" in found[0]["whySimilar"]
    assert "30 metres away" in found[0]["whySimilar"]
    assert old.reference not in str(found)


def test_near_cases_are_only_those_i_may_see(world: World) -> None:
    case = world.report(category="burenoverlast", text="Ruzie bij de buren boven").case
    other = world.report(category="burenoverlast", text="Ruzie bij de buren boven").case
    Mandate.objects.create(professional=world.bram, role="municipality-admin")

    carla = world.client(world.carla).get(f"/api/v1/cases/{case.reference}/similar").json()["results"]
    assert [one["reference"] for one in carla] == [other.reference]
    plain = world.report().case
    seen = world.client(world.bram).get(f"/api/v1/cases/{plain.reference}/similar").json()["results"]
    assert seen == []
    assert world.client(world.bram).get(f"/api/v1/cases/{case.reference}/similar").status_code == 404


def test_looking_around_costs_two_queries(world: World, django_assert_num_queries: Any) -> None:
    case = world.report().case
    for many in range(12):
        moved(world.report().case, north=many)
    bram = world.client(world.bram)
    bram.get(f"/api/v1/cases/{case.reference}/similar")
    with django_assert_num_queries(2 + SIGNED_IN):
        bram.get(f"/api/v1/cases/{case.reference}/similar")


SIGNED_IN = 3
"""Session, account, professional and teams."""


def test_a_case_with_everything_on_it_is_at_most_twelve_queries(
    world: World, django_assert_max_num_queries: Any
) -> None:
    case = world.report().case
    bram, lotte = world.client(world.bram), world.client(world.lotte)
    for number in range(3):
        post(bram, case, "notes", {"text": f"@Lotte vraag {number}"})
        post(bram, case, "messages", {"text": f"Bericht {number}"})
        post(bram, case, "assignments", {"professional": world.bram.pk if number % 2 else None})
    secret = world.report(category="burenoverlast", text="Ruzie").case
    carla = world.client(world.carla)
    post(carla, secret, "notes", {"text": "Eerst bellen"})
    post(carla, secret, "messages", {"text": "Wanneer kan ik u bellen?"})
    lotte.get("/api/v1/desk")
    with django_assert_max_num_queries(12):
        assert lotte.get(f"/api/v1/cases/{case.reference}").status_code == 200
    with django_assert_max_num_queries(12):
        assert carla.get(f"/api/v1/cases/{secret.reference}").status_code == 200


# --- no public trace --------------------------------------------------------------------------


def test_what_is_not_public_is_in_no_public_figure(world: World, client: Client) -> None:
    for category, place in (("burenoverlast", "Ruzie"), ("anders", "Iets")):
        case = world.report(category=category, text=place).case
        Case.objects.filter(pk=case.pk).update(status="resolved", closed_at=timezone.now())
        world.report(category=category, text=place)
    cache.clear()
    now = timezone.now()

    overview = wijk_overview(tree().by_id[world.west.pk], now)
    town = town_overview(tree().by_id[world.a.pk], now)

    assert (overview.open, overview.resolved, overview.reports, overview.successes) == (0, 0, (), ())
    assert (town.recently, town.successes) == (0, ())
    assert client.get("/api/v1/reports?area=GM9101").json()["features"] == []
    for category in ("burenoverlast", "anders", "overlast"):
        nearby = client.get(f"/api/v1/reports/_nearby?lat=52.005&lon=5.002&category={category}").json()
        assert nearby.get("features", nearby.get("results")) == []
