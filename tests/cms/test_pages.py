"""What residents see: home, wijk, news and information, on the host of their municipality."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone, translation

from cms.base.models import InfoPage
from core.areas.queries import tree
from participation.cases.actions import move_case
from participation.organisations.models import Absence, Professional
from participation.reports.overview import wijk_overview
from tests.cms.conftest import HOST_B, Sites, picture
from tests.support.world import IN_B, IN_THE_EAST, World

PRIVATE = "Er staat een bank"
"""How the text of every report in these tests begins."""


def html(response: Any) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def resolve(world: World, reference: str) -> None:
    actor, now = world.actor(world.bram), timezone.now()
    move_case(reference=reference, move="resolve", message="Opgehaald.", actor=actor, now=now)


def section(page: str, name: str) -> str:
    found = re.search(rf'<section[^>]* id="{name}".*?</section>', page)
    return found[0] if found else ""


def test_an_empty_wijk_looks_intended(sites: Sites) -> None:
    Professional.objects.update(is_public=False)
    page = html(sites.visit("/wijken/oosterwijk/"))
    assert ">Oosterwijk</h1>" in page
    assert 'href="/melden/?wijk=WK910102"' in page
    assert 'class="empty"' in section(page, "mensen")
    assert 'class="empty"' in section(page, "meldingen")
    assert 'class="outline hero-photo"' in page
    assert not section(page, "gelukt")
    assert not section(page, "nieuws")
    assert "data-wijk-map" not in page


def test_the_page_shows_its_people_with_todays_hours_and_who_stands_in(sites: Sites) -> None:
    world, today = sites.world, timezone.localdate()
    every_day = {day: [["10:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    Professional.objects.filter(pk=world.bram.pk).update(hours=every_day, reach="Bel 14 0199")
    Absence.objects.create(professional=world.dirk, starts_on=today, ends_on=today, replacement=world.lotte)
    people = section(html(sites.visit("/wijken/westerwijk/")), "mensen")
    assert people.index("Bram") < people.index("Carla"), "who is there today comes first"
    assert '<bdi dir="ltr">10:00–12:00</bdi>' in people
    assert "Bel 14 0199" in people
    assert "Gemeente Waterstad" in people
    assert '<h3 class="name"><bdi>Lotte</bdi></h3>' in people
    assert "Stands in for Dirk" in people
    assert "Zoë" not in people


def test_reports_are_a_list_without_anything_the_resident_wrote(sites: Sites) -> None:
    sent = sites.world.report(text=f"{PRIVATE} van Anna", address="Geheimstraat 1")
    hidden = sites.world.report(text=f"{PRIVATE} bij mijn buren", category="burenoverlast")
    page = html(sites.visit("/wijken/westerwijk/"))
    reports = section(page, "meldingen")
    assert "<strong>Bulky waste next to the container</strong>" in reports
    assert "Haven" in reports
    assert "Burengeluid" not in page
    for secret in (PRIVATE, "Geheimstraat", "Anna", sent.case.reference, hidden.case.reference):
        assert secret not in page


def test_a_resolved_report_counts_at_once_and_stands_under_what_went_well(sites: Sites) -> None:
    sent = sites.world.report()
    assert 'href="?toon=open#meldingen"><strong>1</strong>' in html(sites.visit("/wijken/westerwijk/"))
    resolve(sites.world, sent.case.reference)
    page = html(sites.visit("/wijken/westerwijk/"))
    assert 'href="?toon=open#meldingen"><strong>0</strong>' in page
    assert 'href="?toon=opgelost#meldingen"><strong>1</strong>' in page
    assert "Bulky waste next to the container" in section(page, "gelukt")
    assert "Westerwijk" in html(sites.visit("/"))
    assert "1 report solved" in html(sites.visit("/"))


def test_the_same_kept_overview_is_read_in_every_language(sites: Sites, django_assert_num_queries: Any) -> None:
    sent = sites.world.report()
    resolve(sites.world, sites.world.report().case.reference)
    sites.visit("/wijken/westerwijk/")
    sites.visit("/")
    for language, name in {"nl": "Grofvuil naast de container", "pl": "Duże odpady obok kontenera"}.items():
        page = html(sites.visit("/wijken/westerwijk/", **{"accept-language": language}))
        assert f"<strong>{name}</strong>" in section(page, "meldingen")
        assert f"<strong>{name}</strong>" in section(page, "gelukt")
        assert f"<strong>{name}</strong>" in html(sites.visit("/", **{"accept-language": language}))
    area, now = tree().by_code["WK910101"], timezone.now()
    with django_assert_num_queries(1), translation.override("tr"):
        [line] = [one for one in wijk_overview(area, now).reports if one.reference == sent.case.reference]
        assert line.category == "Konteynerin yanında iri çöp"


def test_a_report_that_waits_for_its_reporter_waits_for_nobody_else(sites: Sites) -> None:
    sent = sites.world.report()
    actor, now = sites.world.actor(sites.world.bram), timezone.now()
    move_case(reference=sent.case.reference, move="ask", message="Welke kleur?", actor=actor, now=now)
    page = section(html(sites.visit("/wijken/westerwijk/")), "meldingen")
    assert "Waiting for an answer" in page
    assert "Waiting for you" not in page


def test_a_report_in_another_wijk_leaves_this_page_alone(sites: Sites) -> None:
    sites.world.report(at=IN_THE_EAST)
    assert 'class="empty"' in section(html(sites.visit("/wijken/westerwijk/")), "meldingen")
    assert "Bulky waste" in section(html(sites.visit("/wijken/oosterwijk/")), "meldingen")


def test_the_list_is_paged_and_narrowed_by_address_alone(sites: Sites) -> None:
    sent = [sites.world.report(text=f"{PRIVATE} nummer {number}") for number in range(12)]
    resolve(sites.world, sent[0].case.reference)

    def lines(query: str) -> int:
        return section(html(sites.visit(f"/wijken/westerwijk/{query}")), "meldingen").count('class="status"')

    assert lines("") == 10
    assert lines("?pagina=2") == 2
    assert lines("?toon=opgelost") == 1
    assert lines("?toon=open") == 10
    assert lines("?toon=open&pagina=2") == 1
    assert lines("?toon=open&pagina=99") == 1
    assert lines("?toon=alles&pagina=x") == 10
    assert 'rel="next" href="?toon=open&amp;pagina=2#meldingen"' in html(sites.visit("/wijken/westerwijk/?toon=open"))


def test_an_unchanged_overview_costs_one_query(sites: Sites, django_assert_num_queries: Any) -> None:
    sites.world.report()
    area, now = tree().by_code["WK910101"], timezone.now()
    with django_assert_num_queries(5):
        before = wijk_overview(area, now)
    with django_assert_num_queries(1):
        assert wijk_overview(area, now) == before
    sites.world.report()
    assert wijk_overview(area, now).open == before.open + 1


def test_a_wijk_page_costs_the_same_whatever_it_holds(sites: Sites, django_assert_max_num_queries: Any) -> None:
    for number in range(15):
        sites.world.report(text=f"{PRIVATE} {number}")
    for number in range(4):
        sites.news(sites.a, f"Nieuws {number}", area=sites.world.west)
    sites.visit("/")
    sites.visit("/wijken/westerwijk/")
    cache.clear()
    with django_assert_max_num_queries(20):
        sites.visit("/wijken/westerwijk/")
    with django_assert_max_num_queries(15):
        sites.visit("/")


def test_news_of_a_wijk_stands_on_its_page_and_all_news_on_home(sites: Sites) -> None:
    today = timezone.localdate()
    sites.news(sites.a, "Feest in het westen", area=sites.world.west, date=today)
    sites.news(sites.a, "Voor iedereen", date=today - timedelta(days=1))
    assert "Feest in het westen" in section(html(sites.visit("/wijken/westerwijk/")), "nieuws")
    assert not section(html(sites.visit("/wijken/oosterwijk/")), "nieuws")
    home = html(sites.visit("/"))
    assert home.index("Feest in het westen") < home.index("Voor iedereen")
    assert "Feest in het westen" in html(sites.visit("/nieuws/"))
    assert ">Feest in het westen</h1>" in html(sites.visit("/nieuws/feest-in-het-westen/"))


@pytest.mark.filterwarnings("ignore:Unclosed file", "ignore::pytest.PytestUnraisableExceptionWarning")  # Wagtail's
def test_a_page_survives_its_photo_and_its_links(sites: Sites, tmp_path: Path) -> None:
    image = picture(sites.world.a, tmp_path)
    target = sites.news(sites.a, "Oud bericht", date=date(2026, 1, 1))
    blocks = [
        ("heading", "Wat gaan we doen?"),
        ("text", "<p>Samen <b>opruimen</b>.</p>"),
        (
            "photo",
            {"photo": {"image": image.pk, "alt_text": "Bewoners", "decorative": False}, "caption": "Op zaterdag"},
        ),
        ("quote", {"text": "Ik ken nu mijn buren.", "name": "Een bewoner"}),
        ("notice", {"title": "Let op", "text": "<p>Neem handschoenen mee.</p>"}),
        ("button", {"label": "Lees verder", "page": target.pk, "address": ""}),
    ]
    body = json.dumps([{"type": kind, "value": value} for kind, value in blocks])
    page = sites.news(sites.a, "Opruimdag", photo=image, body=body)
    shown = html(sites.visit("/nieuws/opruimdag/"))
    for text in ("Wat gaan we doen?", "<b>opruimen</b>", 'alt="Bewoners"', "Een bewoner", "Let op", "Lees verder"):
        assert text in shown
    source = re.findall(r'src="(/media/images/[^"]+)"', shown)
    assert len(source) == 2
    file = sites.visit(source[0])
    assert file.status_code == 200
    assert "max-age" in file["Cache-Control"]
    for close in file._resource_closers:  # not `close()`, which ends the test's connection as well
        close()
    target.delete()
    image.delete()
    page.refresh_from_db()
    shown = html(sites.visit("/nieuws/opruimdag/"))
    assert "Op zaterdag" not in shown, "a caption of nothing"
    assert "Lees verder" not in shown
    assert "<img" not in shown.split("<main")[1]


def test_the_name_of_a_quarter_finds_its_wijk(sites: Sites) -> None:
    found = html(sites.visit("/", HOST_B))
    assert "Duinwijk" in found
    found = html(sites.visit("/?q=plantsoen"))
    assert "Westerwijk" in found
    assert "Oosterwijk" not in found.split('id="wijken"')[1]
    assert "Oosterwijk" in html(sites.visit("/wijken/?q=OOSTER"))
    nothing = html(sites.visit("/?q=<script>alert(1)</script>"))
    assert 'role="status"' in nothing
    assert "<script>alert" not in nothing


def test_every_page_has_one_h1_a_title_and_no_inline_script_or_style(sites: Sites) -> None:
    sites.world.report()
    sites.news(sites.a, "Bericht")
    for path in (
        "/",
        "/wijken/",
        "/wijken/westerwijk/",
        "/nieuws/",
        "/nieuws/bericht/",
        "/privacy/",
        "/toegankelijkheid/",
    ):
        page = html(sites.visit(path))
        assert page.count("<h1") == 1, path
        assert re.search(r"<title>[^<]+ · Waterstad</title>", page), path
        assert not re.search(r"<script(?![^>]*\bsrc=)(?! type=.application/ld.json)", page), path
        assert not re.search(r"<style|\sstyle=|\son\w+=", page), path
        assert sites.visit(path).headers["Content-Security-Policy"]


def test_information_pages_stand_in_the_footer_until_an_editor_takes_them_out(sites: Sites) -> None:
    def footer() -> str:
        return html(sites.visit("/melden/")).split("<footer")[1]

    assert 'href="/privacy/"' in footer()
    assert 'href="/toegankelijkheid/"' in footer()
    privacy = InfoPage.objects.descendant_of(sites.a.home).get(slug="privacy")
    privacy.unpublish()
    assert 'href="/privacy/"' not in footer()
    assert sites.visit("/privacy/").status_code == 404
    assert 'href="/privacy/"' in html(sites.visit("/melden/", HOST_B)).split("<footer")[1]


def test_originals_and_other_files_are_not_served(sites: Sites, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    picture(sites.world.a, tmp_path)
    (tmp_path / "secret.txt").write_text("geheim")
    for path in (
        "/media/original_images/Het_plein.png",
        "/media/images/../secret.txt",
        "/media/images/",
        "/media/secret.txt",
    ):
        assert sites.visit(path).status_code == 404


def test_security_txt_says_whom_to_tell(sites: Sites, settings: Any) -> None:
    settings.SECURITY_CONTACT = "mailto:veilig@example.nl"
    response = sites.visit("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:veilig@example.nl"
    expires = timezone.datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=30) < expires - timezone.now() < timedelta(days=366)
    assert fields["Canonical"].endswith("/.well-known/security.txt")


@pytest.mark.parametrize("place", [IN_B])
def test_reports_of_the_other_municipality_stay_there(sites: Sites, place: tuple[float, float]) -> None:
    sites.world.report(at=place, category="anders")
    assert "Anders" in section(html(sites.visit("/wijken/duinwijk/", HOST_B)), "meldingen")
    assert "Anders" not in html(sites.visit("/"))
