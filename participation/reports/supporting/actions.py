"""Every write of a supporter.

They count once per device and once per contact for the thing they saw, also where it was reported twice: the case and
those linked to it count together, so that whoever joins one of them has joined all. The row of the case that is worked
on is held meanwhile; the constraints of `Supporter` are the last word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts.actor import RESIDENT
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.media.actions import claim_photos
from participation.cases import events
from participation.cases.actions.photos import MOST_PHOTOS as MOST_PHOTOS_OF_CASE
from participation.cases.actions.saving import lock_with_main, save
from participation.cases.models import Case, CasePhoto
from participation.cases.states import CLOSED, Status
from participation.reports.models import Contact, Supporter
from participation.reports.nearby import solved_since
from participation.reports.queries import reports_of_token
from participation.reports.rules import ContactGiven, mistakes_in_contact, tidy_phone
from participation.reports.supporting.proof import is_proof
from participation.reports.supporting.queries import find_supporter, followed_case, public_case, supporters_of_token
from participation.reports.supporting.tasks import ask_consent, channels_of
from participation.reports.tokens import hash_of, new_seed, token_of

MOST_PHOTOS = 3
"""Of one supporter."""
GONE = gettext_lazy("This link does not work any more. Perhaps you stopped the messages already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Somebody says "I see this too". `device`: the hash of theirs; `own_token`: of the report they follow, if any.

    `counts`: see `admission.admit_supporter`.
    """

    reference: str
    device: str
    email: str = ""
    phone: str = ""
    photos: Sequence[UUID] = ()
    language: str = "nl"
    own_token: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Joined:
    """`again`: this device had joined before; what was new was added."""

    supporter: Supporter
    case: Case
    again: bool


@transaction.atomic(savepoint=False)
def support_report(joining: Joining, *, only: int | None, now: datetime) -> Joined:
    """Join a public report. `NotFound` for any other; `Conflict` when it is closed, or their own."""
    _refuse_mistakes(joining)
    own, main = lock_with_main(public_case(joining.reference, only).pk)
    if followed_case(own) is None:
        raise NotFound
    _refuse_closed(main, now)
    family = _family(own, main)
    if joining.own_token and reports_of_token(joining.own_token, only).filter(pk__in=family).exists():
        raise Conflict(_("This is your own report. You follow it already."), code="own-report")
    theirs = Supporter.objects.select_for_update().filter(case_id__in=family, device_hash=joining.device)
    supporter = theirs.order_by("pk").first()
    again = supporter is not None
    if supporter is None:
        seed = new_seed()
        supporter = Supporter(
            case=own,
            device_hash=joining.device,
            language=joining.language,
            counted=joining.counts,
            tracking_seed=seed,
            tracking_hash=hash_of(token_of(seed)),
            created_at=now,
        )
    counted_before = again and supporter.counted
    asked = _take_contact(supporter, joining, family)
    photos = _take_photos(supporter, own, joining.photos, now)
    supporter.save()
    if asked:
        ask_consent.enqueue(asked if asked > 0 else supporter.pk)
    _count(own, main, supporter.counted - counted_before, photos, now)
    return Joined(supporter, main, again)


@transaction.atomic
def ask_for_updates(*, token: str, email: str = "", phone: str = "", only: int | None, now: datetime) -> Supporter:
    """A supporter wants to hear of it by e-mail or on their phone: first who reads that has to say yes."""
    if not (email.strip() or phone.strip()):
        raise Invalid(FieldError("contact.email", "required", _("Fill in your e-mail address.")))
    joining = Joining(reference="", device="", email=email, phone=phone)
    _refuse_mistakes(joining)
    own, main = lock_with_main(find_supporter(token, only).case_id)
    supporter = _locked(token, only)
    before = supporter.counted
    asked = _take_contact(supporter, joining, _family(own, main))
    supporter.save(update_fields=["email", "phone", "counted", "confirmed_at"])
    if asked:
        ask_consent.enqueue(asked if asked > 0 else supporter.pk)
    _count(own, main, supporter.counted - before, 0, now)
    return supporter


@transaction.atomic
def add_photo(*, token: str, photos: Sequence[UUID], only: int | None, now: datetime) -> Supporter:
    """A supporter sends a photo afterwards, for professionals to see."""
    if not photos:
        raise Invalid(FieldError("photos", "required", _("Choose a photo first.")))
    own, main = lock_with_main(find_supporter(token, only).case_id)
    supporter = _locked(token, only)
    if followed_case(own) is None or main.status in CLOSED:
        raise Conflict(_("This report is closed. Do you still see it? Then report it again."), code="closed")
    added = _take_photos(supporter, own, photos, now)
    supporter.save(update_fields=["photo_count"])
    _count(own, main, 0, added, now)
    return supporter


@transaction.atomic
def stop_updates(*, token: str, only: int | None) -> Supporter:
    """No more messages, and the contact data gone. They stay counted."""
    return _forget(_locked(token, only))


@transaction.atomic
def undo_support(*, token: str, only: int | None, now: datetime) -> Case:
    """They did not mean it, or see it no more: not counted any longer, and nothing kept of them.

    A photo they sent stays with the report: it shows the thing, not them. Answers their own case.
    """
    own, main = lock_with_main(find_supporter(token, only).case_id)
    supporter = _locked(token, only)
    supporter.delete()
    _count(own, main, -int(supporter.counted), 0, now)
    return own


def read_consent(*, supporter_id: int, proof: str) -> None:
    """`NotFound` when the link is not (or no longer) that of this address."""
    with transaction.atomic():
        _proved(supporter_id, proof)


@transaction.atomic
def confirm_updates(*, supporter_id: int, proof: str, now: datetime) -> Supporter:
    """Who reads the mail of this address, or has this phone, says yes.

    A device that was one too many at its network address counts from here on: this is somebody.
    `NotFound` when the proof is not of this address (any longer).
    """
    case_id = Supporter.objects.filter(pk=supporter_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound(GONE)
    own, main = lock_with_main(case_id)
    supporter = _proved(supporter_id, proof)
    if supporter.confirmed_at is None:
        uncounted = not (supporter.counted or supporter.counts_there)
        supporter.confirmed_at, supporter.counted = now, supporter.counted or uncounted
        supporter.save(update_fields=["confirmed_at", "counted"])
        _count(own, main, int(uncounted), 0, now)
    return supporter


@transaction.atomic
def refuse_updates(*, supporter_id: int, proof: str) -> Supporter:
    """Who reads the mail of this address, or has this phone, did not ask for it: it is forgotten."""
    return _forget(_proved(supporter_id, proof))


# --- what they share --------------------------------------------------------------------------


def _refuse_mistakes(joining: Joining) -> None:
    found = mistakes_in_contact(ContactGiven(email=joining.email.strip(), phone=joining.phone.strip()))
    if joining.language not in settings.RESIDENT_LANGUAGES:
        found.append(
            FieldError("language", "unknown", _("We do not speak this language yet. Choose one from the list."))
        )
    if len(joining.photos) > MOST_PHOTOS:
        found.append(_too_many_photos())
    if found:
        raise Invalid(*found)


def _refuse_closed(main: Case, now: datetime) -> None:
    """Open, or solved so lately that it may be the same thing still."""
    if main.status not in CLOSED or main.closed_at is None:
        return
    if main.status != Status.RESOLVED or main.closed_at < solved_since(now):
        raise Conflict(
            _("This report is closed, so nobody looks at it any more. Do you see it now? Then report it again."),
            code="closed",
        )


def _family(own: Case, main: Case) -> list[int]:
    """Ids of all reports of this one thing. No query for a case that nobody else reported or supported."""
    if own is main and not main.supporter_count:
        return [main.pk]
    return [main.pk, *Case.objects.filter(duplicate_of=main).order_by("pk").values_list("pk", flat=True)]


def _take_contact(supporter: Supporter, given: Joining, family: list[int]) -> int:
    """Keep what is new, unless it is somebody's who counts already: then this is the same person once more.

    Answers whom to ask whether they want updates: -1 for this supporter, the id of the one who holds the address and
    has not answered yet, or 0 for nobody. The answer to the outside is the same each time.
    """
    email, phone = given.email.strip(), (tidy_phone(given.phone) or "") if given.phone.strip() else ""
    email = "" if email.lower() == supporter.email.lower() else email
    phone = "" if phone == supporter.phone else phone
    if not email and not phone:
        return 0
    mails, phones = Q(email__iexact=email) if email else Q(), Q(phone=phone) if phone else Q()
    same = (mails | phones) if email and phone else (mails or phones)
    holders = list(Supporter.objects.filter(same, case_id__in=family).exclude(pk=supporter.pk).order_by("pk")[:2])
    if holders or Contact.objects.filter(same, report_id__in=family).exists():
        supporter.counted = False
        supporter.email = supporter.phone = ""
        supporter.confirmed_at = None
        asked = (email.lower(), "") if email else ("", phone)
        waiting = (
            one.pk
            for one in holders
            if asked in ((one.email.lower(), ""), (one.email, one.phone)) and one.confirmed_at is None
        )
        return next(waiting, 0)
    if phone:
        supporter.phone = phone
    if email:
        supporter.email = email
    elif not phone or supporter.email or not channels_of(supporter):
        return 0
    supporter.confirmed_at = None
    return -1


def _take_photos(supporter: Supporter, own: Case, ids: Sequence[UUID], now: datetime) -> int:
    """Claim what they sent for their own case, whose row is held; how many."""
    if not ids:
        return 0
    if supporter.photo_count + len(ids) > MOST_PHOTOS:
        raise Invalid(_too_many_photos())
    if own.photo_count + len(ids) > MOST_PHOTOS_OF_CASE:
        raise Invalid(FieldError("photos", "too-many", _("We have enough photos of this. Join without a photo.")))
    claimed = claim_photos(ids=list(ids), gemeente_id=own.gemeente_id, now=now)
    CasePhoto.objects.bulk_create(
        CasePhoto(
            case=own,
            photo=photo,
            from_resident=False,
            from_supporter=True,
            for_resident=False,
            position=own.photo_count + place,
        )
        for place, photo in enumerate(claimed)
    )
    own.photo_count += len(claimed)
    supporter.photo_count += len(claimed)
    return len(claimed)


def _count(own: Case, main: Case, more: int, photos: int, now: datetime) -> None:
    """Count them with their own case and with the one that is worked on, and tell its team.

    A linked case carries its own count, so that undoing the link takes exactly these along (`duplicates`).
    """
    if not more and not photos:
        return
    fields = ["supporter_count"] * bool(more) + ["photo_count"] * bool(photos)
    for case in (own,) if own is main else (own, main):
        case.supporter_count = max(case.supporter_count + more, 0)
        save(case, fields, now=now)
    payload: dict[str, Any] = {"more": max(more, 0), "photos": photos}
    if more < 0:
        payload["fewer"] = -more
    if own is not main:
        payload["duplicate"] = own.reference
    events.tell(main, events.SUPPORTED, actor=RESIDENT, now=now, payload=payload)


def _locked(token: str, only: int | None) -> Supporter:
    found = supporters_of_token(token, only).select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound
    return found


def _proved(supporter_id: int, proof: str) -> Supporter:
    found = Supporter.objects.select_for_update().filter(pk=supporter_id).exclude(email="", phone="").first()
    if found is None or not is_proof(found, proof):
        raise NotFound(GONE)
    return found


def _forget(supporter: Supporter) -> Supporter:
    supporter.email = supporter.phone = ""
    supporter.confirmed_at = None
    supporter.save(update_fields=["email", "phone", "confirmed_at"])
    return supporter


def _too_many_photos() -> FieldError:
    return FieldError("photos", "too-many", _("You can add %(most)d photos at most.") % {"most": MOST_PHOTOS})
