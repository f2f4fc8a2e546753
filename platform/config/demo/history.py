"""A year of reports, lived through in order of time by the same actions that people use.

Every report is a generator that yields the moments of its next steps. All of them together are
played in order of time until the moment of loading; what lies after it has not happened yet. So
the newest reports lie untouched, older ones are under way and most are solved, as on a real desk.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from config.demo import content
from core.accounts.actor import Actor
from core.accounts.models import User
from core.areas.queries import tree
from core.areas.tenancy import Scope
from core.media.actions import claim_photos, store_upload
from participation.cases.actions import add_note, assign_case, log_view, message_resident, move_case
from participation.cases.models import Case, CasePhoto
from participation.cases.states import Status
from participation.organisations.access import actor_for
from participation.organisations.models import Team
from participation.organisations.queries import roster
from participation.reports.actions import give_feedback, send_message, submit_report
from participation.reports.rules import ContactGiven, Submission
from participation.reports.tasks import send_update
from participation.routing.models import Category, Question
from participation.routing.queries import config

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
SEED = "Vlietstede"
FRESH = 16
"""Reports of the last hours, so that the desk is alive."""
BUSY = {"WK990101": 4, "WK990102": 7, "WK990103": 5, "WK990104": 3}
"""How much each wijk reports."""
Progress = Callable[[int, int], None]


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


def play(*, now: datetime, progress: Progress = lambda _done, _total: None) -> int:
    """Make all reports and live through them, in one transaction; answers how many there are.

    No mail goes out: what the past would have sent is taken back before the commit.
    """
    stories = _stories(now)
    with transaction.atomic():
        before = set(DBTaskResult.objects.values_list("pk", flat=True))
        cast = _Cast()
        waiting: list[tuple[datetime, int, Iterator[datetime]]] = []
        for story in stories:
            life = _Life(story, cast, now).moments()
            waiting.append((next(life), story.number, life))
        heapq.heapify(waiting)
        total, done = len(waiting), 0
        while waiting:
            moment, number, life = waiting[0]
            if moment > now:
                heapq.heappop(waiting)
                done += 1
                continue
            try:
                heapq.heapreplace(waiting, (max(next(life), moment), number, life))
            except StopIteration:
                heapq.heappop(waiting)
                done += 1
            progress(done, total)
        DBTaskResult.objects.filter(task_path=send_update.module_path).exclude(pk__in=before).delete()
    return total


def _stories(now: datetime) -> list[Story]:
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
    stories = []
    for number, (slug, text, said) in enumerate(written):
        while "months" in said and number >= FRESH and moments[number].month not in said["months"]:
            moments[number] = _some_moment(rng, now)
        quarters = [code for code in content.streets() if _lies_in(code, said.get("where", [content.VLIETSTEDE]))]
        quarter = rng.choices(quarters, [BUSY[f"WK{code[2:8]}"] for code in quarters])[0]
        stories.append(_story(rng, number, moments[number], by_code[content.VLIETSTEDE].id, slug, text, said, quarter))
    village = [code for code in content.streets() if _lies_in(code, [content.RIETMADE])]
    for slug, text in content.reports()["Rietmade"]["reports"]:
        moment = _some_moment(rng, now)
        stories.append(
            _story(rng, len(stories), moment, by_code[content.RIETMADE].id, slug, text, {}, rng.choice(village))
        )
    return stories


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


def _at_work(moment: datetime) -> datetime:
    """The same moment, or the next one on a weekday between 8 and 17 hours."""
    local = moment.astimezone(AMSTERDAM)
    if local.hour >= 17:
        local = (local + timedelta(days=1)).replace(hour=8)
    elif local.hour < 8:
        local = local.replace(hour=8)
    return local + timedelta(days={5: 2, 6: 1}.get(local.weekday(), 0))


def _awake(moment: datetime) -> datetime:
    """The same moment, or the next one between 8 and 22 hours."""
    local = moment.astimezone(AMSTERDAM)
    if local.hour >= 22:
        local = (local + timedelta(days=1)).replace(hour=8)
    return local.replace(hour=8) if local.hour < 8 else local


class _Cast:
    """Everyone who works on the demonstration's reports."""

    def __init__(self) -> None:
        users = User.objects.filter(is_demo=True, professional__gemeente__code__in=content.GEMEENTEN)
        actors = [actor for user in users if (actor := actor_for(user)) is not None]
        self.actors = {actor.professional_id: actor for actor in actors}
        self.desk = Team.objects.get(gemeente__code=content.VLIETSTEDE, is_catch_all=True)

    def who(self, case: Case, rng: random.Random) -> Actor:
        """The assignee, or someone of the team who may see this case."""
        if case.assignee_id in self.actors:
            return self.actors[case.assignee_id]
        confidential = case.visibility == Case.Visibility.CONFIDENTIAL
        able = sorted(
            member.professional_id
            for member in roster().teams[case.team_id].members
            if member.confidential or not confidential
        )
        return self.actors[rng.choice(able)]


class _Life:
    """What happens to one report. `moments` is a generator: each `yield` is the moment of the next step."""

    case: Case
    actor: Actor
    token: str
    category: Category

    def __init__(self, story: Story, cast: _Cast, now: datetime) -> None:
        self.story, self.cast, self.now = story, cast, now
        self.rng = random.Random(f"{SEED}/{story.number}")  # noqa: S311
        self.clock = story.at
        self.picture = _picture(story, self.rng)
        self.fresh = now - story.at < timedelta(hours=10)
        self.general = content.reports()["general"]

    def moments(self) -> Iterator[datetime]:
        yield self.clock
        self._submit()
        yield self._later(
            self.rng.uniform(0.05, 0.35) if self.fresh else self.rng.expovariate(1.6) * self.category.response_days
        )
        if self._public() and self.rng.random() < 0.04:
            yield from self._send_on()
        self._accept()
        if self._chance(0.4, "notes"):
            yield self._later(self.rng.uniform(0.01, 0.2))
            add_note(reference=self.case.reference, text=self._words("notes"), actor=self.actor, now=self.clock)
        asked = self._chance(0.4 if self._within(days=25) else 0.12, "asked")
        if asked:
            yield self._later(self.rng.uniform(0.05, 0.5))
            self._move("ask", "asked")
            if self.rng.random() < 0.7 and self._within(days=35):
                return  # the resident has not answered yet
            yield self._awake(hours=self.rng.uniform(1, 40))
            send_message(token=self.token, text=self.rng.choice(self.story.said["answers"]), now=self.clock)
        days = max(self.category.resolve_days or 3, 1) * 1.4
        yield from self._work(days, begun=asked)
        ending = self.rng.random()
        if ending > 0.85 and self.now - self.story.at < timedelta(days=45):
            return  # left lying: late, for someone to notice
        late = self.rng.random() < 0.12
        yield self._later(days * (self.rng.uniform(1.1, 2.0) if late else self.rng.uniform(0.3, 0.95)))
        if ending < 0.09:
            self._move("decline", "declined")
            return
        self._show()
        self._move("resolve", "resolved")
        if self.rng.random() < 0.4:
            yield from self._feedback()

    def _submit(self) -> None:
        story, rng = self.story, self.rng
        routing = config(story.gemeente_id)
        found = routing.reportable(story.category)
        assert found is not None
        self.category = found
        answers = {}
        for question in routing.questions_of(found.pk):
            answer = _answer(question, rng)
            if answer is not None and (question.required or rng.random() < 0.5):
                answers[question.key] = answer
        submitted = submit_report(
            Submission(
                text=story.text,
                lon=story.lon,
                lat=story.lat,
                address=f"{story.street} {story.house}",
                category=story.category,
                answers=answers,
                photos=[_upload(self.picture, story.at)] if self.picture else [],
                contact=_contact(rng),
                language=story.language,
            ),
            scope=Scope(story.gemeente_id, bound=False),
            now=story.at,
        )
        self.case, self.token = submitted.case, submitted.token

    def _send_on(self) -> Iterator[datetime]:
        """It came to the wrong team, which passes it on."""
        self.case = assign_case(
            reference=self.case.reference,
            team_id=self.cast.desk.pk,
            actor=self.cast.who(self.case, self.rng),
            now=self.clock,
        )
        yield self._later(0.3)

    def _accept(self) -> None:
        self.actor = self.cast.who(self.case, self.rng)
        if self.case.visibility == Case.Visibility.CONFIDENTIAL:
            log_view(self.case, actor=self.actor, now=self.clock)
        if self.case.status == Status.RECEIVED:
            self._move("accept", "accepted" if self.rng.random() < 0.45 else "")

    def _work(self, days: float, *, begun: bool) -> Iterator[datetime]:
        way = self.rng.random()
        if way < 0.4:
            yield self._later(days * self.rng.uniform(0.05, 0.2))
            self._move("plan", "planned")
        elif way < 0.75 and not begun:
            yield self._later(days * self.rng.uniform(0.05, 0.3))
            self._move("start", "started" if self.rng.random() < 0.3 else "")
        elif way < 0.88:
            yield self._later(self.rng.uniform(0.1, 0.6))
            text = self._words("accepted")
            message_resident(reference=self.case.reference, text=text, actor=self.actor, now=self.clock)

    def _show(self) -> None:
        """The professional's photo of how it looks now, where we have drawn one."""
        after, case = f"{self.picture}-after", self.case
        if not self.picture or not content.street_picture(after).exists() or self.rng.random() > 0.75:
            return
        [photo] = claim_photos(ids=[_upload(after, self.clock)], gemeente_id=case.gemeente_id, now=self.clock)
        CasePhoto.objects.create(case=case, photo=photo, from_resident=False, position=case.photo_count)
        Case.objects.filter(pk=case.pk).update(photo_count=case.photo_count + 1)

    def _feedback(self) -> Iterator[datetime]:
        yield self._awake(hours=self.rng.uniform(2, 60))
        lately = self._within(days=14)
        if self.rng.random() > (0.4 if lately else 0.22):
            give_feedback(token=self.token, solved=True, text=self.rng.choice(self.general["thanks"]), now=self.clock)
            return
        give_feedback(token=self.token, solved=False, text=self.rng.choice(self.general["not_solved"]), now=self.clock)
        if lately and self.rng.random() < 0.6:
            return
        yield self._later(self.rng.uniform(0.2, 1.5))
        self._move("start", "again")
        yield self._later(self.rng.uniform(1, 4))
        self._move("resolve", "solved_again")

    def _move(self, move: str, words: str) -> None:
        message = self._words(words) if words else ""
        self.case = move_case(
            reference=self.case.reference, move=move, message=message, actor=self.actor, now=self.clock
        )

    def _words(self, kind: str) -> str:
        soon = _at_work(self.clock + timedelta(days=self.rng.randint(1, 3))).astimezone(AMSTERDAM)
        text: str = self.rng.choice(self.story.said.get(kind) or self.general[kind])
        return text.format(
            street=self.story.street,
            number=self.story.house,
            quarter=self.story.quarter,
            day=DAYS[soon.weekday()],
            me=self.actor.label,
        )

    def _chance(self, share: float, needs: str) -> bool:
        return self.rng.random() < share and needs in self.story.said

    def _public(self) -> bool:
        desk = self.cast.desk
        return self.case.visibility == Case.Visibility.PUBLIC and self.case.gemeente_id == desk.gemeente_id

    def _within(self, *, days: int) -> bool:
        return self.now - self.clock < timedelta(days=days)

    def _later(self, days: float) -> datetime:
        """Turn the clock on, to office hours; what came in today may be handled in the evening too."""
        moment = self.clock + timedelta(days=days)
        self.clock = moment if self.fresh else _at_work(moment)
        return self.clock

    def _awake(self, *, hours: float) -> datetime:
        """Turn the clock on, to an hour at which a resident writes."""
        self.clock = _awake(self.clock + timedelta(hours=hours))
        return self.clock


def _contact(rng: random.Random) -> ContactGiven:
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


def _picture(story: Story, rng: random.Random) -> str:
    """The drawing that shows what the text says, for some of those that have one."""
    text = story.text.lower()
    fitting = [
        name
        for name, (category, *words) in content.reports()["pictures"].items()
        if category == story.category and any(word in text for word in words)
    ]
    return rng.choice(fitting) if fitting and rng.random() < 0.65 else ""


def _upload(picture: str, now: datetime) -> UUID:
    with content.street_picture(picture).open("rb") as file:
        return store_upload(file=file, now=now).photo.pk


def _answer(question: Question, rng: random.Random) -> Any:
    values = [choice["value"] for choice in question.choices]
    match question.type:
        case Question.Type.CHOICE:
            return rng.choice(values)
        case Question.Type.MULTI:
            return rng.sample(values, 1)
        case Question.Type.NUMBER:
            return rng.randint(1, 4)
    return "Weet ik niet" if question.type == Question.Type.TEXT and question.required else None
