"""`/zoeken/`: everything public of one municipality, by kind, also for who mistypes; and nothing else."""

from __future__ import annotations

import json
import logging
import time
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cms.search.finding import MOST_WORDS, find, words_in
from cms.search.likeness import ENOUGH, judge_of, likeness
from cms.search.models import SearchText, searchable
from participation.cases.models import Case
from tests.cms.conftest import HOST_A, HOST_B, Sites
from tests.support.world import report_body


def results(sites: Sites, query: str, host: str = HOST_A) -> list[tuple[str, str]]:
    found = sites.visit(f"/zoeken/?q={quote(query)}", host).context["found"]
    return [(str(one.kind), one.title) for one in found.results]


def report(**fields: Any) -> None:
    answer = Client(headers={"host": HOST_A}).post(
        "/api/v1/reports", report_body(**fields), content_type="application/json"
    )
    assert answer.status_code == 201, answer.content


@pytest.mark.parametrize("asked", ["pompoenen", "POMPOENEN", "pompoen", "kaïn", "kain", "eerste pompoenen", "tuin"])
def test_a_page_is_found_by_words_in_its_title_lead_and_text(sites: Sites, asked: str) -> None:
    body = [{"type": "text", "value": "<p>Kaïn plukte ze in de buurttuin.</p>"}]
    sites.news(sites.a, "De eerste pompoenen", body=json.dumps(body))
    assert ("nieuws", "De eerste pompoenen") in results(sites, asked)


def test_every_word_must_be_found_and_a_short_one_begins_a_word(sites: Sites) -> None:
    sites.news(sites.a, "Voor de fietsen")
    assert results(sites, "fietsen pompoenen") == []
    assert results(sites, "fietsen or") == []
    assert ("nieuws", "Voor de fietsen") in results(sites, "fietsen vo")


def test_who_mistypes_finds_what_comes_near_and_is_told_so(sites: Sites) -> None:
    sites.news(sites.a, "De eerste pompoenen van de buurtmoestuin")
    for asked in ("pompeonen", "moestiun", "buurtmoestuni"):
        found = sites.visit(f"/zoeken/?q={asked}").context["found"]
        assert found.alike, asked
        assert [one.title for one in found.of("nieuws")] == ["De eerste pompoenen van de buurtmoestuin"]
    assert results(sites, "qwertyuiop") == []


def test_wijken_and_people_are_found_by_name_and_by_place(sites: Sites) -> None:
    assert ("wijken", "Westerwijk") in results(sites, "westerwijk")
    bram = sites.world.bram
    bram.is_public = True
    bram.save()
    person = next(one for one in sites.visit("/zoeken/?q=Bram").context["found"].of("mensen"))
    assert person.title.startswith("Bram")
    assert person.address.endswith("#mensen")
    assert sites.world.bram.user.email not in sites.visit("/zoeken/?q=Bram").content.decode()
    bram.is_public = False
    bram.save()
    assert sites.visit("/zoeken/?q=Bram").context["found"].of("mensen") == ()


def test_reports_are_counted_by_place_and_subject_and_their_text_is_not_found(sites: Sites) -> None:
    report(text="Een kapotte trampoline bij mijn voordeur")
    place = sites.visit("/zoeken/?q=westerwijk").context["found"].of("meldingen")[0]
    assert (place.title, place.open, place.solved) == ("Westerwijk", 1, 0)
    assert place.address.endswith("#meldingen")
    assert results(sites, "trampoline") == []
    Case.objects.update(visibility=Case.Visibility.CONFIDENTIAL)
    assert sites.visit("/zoeken/?q=westerwijk").context["found"].of("meldingen") == ()


def test_only_what_is_published_here_is_found(sites: Sites) -> None:
    page = sites.news(sites.a, "De eerste pompoenen")
    assert results(sites, "pompoenen") == [("nieuws", "De eerste pompoenen")]
    assert results(sites, "pompoenen", HOST_B) == []
    page.title = "Het concept over courgettes"
    page.save_revision()
    assert results(sites, "courgettes") == [], "a draft is nobody's yet"
    page.unpublish()
    assert results(sites, "pompoenen") == []
    page.save_revision().publish()
    assert results(sites, "courgettes") == [("nieuws", "Het concept over courgettes")]
    page.delete()
    assert results(sites, "courgettes") == []


def test_a_page_that_moves_to_another_wijk_is_found_there(sites: Sites) -> None:
    page = sites.news(sites.a, "De eerste pompoenen")
    west = sites.wijk(sites.world.west)
    page.move(west, pos="last-child")
    assert SearchText.objects.get(pk=page.pk).area_id == sites.world.west.pk
    found = sites.visit("/zoeken/?q=pompoenen").context["found"].results[0]
    assert found.address.startswith(f"/wijken/{west.slug}/")
    assert sites.visit(found.address).status_code == 200


def test_everything_can_be_read_anew(sites: Sites) -> None:
    sites.news(sites.a, "De eerste pompoenen")
    before = set(SearchText.objects.values_list("pk", "text"))
    SearchText.objects.all().delete()
    call_command("update_search", verbosity=0)
    assert set(SearchText.objects.values_list("pk", "text")) == before


def test_a_kind_has_pages_of_its_own(sites: Sites) -> None:
    for number in range(23):
        sites.news(sites.a, f"Pompoen {number}")
    whole = sites.visit("/zoeken/?q=pompoen")
    assert [(one["kind"], one["count"], len(one["shown"])) for one in whole.context["groups"]] == [("nieuws", 23, 4)]
    second = sites.visit("/zoeken/?q=pompoen&soort=nieuws&pagina=2")
    assert len(second.context["groups"][0]["shown"]) == 3
    assert 'rel="prev"' in second.content.decode()
    for odd in ("soort=x", "soort=nieuws&pagina=99", "soort=nieuws&pagina=x", "soort=meldingen"):
        assert sites.visit(f"/zoeken/?q=pompoen&{odd}").status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        "",
        " ",
        "a",
        "?!",
        "x" * 10_000,
        "%00",
        "' OR 1=1 --",
        "%_\\",
        "<script>alert(1)</script>",
        "🎃",
        "؟ حي",
        "a b c d e",
    ],
)
def test_odd_questions_are_answered(sites: Sites, asked: str) -> None:
    answer = sites.visit(f"/zoeken/?q={quote(asked)}")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert len(words_in(asked)) <= MOST_WORDS
    assert find(sites.world.a.pk, f"{asked}\0", timezone.localdate()).query == asked.strip()[:100]


def test_it_says_what_is_wrong_and_where_else_to_go(sites: Sites) -> None:
    assert "at least two letters" in sites.visit("/zoeken/?q=a").content.decode()
    nothing = sites.visit("/zoeken/?q=qwertyuiop").content.decode()
    assert 'role="status"' in nothing
    assert 'href="/melden/"' in nothing
    assert 'content="noindex"' in nothing
    assert 'role="status"' not in sites.visit("/zoeken/").content.decode().split("<main")[1].split("</main")[0]


def test_it_costs_few_queries(sites: Sites, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        sites.news(sites.a, f"Westerwijk {number}")
    sites.visit("/zoeken/?q=westerwijk")
    for asked, most in (("westerwijk", 6), ("westrewijk", 7), ("qwertyuiop", 5), ("a", 0)):
        find(sites.world.a.pk, asked, timezone.localdate())
        with django_assert_max_num_queries(most):
            find(sites.world.a.pk, asked, timezone.localdate())


def test_what_is_asked_stands_in_no_log(sites: Sites, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        caplog.clear()
        sites.visit("/zoeken/?q=geheimeziekte")
    assert "geheimeziekte" not in "".join(
        one.getMessage() for one in caplog.records if one.name != "django.db.backends"
    )


def test_who_asks_too_often_waits(sites: Sites, settings: Any) -> None:
    settings.THROTTLES = {**settings.THROTTLES, "search": "1/minute"}
    assert [sites.visit("/zoeken/?q=west").status_code for _turn in range(2)] == [200, 429]
    assert sites.visit("/zoeken/").status_code == 200


def test_words_are_alike_when_letters_are_swapped_missed_or_doubled() -> None:
    for word, other in (("pompeonen", "pompoenen"), ("pompoennen", "pompoenen"), ("moestiun", "buurtmoestuin")):
        assert likeness(word, other) >= ENOUGH, word
    for word, other in (("hond", "mond"), ("school", "wijk"), ("licht", "nacht"), ("", "x")):
        assert likeness(word, other) < ENOUGH, word
    assert judge_of(["tuin"])(" de moestuin ") == 1.0
    assert judge_of(["or"])(" voor ") < ENOUGH


def test_three_thousand_pages_are_compared_with_a_slip_of_the_pen_in_time() -> None:
    names = [f"{first}{second}" for first in ("buurt", "straat", "water", "school") for second in map(str, range(2000))]
    heads = [f" {' '.join(names[at : at + 20])} " for at in range(3000)]
    judge, started = judge_of(["buurtmoestiun", "pompeonen"]), time.perf_counter()
    for head in heads:
        judge(head)
    assert time.perf_counter() - started < 2


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_share(word: str, other: str) -> None:
    assert 0.0 <= likeness(searchable(word).strip(), searchable(other).strip()) <= 1.0


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_has_its_trigrams() -> None:
    assert not django_settings.SQLITE
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%gin_trgm_ops%'")
        assert cursor.fetchone()[0] == 2
