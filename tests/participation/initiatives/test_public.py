"""What everybody sees of initiatives: the list and its filters, the page of one, the API, the feed, what is live."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cms.home.actions import set_up_site
from core.live.access import public_streams
from core.media.models import Photo
from participation.initiatives.actions import answer_back, take_step
from participation.initiatives.actions.telling import add_entry, add_milestone
from participation.initiatives.models import (
    Comment,
    HelpRequest,
    Initiative,
    InitiativePhoto,
    LookingBack,
    Threshold,
    Update,
    UpdatePhoto,
)
from participation.residents.models import Resident
from participation.routing.models import Responsibility, Theme
from tests.participation.initiatives.conftest import actor, draft, submitted
from tests.participation.initiatives.helping import ask
from tests.support.residents import resident, signed_in
from tests.support.world import HOST_A, HOST_B, World

pytestmark = pytest.mark.django_db

WHY = {"reason": "De grond is vervuild.", "learned": "Vraag eerst naar de grond."}


@pytest.fixture
def here(neighbourhood: World) -> World:
    Responsibility.objects.create(gemeente=neighbourhood.a, kind="initiative", team=neighbourhood.care)
    return neighbourhood


def step(world: World, initiative: Initiative, *names: str, **values: Any) -> Initiative:
    for name in names:
        initiative = take_step(
            slug=initiative.slug, name=name, actor=world.actor(world.carla), now=timezone.now(), **values
        )
    return initiative


def shown(world: World, *names: str, email: str = "anna@example.nl", **values: Any) -> Initiative:
    """One that everybody may read, some steps further."""
    return step(world, submitted(resident(email, name="Anna"), **values), "accept", *names)


def titles(client: Client, query: str = "", host: str = HOST_A) -> list[str]:
    answer = client.get(f"/initiatieven/{query}", headers={"host": host})
    assert answer.status_code == 200
    return [line.title for line in answer.context["lines"]]


def asked(client: Client, query: str = "", host: str = HOST_A, **headers: str) -> Any:
    return client.get(f"/api/v1/initiatives{query}", headers={"host": host, **headers}).json()


def test_a_draft_and_an_idea_are_seen_by_nobody_outside(client: Client, here: World) -> None:
    hidden = [draft(resident("b@example.nl")), submitted(resident("c@example.nl"))]

    assert titles(client) == []
    assert asked(client)["results"] == []
    assert "Jorisplein" not in client.get("/feeds/initiatieven.atom", headers={"host": HOST_A}).content.decode()
    for one in hidden:
        assert client.get(f"/initiatieven/{one.slug}/", headers={"host": HOST_A}).status_code == 404
        assert client.get(f"/api/v1/initiatives/{one.slug}", headers={"host": HOST_A}).status_code == 404
        assert public_streams([f"initiative:{one.slug}"], None) == []


def test_the_group_sees_its_own_page_before_it_is_public(client: Client, here: World) -> None:
    anna = signed_in(client, name="Anna")
    mine = draft(anna)

    answer = client.get(f"/initiatieven/{mine.slug}/", headers={"host": HOST_A})

    assert answer.status_code == 200
    assert b'name="robots" content="noindex"' in answer.content
    assert not answer.context["streams"]
    assert Client().get(f"/initiatieven/{mine.slug}/", headers={"host": HOST_A}).status_code == 404


def test_another_municipality_shows_nothing_of_it(client: Client, here: World) -> None:
    mine = shown(here)

    assert titles(client, host=HOST_B) == []
    assert asked(client, host=HOST_B)["results"] == []
    for address in (f"/initiatieven/{mine.slug}/", f"/api/v1/initiatives/{mine.slug}"):
        assert client.get(address, headers={"host": HOST_B}).status_code == 404
        assert client.get(address, headers={"host": HOST_A}).status_code == 200


def test_the_list_is_narrowed_by_area_stage_theme_help_and_words(client: Client, here: World) -> None:
    garden = shown(here, "gather", theme="", title="Een tuin op het Jorisplein")
    table = shown(here, email="bo@example.nl", title="Eén lange tafel", what="Samen éten in de straat", area="WK910102")
    case = submitted(resident("x@example.nl")).case
    assert case is not None
    HelpRequest.objects.create(
        initiative=garden, case=case, kind="space", what="Een veld", seen_by="everybody", created_at=timezone.now()
    )

    assert titles(client) == [table.title, garden.title]
    assert titles(client, "?wijk=WK910101") == [garden.title], "what lies below an area counts with it"
    assert titles(client, "?wijk=WK910102") == [table.title]
    assert titles(client, "?fase=steun") == [garden.title]
    assert titles(client, "?fase=loopt") == [table.title, garden.title]
    assert titles(client, "?fase=gelukt") == []
    assert titles(client, "?hulp=1") == [garden.title]
    assert titles(client, "?q=eten+EEN+lange") == [table.title], "without case and accents, every word"
    assert titles(client, "?q=nergens") == []
    assert titles(client, "?wijk=nergens&fase=x&thema=y&volgorde=z") == [table.title, garden.title]
    assert [one["slug"] for one in asked(client, "?area=WK910101&needsHelp=true")["results"]] == [garden.slug]
    assert asked(client, "?q=tafel")["results"][0]["slug"] == table.slug
    assert asked(client, "?stage=gathering")["results"][0]["helpWanted"] == ["space"]


def test_neighbours_are_not_asked_for_what_only_the_municipality_can_give(client: Client, here: World) -> None:
    garden = shown(here, "gather", title="Een tuin op het Jorisplein")
    case = submitted(resident("x@example.nl")).case
    assert case is not None
    HelpRequest.objects.create(
        initiative=garden, case=case, kind="challenge", what="Maaien", seen_by="everybody", created_at=timezone.now()
    )
    assert asked(client)["results"][0]["helpWanted"] == []
    assert titles(client, "?hulp=1") == []
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = client.get(f"/initiatieven/{garden.slug}/hulp/").content.decode()
    assert ">Asked<" in page
    assert ">Received<" not in page


def test_a_theme_narrows_it_too(client: Client, here: World) -> None:
    theme = Theme.objects.create(gemeente=here.a, slug="groen", name="Groen", position=1)
    green = shown(here, theme="groen")
    shown(here, email="bo@example.nl", title="Soep")

    assert titles(client, "?thema=groen") == [green.title]
    assert asked(client, "?theme=groen")["results"][0]["theme"] == {"slug": theme.slug, "name": "Groen"}
    refused = client.get("/api/v1/initiatives?theme=nergens", headers={"host": HOST_A})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "theme")


def test_who_needs_support_stands_nearest_the_goal_first(client: Client, here: World) -> None:
    Threshold.objects.create(gemeente=here.a, needed=10)
    counts = {"a": 2, "b": 9, "c": 10, "d": 5}
    for name, many in counts.items():
        made = shown(here, "gather", email=f"{name}@example.nl", title=name)
        Initiative.objects.filter(pk=made.pk).update(support_count=many - 1, paper_count=1)

    assert titles(client, "?volgorde=bijna") == ["b", "d", "a"]
    assert titles(client, "?volgorde=steun") == ["c", "b", "d", "a"]
    first = asked(client, "?order=needs-support&limit=1")
    assert first["results"][0]["support"] == {"total": 9, "onPaper": 1, "needed": 10}
    second = client.get(first["next"], headers={"host": HOST_A}).json()
    assert second["results"][0]["title"] == "d"


def test_pages_go_on_where_the_last_one_ended_without_a_script(client: Client, here: World) -> None:
    made = shown(here)
    rows = [
        Initiative(
            gemeente_id=made.gemeente_id,
            slug=f"plan-{number}",
            title=f"Plan {number}",
            area_id=made.area_id,
            stage="talking",
            case=submitted(resident(f"n{number}@example.nl")).case,
            stage_since=made.stage_since,
            created_at=made.created_at,
            changed_at=made.changed_at,
            submitted_at=made.submitted_at,
            published_at=made.published_at,
        )
        for number in range(14)
    ]
    Initiative.objects.exclude(pk=made.pk).update(case=None, stage="draft", submitted_at=None)
    Initiative.objects.bulk_create(rows)

    first = client.get("/initiatieven/?fase=loopt", headers={"host": HOST_A})
    second = client.get(f"/initiatieven/{first.context['next']}", headers={"host": HOST_A})

    found = [line.slug for page in (first, second) for line in page.context["lines"]]
    assert (len(found), len(set(found))) == (15, 15)
    assert second.context["next"] == ""
    assert second.context["first"] == "?fase=loopt"
    broken = client.get("/initiatieven/?na=zomaar&fase=loopt", headers={"host": HOST_A})
    assert (broken.status_code, broken["Location"]) == (302, "/initiatieven/?fase=loopt")


def test_the_page_shows_the_plan_the_people_and_the_way(client: Client, here: World) -> None:
    mine = shown(here, "gather", why="Het ligt al jaren leeg.", when="In mei")

    page = client.get(f"/initiatieven/{mine.slug}/", headers={"host": HOST_A, "accept-language": "en"})
    html = page.content.decode()

    assert "Het ligt al jaren leeg." in html
    assert "In mei" in html
    assert [(one.name, one.role) for one in page.context["group"]] == [("Anna", "starter")]
    assert page.context["coach"].name == here.carla.name
    states = [(mark.stage, mark.state) for mark in page.context["way"].marks]
    assert states == [
        ("idea", "done"),
        ("talking", "done"),
        ("gathering", "now"),
        ("plan", "next"),
        ("doing", "next"),
        ("done", "next"),
    ]
    assert "anna@example.nl" not in html
    assert f"initiative:{mine.slug}=" in html
    assert '"@type": "Project"' in html


def test_a_refusal_shows_why_what_was_learned_and_what_the_group_says(client: Client, here: World) -> None:
    mine = shown(here, "gather")
    step(here, mine, "stop", **WHY)
    anna = Resident.objects.get(email="anna@example.nl")
    answer_back(slug=mine.slug, text="Wij zoeken een andere plek.", actor=actor(anna), now=timezone.now())

    html = client.get(f"/initiatieven/{mine.slug}/", headers={"host": HOST_A}).content.decode()
    outcome = client.get(f"/api/v1/initiatives/{mine.slug}", headers={"host": HOST_A}).json()["outcome"]

    for words in (*WHY.values(), "Wij zoeken een andere plek."):
        assert words in html
    assert (outcome["by"], outcome["reason"], outcome["answer"]) == (
        "coach", "De grond is vervuild.", "Wij zoeken een andere plek.",
    )  # fmt: skip


def test_what_rests_says_so_and_wakes_without_it(client: Client, here: World) -> None:
    mine = shown(here, "gather")
    step(here, mine, "rest", **WHY)
    resting = client.get(f"/initiatieven/{mine.slug}/", headers={"host": HOST_A}).context["way"]
    step(here, mine, "wake")
    awake = client.get(f"/initiatieven/{mine.slug}/", headers={"host": HOST_A}).context["way"]

    assert (resting.now.reason, resting.marks[-1].state) == (WHY["reason"], "next")
    assert awake.now is None
    assert [told.reason for told in awake.before] == [WHY["reason"]]
    assert [mark.stage for mark in awake.marks if mark.state == "now"] == ["gathering"]


def test_the_api_gives_points_for_a_map_and_no_contact_data(client: Client, here: World) -> None:
    mine = shown(here, point=(5.002, 52.005))

    points = asked(client, "?bbox=4.9,51.9,5.2,52.1", accept="application/geo+json")
    one = client.get(f"/api/v1/initiatives/{mine.slug}", headers={"host": HOST_A})

    assert points["features"][0]["geometry"] == {"type": "Point", "coordinates": [5.002, 52.005]}
    assert asked(client, "?bbox=6,51.9,6.2,52.1", accept="application/geo+json")["features"] == []
    assert one.json()["members"] == [{"name": "Anna", "role": "starter"}]
    assert "@example.nl" not in one.content.decode()
    assert one["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/v1/initiatives?cursor=zomaar", headers={"host": HOST_A}).status_code == 400


def test_a_feed_of_a_wijk_and_of_the_town(client: Client, here: World) -> None:
    mine = shown(here)

    town = client.get("/feeds/initiatieven.atom", headers={"host": HOST_A})
    other = client.get("/feeds/wijk/WK910102/initiatieven.atom", headers={"host": HOST_A})

    assert town["Content-Type"].startswith("application/atom+xml")
    assert f"/initiatieven/{mine.slug}/" in town.content.decode()
    assert mine.slug not in other.content.decode()
    assert client.get("/feeds/wijk/WK910102/initiatieven.atom", headers={"host": HOST_B}).status_code == 404


def test_anybody_may_follow_the_stream_of_a_public_one(here: World) -> None:
    mine = shown(here)

    assert public_streams([f"initiative:{mine.slug}", "initiative:nergens"], None) == [f"initiative:{mine.slug}"]
    assert public_streams([f"initiative:{mine.slug}"], here.b.pk) == []


def test_an_empty_list_invites_to_begin(client: Client, here: World) -> None:
    for query in ("", "?q=nergens", "?wijk=WK910101"):
        html = client.get(f"/initiatieven/{query}", headers={"host": HOST_A}).content.decode()
        assert "/initiatieven/beginnen/" in html


def test_a_list_costs_the_same_whatever_it_holds(
    client: Client, here: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        shown(here, "gather", email=f"n{number}@example.nl")
    client.get("/initiatieven/", headers={"host": HOST_A})

    with django_assert_max_num_queries(5):
        client.get("/initiatieven/?fase=steun&q=tuin&hulp=0", headers={"host": HOST_A})
    with django_assert_max_num_queries(4):
        client.get("/api/v1/initiatives", headers={"host": HOST_A})


def full(world: World, initiative: Initiative) -> None:
    """With something of everything that its page shows."""
    anna, now = resident("anna@example.nl", name="Anna"), timezone.now()
    Responsibility.objects.create(gemeente=world.a, kind="help-request", team=world.care)
    made = {"gemeente": world.a, "created_at": now, "width": 4, "height": 3, "bytes": 1}
    photos = [Photo.objects.create(**made) for _number in range(4)]
    update = Update.objects.create(initiative=initiative, text="Vandaag begonnen we.", created_at=now)
    for at, photo in enumerate(photos):
        place: Any = InitiativePhoto(initiative=initiative) if at % 2 else UpdatePhoto(update=update)
        place.photo, place.position = photo, at
        place.save()
    for kind in ("hands", "advice"):
        ask(initiative, anna, kind, seen_by="everybody")
    for number in range(3):
        said = Comment.objects.create(initiative=initiative, name="Bea", text=f"Mooi {number}", created_at=now)
        Comment.objects.create(initiative=initiative, parent=said, name="Ans", text=f"Ja {number}", created_at=now)
    add_milestone(slug=initiative.slug, title="De eerste oogst", on=now.date(), actor=actor(anna), now=now)
    entry: dict[str, Any] = {"label": "Aarde", "cents": 5000, "on": now.date(), "planned": False, "direction": "in"}
    add_entry(slug=initiative.slug, **entry, actor=actor(anna), now=now)


@pytest.mark.parametrize("ended", [False, True])
def test_a_page_costs_at_most_fifteen_queries(
    ended: bool, client: Client, here: World, django_assert_max_num_queries: Any
) -> None:
    mine = shown(here, "gather", "plan", "begin")
    full(here, mine)
    if ended:
        mine = step(here, mine, "finish")
        LookingBack.objects.create(initiative=mine, worked="Samen eten na het werk.", changed_at=timezone.now())
    page = client.get(f"/initiatieven/{mine.slug}/", headers={"host": HOST_A})
    said = page.content.decode()
    for words in ("Vandaag begonnen we.", "Mooi 2", "De eerste oogst", "Aarde"):
        assert words in said, words
    assert ("Samen eten na het werk." in said) is ended

    with django_assert_max_num_queries(14):
        client.get(f"/initiatieven/{mine.slug}/", headers={"host": HOST_A})
    for who in ("neighbour@example.nl", "anna@example.nl"):
        signed_in(client, who)
        with django_assert_max_num_queries(15):
            client.get(f"/initiatieven/{mine.slug}/", headers={"host": HOST_A})


def test_search_engines_learn_of_what_is_public_only(client: Client, here: World) -> None:
    set_up_site(here.a.pk)
    mine, idea = shown(here), submitted(resident("c@example.nl"))

    found = client.get("/sitemap.xml", headers={"host": HOST_A}).content.decode()
    frame = client.get(f"/insluiten/initiatieven/{here.west.code}/", headers={"host": HOST_A}).content.decode()

    assert f"/initiatieven/{mine.slug}/</loc>" in found
    assert f"/initiatieven/{mine.slug}/" in frame
    assert idea.slug not in found + frame
