"""A photo that a resident made is shown only with their word; taking it back is enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from wagtail.images import get_image_model

from cms.base.share_image import share_image_url
from cms.wins.models import SmallWinPage
from core.events.models import Event
from core.work.worker import run_due_tasks
from participation.cases.models import Case, Consent
from tests.cms.celebrating import BY_HAND, address_of, draft, form_of, make, reported, solve
from tests.cms.conftest import Sites
from tests.support.world import HOST_A


@pytest.fixture
def asked(sites: Sites) -> tuple[Client, str, Case, SmallWinPage]:
    """The resident's browser, their private token, the case and its draft."""
    world = sites.world
    sent = reported(world, language="en")
    case = solve(world, sent.case)
    page = draft(world, case)
    browser = Client(headers={"host": HOST_A, "accept-language": "en"})
    browser.get(f"/volgen/{sent.token}/")
    return browser, sent.token, case, page


def say(browser: Client, photos: str = "", **more: str) -> Any:
    return browser.post("/volgen/toestemming/", {"photos": photos, **more}, follow=True)


def publish(editor: Client, page: SmallWinPage, **changes: Any) -> Any:
    return editor.post(f"/beheer/pages/{page.pk}/edit/", form_of(page, **changes))


def test_a_draft_with_their_photo_asks_the_resident_in_their_language(
    asked: tuple[Client, str, Case, SmallWinPage],
) -> None:
    browser, _token, case, _page = asked
    run_due_tasks()

    assert any("May we show your photo?" in str(one.body) for one in mail.outbox if one.to == ["anna@example.nl"])
    html = browser.get("/volgen/").content.decode()
    assert 'id="consent"' in html
    assert 'value="yes"' in html
    assert Consent.objects.get().case_id == case.pk


def test_a_draft_without_their_photo_asks_nothing(sites: Sites) -> None:
    world = sites.world
    sent = reported(world, photos=[])
    draft(world, solve(world, sent.case))
    browser = Client(headers={"host": HOST_A})
    browser.get(f"/volgen/{sent.token}/")

    assert not Consent.objects.exists()
    assert 'id="consent"' not in browser.get("/volgen/").content.decode()
    assert say(browser, "yes").status_code == 409


def test_a_second_draft_does_not_ask_twice(sites: Sites, asked: tuple[Client, str, Case, SmallWinPage]) -> None:
    _browser, _token, case, page = asked
    page.delete()
    make(sites.world.client(sites.world.bram), case)
    run_due_tasks()

    assert sum("May we show" in str(one.body) for one in mail.outbox) == 1


def test_it_is_published_after_a_yes_and_not_before(
    asked: tuple[Client, str, Case, SmallWinPage], editor: Client
) -> None:
    browser, _token, _case, page = asked
    assert "photo_consent" in publish(editor, page).context["form"].errors

    assert say(browser, "yes").status_code == 200
    assert publish(editor, page).status_code == 302

    page.refresh_from_db()
    assert page.live
    assert page.photo_before_id is not None
    shown = browser.get("/volgen/").content.decode()
    assert page.title in shown
    assert 'value="no"' in shown


def test_an_editor_writes_down_how_and_when_they_agreed(
    asked: tuple[Client, str, Case, SmallWinPage], editor: Client
) -> None:
    page = asked[3]
    half = {"photo_consent": BY_HAND["photo_consent"]}
    assert "photo_consent" in publish(editor, page, **half).context["form"].errors
    assert publish(editor, page, **BY_HAND).status_code == 302
    page.refresh_from_db()
    assert page.photo_before_id is not None


def test_a_no_outweighs_what_an_editor_wrote_down(
    asked: tuple[Client, str, Case, SmallWinPage], editor: Client
) -> None:
    browser, _token, _case, page = asked
    publish(editor, page, **BY_HAND)
    say(browser, "no")

    page.refresh_from_db()
    assert page.live
    assert page.photo_before_id is None


def test_taking_it_back_takes_the_photo_off_at_once_with_its_files(
    sites: Sites, asked: tuple[Client, str, Case, SmallWinPage], editor: Client, settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    browser, _token, _case, page = asked
    say(browser, "yes")
    publish(editor, page)
    page.refresh_from_db()
    before = page.photo_before
    assert before is not None
    address = address_of(page)
    assert sites.visit(address).content.count(b"<figcaption>") == 2
    old = share_image_url(page)
    picture = sites.visit(old)
    assert (picture.status_code, b"".join(picture.streaming_content)[:4]) == (200, b"\x89PNG")
    drawn = Path(settings.MEDIA_ROOT) / "share"
    files = [Path(settings.MEDIA_ROOT) / one.file.name for one in (before, *before.renditions.all())]
    assert all(one.exists() for one in files)

    with django_capture_on_commit_callbacks(execute=True):
        say(browser, "no")

    assert sites.visit(address).content.count(b"<figcaption>") == 1
    run_due_tasks()
    assert not any(one.exists() for one in files)
    assert not list(drawn.glob("*.png"))
    assert sites.visit(old).status_code == 302
    page.refresh_from_db()
    page.get_latest_revision().publish()
    page.refresh_from_db()
    assert page.photo_before_id is None
    assert page.photo_after_id is not None
    assert "You do not want us" in browser.get("/volgen/").content.decode()


def test_a_yes_after_a_no_is_told_that_the_copy_is_gone(asked: tuple[Client, str, Case, SmallWinPage]) -> None:
    browser = asked[0]
    say(browser, "no")

    assert say(browser, "yes").status_code == 409
    assert not get_image_model().objects.filter(of_resident__isnull=False).exists()


def test_a_report_that_is_taken_back_takes_photo_and_name_along(
    sites: Sites, asked: tuple[Client, str, Case, SmallWinPage], editor: Client
) -> None:
    browser, _token, case, page = asked
    say(browser, "yes", name="Anna")
    publish(editor, page)
    assert "Anna</bdi>" in sites.visit(address_of(page)).content.decode()

    browser.post("/volgen/intrekken/")

    case.refresh_from_db()
    assert case.version == Event.objects.filter(subject=f"case/{case.reference}").count()
    html = sites.visit(address_of(page)).content.decode()
    assert html.count("<figcaption>") == 1
    assert "Anna<" not in html
    assert Consent.objects.get(case=case).name == ""


def test_the_resident_is_thanked_by_the_name_they_chose_and_stands_on_no_page_of_ours(
    sites: Sites, asked: tuple[Client, str, Case, SmallWinPage], editor: Client
) -> None:
    browser, _token, _case, page = asked
    say(browser, "yes")
    publish(editor, page)
    assert "the resident who reported it" in sites.visit(address_of(page)).content.decode()

    say(browser, name="Annabel van de Haven")

    assert "<bdi>Annabel van de Haven</bdi>" in sites.visit(address_of(page)).content.decode()
    assert "Annabel" not in str(page.get_latest_revision().content)
    say(browser, name="")
    assert "Annabel" not in sites.visit(address_of(page)).content.decode()


@pytest.mark.parametrize("name", ["bel 0612345678", "www.koop.nl", "a@b.nl", "x" * 61])
def test_a_name_is_a_name(asked: tuple[Client, str, Case, SmallWinPage], name: str) -> None:
    browser = asked[0]

    refused = say(browser, "yes", name=name)

    assert refused.status_code == 400
    assert Consent.objects.get().photos is None
    html = refused.content.decode()
    assert f'value="{name}"' in html
    assert "id_thanked_error" in html


def test_the_api_tells_and_takes_the_same(asked: tuple[Client, str, Case, SmallWinPage], editor: Client) -> None:
    _browser, token, _case, page = asked
    bearer = {"host": HOST_A, "accept-language": "en", "authorization": f"Bearer {token}"}
    client = Client(headers=bearer)
    assert client.get("/api/v1/tracking").json()["consent"] == {"photos": None, "thankAs": "", "page": None}

    said = client.post("/api/v1/tracking/consent", {"photos": True, "thankAs": "Anna"}, "application/json")

    assert said.status_code == 201
    assert said.json()["consent"] == {"photos": True, "thankAs": "Anna", "page": None}
    publish(editor, page)
    told = client.get("/api/v1/tracking").json()["consent"]["page"]
    assert told["title"] == page.title
    assert told["url"].endswith(address_of(page))
    wrong = Client(headers=bearer | {"authorization": "Bearer x"}).post("/api/v1/tracking/consent", {"photos": True})
    assert wrong.status_code == 404


def test_a_road_around_the_form_leaves_out_what_nobody_agreed_to(
    asked: tuple[Client, str, Case, SmallWinPage], editor: Client
) -> None:
    page = asked[3]
    page.photos_checked = True
    body: Any = [("photo", {"photo": page.photo_before, "caption": ""}), ("heading", "Schoon")]
    page.body = body
    page.save_revision()

    editor.post(f"/beheer/bulk/wagtailcore/page/publish/?id={page.pk}", {"include_descendants": ""})

    page.refresh_from_db()
    assert page.live
    assert page.photo_before_id is None
    assert page.photo_after_id is not None
    assert [one.block_type for one in page.body] == ["heading"]


def test_their_photo_is_offered_to_other_pages_only_after_a_yes(
    asked: tuple[Client, str, Case, SmallWinPage], editor: Client
) -> None:
    browser, _token, _case, page = asked
    theirs = f'data-id="{page.photo_before_id}"'
    chooser = "/beheer/images/chooser/results/"

    def offered() -> bool:
        return f"/{page.photo_before_id}/" in editor.get(chooser).content.decode()

    assert theirs
    assert not offered()
    say(browser, "yes")
    assert offered()


def test_a_copy_of_the_page_has_neither_case_nor_consent_nor_thanks(
    asked: tuple[Client, str, Case, SmallWinPage], editor: Client
) -> None:
    browser, _token, _case, page = asked
    say(browser, "yes", name="Anna")
    publish(editor, page, **BY_HAND)
    page.refresh_from_db()

    copy = page.copy(update_attrs={"slug": "kopie", "title": "Kopie"}, keep_live=False)

    assert (copy.case_id, copy.photo_consent, copy.photo_consent_on, copy.photos_checked) == (None, "", None, False)
    assert not copy.thanked.exists()
    again = copy.get_latest_revision().as_object()
    assert (again.case_id, again.photo_consent, list(again.thanked.all())) == (None, "", [])


def test_who_is_thanked_needs_what_their_kind_needs(sites: Sites, editor: Client) -> None:
    world = sites.world
    page = draft(world, solve(world, reported(world, photos=[]).case))
    row = {"thanked-2-kind": "resident", "thanked-2-name": "Fatma", "thanked-2-agreed": ""}

    refused = publish(editor, page, **row)
    assert "agreed" in refused.context["form"].formsets["thanked"].errors[2]
    nobody = {"thanked-1-professional": ""}
    assert "professional" in publish(editor, page, **nobody).context["form"].formsets["thanked"].errors[1]

    assert publish(editor, page, **row | {"thanked-2-agreed": "op 20 november, aan de deur"}).status_code == 302
    html = sites.visit(address_of(page)).content.decode()
    assert "<bdi>Fatma</bdi>" in html
    assert "aan de deur" not in html
    assert "<bdi>Bram</bdi>, <bdi>Wijkbeheerder</bdi>" in html


def test_a_professional_who_no_longer_shows_their_face_is_not_named(sites: Sites) -> None:
    world = sites.world
    page = draft(world, solve(world, reported(world, photos=[]).case))
    page.save_revision().publish()
    world.bram.is_public = False
    world.bram.save()

    assert "Bram" not in sites.visit(address_of(page)).content.decode()
