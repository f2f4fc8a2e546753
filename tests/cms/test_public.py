"""What machines read of the pages: the API, the sitemap, the head of a page, and frames on other sites."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.agenda.models import AgendaIndexPage, EventPage
from cms.approaches.models import ApproachIndexPage, ApproachPage
from cms.base.translations import translate
from cms.news.models import NewsIndexPage, NewsPage
from cms.wins.models import SmallWinPage
from participation.routing.models import Theme
from tests.cms.conftest import HOST_A, HOST_B, Sites, picture

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def asked(path: str, host: str = HOST_A) -> Any:
    answer = Client(headers={"host": host, "accept-language": "en"}).get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def below_wijk(sites: Sites, title: str = "Onder de wijk", **fields: Any) -> NewsPage:
    page = NewsPage(title=title, lead="Wat er gebeurde.", **fields)
    sites.wijk(sites.world.west).add_child(instance=page)
    page.save_revision().publish()
    return page


def win(sites: Sites, **fields: Any) -> SmallWinPage:
    page = SmallWinPage(title="De bank staat weer", lead="Iedereen kan weer zitten.", **fields)
    sites.wijk(sites.world.west).add_child(instance=page)
    page.save_revision().publish()
    return page


def test_news_is_given_newest_first_with_its_area_photo_and_address(sites: Sites, tmp_path: Path) -> None:
    sites.news(sites.a, "Oud", date=date(2026, 1, 5))
    sites.news(sites.a, "Nieuw", date=date(2026, 2, 5), area=sites.world.east, photo=picture(sites.world.a, tmp_path))
    below_wijk(sites, date=date(2026, 1, 20))

    rows = asked("/news")["results"]

    assert [row["title"] for row in rows] == ["Nieuw", "Onder de wijk", "Oud"]
    newest, under, old = rows
    assert newest["area"] == {"code": sites.world.east.code, "name": sites.world.east.name, "level": "wijk"}
    assert under["area"]["code"] == sites.world.west.code
    assert old["area"] is None
    assert newest["photo"]["alt"] == "Het plein"
    assert (newest["photo"]["width"], newest["photo"]["height"]) == (1200, 675)
    assert b"".join(Client(headers={"host": HOST_A}).get(newest["photo"]["url"])).startswith(b"RIFF")
    assert newest["url"].startswith(f"http://{HOST_A}")
    assert Client(headers={"host": HOST_A}).get(newest["url"]).status_code == 200


def test_news_can_be_asked_per_area_and_theme(sites: Sites) -> None:
    theme = Theme.objects.filter(gemeente=sites.world.a).first() or Theme.objects.create(
        gemeente=sites.world.a, slug="groen", name="Groen"
    )
    sites.news(sites.a, "Voor allen", theme=theme)
    sites.news(sites.a, "Oost", area=sites.world.east)
    below_wijk(sites, "West", theme=theme)

    def titles(query: str) -> set[str]:
        return {row["title"] for row in asked(f"/news?{query}")["results"]}

    assert titles(f"area={sites.world.west.code}") == {"West"}
    assert titles(f"area={sites.world.east.code}") == {"Oost"}
    assert titles(f"area={sites.world.a.code}") == {"Voor allen", "Oost", "West"}
    assert titles(f"theme={theme.slug}") == {"Voor allen", "West"}
    assert titles("theme=bestaat-niet") == set()


def test_one_message_comes_with_its_text(sites: Sites) -> None:
    body = json.dumps([{"type": "text", "value": "<p>Kom <b>ook</b>!</p>"}])
    page = sites.news(sites.a, "Met tekst", body=body)
    assert "<b>ook</b>" in asked(f"/news/{page.pk}")["html"]


def test_drafts_and_pages_of_another_municipality_are_not_there(sites: Sites) -> None:
    shown = sites.news(sites.a, "Hier")
    elsewhere = sites.news(sites.b, "Daar")
    draft = sites.news(sites.a, "Weg")
    draft.unpublish()

    assert [row["title"] for row in asked("/news")["results"]] == ["Hier"]
    here = Client(headers={"host": HOST_A})
    for hidden in (elsewhere, draft):
        assert here.get(f"/api/v1/news/{hidden.pk}").status_code == 404
        assert hidden.title not in json.dumps(asked("/pages"))
    assert here.get(f"/api/v1/wins/{shown.pk}").status_code == 404
    assert here.get(f"/api/v1/news?area={sites.world.b.code}").status_code == 404


def test_a_small_win_is_given_with_its_facts(sites: Sites, tmp_path: Path) -> None:
    page = win(
        sites, date=date(2026, 3, 1), days=3, supporters=12, category="Banken", place="Westbuurt",
        photo_after=picture(sites.world.a, tmp_path), photos_checked=True,
    )  # fmt: skip
    [row] = asked("/wins")["results"]
    assert row["days"] == 3
    assert row["supporters"] == 12
    assert row["photoBefore"] is None
    assert row["photoAfter"]["width"] == 1200
    assert row["area"]["code"] == sites.world.west.code
    assert asked(f"/wins/{page.pk}")["id"] == page.pk


@pytest.mark.parametrize("many", [1, 8])
def test_a_list_takes_as_many_queries_for_one_as_for_eight(sites: Sites, tmp_path: Path, many: int) -> None:
    for number in range(many):
        sites.news(sites.a, f"Bericht {number}", photo=picture(sites.world.a, tmp_path, f"Foto {number}"))
    asked("/news")  # makes the sizes, once
    with CaptureQueriesContext(
        connection,
    ) as ran:
        asked("/news")
    assert len(ran) == 5


def test_pages_are_walked_by_cursor(sites: Sites) -> None:
    for number in range(5):
        sites.news(sites.a, f"Bericht {number}")
    seen, path = [], "/news?limit=2"
    while path:
        page = asked(path)
        seen += [row["title"] for row in page["results"]]
        path = page["next"].partition("/api/v1")[2] if page["next"] else ""
    assert len(seen) == len(set(seen)) == 5


def test_the_sitemap_names_every_public_page_of_this_host_with_the_day_it_changed(sites: Sites) -> None:
    sites.news(sites.a, "Hier")
    sites.news(sites.b, "Daar")
    answer = sites.visit("/sitemap.xml")
    assert answer["Content-Type"].startswith("application/xml")
    tree = ET.fromstring(answer.content)  # noqa: S314  (our own answer)
    found = {one.findtext(f"{NAMESPACE}loc"): one.findtext(f"{NAMESPACE}lastmod") for one in tree}
    assert all(address.startswith(f"http://{HOST_A}") for address in found if address)
    assert any(address.endswith("/nieuws/hier/") for address in found if address)
    assert not any("daar" in address for address in found if address)
    assert "Sitemap: " in sites.visit("/robots.txt").content.decode()


def test_a_page_says_what_it_is_to_who_shares_it(sites: Sites) -> None:
    page = sites.news(sites.a, 'Een "nieuw" plein </script>', date=date(2026, 2, 5))
    html = sites.visit(page.get_url() or "").content.decode()
    canonical = re.search(r'<link rel="canonical" href="([^"]+)">', html)
    assert canonical
    assert canonical[1].startswith(f"http://{HOST_A}")
    assert canonical[1].endswith(page.slug + "/")
    assert '<meta property="og:type" content="article">' in html
    said = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert said
    facts = json.loads(said[1])
    assert facts["@type"] == "NewsArticle"
    assert facts["headline"] == page.title
    assert facts["datePublished"] == "2026-02-05"


def test_a_wijk_says_where_it_lies(sites: Sites) -> None:
    html = sites.visit(sites.wijk(sites.world.west).get_url() or "").content.decode()
    said = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert said
    facts = json.loads(said[1])
    assert facts["@type"] == "Place"
    assert round(facts["geo"]["latitude"]) == 52


def test_the_second_page_of_a_list_is_its_own_address(sites: Sites) -> None:
    for number in range(14):
        sites.news(sites.a, f"Bericht {number}")
    html = sites.visit("/nieuws/?pagina=2&spoor=x").content.decode()
    assert f'<link rel="canonical" href="http://{HOST_A}/nieuws/?pagina=2">' in html


@pytest.mark.parametrize("kind", ["kaart", "nieuws", "initiatieven"])
def test_a_frame_may_stand_on_every_site_and_keeps_nothing(sites: Sites, kind: str) -> None:
    below_wijk(sites, "Nieuws van hier")
    answer = sites.visit(f"/insluiten/{kind}/{sites.world.west.code}/")
    assert answer.status_code == 200
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer
    assert not answer.cookies
    if kind == "nieuws":
        assert "Nieuws van hier" in answer.content.decode()


def test_no_other_page_may_be_framed(sites: Sites) -> None:
    for path in ("/", f"/insluiten/{sites.world.west.code}/", "/melden/"):
        assert "frame-ancestors 'none'" in sites.visit(path)["Content-Security-Policy"]


def test_what_to_copy_is_shown_as_it_will_look(sites: Sites) -> None:
    html = sites.visit(f"/insluiten/{sites.world.west.code}/").content.decode()
    for kind in ("kaart", "nieuws", "initiatieven"):
        assert f'&lt;iframe src="http://{HOST_A}/insluiten/{kind}/' in html
        assert f'src="/insluiten/{kind}/{sites.world.west.code}/"' in html


@pytest.mark.parametrize("path", ["kaart/GM9999", "peiling/{west}", "kaart/{b}", "nieuws/%00"])
def test_a_frame_of_nothing_is_not_there(sites: Sites, path: str) -> None:
    path = path.format(west=sites.world.west.code, b=sites.world.b.code)
    assert sites.visit(f"/insluiten/{path}/").status_code == 404


def test_a_wijk_without_a_published_page_has_no_frame(sites: Sites) -> None:
    sites.wijk(sites.world.west).unpublish()
    assert sites.visit(f"/insluiten/nieuws/{sites.world.west.code}/", HOST_A).status_code == 404
    assert sites.visit(f"/insluiten/nieuws/{sites.world.west.code}/", HOST_B).status_code == 404


def test_events_to_come_are_given_with_their_next_time(sites: Sites) -> None:
    now = timezone.now().replace(microsecond=0)
    index = AgendaIndexPage.objects.child_of(sites.a.home).get()

    def event(title: str, days: int, **fields: Any) -> EventPage:
        start = now + timedelta(days=days)
        page = EventPage(
            title=title,
            lead="Kom ook.",
            place="Buurthuis",
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            **fields,
        )
        index.add_child(instance=page)
        page.save_revision().publish()
        return page

    event("Geweest", -3)
    later = event("Later", 9)
    event("Elke week", 2, repeats="week", repeats_times=4)
    event("Afgelast", 3, cancelled=True, cancelled_reason="Storm")

    rows = asked("/events")["results"]

    assert [row["title"] for row in rows] == ["Afgelast", "Later", "Elke week"]
    assert (rows[0]["status"], rows[0]["reason"]) == ("cancelled", "Storm")
    assert rows[2]["repeats"] == "week"
    assert datetime.fromisoformat(rows[1]["start"]).astimezone(UTC) == later.starts_at
    html = sites.visit(later.get_url() or "").content.decode()
    said = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert said
    facts = json.loads(said[1])
    assert facts["@type"] == "Event"
    assert facts["location"]["name"] == "Buurthuis"


def test_the_menu_names_the_lists_that_there_are_in_the_language_of_who_looks(sites: Sites) -> None:
    def menu(language: str) -> dict[str, str]:
        html = sites.visit("/melden/", **{"accept-language": language}).content.decode()
        nav = html.partition('<nav class="site-nav wide"')[2].partition("</nav>")[0]
        return dict(re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', nav))

    assert menu("en")["/nieuws/"] == "News"
    assert menu("nl")["/nieuws/"] == "Nieuws"
    NewsIndexPage.objects.child_of(sites.a.home).get().unpublish()
    assert "/nieuws/" not in menu("en")
    AgendaIndexPage.objects.child_of(sites.a.home).get().delete()
    assert "/agenda/" not in menu("en")
    assert "/melden/" in menu("en")


def test_the_library_of_approaches_is_given_with_how_sure_one_is(sites: Sites) -> None:
    index = ApproachIndexPage.objects.child_of(sites.a.home).get()
    ApproachPage.objects.child_of(index).delete()
    steps = json.dumps([{"type": "point", "value": "Vraag de buren"}])
    page = ApproachPage(title="Speelstraat", goal="Kinderen spelen buiten.", evidence="described", steps=steps)
    index.add_child(instance=page)
    page.save_revision().publish()

    assert [row["title"] for row in asked("/approaches?evidence=described")["results"]] == ["Speelstraat"]
    assert asked("/approaches?evidence=studied")["results"] == []
    assert asked(f"/approaches/{page.pk}")["steps"] == ["Vraag de buren"]


def test_the_sitemap_names_lists_that_nobody_published_by_hand_and_english_texts(sites: Sites) -> None:
    page = sites.news(sites.a, "Bericht")
    english = translate(page, "en")
    english.save_revision().publish()
    found = sites.visit("/sitemap.xml").content.decode()
    for path in ("/", "/nieuws/", "/agenda/", "/wijken/westerwijk/", "/nieuws/bericht/", "/en/nieuws/bericht/"):
        assert f"<loc>http://{HOST_A}{path}</loc>" in found, path
    assert {row["title"] for row in asked("/pages?limit=200")["results"]} >= {"Bericht", "Westerwijk"}


@pytest.mark.parametrize("path", ["/nieuws/bericht/", "/en/nieuws/bericht/"])
def test_each_language_of_a_page_names_the_others(sites: Sites, path: str) -> None:
    translate(sites.news(sites.a, "Bericht"), "en").save_revision().publish()
    html = sites.visit(path).content.decode()
    assert f'<link rel="canonical" href="http://{HOST_A}{path}">' in html
    said = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html))
    dutch = f"http://{HOST_A}/nieuws/bericht/"
    assert said == {"nl": dutch, "en": f"http://{HOST_A}/en/nieuws/bericht/", "x-default": dutch}


def test_a_frame_leads_to_the_page_of_its_wijk(sites: Sites) -> None:
    html = sites.visit(f"/insluiten/nieuws/{sites.world.west.code}/").content.decode()
    assert f'<a href="http://{HOST_A}/wijken/westerwijk/">' in html


def test_a_photo_whose_file_is_gone_is_left_out(sites: Sites, tmp_path: Path) -> None:
    image = picture(sites.world.a, tmp_path)
    sites.news(sites.a, "Bericht", photo=image)
    Path(image.file.path).unlink()
    assert asked("/news")["results"][0]["photo"] is None
