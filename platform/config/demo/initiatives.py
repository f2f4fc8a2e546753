"""What residents of the demonstration do together: initiatives.toml, lived through by the actions people use.

Each is a life of its own, played among the year of reports (`history.play`), so that everything happens in the order
of time.
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
from core.areas.models import Area
from core.areas.queries import tree
from core.media.actions import store_upload
from participation.cases.actions import assign_case
from participation.cases.models import Case
from participation.initiatives import actions
from participation.initiatives.actions import asking, commenting, deciding, supporting, telling
from participation.initiatives.models import BudgetLine, Threshold
from participation.initiatives.queries.group import PURPOSE
from participation.initiatives.tokens import token_of
from participation.residents.models import Resident

ENDS = {"finish", "rest", "stop"}
"""After these nobody can support it."""


@cache
def said() -> dict[str, Any]:
    return tomllib.loads((content.HERE / "initiatives.toml").read_text("utf-8"))


def lives(cast: Any, now: datetime) -> list[Iterator[datetime]]:
    """One for each initiative: a generator that yields the moment of its next step, as in `history`.

    `cast.who(case, rng)` answers who of the professionals works on a case.
    """
    if Threshold.objects.filter(gemeente__code__in=content.GEMEENTEN).exists():
        return []
    areas = {area.code: area for area in Area.objects.filter(code__in=said()["thresholds"]).defer("geometry")}
    for code, needed in said()["thresholds"].items():
        area = areas[code]
        whole = area.level == Area.Level.GEMEENTE
        Threshold.objects.create(gemeente_id=area.gemeente_id or area.pk, area=None if whole else area, needed=needed)
    crowds = {code: _crowd(code, now) for code in content.GEMEENTEN}
    return [_Life(one, cast, crowds, now).moments() for one in said()["initiative"]]


def _crowd(code: str, now: datetime) -> list[Resident]:
    """Neighbours who support, follow and say something. Their addresses belong to nobody."""
    names = said()["first_names"]
    gemeente_id = tree().by_code[code].id
    many = 64 if code == content.VLIETSTEDE else 30
    Resident.objects.bulk_create(
        Resident(
            gemeente_id=gemeente_id,
            email=f"buur{number}.{code.lower()}@example.nl",
            name=names[number % len(names)],
            created_at=now - timedelta(days=360),
        )
        for number in range(many)
    )
    return list(Resident.objects.filter(gemeente_id=gemeente_id, email__startswith="buur").order_by("pk"))


class _Life:
    """What happens to one initiative."""

    slug: str

    def __init__(self, one: dict[str, Any], cast: Any, crowds: dict[str, list[Resident]], now: datetime) -> None:
        self.said, self.cast, self.now = one, cast, now
        self.area = tree().by_code[one["area"]]
        gemeente = tree().ancestors(self.area.id)[-1]
        self.crowd = crowds[gemeente.code]
        self.gemeente_id = gemeente.id
        self.rng = random.Random(f"{SEED}/{one['title']}")  # noqa: S311
        self.group: list[Actor] = []
        self.asked: dict[str, str] = {}
        """The text of what was asked → the reference of its case."""

    def moments(self) -> Iterator[datetime]:
        happenings = sorted(self._happenings(), key=lambda one: one[0])
        for at, deed, told in happenings:
            if at > self.now:
                return
            yield at
            getattr(self, f"_{deed}")(at, told)

    def _happenings(self) -> Iterator[tuple[datetime, str, Any]]:
        """When what happens: a name of a method here, with what it needs to know."""
        steps = [(self._day(step["days"], 9 if step["step"] == "submit" else 14), step) for step in self.said["steps"]]
        for at, step in steps:
            yield at, "begin" if step["step"] == "submit" else "step", step
        gathered = next((at for at, step in steps if step["step"] == "gather"), None)
        if gathered is not None:
            ended = next((at for at, step in steps if step["step"] in ENDS), self.now)
            for one in self.rng.sample(self.crowd, min(self.said["supporters"], len(self.crowd))):
                # Most come in the first weeks.
                yield gathered + (ended - gathered) * min(0.98, self.rng.expovariate(4)), "support", one
            if self.said["paper"]:
                yield gathered + (ended - gathered) * 0.2, "paper", self.said["paper"]
        for days, text in self.said.get("diary", ()):
            yield self._day(days, 16), "told", text
        for days, text in ((days, text) for text, days in self.said.get("comments", ())):
            yield self._day(days, 19), "comment", text
        for one in self.said.get("help", ()):
            yield self._day(one["days"], 12), "ask", one
            if "answer" in one:
                yield self._day(one["answer"]["days"], 15), "decide", one
        settled = max(at for at, _step in steps if at <= self.now) + timedelta(hours=1)
        for title, days, done in self.said.get("milestones", ()):
            yield self._day(-days, 17) if done else settled, "milestone", (title, days, done)
        if "money" in self.said:
            yield settled, "money", None
        if "answer" in self.said:
            yield self._day(self.said["answer"][0], 11), "answer", self.said["answer"][1]

    def _day(self, days: int, hour: int) -> datetime:
        day = (self.now - timedelta(days=days)).astimezone(AMSTERDAM)
        return day.replace(hour=hour, minute=self.rng.randrange(60), second=self.rng.randrange(60), microsecond=0)

    def _begin(self, at: datetime, step: dict[str, Any]) -> None:
        """Three evenings of writing in one: a draft, the group, the photos; then it is sent."""
        one = self.said
        names = [one["starter"], *one["members"]]
        self.group = [self._resident(name, at) for name in names]
        starter = self.group[0]
        street = next(row for row in content.streets()[one["area"]] if row["name"] == one["street"])
        (west, south), (east, north) = street["from"], street["to"]
        words = {name: one.get(name, "").strip() for name in ("title", "what", "why", "who", "wanted", "when")}
        place = {
            "area": one["area"],
            "point": (round((west + east) / 2, 6), round((south + north) / 2, 6)),
            "address": one["street"],
            "theme": one["theme"],
        }
        draft = actions.start_draft(
            values=words | place, name=one["starter"], language=one.get("language", "nl"), actor=starter, now=at
        )
        self.slug = draft.slug
        if one["members"]:
            invited = actions.invite(slug=self.slug, email="", language="nl", actor=starter, now=at)
            for name, member in zip(one["members"], self.group[1:], strict=True):
                actions.accept_invitation(token=token_of(invited.seed, PURPOSE), name=name, actor=member, now=at)
        for picture, alt in one["photos"]:
            photo_id = self._photo(picture, at)
            actions.add_photos(slug=self.slug, ids=[photo_id], actor=starter, now=at)
            actions.describe_photo(slug=self.slug, photo_id=photo_id, alt=alt, actor=starter, now=at)
        actions.submit_initiative(self.slug, starter, at)

    def _step(self, at: datetime, step: dict[str, Any]) -> None:
        by_group = step.get("by") == "group"
        actions.take_step(
            slug=self.slug,
            name=step["step"],
            reason=step.get("reason", ""),
            learned=step.get("learned", ""),
            role=step.get("role", ""),
            rhythm=30 if step["step"] == "accept" else None,
            actor=self.group[0] if by_group else self._coach(),
            now=at,
        )

    def _support(self, at: datetime, neighbour: Resident) -> None:
        supporting.support(slug=self.slug, lives_here=True, actor=self._as(neighbour), now=at)

    def _paper(self, at: datetime, count: int) -> None:
        scan = self._photo("signatures", at)
        supporting.count_paper(slug=self.slug, count=count, scan=scan, remark="", actor=self._coach(), now=at)

    def _answer(self, at: datetime, text: str) -> None:
        actions.answer_back(slug=self.slug, text=text, actor=self.group[0], now=at)

    def _told(self, at: datetime, text: str) -> None:
        telling.tell_update(slug=self.slug, text=text, actor=self.rng.choice(self.group), now=at)

    def _comment(self, at: datetime, text: str) -> None:
        neighbour = self._as(self.rng.choice(self.crowd))
        commenting.comment(slug=self.slug, text=text, question=text.endswith("?"), actor=neighbour, now=at)

    def _ask(self, at: datetime, one: dict[str, Any]) -> None:
        lines = [(label, cents) for label, cents in one.get("lines", ())]
        seen_by = "everybody" if one["shown"] else "group"
        asked = asking.ask_help(
            slug=self.slug,
            kind=one["kind"],
            what=one["text"],
            lines=lines,
            seen_by=seen_by,
            actor=self.group[0],
            now=at,
        )
        self.asked[one["text"]] = asked.case.reference

    def _decide(self, at: datetime, one: dict[str, Any]) -> None:
        """The answer of who has it; of money a part of each line."""
        answer, reference = one["answer"], self.asked[one["text"]]
        case = Case.objects.get(reference=reference)
        who = self.cast.who(case, self.rng)
        if case.assignee_id is None:
            assign_case(reference=reference, professional_id=who.professional_id, actor=who, now=at)
        lines = {
            line.pk: cents
            for line, cents in zip(
                BudgetLine.objects.filter(request__case=case).order_by("pk"), answer.get("lines", ()), strict=False
            )
        }
        deciding.decide_help(
            reference=reference,
            decision=answer["decision"],
            reasons=answer["reasons"],
            conditions=answer.get("conditions", ""),
            lines=lines or None,
            actor=who,
            now=at,
        )

    def _milestone(self, at: datetime, told: tuple[str, int, bool]) -> None:
        title, days, done = told
        on = timezone.localdate(self.now) + timedelta(days=days)
        made = telling.add_milestone(slug=self.slug, title=title, on=on, actor=self.group[0], now=at)
        if done:
            telling.finish_milestone(slug=self.slug, milestone_id=made.pk, done=True, actor=self.group[0], now=at)

    def _money(self, at: datetime, _told: None) -> None:
        for direction, label, cents, days in self.said["money"]:
            telling.add_entry(
                slug=self.slug,
                direction=direction,
                planned=days > 0,
                label=label,
                cents=cents,
                on=timezone.localdate(self.now) + timedelta(days=days),
                actor=self.group[0],
                now=at,
            )

    # --- who and what -------------------------------------------------------------------------

    def _resident(self, name: str, at: datetime) -> Actor:
        box = f"{name}.{self.said['street']}".lower().encode("ascii", "ignore").decode().replace(" ", "")
        return self._as(
            Resident.objects.create(gemeente_id=self.gemeente_id, email=f"{box}@example.nl", name=name, created_at=at)
        )

    def _as(self, resident: Resident) -> Actor:
        return Actor(kind="resident", gemeente_id=self.gemeente_id, resident_id=resident.pk)

    def _coach(self) -> Actor:
        case = Case.objects.get(initiative__slug=self.slug)
        coach: Actor = self.cast.who(case, self.rng)
        return coach

    def _photo(self, picture: str, at: datetime) -> UUID:
        with content.street_picture(picture).open("rb") as file:
            return store_upload(file=file, now=at).photo.pk
