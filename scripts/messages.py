"""Texts on screen: gathers them from the sources into .po files and compiles those, in pure Python.

`messages.py update` writes every text into frontend/locale/<language>/LC_MESSAGES/{django,djangojs}.po and keeps what
was translated; `messages.py compile FILE.po FILE.mo` makes what Django reads. The message ids are the English texts,
so English needs no catalogue. Residents' languages have the texts that residents read (`RESIDENT_PATHS`).
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "frontend" / "locale"
LANGUAGES = ("nl", "tr", "ar", "pl", "uk")
"""Dutch has every text; the others have what residents read."""
DOMAINS = ("django", "djangojs")
"""Python and templates; TypeScript."""
Keywords = dict[str, tuple[int | tuple[int, str], ...] | None]
KEYWORDS: Keywords = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
_LITERAL = r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
SCRIPT_CALL = re.compile(rf"(?<![\w.$])(?:t\(\s*{_LITERAL}|tn\(\s*{_LITERAL}\s*,\s*{_LITERAL})")
"""t("…") and tn("…", "…") in TypeScript, also inside nested template strings, where Babel's own reader loses them."""

RESIDENT_PATHS = (
    "frontend/templates/base.html",
    "frontend/templates/[45]*.html",
    "frontend/templates/ui/*",
    "frontend/templates/reports/*",
    "frontend/templates/agenda/*",
    "frontend/templates/initiatives/*",
    "frontend/templates/polls/*",
    "frontend/templates/residents/*",
    "frontend/templates/cms/*",
    "frontend/templates/search/*",
    "frontend/templates/emails/attend*",
    "frontend/templates/emails/base.*",
    "frontend/templates/emails/code.*",
    "frontend/templates/emails/follow*",
    "frontend/templates/emails/initiative*",
    "frontend/templates/emails/poll*",
    "frontend/templates/emails/win*",
    "frontend/templates/emails/re[pt]*",
    "frontend/templates/emails/supporter*",
    "frontend/src/*",
    "participation/reports/*",
    "participation/initiatives/*",
    "participation/polls/*",
    "participation/residents/*",
    "participation/texts/*",
    "participation/routing/outside.py",
    "participation/routing/proposals*",
    "participation/routing/wording.py",
    "participation/cases/states.py",
    "platform/core/accounts/sessions.py",
    "platform/core/api/*",
    "platform/core/areas/queries.py",
    "platform/core/errors.py",
    "platform/core/media/*",
    "platform/core/notify/*",
    "platform/core/places/*",
    "platform/core/ui/*",
    "cms/*",
)
STAFF_PATHS = re.compile(
    r"(?<!/polls)/apps\.|(?<!/initiatives)/blocks\.|/(admin|checks|library_texts|models|wagtail_hooks|waiting_wins)\.|^cms/(base|wijken|wins|agenda)/forms\.|"
    r"_admin\.html$|^frontend/src/(desk/|account)|/(admin|base/blocks|commands|editing|management|responsibility)/|"
    r"^participation/initiatives/(telling|pages/(code_letters|fairness|partners)|actions/(code_letters|partnering))\.|/initiative_partner\.|"
    r"^participation/polls/(readiness|casework|pages/desk/|queries/(watching|batches|desk)|"
    r"actions/(adopting|answering|batches|entering|importing|making|moderating|questions|setting_aside|working_out))|"
    r"^cms/home/actions|^cms/tone/|^cms/wins/drafting\.|^cms/wijken/story|/(choosers|organisers)\.py$|"
    r"/(approach_evidence_help|attendees|who_comes|counted_wins|followers|next_digest|no_digest|win_consent_panel)\.html$"
)


def is_for_residents(name: str) -> bool:
    """Whether residents read the texts of this file."""
    return any(fnmatch(name, pattern) for pattern in RESIDENT_PATHS) and not STAFF_PATHS.search(name)


Found = tuple[str, int, str | tuple[str, ...], str | None]
"""File, line, text (or singular and plural), context."""


def python_files() -> Iterator[Path]:
    for folder in ("platform/config", "platform/core", "participation", "cms"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def template_files() -> Iterator[Path]:
    for pattern in ("*.html", "*.txt"):
        yield from sorted((ROOT / "frontend" / "templates").rglob(pattern))


def script_files() -> Iterator[Path]:
    yield from (
        path
        for path in sorted((ROOT / "frontend" / "src").rglob("*.ts"))
        if not path.name.endswith((".test.ts", ".d.ts"))
    )


def _python_of(template: Path) -> str:
    """A template as Python source that calls gettext, on the same lines."""
    from django.utils.translation.template import templatize

    return "\n".join(line.strip() for line in templatize(template.read_text(), origin=str(template)).splitlines())


def _in_python(path: Path, source: str) -> Iterator[Found]:
    for line, text, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        yield path.relative_to(ROOT).as_posix(), line, text, context


def _in_script(path: Path, source: str) -> Iterator[Found]:
    for call in SCRIPT_CALL.finditer(source):
        texts = tuple(ast.literal_eval(literal) for literal in call.groups() if literal)
        line = source.count("\n", 0, call.start()) + 1
        yield path.relative_to(ROOT).as_posix(), line, texts if len(texts) > 1 else texts[0], None


def gather(domain: str) -> list[Found]:
    """Every text of one domain."""
    found: list[Found] = []
    if domain == "django":
        for path in python_files():
            found += _in_python(path, path.read_text())
        for path in template_files():
            found += _in_python(path, _python_of(path))
    else:
        for path in script_files():
            found += _in_script(path, path.read_text())
    return found


def texts_for(language: str, found: list[Found]) -> list[Found]:
    """What the catalogue of this language must hold, of all texts of its domain."""
    return [one for one in found if language == "nl" or is_for_residents(one[0])]


def catalogue(language: str, domain: str) -> Catalog:
    path = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
    if not path.exists():
        return Catalog(locale=language, domain=domain)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def renewed(language: str, domain: str, found: list[Found]) -> Catalog:
    """The catalogue with exactly the texts found, and the translations it had."""
    old = catalogue(language, domain)
    new = Catalog(locale=language, domain=domain, project="Wijkplatform", header_comment="# Texts on screen.")
    for name, _line, text, context in found:
        plural = not isinstance(text, str)
        known = old.get(text[0] if plural else text, context)
        kept = known.string if known and bool(known.pluralizable) == plural else None
        new.add(text, kept, locations=[(name, 0)], context=context)
    return new


def is_translated(message: Message) -> bool:
    texts = (message.string,) if isinstance(message.string, str) else message.string or ("",)
    return all(texts)


def written(new: Catalog) -> str:
    """As a .po file, without the dates that would make every run a change."""
    buffer = io.BytesIO()
    write_po(buffer, new, width=110, sort_output=True, include_lineno=False)
    dates = ('"POT-Creation', '"PO-Revision', '"Generated', '"Last-Translator', '"Language-Team')
    return (
        "\n".join(line for line in buffer.getvalue().decode().splitlines() if not line.startswith(dates)).rstrip()
        + "\n"
    )


def update() -> None:
    for domain in DOMAINS:
        found = gather(domain)
        for language in LANGUAGES:
            new = renewed(language, domain, texts_for(language, found))
            path = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(written(new))
            missing = sum(1 for message in new if message.id and not is_translated(message))
            print(f"{path.relative_to(ROOT)}: {len(new)} texts, {missing} without translation")


def compile_one(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parents[1].name)
    with target.open("wb") as file:
        write_mo(file, catalog)


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:2] == ["compile"] and len(sys.argv) == 4:
        compile_one(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        sys.exit(__doc__)
