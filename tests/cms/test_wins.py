"""Small wins: drafted from a solved case, checked for what is private, published below the wijk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.images import get_image_model

from cms.wijken.models import WijkPage
from cms.wins.models import SmallWinPage
from cms.wins.privacy import leaks_in
from core.events.models import Event
from participation.cases.actions import move_case
from tests.cms.celebrating import BY_HAND, form_of, make, solved
from tests.cms.conftest import Sites
from tests.support.world import HOST_A, World


def test_a_solved_case_becomes_a_draft_with_its_facts_and_photos_and_nothing_private(sites: Sites) -> None:
    world = sites.world
    case = solved(world)

    made = make(world.client(world.bram), case)

    assert made.status_code == 201, made.content
    assert len(made.json()["warnings"]) == 2
    assert made.json()["editUrl"] is None  # Bram is no editor
    page = SmallWinPage.objects.get()
    assert page.get_parent().specific == WijkPage.objects.get(area=world.west)
    assert (page.live, page.days, page.category) == (False, 3, "Grofvuil naast de container")
    assert (page.place, page.supporters) == ("Haven", 0)
    assert page.photo_before is not None
    assert page.photo_after is not None
    assert get_image_model().objects.count() == 2
    for image in (page.photo_before, page.photo_after):
        assert page.category in image.description and "Haven" in image.description, "for who cannot see it"
    assert page.photo_before.description != page.photo_after.description
    written = " ".join([page.title, page.lead, str(page.body), *(one.name for one in page.thanked.all())])
    assert [one.kind for one in page.thanked.all()] == ["reporter", "professional", "group"]
    for private in ("Annabella", "anna@", "Piet", "12", "Havenkade", "oude bank", case.reference):
        assert private not in written
        assert private not in page.photo_after.title
    history = world.client(world.bram).get(f"/api/v1/cases/{case.reference}", headers={"accept-language": "en"}).json()
    assert "small win" in history["history"][-2]["text"]


def test_a_case_gives_one_small_win(sites: Sites, administrator: Client) -> None:
    world = sites.world
    case = solved(world)
    bram = world.client(world.bram)
    first, events = make(bram, case), Event.objects.count()

    again = make(bram, case)

    assert (again.status_code, again.json()["made"]) == (200, False)
    assert again.json()["title"] == first.json()["title"]
    assert SmallWinPage.objects.count() == 1
    assert Event.objects.count() == events
    waiting = administrator.get("/beheer/").content.decode()
    assert SmallWinPage.objects.get().title in waiting


def test_nothing_confidential_open_or_elsewhere_becomes_a_small_win(sites: Sites) -> None:
    world = sites.world
    open_case = world.report().case
    secret = world.report(category="burenoverlast", text="Ruzie").case
    move_case(
        reference=secret.reference, move="resolve", message="x", actor=world.actor(world.carla), now=timezone.now()
    )

    assert make(world.client(world.bram), open_case).status_code == 409
    assert make(world.client(world.carla), secret).status_code == 409
    assert make(world.client(world.carla), open_case).status_code == 404
    assert not SmallWinPage.objects.exists()


def test_a_wijk_without_a_page_is_said_in_words(world: World) -> None:
    case = solved(world)

    refused = make(world.client(world.bram), case)

    assert refused.status_code == 409
    assert "no page yet" in refused.json()["detail"]


def test_an_editor_publishes_it_and_the_wijk_shows_it(sites: Sites, editor: Client) -> None:
    world = sites.world
    make(world.client(world.bram), solved(world))
    page = SmallWinPage.objects.get()

    answer = editor.post(f"/beheer/pages/{page.pk}/edit/", form_of(page, **BY_HAND))

    assert answer.status_code == 302, answer.context["form"].errors
    page.refresh_from_db()
    assert page.live
    shown = sites.visit(page.url_path.removeprefix(sites.a.home.url_path.rstrip("/")))
    assert shown.status_code == 200
    html = shown.content.decode()
    assert html.count("<figcaption>") == 2
    assert "Haven" in html
    wijk = sites.visit(f"/wijken/{sites.wijk(world.west).slug}/").content.decode()
    assert page.title in wijk
    assert page.title not in sites.visit(f"/wijken/{sites.wijk(world.east).slug}/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lead", "Mail naar anna@example.nl"),
        ("lead", "Bel 06 12345678"),
        ("place", "Havenkade 12"),
        ("title", "Annabella is blij"),
        ("lead", "Maak over naar NL91 ABNA 0417 1643 00"),
        ("lead", "De auto met kenteken SX-123-P is weg"),
        ("lead", "Zijn BSN is 111222333"),
        ("thanked-2-name", "Annabella"),
        ("photo_consent", ""),
        ("lead", "Zoals zij zei: staat een oude bank naast de container"),
        ("photos_checked", ""),
    ],
)
def test_what_is_private_is_not_published(sites: Sites, editor: Client, field: str, value: str) -> None:
    world = sites.world
    make(world.client(world.bram), solved(world))
    page = SmallWinPage.objects.get()
    sent = form_of(page, **(BY_HAND | {field: value}))
    if not value:
        del sent[field]

    refused = editor.post(f"/beheer/pages/{page.pk}/edit/", sent)

    assert refused.status_code == 200
    form = refused.context["form"]
    assert field in form.errors or "name" in form.formsets["thanked"].errors[2]
    page.refresh_from_db()
    assert not page.live


def test_a_small_win_survives_losing_its_photos_and_its_case(sites: Sites) -> None:
    world = sites.world
    case = solved(world)
    make(world.client(world.bram), case)
    page = SmallWinPage.objects.get()
    page.save_revision().publish()
    get_image_model().objects.all().delete()

    shown = Client(HTTP_HOST=HOST_A).get(page.url_path.removeprefix(sites.a.home.url_path.rstrip("/")))

    assert shown.status_code == 200
    assert b"<figure" not in shown.content


def test_leaks_are_found_and_ordinary_sentences_are_not() -> None:
    assert leaks_in("Op 12 maart was de straat schoon, na 3 dagen.") == []
    assert leaks_in("Moerweg 120 is schoon") == ["house-number"]
    assert leaks_in("Bel 0612345678 of mail a@b.nl") == ["email", "phone"]
    assert leaks_in("Dank aan ANNA", private=["Anna"]) == ["person"]
    assert leaks_in("Dank aan Annabel", private=["Anna"]) == []
    assert leaks_in("Mevrouw Groot is blij", private=["anna de groot"]) == ["person"]
    assert leaks_in("Een groot feest voor de buurt", private=["Anna de Groot"]) == []
    assert leaks_in("Bel gratis 0800 1234", private=[]) == []
    assert leaks_in("een twee drie vier vijf zes", told="nul een twee drie vier vijf zes zeven") == ["quotation"]
    assert leaks_in("een twee drie vier vijf", told="nul een twee drie vier vijf zes zeven") == []
