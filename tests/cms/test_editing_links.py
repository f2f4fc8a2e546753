"""The report of links that lead nowhere: what is read from pages, what is asked, and what is never asked."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Page

from cms.base.files import collection_of
from cms.base.translations import translate
from cms.editing import asking, tasks
from cms.editing.asking import Answer, ask, ask_due, keep
from cms.editing.links import broken_on, read_page, read_pages
from cms.editing.models import FoundLink, OutsideLink
from cms.wijken.models import Figure, Moment
from core.work.schedule import enqueue_due
from tests.cms.conftest import Sites, picture
from tests.cms.test_rights_per_wijk import editor_of, win

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=timezone.get_default_timezone())


class Elsewhere(BaseHTTPRequestHandler):
    """Another site: its first word says how it answers."""

    asked: list[tuple[str, str]] = []

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        Elsewhere.asked.append((self.command, self.path))
        way = self.path.split("/")[1].partition("?")[0]
        if way == "head-unknown":
            way = "501" if self.command == "HEAD" else "200"
        if way == "onward":
            self.send_response(302)
            self.send_header("Location", self.path.partition("?")[2])
        else:
            self.send_response(int(way))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Nothing to the screen."""


@pytest.fixture
def elsewhere(settings: Any) -> Iterator[str]:
    """The address of a site on this machine, which only these tests may ask."""
    settings.LINK_CHECK_NETWORKS = ["127.0.0.0/8"]
    Elsewhere.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def slow(settings: Any) -> Iterator[str]:
    """A site that never comes to the end of its head: a letter now and then."""
    settings.LINK_CHECK_NETWORKS = ["127.0.0.0/8"]
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while not stop.is_set():
                server.settimeout(0.1)
                with suppress(TimeoutError, OSError):
                    wire, _from = server.accept()
                    with wire:
                        wire.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                        while not stop.wait(0.05):
                            wire.sendall(b"z")

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        stop.set()
        thread.join()


def text(html: str) -> str:
    return json.dumps([{"type": "text", "value": html}])


def told(page: Page) -> list[tuple[str, str]]:
    return [(one.kind, one.problem) for one in broken_on(Page.objects.filter(pk=page.pk).values("pk"))]


# --- reading ----------------------------------------------------------------------------------


def test_links_to_what_is_gone_are_found_wherever_they_stand(sites: Sites, tmp_path: Path) -> None:
    gone, off = sites.news(sites.a, "Weg"), sites.news(sites.a, "Uit")
    image = picture(sites.world.a, tmp_path)
    document = get_document_model().objects.create(
        title="Folder", file="a.pdf", collection=collection_of(sites.world.a)
    )
    body = [
        {"type": "text", "value": f'<p><a linktype="page" id="{gone.pk}">weg</a></p>'},
        {"type": "text", "value": f'<p><a id="{document.pk}" linktype="document">folder</a></p>'},
        {"type": "button", "value": {"label": "Lees", "page": off.pk, "address": ""}},
        {"type": "photo", "value": {"photo": {"image": image.pk, "alt_text": "x", "decorative": False}, "caption": ""}},
        {"type": "button", "value": {"label": "Elders", "page": None, "address": "https://example.org/plan#deel-2"}},
    ]
    page = sites.news(sites.a, "Met links", body=json.dumps(body))
    read_page(page, now=NOW)
    assert told(page) == []
    assert OutsideLink.objects.get().address == "https://example.org/plan"
    gone.delete()
    off.unpublish()
    document.delete()
    image.delete()
    assert sorted(told(page)) == [
        ("document", "deleted"), ("image", "deleted"), ("page", "deleted"), ("page", "unpublished"),
    ]  # fmt: skip
    lines = broken_on(Page.objects.filter(pk=page.pk).values("pk"))
    assert {one.title for one in lines if one.kind == "page"} == {"Weg", "Uit"}
    assert all(one.since is not None for one in lines if one.kind == "page")
    assert all(one.place and one.said for one in lines)
    page.body = json.dumps(body[4:])
    page.save_revision().publish()
    read_page(page, now=NOW)
    assert told(page) == []


def test_publishing_reads_a_page_soon_and_a_page_that_goes_off_is_no_worry(sites: Sites) -> None:
    off = sites.news(sites.a, "Uit")
    page = sites.news(sites.a, "Met link", body=text(f'<p><a linktype="page" id="{off.pk}">uit</a></p>'))
    off.unpublish()
    tasks.read_links_of.call(page.pk)
    tasks.read_links_of.call(999_999)
    assert told(page) == [("page", "unpublished")]
    page.unpublish()
    assert told(page) == []
    read_pages(now=NOW)
    assert not FoundLink.objects.exists()


def test_every_page_of_a_site_can_be_read(sites: Sites) -> None:
    assert read_pages(now=NOW) == Page.objects.live().filter(depth__gt=1).count()
    assert broken_on(Page.objects.values("pk")) == []


def test_the_report_costs_the_same_for_many_pages(sites: Sites, django_assert_num_queries: Any) -> None:
    off = sites.news(sites.a, "Uit")
    for number in range(5):
        page = sites.news(sites.a, f"Bericht {number}", body=text(f'<p><a linktype="page" id="{off.pk}">uit</a></p>'))
        read_page(page, now=NOW)
    off.unpublish()
    with django_assert_num_queries(4):
        assert len(broken_on(Page.objects.values("pk"))) == 5


def test_links_in_the_rows_of_a_page_are_read_too(sites: Sites, elsewhere: str, tmp_path: Path) -> None:
    off, image = sites.news(sites.a, "Uit"), picture(sites.world.a, tmp_path)
    page = sites.wijk(sites.world.west)
    page.figures = [
        Figure(words="Meer groen", value="3", source="CBS", source_link=f"{elsewhere}/404", measured_on=NOW.date())
    ]
    page.moments = [Moment(year=2024, title="Het park", more=off, photo=image)]
    page.save_revision().publish()
    read_page(page, now=NOW)
    off.unpublish()
    image.delete()
    ask_due(now=NOW)
    assert sorted(told(page)) == [("image", "deleted"), ("outside", "404"), ("page", "unpublished")]
    places = {one.place for one in broken_on(Page.objects.filter(pk=page.pk).values("pk"))}
    assert len(places) == 3 and all(":" in place for place in places), "each names the row and its field"


def test_of_a_translation_only_its_texts_are_read(sites: Sites) -> None:
    off = sites.news(sites.a, "Uit")
    page = sites.wijk(sites.world.west)
    page.moments = [Moment(year=2024, title="Het park", more=off)]
    page.save_revision().publish()
    texts = translate(page, "en")
    texts.body = text(f'<p><a linktype="page" id="{off.pk}">off</a></p>')
    texts.save_revision().publish()
    read_page(Page.objects.get(pk=texts.pk), now=NOW)
    off.unpublish()
    assert told(texts) == [("page", "unpublished")]


# --- asking -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/200", ""), ("/404", "404"), ("/410", "410"), ("/500", "500"), ("/403", ""), ("/429", ""),
        ("/head-unknown", ""), ("/onward?/200", ""), ("/onward?/404", "404"),
        ("/onward?/onward?/onward?/onward?/onward?/onward?/onward?/200", "too-many-redirects"),
    ],
)  # fmt: skip
def test_an_address_elsewhere_answers_or_does_not(elsewhere: str, path: str, problem: str) -> None:
    if problem == "too-many-redirects":
        path = "/onward?/onward?"  # onward to itself, without end
        path += path * 5
    assert ask(elsewhere + path) == Answer(problem, reached=True)


def test_a_site_that_is_gone_does_not_answer(elsewhere: str) -> None:
    assert ask("http://127.0.0.1:1/") == Answer("no-answer", reached=False)
    assert ask("http://bestaat-niet.invalid/") == Answer("no-such-host", reached=False)


def test_a_site_that_sends_its_head_letter_by_letter_is_cut_off(elsewhere: str, slow: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(asking, "LONGEST", 0.4)
    before, began = set(threading.enumerate()), time.monotonic()
    assert ask(f"{slow}/plan") == Answer("no-answer", reached=False)
    assert ask(f"{elsewhere}/onward?{slow}/plan") == Answer("no-answer", reached=False)
    assert time.monotonic() - began < 5
    ours = [one for one in set(threading.enumerate()) - before if "process_request" not in one.name]
    assert ours == [], "nothing is left behind"


def test_a_silent_name_server_holds_nobody_up(monkeypatch: Any) -> None:
    monkeypatch.setattr(asking, "LONGEST", 0.3)
    monkeypatch.setattr(asking, "LOOK_UP", "import time; time.sleep(60)")
    began = time.monotonic()
    assert ask("http://bestaat-niet.invalid/") == Answer("no-answer", reached=False)
    assert time.monotonic() - began < 5


def test_letters_beyond_ascii_are_asked_for_in_their_coded_form(elsewhere: str) -> None:
    assert ask(f"{elsewhere}/200/café?q=ü%20x#deel").problem == ""
    assert Elsewhere.asked[-1] == ("HEAD", "/200/caf%C3%A9?q=%C3%BC%20x%23deel".partition("%23")[0])


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://10.0.0.1/", "http://192.168.1.1/admin",
        "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/", "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::a00:1]/", "http://2130706433/", "http://100.64.0.1/", "http://224.0.0.1/",
        "http://8.8.8.8:22/", "http://user:geheim@8.8.8.8/", "ftp://8.8.8.8/", "file:///etc/passwd", "http:///x",
    ],
)  # fmt: skip
def test_nothing_inside_our_own_walls_is_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_args: Any, **_options: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr("socket.socket.connect", connect)
    assert ask(address) == Answer("refused-address", reached=False)


def test_a_site_that_sends_us_inside_is_not_followed(elsewhere: str, settings: Any) -> None:
    settings.LINK_CHECK_NETWORKS = ["127.0.0.1/32"]
    assert ask(f"{elsewhere}/onward?http://127.0.0.2:1/200").problem == "refused-address"
    assert ask(f"{elsewhere}/onward?http://10.0.0.1/").problem == "refused-address"
    assert ask(f"{elsewhere}/onward?file:///etc/passwd").problem == "refused-address"


def outside(address: str, page: Page) -> OutsideLink:
    page.body = text(f'<p><a href="{address}">daar</a></p>')
    page.save_revision().publish()
    read_page(page, now=NOW)
    return OutsideLink.objects.get(address=address)


def test_an_address_is_asked_once_a_week_and_its_answer_kept(sites: Sites, elsewhere: str) -> None:
    page = sites.news(sites.a, "Bericht")
    link = outside(f"{elsewhere}/404", page)
    assert ask_due(now=NOW) == 1
    assert ask_due(now=NOW + timedelta(hours=1)) == 0
    assert told(page) == [("outside", "404")]
    (line,) = broken_on(Page.objects.values("pk"))
    assert (line.since, line.checked_at) == (NOW, NOW)
    assert ask_due(now=NOW + timedelta(days=2)) == 1, "a first failure is looked at again the next day"
    assert ask_due(now=NOW + timedelta(days=8)) == 0
    assert ask_due(now=NOW + timedelta(days=10)) == 1
    link.refresh_from_db()
    assert (link.failures, link.failing_since) == (3, NOW)
    keep(link.pk, Answer("", reached=True), now=NOW + timedelta(days=18))
    assert told(page) == []


def test_a_site_that_is_down_for_a_moment_is_not_reported(sites: Sites, elsewhere: str) -> None:
    page = sites.news(sites.a, "Bericht")
    outside(f"{elsewhere}/500", page)
    ask_due(now=NOW)
    assert told(page) == []
    ask_due(now=NOW + timedelta(days=2))
    assert told(page) == [("outside", "500")]


def test_when_we_are_cut_off_nothing_is_broken(sites: Sites, settings: Any) -> None:
    settings.LINK_CHECK_NETWORKS = ["127.0.0.0/8"]
    hrefs = "".join(f'<a href="http://127.0.0.{number}:1/">x</a>' for number in range(1, 5))
    page = sites.news(sites.a, "Bericht", body=text(f"<p>{hrefs}</p>"))
    read_page(page, now=NOW)
    assert ask_due(now=NOW) == 0
    assert not OutsideLink.objects.filter(checked_at__isnull=False).exists()
    assert ask_due(now=NOW + timedelta(minutes=30)) == 0, "not at once again"


def test_one_go_ends_in_time(sites: Sites, elsewhere: str) -> None:
    hrefs = "".join(f'<a href="{elsewhere}/200/{number}">x</a>' for number in range(5))
    page = sites.news(sites.a, "Bericht", body=text(f"<p>{hrefs}</p>"))
    read_page(page, now=NOW)
    seconds = iter([0.0, 1.0, 2.0, asking.BUDGET + 1])
    assert ask_due(now=NOW, clock=lambda: next(seconds)) == 2
    assert ask_due(now=NOW) == 3


def test_a_demonstration_asks_nobody(sites: Sites, settings: Any) -> None:
    page = sites.news(sites.a, "Bericht")
    outside("https://example.org/", page)
    settings.LINK_CHECKS = False
    assert "ask-links" not in enqueue_due(now=timezone.now())


# --- the screen -------------------------------------------------------------------------------


def test_an_editor_sees_what_is_broken_on_their_own_pages_and_asks_again(sites: Sites, elsewhere: str) -> None:
    off = sites.news(sites.a, "Uit")
    ours, theirs = win(sites.wijk(sites.world.west), "Bij ons"), win(sites.wijk(sites.world.east), "Bij hen")
    links = {}
    for page in (ours, theirs):
        page.body = text(
            f'<p><a linktype="page" id="{off.pk}">uit</a> <a href="{elsewhere}/404/{page.pk}">daar</a></p>'
        )
        page.save_revision().publish()
        read_page(Page.objects.get(pk=page.pk), now=NOW)
        links[page.pk] = OutsideLink.objects.get(address=f"{elsewhere}/404/{page.pk}")
    off.unpublish()
    ask_due(now=NOW)
    west, address = editor_of(sites, sites.world.west), reverse("broken_links")
    shown = west.get(address)
    said = shown.content.decode()
    assert "Bij ons" in said and "Bij hen" not in said
    assert len(shown.context["page"].object_list) == 2
    assert address in west.get("/beheer/").content.decode(), "the menu leads to it"
    assert west.post(address, {"link": links[ours.pk].pk}).status_code == 302
    assert west.post(address, {"link": links[theirs.pk].pk}).status_code == 404
    assert west.post(address, {"link": "x"}).status_code == 404
    for page, due in ((ours, True), (theirs, False)):
        link = OutsideLink.objects.get(pk=links[page.pk].pk)
        assert (link.due_at > NOW + timedelta(days=2)) == due, "only the own one was put at the front"


def test_who_changes_no_page_sees_no_report(sites: Sites) -> None:
    assert Client(headers={"host": "waterstad.test"}).get(reverse("broken_links")).status_code == 302
