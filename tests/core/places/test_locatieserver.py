"""What goes to the Locatieserver, what is made of its answers, and what happens when it fails."""

from __future__ import annotations

import logging
import threading
import time

import pytest
from django.core.cache import caches

from core.areas.queries import get_area
from core.places import locatieserver, queries, upstream
from tests.core.places.conftest import AT_THE_CHURCH, BUSY, MUCH_LATER, Clock
from tests.support.live.locatieserver import TROUBLES, answer

pytestmark = pytest.mark.django_db
UNUSABLE = [trouble for trouble in TROUBLES if trouble not in {"", "drip", "refuse"}]


@pytest.fixture
def vlietstede(areas):
    return get_area("GM9901")


# --- the stand-in is as strict as the real one ------------------------------------------------


def test_the_stand_in_refuses_a_parameter_that_the_endpoint_does_not_know() -> None:
    assert answer("suggest", [("q", "kerk"), ("facet", "true")])[0] == 400
    assert answer("reverse", [("lat", "52.05"), ("lon", "4.62"), ("fq", "type:weg")])[0] == 400
    assert answer("suggest", [("fq", "type:weg")])[0] == 400  # without q
    assert answer("free", [("fq", "type:weg")])[0] == 200


def test_the_stand_in_gives_only_the_fields_that_were_asked() -> None:
    [doc] = answer("reverse", [("lat", "52.0526"), ("lon", "4.6257"), ("rows", "1")])[1]["response"]["docs"]
    assert set(doc) == {"id", "type", "weergavenaam", "score", "afstand"}
    first = answer("suggest", [("q", "kerkstraat")])[1]
    assert set(first["response"]["docs"][0]) == {"id", "type", "weergavenaam", "score"}
    assert "<b>Kerkstraat</b>" in next(iter(first["highlighting"].values()))["suggest"][0]


# --- finding ----------------------------------------------------------------------------------


def test_a_street_and_an_address_are_suggested_with_their_points(pdok, vlietstede) -> None:
    found = queries.suggest("kerkstr", vlietstede)
    assert found.available
    assert found.results[0].kind == "street" and found.results[0].label == "Kerkstraat, Vlietstede"
    [address] = queries.suggest("Kerkstraat 12", vlietstede).results[:1]
    assert address.kind == "address" and address.label.startswith("Kerkstraat 12, ")
    assert address.point is not None and 4.62 < address.point[0] < 4.64


def test_streets_of_another_municipality_are_not_suggested(pdok, vlietstede) -> None:
    assert "Brink" in str(queries.suggest("Brink", get_area("GM9902")).results)
    assert queries.suggest("Brink", vlietstede).results == ()


def test_an_answer_from_another_municipality_is_left_out_even_when_the_filter_did_nothing(
    pdok, vlietstede, monkeypatch
) -> None:
    monkeypatch.setattr(locatieserver, "FOR_SUGGESTIONS", "type:weg")
    monkeypatch.setattr("tests.support.live.locatieserver._fits", lambda thing, fq: True)
    assert all(place.label.endswith("Vlietstede") for place in queries.suggest("a", vlietstede).results)


def test_our_own_quarters_are_found_among_addresses(pdok, vlietstede) -> None:
    found = queries.suggest("kerk", vlietstede)
    assert [place.id for place in found.results if place.kind == "buurt"] == ["area-BU99010102"]
    assert queries.lookup("area-BU99010102").place == found.results[-1]
    assert queries.lookup("area-BU00000000").place is None


def test_what_was_suggested_can_be_looked_up(pdok, vlietstede) -> None:
    [street] = [place for place in queries.suggest("Torenlaan", vlietstede).results if place.kind == "street"]
    assert queries.lookup(street.id) == queries.Lookup(True, street)
    assert queries.lookup("weg-00000000000000000000000000000000") == queries.Lookup(True, None)


def test_an_id_of_another_shape_is_not_asked(pdok) -> None:
    assert queries.lookup("../free?q=*").place is None
    assert pdok.asked == []


def test_streets_near_a_point_come_nearest_first_each_once(pdok, vlietstede) -> None:
    found = queries.streets_near(*AT_THE_CHURCH, vlietstede)
    names = [street.name for street in found.results]
    assert found.available and names[0] == "Dorpsplein"
    assert len(set(names)) == len(names) >= 3
    distances = [street.distance for street in found.results]
    assert distances == sorted(distances) and distances[-1] <= locatieserver.REACH_STREETS


def test_around_a_point_are_its_address_and_its_streets(pdok) -> None:
    found = queries.around(*AT_THE_CHURCH)
    assert found.address is not None and found.address.label.startswith("Dorpsplein ")
    assert found.streets[0].name == "Dorpsplein"


def test_a_point_in_a_field_has_no_address_and_that_is_an_answer(pdok) -> None:
    assert queries.around(4.70, 52.00) == queries.Around(True, None, ())


def test_only_parameters_that_are_known_to_be_accepted_are_sent(pdok, vlietstede) -> None:
    queries.suggest("kerk", vlietstede)
    queries.lookup(queries.suggest("Torenlaan", vlietstede).results[0].id)
    queries.around(*AT_THE_CHURCH)
    assert {tuple(sorted({name for name, _value in one.query})) for one in pdok.asked} == {
        ("fl", "fq", "q", "rows"),
        ("fl", "id"),
        ("distance", "fl", "lat", "lon", "rows", "type"),
    }
    assert locatieserver._service.breaker._failures == 0


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("  Kerkstraat   12 ", "Kerkstraat 12"),
        ("'s-Gravenweg", "'s-Gravenweg"),
        ("gemeentenaam:amsterdam OR *:*", "gemeentenaam amsterdam or"),
        ('-kerk AND (straat)~ "x" \\', "kerk and straat x"),
        ("Plein 1940–1945 & Ëeft’s", "Plein 1940 1945 Ëeft's"),
        ("***", ""),
        ("- - '", ""),
        ("x" * 500, "x" * 100),
    ],
)
def test_what_is_typed_says_nothing_to_solr(typed, asked) -> None:
    assert locatieserver.plain(typed) == asked


def test_odd_typing_finds_nothing_and_breaks_nothing(pdok, vlietstede) -> None:
    for typed in ('") OR type:(gemeente', "\\", "q[]{}^", "\x00\x07", "🙂🙂", "%00", "a" * 5000):
        assert queries.suggest(typed, vlietstede).available
    assert all(
        "gemeente" not in value for one in pdok.asked for name, value in one.query if name == "q" and '"' in value
    )


# --- nothing of who asks goes out -------------------------------------------------------------


def test_nothing_of_who_asks_goes_out_and_nothing_asked_is_logged(client, pdok, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    client.cookies["sessionid"] = "geheim"
    answered = client.get(
        "/api/v1/addresses?q=Torenlaan 17",
        headers={"User-Agent": "Telefoon van Anna", "X-Forwarded-For": "203.0.113.9", "Host": "vlietstede.test"},
    )
    assert answered.status_code == 200
    [asked] = pdok.asked
    assert set(asked.headers) <= {"host", "accept", "accept-encoding", "user-agent", "connection"}
    assert asked.headers["user-agent"] == "wijkplatform"
    pdok.trouble = "error"
    client.get("/api/v1/addresses?q=Torenlaan 18")
    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("urllib3"))
    assert "orenlaan" not in logged and "203.0.113.9" not in logged


def test_the_client_that_names_whole_addresses_is_kept_quiet(settings) -> None:
    assert settings.LOGGING["loggers"]["urllib3"]["level"] == "ERROR"


def test_no_key_of_the_cache_holds_what_was_typed(pdok, vlietstede, settings) -> None:
    queries.suggest("Torenlaan 17", vlietstede)
    kept = caches["places"]
    if settings.REDIS_URL:
        keys = [key.decode() for key in kept._cache.get_client().scan_iter("wijk-places:*")]
    else:
        keys = list(kept._cache)
    assert keys
    assert not any("orenlaan" in key.lower() for key in keys)


# --- memory -----------------------------------------------------------------------------------


def test_the_same_question_is_asked_once(pdok, vlietstede) -> None:
    first = queries.suggest("Torenlaan", vlietstede)
    pdok.trouble = "error"
    assert queries.suggest("Torenlaan", vlietstede) == first
    assert len(pdok.asked) == 1


def test_an_old_answer_is_asked_again_and_given_when_there_is_no_new_one(pdok, vlietstede, monkeypatch) -> None:
    first = queries.suggest("Torenlaan", vlietstede)
    monkeypatch.setattr(locatieserver, "FRESH", 0)
    assert queries.suggest("Torenlaan", vlietstede) == first
    assert len(pdok.asked) == 2
    pdok.trouble = "garbage"
    assert queries.suggest("Torenlaan", vlietstede) == first
    assert len(pdok.asked) == 3


@pytest.mark.django_db(transaction=True)
def test_those_who_ask_the_same_at_once_share_one_answer(pdok, vlietstede) -> None:
    pdok.slow = 0.3
    found: list[queries.Suggestions] = []
    threads = [
        threading.Thread(target=lambda: found.append(queries.suggest("Torenlaan", vlietstede))) for _one in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pdok.asked) == 1
    assert len(found) == 8 and all(one == found[0] and one.available for one in found)


@pytest.mark.django_db(transaction=True)
def test_many_threads_asking_different_things_each_get_their_own_answer(pdok, vlietstede) -> None:
    streets = ["Torenlaan", "Kerkstraat", "Stationsweg", "Havenkade", "Sluisweg", "Perronlaan"]
    wrong: list[str] = []

    def ask(name: str) -> None:
        for _time in range(5):
            found = queries.suggest(name, vlietstede)
            if found.available and name not in found.results[0].label:
                wrong.append(name)

    threads = [threading.Thread(target=ask, args=[name]) for name in streets * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# --- failing ----------------------------------------------------------------------------------


def test_off_our_own_quarters_are_found(areas, vlietstede) -> None:
    found = queries.suggest("hoven", vlietstede)
    assert not found.available
    assert found.results[0].label == "De Hoven, Vlietstede"
    assert queries.streets_near(*AT_THE_CHURCH) == queries.Streets(False, ())
    assert queries.around(*AT_THE_CHURCH) == queries.Around(False, None, ())
    assert queries.lookup("weg-00000000000000000000000000000000") == queries.Lookup(False, None)
    assert not queries.suggest("", vlietstede).available


@pytest.mark.parametrize("trouble", UNUSABLE)
def test_an_answer_that_cannot_be_used_is_no_answer(pdok, vlietstede, trouble) -> None:
    pdok.trouble = trouble
    found = queries.suggest("kerk", vlietstede)
    assert not found.available
    assert [place.id for place in found.results] == ["area-BU99010102"]
    assert locatieserver._service.breaker._failures == 1


def test_a_refusal_is_no_answer_but_opens_no_breaker_for_others(pdok, vlietstede) -> None:
    pdok.trouble = "refuse"
    for number in range(upstream.MOST_FAILURES + 2):
        assert not queries.suggest(f"kerk {number}", vlietstede).available
    pdok.trouble = ""
    assert queries.suggest("kerk", vlietstede).available


@pytest.mark.parametrize("trouble", ["slow", "drip"])
def test_nobody_waits_longer_than_said(pdok, vlietstede, impatient, trouble) -> None:
    if trouble == "slow":
        pdok.slow = MUCH_LATER
    else:
        pdok.trouble = "drip"
    began = time.monotonic()
    assert not queries.suggest("kerk", vlietstede).available
    assert time.monotonic() - began < impatient + BUSY


def test_nobody_waits_for_a_name_server_either(pdok, vlietstede, impatient, monkeypatch) -> None:
    released = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_more: released.wait(20) and [])
    began = time.monotonic()
    assert not queries.suggest("kerk", vlietstede).available
    assert time.monotonic() - began < impatient + BUSY
    released.set()


def test_address_and_streets_of_a_point_share_one_time(pdok, impatient) -> None:
    pdok.slow = impatient * 0.6
    began = time.monotonic()
    assert not queries.around(*AT_THE_CHURCH).available
    assert time.monotonic() - began < impatient + BUSY


def test_a_killed_service_costs_nothing_after_three_failures(pdok, vlietstede, clock) -> None:
    assert queries.suggest("Torenlaan", vlietstede).available  # and its connection is kept
    pdok.kill()
    for number in range(10):
        assert not queries.suggest(f"kerk {number}", vlietstede).available
    assert locatieserver._service.breaker._failures == upstream.MOST_FAILURES


def test_after_three_failures_nothing_is_asked_and_after_a_while_one_question_tries(
    pdok, vlietstede, clock: Clock, caplog
) -> None:
    pdok.trouble = "error"
    for number in range(6):
        assert not queries.suggest(f"kerk {number}", vlietstede).available
    assert len(pdok.asked) == upstream.MOST_FAILURES
    clock.now += upstream.SILENCE + 1
    for number in range(6):
        queries.suggest(f"toren {number}", vlietstede)
    assert len(pdok.asked) == upstream.MOST_FAILURES + 1  # it failed: silent again
    pdok.trouble = ""
    assert not queries.suggest("Torenlaan", vlietstede).available
    clock.now += upstream.SILENCE + 1
    assert queries.suggest("Torenlaan", vlietstede).available
    assert queries.suggest("Kerkstraat", vlietstede).available
    told = [record.getMessage() for record in caplog.records if record.name == "core.places.upstream"]
    assert len(told) == 2 and "status 503" in told[0] and "again" in told[1]


def test_of_many_threads_one_tries_whether_it_is_back() -> None:
    clock = Clock()
    breaker = upstream.Breaker("test", clock)
    for _time in range(upstream.MOST_FAILURES):
        breaker.failed("status 503")
    clock.now += upstream.SILENCE + 1
    heard: list[bool] = []
    threads = [threading.Thread(target=lambda: heard.append(breaker.may_ask())) for _one in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == [False] * 7 + [True]


def test_slow_answers_are_used_and_count_as_failures(pdok, vlietstede, monkeypatch) -> None:
    monkeypatch.setattr(upstream, "SLOW", 0.0)
    for number in range(1, upstream.MOST_FAILURES + 1):
        assert queries.suggest(f"Torenlaan {number}", vlietstede).available
    assert not queries.suggest("Torenlaan 9", vlietstede).available


@pytest.mark.django_db(transaction=True)
def test_half_of_the_threads_stay_free_for_others(pdok, vlietstede, settings, monkeypatch) -> None:
    """Four who ask different things of a slow service: two wait for it, the others go on at once."""
    monkeypatch.setattr(upstream, "QUEUE", 0.25)
    pdok.slow = 3
    took: list[float] = []

    def ask(number: int) -> None:
        began = time.monotonic()
        queries.suggest(f"kerk {number}", vlietstede)
        took.append(time.monotonic() - began)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pdok.asked) == settings.HTTP_THREADS // 2
    assert sorted(took)[1] < 2.5
