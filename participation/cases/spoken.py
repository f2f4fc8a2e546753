"""In which language a professional wrote, as far as their words tell: mostly Dutch, else that of the resident.

Only for the `lang` of a text on screen, so that it is read out with the right voice; nothing is decided by it. Pure.
"""

from __future__ import annotations

import re

DUTCH = "nl"
SCRIPTS = {
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "uk": re.compile(r"[\u0400-\u04ff]"),
    "ti": re.compile(r"[\u1200-\u137f]"),
}
"""Languages with letters that no other of ours has."""
SMALL_WORDS = {
    "nl": "de het een en van wij we u uw is zijn niet voor op met dat bij naar hebben dank wordt nog dit",
    "en": "the a an and of we you your is are not for on with that to have thank it this will be",
    "tr": "ve bir bu için siz size sizin biz ile değil var teşekkür teşekkürler daha olarak kadar sonra",
    "pl": "i w na się nie do jest z to że państwa państwo dziękujemy dla po za przez oraz",
}
"""Words that hardly a sentence does without."""
_WORDS = {language: frozenset(words.split()) for language, words in SMALL_WORDS.items()}


def language_of(text: str, resident: str) -> str:
    """Dutch, or the resident's language where the letters or more of the small words are of that."""
    script = SCRIPTS.get(resident)
    if script is not None:
        return resident if script.search(text) else DUTCH
    said = re.findall(r"\w+", text.lower())
    theirs, dutch = (sum(word in _WORDS.get(one, ()) for word in said) for one in (resident, DUTCH))
    return resident if theirs > dutch else DUTCH
