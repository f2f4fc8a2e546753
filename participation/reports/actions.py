"""Every write to a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import RESIDENT
from core.areas.tenancy import Scope
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.media.models import Photo
from core.rows import rider
from participation.cases.actions import (
    MESSAGE_LENGTH,
    Opening,
    announce_case,
    answer_as_resident,
    answer_consent,
    compliment_as_resident,
    forget_consent,
    lock_with_main,
    open_case,
    reopen_as_resident,
    summary_of,
    thank_as_resident,
    withdraw_as_resident,
)
from participation.cases.models import Case, Message
from participation.cases.search import index, remember_contact
from participation.cases.states import CLOSED
from participation.reports.held import BeingChecked, find_held
from participation.reports.models import Contact, Feedback, Listener, Report, Supporter
from participation.reports.place import Ours, find_place
from participation.reports.queries import asks_again, reports_of_token, written
from participation.reports.rules import (
    MOST_PHOTOS,
    TEXT_LENGTH,
    ContactGiven,
    Submission,
    mistakes_in,
    mistakes_in_answers,
    mistakes_in_contact,
    tidy_phone,
    worded_answers,
)
from participation.reports.tasks import owe_confirmation
from participation.reports.tokens import hash_of, new_seed, token_of
from participation.routing.models import Category
from participation.routing.proposals import propose
from participation.routing.queries import RoutingConfig
from participation.texts.cleaning import cleaned


@dataclass(frozen=True, slots=True)
class Submitted:
    """A report that is in: `token` opens its tracking page and is known only here and to the reporter."""

    case: Case
    report: Report
    token: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Where a report that is right belongs, and what it is about."""

    place: Ours
    category: Category


def judge_report(submission: Submission, *, scope: Scope, now: datetime) -> Judged:
    """Find the place and the category of a report. Raises `Invalid` with every mistake at once.

    A place outside the municipality is refused with advice where to go instead. What a category asks must be answered
    where the sender chose it; of our own proposal they saw no question, and the team may still ask.
    """
    mistakes = mistakes_in(submission, languages=settings.RESIDENT_LANGUAGES, now=now)
    place = find_place(submission.lon, submission.lat, scope)
    category = None
    if isinstance(place, FieldError):
        mistakes.append(place)
    else:
        category, wrong = _category(submission, place.routing)
        mistakes += wrong
        if category is not None:
            questions = place.routing.questions_of(category.pk)
            seen = bool(submission.category)
            mistakes += mistakes_in_answers(submission.answers, questions, photos=len(submission.photos), seen=seen)
    if mistakes and not any(one.field == "photos" for one in mistakes):
        mistakes += _mistakes_in_photos(submission.photos)
    if mistakes or isinstance(place, FieldError) or category is None:
        raise Invalid(*mistakes)
    return Judged(place, category)


@transaction.atomic(savepoint=False)
def submit_report(
    submission: Submission, *, scope: Scope, now: datetime, seed: str = "", reference: str = ""
) -> Submitted:
    """Take in a resident's report: find the place, the category, the team and the person; store; tell.

    Raises `Invalid` with every mistake at once (`judge_report`). `seed`, `reference`: of one that was held before.
    """
    judged = judge_report(submission, scope=scope, now=now)
    place, category = judged.place, judged.category
    text = cleaned(submission.text)
    seed = seed or new_seed()
    token = token_of(seed)
    report = Report(
        text=text,
        answers=worded_answers(submission.answers, place.routing.questions_of(category.pk)),
        observed_at=submission.observed_at,
        proposed=submission.proposed or not submission.category,
        tracking_seed=seed,
        tracking_hash=hash_of(token),
    )
    contact = _contact(submission.contact) if submission.contact else None
    words = written(report, contact)
    case = open_case(
        Opening(
            kind=Case.Kind.REPORT,
            category=category,
            chain=place.chain,
            lat=submission.lat,
            lon=submission.lon,
            address=cleaned(submission.address),
            summary=summary_of(text),
            language=submission.language,
            photos=submission.photos,
            reference=reference,
        ),
        riders=lambda case: (rider(report, "case"), index(case, texts=words.texts, contact=words.contact)),
        now=now,
    )
    if contact is not None:
        contact.report = report
        contact.save(force_insert=True)
    received = announce_case(case, actor=RESIDENT, now=now)
    if contact is not None:
        owe_confirmation(received, contact, untexted=submission.untexted)
    return Submitted(case, report, token)


@transaction.atomic
def send_message(
    *, token: str, text: str, photos: Sequence[UUID] = (), only: int | None = None, now: datetime
) -> Message:
    """The reporter writes to whoever handles the report, with photos if they like."""
    if len(photos) > MOST_PHOTOS:
        raise Invalid(FieldError("photos", "too-many", _("You can add 5 photos at most. Remove one or more.")))
    return answer_as_resident(
        case_id=_not_taken_back(token, only).pk, text=text, photos=photos, actor=RESIDENT, now=now
    )


@transaction.atomic
def give_feedback(*, token: str, solved: bool, text: str = "", only: int | None = None, now: datetime) -> Feedback:
    """The reporter's answer to "is it solved?", for whoever handled it to read.

    A no opens the case again, for a person to look at; it may follow a yes that was a slip of the finger. A second
    yes, weeks later, says that it is still solved. Of a report that was linked it is about the case that was worked on.
    """
    text = cleaned(text)
    if len(text) > MESSAGE_LENGTH:
        most = {"most": MESSAGE_LENGTH}
        raise Invalid(FieldError("text", "too-long", _("Use at most %(most)d characters.") % most))
    report = _not_taken_back(token, only)
    _own, case = lock_with_main(report.pk)
    if case.status not in CLOSED or case.closed_at is None:
        raise Conflict(_("We are still working on this report. You can answer when it is closed."))
    feedback = Feedback.objects.filter(report=report, closed_at=case.closed_at).first()
    if feedback is not None and feedback.solved and solved and asks_again(feedback, now):
        feedback.confirmed_at = now
    elif feedback is not None and solved:
        raise Conflict(_("You answered this already. Thank you."))
    else:
        feedback = feedback or Feedback(report=report, closed_at=case.closed_at)
        feedback.solved, feedback.text, feedback.created_at = solved, text, now
    feedback.save()
    tell = thank_as_resident if solved else reopen_as_resident
    tell(case_id=report.pk, text=text, actor=RESIDENT, now=now)
    return feedback


@transaction.atomic
def change_contact(*, token: str, changes: Mapping[str, str], only: int | None = None) -> Contact | None:
    """Change how we reach the reporter: `name`, `email`, `phone` as far as given.

    Nothing left erases it, and the browsers that listen with it.
    """
    report = _not_taken_back(token, only)
    lock_with_main(report.pk)  # before the words that it is found by, as everybody does
    known = Contact.objects.filter(report=report).first()
    contact = replace(
        ContactGiven(name=known.name, email=known.email, phone=known.phone) if known else ContactGiven(), **changes
    )
    mistakes = mistakes_in_contact(contact)
    if mistakes:
        raise Invalid(*(replace(one, field=one.field.removeprefix("contact.")) for one in mistakes))
    Contact.objects.filter(report=report).delete()
    if known and not contact:
        Listener.objects.filter(report=report).delete()
    saved = _contact(contact) if contact else None
    if saved is not None:
        saved.report = report
        saved.phone_refused = known is not None and known.phone_refused and "phone" not in changes
        saved.save(force_insert=True)
    remember_contact(report.pk, written(report, saved).contact)
    return saved


@transaction.atomic
def praise(*, token: str, only: int | None = None, now: datetime) -> Report:
    """A compliment for whoever worked on it, in one tap; once."""
    report = _not_taken_back(token, only)
    if report.complimented_at is not None:
        raise Conflict(_("You gave a compliment already. Thank you."))
    report.complimented_at = now
    report.save(update_fields=["complimented_at"])
    compliment_as_resident(case_id=report.pk, actor=RESIDENT, now=now)
    return report


@transaction.atomic
def agree(
    *, token: str, photos: bool | None = None, name: str | None = None, only: int | None = None, now: datetime
) -> None:
    """The reporter says whether their photos may be shown on the neighbourhood's page, and as whom to thank them.

    What is None stays. A no takes the photos off at once. Raises `Conflict` when nobody asked.
    """
    answer_consent(case_id=_not_taken_back(token, only).pk, photos=photos, name=name, now=now)


@transaction.atomic
def withdraw(*, token: str, only: int | None = None, now: datetime) -> Report:
    """The reporter takes the report back: their contact data is erased, and nobody works on it for them any more.

    Twice is as once.
    """
    report = _locked(token, only)
    if report.withdrawn_at is not None:
        return report
    lock_with_main(report.pk)  # before the words that it is found by, as everybody does
    Contact.objects.filter(report=report).delete()
    Listener.objects.filter(report=report).delete()
    remember_contact(report.pk, ())
    others = Supporter.objects.filter(case_id=report.pk, counted=True).exists()
    shown = forget_consent(report.pk, now=now)
    withdraw_as_resident(case_id=report.pk, others=others, shown=shown, actor=RESIDENT, now=now)
    report.withdrawn_at = now
    report.save(update_fields=["withdrawn_at"])
    return report


def find_by_token(token: str, *, only: int | None = None) -> Report:
    """The report this token opens, its case and category joined in; `NotFound` for any other.

    `only`: the gemeente of the host (`Scope.only`); the token of another one opens nothing there.
    Raises `BeingChecked`, with what was held, for a report that waits for a look.
    """
    try:
        joined = ("case__category", "case__duplicate_of__category", "case__consent")
        return reports_of_token(token, only).select_related(*joined).get()
    except Report.DoesNotExist:
        pass
    try:
        held = find_held(token, only=only)
    except NotFound:
        raise NotFound(_("This link does not work. Look for the newest link in our e-mail, or report again.")) from None
    raise BeingChecked(held)


def _locked(token: str, only: int | None) -> Report:
    try:
        return reports_of_token(token, only).select_for_update(of=("self",)).get()
    except Report.DoesNotExist:
        raise NotFound from None


def _not_taken_back(token: str, only: int | None) -> Report:
    """The same, for what cannot be done any more with a report that was taken back."""
    report = _locked(token, only)
    refuse_withdrawn(report)
    return report


def refuse_withdrawn(report: Report) -> None:
    """Raises `Conflict` for a report that its reporter took back: their contact data is gone, and stays gone."""
    if report.withdrawn_at is not None:
        raise Conflict(
            _("You took this report back. Is there still something? Then report it again."), code="withdrawn"
        )


def _contact(contact: ContactGiven) -> Contact:
    """Not saved, and of nobody yet."""
    return Contact(
        name=cleaned(contact.name),
        email=contact.email.strip(),
        phone=(tidy_phone(contact.phone) or "") if contact.phone else "",
    )


def _mistakes_in_photos(ids: Sequence[UUID]) -> list[FieldError]:
    """What claiming them would refuse, to say it together with the rest."""
    if not ids or Photo.objects.filter(pk__in=ids, claimed_at=None).count() == len(ids):
        return []
    return [FieldError("photos", "unknown-photo", _("A photo is no longer there or already used. Add it again."))]


def _category(submission: Submission, routing: RoutingConfig) -> tuple[Category | None, list[FieldError]]:
    if not submission.category:
        return routing.reportable(propose(routing, submission.text[:TEXT_LENGTH])[0][0]), []
    category = routing.reportable(submission.category)
    if category is None:
        unknown = FieldError(
            "category", "unknown", _("We do not know this category. Choose one from the list, or none.")
        )
        return None, [unknown]
    return category, []
