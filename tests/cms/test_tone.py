"""The tone helper: what it marks, how well, what an editor sees of it, and whose words are whose."""

from __future__ import annotations

import json
import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from wagtail.admin.viewsets.pages import page_viewset_registry
from wagtail.models import Page, get_page_models

from cms.base.models import SitePage
from cms.news.models import NewsIndexPage, NewsPage
from cms.tone.labelled import HELD_OUT, labelled
from cms.tone.lexicon import FRAME, STIGMA, Entry, default_entries, lexicon
from cms.tone.management.commands.evaluate_tone import GOAL
from cms.tone.measure import measure
from cms.tone.models import FineHere, ToneWord
from cms.tone.panel import SitePageViewSet
from cms.tone.passive import is_participle
from cms.tone.reading import KINDS, LONG, NEGATIVE, PASSIVE, Mark, read
from cms.tone.sentences import sentences
from cms.tone.texts import names_of, texts_of
from tests.cms.conftest import HOST_A, Sites, signed_in

OURS = lexicon()


def marks(*texts: str) -> list[Mark]:
    return list(read(texts, OURS).marks)


def kinds(text: str) -> list[str]:
    return [one.kind for one in marks(text)]


# --- what is read -----------------------------------------------------------------------------


def test_a_mark_says_where_why_and_what_to_say_instead() -> None:
    [mark] = marks("Welkom.", "In Probleemwijken is veel kracht.")
    assert (mark.kind, mark.at, mark.words) == (STIGMA, 1, "Probleemwijken")
    assert "In Probleemwijken is veel kracht."[mark.start : mark.end] == "Probleemwijken"
    assert mark.why
    assert mark.alternatives[0] == "Wijk", "it begins as the word began"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kansarme gezinnen", "kansarme"),
        ("de achterstandsleerlingen", "achterstandsleerlingen"),
        ("de no-go-area bij het spoor", "no-go-area"),
        ("twee aso's", "aso's"),
        ("aan de onderkant van de samenleving", "onderkant van de samenleving"),
        ("een hotspot van zware criminaliteit", "hotspot van zware criminaliteit"),
    ],
)
def test_inflections_compounds_and_phrases_are_found(text: str, words: str) -> None:
    assert words in {one.words for one in marks(text) if one.kind in (STIGMA, FRAME)}


@pytest.mark.parametrize("text", ["Wij zeggen geen probleemwijk.", "Het woord “probleemwijk” doet pijn."])
def test_a_word_that_is_spoken_of_is_a_hint(text: str) -> None:
    assert [one.hint for one in marks(text)] == [True]
    assert [one.hint for one in marks("Een probleemwijk.")] == [False]


def test_short_forms_initials_and_numbers_end_no_sentence() -> None:
    text = "Dr. J. de Vries opent om 10.30 uur o.a. de tuin. Kom ook! Op 1. mei?\nKop zonder punt"
    assert [text[one.start : one.end] for one in sentences(text)] == [
        "Dr. J. de Vries opent om 10.30 uur o.a. de tuin",
        "Kom ook",
        "Op 1. mei",
        "Kop zonder punt",
    ]


def test_long_sentences_get_a_hint_and_then_a_mark() -> None:
    for number, expected in ((15, []), (16, [True]), (20, [True]), (21, [False])):
        assert [one.hint for one in marks(" ".join(["fijn"] * number)) if one.kind == LONG] == expected


def test_a_long_word_is_hinted_at_and_the_name_of_a_street_is_not() -> None:
    assert kinds("Kom naar de wijkgezondheidsbeleidsdag.") == ["difficult-word"]
    assert kinds("Kom naar de Burgemeestervanleeuwenstraat.") == []


@pytest.mark.parametrize("word", ["gemaakt", "opgeruimd", "besproken", "afgewezen", "hersteld", "schoongemaakt"])
def test_participles_are_known(word: str) -> None:
    assert is_participle(word)


@pytest.mark.parametrize("word", ["gebied", "gezond", "gezinnen", "groener", "geld", "bekend", "beter"])
def test_what_looks_like_a_participle_is_none(word: str) -> None:
    assert not is_participle(word)


def test_becoming_moving_and_having_are_not_passive() -> None:
    for text in (
        "Het plein wordt groener.",
        "Hij is door het park gelopen.",
        "Els heeft het hek geverfd, het wordt mooi.",
    ):
        assert PASSIVE not in kinds(text), text


def test_a_page_with_only_bad_news_is_told_so_and_one_good_turn_is_enough() -> None:
    bad = "Er is overlast. De lift is kapot. Mensen zijn bang."
    assert [one.kind for one in marks(bad)] == [NEGATIVE]
    assert marks(bad, "Buren maakten samen een mooie tuin.") == []
    assert read(["Er is geen overlast. Er is geen overlast. Geen klachten."], OURS).balance.verdict == "positive"
    assert read([""], OURS).balance.verdict == "empty"


def test_what_is_fine_is_not_marked_again() -> None:
    [mark] = marks("Een probleemwijk.")
    assert read(["In deze probleemwijk."], OURS, {mark.key}).marks == ()


def test_ten_thousand_characters_are_read_within_fifty_milliseconds() -> None:
    text = (" ".join(one.text for one in labelled()) * 2)[:10_000]
    read([text], OURS)
    spent = []
    for _turn in range(5):
        started = time.perf_counter()
        read([text], OURS)
        spent.append(time.perf_counter() - started)
    assert min(spent) < 0.05


@pytest.mark.parametrize("part", ["a" * 10_000, "wordt " * 2000, ". " * 5000, "'" * 10_000, "a-" * 5000, "1." * 5000])
def test_odd_texts_are_read_as_fast(part: str) -> None:
    started = time.perf_counter()
    marks(part)
    assert time.perf_counter() - started < 1


@given(st.text(max_size=300))
def test_no_text_breaks_it_and_every_mark_stands_in_its_text(text: str) -> None:
    for mark in marks(text):
        assert mark.kind in KINDS
        assert mark.kind == NEGATIVE or 0 <= mark.start < mark.end <= len(text)


# --- how well ---------------------------------------------------------------------------------


def test_the_figures_on_the_held_out_part_reach_the_goal() -> None:
    figures = measure([one for one in labelled() if one.part == HELD_OUT], OURS).by_kind
    for kind, (precision, recall) in GOAL.items():
        assert figures[kind].precision >= precision, kind
        assert figures[kind].recall >= recall, kind


def test_the_lists_and_the_labelled_set_are_as_large_as_we_say() -> None:
    texts = labelled()
    assert len(texts) >= 290
    assert len({one.text for one in texts}) == len(texts)
    assert sum(not one.marks for one in texts) >= 60, "and enough that need no remark"
    by_kind = {kind: [one for one in default_entries() if one.kind == kind] for kind in KINDS[:3]}
    assert len(by_kind[STIGMA]) + len(by_kind[FRAME]) >= 60
    assert len(by_kind["difficult-word"]) >= 150
    assert all(one.instead for one in default_entries())
    assert all(one.why for kind in (STIGMA, FRAME) for one in by_kind[kind])


def test_what_we_advise_needs_no_remark_itself() -> None:
    for entry in default_entries():
        for instead in entry.instead if entry.kind != "difficult-word" else ():
            assert not [one for one in marks(instead) if one.kind in (STIGMA, FRAME)], (entry.phrase, instead)


def test_the_command_prints_the_figures() -> None:
    out = StringIO()
    call_command("evaluate_tone", "--mistakes", stdout=out)
    assert "held-out" in out.getvalue()
    assert "stigma" in out.getvalue()


def test_own_words_replace_ours_or_take_them_away() -> None:
    own = lexicon([(Entry(STIGMA, "Krachtwijk/en", "Eigen reden.", ("buurt",)), True), (Entry(STIGMA, "tuig"), False)])
    assert [one.words for one in read(["Het tuig in de Probleemwijk"], own).marks] == ["Probleemwijk"]
    [mark] = read(["De krachtwijk"], own).marks
    assert (mark.why, mark.alternatives) == ("Eigen reden.", ("buurt",))


# --- in the back office -----------------------------------------------------------------------


def ask(client: Client, address: str, *texts: str, **more: Any) -> Any:
    body = {"texts": [{"name": "title", "text": one} for one in texts], **more}
    return client.post(address, json.dumps(body), content_type="application/json")


@pytest.fixture
def news(sites: Sites) -> NewsPage:
    body = [{"type": "text", "value": "<p>Middels een loting.</p><p>Er is &amp; blijft plek.</p>"}]
    return sites.news(sites.a, "Nieuws uit de probleemwijk", body=json.dumps(body))


def test_the_editor_shows_the_panel_with_what_was_saved(editor: Client, news: NewsPage) -> None:
    page = editor.get(reverse("wagtailadmin_pages:edit", args=[news.pk])).content.decode()
    assert 'data-side-panel="tone"' in page
    assert "data-tone-edit" in page
    assert 'data-words="probleemwijk"' in page
    assert 'data-words="middels"' in page, "text inside the blocks is read too"


def test_every_type_of_page_has_the_panel_and_shows_it_before_it_is_saved(editor: Client, sites: Sites) -> None:
    index = NewsIndexPage.objects.child_of(sites.a.home).get()
    page = editor.get(reverse("wagtailadmin_pages:add", args=["cms_news", "newspage", index.pk])).content.decode()
    assert f'data-tone-add="{reverse("tone_add", args=[index.pk])}"' in page
    for one in (sites.a.home, sites.wijk(sites.world.west)):
        assert "data-tone-edit" in editor.get(reverse("wagtailadmin_pages:edit", args=[one.pk])).content.decode()


def test_every_page_type_of_ours_is_read_and_edited_with_the_panel() -> None:
    ours = [model for model in get_page_models() if issubclass(model, SitePage)]
    assert len(ours) >= 8
    for model in ours:
        assert "title" in names_of(model), model
        assert isinstance(page_viewset_registry.get_by_type(model), SitePageViewSet), model


def test_texts_of_fields_and_blocks_are_read_in_order_and_addresses_are_not(news: NewsPage) -> None:
    found = [(one.name, one.text.strip()) for one in texts_of(news)]
    assert found == [
        ("title", "Nieuws uit de probleemwijk"),
        ("lead", "Wat er gebeurde."),
        ("body", "Middels een loting.\nEr is & blijft plek."),
    ]


def test_it_is_asked_while_typing_and_keeps_nothing(editor: Client, news: NewsPage) -> None:
    address = reverse("tone_edit", args=[news.pk])
    answer = ask(editor, address, "😀 De hangjongeren")
    assert answer.status_code == 200
    assert answer.json()["count"] == 1
    assert 'data-start="6"' in answer.json()["html"], "counted as a browser counts"
    assert ask(editor, address, "De jongeren").json()["count"] == 0
    assert news.title in Page.objects.get(pk=news.pk).title
    assert not FineHere.objects.exists()


def test_fine_here_is_kept_for_this_page_until_it_is_taken_back(editor: Client, sites: Sites, news: NewsPage) -> None:
    address, other = reverse("tone_edit", args=[news.pk]), sites.news(sites.a, "Ander nieuws")
    deed = {"kind": "stigma", "words": "hangjongeren"}
    assert ask(editor, address, "De Hangjongeren", deed="fine", **deed).json()["count"] == 0
    assert ask(editor, address, "De Hangjongeren", deed="fine", **deed).json()["count"] == 0, "twice is once"
    assert FineHere.objects.get().by is not None
    assert ask(editor, reverse("tone_edit", args=[other.pk]), "De hangjongeren").json()["count"] == 1
    assert ask(editor, address, "De hangjongeren", deed="again", **deed).json()["count"] == 1
    assert ask(editor, address, "x", deed="fine", kind="nonsense", words="x").status_code == 400


def test_only_who_may_edit_the_page_is_answered(sites: Sites, editor: Client, news: NewsPage) -> None:
    theirs = sites.news(sites.b, "Nieuws van daar")
    above = NewsIndexPage.objects.child_of(sites.b.home).get()
    carla = signed_in("redacteur-b", sites.b.editors)
    nobody = signed_in("niemand")
    assert ask(editor, reverse("tone_edit", args=[theirs.pk]), "x").status_code == 404
    assert ask(editor, reverse("tone_add", args=[above.pk]), "x").status_code == 404
    assert ask(carla, reverse("tone_edit", args=[news.pk]), "x").status_code == 404
    assert ask(editor, reverse("tone_edit", args=[99_999]), "x").status_code == 404
    for client in (nobody, Client(headers={"host": HOST_A})):
        assert ask(client, reverse("tone_edit", args=[news.pk]), "x").status_code == 302
    assert editor.get(reverse("tone_edit", args=[news.pk])).status_code == 405


def test_it_needs_the_token_of_the_form(sites: Sites, news: NewsPage, editor: Client) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": HOST_A})
    strict.cookies = editor.cookies
    assert ask(strict, reverse("tone_edit", args=[news.pk]), "x").status_code == 403


@pytest.mark.parametrize("body", ["", "[]", '{"texts": 3}', "\x00", '{"texts": [3, null, {"text": 4}], "deed": []}'])
def test_odd_questions_are_refused_or_read_as_nothing(editor: Client, news: NewsPage, body: str) -> None:
    answer = editor.post(reverse("tone_edit", args=[news.pk]), body, content_type="application/json")
    assert answer.status_code in (200, 400)
    assert "message" in answer.json() or answer.json()["count"] == 0


def test_who_asks_too_often_waits(editor: Client, news: NewsPage, settings: Any) -> None:
    settings.THROTTLES = {**settings.THROTTLES, "tone": "1/minute"}
    address = reverse("tone_edit", args=[news.pk])
    assert [ask(editor, address, "x").status_code for _turn in range(2)] == [200, 429]


def test_a_municipality_adds_words_and_another_does_not_see_them(
    sites: Sites, administrator: Client, news: NewsPage
) -> None:
    values = {
        "gemeente": sites.world.a.pk,
        "phrase": "rotonderijder/s",
        "kind": "frame",
        "reason": "Zo heet hier niemand.",
        "alternatives": "bestuurder\nwie rijdt",
        "is_active": "on",
    }
    assert administrator.post(reverse("tone-words:add"), values).status_code == 302
    found = ask(administrator, reverse("tone_edit", args=[news.pk]), "Rotonderijders")
    assert "Zo heet hier niemand." in found.json()["html"]
    carla = signed_in("beheerder-b", sites.b.administrators)
    theirs = sites.news(sites.b, "Nieuws van daar")
    assert ask(carla, reverse("tone_edit", args=[theirs.pk]), "Rotonderijders").json()["count"] == 0
    word = ToneWord.objects.get()
    assert carla.get(reverse("tone-words:edit", args=[word.pk])).status_code in (302, 404)
    assert "rotonderijder" not in carla.get(reverse("tone-words:index")).content.decode()


def test_a_municipality_switches_one_of_our_words_off(sites: Sites, administrator: Client, news: NewsPage) -> None:
    begun = administrator.get(f"{reverse('tone-words:add')}?phrase=tuig").content.decode()
    assert "scheldwoord" in begun, "it begins with our reason"
    values = {"gemeente": sites.world.a.pk, "phrase": "tuig", "kind": "stigma", "reason": "", "alternatives": ""}
    assert administrator.post(reverse("tone-words:add"), values).status_code == 302
    assert ask(administrator, reverse("tone_edit", args=[news.pk]), "het tuig").json()["count"] == 0


def test_an_editor_tries_a_text_and_changes_no_words(editor: Client, administrator: Client) -> None:
    answer = editor.post(reverse("tone-try:index"), {"text": "De hangjongeren worden aangepakt."})
    assert [one["mark"].kind for one in answer.context["lines"]] == ["stigma", "passive"]
    assert answer.context["may_change"] is False
    assert editor.get(reverse("tone-words:index")).status_code == 302
    assert administrator.get(reverse("tone-try:index")).context["may_change"] is True
    assert signed_in("iemand").get(reverse("tone-try:index")).status_code == 302
