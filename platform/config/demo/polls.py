"""What residents of the demonstration were asked: polls.toml, lived through by the actions people use.

Each is a life of its own, played among the year of reports (`history.play`). Days count back from today; a day below
zero is still to come.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.utils import timezone

from config.demo import content
from config.demo.stories import AMSTERDAM, SEED
from core.accounts.actor import Actor
from core.areas.queries import tree
from core.media.actions import store_upload
from participation.polls import voter as voters
from participation.polls.actions.answering import AnswerGiven, FollowUpGiven, answer_poll
from participation.polls.actions.batches import forget_codes, hand_over, make_batch
from participation.polls.actions.counting import count_ballots
from participation.polls.actions.making import change_poll, make_poll
from participation.polls.actions.projects import check_project, propose_project
from participation.polls.actions.proposing import propose_poll
from participation.polls.actions.proving import prove_letter
from participation.polls.actions.questions import OptionGiven, add_question, write_question
from participation.polls.actions.stepping import take_step
from participation.polls.actions.voting import Proof, cast_ballot
from participation.polls.actions.working_out import work_out_poll
from participation.polls.choices import Asked, is_asked
from participation.polls.models import Batch, Option, Poll
from participation.polls.queries.definition import questions_of
from participation.polls.states import BallotForm, Kind, Level, Shows, Stage
from participation.residents.models import Resident

SHOWS = {"live": Shows.LIVE, "voted": Shows.VOTED, "closed": Shows.CLOSED}
STEPS = frozenset({"accept", "decline", "collect", "check", "plan", "open", "close"})
"""Days of these in a story are steps, taken then."""


@cache
def said() -> dict[str, Any]:
    return tomllib.loads((content.HERE / "polls.toml").read_text("utf-8"))


def lives(cast: Any, now: datetime) -> list[Iterator[datetime]]:
    """One for each poll: a generator that yields the moment of its next step, as in `history`."""
    if Poll.objects.filter(gemeente__code__in=content.GEMEENTEN).exists():
        return []
    return [_Life(one, cast, now).moments() for one in said()["poll"]]


class _Life:
    """What happens to one poll."""

    slug: str

    def __init__(self, one: dict[str, Any], cast: Any, now: datetime) -> None:
        self.said, self.cast, self.now = one, cast, now
        self.area = tree().by_code[one["area"]]
        self.gemeente_id = tree().ancestors(self.area.id)[-1].id
        self.rng = random.Random(f"{SEED}/{one['title']}")  # noqa: S311
        self.codes: list[str] = []
        self.open: Poll | None = None
        """As it opened; what was asked changes no more."""

    def moments(self) -> Iterator[datetime]:
        for at, deed, told in sorted(self._happenings(), key=lambda one: one[0]):
            if at > self.now:
                return
            yield at
            getattr(self, f"_{deed}")(at, told)

    def _happenings(self) -> Iterator[tuple[datetime, str, Any]]:
        """When what happens: a name of a method here, with what it needs to know."""
        one, days = self.said, self.said["days"]
        for name, day in days.items():
            at = self._day(day, {"proposed": 19, "made": 10, "accept": 9}.get(name, 11))
            if name in STEPS:
                yield at, "step", name
                if name == "accept":
                    yield at + timedelta(hours=1), "prepare", None
            elif name in {"proposed", "made"}:
                yield at, name, None
                if name == "made":
                    yield at + timedelta(minutes=20), "prepare", None
            elif name == "answer":
                yield at, "answer", one["answer"]
        for project in one.get("projects", ()):
            yield self._day(project["day"], 20), "idea", project
            if "checked" in project:
                yield self._day(project["checked"], 15), "check", project
        if "ballots" in one:
            opened, ends = self._day(days["open"], 11), self._day(days.get("close", 0), 10)
            last = min(ends, self.now)
            for number in range(one["ballots"]):  # most come in the first days
                moment = opened + (last - opened) * min(0.97, 0.01 + self.rng.expovariate(3))
                yield moment, "vote", number
            yield last - timedelta(minutes=1), "count", None

    def _day(self, days: int, hour: int) -> datetime:
        day = (self.now - timedelta(days=days)).astimezone(AMSTERDAM)
        return day.replace(hour=hour, minute=self.rng.randrange(60), second=self.rng.randrange(60), microsecond=0)

    # --- how it began -------------------------------------------------------------------------

    def _made(self, at: datetime, _told: None) -> None:
        values = {name: self.said[name] for name in ("title", "area", "theme")}
        self.slug = make_poll(values=values, actor=self._maker(), now=at).slug

    def _proposed(self, at: datetime, _told: None) -> None:
        name = self.said["proposer"]
        box = f"{name}.{self.said['area']}".lower().encode("ascii", "ignore").decode()
        resident, _made = Resident.objects.get_or_create(
            gemeente_id=self.gemeente_id, email=f"{box}@example.nl", defaults={"name": name, "created_at": at}
        )
        values = {name: self.said[name] for name in ("title", "area", "theme", "why")}
        self.slug = propose_poll(values=values, language="nl", actor=self._as(resident), now=at).slug

    def _prepare(self, at: datetime, _told: None) -> None:
        """What it says, and its questions."""
        one, days = self.said, self.said["days"]
        values: dict[str, Any] = {name: one.get(name, "") for name in ("intro", "purpose", "outcome_use", "who_may")}
        values |= {name: one[name] for name in ("declared", "may_change", "at_desk", "proxies") if name in one}
        values |= {"level": Level(one.get("level", "confirmed")), "shows": SHOWS[one.get("shows", "closed")]}
        if "close" in days:
            values["closes_at"] = self._day(days["close"], 20)
        if "plan" in days:
            values["opens_at"] = self._day(days["open"], 9)
        if "answer_by" in days:
            values["answer_by"] = timezone.localdate(self.now) - timedelta(days=days["answer_by"])
        change_poll(slug=self.slug, values=values, actor=self._maker(), now=at)
        for question in one.get("questions", ()):
            self._ask(question, at)

    def _ask(self, told: dict[str, Any], at: datetime) -> None:
        values = {name: value for name, value in told.items() if name not in {"kind", "options", "if_first"}}
        common: dict[str, Any] = {"slug": self.slug, "actor": self._maker(), "now": at}
        made = add_question(kind=told["kind"], values=values, **common)
        if "if_first" in told:  # asked only of who chose this at the first question
            first = made.poll.questions.first()
            assert first is not None
            chosen = list(first.options.all())[told["if_first"]]
            values |= {"if_question": first.pk, "if_options": [chosen.pk]}
            write_question(question_id=made.pk, values=values, **common)
        if "options" in told:
            options = [self._option(option, at, place) for place, option in enumerate(told["options"])]
            write_question(question_id=made.pk, values=values, options=options, **common)

    def _option(self, told: dict[str, Any], at: datetime, place: int) -> OptionGiven:
        return OptionGiven(
            label=told["label"],
            explanation=told.get("explanation", ""),
            alt=told.get("alt", ""),
            cents=told.get("cents"),
            photo=self._photo(told["photo"], at) if "photo" in told else None,
            key=str(place),
        )

    # --- how it went on -----------------------------------------------------------------------

    def _step(self, at: datetime, name: str) -> None:
        actor = self._maker()
        reason = self.said.get("reason", "") if name == "decline" else ""
        take_step(slug=self.slug, name=name, reason=reason, actor=actor, now=at)
        if name == "open" and self.said.get("level") == Level.LETTER:
            self._print_letters(at)
        self.open = self._poll() if name == "open" else None
        if name == "close":
            work_out_poll(self._poll().pk, now=at)

    def _print_letters(self, at: datetime) -> None:
        told = self.said["letters"]
        actor = self._maker()
        make_batch(
            slug=self.slug, name=told["name"], count=told["count"], area_code=self.said["area"], actor=actor, now=at
        )
        batch = Batch.objects.filter(poll__slug=self.slug).latest("pk")
        _batch, lines = hand_over(slug=self.slug, batch_id=batch.pk, actor=actor, now=at)
        self.codes = [line.code for line in lines]
        forget_codes(slug=self.slug, batch_id=batch.pk, actor=actor, now=at)

    def _idea(self, at: datetime, told: dict[str, Any]) -> None:
        name = told["name"]
        box = f"{name}.{self.said['area']}".lower().encode("ascii", "ignore").decode()
        resident, _made = Resident.objects.get_or_create(
            gemeente_id=self.gemeente_id, email=f"{box}@example.nl", defaults={"name": name, "created_at": at}
        )
        values: dict[str, Any] = {key: told[key] for key in ("title", "what", "cents", "name", "alt") if key in told}
        photo = self._photo(told["photo"], at) if "photo" in told else None
        project = propose_project(slug=self.slug, values=values, photo=photo, actor=self._as(resident), now=at)
        told["id"] = project.pk

    def _check(self, at: datetime, told: dict[str, Any]) -> None:
        check_project(
            slug=self.slug,
            project_id=told["id"],
            state="refused" if "refused" in told else "fits",
            reason=told.get("refused", ""),
            actor=self._maker(),
            now=at,
        )

    def _vote(self, at: datetime, number: int) -> None:
        poll = self.open
        if poll is None:
            return
        proof = Proof(voter=voters.device(poll.salt, f"demo-{number}"))
        if poll.level == Level.LETTER:
            proof = prove_letter(poll, code=self.codes[number], network=f"10.0.{number % 40}.0")
        token = UUID(int=self.rng.getrandbits(128))
        choices = self._choices(poll)
        cast_ballot(slug=self.slug, gemeente_id=None, choices=choices, proof=proof, token=token, now=at)

    def _count(self, at: datetime, _told: None) -> None:
        poll = self._poll()
        if poll.stage == Stage.OPEN:
            count_ballots(poll.pk, now=at)

    def _answer(self, at: datetime, told: list[dict[str, Any]]) -> None:
        options = {str(one): one.pk for one in Option.objects.filter(question__poll__slug=self.slug)}
        today = timezone.localdate(self.now)
        answer_poll(
            slug=self.slug,
            answers=[
                AnswerGiven(
                    option=options[one["about"]] if "about" in one else None,
                    do=one["do"],
                    why=one["why"],
                    who=one.get("who", ""),
                    when=today - timedelta(days=one["when"]) if "when" in one else None,
                )
                for one in told
            ],
            follow_ups=[
                FollowUpGiven(title=title, on=today - timedelta(days=days), done=done)
                for title, days, done in self.said.get("follow_ups", ())
            ],
            actor=self._maker(),
            now=at,
        )

    # --- what somebody chooses ----------------------------------------------------------------

    def _choices(self, poll: Poll) -> dict[str, Any]:
        """A whole ballot: earlier options are somewhat more liked, so that there is something to see."""
        choices: dict[str, Any] = {}
        for one in questions_of(poll):
            if is_asked(one, choices):
                chosen = self._choice(one)
                if chosen not in (None, "", [], {}):
                    choices[str(one.id)] = chosen
        return choices

    def _choice(self, one: Asked) -> Any:
        ids = [option.id for option in one.options]
        liked = sorted(ids, key=lambda pk: ids.index(pk) * 0.8 + self.rng.expovariate(0.5))
        if one.kind in {Kind.SINGLE, Kind.YESNO}:
            return liked[0]
        if one.kind == Kind.SCALE:
            return min(one.steps, max(1, round(self.rng.gauss(one.steps * 0.65, 1.1))))
        if one.kind == Kind.OPEN:
            words = self.said.get("words", [])
            return self.rng.choice(words) if words and self.rng.random() < 0.3 else None
        if one.kind == Kind.RANKING:
            return liked
        most = min(one.most or len(liked), len(liked))
        if one.kind == Kind.BUDGET and one.form == BallotForm.POINTS:
            given = one.points // 2
            return {str(liked[0]): given, str(liked[1]): one.points - given}
        return liked[: self.rng.randint(max(1, one.least), max(1, one.least, most - 1))]

    # --- who and what -------------------------------------------------------------------------

    def _poll(self) -> Poll:
        return Poll.objects.get(slug=self.slug)

    def _maker(self) -> Actor:
        """Who makes it, by username."""
        found: Actor = next(one for one in self.cast.actors.values() if one.user_id == self.cast.users[self.said["by"]])
        return found

    def _as(self, resident: Resident) -> Actor:
        return Actor(kind="resident", gemeente_id=self.gemeente_id, resident_id=resident.pk)

    def _photo(self, picture: str, at: datetime) -> UUID:
        with content.street_picture(picture).open("rb") as file:
            return store_upload(file=file, now=at).photo.pk
