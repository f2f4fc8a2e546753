"""The editor of a translation shows what it holds, and nothing that has no effect."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from cms.base.translations import text_fields, translate
from cms.wins.models import SmallWinPage, Thanked
from tests.cms.conftest import Sites
from tests.cms.test_editing import every_kind
from tests.cms.test_pages import html
from tests.cms.test_rights_per_wijk import win
from tests.cms.test_translations import in_english

NOT_OF_TEXTS = {"slug", "date", "area", "theme", "photo", "photos_checked", "photo_consent", "in_footer", "reviewed_on"}


def opened(editor: Client, page: Any) -> Any:
    return editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))


def test_the_editor_of_a_translation_shows_its_texts_alone(sites: Sites, editor: Client) -> None:
    for page in every_kind(sites):
        dutch = opened(editor, page)
        assert "texts-only" not in html(dutch)
        texts = translate(page, "en")
        shown = opened(editor, texts)
        form = shown.context["form"]
        own = text_fields(type(page)) | {"go_live_at", "expire_at", "comment_notifications"}
        assert set(form.fields) <= own and not set(form.fields) & NOT_OF_TEXTS, type(page)
        assert set(form.formsets) <= {"comments"}, type(page)
        said = html(shown)
        assert "texts-only" in said, type(page)
        for name in set(dutch.context["form"].formsets) - {"comments"}:
            assert f"id_{name}-TOTAL_FORMS" in html(dutch)
            assert f"id_{name}-TOTAL_FORMS" not in said, (type(page), name)


def test_who_is_thanked_stands_in_the_translation_too(sites: Sites) -> None:
    page = win(sites.wijk(sites.world.west), "Gelukt")
    page.thanked = [
        Thanked(kind=Thanked.Kind.GROUP, name="Buurtgroep Groen"),
        Thanked(kind=Thanked.Kind.PROFESSIONAL, professional=sites.world.bram),
        Thanked(kind=Thanked.Kind.REPORTER),
    ]
    page.save_revision().publish()
    in_english(page, "It worked")
    dutch = SmallWinPage.objects.get(pk=page.pk)
    said = html(sites.visit(f"/en{dutch.get_url_parts()[2]}"))
    assert ">It worked</h1>" in said
    assert "Buurtgroep Groen" in said and "Bram" in said and "the resident who reported it" in said


def test_the_tone_helper_is_off_for_what_is_not_dutch(sites: Sites, editor: Client) -> None:
    page = sites.news(sites.a, "Probleemwijk")
    texts = translate(page, "en")
    assert "data-tone " in html(opened(editor, page))
    shown = html(opened(editor, texts))
    assert "data-tone" not in shown and "reads Dutch only" in shown
    typed = {"texts": [{"name": "title", "text": "Een probleemwijk"}]}

    def marks(of: Any) -> int:
        address = reverse("tone_edit", args=[of.pk])
        return int(editor.post(address, typed, content_type="application/json").json()["count"])

    assert marks(page) > 0
    assert marks(texts) == 0
