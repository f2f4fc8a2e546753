"""A year of reports, lived through in order of time by the same actions that people use.

Every report is a generator that yields the moments of its next steps. All of them together are
played in order of time until the moment of loading; what lies after it has not happened yet. So
the newest reports lie untouched, older ones are under way and most are solved, as on a real desk.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from config.demo import content, initiatives, polls
from config.demo.stories import AMSTERDAM, DAYS, SEED, Story, answer_to, contact_for, picture_for, stories
from core.accounts.actor import Actor
from core.accounts.models import User
from core.areas.tenancy import Scope
from core.media.actions import claim_photos, store_upload
from participation.cases.actions import (
    add_note,
    assign_case,
    consider_win,
    log_view,
    message_resident,
    move_case,
)
from participation.cases.models import Case, CasePhoto
from participation.cases.states import Status
from participation.cases.tasks import look_for_win
from participation.organisations.access import actor_for
from participation.organisations.models import Team
from participation.organisations.queries import roster
from participation.reports.actions import give_feedback, send_message, submit_report
from participation.reports.rules import Submission
from participation.reports.tasks import send_text, send_update
from participation.routing.models import Category
from participation.routing.queries import config

WORTH_A_LOOK = timedelta(days=14)
"""What was solved since may be proposed as a small win."""
Progress = Callable[[int, int], None]


def play(*, now: datetime, progress: Progress = lambda _done, _total: None) -> int:
    """Make all reports and live through them, in one transaction; answers how many there are.

    No mail goes out: what the past would have sent is taken back before the commit.
    """
    with transaction.atomic():
        before = set(DBTaskResult.objects.values_list("pk", flat=True))
        cast = _Cast()
        waiting: list[tuple[datetime, int, Iterator[datetime]]] = []
        for story in stories(now):
            life = _Life(story, cast, now).moments()
            waiting.append((next(life), story.number, life))
        together = [*initiatives.lives(cast, now), *polls.lives(cast, now)]
        for number, life in enumerate(together, len(waiting)):
            waiting.append((next(life), number, life))
        heapq.heapify(waiting)
        total, done = len(waiting), 0
        while waiting:
            moment, number, life = waiting[0]
            step = next(life, None) if moment <= now else None
            if step is None:
                heapq.heappop(waiting)
                done += 1
            else:
                heapq.heapreplace(waiting, (max(step, moment), number, life))
            progress(done, total)
        taken_back = [task.module_path for task in (send_update, send_text, look_for_win)]
        owed = Q(task_path__in=taken_back) | Q(task_path__startswith="participation.initiatives.tasks.")
        owed |= Q(task_path__startswith="participation.polls.tasks.")
        DBTaskResult.objects.filter(owed).exclude(pk__in=before).delete()
        lately = Case.objects.filter(gemeente__code__in=content.GEMEENTEN, closed_at__gte=now - WORTH_A_LOOK)
        for reference in lately.order_by("closed_at").values_list("reference", flat=True):
            consider_win(reference=reference, now=now)
    return total


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
        self.users = {user.username: user.pk for user in users}
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
        self.picture = picture_for(story, self.rng)
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
            answer = answer_to(question, rng)
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
                contact=contact_for(rng),
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


def _upload(picture: str, now: datetime) -> UUID:
    with content.street_picture(picture).open("rb") as file:
        return store_upload(file=file, now=now).photo.pk
