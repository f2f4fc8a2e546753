"""Afterwards: the group looks back, the coach is asked again when a promise ends, and others may learn from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.accounts.actor import SYSTEM, Actor
from core.errors import Conflict, FieldError, Invalid
from core.events.log import record
from core.ui.days import day_of
from participation.cases import events as case_events
from participation.cases.actions.saving import save as save_case
from participation.cases.actions.small_win import draft_small_win, keep_consent
from participation.cases.mention_mail import owe_mention_mails
from participation.cases.models import Mention, Note
from participation.cases.wins import Win
from participation.initiatives import events
from participation.initiatives.actions.drafting import clean_text
from participation.initiatives.actions.holding import hold_both, hold_both_by_id
from participation.initiatives.actions.saving import save, wrong_words
from participation.initiatives.approaches import Described, describe
from participation.initiatives.models import Initiative, LookingBack
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import get_initiative_for
from participation.initiatives.queries.looking_back import practice_of
from participation.initiatives.states import Stage

TEXTS = {
    "worked": 3000, "for_whom": 1000, "otherwise": 3000, "thanks": 1000, "carried_on_by": 200, "money_after": 1000,
}  # fmt: skip
"""What is said in words, and how many characters each may have."""


@transaction.atomic
def look_back(*, slug: str, values: Mapping[str, Any], actor: Actor, now: datetime) -> LookingBack:
    """Say how it was. `values`: the texts, `again` (a choice or empty), `until` (a day as "2027-04-30", or empty),
    `photos_agreed`; all of them. A no to the photos takes them off a small win at once."""
    initiative = get_initiative_for(actor, slug, Deed.LOOK_BACK, lock=True)
    wrong, fields = _read(values)
    wrong += wrong_words(initiative, **{name: fields[name] for name in TEXTS})
    if wrong:
        raise Invalid(*wrong)
    there = LookingBack.objects.filter(initiative=initiative).first()
    row = there or LookingBack(initiative=initiative)
    was_agreed, was_until = row.photos_agreed, row.until
    for name, value in fields.items():
        setattr(row, name, value)
    if row.until != was_until:
        row.asked_at = None
    row.changed_at = now
    row.save()
    if row.photos_agreed != was_agreed and initiative.case_id is not None:
        keep_consent(initiative.case_id, photos=row.photos_agreed, now=now)
    save(initiative, now=now)
    events.tell(initiative, events.UPDATE, actor=actor, now=now, payload={"what": "looked-back"})
    return row


def is_to_be_told(initiative: Initiative) -> bool:
    """Only what succeeded, and what everybody may read, becomes a small win or goes into the library."""
    return initiative.stage == Stage.DONE and initiative.is_public


@transaction.atomic
def make_small_win(*, slug: str, user: Any, actor: Actor, now: datetime) -> Win:
    """Draft the page of a small win about it; a second time finds the first. An editor checks and publishes."""
    initiative, case = hold_both(actor, slug, Deed.THANK)
    if not is_to_be_told(initiative):
        raise Conflict(_("Only what succeeded, and what everybody may read, can become a small win."))
    return draft_small_win(reference=case.reference, user=user, actor=actor, now=now)


@transaction.atomic
def describe_practice(*, slug: str, user: Any, actor: Actor, now: datetime) -> Described:
    """Draft a description for the library from the plan and what the group says of it."""
    initiative, _case = hold_both(actor, slug, Deed.THANK)
    if not is_to_be_told(initiative):
        raise Conflict(_("Only what succeeded, and what everybody may read, can go into the library."))
    made = describe(practice_of(initiative), user, now)
    if made.made:
        save(initiative, now=now)
        events.tell(initiative, events.CHANGED, actor=actor, now=now, payload={"described": True, "along": True})
    return made


@transaction.atomic
def ask_again(*, initiative_id: int, now: datetime) -> bool:
    """The money or the promise ends: whoever coached it reads so in a note at the desk, and in a mail. Once.

    False when there is nothing to ask (any more).
    """
    initiative, case = hold_both_by_id(initiative_id)
    row = LookingBack.objects.filter(initiative=initiative, asked_at=None, until__lte=timezone.localdate(now)).first()
    if row is None or row.until is None:
        return False
    row.asked_at = now
    row.save(update_fields=["asked_at"])
    with translation.override(translation.get_language() or "nl"):
        text = _(
            "The group wrote that the money or the promise ends now (%(day)s). Ask them how they go on. "
            "They said: %(who)s carries it on."
        ) % {"day": f"{row.until:%d-%m-%Y}", "who": row.carried_on_by or _("nobody yet")}
    note = Note.objects.create(case=case, text=text, created_at=now)
    mentions = []
    if case.assignee_id is not None:
        mentions = [Mention.objects.create(note=note, case=case, professional_id=case.assignee_id)]
    save_case(case, [], now=now)
    save(initiative, now=now)
    named = {"note": note.pk, "mentions": [one.professional_id for one in mentions]}
    record(
        case_events.happened(case, case_events.NOTE, actor=SYSTEM, now=now, payload=named),
        events.happened(initiative, events.CHECK, actor=SYSTEM, now=now, payload={"again": True}),
    )
    owe_mention_mails(mentions)
    return True


def _read(values: Mapping[str, Any]) -> tuple[list[FieldError], dict[str, Any]]:
    wrong: list[FieldError] = []
    fields: dict[str, Any] = {}
    for name, most in TEXTS.items():
        fields[name] = clean_text(str(values.get(name, "")), lines=most > 300)
        if len(fields[name]) > most:
            words = _("Use at most %(most)d characters.") % {"most": most}
            wrong.append(FieldError(name, "too-long", words))
    if not fields["worked"]:
        wrong.append(FieldError("worked", "required", _("Tell in a few words what worked.")))
    again = values.get("again", "")
    if again and again not in LookingBack.Again.values:
        wrong.append(FieldError("again", "unknown", _("Choose one from the list.")))
    typed = str(values.get("until") or "").strip()
    until = day_of(typed)
    if typed and until is None:
        wrong.append(FieldError("until", "invalid", _("This is not a day. Write it like 2027-04-30.")))
    fields |= {"again": again, "until": until, "photos_agreed": bool(values.get("photos_agreed"))}
    return wrong, fields
