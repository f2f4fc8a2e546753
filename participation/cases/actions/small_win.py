"""Something succeeded, and the neighbourhood may know: proposed, chosen or not, drafted, and what the resident says."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.accounts.actor import RESIDENT, Actor
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.events.log import Happened, record
from participation.cases import events
from participation.cases.actions.saving import save, write_message
from participation.cases.models import Case, Consent, WinProposal
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for
from participation.cases.states import Status
from participation.cases.win_rules import Verdict, judge
from participation.cases.wins import (
    Win,
    facts_of,
    hide_photos,
    is_tellable,
    may_make,
    signs_of,
    small_win_of,
)

State = WinProposal.State
NAME_LENGTH = 60


@transaction.atomic
def draft_small_win(*, reference: str, user: Any, actor: Actor, now: datetime) -> Win:
    """Draft a page about a solved case, for an editor to check and publish. A second time finds the first draft."""
    case = get_case_for(actor, reference, Deed.HANDLE, lock=True)
    if case.visibility == Case.Visibility.CONFIDENTIAL:
        raise Conflict(_("This case is confidential. Nothing of it may become public."))
    if case.status != Status.RESOLVED:
        raise Conflict(_("Only what is resolved is a small win. Resolve the case first."))
    if case.parent_id is not None:
        raise Conflict(_("This is a part. Make the small win from the whole case."))
    return _draft(case, user, actor, now)


@transaction.atomic
def draft_proposed_win(*, case_id: int, user: Any, actor: Actor, now: datetime) -> Win:
    """The same by an editor, of a case that was proposed; they need not see the case itself."""
    case = _proposed(case_id, user)
    if not is_tellable(case):
        raise Conflict(_("This case is no longer solved and public, so it is no small win now."))
    return _draft(case, user, actor, now)


@transaction.atomic
def dismiss_win(*, case_id: int, user: Any, now: datetime) -> None:
    """Not this one; `propose_again` takes that back. Nothing happens where somebody chose already."""
    _proposed(case_id, user)
    WinProposal.objects.filter(case_id=case_id, state=State.OPEN).update(
        state=State.DISMISSED, decided_at=now, decided_by=user
    )


@transaction.atomic
def propose_again(*, case_id: int, user: Any) -> None:
    """The proposal waits again."""
    _proposed(case_id, user)
    WinProposal.objects.filter(case_id=case_id, state=State.DISMISSED).update(
        state=State.OPEN, decided_at=None, decided_by=None
    )


@transaction.atomic
def consider_win(*, reference: str, now: datetime) -> Verdict | None:
    """Look whether a case that was solved is worth telling; if so it is proposed, once. None for what may not be told.

    Solved again, a proposal that nobody chose about gets the reasons of now.
    """
    case = Case.objects.select_for_update(of=("self",)).filter(reference=reference).first()
    if case is None or not is_tellable(case):
        return None
    verdict = judge(signs_of(case))
    found = WinProposal.objects.filter(case=case).first()
    if found is not None and found.state != State.OPEN:
        return verdict
    if not verdict.is_win:
        WinProposal.objects.filter(case=case).delete()
        return verdict
    proposal = found or WinProposal(case=case, at=now)
    proposal.reasons, proposal.points = list(verdict.reasons), verdict.points
    proposal.save()
    return verdict


def answer_consent(*, case_id: int, photos: bool | None, name: str | None, now: datetime) -> Consent:
    """The resident says whether their photos may be shown, and as whom we may thank them; both can be taken back.

    What is None stays. A no takes the photos off every page before this returns. Raises `Conflict` when
    nobody asked, or for a yes after a no: by then we no longer have the copy. Runs in the caller's transaction.
    """
    consent, happened = note_consent(case_id=case_id, photos=photos, name=name, now=now)
    record(happened)
    return consent


def note_consent(*, case_id: int, photos: bool | None, name: str | None, now: datetime) -> tuple[Consent, Happened]:
    """As `answer_consent`; the caller, in whose transaction more happens, records it."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    consent = Consent.objects.filter(case=case).first()
    if consent is None:
        raise Conflict(_("Nobody asked this about your report."))
    if photos and consent.photos is False:
        raise Conflict(_("We took your photo away. Do you want to show it after all? Then write to us."))
    consent.photos = consent.photos if photos is None else photos
    if name is not None:
        consent.name = _clean_name(name)
    consent.answered_at = now
    consent.save()
    if consent.photos is False:
        hide_photos(case.pk)
    save(case, [], now=now)
    said = {"consent": consent.photos}
    return consent, events.happened(case, events.UPDATED, actor=RESIDENT, now=now, payload=said, also_public=True)


def keep_consent(case_id: int, *, photos: bool, now: datetime) -> None:
    """Who did it says whether their photos may be shown, before or after a page tells of it; a no takes them off.

    Runs in the caller's transaction, which tells of it.
    """
    Consent.objects.update_or_create(
        case_id=case_id, defaults={"photos": photos, "answered_at": now}, create_defaults={
            "photos": photos, "answered_at": now, "asked_at": now,
        },
    )  # fmt: skip
    if not photos:
        hide_photos(case_id)


def forget_consent(case_id: int, *, now: datetime) -> bool:
    """The resident takes the report back: neither photos nor name are shown any more. Whether a page changed.

    Runs in the caller's transaction, which tells of it.
    """
    asked = Consent.objects.filter(case_id=case_id).update(photos=False, name="", answered_at=now)
    hidden = hide_photos(case_id)
    return bool(asked) or hidden


def _clean_name(name: str) -> str:
    """A name stands on a public page: no link, number or address in it. Raises `Invalid`."""
    plain = " ".join(name.replace("\0", "").split())
    if len(plain) > NAME_LENGTH or re.search(r"[0-9@/:<>]|www\.", plain):
        raise Invalid(FieldError("thankAs", "not-a-name", _("Write only a name, of at most 60 letters.")))
    return plain


def _draft(case: Case, user: Any, actor: Actor, now: datetime) -> Win:
    """The case's row is held."""
    win = small_win_of(facts_of(case), user, now)
    WinProposal.objects.filter(case=case, state=State.OPEN).update(
        state=State.MADE, decided_at=now, decided_by=user if getattr(user, "pk", None) else None
    )
    if not win.made:
        return win
    asked = None
    if win.asks and not Consent.objects.filter(case=case).exists():
        Consent.objects.create(case=case, asked_at=now)
        known = case.language in dict(settings.LANGUAGES)
        with translation.override(case.language if known else settings.LANGUAGE_CODE):
            text = _(
                "Good news: what you reported is solved. We want to tell the neighbourhood. May we show your photo? "
                "You say yes or no on this page, and you can change your mind at any time."
            )
        asked = write_message(case, text, actor=actor, now=now)
    save(case, [], now=now)
    said = {"smallWin": True}
    told = [events.happened(case, events.UPDATED, actor=actor, now=now, payload=said)]
    if asked is not None:
        save(case, [], now=now)  # each event has a version of its own
        told.append(events.happened(case, events.MESSAGE, actor=actor, now=now, payload={"message": asked.pk}))
    record(*told)
    return win


def _proposed(case_id: int, user: Any) -> Case:
    """A case with a proposal, held; `NotFound` where this account may not publish."""
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id, win_proposal__isnull=False).first()
    if case is None or not may_make(user, case.area_id):
        raise NotFound
    return case
