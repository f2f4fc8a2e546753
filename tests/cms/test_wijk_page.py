"""The page of a wijk: what stands on it, that it is kept while nothing changes, and made anew when something does."""

from __future__ import annotations

import gzip
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.agenda.models import EventPage
from cms.base import kept
from cms.base.reading import path_of
from cms.home.actions import set_up_site
from cms.news.models import NewsPage
from cms.wijken.models import Figure, Moment, WijkIndexPage, WijkPage
from cms.wijken.overview import _near, story_of
from cms.wins.models import SmallWinPage
from core.areas.models import Area
from core.areas.queries import tree
from participation.cases.models import Case
from participation.initiatives.actions.telling import add_milestone
from participation.organisations.models import Professional
from participation.reports.figures import report_figures
from participation.reports.overview import public_streams, streams_of_area
from participation.routing.models import Theme
from participation.routing.queries import themes_of
from tests.cms.conftest import HOST_A, Sites, picture, signed_in
from tests.cms.test_initiatives_on_pages import running
from tests.cms.test_pages import html, resolve, section
from tests.support.rows import keep
from tests.support.world import World

WEST = "/wijken/westerwijk/"


@pytest.fixture
def open_sites(committed_world: World) -> Sites:
    """The sites, committed: inside a transaction that changes configuration nothing is kept."""
    world = committed_world
    return Sites(world, *keep("sites", lambda: (set_up_site(world.a.pk), set_up_site(world.b.pk))))


def news_of(page: WijkPage, title: str, **fields: Any) -> NewsPage:
    message = NewsPage(title=title, lead="Wat er gebeurde.", **fields)
    page.add_child(instance=message)
    message.save_revision().publish()
    return message


def theme(sites: Sites, slug: str = "groen") -> Theme:
    return next(one for one in themes_of(sites.world.a.pk) if one.slug == slug)


def tell(sites: Sites, *moments: Moment) -> WijkPage:
    page = sites.wijk(sites.world.west)
    page.moments = list(moments)
    page.save_revision().publish()
    return page


# --- what stands on it ------------------------------------------------------------------------


def test_a_figure_says_what_it_means_before_the_number_and_where_it_comes_from(sites: Sites) -> None:
    page = sites.wijk(sites.world.west)
    page.figures = [
        Figure(
            words="Steeds meer mensen voelen zich hier thuis.",
            value="7,4",
            unit="van de 10",
            trend="up",
            meaning="good",
            source="Wijkenquête",
            source_link="https://example.org/cijfers",
            measured_on=date(2025, 6, 1),
        )
    ]
    page.save_revision().publish()
    shown = section(html(sites.visit(WEST)), "cijfers")
    places = [
        shown.index(words)
        for words in ("voelen zich hier thuis", "7,4", "It goes up, and that is good", "Wijkenquête", "1 June 2025")
    ]
    assert places == sorted(places)
    assert 'href="https://example.org/cijfers"' in shown


def solved(sites: Sites, many: int, *, ago: timedelta, took: timedelta = timedelta(days=2)) -> None:
    """Public reports that were solved so long ago, in time but for one in five."""
    now = timezone.now()
    for number in range(many):
        reference = sites.world.report(text=f"Er staat een bank {number}").case.reference
        resolve(sites.world, reference)
        Case.objects.filter(reference=reference).update(
            created_at=now - ago - took,
            closed_at=now - ago,
            resolve_by=now - ago + timedelta(days=-1 if number % 5 == 0 else 1),
        )


def test_of_few_reports_no_share_and_no_median_is_told(sites: Sites) -> None:
    solved(sites, 4, ago=timedelta(days=1))
    area, now = tree().by_code["WK910101"], timezone.now()
    few = report_figures(area, now)
    assert (few.solved, few.days, few.kept) == (4, None, None)
    solved(sites, 1, ago=timedelta(days=1))
    solved(sites, 6, ago=timedelta(days=100), took=timedelta(days=9))
    now = timezone.now()
    enough = report_figures(area, now)
    assert (enough.solved, enough.days, enough.kept) == (5, 2, 60)
    assert (enough.solved_before, enough.days_before, enough.kept_before) == (6, 9, 67)
    shown = section(html(sites.visit(WEST)), "cijfers")
    assert "In the last three months 5 reports were solved." in shown
    assert "Half of the reports are solved within 2 days." in shown
    assert "Of every 100 reports, 60 were solved in the time we promised." in shown
    assert "the three months before: 6" in shown
    said = re.findall(r'<span class="trend">(?:<svg.*?</svg>)?\s*([^<]+)</span>', shown)
    assert [one.strip() for one in said] == ["It goes down"] * 3, "never an arrow alone"


def test_what_the_way_to_each_part_leads_to_is_there(sites: Sites) -> None:
    for again in range(2):  # with nothing on it, and with a story and something solved
        page = html(sites.visit(WEST))
        ways = re.findall(r'href="#(\w+)"', page.split('class="page-parts"')[1].split("</nav>")[0])
        assert [one for one in ways if one in ("mensen", "meldingen")] == ["mensen", "meldingen"]
        assert [one for one in ways if f'id="{one}"' not in page] == []
        assert ("gelukt" in ways, "verhaal" in ways) == (again == 1, again == 1)
        solved(sites, 1, ago=timedelta(days=1))
        tell(sites, Moment(year=2021, title="Het park ging open"))


@pytest.mark.parametrize(
    ("took", "days"),
    [
        (timedelta(seconds=1), 1),
        (timedelta(days=1), 1),
        (timedelta(days=1, seconds=1), 2),
        (timedelta(days=2), 2),
        (timedelta(days=30, hours=23), 31),
    ],
)
def test_a_day_that_began_counts(sites: Sites, took: timedelta, days: int) -> None:
    solved(sites, 5, ago=timedelta(days=1), took=took)
    assert report_figures(tree().by_code["WK910101"], timezone.now()).days == days


def test_half_of_the_reports_are_those_that_went_fastest(sites: Sites) -> None:
    for many, took in ((3, 1), (3, 4), (1, 300)):
        solved(sites, many, ago=timedelta(days=1), took=timedelta(days=took))
    assert report_figures(tree().by_code["WK910101"], timezone.now()).days == 4


def test_the_story_is_told_in_order_and_what_is_planned_looks_planned(sites: Sites) -> None:
    tell(
        sites,
        Moment(year=2031, title="Een nieuw plein", is_planned=True),
        Moment(year=2019, month=6, title="Het feest", text="Met zijn allen."),
        Moment(year=2019, month=2, title="De eerste boom", theme=theme(sites)),
    )
    story = section(html(sites.visit(WEST)), "verhaal")
    assert story.count("<h3>2019</h3>") == 1
    places = [story.index(words) for words in ("De eerste boom", "Het feest", "Een nieuw plein")]
    assert places == sorted(places)
    assert "Planned" in story[places[1] :]
    assert "Planned" not in story[: places[1]]
    assert 'href="?thema=groen"' in story


def test_a_long_story_folds_what_happened_first_and_nothing_that_is_planned(sites: Sites) -> None:
    page = tell(
        sites,
        *(Moment(year=1990 + number, title=f"Jaar {number}") for number in range(12)),
        Moment(year=2030, title="Straks", is_planned=True),
    )
    story = story_of(page.moments.all(), sites.world.a.pk, pages={})
    assert [year.number for year in story.earlier] == list(range(1990, 1996))
    assert [year.number for year in story.years] == [*range(1996, 2002), 2030]


def test_what_a_moment_names_may_go(sites: Sites, tmp_path: Path) -> None:
    image = picture(sites.world.a, tmp_path)
    more = sites.news(sites.a, "Het hele verhaal")
    own = Theme.objects.create(gemeente=sites.world.a, slug="haven", name="De haven")
    tell(sites, Moment(year=2019, title="Het feest", photo=image, more=more, theme=own))
    story = section(html(sites.visit(WEST)), "verhaal")
    assert "het-hele-verhaal" in story
    assert "De haven" in story
    more.unpublish()
    image.delete()
    own.delete()
    story = section(html(sites.visit(WEST)), "verhaal")
    assert "Het feest" in story
    assert "het-hele-verhaal" not in story
    assert "De haven" not in story
    assert "<img" not in story


def test_a_theme_gathers_what_hangs_on_it(sites: Sites) -> None:
    page = tell(sites, Moment(year=2019, title="De eerste boom", theme=theme(sites)), Moment(year=2020, title="Feest"))
    news_of(page, "Nieuwe bomen", theme=theme(sites))
    news_of(page, "Iets anders")
    shown = html(sites.visit(f"{WEST}?thema=groen"))
    assert "<title>Green · Westerwijk" in shown
    assert "Nieuwe bomen" in shown
    assert "De eerste boom" in shown
    for words in ("Iets anders", ">Feest<", 'id="mensen"', 'id="meldingen"'):
        assert words not in shown
    assert shown.count("<h1") == 1
    assert "<title>Westerwijk" in html(sites.visit(f"{WEST}?thema=bestaat-niet"))


def test_news_below_the_page_of_a_wijk_is_that_wijks_and_stands_in_the_list_of_all(sites: Sites) -> None:
    news_of(sites.wijk(sites.world.west), "Feest in het westen")
    assert "Feest in het westen" in section(html(sites.visit(WEST)), "nieuws")
    assert not section(html(sites.visit("/wijken/oosterwijk/")), "nieuws")
    for path in ("/nieuws/", "/"):
        assert "/wijken/westerwijk/feest-in-het-westen/" in html(sites.visit(path))
    assert ">Feest in het westen</h1>" in html(sites.visit(f"{WEST}feest-in-het-westen/"))


def test_a_buurt_has_its_page_below_that_of_its_wijk(sites: Sites) -> None:
    haven = Area.objects.defer("geometry").get(code="BU91010101")
    page = WijkPage(title="Haven", area=haven)
    sites.wijk(sites.world.west).add_child(instance=page)
    sites.world.report()
    shown = html(sites.visit(f"{WEST}haven/"))
    assert ">Haven</h1>" in shown
    assert f'href="{WEST}"' in shown
    assert 'class="report-lines"' in section(shown, "meldingen")
    assert f'href="{WEST}haven/"' in section(html(sites.visit(WEST)), "buurten")
    page.unpublish()
    assert not section(html(sites.visit(WEST)), "buurten")


def test_below_a_wijk_an_editor_chooses_from_its_own_buurten_and_above_from_all(sites: Sites, editor: Client) -> None:
    index = WijkIndexPage.objects.child_of(sites.a.home).get()
    for parent, offered, kept_back in (
        (sites.wijk(sites.world.west), "Haven", "Oosterwijk"),
        (index, "Oosterwijk", "Duinwijk"),
    ):
        form = editor.get(reverse("wagtailadmin_pages:add", args=["cms_wijken", "wijkpage", parent.pk]))
        assert form.context_data
        areas = {one.name for one in form.context_data["form"].fields["area"].queryset}
        assert offered in areas
        assert kept_back not in areas


def test_only_an_area_without_a_page_is_offered_for_a_new_one(sites: Sites, editor: Client) -> None:
    index = WijkIndexPage.objects.child_of(sites.a.home).get()
    add = reverse("wagtailadmin_pages:add", args=["cms_wijken", "wijkpage", index.pk])

    def offered(address: str) -> list[str]:
        context: Any = editor.get(address).context_data
        return [name for pk, name in context["form"].fields["area"].choices]

    west = sites.wijk(sites.world.west)
    assert "Westerwijk" not in offered(add)
    assert "Westerwijk" in offered(reverse("wagtailadmin_pages:edit", args=[west.pk]))
    west.delete()
    assert "Westerwijk" in offered(add)


def test_an_editor_writes_the_figures_and_the_story(sites: Sites, editor: Client) -> None:
    page = sites.wijk(sites.world.west)
    form = html(editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))
    for name in ("figures-TOTAL_FORMS", "moments-TOTAL_FORMS"):
        assert name in form
    elsewhere = Theme.objects.create(gemeente=sites.world.b, slug="zee", name="De zee bij Duindorp")
    assert elsewhere.name not in form
    assert theme(sites).name in form


def test_below_a_wijk_there_is_no_wijk_to_choose(sites: Sites, editor: Client) -> None:
    page = sites.wijk(sites.world.west)
    form = html(editor.get(reverse("wagtailadmin_pages:add", args=["cms_news", "newspage", page.pk])))
    assert 'name="area"' not in form
    assert 'name="theme"' in form


def test_a_stadsdeel_hears_of_all_its_wijken_and_anybody_follows_only_what_there_is(sites: Sites) -> None:
    west = tree().by_code["WK910101"]
    assert streams_of_area(west) == ["wijk:WK910101"]
    asked = ["wijk:WK910101", "wijk:WK910201", "wijk:XX", "team:1", "wijk:"]
    assert public_streams(asked, sites.world.a.pk) == ["wijk:WK910101"]
    assert public_streams(asked, None) == ["wijk:WK910101", "wijk:WK910201"]


def test_a_full_page_costs_at_most_twenty_queries(
    sites: Sites, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    image = picture(sites.world.a, tmp_path)
    page = tell(
        sites,
        *(
            Moment(year=2000 + n, title=f"Jaar {n}", photo=image, theme=theme(sites), more=sites.a.home)
            for n in range(9)
        ),
    )
    page.photo = image
    page.figures = [
        Figure(words=f"Cijfer {n}", value="7", source="Bron", measured_on=date(2025, 1, 1)) for n in range(4)
    ]
    page.save_revision().publish()
    win = SmallWinPage(
        title="Gelukt", lead="Mooi.", photo_after=image, photo_before=picture(sites.world.a, tmp_path, "x")
    )
    page.add_child(instance=win)
    for number in range(6):
        news_of(page, f"Nieuws {number}", photo=image, theme=theme(sites))
    for number in range(15):
        reference = sites.world.report(text=f"Er staat een bank {number}").case.reference
        if number % 2:
            resolve(sites.world, reference)
    for number in range(5):
        mine = running(sites.world, email=f"buur{number}@example.nl", title=f"Een tuin {number}")
        coach, now = sites.world.actor(sites.world.dirk), timezone.now()
        starts = now + timedelta(days=number + 1)
        add_milestone(slug=mine.slug, title="Oogst", on=starts.date(), actor=coach, now=now)
        meeting = EventPage(title=f"Koffie {number}", lead="Kom erbij.", place="Buurthuis", theme=theme(sites))
        meeting.starts_at, meeting.ends_at = starts, starts + timedelta(hours=2)
        page.add_child(instance=meeting)
    assert "Een tuin 4" in section(html(sites.visit(WEST)), "initiatieven")
    cache.clear()
    with django_assert_max_num_queries(20):
        shown = html(sites.visit(WEST))
    for part in ("nieuws", "agenda", "initiatieven", "meldingen", "cijfers", "verhaal"):
        assert section(shown, part), part


def test_its_quarters_and_what_its_story_names_are_found_in_one_go(
    sites: Sites, django_assert_num_queries: Any
) -> None:
    page = tell(sites, Moment(year=2019, title="Het begin", more=WijkIndexPage.objects.child_of(sites.a.home).get()))
    quarter = WijkPage(title="Haven", area=Area.objects.defer("geometry").get(code="BU91010101"))
    page.add_child(instance=quarter)
    news_of(page, "Feest")
    shown = html(sites.visit(WEST))
    assert section(shown, "buurten").count("<li>") == 1
    assert f'href="{WEST}haven/"' in section(shown, "buurten")
    assert 'href="/wijken/"' in section(shown, "verhaal")
    assert "All neighbourhoods" in shown, "the list of neighbourhoods is no neighbourhood above this one"
    with django_assert_num_queries(1):
        near = _near(page, {one.more_id for one in page.moments.all()})
        assert [path_of(one) for one in (*near.below, *near.named.values())] == [f"{WEST}haven/", "/wijken/"]


# --- kept -------------------------------------------------------------------------------------


def test_an_unchanged_page_costs_one_query(open_sites: Sites, django_assert_num_queries: Any) -> None:
    open_sites.world.report()
    open_sites.visit(WEST)  # teaches under which streams it is kept
    made = open_sites.visit(WEST).content
    with django_assert_num_queries(1):
        again = open_sites.visit(WEST)
    assert again.content == made
    assert again["Content-Type"] == "text/html; charset=utf-8"
    assert again["Content-Language"] == "en"
    assert "default-src" in again["Content-Security-Policy"]


def test_a_kept_page_goes_out_compressed_to_who_can_read_that(open_sites: Sites) -> None:
    open_sites.visit(WEST)
    made = open_sites.visit(WEST).content
    packed = open_sites.visit(WEST, **{"accept-encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content) == made
    assert len(packed.content) < len(made) / 3
    assert "Content-Encoding" not in open_sites.visit(WEST)


def test_what_happens_in_the_wijk_is_there_at_once(open_sites: Sites) -> None:
    sites = open_sites
    for _ in range(3):
        assert "Feest" not in html(sites.visit(WEST))
    message = news_of(sites.wijk(sites.world.west), "Feest")
    assert "Feest" in html(sites.visit(WEST))
    assert "Feest" in html(sites.visit(WEST))
    message.unpublish()
    assert "Feest" not in html(sites.visit(WEST))
    sent = sites.world.report()
    assert 'href="?toon=open#meldingen"><strong>1</strong>' in html(sites.visit(WEST))
    resolve(sites.world, sent.case.reference)
    assert 'href="?toon=open#meldingen"><strong>0</strong>' in html(sites.visit(WEST))
    sites.wijk(sites.world.west).unpublish()
    assert sites.visit(WEST).status_code == 404


def test_people_and_themes_are_there_as_they_are_now(open_sites: Sites) -> None:
    sites = open_sites
    tell(sites, Moment(year=2019, title="De eerste boom", theme=theme(sites)))
    for _ in range(3):
        page = html(sites.visit(WEST))
        assert "Bram" in page
        assert "Green" in page
    Professional.objects.filter(pk=sites.world.bram.pk).update(is_public=False)
    Theme.objects.filter(slug="groen", gemeente=sites.world.a).update(name="Park en plein")
    page = html(sites.visit(WEST))
    assert "Bram" not in section(page, "mensen")
    assert "Park en plein" in page


def test_every_language_has_its_own(open_sites: Sites) -> None:
    for _ in range(3):
        for language, word in (("en", "All neighbourhoods"), ("nl", "Alle wijken")):
            assert word in html(open_sites.visit(WEST, **{"accept-language": language}))


def pages_kept() -> set[str]:
    """Keys of the pages in the cache, in memory or in Redis."""
    store: Any = caches["default"]._cache  # type: ignore[attr-defined]
    keys = store if isinstance(store, dict) else (key.decode() for key in store.get_client().keys("*"))
    return {key for key in keys if ":page:" in key}


def test_somebody_with_a_session_or_a_message_gets_a_page_of_their_own(
    open_sites: Sites, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        open_sites.visit(WEST)
    before = pages_kept()
    person = signed_in("redacteur-w", open_sites.a.editors)
    assert person.get(WEST).status_code == 200
    other = Client(headers={"host": HOST_A, "accept-language": "en"})
    other.cookies["messages"] = "x"
    other.get(WEST)
    assert pages_kept() == before


def test_only_what_many_may_ask_for_is_kept(open_sites: Sites) -> None:
    for query in ("", "?toon=open", "?thema=groen"):
        open_sites.visit(f"{WEST}{query}")
    assert len(pages_kept()) == 3
    for query in ("?toon=alles", "?thema=x", "?pagina=2", "?toon=open&pagina=2", "?utm_source=mail", "?q=" + "x" * 300):
        assert open_sites.visit(f"{WEST}{query}").status_code == 200
    assert len(pages_kept()) == 3
    for spelling in ("?toon=x&toon=open", "?&", "?toon=%6fpen", "?toon=open&"):
        assert open_sites.visit(f"{WEST}{spelling}").status_code == 200
    open_sites.visit(WEST, f"{HOST_A}:8123")
    assert len(pages_kept()) == 3, "one page, one spelling"


def test_a_page_is_shown_ten_minutes_at_most(open_sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        open_sites.visit(WEST)
    WijkPage.objects.filter(area=open_sites.world.west).update(story="Buiten alles om")
    assert "Buiten alles om" not in html(open_sites.visit(WEST))
    monkeypatch.setattr(kept, "KEEP", -1)
    assert "Buiten alles om" in html(open_sites.visit(WEST))


def test_the_page_says_where_it_stands_in_its_streams(open_sites: Sites) -> None:
    def standing() -> dict[str, int]:
        found = re.search(r'data-streams="([^"]*)"', html(open_sites.visit(WEST)))
        assert found
        return {name: int(seq) for name, seq in (one.split("=") for one in found[1].split())}

    first = standing()
    assert first.keys() == {"wijk:WK910101", "wijk:GM9101"}
    open_sites.world.report()
    assert standing()["wijk:WK910101"] > first["wijk:WK910101"]
