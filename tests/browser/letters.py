"""Reading the mails that went out, as a tired resident would: from whom, why, in my language, and how does it stop?"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from babel.messages.pofile import read_po
from playwright.sync_api import APIRequestContext

from tests.browser.conftest import Site
from tests.support.live.servers import ROOT

LOCALE = ROOT / "frontend" / "locale"
PLACEHOLDER = re.compile(r"%\(\w+\)s|%\(\w+\)d|%s|%d")
TELLING = 14
"""Characters of English that do not stand in another language by chance."""
WHY = ("You get this", "Did you not ask for it?", "Somebody who knows your address", "Somebody asked us")
"""How the English sentences begin that say why somebody gets a mail."""
STOPS = (
    "You can switch these mails off",
    "You can stop these mails",
    "Stop these mails",
    "You get this once",
    "You get this mail because you are in this group. You can leave",
    "No more mails",
    "This is the last mail about it.",
    "We send one mail for each offer",  # somebody waits for the answer to each
    *WHY[1:],
)
"""And how it stops, or why it need not."""
ADDRESS = re.compile(r"https?://[^\s<>\"']+")
NOBODY = re.compile(
    r"(?m)None|\{\{|%\(|^\s*[,.(]|\(\s*[,)]|,\s*\)|“\s*”|„\s*”|  ,| ,|\bundefined\b"
    r"|^(Hello|Hallo|Merhaba|Dag|Beste)\s+,"
)
"""A name, a title or a role that is not there; what a template left standing."""


@dataclass(frozen=True)
class Mail:
    to: str
    sender: str
    subject: str
    language: str
    text: str
    html: str

    @property
    def words(self) -> str:
        """What stands in the HTML, without its clothes."""
        bare = re.sub(r"(?s)<(style|title)>.*?</\1>|<[^>]+>", " ", self.html)
        return " ".join(html.unescape(bare).split())

    @property
    def links(self) -> set[str]:
        """Of the text; those of the HTML are the same."""
        return {one.rstrip(".)") for one in ADDRESS.findall(self.text)}

    @property
    def clicks(self) -> set[str]:
        return {html.unescape(one) for one in re.findall(r'href="([^"]+)"', self.html)}


def mails_of(site: Site) -> list[Mail]:
    """Everything that went out, oldest first."""
    found = []
    for raw in site.mails():
        mail = message_from_bytes(raw.encode(), policy=policy.default)
        text, shown = (mail.get_body((kind,)) for kind in ("plain", "html"))
        assert text is not None
        assert shown is not None
        to, sender, subject, language = (
            str(mail[name] or "").strip() for name in ("To", "From", "Subject", "Content-Language")
        )
        found.append(Mail(to, sender, subject, language, text.get_content(), shown.get_content()))
    if folder := os.environ.get("MAILS"):
        _keep(found, Path(folder))
    return found


def wrong_in(mail: Mail, *, at_work: bool = False) -> list[str]:
    """What is not as it should be; a mail at work need not say why it comes."""
    found = []
    if "Vlietstede" not in mail.sender:
        found.append(f"from {mail.sender}")
    if mail.language not in ("en", "nl", "tr"):
        found.append(f"in {mail.language}")
    for part in (mail.subject, mail.text, mail.words):
        found += [f"raw: {one}" for one in _raw(part, mail.language)]
        found += [f"empty: {part[max(0, one.start() - 30) : one.end() + 30]!r}" for one in NOBODY.finditer(part)]
    for part in () if at_work else (mail.text, mail.words):
        found += [] if _says(part, WHY, mail.language) else ["does not say why"]
        found += [] if _says(part, STOPS, mail.language) else ["does not say how it stops"]
    if mail.links != mail.clicks:
        found.append(f"links of text and HTML differ: {mail.links ^ mail.clicks}")
    return found


def leads_nowhere(link: str, asks: APIRequestContext, site: Site) -> list[str]:
    """Whether who got it does not come to the page it promises."""
    parts = urlsplit(link)
    asked = asks.get(f"{site.address}{parts.path}{'?' + parts.query if parts.query else ''}")
    fine = asked.status == 200 and "/inloggen/" not in asked.url and "/login/" not in asked.url
    return [] if fine else [f"{link} answers {asked.status} at {asked.url}"]


# --- the catalogues -----------------------------------------------------------------------------


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    """English → this language, of what stands in pages and mails."""
    known = "nl" if language == "en" else language
    with (LOCALE / known / "LC_MESSAGES" / "django.po").open("rb") as file:
        rows = [one for one in read_po(file) if one.id]
    pairs: dict[str, str] = {}
    for one in rows:
        ids = [one.id] if isinstance(one.id, str) else list(one.id)
        said = [one.string] if isinstance(one.string, str) else list(one.string or [""])
        for number, words in enumerate(ids):
            pairs[words] = words if language == "en" else str(said[min(number, len(said) - 1)] or "")
    return pairs


def _pieces(words: str) -> list[str]:
    """What of a text stands there whatever is filled in."""
    return [" ".join(one.split()) for one in PLACEHOLDER.split(words.replace("%%", "%"))]


@cache
def _english(language: str) -> list[str]:
    """Pieces of English that a mail in this language should not have."""
    known = {piece for words in _catalogue(language).values() for piece in _pieces(words)}
    found = {piece for words in _catalogue(language) for piece in _pieces(words) if len(piece) >= TELLING}
    return sorted(found - known)


def _raw(part: str, language: str) -> Iterable[str]:
    if language == "en":
        return []
    bare = " ".join(part.split())
    return [piece for piece in _english(language) if piece in bare]


def _says(part: str, beginnings: tuple[str, ...], language: str) -> bool:
    bare = " ".join(part.split())
    if any(one in bare for one in beginnings):  # not translated yet, which is another matter
        return True
    for words, said in _catalogue(language).items():
        if said and words.startswith(beginnings) and max(_pieces(said), key=len) in bare:
            return True
    return False


def _keep(mails: list[Mail], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, mail in enumerate(mails):
        who = mail.to.partition("@")[0]
        head = f"To: {mail.to}\nFrom: {mail.sender}\nSubject: {mail.subject}\nLanguage: {mail.language}\n\n"
        (folder / f"{number:03}-{who}.txt").write_text(head + mail.text)
        (folder / f"{number:03}-{who}.html").write_text(mail.html)
