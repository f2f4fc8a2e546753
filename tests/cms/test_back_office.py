"""`/beheer/` for editors and administrators: every screen opens, previews work, and each stays with their own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from wagtail.documents import get_document_model
from wagtail.models import Page

from cms.base.blocks.text import PhotoBlock
from cms.base.files import collection_of
from cms.news.models import NewsIndexPage, NewsPage
from cms.wijken.models import WijkIndexPage, WijkPage
from core.accounts.models import User
from core.areas.tenancy import Scope
from tests.cms.conftest import HOST_A, Sites, picture
from tests.cms.forms import filled_in

BODY = WijkPage._meta.get_field("body").stream_block


def menu(client: Client) -> set[str]:
    """Every address the menu of this person offers."""
    page = client.get("/beheer/")
    assert page.status_code == 200
    props = re.search(
        r'<script id="wagtail-sidebar-props" type="application/json">(.*?)</script>', page.content.decode(), re.DOTALL
    )
    assert props, "the menu moved to another place in the page"
    return set(re.findall(r"/beheer/[^\"\\]*", props[1])) - {"/beheer/logout/"}


def edit_form(client: Client, page: Any, **changes: Any) -> dict[str, Any]:
    return filled_in(client.get(f"/beheer/pages/{page.pk}/edit/"), **changes)


@pytest.mark.parametrize("who", ["superuser", "editor", "administrator"])
def test_every_address_in_the_menu_opens(who: str, request: pytest.FixtureRequest, sites: Sites) -> None:
    client: Client = request.getfixturevalue(who)
    addresses = menu(client)
    assert len(addresses) >= 4
    answers = {address: client.get(address) for address in sorted(addresses)}
    refused = {
        address: (answer.status_code, answer.headers.get("Location"))
        for address, answer in answers.items()
        if answer.status_code != 200 and answer.headers.get("Location", "/beheer/") == "/beheer/"
    }
    assert refused == {}


def test_it_has_our_colours_and_one_place_for_host_names(sites: Sites, superuser: Client) -> None:
    page = superuser.get("/beheer/").content.decode()
    assert "app/beheer.css" in page
    assert reverse("wagtailsites:index") not in page


def test_an_administrator_sets_up_and_an_editor_does_not(editor: Client, administrator: Client) -> None:
    assert reverse("teams:index") in menu(administrator)
    assert reverse("teams:index") not in menu(editor)
    assert editor.get(reverse("teams:index")).status_code == 302
    for client in (editor, administrator):
        assert "/beheer/sites/" not in menu(client)
        assert "/beheer/users/" not in menu(client)


def test_an_administrator_sees_the_rows_of_the_own_municipality(sites: Sites, administrator: Client) -> None:
    listed = administrator.get(reverse("organisations:index")).content.decode()
    assert "Gemeente Waterstad" in listed
    assert "Gemeente Duindorp" not in listed


def test_somebody_who_is_not_signed_in_goes_to_our_own_sign_in(sites: Sites) -> None:
    answer = Client(headers={"host": HOST_A}).get("/beheer/pages/", follow=True)
    assert answer.redirect_chain[-1] == ("/account/login/?next=/beheer/pages/", 302)
    direct = Client(headers={"host": HOST_A}).post("/beheer/login/", {"username": "x", "password": "y"})
    assert direct["Location"].startswith("/account/login/"), "no second door without a second factor"


def test_an_editor_without_a_second_factor_is_sent_to_set_one_up(sites: Sites) -> None:
    user = User.objects.create(username="zonder")
    user.groups.add(sites.a.editors)
    client = Client(headers={"host": "waterstad.test"})
    client.force_login(user)
    answer = client.get("/beheer/")
    assert answer.status_code == 302
    assert not answer["Location"].startswith("/beheer")


def test_an_editor_reaches_no_page_of_another_municipality(sites: Sites, editor: Client) -> None:
    listed = editor.get(f"/beheer/pages/{sites.a.home.pk}/").content.decode()
    assert f"/beheer/pages/{sites.b.home.pk}/" not in listed
    for page in (sites.b.home, sites.wijk(sites.world.b.children.get())):
        assert editor.get(f"/beheer/pages/{page.pk}/edit/").status_code in {302, 403}
    assert editor.get(f"/beheer/pages/{sites.wijk(sites.world.west).pk}/edit/").status_code == 200
    chooser = editor.get(f"/beheer/choose-page/{Page.get_first_root_node().pk}/").content.decode()
    assert "duindorp" not in chooser.lower()
    found = editor.get("/beheer/choose-page/search/?q=Duinwijk").content.decode()
    assert f"/beheer/pages/{sites.b.home.pk}/" not in found
    assert "/wijken/duinwijk/" not in found


def test_images_and_documents_stay_with_their_municipality(sites: Sites, editor: Client, tmp_path: Path) -> None:
    picture(sites.world.a, tmp_path, "Ons plein")
    foreign = picture(sites.world.b, tmp_path, "Andermans duin")
    documents = get_document_model().objects
    documents.create(title="Onze folder", file="a.pdf", collection=collection_of(sites.world.a))
    documents.create(title="Andermans folder", file="b.pdf", collection=collection_of(sites.world.b))
    for address in ("/beheer/images/", "/beheer/images/chooser/", "/beheer/documents/", "/beheer/documents/chooser/"):
        shown = editor.get(address).content.decode()
        assert re.search("Ons plein|Onze folder", shown), address
        assert "Andermans" not in shown, address
    assert editor.get(f"/beheer/images/{foreign.pk}/").status_code in {302, 403, 404}


@pytest.mark.parametrize("model", [WijkPage, NewsPage, NewsIndexPage, WijkIndexPage])
def test_a_draft_opens_as_a_page_that_the_editor_may_frame(sites: Sites, editor: Client, model: Any) -> None:
    sites.news(sites.a, "Bericht")
    page = model.objects.descendant_of(sites.a.home).first()
    view = editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert view.status_code == 200
    assert f">{page.title}</h1>" in view.content.decode()
    assert "frame-ancestors 'none'" not in view.headers.get("Content-Security-Policy", "")
    assert view.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_what_an_editor_typed_shows_in_the_preview_before_it_is_saved(sites: Sites, editor: Client) -> None:
    page = sites.wijk(sites.world.west)
    address = f"/beheer/pages/{page.pk}/edit/preview/"
    said = editor.post(address, edit_form(editor, page, story="Hier wonen we graag."))
    assert said.json() == {"is_valid": True, "is_available": True}
    assert "Hier wonen we graag." in editor.get(f"{address}?mode=").content.decode()
    assert "Hier wonen we graag." not in sites.visit("/wijken/westerwijk/").content.decode()


def test_an_editor_publishes_a_story(sites: Sites, editor: Client) -> None:
    page = sites.wijk(sites.world.west)
    form = edit_form(editor, page, story="Hier wonen we graag.", **{"action-publish": "1"})
    assert editor.post(f"/beheer/pages/{page.pk}/edit/", form).status_code == 302
    assert "Hier wonen we graag." in sites.visit("/wijken/westerwijk/").content.decode()


def test_a_second_page_for_a_wijk_is_refused_in_clear_words(sites: Sites, editor: Client) -> None:
    page = sites.wijk(sites.world.east)
    answer = editor.post(f"/beheer/pages/{page.pk}/edit/", edit_form(editor, page, area=sites.world.west.pk))
    assert answer.status_code == 200
    errors = answer.context["form"].errors["area"]
    assert any("Westerwijk" in error for error in errors)


def test_only_wijken_of_the_own_municipality_can_be_chosen(sites: Sites, editor: Client) -> None:
    page = sites.wijk(sites.world.east)
    form = editor.get(f"/beheer/pages/{page.pk}/edit/").context["form"]
    offered = {area.code for area in form.fields["area"].queryset}
    assert {"WK910101", "WK910102"} <= offered
    assert not any(code.startswith(("GM", "WK9102", "BU9102")) for code in offered)
    answer = editor.post(
        f"/beheer/pages/{page.pk}/edit/", edit_form(editor, page, area=sites.world.b.children.get().pk)
    )
    assert "area" in answer.context["form"].errors


def test_a_copy_starts_without_an_area_and_stays_hidden(sites: Sites) -> None:
    page = sites.wijk(sites.world.west)
    copy = page.copy(update_attrs={"slug": "kopie", "title": "Kopie"}, keep_live=True)
    assert copy.area_id is None
    assert sites.visit("/wijken/kopie/").status_code == 404
    assert "Kopie" not in sites.visit("/wijken/").content.decode()


@pytest.mark.parametrize(("name", "block"), BODY.child_blocks.items())
def test_every_block_says_what_it_is_for_and_renders_its_example(name: str, block: Any, sites: Sites) -> None:
    assert block.meta.icon != "placeholder", name
    assert str(block.get_description()), name
    assert block.is_previewable, name
    request = RequestFactory(headers={"host": HOST_A}).get("/")
    request.scope = Scope(sites.world.a.pk, bound=True)  # type: ignore[attr-defined]
    assert block.render(block.get_preview_value(), {"request": request}).strip(), name


@pytest.mark.parametrize(("name", "block"), BODY.child_blocks.items())
def test_the_example_of_a_block_opens_in_our_own_looks(name: str, block: Any, sites: Sites, editor: Client) -> None:
    shown = editor.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert shown.status_code == 200, name


def test_migrations_know_nothing_of_the_blocks() -> None:
    field = WijkPage._meta.get_field("body")
    _name, path, args, kwargs = field.deconstruct()
    assert path == "cms.base.blocks.BodyField"
    assert args == []
    assert json.dumps(kwargs, default=str)
    assert "block_lookup" not in kwargs


def test_half_a_form_is_refused_and_is_no_fault_of_ours(sites: Sites, editor: Client) -> None:
    """As an old tab or a page that did not load whole sends it."""
    page = sites.news(sites.a, "Nieuws")
    answer = editor.post(f"/beheer/pages/{page.pk}/edit/", {"title": "Half"})
    assert answer.status_code == 400
    assert "Go back and try again" in answer.content.decode()
    page.refresh_from_db()
    assert page.title == "Nieuws"


def test_the_field_for_a_photo_has_a_name_in_the_language_of_the_editor() -> None:
    with translation.override("nl"):
        assert str(PhotoBlock().child_blocks["photo"].child_blocks["image"].label) == "Foto"
