"""“This is what we do with it”: the answer to a poll, with what is done afterwards and when.

The first time it is the step that ends what the neighbourhood is owed. It may be said better later on; what was said
before stays there to be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, FieldError, Invalid
from participation.polls.actions.making import tidy
from participation.polls.actions.saving import hold_both, refuse_stale, save
from participation.polls.actions.stepping import go
from participation.polls.events import ANSWERED, tell
from participation.polls.models import Answer, AnswerVersion, FollowUp, Option, Poll
from participation.polls.permissions import Deed
from participation.polls.states import Stage
from participation.polls.wording import label_of

LONGEST_WHY = 3000
MOST_FOLLOW_UPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven:
    """`option` None: of the poll as a whole. `key`: how the form calls it, for what is wrong with it."""

    option: int | None = None
    do: str = ""
    why: str = ""
    who: str = ""
    when: date | None = None
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpGiven:
    title: str = ""
    on: date | None = None
    done: bool = False
    key: str = ""


@transaction.atomic
def answer_poll(
    *,
    slug: str,
    answers: Sequence[AnswerGiven],
    follow_ups: Sequence[FollowUpGiven] = (),
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Poll:
    """Give the answer, or say it better: all of it, in this order."""
    poll, case = hold_both(actor, slug, Deed.ANSWER)
    refuse_stale(poll, version)
    options = {
        one.pk: one for one in Option.objects.filter(question__poll=poll).select_related("question").order_by("pk")
    }
    wrong = [error for one in answers for error in _wrong(one, options)]
    wrong += [error for one in follow_ups for error in _wrong_day(one)]
    if not answers:
        wrong.append(FieldError("why-whole", "required", _("Say what you do with the outcome.")))
    if len({one.option for one in answers}) != len(answers):
        raise Conflict(_("Answer each option once."))
    if len(follow_ups) > MOST_FOLLOW_UPS:
        raise Conflict(_("Too many dates."))
    if wrong:
        raise Invalid(*wrong)
    said = _said(answers, follow_ups, options)
    last = poll.answer_versions.last()
    if last is not None and last.said == said:
        return poll
    done: dict[tuple[str, date | None], datetime | None] = {
        (one.title, one.on): one.done_at for one in poll.follow_ups.all()
    }
    poll.answers.all().delete()
    poll.follow_ups.all().delete()
    Answer.objects.bulk_create(
        Answer(
            poll=poll,
            option_id=one.option,
            do=one.do,
            why=tidy(one.why),
            who=tidy(one.who),
            when=one.when,
            position=at,
        )
        for at, one in enumerate(answers)
    )
    FollowUp.objects.bulk_create(
        FollowUp(
            poll=poll,
            title=tidy(one.title),
            on=one.on,
            done_at=(done.get((tidy(one.title), one.on)) or now) if one.done else None,
        )
        for one in follow_ups
        if one.on is not None
    )
    AnswerVersion.objects.create(poll=poll, professional_id=actor.professional_id, said=said, at=now)
    if poll.stage == Stage.CLOSED:
        return go(poll, case, "answer", actor=actor, now=now)
    save(poll, now=now)
    tell(poll, ANSWERED, actor=actor, now=now)
    return poll


def _wrong(one: AnswerGiven, options: dict[int, Option]) -> list[FieldError]:
    found = []
    if one.option is not None and one.option not in options:
        raise Conflict(_("This option is not in the poll. Reload the page."))
    if one.do not in Answer.Do.values:
        found.append(FieldError(f"do-{one.key}", "required", _("Say whether you do this.")))
    why = tidy(one.why)
    if not why:
        found.append(FieldError(f"why-{one.key}", "required", _("Say why. Everybody can read it.")))
    elif len(why) > LONGEST_WHY:
        told = _("Use at most %(most)d characters.") % {"most": LONGEST_WHY}
        found.append(FieldError(f"why-{one.key}", "too-long", told))
    if len(tidy(one.who)) > 120:
        found.append(FieldError(f"who-{one.key}", "too-long", _("Use at most %(most)d characters.") % {"most": 120}))
    return found


def _wrong_day(one: FollowUpGiven) -> list[FieldError]:
    found = []
    if not tidy(one.title) or len(tidy(one.title)) > 120:
        found.append(FieldError(f"follow-{one.key}", "required", _("Say in a few words what happens on that day.")))
    if one.on is None:
        found.append(FieldError(f"on-{one.key}", "required", _("Choose a day.")))
    return found


def _said(
    answers: Sequence[AnswerGiven], follow_ups: Sequence[FollowUpGiven], options: dict[int, Option]
) -> dict[str, Any]:
    """In words and days, so that it can be read when the rest has changed."""
    return {
        "answers": [
            {
                "option": label_of(options[one.option]) if one.option is not None else "",
                "do": one.do,
                "why": tidy(one.why),
                "who": tidy(one.who),
                "when": one.when.isoformat() if one.when else None,
            }
            for one in answers
        ],
        "followUps": [
            {"title": tidy(one.title), "on": one.on.isoformat() if one.on else None, "done": one.done}
            for one in follow_ups
        ],
    }
