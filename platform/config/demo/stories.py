"""What is reported in the demonstration: which text, when, where, by whom, with which drawing."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from config.demo import content
from core.areas.queries import tree
from participation.reports.rules import ContactGiven
from participation.routing.models import Question

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
SEED = "Vlietstede"
FRESH = 16
"""Reports of the last hours, so that the desk is alive."""
BUSY = {"WK990101": 4, "WK990102": 7, "WK990103": 5, "WK990104": 3}
"""How much each wijk reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One report to be: what is written when and where."""

    number: int
    at: datetime
    gemeente_id: int
    category: str
    text: str
    language: str
    lon: float
    lat: float
    street: str
    house: int
    quarter: str
    said: dict[str, Any]
    """The category's table of reports.toml."""


def stories(now: datetime) -> list[Story]:
    """What will be reported: texts of reports.toml spread over the year and the streets. The same at every load."""
    rng = random.Random(SEED)  # noqa: S311
    by_code = tree().by_code
    written: list[tuple[str, str, dict[str, Any]]] = []
    for slug, said in content.reports().items():
        if "share" in said:
            texts = rng.sample(said["texts"], len(said["texts"]))
            written += [(slug, texts[index % len(texts)], said) for index in range(said["share"])]
    rng.shuffle(written)
    moments = [now - timedelta(minutes=4 + 31 * index + rng.randrange(20)) for index in range(FRESH)]
    moments += [_some_moment(rng, now) for _unused in range(len(written) - FRESH)]
    found = []
    for number, (slug, text, said) in enumerate(written):
        while "months" in said and number >= FRESH and moments[number].month not in said["months"]:
            moments[number] = _some_moment(rng, now)
        quarters = [code for code in content.streets() if _lies_in(code, said.get("where", [content.VLIETSTEDE]))]
        quarter = rng.choices(quarters, [BUSY[f"WK{code[2:8]}"] for code in quarters])[0]
        found.append(_story(rng, number, moments[number], by_code[content.VLIETSTEDE].id, slug, text, said, quarter))
    village = [code for code in content.streets() if _lies_in(code, [content.RIETMADE])]
    for slug, text in content.reports()["Rietmade"]["reports"]:
        moment = _some_moment(rng, now)
        found.append(_story(rng, len(found), moment, by_code[content.RIETMADE].id, slug, text, {}, rng.choice(village)))
    return found


def _story(
    rng: random.Random,
    number: int,
    at: datetime,
    gemeente_id: int,
    category: str,
    text: str,
    said: dict[str, Any],
    quarter: str,
) -> Story:
    street = rng.choice(content.streets()[quarter])
    along, aside = rng.uniform(0.02, 0.98), rng.uniform(-0.00008, 0.00008)
    (west, south), (east, north) = street["from"], street["to"]
    house = 1 + int(along * 120)
    language, text = content.split_language(text)
    quarter_name = tree().by_code[quarter].name
    weekday = DAYS[(at - timedelta(days=rng.randint(1, 5))).astimezone(AMSTERDAM).weekday()]
    return Story(
        number=number,
        at=at,
        gemeente_id=gemeente_id,
        category=category,
        text=text.format(street=street["name"], number=house, quarter=quarter_name, day=weekday),
        language=language if language in dict(settings.LANGUAGES) else "nl",
        lon=round(west + (east - west) * along + aside, 6),
        lat=round(south + (north - south) * along - aside / 2, 6),
        street=street["name"],
        house=house,
        quarter=quarter_name,
        said=said,
    )


def _lies_in(quarter: str, areas: list[str]) -> bool:
    return any(quarter[2 : 2 + len(code) - 2] == code[2:] for code in areas)


def _some_moment(rng: random.Random, now: datetime) -> datetime:
    """A moment in the past year, more of them lately, by day and evening more than by night."""
    day = (now - timedelta(days=0.5 + 363 * rng.random() ** 1.7)).astimezone(AMSTERDAM)
    hour = rng.choices(range(24), [1, 0, 0, 0, 0, 1, 3, 7, 10, 9, 8, 7, 7, 6, 7, 8, 9, 9, 9, 10, 9, 7, 4, 2])[0]
    return min(day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60)), now - timedelta(hours=10))


def contact_for(rng: random.Random) -> ContactGiven:
    """Six of ten say how to reach them; the addresses and numbers belong to nobody."""
    if rng.random() > 0.6:
        return ContactGiven()
    names = content.reports()["general"]
    first, last = rng.choice(names["first_names"]), rng.choice(names["last_names"])
    box = f"{first}.{last}".lower().replace(" ", "").encode("ascii", "ignore").decode()
    return ContactGiven(
        name=f"{first} {last}",
        email=f"{box}@example.nl",
        phone=f"06-12345{rng.randrange(1000):03}" if rng.random() < 0.4 else "",
    )


def picture_for(story: Story, rng: random.Random) -> str:
    """The drawing that shows what the text says, for some of those that have one."""
    text = story.text.lower()
    fitting = [
        name
        for name, (category, *words) in content.reports()["pictures"].items()
        if category == story.category and any(word in text for word in words)
    ]
    return rng.choice(fitting) if fitting and rng.random() < 0.65 else ""


def answer_to(question: Question, rng: random.Random) -> Any:
    values = [choice["value"] for choice in question.choices]
    match question.type:
        case Question.Type.CHOICE:
            return rng.choice(values)
        case Question.Type.MULTI:
            return rng.sample(values, 1)
        case Question.Type.NUMBER:
            return rng.randint(1, 4)
    return "Weet ik niet" if question.type == Question.Type.TEXT and question.required else None
