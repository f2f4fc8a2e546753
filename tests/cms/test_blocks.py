"""The blocks of a page's text: what editors are shown, and what visitors get of them full, empty and broken."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import ReferenceIndex

from cms.base.blocks import BodyBlock
from cms.base.blocks.video import film_at
from cms.base.files import collection_of
from cms.news.models import NewsPage
from core.areas.models import Area
from participation.organisations.models import Absence, Professional
from tests.cms.conftest import HOST_A, Sites, picture
from tests.support.world import World

BLOCKS = BodyBlock().child_blocks
PUBLIC = Path(__file__).parents[2] / "frontend" / "public"
EVERY_DAY = {day: [["10:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def document(sites: Sites, title: str = "Plan voor het park") -> Any:
    file = ContentFile(b"%PDF-1.4 een plan", name="plan.pdf")
    return get_document_model().objects.create(title=title, file=file, collection=collection_of(sites.world.a))


def told(sites: Sites, *blocks: tuple[str, Any], title: str = "Een bericht") -> NewsPage:
    """A published news message whose text is made of these blocks."""
    body = [{"type": kind, "value": value} for kind, value in blocks]
    return sites.news(sites.a, title, body=json.dumps(body))


def read(sites: Sites, page: NewsPage, **headers: str) -> str:
    """What a visitor gets of its text, on one line."""
    response = sites.visit(f"/nieuws/{page.slug}/", **headers)
    assert response.status_code == 200
    whole = re.sub(r"\s+", " ", response.content.decode())
    found = re.search(r'<div class="body".*?</div> ?</article>', whole)
    return found[0] if found else ""


def photo(image: Any, **fields: Any) -> dict[str, Any]:
    return {"image": image.pk, "alt_text": "Een bloembak", "decorative": False, **fields}


def link(page: Any, words: str) -> str:
    """As rich text keeps it."""
    return f'<a linktype="page" id="{page.pk}">{words}</a>'


def everything(sites: Sites, tmp_path: Path) -> list[tuple[str, Any]]:
    """Every block there is, filled in wholly."""
    world = sites.world
    image, other = picture(world.a, tmp_path, "Eerst"), picture(world.a, tmp_path, "Nu")
    elsewhere = sites.news(sites.a, "Het hele verhaal")
    return [
        (
            "call_to_action",
            {"title": "Ziet u iets?", "text": "Zeg het.", "label": "Doe een melding", "goes_to": "report"},
        ),
        ("heading", "Wat we doen"),
        (
            "text",
            f'<p>{link(elsewhere, "verder")} of <a href="https://x.example/">daar</a>.</p>',
        ),
        ("subheading", "En zo"),
        ("quote", {"text": "Mooi geworden.", "name": "Een bewoner"}),
        ("notice", {"title": "Let op", "text": "<p>Maandag dicht.</p>"}),
        ("button", {"label": "Doe mee", "page": elsewhere.pk, "address": ""}),
        ("accordion", {"title": "Vragen", "items": [{"question": "Kost het iets?", "answer": "<p>Nee.</p>"}]}),
        ("photo", {"photo": photo(image), "caption": "De bloembak"}),
        ("before_after", {"before": photo(image), "after": photo(other), "label_before": "2024", "caption": "Klaar"}),
        (
            "video",
            {
                "title": "De tunnel",
                "address": "https://youtu.be/abc_123",
                "poster": photo(image),
                "length": "3:25",
                "transcript": "<p>Jongeren schilderen.</p>",
            },
        ),
        ("people", {"title": "Bij wie?", "people": [world.bram.pk, world.carla.pk]}),
        (
            "contact",
            {
                "name": "De Linde",
                "text": "Voor hulp",
                "phone": "+31 (0)70 123 45 67",
                "email": "linde@x.example",
                "address": "Laan 1\nWaterstad",
                "website": "https://linde.example/",
                "hours": [{"days": "Maandag", "times": "9 tot 17 uur"}],
            },
        ),
        ("map", {"title": "Onze wijk", "area": world.west.pk, "show": "all"}),
        ("initiatives", {"title": "Wat bewoners doen", "area": world.west.pk, "needs_help": False, "many": 3}),
        ("polls", {"title": "Praat mee", "area": world.west.pk, "many": 3}),
        (
            "figures",
            {
                "title": "Zo gaat het",
                "items": [
                    {
                        "label": "Meer mensen helpen",
                        "number": "38",
                        "unit": "%",
                        "trend": "up",
                        "judgement": "good",
                        "source": "Wijkpeiling",
                        "source_address": "https://x.example/peiling",
                        "measured_on": "2026-05-01",
                    }
                ],
            },
        ),
        (
            "timeline",
            {
                "title": "Door de jaren",
                "items": [
                    {"year": 2027, "month": "5", "title": "Het park gaat open", "planned": True, "page": elsewhere.pk},
                    {"year": 2024, "month": "", "title": "Een plan", "text": "Veertig buren."},
                ],
            },
        ),
        ("downloads", {"title": "Lees het plan", "items": [{"document": document(sites).pk, "title": ""}]}),
    ]


# --- what editors are shown -------------------------------------------------------------------


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_says_what_it_is_for_and_shows_an_example_in_our_looks(name: str, editor: Client) -> None:
    block = BLOCKS[name]
    assert block.label and block.meta.icon != "placeholder" and block.meta.group
    assert block.get_description()
    assert block.is_previewable
    address = reverse("wagtailadmin_block_preview")
    answer = editor.get(address, {"id": block.definition_prefix})
    assert answer.status_code == 200
    page = re.sub(r"\s+", " ", answer.content.decode())
    assert "dist/assets/site-" in page or "app/assets/site-" in page or "make frontend" in page
    shown = re.search(r'<div class="body"[^>]*>(.*)</div></main>', page)
    assert shown and shown[1].strip(), "an example is never empty"
    assert "style=" not in shown[1] and "<script" not in shown[1]
    for file in re.findall(r'src="/static/app/([^"]+)"', shown[1]):
        assert (PUBLIC / file).is_file()


def test_the_icons_of_the_blocks_exist(editor: Client) -> None:
    sprite = editor.get(reverse("wagtailadmin_sprite")).content.decode()
    for block in BLOCKS.values():
        assert f'id="icon-{block.meta.icon}"' in sprite


def test_every_block_is_tried_here(sites: Sites, tmp_path: Path) -> None:
    assert {name for name, _value in everything(sites, tmp_path)} == set(BLOCKS)


def test_a_photo_needs_words_unless_it_only_decorates(sites: Sites, tmp_path: Path) -> None:
    image = picture(sites.world.a, tmp_path)
    block = BLOCKS["photo"]

    def given(**fields: Any) -> Any:
        return block.clean(block.to_python({"photo": photo(image, **fields), "caption": ""}))

    with pytest.raises(ValidationError):
        given(alt_text="")
    assert given(alt_text="Een plein")
    assert given(alt_text="", decorative=True)


def test_a_call_to_action_needs_what_its_button_goes_to() -> None:
    block = BLOCKS["call_to_action"]
    said = {"title": "Doe mee", "label": "Geef u op", "text": "", "page": None, "address": ""}
    assert block.clean(block.to_python({**said, "goes_to": "report"}))
    for wanted in ("page", "address"):
        with pytest.raises(ValidationError) as refused:
            block.clean(block.to_python({**said, "goes_to": wanted}))
        assert wanted in refused.value.as_json_data()["blockErrors"]  # type: ignore[attr-defined]


def test_an_editor_chooses_from_the_own_municipality_only(sites: Sites, editor: Client) -> None:
    world = sites.world
    people, person = reverse("choose_people:choose"), "choose_people:chosen"
    listed = editor.get(people).json()["html"]
    assert "Bram" in listed and world.zoe.name not in listed
    assert editor.get(reverse(person, args=[world.bram.pk])).status_code == 200
    assert editor.get(reverse(person, args=[world.zoe.pk])).status_code == 404
    assert (
        world.zoe.name
        not in editor.get(reverse("choose_people:chosen_multiple"), {"id": world.zoe.pk}).content.decode()
    )
    found = editor.get(reverse("choose_people:choose_results"), {"q": "bra"}).content.decode()
    assert "Bram" in found and "Carla" not in found
    Professional.objects.filter(pk=world.bram.pk).update(is_public=False)
    assert "Bram" not in editor.get(people).json()["html"]
    areas = editor.get(reverse("choose_areas:choose"), {"q": "wijk"}).content.decode()
    assert "Westerwijk" in areas
    assert editor.get(reverse("choose_areas:chosen", args=[world.a.pk])).status_code == 404, "no municipality"


def test_an_editor_opens_a_page_with_every_block_also_when_what_it_shows_is_gone(
    sites: Sites, editor: Client, tmp_path: Path
) -> None:
    page = told(sites, *everything(sites, tmp_path))
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    opened = editor.get(address)
    assert opened.status_code == 200
    assert "Bram, Wijkbeheerder" in opened.content.decode()
    body = [
        {"type": "people", "value": {"title": "Wie", "people": [987654]}},
        {"type": "map", "value": {"area": 987654}},
    ]
    page.body = json.dumps(body)  # type: ignore[assignment]  # as it is stored
    page.save_revision().publish()
    assert editor.get(address).status_code == 200


def test_what_is_shown_of_somebody_or_somewhere_counts_as_a_use(sites: Sites, tmp_path: Path) -> None:
    page = told(sites, *everything(sites, tmp_path))
    ReferenceIndex.create_or_update_for_object(page)
    used = {str(row.to_object_id) for row in ReferenceIndex.get_references_for_object(page)}
    assert {str(sites.world.bram.pk), str(sites.world.west.pk)} <= used


# --- what visitors get ------------------------------------------------------------------------


@pytest.mark.parametrize("name", BLOCKS)
def test_an_empty_block_leaves_no_empty_frame(name: str, sites: Sites) -> None:
    block = BLOCKS[name]
    empty = block.to_python({}) if hasattr(block, "child_blocks") else block.to_python("")
    assert block.render(empty, {}).strip() == ""


def test_a_page_with_everything(sites: Sites, tmp_path: Path, django_assert_max_num_queries: Any) -> None:
    Professional.objects.filter(pk=sites.world.bram.pk).update(hours=EVERY_DAY)
    sites.world.report()
    page = told(sites, *everything(sites, tmp_path))
    shown = read(sites, page)
    for words in (
        'href="/melden/"',
        "<h2>Wat we doen</h2>",
        "<h3>En zo</h3>",
        '<a href="/nieuws/het-hele-verhaal/">verder</a>',
        '<a href="https://x.example/" rel="external noopener">daar</a>',
        "<blockquote><p>Mooi geworden.</p></blockquote>",
        '<a class="button" href="/nieuws/het-hele-verhaal/">Doe mee</a>',
        "<summary>Kost het iets?",
        "<figcaption>De bloembak</figcaption>",
        "<figcaption>2024</figcaption>",
        '<figcaption lang="en" dir="ltr">After</figcaption>',
        'data-film="https://www.youtube-nocookie.com/embed/abc_123?autoplay=1"',
        '<a href="https://youtu.be/abc_123" rel="external noopener">Watch it at YouTube</a>',
        '<bdi dir="ltr">3:25</bdi>',
        "Jongeren schilderen.",
        '<h4 class="name"><bdi>Bram</bdi></h4>',
        '<bdi dir="ltr">10:00–12:00</bdi>',
        'href="tel:+31701234567"',
        'href="mailto:linde@x.example"',
        "<address>Laan 1<br>Waterstad</address>",
        "<dt>Maandag</dt><dd>9 tot 17 uur</dd>",
        f'data-area="{sites.world.west.code}"',
        "Bulky waste next to the container",
        '<th role="rowheader" scope="row">Meer mensen helpen</th>',
        "It goes up, and that is good",
        '<time datetime="2026-05-01">',
        "Plan voor het park",
        '<span class="soft small">PDF, ',
    ):
        assert words in shown, words
    assert shown.index("Een plan") < shown.index("Het park gaat open"), "the oldest comes first"
    assert "<iframe" not in shown and "<video" not in shown
    with django_assert_max_num_queries(18):
        read(sites, page)


def test_headings_never_skip_a_level(sites: Sites, tmp_path: Path) -> None:
    blocks = everything(sites, tmp_path)
    for number, chosen in enumerate((blocks, blocks[2:], list(reversed(blocks)), [blocks[11]], [blocks[3]])):
        page = told(sites, *chosen, title=f"Volgorde {number}")
        levels = [1, *(int(level) for level in re.findall(r"<h([1-6])", read(sites, page)))]
        assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_photos_keep_their_place_come_late_and_say_what_they_show(sites: Sites, tmp_path: Path) -> None:
    image = picture(sites.world.a, tmp_path)
    image.focal_point_x, image.focal_point_y, image.focal_point_width, image.focal_point_height = 1200, 600, 50, 50
    image.save()
    pair = {"before": photo(image), "after": photo(image, alt_text="", decorative=True)}
    shown = read(sites, told(sites, ("photo", {"photo": photo(image)}), ("before_after", pair)))
    drawn = re.findall(r"<img[^>]*>", shown)
    assert len(drawn) == 3
    for one in drawn:
        assert re.search(r'width="\d+"', one) and re.search(r'height="\d+"', one)
        assert 'loading="lazy"' in one and "srcset=" in one and "sizes=" in one
    assert 'alt="Een bloembak"' in drawn[0] and 'alt="Een bloembak"' in drawn[1] and 'alt=""' in drawn[2]
    assert re.search(r"fill-640x480[^ ]*webp|\.[0-9a-f]{8}\.fill-640x480", drawn[1]), "cut around what matters"


def test_before_and_after_are_two_pictures_until_a_script_makes_a_slider_of_them(sites: Sites, tmp_path: Path) -> None:
    image = picture(sites.world.a, tmp_path)
    shown = read(sites, told(sites, ("before_after", {"before": photo(image), "after": photo(image)})))
    assert shown.count("<img") == 2
    assert re.search(r'<input type="range"[^>]* hidden aria-label="[^"]+"', shown)
    alone = read(sites, told(sites, ("before_after", {"before": None, "after": photo(image)}), title="Alleen na"))
    assert alone.count("<img") == 1
    assert "range" not in alone and "data-before-after" not in alone


def test_what_was_chosen_may_go_without_leaving_a_trace(sites: Sites, tmp_path: Path) -> None:
    world = sites.world
    image, file = picture(world.a, tmp_path, "Weg"), document(sites)
    gone, hidden = sites.news(sites.a, "Straks weg"), sites.news(sites.a, "Straks verborgen")
    page = told(
        sites,
        (
            "text",
            f"<p>Zie {link(gone, 'dit')} en {link(hidden, 'dat')}.</p>",
        ),
        ("photo", {"photo": photo(image), "caption": "Wie ben ik"}),
        ("before_after", {"before": photo(image), "after": photo(image), "caption": "Twee keer weg"}),
        ("button", {"label": "Knop naar weg", "page": gone.pk, "address": ""}),
        ("button", {"label": "Knop naar verborgen", "page": hidden.pk, "address": ""}),
        ("downloads", {"title": "Bestanden", "items": [{"document": file.pk, "title": ""}]}),
        ("people", {"title": "Mensen", "people": [world.bram.pk, 987654]}),
        ("map", {"title": "Kaart", "area": 987654, "show": "all"}),
        ("timeline", {"title": "Jaren", "items": [{"year": 2024, "title": "Blijft staan", "page": gone.pk}]}),
    )
    assert "Wie ben ik" in read(sites, page)
    image.delete()
    file.delete()
    gone.delete()
    hidden.unpublish()
    Professional.objects.filter(pk=world.bram.pk).update(is_public=False)
    shown = read(sites, page)
    assert "Zie <a>dit</a> en <a>dat</a>." in shown
    for trace in ("Wie ben ik", "Twee keer weg", "Knop naar", "Bestanden", "Mensen", "Kaart", "<figure", "straks-"):
        assert trace not in shown, trace
    assert '<p class="what">Blijft staan</p>' in shown


def test_a_document_whose_file_is_lost_is_not_offered(sites: Sites) -> None:
    file = document(sites)
    page = told(sites, ("downloads", {"title": "Bestanden", "items": [{"document": file.pk, "title": "Het plan"}]}))
    assert "Het plan" in read(sites, page)
    file.file.storage.delete(file.file.name)
    assert "Het plan" not in read(sites, page)


def test_people_come_from_their_own_card(sites: Sites) -> None:
    world, today = sites.world, timezone.localdate()
    page = told(sites, ("people", {"title": "", "people": [world.dirk.pk, world.zoe.pk, world.bram.pk]}))
    shown = read(sites, page)
    assert re.findall(r'<h2 class="name"><bdi>([^<]+)', shown) == ["Dirk", "Bram"], "in the order chosen, of here only"
    Absence.objects.create(
        professional=world.dirk, starts_on=today, ends_on=today + timedelta(days=3), replacement=world.lotte
    )
    shown = read(sites, page)
    assert "Stands in for Dirk" in shown and "Lotte" in shown
    Absence.objects.update(replacement=None)
    assert "Away" in read(sites, page)
    world.dirk.user.is_active = False
    world.dirk.user.save()
    assert "Dirk" not in read(sites, page)


def test_a_map_says_in_a_list_what_it_shows(sites: Sites) -> None:
    world = sites.world
    world.report()
    for show, listed in {"area": "Haven", "open": "Bulky waste next to the container"}.items():
        page = told(sites, ("map", {"title": "", "area": world.west.pk, "show": show}), title=f"Kaart {show}")
        shown = read(sites, page)
        assert listed in shown and f'data-show="{show}"' in shown
        assert '<div class="no-js"><svg class="outline' in shown
    elsewhere = Area.objects.filter(gemeente=world.b, level="wijk").defer("geometry").first()
    assert elsewhere
    page = told(sites, ("map", {"title": "Van hen", "area": elsewhere.pk, "show": "all"}), title="Kaart elders")
    assert "Van hen" not in read(sites, page)


def test_a_call_to_action_on_a_page_of_a_wijk_reports_there(sites: Sites) -> None:
    body = json.dumps([{"type": "call_to_action", "value": {"title": "Zeg het", "label": "Meld", "goes_to": "report"}}])
    page = sites.news(sites.a, "Van de wijk", area=sites.world.west, body=body)
    assert f'href="/melden/?wijk={sites.world.west.code}"' in read(sites, page)


def test_in_another_language_the_words_of_the_site_say_so(sites: Sites, tmp_path: Path) -> None:
    page = told(sites, *everything(sites, tmp_path))
    shown = read(sites, page, **{"accept-language": "ar"})
    assert shown.startswith('<div class="body" lang="nl" dir="auto">')
    assert re.search(r'<button[^>]* lang="ar" dir="rtl">', shown)
    assert ' lang="nl" dir="rtl"' not in shown


# --- films ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("https://www.youtube.com/watch?v=abc-_123&t=5", "https://www.youtube-nocookie.com/embed/abc-_123?autoplay=1"),
        ("https://youtu.be/abc?si=x", "https://www.youtube-nocookie.com/embed/abc?autoplay=1"),
        ("https://m.youtube.com/shorts/abc", "https://www.youtube-nocookie.com/embed/abc?autoplay=1"),
        ("https://vimeo.com/123", "https://player.vimeo.com/video/123?dnt=1&autoplay=1"),
        ("https://vimeo.com/123/abc9", "https://player.vimeo.com/video/123?dnt=1&autoplay=1&h=abc9"),
        ("https://player.vimeo.com/video/123?h=ab", "https://player.vimeo.com/video/123?dnt=1&autoplay=1&h=ab"),
        ("https://tube.example/w/aBc", "https://tube.example/videos/embed/aBc?autoplay=1"),
        ("https://tube.example/videos/watch/a-b", "https://tube.example/videos/embed/a-b?autoplay=1"),
        ("https://film.example/x/een film.MP4", "https://film.example/x/een%20film.MP4"),
    ],
)
def test_a_film_is_played_in_the_way_that_tells_least(address: str, source: str) -> None:
    film = film_at(address)
    assert film and film.source == source


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://youtu.be/abc",
        "https://www.youtube.com/",
        "https://www.youtube.com/watch?v=",
        "https://www.youtube.com/@iemand",
        "https://www.youtube.com/watch?v=abc%22onload",
        "https://youtube.com.example/watch?v=abc",
        "https://vimeo.com/iemand",
        "https://film.example/pagina",
        "https://film.example:8443/a.mp4",
        "https://u:w@film.example/a.mp4",
        "https://localhost/a.mp4",
        "https://a.example;script-src.example/a.mp4",
        "https://*.example/a.mp4",
        "https://[::1]/a.mp4",
        "https://[a.mp4",
        "javascript:alert(1)//a.mp4",
    ],
)
def test_an_address_of_no_film_plays_nothing(address: str, sites: Sites) -> None:
    assert film_at(address) is None
    block = BLOCKS["video"]
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"title": "x", "address": address}))


def test_only_a_page_with_a_film_may_load_something_of_elsewhere(sites: Sites) -> None:
    def policy(page: NewsPage) -> dict[str, str]:
        said = sites.visit(f"/nieuws/{page.slug}/")["Content-Security-Policy"]
        return dict(part.strip().split(" ", 1) for part in said.split(";") if " " in part.strip())

    plain = policy(told(sites, ("heading", "Zonder film")))
    assert "frame-src" not in plain and "media-src" not in plain and plain["default-src"] == "'none'"
    films = [
        ("video", {"title": "x", "address": f"https://{path}"}) for path in ("youtu.be/a", "youtu.be/b", "vimeo.com/1")
    ]
    files = [("video", {"title": "x", "address": "https://film.example/a.mp4"})]
    broken = [("video", {"title": "x", "address": "https://evil.example/"})]
    said = policy(told(sites, *films, *files, *broken, title="Met film"))
    assert said.pop("frame-src") == "https://www.youtube-nocookie.com https://player.vimeo.com"
    assert said.pop("media-src") == "https://film.example"
    assert {**said, "script-src": ""} == {**plain, "script-src": ""}, "and nothing else"
    assert sites.visit("/nieuws/", host=HOST_A)["Content-Security-Policy"].count("youtube") == 0


def test_a_page_that_is_kept_keeps_what_it_may_load(sites: Sites) -> None:
    page = sites.wijk(sites.world.west)
    page.body = json.dumps([{"type": "video", "value": {"title": "x", "address": "https://vimeo.com/1"}}])  # type: ignore[assignment]  # as it is stored
    page.save_revision().publish()
    for _time in range(4):
        said = sites.visit("/wijken/westerwijk/")["Content-Security-Policy"]
        assert "frame-src https://player.vimeo.com" in said


def test_links_of_one_text_cost_one_query(sites: Sites, world: World, django_assert_num_queries: Any) -> None:
    pages = [sites.news(sites.a, f"Doel {number}") for number in range(5)]
    links = "".join(link(page, "x") for page in pages)
    text = BLOCKS["text"].to_python(f"<p>{links}</p>")
    BLOCKS["text"].render(text, {})
    with django_assert_num_queries(1):
        assert BLOCKS["text"].render(text, {}).count("<a href=") == 5
