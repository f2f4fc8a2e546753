"""Every text on screen has a Dutch translation, and what residents read one in each of their languages.

The message ids are the English texts, so English is complete.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@cache
def _gathered(domain: str, _root: Path) -> list[messages.Found]:
    """Every source is read once, not once per language."""
    return messages.gather(domain)


def texts_of(domain: str, language: str = "nl") -> dict[tuple[str | None, str], str]:
    """Context and id of every text this language must have, with the file that uses it first."""
    found: dict[tuple[str | None, str], str] = {}
    for name, _line, text, context in messages.texts_for(language, _gathered(domain, messages.ROOT)):
        found.setdefault((context, text if isinstance(text, str) else text[0]), name)
    return found


@pytest.mark.parametrize("domain", messages.DOMAINS)
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_text_is_translated(language: str, domain: str) -> None:
    catalogue = messages.catalogue(language, domain)
    missing = []
    for (context, text), name in texts_of(domain, language).items():
        message = catalogue.get(text, context)
        if text and (message is None or not messages.is_translated(message) or message.fuzzy):
            missing.append(f"{name}: {text}")
    assert missing == [], "run `make messages`, then translate"


@pytest.mark.parametrize("domain", messages.DOMAINS)
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_catalogues_hold_no_text_that_is_gone(language: str, domain: str) -> None:
    used = texts_of(domain, language)
    ids = [
        (message.context, message.id if isinstance(message.id, str) else message.id[0])
        for message in messages.catalogue(language, domain)
        if message.id
    ]
    assert [text for context, text in ids if (context, text) not in used] == [], "run `make messages`"


@pytest.mark.parametrize("domain", messages.DOMAINS)
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_translation_keeps_the_placeholders(language: str, domain: str) -> None:
    wrong = []
    for message in messages.catalogue(language, domain):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        known = {place for text in ids for place in PLACEHOLDER.findall(text)}
        wrong += [string for string in strings if not set(PLACEHOLDER.findall(string)) <= known]
        if len(ids) == 1 and strings[0] and set(PLACEHOLDER.findall(strings[0])) != known:
            wrong.append(strings[0])
    assert wrong == []


def test_texts_are_found_in_python_templates_and_typescript(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    app, templates, source = tmp_path / "cms" / "x", tmp_path / "frontend" / "templates", tmp_path / "frontend" / "src"
    for folder in (app, templates, source):
        folder.mkdir(parents=True)
    (app / "views.py").write_text('a = _("One")\nb = ngettext("%(n)s day", "%(n)s days", 2)\n')
    (templates / "page.html").write_text(
        """{% load i18n %}<p title="{% translate "Two" %}">it's "</p>
        {% blocktranslate trimmed count n=n %}
            {{ n }} photo
        {% plural %}{{ n }} photos{% endblocktranslate %} {{ _("Three") }}{% translate "Open" context "state" %}"""
    )
    (source / "list.ts").write_text(
        'const x: Record<string, string> = {}; html`<p>${t("Four")} ${x.map((y) => html`<b>${t("Five")}</b>`)}</p>`;\n'
        'tn("one", "{n} many", 2); list.at("Not this");\n'
    )

    assert set(texts_of("django")) == {
        (None, "One"), (None, "%(n)s day"), (None, "Two"), (None, "%(n)s photo"), (None, "Three"), ("state", "Open"),
    }  # fmt: skip
    assert set(texts_of("djangojs")) == {(None, "Four"), (None, "Five"), (None, "one")}


CHOICES = (
    "cms.agenda.choices",
    "cms.following.choices",
    "cms.approaches.states",
    "core.notify.moments",
    "participation.initiatives.blocks",
    "participation.polls.apps",  # the mail with a code to vote
    "participation.polls.wording",
)


@pytest.mark.parametrize("module", CHOICES)
def test_words_that_residents_read_are_in_their_languages(module: str) -> None:
    """Beside files of nearly the same name that are full of words for editors."""
    source = find_spec(module)
    assert source
    assert source.origin
    name = Path(source.origin).relative_to(messages.ROOT).as_posix()
    assert messages.is_for_residents(name)
