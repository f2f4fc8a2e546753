"""What cases need to know of initiatives; called when the app is ready."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.events.log import subscribe
from core.work.schedule import register_periodic
from participation.cases import events as cases
from participation.cases.kinds import Ways, register_ways
from participation.cases.subjects import register_subject, register_words
from participation.cases.wins import register_makers, register_teller
from participation.initiatives.events import CHANGED, MEMBER, STEP
from participation.initiatives.previewing import mail_about, mail_about_help
from participation.initiatives.queries import asked_case, desk, looking_back, subject
from participation.initiatives.tasks import coaching, helping
from participation.initiatives.tasks import looking_back as afterwards
from participation.initiatives.telling import tell_in_history
from participation.routing.models import Category
from participation.routing.queries import RoutingConfig
from participation.texts.screening import marks_of

MOVES = frozenset({"start", "ask"})
"""Steps of the workflow on the case itself: they leave the stage alone. Opening and closing are steps of the stages."""
MOVES_OF_HELP = frozenset({"accept", "start", "plan", "ask"})
"""Of a request for help: closing is a decision."""


def connect_cases() -> None:
    tell_in_history()
    register_subject(
        "initiative",
        subject.subject_of_initiative,
        person=subject.person_of_initiative,
        also_about=subject.also_about,
        rows=subject.rows_of_initiatives,
        names=subject.names_in,
        more=desk.more_of_case,
        mail=mail_about,
        marks=marks_of,
    )
    register_words("initiative", subject.words_of_initiatives)
    for event_type in (cases.ASSIGNED, cases.HANDED_OVER, cases.TRANSITIONED, cases.UPDATED, cases.MESSAGE):
        subscribe(event_type, coaching.owe_following)
    for event_type in (CHANGED, MEMBER):
        subscribe(event_type, coaching.owe_words)
    register_periodic("look-for-silence", 3600, coaching.look_for_silence, coaching.is_silent)
    register_teller("initiative", looking_back.facts_of)
    register_makers(looking_back.makers_of)
    register_periodic("ask-coaches-again", 3600, afterwards.ask_coaches_again, afterwards.anybody_due)
    register_ways(
        "initiative",
        Ways(
            moves=MOVES,
            instead=lambda: _("An initiative goes its own way. Take a step of its stages instead."),
            merges=False,
            category=_category,
            keeps_visibility=True,
        ),
    )
    _connect_help()


def _connect_help() -> None:
    register_subject(
        "help-request",
        asked_case.subject_of_help,
        person=asked_case.person_of_help,
        names=asked_case.names_in_help,
        more=asked_case.more_of_help,
        mail=mail_about_help,
        marks=marks_of,
    )
    register_words("help-request", asked_case.words_of_help)
    register_ways(
        "help-request",
        Ways(
            moves=MOVES_OF_HELP,
            instead=lambda: _("Decide on the request instead: grant it, grant a part, or refuse it."),
            merges=False,
            category=_help_category,
            keeps_visibility=True,
        ),
    )
    for event_type in (cases.TRANSITIONED, cases.MESSAGE):
        subscribe(event_type, helping.owe_words_about_help)
    subscribe(STEP, helping.owe_end)
    register_periodic("follow-up-help", 3600, helping.follow_up_help, helping.is_due)


def _help_category(routing: RoutingConfig, slug: str) -> Category | None:
    return next((one for one in routing.help_kinds() if one.slug == slug), None)


def _category(routing: RoutingConfig, slug: str) -> Category | None:
    return next((one for one in routing.initiatives() if one.slug == slug), None)
