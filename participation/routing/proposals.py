"""From a resident's words to a category, and to who should be called first. Pure, no outside service.

Words are compared without capitals and accents, and by stem, so that "lantaarnpalen" meets
"lantaarnpaal". A longer word that begins or ends with a keyword (Dutch writes "tuinafval" as one
word) and a word with one typing error count for less. A phrase counts for more than a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from participation.routing.queries import RoutingConfig

FALLBACK = "anders"
"""The category for what nothing points to."""
MOST = 5
EXACT, STEM, PART, TYPO = 1.0, 0.9, 0.5, 0.6
PHRASE_BONUS = 0.5
"""What each further word of a phrase adds."""
SHORTEST_PART, SHORTEST_TYPO = 4, 6
"""Letters a keyword needs before a part of a word, or a word with a typing error, may match it."""
LETTER = 0.01
"""What each letter of a keyword adds, to 15: "hennepkwekerij" says more than "kelder"."""
MOST_WORDS = 400
"""Words of a text that are looked at; a report has room for some 500."""

_WORD = re.compile(r"[a-z0-9]+")
_FOLD = str.maketrans({"ı": "i", "ß": "ss", "ø": "o", "æ": "ae", "ł": "l"})


def words_of(text: str) -> list[str]:
    """Lower-case words without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_FOLD))
    return _WORD.findall("".join(one for one in plain if not unicodedata.combining(one)))


def stem(word: str) -> str:
    """A rough Dutch stem: "palen" and "paal" → "pal", "brieven" and "brief" → "brief", "hondjes" → "hond"."""
    if len(word) > 4:
        for ending in ("etjes", "etje", "tjes", "tje", "jes", "je", "en", "s", "e"):
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word = word[: -len(ending)]
                break
    if len(word) > 3 and word[-1] in "vz":
        word = word[:-1] + {"v": "f", "z": "s"}[word[-1]]
    return re.sub(r"([a-z])\1", r"\1", word)


class Index:
    """Keywords of the categories of one municipality, made ready for looking up."""

    def __init__(self, categories: Iterable[tuple[str, str, list[str]]]) -> None:
        """`categories`: (slug, name, keywords) in order; the order decides between equal scores."""
        self.slugs: list[str] = []
        phrases: dict[tuple[str, ...], set[int]] = defaultdict(set)
        for place, (slug, name, keywords) in enumerate(categories):
            self.slugs.append(slug)
            for keyword in [*keywords, name]:
                phrase = tuple(words_of(keyword))
                if phrase:
                    phrases[phrase].add(place)
        self._phrases: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], frozenset[int]]]] = defaultdict(list)
        """By the stem of the first word: (words, stems, categories)."""
        self._long: dict[str, list[tuple[str, frozenset[int]]]] = defaultdict(list)
        """Single keywords long enough for a part or a typing error, by first letter."""
        self._ends: dict[str, frozenset[int]] = {}
        for phrase, places in phrases.items():
            stems = tuple(stem(word) for word in phrase)
            self._phrases[stems[0]].append((phrase, stems, frozenset(places)))
            if len(phrase) == 1 and len(phrase[0]) >= SHORTEST_PART:
                self._long[phrase[0][0]].append((phrase[0], frozenset(places)))
                self._ends[phrase[0]] = frozenset(places)

    def scores(self, text: str) -> list[tuple[str, float]]:
        """(slug, score between 0 and 1) of every category a word points to, best first."""
        words = words_of(text)[:MOST_WORDS]
        stems = [stem(word) for word in words]
        points: dict[int, dict[tuple[str, ...], float]] = defaultdict(dict)

        def add(key: tuple[str, ...], places: frozenset[int], weight: float) -> None:
            share = (weight + LETTER * min(len(" ".join(key)), 15)) / len(places)
            for place in places:
                points[place][key] = max(points[place].get(key, 0.0), share)

        seen: set[str] = set()
        for at, (word, root) in enumerate(zip(words, stems, strict=True)):
            met = False
            for phrase, roots, places in self._phrases.get(root, ()):
                if tuple(stems[at : at + len(roots)]) != roots:
                    continue
                exact = tuple(words[at : at + len(phrase)]) == phrase
                add(roots, places, (EXACT if exact else STEM) + PHRASE_BONUS * (len(roots) - 1))
                met = met or len(roots) == 1
            if not met and word not in seen:
                seen.add(word)
                self._loose(word, add)
        totals = {place: sum(found.values()) for place, found in points.items()}
        ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
        return [(self.slugs[place], round(total / (total + 1), 3)) for place, total in ranked]

    def _loose(self, word: str, add: Any) -> None:
        """Compound words and typing errors, for a word that is no keyword itself."""
        if len(word) < SHORTEST_PART + 1:
            return
        for keyword, places in self._long.get(word[0], ()):
            if len(keyword) < len(word) and word.startswith(keyword) and len(word) - len(keyword) >= 3:
                add((keyword,), places, PART)
            elif len(keyword) >= SHORTEST_TYPO and one_edit_apart(word, keyword):
                add((keyword,), places, TYPO)
        for start in range(2, len(word) - SHORTEST_PART + 1):
            places = self._ends.get(word[start:], frozenset())
            if places:
                add((word[start:],), places, PART)


def one_edit_apart(one: str, other: str) -> bool:
    """Whether one letter more, less, different, or two neighbours swapped, makes `one` into `other`."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    if len(one) > len(other):
        one, other = other, one
    at = next((place for place, letter in enumerate(one) if letter != other[place]), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    if one[at + 1 :] == other[at + 1 :]:
        return True
    return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]


def propose(config: RoutingConfig, text: str) -> list[tuple[str, float]]:
    """At most five categories the text may be about, best first, each with a score between 0 and 1.

    Never empty: when nothing points anywhere it is "something else" with score 0.
    """
    found = config.settings.index.scores(text)[:MOST]
    if found:
        return found
    if config.reportable(FALLBACK) is not None:
        return [(FALLBACK, 0.0)]
    return [(main.children[-1].slug, 0.0) for main in config.tree[-1:]]


@dataclass(frozen=True, slots=True)
class Advice:
    """Who to call. `kind` is a stable code."""

    kind: str
    phone: str
    text: str | Promise


ADVICE: tuple[tuple[Advice, tuple[str, ...]], ...] = (
    (
        Advice("emergency", "112", _("Is someone in danger now, or do you see a crime or a fire? Call 112 at once.")),
        (
            "112", "brand", "fik", "vlammen", "explosie", "ontploffing", "mes", "messen", "steekpartij", "gestoken",
            "neergestoken", "wapen", "vuurwapen", "pistool", "geweer", "machete", "schoten", "geschoten",
            "schietpartij",
            "vechtpartij", "vechten", "slaat", "geslagen", "schopt", "mishandeling", "mishandeld", "bedreigt",
            "bedreigd",
            "overval", "inbraak nu", "inbreker", "inbrekers", "verkracht", "verkrachting", "aangerand", "bewusteloos",
            "gewond", "gewonden", "bloedt", "dood", "levensgevaar", "verdrinkt", "fire", "knife", "gun", "stabbed",
            "shooting", "shots", "attack", "emergency", "yangin", "bicak", "silah", "imdat", "noz", "pozar",
        ),
    ),
    (
        Advice(
            "suicide",
            "113",
            _("Do you think of suicide? Call 113 or 0800-0113, or chat on 113.nl. Free, day and night."),
        ),
        (
            "zelfmoord", "zelfdoding", "suicide", "suicidaal", "suïcide", "dood wil", "wil dood", "niet meer leven",
            "wil niet meer", "einde aan maken", "einde aan mijn leven", "van het leven beroven", "springt van",
            "spring van", "voor de trein", "automutilatie", "snijdt zichzelf", "snijd mezelf", "pijn doen mezelf",
            "kill myself", "want to die", "end my life", "intihar", "olmek istiyorum", "samobojstwo",
        ),
    ),
    (
        Advice(
            "domestic-violence",
            "0800-2000",
            _("Violence at home, or a child or elder in trouble? Call Veilig Thuis: 0800-2000. Free, day and night."),
        ),
        (
            "huiselijk geweld", "kindermishandeling", "mishandelt kind", "slaat kind", "slaat kinderen", "slaat vrouw",
            "slaat zijn vrouw", "slaat haar man", "kind geslagen", "kinderen geslagen", "kind huilt", "kind schreeuwt",
            "kinderen schreeuwen", "kind alleen thuis", "kinderen alleen thuis", "kind verwaarloosd",
            "verwaarloosd kind",
            "ouderenmishandeling", "eergeweld", "opgesloten", "durft niet naar huis", "mijn man slaat",
            "blauwe plekken",
            "mishandeld", "mishandeling", "incest", "misbruik", "misbruikt", "seksueel misbruik", "gedwongen huwelijk",
            "domestic violence", "child abuse", "beats his wife", "siddet", "dayak", "przemoc",
        ),
    ),
    (
        Advice("gas", "0800-9009", _("Do you smell gas? Open windows, make no fire, go outside and call 0800-9009.")),
        (
            "gaslucht", "gaslek", "gaslekkage", "gasgeur", "ruik gas", "gas geroken", "ruikt naar gas", "lucht van gas",
            "stinkt naar gas", "gas leak", "smell gas", "gaz kokusu", "gaz kacagi", "koolmonoxide", "gazem",
        ),
    ),
    (
        Advice("police", "0900-8844", _("Do you need the police, but not at once? Call 0900-8844, day and night.")),
        (
            "inbraak", "ingebroken", "inbrekers", "inbreker", "gestolen", "diefstal", "dief", "dieven", "beroofd",
            "beroving", "straatroof", "zakkenroller", "vernield", "vernieling", "aangifte", "verdacht", "verdachte",
            "drugsdealer", "dealer", "dealers", "dealen", "drugshandel", "dealt", "stalker", "stalking", "gestalkt",
            "bedreiging", "bedreigd", "bedreigt", "vechtpartij", "vechten", "vermist", "aanranding", "intimidatie",
            "politie", "stolen", "burglary", "burglar", "robbed", "robbery", "police", "threatened", "hirsiz", "polis",
            "policja", "kradziez",
        ),
    ),
    (
        Advice(
            "crime-anonymous",
            "0800-7000",
            _(
                "Do you know of a crime and must nobody know that you told it? Call Meld Misdaad Anoniem: 0800-7000."
                " They guarantee it; we cannot."
            ),
        ),
        (
            "hennep", "hennepkwekerij", "wietplantage", "wietkwekerij", "drugslab", "drugspand", "drugshandel",
            "dealer",
            "dealers", "dealen", "dealt", "drugsdealer", "witwassen", "witwas", "afpersing", "afgeperst",
            "mensenhandel",
            "uitbuiting", "uitgebuit", "wapenhandel", "wapens", "vuurwapen", "ondermijning", "criminelen", "crimineel",
            "maffia", "liquidatie", "heling", "gestolen spullen", "illegale prostitutie", "human trafficking",
            "money laundering", "weed plantation", "uyusturucu",
        ),
    ),
)  # fmt: skip


def _ready() -> tuple[tuple[Advice, tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]], ...]:
    return tuple(
        (
            advice,
            tuple({tuple(words_of(one)) for one in signals if len(words_of(one)) == 1}),
            tuple({tuple(stem(word) for word in words_of(one)) for one in signals if len(words_of(one)) > 1}),
        )
        for advice, signals in ADVICE
    )


_READY = _ready()


def safety_advice(text: str) -> list[dict[str, str]]:
    """`[{kind, phone, text}]` for words that point to danger, most urgent first; a hint, never a refusal.

    Single words match as they are written (a "messing" kraan is no knife), phrases by stem.
    """
    words = words_of(text)[:MOST_WORDS]
    single = {(word,) for word in words}
    stems = [stem(word) for word in words]
    found = []
    for advice, alone, phrases in _READY:
        if not single.isdisjoint(alone) or any(
            tuple(stems[at : at + len(phrase)]) == phrase for phrase in phrases for at in range(len(stems))
        ):
            found.append({"kind": advice.kind, "phone": advice.phone, "text": str(advice.text)})
    return found
