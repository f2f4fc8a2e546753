"""What a poll says of itself in plain words: what voters show, how safe that is, and how secret the vote is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Text
from participation.polls.states import Level, Rule, Shows, Stage


@dataclass(frozen=True, slots=True)
class Showing:
    """One level: what a voter does, and how sure it is that everybody votes once."""

    what: Text
    sure: Text


LEVELS: dict[str, Showing] = {
    Level.DEVICE: Showing(
        _("You show nothing. Every phone or computer can vote once."),
        _("This is easy, and not strict: who has two devices can vote twice. See the outcome as an impression."),
    ),
    Level.CONFIRMED: Showing(
        _("We send you a code, by e-mail or text message. Every address or number can vote once."),
        _("This is fairly strict: who has two addresses could vote twice. Who votes need not live here."),
    ),
    Level.LETTER: Showing(
        _("You need the code from the letter you got at home. Every letter can vote once."),
        _("This is strict. Keep your letter to yourself: who has the code can vote with it."),
    ),
    Level.RESIDENT: Showing(
        _("You sign in with your account. Every account can vote once."),
        _("This is fairly strict: who has two addresses could make two accounts."),
    ),
}

SECRET: tuple[Text, ...] = (
    _("That you voted and what you voted are kept in two lists, without a link between them and without a time."),
    _("No page, mail or log tells anybody else what you voted."),
    _("While the poll is open, somebody with both our database and our key could find out who voted, and what."),
    _(
        "When it has closed we destroy the key of the first list and mix both lists. Then nobody can find it out any "
        "more, once old copies of the database are gone."
    ),
)

SHOWN: dict[int, Text] = {
    Shows.LIVE: _("Everybody can see the results while people vote."),
    Shows.VOTED: _("Who has voted can see the results so far. Everybody can see them when it has closed."),
    Shows.CLOSED: _("The results are shown when it has closed, so that nobody is influenced."),
}

CHOICES: dict[str, Any] = {
    "yes": pgettext_lazy("answer to a question", "Yes"),
    "no": pgettext_lazy("answer to a question", "No"),
    "none": pgettext_lazy("answer to a question", "No opinion"),
}
"""Options whose words the platform has, by `Option.code`."""

RULES: dict[str, Text] = {
    Rule.BORDA: _(
        "Each place gives points: with five options the first gets 4 points, the second 3, and so on. "
        "The option with the most points wins."
    ),
    Rule.SCHULZE: _(
        "We compare every two options: how many people put the one above the other? "
        "The option that wins from each other one is first, also by a detour along a third."
    ),
    Rule.RUNOFF: _(
        "We count everybody's first choice. The option with the fewest votes drops out, and its votes go to the next "
        "choice of these people. So it goes on until one has more than half."
    ),
    Rule.GREEDY: _(
        "The project with the most votes comes first. We go down the list and take each project that still fits the "
        "money that is left."
    ),
    Rule.SHARES: _(
        "Everybody gets an equal share of the money. Who chose a project pays for it together with the others who did. "
        "So a project is chosen when its supporters can pay for it, and every group gets its part."
    ),
}
"""How an outcome is worked out, so that anybody can follow it."""

STAGE_SAYS: dict[str, Text] = {
    Stage.IDEAS: _("Tell us your idea for the budget."),
    Stage.CHECKING: _("We look whether the ideas can be done."),
    Stage.READY: _("You can vote soon."),
    Stage.OPEN: _("You can vote now."),
    Stage.CLOSED: _("Voting has ended. You get an answer to what came out."),
    Stage.ANSWERED: _("Voting has ended. This is what we do with it."),
    Stage.STOPPED: _("This poll was stopped."),
}


class Worded(Protocol):
    code: str
    label: str


def label_of(option: Worded) -> str:
    """The words of an option: its own, or ours."""
    return option.label or str(CHOICES.get(option.code, option.code))
