"""Making a poll: by a professional, and what is changed of it while it is prepared and afterwards.

While a poll is prepared everything of it can change (`Act.EDIT`). Once it was planned what was asked stands still; the
introduction and explanations may be mended, it may stay open longer, and results may be shown later (`Act.REWORD`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.areas.queries import AreaRow, tree
from core.errors import Conflict, FieldError, Invalid, NotAllowed
from core.events.log import record
from participation.cases import events as case_events
from participation.cases.actions import Opening, open_case, summary_of
from participation.cases.actions.holding import keep_present, may_hold
from participation.cases.actions.saving import save as save_case
from participation.cases.deadlines import renew_due
from participation.cases.models import Case
from participation.cases.placing import Placement
from participation.cases.search import index
from participation.polls.actions.saving import hold_both, refuse_stale, save
from participation.polls.casework import written
from participation.polls.events import CHANGED, STEP, happened
from participation.polls.models import Poll, Standing
from participation.polls.models.poll import LONGEST_SLUG
from participation.polls.permissions import Deed
from participation.polls.states import Act, Level, Shows, Stage, allows
from participation.routing.models import Category
from participation.routing.queries import config, themes_of
from participation.texts.cleaning import cleaned

TEXTS = {"title": 100, "intro": 5000, "purpose": 2000, "outcome_use": 2000, "who_may": 200}
"""What is written in words, and how many characters each may have."""
SWITCHES = ("declared", "may_change", "at_desk", "proxies")
DAYS = ("opens_at", "closes_at", "answer_by")
LATER_ONLY = ("closes_at", "answer_by", "shows")
"""What may still move once it was planned: later, never earlier."""
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


@transaction.atomic
def make_poll(
    *, values: Mapping[str, Any], team_id: int | None = None, language: str = "nl", actor: Actor, now: datetime
) -> Poll:
    """Begin a poll, with a case that this professional and their team have from the start.

    `values` as in `change_poll`; a title and an area are needed. `team_id`: which of their teams, where they are in
    several.
    """
    if actor.professional_id is None or actor.gemeente_id is None or not actor.team_ids:
        raise NotAllowed
    wrong, fields = read(values, gemeente_id=actor.gemeente_id)
    wrong += missing(fields)
    if team_id is None and len(actor.team_ids) == 1:
        team_id = min(actor.team_ids)
    if team_id not in actor.team_ids:
        wrong.append(FieldError("team", "required", _("Choose which of your teams makes it.")))
    if wrong or team_id is None:
        raise Invalid(*wrong)
    keep_present(actor.professional_id)
    if not may_hold(actor.professional_id, team_id, confidential=False):
        raise NotAllowed
    reason = {"code": "accepted", "professional": actor.professional_id, "team": team_id}
    poll = begin(
        fields,
        gemeente_id=actor.gemeente_id,
        stage=Stage.PREPARING,
        language=language,
        placement=Placement(team_id, actor.professional_id, (reason,)),
        actor=actor,
        now=now,
    )
    poll.case.responded_at = now
    poll.case.save(update_fields=["responded_at", *renew_due(poll.case, now)])  # it is new: one event, one version
    announce(poll, actor=actor, now=now)
    return poll


def begin(
    fields: Mapping[str, Any],
    *,
    gemeente_id: int,
    stage: Stage,
    language: str,
    placement: Placement | None = None,
    actor: Actor,
    now: datetime,
) -> Poll:
    """The rows of a new poll and its case; the caller tells of it (`announce`)."""
    chain = tree().ancestors(fields["area_id"])
    category = category_for(gemeente_id, fields.get("theme_id"))
    poll = Poll(
        gemeente_id=gemeente_id,
        slug=_slug(fields["title"]),
        stage=stage,
        stage_since=now,
        language=language,
        created_at=now,
        changed_at=now,
        **fields,
    )
    words = written(poll)
    poll.case = open_case(
        Opening(
            kind=Case.Kind.POLL,
            category=category,
            chain=chain,
            summary=summary_of(poll.title),
            language=language,
            visibility=Case.Visibility.LIMITED,
            placement=placement,
        ),
        riders=lambda case: (index(case, texts=words.texts, contact=words.contact),),
        now=now,
    )
    poll.save(force_insert=True)
    Standing.objects.create(poll=poll)
    return poll


def announce(poll: Poll, *, actor: Actor, now: datetime) -> None:
    """Tell the team that it is there; the last step of the transaction."""
    record(
        case_events.happened(
            poll.case, case_events.RECEIVED, actor=actor, now=now, payload={"person": poll.case.assignee_id}
        ),
        happened(poll, STEP, actor=actor, now=now, payload={"step": "begin", "to": poll.stage, "along": True}),
    )


def category_for(gemeente_id: int, theme_id: int | None) -> Category:
    """What a poll is filed under: the category of its theme ("peiling-groen") where there is one, so that rules can
    send it to who works on that; else the first."""
    known, themes = config(gemeente_id).polls(), themes_of(gemeente_id)
    theme = next((one for one in themes if one.pk == theme_id), None)
    found = next((one for one in known if theme is not None and one.slug == f"peiling-{theme.slug}"), None)
    of_a_theme = {f"peiling-{one.slug}" for one in themes}
    found = found or next((one for one in known if one.slug not in of_a_theme), next(iter(known), None))
    if found is None:
        raise Conflict(_("Polls are not in use in this municipality."))
    return found


@transaction.atomic
def change_poll(
    *, slug: str, values: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Poll:
    """Change some of it. `values`: the texts and switches, `area` (a code), `theme` (a slug or empty), `level`,
    `shows`, `opens_at`, `closes_at`, `answer_by`; what is not there stays.

    `Invalid` names what stands still by now; `version`: what the writer saw, `Stale` when it is another.
    """
    poll, case = hold_both(actor, slug, Deed.REWORD)
    refuse_stale(poll, version)
    wrong, fields = read(values, gemeente_id=poll.gemeente_id)
    changed = {name: value for name, value in fields.items() if getattr(poll, name) != value}
    wrong += missing({"title": poll.title, "area_id": poll.area_id} | fields)
    if not allows(poll.stage, Act.EDIT):
        wrong += [error for name, value in changed.items() for error in _stands_still(poll, name, value)]
    wrong += _order(poll, changed)
    if wrong:
        raise Invalid(*wrong)
    if not changed:
        return poll
    was_area = poll.area_id
    save(poll, changed, now=now)
    told = [happened(poll, CHANGED, actor=actor, now=now, payload={"fields": sorted(changed)})]
    about: dict[str, Any] = {"summary": summary_of(poll.title)}
    if poll.area_id != was_area:
        about["area_id"] = poll.area_id
    if poll.is_public and poll.stage == Stage.OPEN and "answer_by" in changed:
        from participation.polls.actions.stepping import answer_moment

        about["resolve_by"] = answer_moment(poll)
    if any(getattr(case, name) != value for name, value in about.items()):
        for name, value in about.items():
            setattr(case, name, value)
        save_case(case, [name.removesuffix("_id") for name in about], now=now)
        told.append(case_events.happened(case, case_events.UPDATED, actor=actor, now=now, payload={"along": True}))
    record(*told)
    return poll


def missing(fields: Mapping[str, Any]) -> list[FieldError]:
    """What even a poll that is only begun cannot do without."""
    found = []
    if not fields.get("title"):
        found.append(FieldError("title", "required", _("Give the poll a title.")))
    if not fields.get("area_id"):
        found.append(FieldError("area", "required", _("Choose the area it is for.")))
    return found


def read(values: Mapping[str, Any], *, gemeente_id: int) -> tuple[list[FieldError], dict[str, Any]]:
    """What is wrong with these values, and the fields of the row that they make."""
    wrong: list[FieldError] = []
    fields: dict[str, Any] = {}
    for name, most in TEXTS.items():
        if name in values:
            fields[name] = tidy(values[name])
            if len(fields[name]) > most:
                wrong.append(too_long(name, most))
    fields |= {name: bool(values[name]) for name in SWITCHES if name in values}
    fields |= {name: values[name] for name in DAYS if name in values}
    known: tuple[tuple[str, type[Level | Shows]], ...] = (("level", Level), ("shows", Shows))
    for name, choices in known:
        if name in values:
            try:
                fields[name] = choices(values[name])
            except ValueError:
                wrong.append(FieldError(name, "unknown", _("Choose from the list.")))
    place_wrong, place = _read_place(values, gemeente_id)
    return wrong + place_wrong, fields | place


def _read_place(values: Mapping[str, Any], gemeente_id: int) -> tuple[list[FieldError], dict[str, Any]]:
    """The area and the theme, as ids."""
    wrong: list[FieldError] = []
    fields: dict[str, Any] = {}
    if values.get("area"):
        area = area_of(str(values["area"]), gemeente_id)
        if area is None:
            wrong.append(FieldError("area", "unknown", _("Choose the area it is for.")))
        else:
            fields["area_id"] = area.id
    if "theme" in values:
        theme = next((one for one in themes_of(gemeente_id) if one.slug == values["theme"]), None)
        if values["theme"] and theme is None:
            wrong.append(FieldError("theme", "unknown", _("Choose from the list.")))
        fields["theme_id"] = theme.pk if theme is not None else None
    return wrong, fields


def area_of(code: str, gemeente_id: int) -> AreaRow | None:
    """An area of this municipality by its code."""
    found = tree().by_code.get(code)
    return found if found is not None and gemeente_id in (found.id, found.gemeente_id) else None


def tidy(text: Any) -> str:
    return cleaned(str(text or ""))


def too_long(field: str, most: int) -> FieldError:
    return FieldError(field, "too-long", _("This is too long: at most %(most)d characters.") % {"most": most})


def _stands_still(poll: Poll, name: str, value: Any) -> list[FieldError]:
    """Why this cannot change any more; nothing when it can."""
    if name == "intro":
        return []
    was = getattr(poll, name)
    if name in LATER_ONLY:
        if value is not None and was is not None and value > was:
            return []
        return [FieldError(name, "only-later", _("From now on this can only become later."))]
    return [FieldError(name.removesuffix("_id"), "fixed", _("This stands still now. Go back to preparing first."))]


def _order(poll: Poll, changed: Mapping[str, Any]) -> list[FieldError]:
    """The days in their order, as far as they are known."""
    opens: datetime | None = changed.get("opens_at", poll.opens_at)
    closes: datetime | None = changed.get("closes_at", poll.closes_at)
    answer: date | None = changed.get("answer_by", poll.answer_by)
    if opens is not None and closes is not None and closes <= opens:
        return [FieldError("closes_at", "too-early", _("Choose a moment after it opens."))]
    if poll.stage == Stage.OPEN and closes is not None and answer is not None and answer <= closes.date():
        return [FieldError("answer_by", "too-early", _("Choose a day after the poll has closed."))]
    return []


def _slug(title: str) -> str:
    """From the title, with letters behind it that nobody can guess or mistake."""
    letters = "".join(secrets.choice(_LETTERS) for _at in range(6))
    start = slugify(title)[: LONGEST_SLUG - 7].strip("-")
    return f"{start}-{letters}" if start else f"peiling-{letters}"
