"""What every page has: language, look, error pages, forms that keep what was typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template, engines
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from django.utils import translation
from PIL import Image, ImageDraw

from core.errors import Conflict, DomainError, NotAllowed, NotFound, TooMany
from core.ui import assets
from core.ui.catalogue import catalogue
from core.ui.templatetags.ui import initials, when
from tests.support.live.servers import ROOT

pytestmark = pytest.mark.django_db

REFUSALS: dict[str, DomainError] = {
    "absent": NotFound(),
    "forbidden": NotAllowed("Ask your team lead."),
    "conflict": Conflict("Someone was before you."),
    "often": TooMany(30),
}


def refuse(request: HttpRequest, which: str) -> HttpResponse:
    raise REFUSALS[which]


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a bug")


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        engines["django"]
        .from_string('{% extends "base.html" %}{% block main %}hello{% endblock %}')
        .render({}, request)
    )


urlpatterns = [
    path("hello/", hello),
    path("refuse/<str:which>/", refuse),
    path("break/", break_down),
    path("", include("config.urls")),
]
handler400, handler403 = "core.ui.views.bad_request", "core.ui.views.forbidden"
handler404, handler500 = "core.ui.views.not_found", "core.ui.views.server_error"
ours = override_settings(ROOT_URLCONF=__name__)


class Form(forms.Form):
    text = forms.CharField(label="What do you see?", help_text="One sentence.", widget=forms.Textarea)
    email = forms.EmailField(label="E-mail", required=False)
    kinds = forms.MultipleChoiceField(
        label="Kinds", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.mark.parametrize(
    ("cookie", "header", "language"),
    [
        ("", "", "nl"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "fr,en;q=0.5,nl;q=0.3", "en"),
        ("", "en;q=0,nl", "nl"),
        ("", "xx-nonsense;;;q=7", "nl"),
        ("nl", "en", "nl"),
        ("en", "nl", "en"),
        ("klingon", "en", "en"),
        ("", "uk-UA,uk;q=0.9", "uk"),
    ],
)
@ours
def test_the_language_is_the_chosen_one_then_the_browsers_then_dutch(cookie: str, header: str, language: str) -> None:
    client = Client()
    if cookie:
        client.cookies["language"] = cookie
    answer = client.get("/hello/", HTTP_ACCEPT_LANGUAGE=header)
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}" dir="ltr"' in answer.content.decode()
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["Vary"].split(", "))


@ours
def test_arabic_runs_from_right_to_left() -> None:
    answer = Client().get("/hello/", HTTP_ACCEPT_LANGUAGE="ar-SY,ar;q=0.9,en;q=0.5")
    assert '<html lang="ar" dir="rtl"' in answer.content.decode()


@pytest.mark.parametrize("path", ["/werk/", "/account/login/", "/beheer/"])
@pytest.mark.django_db
def test_the_workplace_speaks_fewer_languages_than_residents_pages(path: str) -> None:
    client = Client()
    client.cookies["language"] = "ar"
    assert client.get(path, HTTP_ACCEPT_LANGUAGE="en").headers["Content-Language"] == "en"
    client.cookies["sessionid"] = "anything"
    assert client.get("/api/v1/desk", HTTP_ACCEPT_LANGUAGE="tr").headers["Content-Language"] == "nl"
    client.cookies.pop("sessionid")
    assert client.get("/api/v1/areas").headers["Content-Language"] == "ar"


def test_choosing_a_language_needs_no_script_and_leads_back() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/taal", {"language": "en", "next": "/melden/?wijk=WK1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/melden/?wijk=WK1")
    assert client.cookies["language"].value == "en"
    assert client.cookies["language"]["httponly"]


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "\\\\evil.example"]
)
def test_the_language_switch_never_leads_to_another_site(target: str) -> None:
    assert Client().post("/taal", {"language": "en", "next": target}).headers["Location"] == "/"


def test_a_language_we_do_not_speak_is_not_remembered() -> None:
    client = Client()
    client.post("/taal", {"language": "xx", "next": "/"})
    assert "language" not in client.cookies
    assert client.get("/taal").status_code == 405


@ours
def test_nothing_on_a_page_is_inline_or_from_elsewhere() -> None:
    answer = Client().get("/hello/")
    page = answer.content.decode()
    assert "<style" not in page and " style=" not in page and " onclick=" not in page
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
    assert 'class="skip-link" href="#main"' in page and '<main id="main"' in page


@ours
def test_a_page_says_that_it_is_a_demonstration() -> None:
    assert 'class="ribbon"' not in Client().get("/hello/").content.decode()
    with override_settings(DEMO=True):
        assert 'class="ribbon"' in Client().get("/hello/").content.decode()


@pytest.mark.parametrize(
    ("which", "status", "words"),
    [
        ("absent", 404, ""),
        ("forbidden", 403, "Ask your team lead."),
        ("conflict", 409, "Someone was before you."),
        ("often", 429, ""),
    ],
)
@ours
def test_a_refusal_that_no_page_caught_is_a_page_that_says_what_to_do(which: str, status: int, words: str) -> None:
    answer = Client().get(f"/refuse/{which}/")
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert '<main id="main"' in answer.content.decode()
    assert answer.headers.get("Retry-After") == ("30" if which == "often" else None)


@ours
def test_an_address_that_does_not_exist_has_a_designed_page() -> None:
    answer = Client().get("/not/there/")
    assert answer.status_code == 404
    assert 'class="error-page' in answer.content.decode()


@ours
def test_a_bug_shows_a_page_without_details() -> None:
    client = Client(raise_request_exception=False)
    answer = client.get("/break/")
    assert answer.status_code == 500
    assert "a bug" not in answer.content.decode()
    assert 'class="error-page' in answer.content.decode()


@ours
def test_a_bug_shows_something_even_when_the_templates_are_broken(settings: object, tmp_path: Path) -> None:
    broken = tmp_path / "500.html"
    broken.write_text("{% nonsense %}")
    engine = engines["django"].engine
    found, engine.dirs = engine.dirs, [tmp_path]
    for loader in engine.template_loaders:
        loader.reset() if hasattr(loader, "reset") else None
    try:
        answer = Client(raise_request_exception=False).get("/break/")
    finally:
        engine.dirs = found
        for loader in engine.template_loaders:
            loader.reset() if hasattr(loader, "reset") else None
    assert answer.status_code == 500
    assert answer.content.startswith(b"<!doctype html>")


def test_a_forged_form_is_refused_with_advice() -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert 'class="error-page' in answer.content.decode()


def test_a_field_links_label_hint_and_error() -> None:
    form = Form({"text": "", "email": "no", "kinds": []})
    page = Template("{% error_summary form %}{% field form.text %}{% field form.email %}{% field form.kinds %}").render(
        Context({"form": form})
    )
    assert '<label for="id_text">' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_text_helptext id_text_error"' in page
    assert 'id="id_text_helptext"' in page and 'id="id_text_error"' in page
    assert 'value="no"' in page
    assert page.count('class="error"') == 3
    for anchor in ("id_text", "id_email", "id_kinds"):
        assert f'<a href="#{anchor}">' in page
        assert f'id="{anchor}"' in page
    assert "<fieldset" in page and "<legend>" in page


def test_a_form_without_mistakes_has_no_summary_and_says_what_is_optional() -> None:
    page = str(Form())
    assert "error-summary" not in page
    assert page.count('class="optional"') == 1
    assert '<input type="hidden" name="secret"' in page


def test_what_was_typed_is_escaped() -> None:
    form = Form({"text": '<script>alert("x")</script>', "email": '"><script>', "kinds": ["<b>"]})
    assert "<script>" not in str(form)


def test_moments_are_local_and_may_be_absent() -> None:
    local = when("2026-07-01T08:05:00Z")
    assert local is not None and local.hour == 10
    assert when("") is None and when(None) is None


@pytest.mark.parametrize(
    ("name", "letters"), [("Fatima el Idrissi", "FI"), ("Bram", "B"), ("", ""), ("(onbekend)", ""), ("Jan (team)", "J")]
)
def test_initials_stand_in_for_a_photo(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A small build: two entries that share a chunk, and one icon."""
    manifest = {
        "src/a.ts": {
            "file": "assets/a-1.js",
            "name": "a",
            "isEntry": True,
            "imports": ["_shared.js"],
            "css": ["assets/a-1.css"],
        },
        "src/b.ts": {"file": "assets/b-1.js", "name": "b", "isEntry": True, "imports": ["_shared.js"]},
        "_shared.js": {"file": "assets/shared-1.js", "css": ["assets/shared-1.css"], "imports": ["src/a.ts"]},
        "styles/themes/x.css": {"file": "assets/x-1.css", "name": "theme-x", "isEntry": True},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "icons.json").write_text(json.dumps({"check": '<path d="M0 0"/>'}))
    return tmp_path


def render(source: str) -> str:
    return Template(source).render(Context({"request": RequestFactory().get("/")}))


def test_an_entry_brings_its_styles_and_modules_once_per_page(build: Path) -> None:
    with override_settings(FRONTEND_DIST=build):
        page = render('{% vite "a" %}{% vite "b" %}{% vite "theme-x" %}')
    assert page.count('rel="stylesheet"') == 3
    assert page.count('href="/static/app/assets/shared-1.css"') == 1
    assert page.count('<script type="module" src="/static/app/assets/a-1.js">') == 1
    assert page.count('<script type="module" src="/static/app/assets/b-1.js">') == 1
    assert page.count('rel="modulepreload" href="/static/app/assets/shared-1.js"') == 1


def test_a_new_build_is_seen_without_restart(build: Path) -> None:
    with override_settings(FRONTEND_DIST=build):
        assert assets.entry("c") is None
        manifest = build / "manifest.json"
        manifest.write_text(json.dumps({"src/c.ts": {"file": "c.js", "name": "c", "isEntry": True}}))
        assert assets.entry("c") is not None


@ours
def test_without_a_build_pages_still_work_and_say_so(tmp_path: Path) -> None:
    with override_settings(FRONTEND_DIST=tmp_path):
        assert not assets.is_built()
        page = Client().get("/hello/").content.decode()
    assert "hello" in page and "is not built" in page and "<script" not in page


def test_an_icon_is_decoration_and_an_unknown_one_nothing(build: Path) -> None:
    with override_settings(FRONTEND_DIST=build):
        assert 'aria-hidden="true"' in render('{% icon "check" %}')
        assert render('{% icon "nonsense" %}') == ""


def test_a_status_is_a_word_and_an_icon_never_colour_alone(build: Path) -> None:
    (build / "icons.json").write_text(json.dumps({"status-planned": "<path/>"}))
    with override_settings(FRONTEND_DIST=build):
        pill = render('{% status "planned" "Ingepland" %}')
    assert "Ingepland" in pill and "<svg" in pill and 'data-status="planned"' in pill


def test_the_scripts_texts_are_served_per_language(tmp_path: Path) -> None:
    folder = tmp_path / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    assert catalogue("nl") is None or isinstance(catalogue("nl"), bytes)
    _write_mo(
        folder / "djangojs.mo",
        {
            "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n",
            "Send": "Versturen",
            "{n} photo\0{n} photos": "{n} foto\0{n} foto's",
        },
    )
    with override_settings(LOCALE_PATHS=[tmp_path]), translation.override("nl"):
        answer = Client().get("/taal/nl.json?v=1")
        told = json.loads(answer.content)
        assert told["messages"] == {"Send": "Versturen", "{n} photo": ["{n} foto", "{n} foto's"]}
        assert (told["plurals"][:4], len(told["plurals"])) == ("1011", 200)
        assert "immutable" in answer.headers["Cache-Control"]
        assert Client().get("/taal/en.json").status_code == 404
        assert Client().get("/taal/xx.json").status_code == 404


def test_a_phone_can_put_the_site_on_its_home_screen() -> None:
    answer = Client().get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert {"name", "start_url", "icons"} <= set(answer.json())
    for address in ("/manifest.webmanifest", "/werk/manifest.webmanifest"):
        icons = Client().get(address).json()["icons"]
        assert {"any", "maskable"} == {icon["purpose"] for icon in icons}
        for icon in icons:
            file = ROOT / "frontend" / "public" / icon["src"].rpartition("/")[2]
            if file.suffix == ".png":
                with Image.open(file) as drawn:
                    assert "x".join(map(str, drawn.size)) == icon["sizes"]


def test_what_a_phone_cuts_off_a_maskable_icon_is_only_its_ground() -> None:
    """The safe zone of the W3C Manifest: a circle of 40 % of the width around the middle."""
    with Image.open(ROOT / "frontend" / "public" / "mask-512.png") as drawn:
        icon = drawn.convert("RGB")
    beside = Image.new("L", icon.size, 255)
    ImageDraw.Draw(beside).circle((256, 256), 0.4 * 512, fill=0)
    cut_off = Image.composite(icon, Image.new("RGB", icon.size, (11, 99, 80)), beside)
    assert all(abs(least - most) < 4 for least, most in cut_off.getextrema())


def _write_mo(path: Path, messages: dict[str, str]) -> None:
    """The GNU .mo format: header, two tables of (length, offset), the strings."""
    pairs = sorted((one.encode(), two.encode()) for one, two in messages.items())
    ids, texts, start = [], [], 28 + 16 * len(pairs)
    body = b""
    for column, table in ((0, ids), (1, texts)):
        for pair in pairs:
            table.append((len(pair[column]), start + len(body)))
            body += pair[column] + b"\0"
    words = [
        0x950412DE,
        0,
        len(pairs),
        28,
        28 + 8 * len(pairs),
        0,
        0,
        *(number for one in ids + texts for number in one),
    ]
    path.write_bytes(b"".join(word.to_bytes(4, "little") for word in words) + body)


def test_search_engines_are_kept_from_what_belongs_to_one_person() -> None:
    lines = Client().get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /volgen/", "Disallow: /werk/", "Disallow: /api/"} <= set(lines)
    assert "Disallow: /" not in lines


def test_a_browser_that_guesses_the_icon_finds_it() -> None:
    answer = Client().get("/favicon.ico")
    assert answer.status_code == 301
    assert answer["Location"].endswith("app/mark.svg")
